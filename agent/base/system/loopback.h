/*
 * Addresses that never leave this machine, where a secret needs no TLS.
 */
#ifndef BASE_SYSTEM_LOOPBACK_H
#define BASE_SYSTEM_LOOPBACK_H

#include <stdbool.h>

/*
 * Whether the URL's host is localhost, in 127.0.0.0/8, or ::1, or the URL names a local socket
 * (ldapi). A name that only begins so, or a URL with a user in it, is not.
 */
bool url_is_loopback(const char *url);

#endif
