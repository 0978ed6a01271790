/*
 * Absences as a feed reports them: who, in the feed's own words, and when.
 * feed/ reads them, directory/match.h finds whose they are.
 */
#ifndef DECIDE_REPORTED_H
#define DECIDE_REPORTED_H

#include <stddef.h>

#include "base/moment.h"

struct reported_absence {
	size_t record;      /* its number in the feed, from 1 */
	const char *person; /* trimmed, NFC; never empty */
	moment start, end;  /* [start, end), start < end */
	const char **deputies;
	size_t deputy_count; /* in order; trimmed, NFC, none empty */
};

/* One feed's, in the order of its records. */
struct reported {
	const char *feed;  /* the feed's name */
	const char *match; /* the directory attribute that `person` is compared with */
	struct reported_absence *items;
	size_t count, room;
};

#endif
