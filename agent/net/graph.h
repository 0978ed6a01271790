/*
 * Microsoft Graph: one call of its REST interface in the name of an application, and its answer.
 * A call blocks. The token is got, kept and renewed as oauth.h does; throttling (429 with
 * Retry-After) and a server's passing trouble are waited out as exchange.h does.
 *
 *	graph_add_user(&path, &settings->mailbox.graph);
 *	strbuf_adds(&path, "/mailFolders/inbox/messageRules");
 *	failed = graph_call(&settings->mailbox.graph, HTTP_GET, path.text, NULL, &reply, &err);
 *	graph_reply_release(&reply);
 *
 * The server is not trusted: its answers are bounded, and the next page of a list is asked of its own host only.
 */
#ifndef NET_GRAPH_H
#define NET_GRAPH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/strbuf.h"
#include "net/request.h"

struct graph_settings;

#define GRAPH_BYTES_MAX ((size_t)8 * 1024 * 1024) /* of an answer, all its pages together */
#define GRAPH_PAGES_MAX 100

/* What is sent with HTTP_POST and HTTP_PATCH; both are borrowed. */
struct graph_body {
	const char
		*content_type; /* application/json, or what the call's page of the reference says */
	const char *text;
};

struct graph_reply {
	long status;        /* of the last answer; 0: none came */
	struct strbuf code; /* owned: of a refusal, such as ErrorAccessDenied; "": none */
	bool is_unknown; /* nothing says whether the server carried it out: no answer came, or 500, 502 or 504 */
	json_t *json; /* owned: the object that came, of a list with "value" of all pages; NULL: none */
};

#define GRAPH_REPLY_INIT            \
	{                           \
		.code = STRBUF_INIT \
	}

void graph_reply_release(struct graph_reply *reply);

/* Add a text from outside as one segment of a path (RFC 3986 section 2.1): an id, an address. */
void graph_add_segment(struct strbuf *path, const char *text);

/* Add "/users/" and the settings' user. */
void graph_add_user(struct strbuf *path, const struct graph_settings *settings);

/*
 * Call `path`, which begins with a slash, behind the settings' address. `body` may be NULL. `reply` is released first.
 *
 * ERROR_USAGE where a file of the settings cannot be used; ERROR_TARGET where the server refuses (4xx), or answers what
 * cannot be read; ERROR_LOST where it cannot be reached, or is in trouble (429 and 5xx that last). The text says the
 * call, what the server said, and what to do; reply->status and reply->code are set then, too.
 *
 * HTTP_GET, HTTP_PATCH and HTTP_DELETE are tried again as exchange_send() does. HTTP_POST is, only where the server cannot
 * have carried it out: no connection was made, or it answered 429 or 503.
 */
enum error_kind graph_call(const struct graph_settings *settings, enum http_method method,
	const char *path, const struct graph_body *body, struct graph_reply *reply,
	struct error *err);

/* The same within so many seconds for a request; 0, or more than the usual 90: those. */
enum error_kind graph_call_within(int seconds, const struct graph_settings *settings,
	enum http_method method, const char *path, const struct graph_body *body,
	struct graph_reply *reply, struct error *err);

#endif
