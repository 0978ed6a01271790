/*
 * How a text gets through mail that knows ASCII only: encoded words in header fields
 * (RFC 2047), quoted-printable in the body (RFC 2045 section 6.7), and which addresses can
 * stand in a header and in SMTP as they are.
 *
 * Texts are UTF-8. What is none, and control characters, are made harmless first
 * (base/text/strbuf.h), so that nothing from outside ends a line or begins a field.
 */
#ifndef MAIL_SMTP_MIME_H
#define MAIL_SMTP_MIME_H

#include <stdbool.h>

struct strbuf;

/* Add a text of a field such as Subject: as it is where it may be, else as encoded words, folded. */
void mime_add_text(struct strbuf *out, const char *text);

/* Add a display name and its address, "Anna Møller" <anna@eksempel.dk>; `name` may be NULL or "". */
void mime_add_mailbox(struct strbuf *out, const char *name, const char *address);

/* Add a body in quoted-printable: lines of at most 76 characters, ended by CRLF. */
void mime_add_body(struct strbuf *out, const char *text);

/*
 * Whether an address is one that we send to: ASCII, local@domain without quotes, comments or
 * blanks, not longer than SMTP takes (RFC 5321 sections 4.1.2 and 4.5.3.1).
 */
bool mime_is_address(const char *text);

#endif
