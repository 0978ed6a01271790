/*
 * Edit one person's absences, as `absent` and `back` do: find the person, read the entry, write the
 * change with its report, and print what it means for the lists.
 *
 *	struct person_edit edit = PERSON_EDIT_INIT;
 *	status = person_edit_start(&edit, options);
 *	if (!status)
 *		status = person_edit_read(&edit, deputy);
 *	if (!status) {
 *		// ... fill edit.change and edit.report
 *		status = person_edit_write(&edit);
 *		// ... add to edit.notes what the look at the lists has shown
 *		person_edit_print(&edit);
 *	}
 *	person_edit_end(&edit);
 */
#ifndef PERSON_EDIT_EDIT_H
#define PERSON_EDIT_EDIT_H

#include "base/message/finding.h"
#include "model/mapping.h"
#include "model/person_values.h"
#include "person_edit/absence_edit.h"
#include "person_edit/deputy_edit.h"
#include "person_edit/person_report.h"
#include "run/session.h"
#include "run/temporary_state.h"

struct options;

struct person_edit {
	struct session session;
	struct references also;  /* the person and the deputy by DN, to be read with the lists */
	struct snapshot *people; /* owned: the person and the deputy; the session's is the plan's */
	struct findings notes;   /* for the user; in the session's arena */
	const char *separator;   /* never NULL */
	struct person_values values; /* in the session's arena */
	struct entry_change change;
	struct absence_editor
		editor; /* of `change`, at the session's moment; made by person_edit_read() */
	struct temporary_state temporary; /* owned: who was named for one absence */
	struct deputy_editor deputies;    /* of `change`, too; made by person_edit_deputies() */
	struct strbuf path;               /* owned: of the change report */
	struct person_report report; /* its person and deputy are filled in by person_edit_read() */
};

#define PERSON_EDIT_INIT                                      \
	{                                                     \
		.session = SESSION_INIT, .path = STRBUF_INIT, \
	}

/*
 * Read a time of the command line: what would be read as an absence's start or end (`edge`), and is not an open end. A day
 * as an end is the midnight after it. `is_date` may be NULL. ERROR_USAGE names the option.
 */
enum error_kind person_edit_read_time(const char *option, const char *text, enum moment_edge edge,
	moment *t, bool *is_date, struct error *err);

/* Read the files. Returns 0, or an exit status after saying what is wrong. */
int person_edit_start(struct person_edit *edit, const struct options *options);

/*
 * Connect, find the PERSON of the command line and, unless NULL, the deputy, and
 * read the person's values. Returns the same.
 */
int person_edit_read(struct person_edit *edit, const char *deputy);

/* Once the absences are edited: make the editor of deputies ready for those that remain. */
struct deputy_editor *person_edit_deputies(struct person_edit *edit);

/*
 * Write edit->change, if there is any, between its two reports; then read what it
 * means for the lists, with the feeds. Returns the exit status.
 */
int person_edit_write(struct person_edit *edit);

/* The person as the lists were decided with, absences of feeds included; itself where they were not read. */
const struct person *person_edit_person_now(const struct person_edit *edit,
	const struct person *person);

/* Print what came of it, unless not even a report could be written. */
void person_edit_print(struct person_edit *edit);

/* Free everything. */
void person_edit_end(struct person_edit *edit);

#endif
