/*
 * A feed's page read in a test: what it came to, written so that a case is one text.
 *
 * A line an absence, "1 anna 20261224T230000Z-20261230T230000Z bo;eva", then a line a standing deputy, "1 anna
 * always bo;eva" (or its times), then a line a role, "1 anna always role drift", then a line a record that is set aside, "2 bo aside", then a line a problem, "record 2: part of what" (of the feed: "loen: part of what"), or
 * "ERROR part of the error" alone.
 */
#ifndef FEED_CASE_H
#define FEED_CASE_H

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/strbuf.h"
#include "feed/format/format.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "model/settings.h"
#include "unit.h"

struct feed_page {
	struct arena *arena;
	struct findings
		findings; /* the problems of `says`: "feed NAME, record N", "line 2: what" */
	struct feed_reading says;
	struct feed_reader reading;
	struct error err;
	enum error_kind kind;
};

/* Ready to be read into, page after page; ended by feed_page_release(). */
void feed_page_init(struct feed_page *page, const struct feed_settings *settings);
void feed_page_release(struct feed_page *page);

/* Read a copy of `body` that ends where its memory does, so that ASan sees a step too far. */
void feed_page_read(struct feed_page *page, const char *body, size_t length, moment now);

/* End the reading after its last page, and make findings of its problems. */
void feed_page_end(struct feed_page *page);

/* Write what a page came to: a line an absence, then the standing deputies, the roles, the records set aside. */
void feed_page_add(const struct feed_page *page, struct strbuf *out);

/* Read one page and compare. */
void assert_feed(const struct feed_settings *settings, const char *body, size_t length, moment now,
	const char *expected);

/* Read it cut off at every byte, and with bytes changed at random: nothing is asserted but that it ends. */
void feed_torment(const struct feed_settings *settings, const char *body, moment now,
	unsigned rounds);

/* The set-up of a group: English, and the zone that the cases are written for. 0, or -1 where it is unknown. */
int feed_use_copenhagen(void **state);

#endif
