/* What the ways of explaining have in common: titles, and why somebody is passed over. */
#ifndef REPORT_TEXT_EXPLAIN_PARTS_H
#define REPORT_TEXT_EXPLAIN_PARTS_H

#include <stdbool.h>

#include "base/text/moment.h"

struct arena;
struct candidate;
struct candidates;
struct explanation;
struct list_plan;
struct person;
struct report;
struct required;
struct route;
struct snapshot;
struct strbuf;

/* The tag, and what is expected of those who get its mail. */
void explain_add_tag_title(const struct report *report, const char *id);

/*
 * The route whose lists get the mail: the tag's own, after naming the tags that share it; or "*", after
 * saying that no route names the tag. NULL where there is neither.
 */
const struct route *explain_add_route(const struct report *report, const char *tag);

/* The person, whether they can be reached, their roles. */
void explain_add_person_title(const struct report *report, const struct person *person);
void explain_add_no_mail(const struct report *report);

/* "  ! gap: …", a line each. */
void explain_add_gaps(const struct report *report, const struct list_plan *list);

/* Whether the list belongs to the route; NULL has none. */
bool explain_is_of_route(const struct list_plan *list, const struct route *route);

/* Why one who is required is not there, or not alone: "away through …; … stands in". */
void explain_add_missing(struct strbuf *out, const struct required *required, moment at);

/* Why a candidate for standing in is passed over. */
void explain_add_passed_over(struct strbuf *out, const struct candidate *candidate,
	const struct snapshot *snapshot, moment at);

/* Whom the search for a stand-in looked at, in order; nobody where there was none. In `arena`. */
void explain_find_candidates(const struct explanation *explanation, const struct list_plan *list,
	const struct required *required, struct arena *arena, struct candidates *looked_at);

/* Why the person is on the list, or is asked for and not on it; false: neither. */
bool explain_add_standing(struct strbuf *why, const struct report *report,
	const struct list_plan *list, const struct person *person);

#endif
