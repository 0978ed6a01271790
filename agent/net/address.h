/*
 * Addresses: where a feed's redirects and links to a next page may lead. Never from
 * https to http, never to anything but these two, and never to another host or port
 * where a token or a client certificate would come along.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>

struct strbuf;

/* Why a leap is not made. */
enum redirect_result {
	REDIRECT_MADE = 0,
	REDIRECT_NO_ADDRESS, /* cannot be read, or has a login in it */
	REDIRECT_SCHEME,     /* neither https nor http */
	REDIRECT_UNSAFE,     /* from https to http */
	REDIRECT_SECRET,     /* another host or port, and a secret would come along */
};

/*
 * Put the address to which `target`, maybe relative (RFC 3986 section 5), leads from the
 * address `from` into `result`, without its fragment. `has_secret`: a token, a client
 * certificate or a body goes with each request.
 */
enum redirect_result address_redirect(const char *from, const char *target, bool has_secret,
	struct strbuf *result);

/* What is wrong with a leap, as the end of a sentence in the language in force. */
const char *redirect_problem(enum redirect_result leap);

#endif
