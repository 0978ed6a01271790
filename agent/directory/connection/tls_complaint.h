/*
 * Why libldap refused the last certificate: over GnuTLS it says so only in its debug log, among traces of its calls.
 */
#ifndef DIRECTORY_CONNECTION_TLS_COMPLAINT_H
#define DIRECTORY_CONNECTION_TLS_COMPLAINT_H

#include <stdbool.h>

/* Listen to the log of libldap, and forget what it said before; or (`on` false) stop listening. */
void tls_complaint_listen(bool on);

/* Return what libldap said last, "" where it said nothing; valid until it is listened to again. */
const char *tls_complaint(void);

#endif
