/*
 * What is ahead: notices of absences before they begin, and of gaps in the coming week. Pure: from a forecast, and from what was
 * announced before (promise.h). look_ahead.h writes the notices down.
 *
 * Notified the day before are the person who will stand in, and the person who leaves without an available stand-in: once for
 * each absence and list. What was announced and is not so any more is taken back. mailbox.fallback is notified of each gap
 * once, however its end moves; one that goes and comes again is another one. An absence that is entered on the day it begins
 * is announced when it begins, by the notice to who joins the list.
 */
#ifndef NOTICES_AHEAD_H
#define NOTICES_AHEAD_H

#include <stdbool.h>

#include "base/text/moment.h"

struct arena;
struct coverage;
struct mapping;
struct notice;
struct notice_part;
struct notices;
struct plan;
struct policy;
struct promises;
struct snapshot;
struct table;

/* The days that a forecast needs: today and the seven after it. */
#define AHEAD_DAYS 8

/* Parts of one notice; more gaps, or duties, are named by `postvagt coverage`. */
#define AHEAD_PARTS_MAX 500

/* What is looked at. All borrowed, by the notices, too. */
struct ahead_source {
	const struct coverage *coverage; /* of AHEAD_DAYS or more, from plan->at on */
	const struct plan *plan;         /* of its first moment, by the same mapping */
	const struct mapping *mapping;
	const struct policy *policy;
	const struct snapshot *snapshot;
	moment absences_until; /* absences that begin before it are announced */
	moment gaps_until;     /* gaps that begin before it are announced */
};

/*
 * Find what to announce, and note it in `promises`, whose new texts are in `kept`. `people` gets one notice a person, and `gaps` the
 * parts of the one to mailbox.fallback, without a recipient; in `arena`.
 */
void ahead_find(const struct ahead_source *source, struct promises *promises, struct arena *kept,
	struct arena *arena, struct notices *people, struct notice *gaps);

/* The promises as they are now, to be asked by the following. */
struct table *ahead_index(const struct promises *promises, struct arena *arena);

/* Whether a notice was noted in the promises, all of it. */
bool ahead_is_noted(const struct table *noted, struct arena *arena, const struct notice *notice);

/* Whether a part of a notice that waits is still worth sending: what it announces is still to come, as it was announced. */
bool ahead_is_news(const struct table *noted, struct arena *arena, const struct notice *notice,
	const struct notice_part *part, moment now);

#endif
