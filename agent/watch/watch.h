/*
 * What `watch` knows while it runs, and its parts: rounds (round.c), the
 * feeds' own clock (feeds_due.c), the page of coverage (page_due.c), notices of
 * what is ahead (ahead_due.c), and what it tells of itself (state.c). watch.c waits, and calls them.
 *
 * Times that are waited for are milliseconds of moment_uptime(), but for the
 * edges of absences, which are moments of the machine's clock.
 */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/message/log_once.h"
#include "base/text/moment.h"
#include "directory/follow/follow.h"
#include "run/retry_list.h"
#include "run/session.h"
#include "watch/report_budget.h"

/* How often everything is read anew though nothing was heard: what no server tells of, comes to light then. */
#define FULL_LOOK_EVERY 900000LL

/*
 * And how soon, in turn, after something was renamed or deleted: OpenLDAP's refint mends in its own time
 * whatever named it, and syncprov tells nobody of that.
 */
#define AFTER_LOOKS      3
#define AFTER_LOOK_PAUSE 1000LL /* the first; each is six times as long as the one before */

/* Where something lies outside of what the directory tells of. */
#define OUTSIDE_LOOK_EVERY 60000LL

/* Where the directory tells of nothing. */
#define LOOK_EVERY 1000

/* How often the page of coverage_file is written, and what is ahead is looked at, at most; and where every second has its look. */
#define PAGE_EVERY       5000LL
#define PAGE_EVERY_LOOKS 60000LL

/* The longest wait: how late a clock that is set is noticed. */
#define TICK 1000

struct strangers;

struct watch {
	const struct options *options;  /* borrowed */
	struct session session;         /* owned */
	struct read_request request;    /* of each round */
	struct reporting reporting;     /* of what a round writes */
	struct follow follow;           /* owned */
	bool follows_widely;            /* the whole naming context, as something lies apart */
	struct arena *strangers_arena;  /* owned: of `strangers` */
	struct strangers *strangers;    /* whose changes are not heard; NULL: nobody is one yet */
	struct log_once troubles;       /* of rounds: what cannot be done, what is found */
	struct log_once write_troubles; /* while something is stuck */
	struct log_once metrics_troubles, page_troubles;

	/* What the next round is about. */
	struct arena *heard;        /* owned: of `changes` */
	struct dir_changes changes; /* heard since the last round */
	bool is_due;                /* something calls for a round */
	bool read_all;              /* not of the changes alone */
	int64_t due_since;          /* when it was first called for */

	bool sees_outside; /* some list, group or person's place is none whose changes are told */

	/* When it is called for by itself. */
	moment edge;          /* the next moment at which somebody goes or comes */
	int64_t full_look_at; /* everything is read anew */
	size_t after_looks; /* full looks that follow a renaming: so many were done; AFTER_LOOKS: none is due */
	int64_t look_at;      /* the same, where the directory tells of nothing */
	int64_t retry_at;     /* after a failure; 0: none */
	int64_t *ask_at;      /* owned: when each feed is asked */
	int64_t clock_offset; /* the machine's clock, less the uptime */

	/* The page of coverage_file. */
	bool page_is_stale;  /* a round came through since it was written */
	int64_t page_at;     /* it is not written again before */
	moment page_day_end; /* its first day is over then */

	/* Notices of what is ahead. */
	bool ahead_is_stale; /* a round came through since it was looked */
	int64_t ahead_at;    /* it is not looked again before */
	moment ahead_next;   /* the next day is announced from then on */
	struct log_once ahead_troubles;

	/* Failures. */
	unsigned int failures;       /* in a row */
	struct retry_list retries;   /* changes that could not be written */
	int64_t retries_until;       /* they are not tried again before */
	struct strbuf refused;       /* owned: the changes that were refused; "": none */
	struct report_budget budget; /* of reports */
	struct strbuf
		waiting; /* owned: the changes that waited at last, as retry_list_describe() has them; "": none */
	moment waiting_since; /* when that began */
	size_t waits;         /* how often they were others than before */
	bool is_first;        /* no round came so far yet */
	bool is_ready_due;    /* systemd does not know yet that the service is ready */

	/* Notices. */
	bool has_notices;    /* there may be some that were not tried yet */
	int mailer_pid;      /* the process that sends; 0 and less: none */
	bool has_no_process; /* for it, which has been said */
	int64_t mailer_at;   /* when to try again what could not be sent; 0: nothing waits */

	/* For the state and the metrics. */
	moment last_run, last_success;
	size_t lists, people, findings; /* of the last round that came so far */
	unsigned long runs, added, removed;
	double lag;
	bool failed; /* the last round */
};

/* Call for a round; with `read_all`, of everything. */
void watch_call(struct watch *watch, bool read_all);

/* Do a round that is due: read, decide, write. What fails is told, and tried again later. */
void watch_round(struct watch *watch);

/* Begin to follow the server that is read; what is no stranger's is heard (directory/read/strangers.h). */
enum error_kind watch_follow(struct watch *watch, struct error *err);

/* After everything was read: whose changes need not be heard. And to hear all until then. */
void watch_meet_strangers(struct watch *watch);
void watch_forget_strangers(struct watch *watch);

/*
 * The bound on reports. It is read before the first round: what was written before a restart counts. Past it a round's changes
 * wait; that is told once a day, and the report that comes of it at last has it, too.
 */
void watch_budget_read(struct watch *watch);
void watch_budget_warn(struct watch *watch);
bool watch_budget_waits(struct watch *watch);
void watch_budget_report(struct watch *watch); /* before the changes are written */
void watch_budget_note(struct watch *watch);   /* after that */

/* Add since when changes wait, until when, and how many reports were left out; nothing where none wait. */
void watch_budget_describe(const struct watch *watch, struct strbuf *out);

/* Ask the feeds whose time has come; take what they answered, and call for a round where that is news. */
void watch_feeds_start(struct watch *watch);
void watch_feeds(struct watch *watch);

/* Send notices that wait, in a process of its own; at the end, give that a few seconds. */
void watch_deliver(struct watch *watch);
void watch_deliver_end(struct watch *watch);

/* When the next feed is to be asked. */
int64_t watch_feeds_next(const struct watch *watch);

/*
 * The page of coverage_file: note that the answer may be another one; write it, where it is time to; and when
 * that is.
 */
void watch_page_call(struct watch *watch);
void watch_page(struct watch *watch);
int64_t watch_page_next(const struct watch *watch);

/* The same of notices of what is ahead (notices/look_ahead.h). */
void watch_ahead_call(struct watch *watch);
void watch_ahead(struct watch *watch);
int64_t watch_ahead_next(const struct watch *watch);

/* Tell how things stand: on standard error, to systemd, and in the metrics file. */
void watch_say_state(const struct watch *watch);
void watch_note_state(struct watch *watch);

#endif
