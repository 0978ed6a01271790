/*
 * The file of whom postvagt put on which list (decide/added_members.h): additions-NAME.json of the state folder, NAME being
 * that of the folder of reports, mode 0600. It says in short what the reports of 400 days say. Only `apply` and `watch` write it.
 *
 *	struct added_state state = ADDED_STATE_INIT;
 *	added_state_read(&state, settings, host, now);	// where a list of the plan needs it
 *	added_state_compare(&state, plan, snapshot);	// before diff_lists(): who is gone
 *	added_state_catch_up(&state, settings, host, now, &chain);	// under the lock
 *	added_state_note(&state, plan, outcomes, &session.work.run);	// after the plan was applied
 *	added_state_write(&state, line, &err);	// before the line is appended
 *	added_state_release(&state);
 *
 * The file proves nothing by itself: the last line of the chain of runs names it by its SHA-256 (ledger/added_reports.h),
 * and a line that says nothing of it says as the one before. So it is believed as far as that line is: where a key is
 * set, only if an accepted key signed it. Where it is not the file that the line names, the reports are read again. It
 * has the run that wrote it, so that a chain whose end was cut off does not bring back what was.
 *
 * JSON, made and read by nobody else:
 *
 *	{"form": 1, "run": "5eed0001", "members": [{"list": "9f4c...", "dn": "uid=bo,...", "identity": "0a3b...",
 *	 "when": 1797980400, "stand_in": true, "removed_by": "0badcafe"}]}
 */
#ifndef RUN_ADDED_STATE_H
#define RUN_ADDED_STATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/text/moment.h"

struct added_members;
struct arena;
struct chain;
struct list_outcome;
struct plan;
struct run;
struct settings;
struct snapshot;

/* So many are kept, those added last; the others count as strangers. */
#define ADDED_STATE_MAX 100000

struct added_state {
	struct arena *arena; /* owned; NULL: not read */
	struct added_members *added;
	const char *path;
	char sha256[SHA256_HEX]; /* of the file that holds all this; "": none does */
	bool is_known;           /* all that the reports say is here */
	bool is_changed;         /* since the file was written */
	const char *trouble;     /* why it, or all that there was, is not known; NULL: it is */
	char line[SHA256_HEX]; /* the hash of the last line when it was read; "": there was none */
	uint64_t inode;        /* of the file when it was read or written; 0: none */
	struct timespec changed_at;
};

#define ADDED_STATE_INIT       \
	{                      \
		.arena = NULL, \
	}

/* Whether the plan has a list from which only required people, and those whom postvagt put there, are removed. */
bool added_state_is_needed(const struct plan *plan);

/* Read what the last line of the chain names, or the reports; nothing where it is in memory and the file is as it was. */
void added_state_read(struct added_state *state, const struct settings *settings, const char *host,
	moment now);

/* Hold it up against the lists as they are: whom somebody else removed, and who is there in their own right by now. */
void added_state_compare(struct added_state *state, const struct plan *plan,
	const struct snapshot *snapshot);

/*
 * Before a line is written: whether this line names what is in memory, after reading again what other runs changed. Where
 * the chain names no file and none was read, nothing is kept.
 */
void added_state_catch_up(struct added_state *state, const struct settings *settings,
	const char *host, moment now, const struct chain *chain);

/* Remember what was written: `outcomes` as plan->lists. */
void added_state_note(struct added_state *state, const struct plan *plan,
	const struct list_outcome *outcomes, const struct run *run);

/* Whether a run that changes no list has something to write all the same. */
bool added_state_has_news(const struct added_state *state);

/*
 * Write the file, if anything changed, and name it in the line of the run. After ERROR_OURS the line names none, and the
 * reports are read again when it is needed.
 */
enum error_kind added_state_write(struct added_state *state, json_t *line, struct error *err);

void added_state_release(struct added_state *state);

#endif
