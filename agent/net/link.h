/*
 * Links: the Link field of an answer (RFC 8288), by which a server says where the
 * next page is.
 */
#ifndef NET_LINK_H
#define NET_LINK_H

#include <stdbool.h>

struct strbuf;

/*
 * The target, as written, of the first link of `field` whose relation is "next" and whose
 * context is the page itself (no anchor); false where there is none. What
 * follows the first thing that is no link is not looked at.
 */
bool link_next(const char *field, struct strbuf *target);

#endif
