/*
 * What one reading of a feed says: its records, and the absences, standing deputies or roles that they
 * state (CONTRACT section 4, "A feed's records"). Plain data: feed/format/ fills it in,
 * feed/reading_trust.h judges it, decide/feed_absences.h gives it to people.
 */
#ifndef MODEL_FEED_READING_H
#define MODEL_FEED_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory/hash.h"
#include "base/text/moment.h"

/* There are many of them, so numbers are small here: at most FEED_RECORDS_MAX records, and PERSON_VALUES_MAX deputies of each. */
struct feed_absence {
	const char *
		person; /* trimmed, NFC; never empty; the same text of one reading is at one address */
	moment start, end;     /* [start, end), start < end */
	const char **deputies; /* in order; trimmed, NFC, none empty */
	uint32_t record;       /* its number in the feed, from 1 */
	uint16_t deputy_count;
	bool kept; /* of an earlier reading, for a person who has an unusable record in this one */
};

/* One feed's, in the order of its records. */
struct feed_absences {
	const char *feed;  /* the feed's name */
	const char *match; /* the directory attribute that `person` is compared with */
	bool as_number;    /* and both as numbers: `person` is as text_number() makes it */
	struct feed_absence *items;
	size_t count, room;
};

/*
 * Who stands in for a person whenever that is away: of a feed of absences a record with a deputy and neither end, so that it
 * is open; of one that gives deputies any record.
 */
struct feed_standing {
	size_t record;
	const char *person;
	const char **deputies;
	size_t deputy_count;
	moment start, end; /* [start, end) */
	bool kept;         /* as that of an absence */
};

/* A role that a feed gives to a person. */
struct feed_role {
	size_t record;
	const char *person; /* as an absence's */
	const char *role;   /* trimmed, NFC, not empty: a spelling, and perhaps a scope */
	moment start, end;  /* [start, end) */
	bool kept;          /* as that of an absence */
};

/* One feed's, in the order of its records. */
struct feed_roles {
	struct feed_role *items;
	size_t count, room;
};

enum feed_record_state {
	RECORD_READABLE,  /* its dates were read, and it names a person */
	RECORD_SET_ASIDE, /* by `only`, or cancelled */
	RECORD_UNUSABLE,  /* its dates cannot be read, or it names nobody */
};

/* A record; one that names several people is several of these, with one number. */
struct feed_record {
	const char *person; /* trimmed, NFC; NULL: none is named */
	uint32_t number;
	enum feed_record_state state;
};

/* The zone that a record names for its times; for who shows it. */
struct feed_zone {
	size_t record;
	const char *name; /* as written */
};

/* What is wrong with a record, or with the reading as a whole. */
struct feed_problem {
	size_t record, line; /* 0: not of one record, not known */
	const char *person;  /* NULL: none is named */
	const char *what;    /* without the person's name; in the language in force */
	bool costs_absence;  /* somebody may be taken to be at work who is away */
};

/* Kept of records, and of the feed as many again; what is more is counted in problems_left_out. */
#define FEED_PROBLEMS_MAX 1000

struct feed_reading {
	struct feed_absences absences;
	struct feed_standing *standing;
	size_t standing_count, standing_room;
	struct feed_roles roles;
	struct feed_record *records; /* in the order of their numbers */
	size_t record_count, record_room;
	struct feed_problem *problems;
	size_t problem_count, problem_room, problems_left_out;
	struct feed_zone *zones; /* in the order of the records */
	size_t zone_count, zone_room;
	const char *
		only_missing; /* a field of `only` that no record has; NULL: none is missing, or no records */
};

/* How many records a reading has, each counted once, however many people it names. */
struct feed_counts {
	size_t records;
	size_t set_aside;
	size_t unusable;
	size_t readable; /* of these are: */
	size_t used; /* ... of a person whom the directory has, and of a role that is asked for */
	size_t unasked; /* ... of roles only that no route asks for */
	size_t known;   /* records that name such a person, in whatever state */
};

/* A reading as it is kept, to serve and to be compared with. */
struct kept_reading {
	moment first_at, last_at; /* when the feed said this first, and last */
	char sha256[SHA256_HEX];  /* of its pages */
	struct feed_counts counts;
	struct feed_absences absences;
	struct feed_standing *standing;
	size_t standing_count;
	struct feed_roles roles;
	/* Of a feed that is asked about people (asks: people): about whom it was asked, and what came of it; else none. */
	struct feed_record *records;
	size_t record_count;
};

#endif
