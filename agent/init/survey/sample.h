/*
 * A sample: a few entries of a search, whichever the server comes upon first. It is not whole, and
 * nothing may be decided by it; it serves who proposes something to a person (init), or helps one to type.
 * Whatever takes a search for whole uses search.h.
 */
#ifndef INIT_SURVEY_SAMPLE_H
#define INIT_SURVEY_SAMPLE_H

#include <stdbool.h>

#include "base/message/error.h"

struct connection;
struct dir_entry;

/* No server of ours refuses to hand out so many, or a page of them. */
#define SAMPLE_MAX 500

/* Texts are borrowed until sample_take() returns. */
struct sample {
	const char *base;
	const char *filter;
	const char *const *attributes; /* NULL-ended */
	int most;                      /* 1 to SAMPLE_MAX; where `paged`, any */
	bool paged;                    /* page by page (RFC 2696), until `most` have come */
	bool base_only;                /* the entry of `base` alone, else all below it */
	void (*on_entry)(void *context, const struct dir_entry *entry);
	void *context;
};

/*
 * Take it. `*more` (may be NULL): there are more of them, or may be, as the server's time or size limit cut it
 * short. A base that is not there, or may not be read, has none. Errors as connection_error() says.
 */
enum error_kind sample_take(struct connection *connection, const struct sample *sample, bool *more,
	struct error *err);

#endif
