/*
 * Rule 8 of the contract, section 4, once more: which reading of a feed is trusted, and which absences,
 * deputies or roles then count. Slow, naive, and written from its text alone, so that feed/reading_trust.h and
 * feed/cache.h have somebody to be held up against. Uses nothing of feed/.
 */
#ifndef REFERENCE_TRUST_H
#define REFERENCE_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;

enum stated_kind {
	STATED_READABLE,
	STATED_ASIDE, /* by `only`, or cancelled */
	STATED_UNUSABLE,
};

/*
 * A record, as a feed states it; one that names two people is one record still. The contract speaks of absences. The
 * same rules for the other kinds of feed are read so: a time in which a person has any deputy, or has a role, is
 * to (d), and to a record that cannot be used, what an absence is.
 */
struct stated_record {
	enum stated_kind kind;
	const char *person[2]; /* NULL: none */
	moment start, end;     /* of a readable one; the same: it states nothing */
	const char *role;      /* "role" or "role/SCOPE"; "" where the feed gives no roles */
};

struct stated_reading {
	moment at;
	const char *pages; /* a text that is another where the pages are */
	const struct stated_record *records;
	size_t count;
	bool lacks_field; /* no record has a field of `only` */
};

/* An absence, a time with a deputy, or a time with a role. */
struct reference_absence {
	const char *person;
	moment start, end;
	const char *role; /* "": none */
};

/* A reading that was trusted, or is doubted. */
struct reference_reading {
	moment at;
	const char *pages;
	size_t records, readable, known; /* of `records`, those that are not set aside */
	const struct stated_record *stated;
	size_t stated_count;
	struct reference_absence *absences;
	size_t absence_count, absence_room;
};

struct reference_trust {
	struct arena *arena; /* borrowed: all below */
	/* The settings, and the people whom the directory has. */
	bool as_number, covers_now;
	bool asks_people; /* whom no record of a reading names was not asked about then */
	moment doubt;     /* seconds: the shorter of `doubt` and `max_age` */
	const char *const *known;
	size_t known_count;
	/* What was read. */
	struct reference_reading *trusted; /* every one, the last one last */
	size_t trusted_count, trusted_room;
	bool is_doubted;
	struct reference_reading doubted;
	moment shrunk_since; /* since when each was doubted for (d) alone; MOMENT_LATEST: not */
};

/* The readings to compare with: the last, and the last that is 24 hours old. NULL where there is none. */
const struct reference_reading *reference_last(const struct reference_trust *trust);
const struct reference_reading *reference_older(const struct reference_trust *trust, moment now);

/*
 * Judge a reading and remember it. `older` is what it is compared with beside the last; NULL: none.
 * The result says why it is doubted, a letter of the contract each, "f" for a first reading; "" is trusted; "(d)"
 * is trusted as (d) alone was doubted for long enough.
 */
const char *reference_read(struct reference_trust *trust, const struct stated_reading *stated,
	const struct reference_reading *older);

/* Trust the doubted reading; what was before is not compared with any more. False: there is none. */
bool reference_accept(struct reference_trust *trust);

#endif
