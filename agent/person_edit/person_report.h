/*
 * Hand input, told: that somebody is absent or back, as LDIF with its undo
 * (the same kind of files as a run's, ledger/store.h), as text and as JSON.
 */
#ifndef PERSON_EDIT_PERSON_REPORT_H
#define PERSON_EDIT_PERSON_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "report/writer.h"

struct absence;
struct absence_list;
struct entry_change;
struct findings;
struct person;
struct plan;
struct run;
struct strbuf;
struct value_set;

/* How far it has come. */
enum person_stage {
	PERSON_INTENDED, /* about to be written */
	PERSON_NOTHING,  /* as it should be already */
	PERSON_DONE,
	PERSON_FAILED,          /* nothing was written; `said` tells why */
	PERSON_OUTCOME_UNKNOWN, /* broken off: whether it was written is not known */
};

/* All borrowed. */
struct person_report {
	const struct run *run;
	const struct person *person;
	const struct absence *begins; /* what was asked for; NULL: to be back */
	const struct absence *ended;  /* back: those that end; that start later: that are removed */
	size_t ended_count;
	const struct absence *coming; /* back: those that stay */
	size_t coming_count;
	const struct absence_list *cleaned; /* those that had ended and are removed besides */
	const struct person *deputy;        /* NULL: none was named */
	const struct entry_change *change;
	bool deputy_is_temporary; /* named for the absence, and not a standing deputy */
	const struct value_set
		*deputies_ended; /* names that are no longer deputies, as their absence is over */
	enum person_stage stage;
	const char *said;             /* PERSON_FAILED, PERSON_OUTCOME_UNKNOWN */
	const struct findings *notes; /* what is to be minded */
	const struct plan *plan;      /* of the next apply; NULL: not known */
	const char *path;             /* of the change report; NULL: there is none */
};

/* How many values; all of them failed where the stage says so. */
struct totals person_report_totals(const struct person_report *report);

void person_report_ldif(struct strbuf *out, const struct person_report *report);
void person_report_undo(struct strbuf *out, const struct person_report *report);
void person_report_text(struct strbuf *out, const struct person_report *report);
void person_report_json(struct strbuf *out, const struct person_report *report);

#endif
