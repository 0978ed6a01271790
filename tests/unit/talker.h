/*
 * A mail server on loopback for one test: it greets, and answers each line it hears with the
 * next of some texts, whatever was said; it remembers what it heard. One
 * connection, or two.
 */
#ifndef TALKER_H
#define TALKER_H

#include <pthread.h>
#include <stddef.h>

struct talker {
	const char *const *answers; /* the first is the greeting; ended by NULL: it hangs up */
	const char *const *again;   /* the same of a second connection; NULL: there is none */
	int fd, port;
	pthread_t thread;
	char heard[4000];
	size_t length;
};

/* Listens on a port of its own, `port`, and answers in a thread; ended by talker_stop(). `again` may be NULL. */
void talker_start(struct talker *talker, const char *const *answers, const char *const *again);

/* After it, `heard` may be looked at. */
void talker_stop(struct talker *talker);

#endif
