/*
 * Readings of a feed and their trust (CONTRACT section 4, rule 8), as a script: "1..5 / +2h 1 2?" is one that lists five
 * people and, two hours later, one of person 1 and an unusable record of person 2. A script runs twice: by
 * feed/reading_trust.h and feed/cache.h, which are kept as JSON between readings, and by reference_trust.h; a test
 * fails where they do not agree.
 *
 *	+30m +2h +1d    when it is read, after the one before; an hour later without
 *	7               a readable record of person 7, absent from a day before the start until 60 days after it
 *	7@-2h:3d        the same, absent from then until then, counted from the start of the script
 *	7? ?            an unusable record that names 7, or nobody
 *	7-              a record that is cancelled or set aside
 *	7=              a standing deputy's: readable, and no absence
 *	7:b 7:s|A       the role b, or s/A, of a feed of roles, where a record has the role r else
 *	7%              the same without dates
 *	7&8             one record of two people
 *	7*3 1..5        three records of one person; one of each person from 1 to 5
 *	!               no record has a field of `only`
 *	accept          no reading: `postvagt feeds accept`
 *	number now asks deputies roles doubt=24h max_age=12h	settings, at the front
 *
 * Under `deputies` and `roles` the days of a record are those in which the person has a deputy, or the role.
 *
 * Under `asks` a reading is about the people only whom its records name.
 *
 * The directory has the people 1 to 60, by their numbers, and anna.
 */
#ifndef TRUST_SCRIPT_H
#define TRUST_SCRIPT_H

#include <stddef.h>

#include "base/text/moment.h"
#include "feed/cache.h"
#include "model/settings.h"
#include "reference_trust.h"

struct arena;

/* How a number is also written: all the same under `match_as: number`. The first is the number itself. */
struct trust_spelling {
	const char *before, *after;
};

#define TRUST_SPELLINGS 7

extern const struct trust_spelling trust_spellings[TRUST_SPELLINGS];

/* A feed, read by both. */
struct trust_run {
	struct arena *arena; /* owned: what lasts for the run */
	struct feed_settings settings;
	moment now;
	struct feed_cache cache;
	struct arena *cache_arena; /* owned */
	struct reference_trust reference;
};

/* The fixtures of a group: make the people of the directory, and free them. */
int trust_set_up(void **state);
int trust_tear_down(void **state);

void trust_run_init(struct trust_run *run);
void trust_run_release(struct trust_run *run);

/*
 * Run a script. What each step came to, by its letters, as reference_read() says it: "ok ad (d)"; "accepted", or
 * "none" where no reading is doubted. In the run's arena.
 */
const char *trust_run_script(struct trust_run *run, const char *script);

/* Whose absences, deputies or roles serve and have not ended, in their order; "7~" is kept of an earlier reading. In the run's arena. */
const char *trust_run_show(const struct trust_run *run);

#endif
