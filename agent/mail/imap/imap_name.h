/*
 * Names of folders: UTF-8 for people, modified UTF-7 on the wire (RFC 3501 section 5.1.3).
 */
#ifndef MAIL_IMAP_IMAP_NAME_H
#define MAIL_IMAP_IMAP_NAME_H

#include <stddef.h>

struct strbuf;

/* Add the name as it goes over the wire. What is not UTF-8 is left out. */
void imap_name_encode(struct strbuf *out, const char *name);

/* Add the name as a person reads it; what is no modified UTF-7 stands as it came. */
void imap_name_decode(struct strbuf *out, const char *name, size_t length);

/* Add it as a command has it: in quotes. */
void imap_name_quote(struct strbuf *out, const char *wire_name);

#endif
