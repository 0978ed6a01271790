/*
 * A server of HTTP on loopback for one test: it answers its nth request as the nth of some
 * texts says, true or not, and remembers what it was asked. One request a connection.
 */
#ifndef LIAR_H
#define LIAR_H

#include <pthread.h>
#include <stddef.h>

#define LIAR_REQUESTS 64

struct lie {
	const char *text; /* the answer, byte for byte; NULL: nothing, and the connection stays */
	size_t length;    /* 0: the text's own */
	int pause;        /* ms between its bytes */
	int times;        /* how often it is sent, one after the other; 0: once */
};

struct liar {
	const struct lie *lies; /* the last is for all that come after it */
	size_t lie_count;
	int fd, port;
	pthread_t thread;
	int held[LIAR_REQUESTS]; /* connections that stay open */
	size_t count;            /* of requests */
	char requests[LIAR_REQUESTS][2000];
};

/* Listens on a port of its own, `port`, and answers in a thread; ended by liar_stop(). */
void liar_start(struct liar *liar, const struct lie *lies, size_t count);

/* After it, `requests` and `count` may be looked at. */
void liar_stop(struct liar *liar);

#endif
