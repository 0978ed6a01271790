/*
 * The file of absences that earlier runs read: absences-NAME.json of the state folder, NAME being that of the folder of
 * reports, mode 0600. Only `apply` and `watch` write it.
 *
 *	struct kept_state state = KEPT_STATE_INIT;
 *	kept_state_read(&state, settings, &names);	// once; state.kept is for the snapshot
 *	kept_state_next(&state, snapshot, policy, plan);	// after each plan
 *	kept_state_write(&state, &err);
 *	kept_state_release(&state);
 *
 * JSON, made and read by nobody else. Moments are seconds since 1970, null where open; what is not there is empty:
 *
 *	{"form": 1, "settings": SHA-256, "people": [{"person": "9f4c...", "directory": [[1797980400, 1798066800]],
 *	 "unread": [[1797980400, null]], "since": 1798012800, "unread_values": 1, "unknown": true,
 *	 "away": [[1797980400, 1798066800]], "gone": 1798012800}]}
 *
 * A file that is damaged, another user's or made under other attributes, or is missing though there were runs, is lost:
 * kept->lost says why (decide/kept_absences.h).
 */
#ifndef RUN_KEPT_STATE_H
#define RUN_KEPT_STATE_H

#include <stdbool.h>

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/text/strbuf.h"

struct arena;
struct kept_absences;
struct people_attributes;
struct plan;
struct policy;
struct settings;
struct snapshot;

struct kept_state {
	struct arena *arena, *paths; /* owned: of `kept`; of what lasts longer. NULL: not read */
	struct kept_absences *kept;
	const char *path;
	const char *trouble; /* a file that is there and cannot be used: why; NULL: none */
	char settings[SHA256_HEX];
	struct strbuf written; /* owned: what the file holds, as far as is known */
};

#define KEPT_STATE_INIT                \
	{                              \
		.written = STRBUF_INIT \
	}

/* `names`: the attributes that absences are read from, on this kind of directory. */
void kept_state_read(struct kept_state *state, const struct settings *settings,
	const struct people_attributes *names);

/* Replace what is kept by what follows from a run with this plan. The snapshot holds on to nothing of the old. */
void kept_state_next(struct kept_state *state, struct snapshot *snapshot,
	const struct policy *policy, const struct plan *plan);

/* Write the file, unless it says the same already; ERROR_OURS. */
enum error_kind kept_state_write(struct kept_state *state, struct error *err);

void kept_state_release(struct kept_state *state);

#endif
