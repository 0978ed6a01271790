/*
 * LDIF records (RFC 2849) of the changes to one list, and which values they
 * carry: what report/ldif/ldif.c and report/ldif/undo.c are made of.
 */
#ifndef REPORT_LDIF_RECORD_H
#define REPORT_LDIF_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"

struct arena;
struct entry_change;
struct list_plan;
struct person;
struct report;
struct run;
struct strbuf;
struct totals;

/* Member values; the DNs are borrowed from the plan, the array is in an arena. */
struct record_values {
	const char **dns;
	size_t count, room;
};

/*
 * The values that a plan adds to a list or, with `removals`, deletes from it.
 * Where outcomes are known: those that were done or, with `failed`, those that
 * were not. Before that all count as done.
 */
struct record_values record_values_of(const struct report *report, const struct list_plan *list,
	bool removals, bool failed, struct arena *arena);

/* One line, or several folded ones, "name: value", in base64 where the value needs it. */
void record_line(struct strbuf *out, const char *name, const char *value);

/* Modify records that "add" or "delete" (`verb`) the values, as many in each as a server is asked at once. */
void record_modify(struct strbuf *out, const char *list_dn, const char *verb, const char *attribute,
	const struct record_values *values);

/* The record that makes a list, with these members; that deletes an entry. */
void record_make(struct strbuf *out, const struct list_plan *list, const char *attribute,
	const struct record_values *members);
void record_delete(struct strbuf *out, const char *dn);

/* The record that changes values of one entry; with `back`, the one that takes it back. */
void record_change(struct strbuf *out, const struct entry_change *change, bool back);

/* Add records as comments, each line of them. */
void record_comment_out(struct strbuf *out, const struct strbuf *records);

/* "# label: text", the text from outside. */
void record_comment(struct strbuf *out, const char *label, const char *text);

/* "# tag, kind: list", above a record. */
void record_heading(struct strbuf *out, const struct list_plan *list);

/* "# label: dn (name): why"; `person` and `why` may be NULL. */
void record_person(struct strbuf *out, const char *label, const char *dn,
	const struct person *person, const char *why);

/* The comments that say how many values came of it. */
void record_totals(struct strbuf *out, const struct totals *totals);

/* The comments that say who ran what, when and where; and, of a plan, by what it was judged. */
void record_run(struct report *report);
void record_who(struct strbuf *out, const struct run *run, moment decided_as_of);

#endif
