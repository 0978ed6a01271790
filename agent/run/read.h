/*
 * One run, step by step, as every command walks it: settings and mapping,
 * connection, snapshot, plan. Messages go to standard error here; results are
 * the command's own.
 *
 *	struct session session = SESSION_INIT;
 *	status = session_start(&session, options, false);
 *	if (!status)
 *		status = session_plan_or_say(&session);
 *	// ...
 *	session_end(&session);
 */
#ifndef RUN_READ_H
#define RUN_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"
#include "directory/connection/connection.h"
#include "feed/feeds.h"
#include "report/writer.h"
#include "run/changed_back.h"

struct dir_changes;
struct mapping;
struct notice_run;
struct options;
struct plan;
struct references;
struct settings;
struct snapshot;
struct log_once;

struct session {
	const struct options *options; /* borrowed */
	struct arena *arena;           /* owned: findings, run; anew with each round */
	struct findings findings;      /* of the files, and later of everything */
	struct findings run_findings;  /* of those, what is about this run alone */
	struct arena *files;           /* owned: file_findings */
	struct findings file_findings;
	struct settings *settings;     /* owned */
	const struct mapping *mapping; /* in the settings' arena */
	struct feeds feeds;            /* owned */
	enum feeds_purpose feeds_purpose;
	struct connection connection;        /* owned */
	struct snapshot *snapshot;           /* owned */
	struct plan *plan;                   /* owned */
	const struct references *also;       /* borrowed: whom to look up besides; NULL: nobody */
	moment now, at;                      /* --at, or now */
	bool write_failed;                   /* carry_out() could not do all of the plan */
	const struct list_outcome *outcomes; /* of the lists then; NULL: nothing was begun */
	struct log_once *troubles; /* borrowed: where carry_out() tells what fails; NULL: just so */
	bool is_retry;             /* what is to be done failed before, and was told of */
	bool findings_told;        /* already: not printed with the plan, but for `run_findings` */
	bool look_at_everyone;     /* read all who ever could stand in */
	uint64_t report_bytes;     /* of the reports that this run stored, undo files included */
	struct changed_back changed_back; /* what this host wrote in the last hour (rule 10) */
	int days; /* read what these days from `at` on ask for, and compare no lists; 0: the one moment */
	int days_ahead;       /* read also what these days ask for, and plan as ever; 0: none */
	bool had_to_read_all; /* in the last round, as the changes alone did not do */
	struct run run;
	const char *wrong; /* why session_start() failed, for the run's line; NULL: it did not */
};

#define SESSION_INIT                                           \
	{                                                      \
		.options = NULL, .connection = CONNECTION_INIT \
	}

/*
 * Read the files. Returns 0, or an exit status after saying what is wrong
 * (`check` says it itself: with `keep_findings` nothing is printed). With `settings` there is a
 * run that failed, whose line run_record_failure() can write: ->wrong says why; ->mapping may be NULL.
 */
int session_start(struct session *session, const struct options *options, bool keep_findings);

/* Make its language and its time zone the process's, where another session's are. */
void session_in_force(const struct session *session);

/* Connect, read, decide, compare, judge: session->plan and ->findings are complete after. */
enum error_kind session_plan(struct session *session, struct error *err);

/*
 * For one who goes on after that (watch): begin another round, a run of its own at the present
 * moment. Then plan, of the feeds as they are: from the snapshot before where `changes` are all that happened to
 * it since, or, with `changes` NULL, of a directory that is read anew.
 */
void session_next_round(struct session *session);
enum error_kind session_plan_round(struct session *session, const struct dir_changes *changes,
	struct error *err);

/* The same; says on standard error what failed, and returns 0 or an exit status. */
int session_plan_or_say(struct session *session);

/* Free everything. */
void session_end(struct session *session);

#define SESSION_SYSTEM_SETTINGS "/etc/postvagt/postvagt.yaml"

/*
 * The file of the settings: -c, else ./postvagt.yaml where that and the current folder are the caller's own, else the
 * system's. Says on standard error that ./postvagt.yaml is passed over.
 */
const char *session_settings_file(const struct options *options);

/* Eight random hexadecimal digits, for a run's id. */
const char *session_new_id(struct arena *arena);

/* What the lifecycle of notices (notices/lifecycle.h) needs of the session. */
struct notice_run session_notice_run(const struct session *session);

/* Send the notices that wait, as notices_send() does. */
void session_send_notices(const struct session *session);

/* Add a warning about this run: to its findings, and to what is printed though findings_told. */
void session_warn(struct session *session, const char *where, const char *what);

/* The exit status of a failure. */
int session_status(enum error_kind kind);

/* A report on the session's plan, ready for report_write(). */
struct report session_report(const struct session *session, const struct writer *writer,
	enum report_stage stage, struct strbuf *out);

/* Print the plan to standard output, as text or JSON, as the options ask. */
void session_print(const struct session *session, enum report_stage stage,
	const struct list_outcome *outcomes);

#endif
