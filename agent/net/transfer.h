/*
 * A transfer: one request and its answer, by libcurl's easy interface; what to do
 * with either is fetch.c's.
 */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/library/curl.h"
#include "base/message/error.h"
#include "base/text/strbuf.h"

struct http_request;
struct http_settings;

/* What tells the server which version is known already (RFC 9110 section 8.8); NULL: none. */
struct validators {
	const char *etag, *last_modified;
};

/* Milliseconds, but for `silence`, in seconds. */
struct transfer_bounds {
	int connect, silence, total;
};

struct transfer {
	CURL *easy;                           /* owned; NULL until transfer_open() */
	const struct http_settings *settings; /* borrowed */
	struct strbuf authorization;          /* owned: the field; empty: none */
	struct strbuf key;                    /* owned: its path */
	struct strbuf *secret_fields;         /* owned: header fields that are secret */
	size_t secret_field_count, secret_field_room;
	struct strbuf *secrets; /* owned: what is secret of all these, for refusal.h */
	size_t secret_count, secret_room;
	struct strbuf cache;          /* owned: the name of the keytab's tickets; empty: none */
	bool has_secret;              /* what is freed is wiped as long as it lives */
	struct strbuf etag, modified; /* owned: the fields of what is known */
	struct strbuf content_type;   /* owned: the field */
	struct curl_slist *fields;    /* owned: of the request; borrowed by curl */
	size_t field_count, field_room;
	bool is_private;    /* the answer is a secret, too; set before transfer_prepare() */
	struct strbuf body; /* owned; what came, decoded */
	size_t room;        /* how long it may get */
	bool is_too_long;
	bool is_cut;                   /* an error's body is longer than is looked at */
	char trouble[CURL_ERROR_SIZE]; /* curl's own words */
};

/*
 * Make ready to ask a server, with the settings' token, password, secret header fields and
 * certificate; ERROR_USAGE where one of their files cannot be used. transfer_release() wipes and
 * frees all, also then.
 */
enum error_kind transfer_init(struct transfer *transfer, const struct http_settings *settings,
	struct error *err);
void transfer_release(struct transfer *transfer);

/* Get libcurl's handle, once, before transfer_prepare(); a file may need none. */
enum error_kind transfer_open(struct transfer *transfer, struct error *err);

/* Send this bearer token from now on, in the place of another. The caller wipes its own. */
void transfer_set_token(struct transfer *transfer, const struct strbuf *token);

/*
 * Lay out the request, which is borrowed until it has run; `known` may be NULL. At most `room` bytes are taken.
 * The handle is then the caller's to run.
 */
void transfer_prepare(struct transfer *transfer, const struct http_request *request,
	const struct validators *known, size_t room, const struct transfer_bounds *bounds);

/* Whether the transfer's requests carry something that another host must not see. */
bool transfer_has_secret(const struct transfer *transfer);

/* The answer: its status (0: a file), and its `index`th field of a name, or NULL; valid until the next request. */
long transfer_status(const struct transfer *transfer);
const char *transfer_field(const struct transfer *transfer, const char *name, size_t index);

#endif
