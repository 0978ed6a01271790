/*
 * The texts that a feed's request is made of: its address, its header fields, its body.
 */
#ifndef CONFIG_FEED_REQUEST_TEXTS_H
#define CONFIG_FEED_REQUEST_TEXTS_H

#include <stdbool.h>

#include "config/feed/placeholder.h"

struct arena;
struct feed_settings;
struct named_texts;
struct yaml_node;

/* What a feed posts. */
enum request_body {
	BODY_NONE,
	BODY_JSON, /* a mapping, a list, or a text that is JSON */
	BODY_XML,
	BODY_FORM, /* application/x-www-form-urlencoded */
	BODY_TEXT, /* of another Content-Type, which nothing can be escaped for */
};

/* What a body is: a mapping or a list is JSON; a text what the Content-Type of the headers says, else what it begins with. */
enum request_body request_body(const struct feed_settings *feed);

/* The Content-Type of the body: that of the headers, or what goes with the body; NULL: there is no body. */
const char *request_content_type(const struct feed_settings *feed);

/* Whether some text of the request has such a placeholder. */
bool request_uses(const struct feed_settings *feed, enum placeholder_kind kind);

/* Whether the request is posted: the method says so, or there is a body. */
bool request_is_post(const struct feed_settings *feed);

/* The text of one of the feed's values; NULL: none has the name of the placeholder, or it has no text. */
const char *request_value(const struct named_texts *values, const struct placeholder *found);

/*
 * An address with the placeholders of `values` filled in, in `arena`: in the name of the server as they are, and escaped
 * behind it. Other placeholders stay.
 */
const char *request_fill_url(struct arena *arena, const char *url,
	const struct named_texts *values);

/* An address with "x" in the place of each placeholder, in `arena`: to see whether it is one. */
const char *request_plain_url(struct arena *arena, const char *url);

/* Bytes of an address up to where its server's name ends; 0: it is a path. */
size_t request_server_end(const char *url);

#endif
