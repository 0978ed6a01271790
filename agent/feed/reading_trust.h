/*
 * Trust: whether a reading of a feed may be believed (CONTRACT section 4, rule 8). Pure: a reading is judged
 * by its records and by the trusted readings before it.
 *
 *	reading_keep_stated(&reading, last, gives, now, arena);
 *	question.reading = &reading;		// and the other fields
 *	reading_judge(&verdict, &question);
 *	if (verdict.doubts)
 *		reading_add_doubt(&text, &verdict, &reading);
 */
#ifndef FEED_READING_TRUST_H
#define FEED_READING_TRUST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/feed_reading.h"
#include "model/settings.h"

struct arena;
struct strbuf;
struct table;

/* Why a reading is doubted: any of these, together. */
enum reading_doubt {
	DOUBT_UNREADABLE = 1 << 0, /* (a) much fewer of its records can be read */
	DOUBT_UNKNOWN = 1 << 1,    /* (b) none of its records has a known person, and several had */
	DOUBT_NO_FIELD = 1 << 2,   /* (c) no record has a field that `only` names */
	DOUBT_SHRUNK = 1 << 3,     /* (d) most of what had not ended is not there any more */
	DOUBT_FIRST = 1 << 4,      /* the first reading has records, and none of a known person */
	DOUBT_LOST = 1 << 5,       /* it has no records, and what was trusted before is lost */
};

/* Fewer records of known people than this, or absences, deputies or roles, are not compared, or not by their half. */
#define TRUST_COMPARES_FROM 5

/* How old the second of the readings is that one is compared with. */
#define TRUST_OLDER MOMENT_DAY

struct reading_question {
	const struct feed_reading *reading; /* borrowed */
	const struct feed_counts *counts;   /* borrowed: its own */
	const char *sha256;                 /* borrowed: of its pages */
	const struct kept_reading *last; /* borrowed: the last trusted one; NULL: there is none */
	const struct kept_reading
		*older; /* borrowed: the last that is TRUST_OLDER or more; NULL: there is none */
	bool is_lost; /* no `last` is there, though one was trusted once: then no records are no first reading */
	const struct table
		*people; /* borrowed: feed_people(), or NULL: people are told apart by the value */
	enum feed_covers covers;
	enum feed_gives gives;
	bool asks_people; /* those whom no record of the reading names were not asked about: they are not compared */
	moment now;
};

struct reading_verdict {
	unsigned doubts;           /* of enum reading_doubt; 0: it is trusted */
	struct feed_counts counts; /* with `asks_people` who is not away is among the readable */
	struct feed_counts unreadable_before; /* (a): of the reading it was compared with */
	size_t known_before;                  /* (b) */
	size_t absences_before,
		absences_left; /* (d): of those that had not ended, and how many are still there; what the feed gives */
	enum feed_gives gives;
	const char *field; /* (c): borrowed of the reading */
};

/*
 * (d) compares what a feed gives: its absences, or the times in which a person has any deputy, or has a role. An absence is
 * still there if the person is absent at any moment of what remains of it; a deputy or a role likewise. What belongs to a
 * person of whom a record is set aside or cancelled is still there, too.
 */

/*
 * Add to a reading what `last` gives and has not ended, of each person whom an unusable record of the reading names:
 * absences, or deputies or roles where the feed gives these. All of it is marked `kept`, and what is there already is
 * not added a second time. `last` may be NULL.
 */
void reading_keep_stated(struct feed_reading *reading, const struct kept_reading *last,
	enum feed_gives gives, moment now, struct arena *arena);

/* Judge a reading, to which what is kept was added. */
void reading_judge(struct reading_verdict *verdict, const struct reading_question *question);

/* Whether a reading that was doubted since `since`, each time for (d) alone, is trusted now. */
bool reading_doubt_is_over(unsigned doubts, moment since, moment now,
	const struct feed_settings *settings);

/* Add what is doubtful, in the language in force: "180 of 212 records are unreadable (first: record 1, ...)". */
void reading_add_doubt(struct strbuf *out, const struct reading_verdict *verdict,
	const struct feed_reading *reading);

#endif
