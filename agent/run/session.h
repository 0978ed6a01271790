/*
 * One run, step by step, as every command walks it: what was configured, what was read, and what
 * was decided and done. Messages go to standard error here; results are the command's own.
 *
 *	struct session session = SESSION_INIT;
 *	struct read_request request = {.feeds = FEEDS_KEEP};
 *	status = session_start(&session, options, false);
 *	if (!status)
 *		status = session_plan_or_say(&session, &request);
 *	// ... session.work.plan
 *	session_end(&session);
 */
#ifndef RUN_SESSION_H
#define RUN_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"
#include "decide/mass_absence.h"
#include "report/writer.h"
#include "run/changed_back.h"
#include "run/config.h"
#include "run/sources.h"

struct added_members;
struct arena;
struct dir_changes;
struct log_once;
struct notice_run;
struct options;
struct person;
struct plan;
struct settings;
struct snapshot;
struct table;

/* What was decided and done; with each round of `watch` a new one. */
struct work {
	struct arena *arena; /* owned: findings, run */
	moment now, at;      /* --at, or now */
	struct run run;
	struct findings findings;            /* of the files, and later of everything */
	struct findings run_findings;        /* of those, what is about this run alone */
	struct table *named_people;          /* decide/named_people.h, after a plan */
	struct plan *plan;                   /* owned; NULL: nothing was decided */
	const struct list_outcome *outcomes; /* of the plan's lists; NULL: nothing was begun */
	bool write_failed;                   /* not all of the plan could be done */
	uint64_t report_bytes;            /* of the reports that were stored, undo files included */
	struct changed_back changed_back; /* what this host wrote in the last hour (rule 10) */
	struct mass_absences mass;        /* what new readings make of many (mass_check.h) */
	const char *mass_feeds;           /* of which feeds */
	struct snapshot *mass_snapshot;   /* owned: whom `mass` names */
};

struct session {
	struct config config;
	struct sources sources;
	struct work work;
};

#define SESSION_INIT                     \
	{                                \
		.sources = SOURCES_INIT, \
	}

/* How what is done is reported. All zero: as a command that ends then does. */
struct reporting {
	struct log_once
		*troubles;   /* borrowed: where failures are reported once; NULL: each is printed */
	bool goes_on;        /* what failed is tried again by itself */
	bool is_retry;       /* what is to be done failed before, which was reported */
	bool findings_known; /* reported already: only those of the run are printed with the plan */
};

/*
 * Read the files. Returns 0, or an exit status after saying what is wrong
 * (`check` says it itself: with `keep_findings` nothing is printed). With `config.settings` there is a
 * run that failed, whose line run_record_failure() can write: `config.wrong` says why.
 */
int session_start(struct session *session, const struct options *options, bool keep_findings);

/* Connect, read, decide, compare, judge: the plan and the findings are complete after. */
enum error_kind session_plan(struct session *session, const struct read_request *request,
	struct error *err);

/* The same; prints what failed to standard error, and returns 0 or an exit status. */
int session_plan_or_say(struct session *session, const struct read_request *request);

/*
 * For one who goes on after that (watch): begin another round, a run of its own at the present
 * moment. Then plan, of the feeds as they are: from the snapshot before where `changes` are all that happened to
 * it since, or, with `changes` NULL, of a directory that is read anew.
 */
void session_next_round(struct session *session);
enum error_kind session_plan_round(struct session *session, const struct read_request *request,
	const struct dir_changes *changes, struct error *err);

/* Request what notices of the days ahead need, where the settings ask for notices: for `apply` and `watch`, before they plan. */
void session_request_ahead(const struct settings *settings, struct read_request *request);

/*
 * Keep what the plan's run read of absences for the runs that follow: for `apply` and `watch`, after a plan was made and
 * before a list is changed. ERROR_OURS where the file cannot be written; it is in memory all the same.
 */
enum error_kind session_keep_absences(struct session *session, struct error *err);

/*
 * Whom postvagt put on the lists of a plan that was decided, for diff_lists(); read only where a list needs it. NULL where it
 * is not known, with a finding in the plan, or not needed.
 */
const struct added_members *session_added(struct session *session, struct plan *plan);

/* Whether findings and counts may be about the person: some list is, or could be. After a plan. */
bool session_may_name(const struct session *session, const struct person *person);

/* Put the findings in their order, and name their entries for people: after others were added. */
void session_sort_findings(struct session *session);

/*
 * Drop the plan and all that was read of the directory and of feeds: what follows, and the run's line, is about none of it. The
 * findings stay.
 */
void session_forget_sources(struct session *session);

/* Free everything. */
void session_end(struct session *session);

/* Eight random hexadecimal digits, for a run's id. */
const char *session_new_id(struct arena *arena);

/* What the lifecycle of notices (notices/lifecycle.h) needs of the session; `troubles` is the caller's to set. */
struct notice_run session_notice_run(const struct session *session);

/* Send the notices that wait, as notices_send() does. */
void session_send_notices(const struct session *session);

/*
 * Whether the run ends with 6 where it is done: a feed cannot be read or is doubted, removals are held, an absence is kept
 * for what cannot be read, or a value rests that somebody changed back.
 */
bool session_is_held(const struct session *session);

/* Add a warning about this run: to its findings, and to what is printed though findings are known. */
void session_warn(struct session *session, const char *where, const char *what);

/* A report on the session's plan, ready for report_write(). */
struct report session_report(const struct session *session, const struct writer *writer,
	enum report_stage stage, struct strbuf *out);

/* Print the plan to standard output, as text or JSON, as the options ask. */
void session_print(const struct session *session, const struct reporting *reporting,
	enum report_stage stage, const struct list_outcome *outcomes);

#endif
