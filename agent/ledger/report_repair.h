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

/* Who completes it. */
struct report_repair_note {
	const char *text; /* says when, and by which run */
	const char *run;
};

/*
 * Write report and undo file again, of the report's `text`, in the same form: machine lines say what was found, too.
 * Added, removed and failed of `totals` are counted. `arena` gets what is needed meanwhile.
 */
void report_repair_write(const struct read_report *report, const char *text,
	const struct intended_value *values, const struct report_repair_note *note,
	struct strbuf *out, struct strbuf *undo, struct totals *totals, struct arena *arena);

#endif
