/*
 * A plan, told: as text for an admin, JSON for a program, LDIF for an auditor
 * and for ldapmodify, and LDIF that takes it back. Each is one small struct of
 * functions; report_write() walks the plan and calls them.
 */
#ifndef REPORT_WRITER_H
#define REPORT_WRITER_H

#include <stdbool.h>

#include "base/text/moment.h"
#include "base/text/strbuf.h"

struct findings;
struct saved_plan;
struct list_outcome;
struct list_plan;
struct mapping;
struct plan;
struct report;

struct writer {
	void (*begin)(struct report *report);
	void (*list)(struct report *report, const struct list_plan *list);
	void (*findings)(struct report *report); /* all of them; NULL: has none */
	void (*end)(struct report *report);
};

extern const struct writer text_writer, json_writer, ldif_writer, undo_writer;

/* Who ran what, where and when. All borrowed. */
struct run {
	const char *id; /* eight hexadecimal digits, made for this run */
	moment started;
	const char *user, *host;
	const char *version;   /* of the program */
	const char *case_text; /* --case; NULL: not given */
	const char *settings_file, *settings_sha256;
	const char *server; /* the URL that was read and written; NULL: none was */
	const char *member_attribute;
	const struct saved_plan *saved; /* that is applied; NULL: what the rules ask for now */
	const char *undoes;             /* the run that is taken back; NULL: none */
	bool let_past_limit;            /* of the saved plan or undo, by --over-limit */
	moment waiting_since; /* of watch: when its changes began to wait (report_budget.h); 0: they did not */
	size_t left_out; /* reports that were not written meanwhile */
	bool keeps_absences; /* what was read of them is on disk for the runs that follow (run/kept_state.h) */
};

/* How far a run has come: it decides what a report claims. */
enum report_stage {
	REPORT_PLANNED,  /* shown, or kept by plan -o: nothing is done */
	REPORT_INTENDED, /* about to be done */
	REPORT_DONE,     /* done; `outcomes` tell how */
	REPORT_REFUSED,  /* a limit would be passed, or a saved plan is stale: nothing is done */
};

/* Everything a writer may need. All borrowed but `state`, which a writer keeps from begin to end. */
struct report {
	const struct writer *writer;
	struct strbuf *out;
	const struct plan *plan;
	const struct mapping *mapping;
	const struct findings *findings; /* of files, snapshot and decision together, sorted */
	const struct run *run;
	enum report_stage stage;
	const struct list_outcome *outcomes; /* as plan->lists; NULL before REPORT_DONE */
	bool colour;                         /* text only */
	bool goes_on;                        /* text only: what failed is tried again by itself */
	bool verbose;                        /* text only: also lists that stay as they are */
	void *state;
};

/* Write the whole report to report->out. */
void report_write(struct report *report);

/* The outcome of one of the plan's lists, or NULL where nothing was done yet. */
const struct list_outcome *report_outcome(const struct report *report,
	const struct list_plan *list);

/* Whether some request was sent, and what came of it could not be learnt. */
bool report_has_unknown_outcome(const struct report *report);

/* Added, removed, kept, held and refused values, as far as the report's stage knows them. */
struct totals {
	size_t added, removed, kept, held, refused, failed;
};
struct totals report_totals(const struct report *report);

#endif
