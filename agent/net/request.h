/*
 * One request of HTTP, as the caller wants it sent: where to, and what. Whose name it is sent in, and how it is
 * answered for, is the transfer's (transfer.h): the settings' token, password, certificate and secret header fields.
 *
 *	struct http_request request = HTTP_REQUEST_INIT;
 *	strbuf_adds(&request.url, "https://hr.eksempel.dk/absences.json");
 *	http_request_add_field(&request, "Prefer", "outlook.timezone=\"UTC\"");
 *	http_request_release(&request);
 */
#ifndef NET_REQUEST_H
#define NET_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/strbuf.h"

enum http_method {
	HTTP_GET = 0,
	HTTP_POST,
	HTTP_PATCH, /* RFC 5789 */
	HTTP_DELETE,
};

struct http_request {
	struct strbuf url;
	enum http_method method;
	bool sent_once; /* it is not sent again where the server may have carried it out already */
	struct strbuf body;         /* HTTP_POST, HTTP_PATCH */
	struct strbuf content_type; /* of the body; empty: none is sent */
	struct strbuf *fields;      /* owned: header fields, "Name: value" each */
	size_t field_count, field_room;
};

#define HTTP_REQUEST_INIT                                                            \
	{                                                                            \
		.url = STRBUF_INIT, .body = STRBUF_INIT, .content_type = STRBUF_INIT \
	}

/* Free what it holds; it is as HTTP_REQUEST_INIT then. */
void http_request_release(struct http_request *request);

/* Make `to`, which is emptied first, a copy of `from`. */
void http_request_copy(struct http_request *to, const struct http_request *from);

/* Whether name and value can be a header field (RFC 9110 section 5.1, 5.5): a value is one line. */
bool http_field_is_valid(const char *name, const char *value);

/* Add a header field. False, and nothing is added, where name or value cannot be one. */
bool http_request_add_field(struct http_request *request, const char *name, const char *value);

#endif
