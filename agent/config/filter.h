/*
 * LDAP filters as text (RFC 4515): whether one is well formed, before a server
 * is asked with it inside a larger one.
 */
#ifndef CONFIG_FILTER_H
#define CONFIG_FILTER_H

#include <stdbool.h>

/* Whether `text` is one whole filter in parentheses, such as "(&(a=b)(!(c=*)))". */
bool filter_is_valid(const char *text);

#endif
