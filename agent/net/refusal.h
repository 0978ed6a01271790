/*
 * Refusals: what a server says when it does not do as it was asked, in one line for a person,
 * and what to do about it.
 *
 * Known are the errors of OAuth 2.0 (RFC 6749 section 5.2, RFC 6750 section 3.1), of Microsoft's
 * identity platform (codes such as AADSTS7000215), of Microsoft Graph and OData
 * ({"error": {"code": ..., "message": ...}}), and problem details (RFC 9457).
 *
 * The server is not trusted: only so much of its answer is read, its words are made safe for a
 * terminal, and a piece of a secret that it repeats is left out of them.
 */
#ifndef NET_REFUSAL_H
#define NET_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

#define REFUSAL_BODY_MAX  ((size_t)64 * 1024) /* bytes; a longer body is not looked at */
#define REFUSAL_WORDS_MAX 300                 /* bytes of a server's words that are shown */

/* An answer; all is borrowed. */
struct refusal {
	const char *body;
	size_t length;
	const char *challenge;        /* its WWW-Authenticate field; NULL: none */
	const struct strbuf *secrets; /* that went with the request */
	size_t secret_count;
};

/*
 * Add to `words` what the server says, on one line, and return true; false where it says nothing
 * that is known. `*advice` is what to do about it, in the language in force, or NULL.
 */
bool refusal_explain(const struct refusal *refusal, struct strbuf *words, const char **advice);

/*
 * Add `text` on one line, safe for a terminal, at most `max` bytes of it. In place of each run of
 * 8 bytes or more that some secret has, too (of a shorter secret: all of it), stands "[...]".
 */
void refusal_add_safe(struct strbuf *out, const char *text, size_t max,
	const struct strbuf *secrets, size_t secret_count);

#endif
