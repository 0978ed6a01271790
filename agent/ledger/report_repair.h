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

/* A report that is completed. All borrowed. */
struct report_repair {
	const struct read_report *report;
	const char *text; /* its own */
	const struct intended_value *values;
	const char *note;    /* when, and by which run, it is completed: a sentence */
	const char *run;     /* that run */
	struct arena *arena; /* for what is needed meanwhile */
};

/*
 * Write report and undo file again, in the same form: machine lines say what was found, too. Added,
 * removed and failed of `totals` are counted.
 */
void report_repair_write(const struct report_repair *repair, struct strbuf *out,
	struct strbuf *undo, struct totals *totals);

#endif
