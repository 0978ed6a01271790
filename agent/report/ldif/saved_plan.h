/*
 * A saved plan: the LDIF of `plan -o`, and in its comments what it was based on, so that
 * `apply FILE` can tell whether that still holds. It stays LDIF that ldapmodify takes.
 *
 *   ... the head of a change report, an empty line
 *   # SHA-256 of settings: ...       as read, and so of tags, roles, routes
 *   # limits: removals_per_list 5, removals_per_run 25
 *
 *   # basis of: <list>               before the records of each list that changes
 *   # identity: <the entry's>        where it can be read
 *   # not there: it is to be made    where it is not
 *   # for no absence: 3              how many leave it so; where any do
 *   # had: <dn>                      each value, in the list's order
 *
 *   ... headings, people, records, findings, totals
 *   # SHA-256 of all above: ...
 *   # end
 *
 * A value that a line of text cannot carry as it is stands in base64, behind two colons.
 */
#ifndef REPORT_LDIF_SAVED_PLAN_H
#define REPORT_LDIF_SAVED_PLAN_H

#include "base/message/error.h"

struct arena;
struct saved_plan;
struct list_plan;
struct report;

/* The parts that report/ldif/ldif.c puts into a report that is planned. */
void saved_plan_head(struct report *report);
void saved_plan_basis(struct report *report, const struct list_plan *list);

/*
 * Read a saved plan. ERROR_USAGE where the file cannot be read, or is none; where its state
 * is not SAVED_PLAN_WHOLE, nothing else of it is read. All of it is in `arena`.
 */
enum error_kind saved_plan_load(struct saved_plan *saved, const char *file,
	const char *member_attribute, struct arena *arena, struct error *err);

/* The same of text that is called `file`. */
enum error_kind saved_plan_parse(struct saved_plan *saved, const char *file, const char *text,
	size_t length, const char *member_attribute, struct arena *arena, struct error *err);

#endif
