/*
 * The body of a request: a mapping or a list of the settings, sent as JSON, or a text.
 */
#ifndef FEED_REQUEST_BODY_H
#define FEED_REQUEST_BODY_H

#include "base/message/error.h"

struct request_values;
struct strbuf;

/*
 * Add the body of values->feed, filled in (template.h). Of a mapping or a list, plain numbers, true, false and null
 * are JSON's own, a string that is one placeholder is its JSON value, and "{each}" is an array of the
 * feed's `each`, one for each of the people. The value of a key `url`, or one that begins as a path or an address does, is
 * filled in as an address. Errors as of template_fill_address().
 */
enum error_kind body_fill(struct strbuf *out, const struct request_values *values,
	struct error *err);

#endif
