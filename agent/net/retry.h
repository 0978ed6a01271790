/*
 * Retries: which failures of a request may pass by themselves, and how long to wait.
 * Pure; times in milliseconds.
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include <stdbool.h>

#define RETRY_TRIES 3 /* of one request, in all */

/* Whether a status of HTTP, or a CURLcode, is worth another try. */
bool retry_status(long status);
bool retry_code(int code);

/* Whether a request cannot have been carried out: it was answered so (RFC 6585 section 4, RFC 9110 section 15.6.4), or never sent. */
bool retry_is_unprocessed(long status);
bool retry_is_unsent(int code);

/*
 * How long to wait after `tries` tries: `first`, doubled for each, and up to as
 * much again by `chance` (any number).
 */
int retry_pause(int first, int tries, unsigned chance);

/*
 * What a Retry-After field asks for (RFC 9110 section 10.2.3): seconds, or a date, which is counted
 * from the answer's own Date field, as clocks differ. -1: nothing that can be read.
 */
long long retry_after(const char *field, const char *date);

#endif
