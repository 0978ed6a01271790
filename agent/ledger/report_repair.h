/*
 * Completing the report of a run that was interrupted: what was found done stays as
 * a record, the rest becomes a comment, and the undo file takes back what was done.
 * Whoever calls it has looked in the directory.
 */
#ifndef LEDGER_REPORT_REPAIR_H
#define LEDGER_REPORT_REPAIR_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct read_record;
struct read_report;
struct strbuf;
struct totals;

/* A value of the report's records, or, with `type` NULL, an entry that was to be deleted. */
struct intended_value {
	const char *dn, *type, *value;
	bool counts;   /* for the totals: of an entry that is made, only the members do */
	bool is_there; /* in the directory: for the caller to fill in */
};

/* All of them, in the order of the report, in `arena`. Records that stand as comments have none. */
struct intended_value *report_repair_values(const struct read_report *report,
	const char *member_attribute, struct arena *arena, size_t *count);

/* How many of them are the record's. */
size_t report_repair_count(const struct read_record *record);

/*
 * Write report and undo file anew, of the report's `text`. `note` says when and by whom it
 * was completed. Added, removed and failed of `totals` are counted.
 */
void report_repair_write(const struct read_report *report, const char *text,
	const struct intended_value *values, const char *note, struct strbuf *out,
	struct strbuf *undo, struct totals *totals);

#endif
