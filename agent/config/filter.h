/*
 * LDAP filters as text (RFC 4515): whether one is well formed, before a server
 * is asked with it inside a larger one.
 */
#ifndef CONFIG_FILTER_H
#define CONFIG_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/* Whether `text` is one whole filter in parentheses, such as "(&(a=b)(!(c=*)))". */
bool filter_is_valid(const char *text);

/*
 * The next attribute that a valid filter names, from *at on, with its options: "cn;lang-da". Moves *at behind it, and puts its
 * bytes in *length. NULL: there is none.
 */
const char *filter_next_attribute(const char **at, size_t *length);

#endif
