/*
 * The file of deputies that `absent --deputy` named for one absence: deputies-NAME.json of the state folder, NAME being
 * that of the folder of reports, mode 0600. Only `absent` and `back` write it, under the lock of the runs.
 *
 *	struct temporary_state state = TEMPORARY_STATE_INIT;
 *	temporary_state_read(&state, settings);	// state.all is for the snapshot
 *	temporary_state_write(settings, &named, &err);
 *	temporary_state_release(&state);
 *
 * JSON, made and read by nobody else. Moments are seconds since 1970; an open end is left out:
 *
 *	{"form": 1, "people": [{"person": "9f4c...", "dn": "uid=anna,...", "standing": ["bo"], "written": ["carl;bo"],
 *	 "deputies": [{"name": "carl", "from": 1797980400, "until": 1798066800}]}]}
 *
 * Where it cannot be used, state->trouble says why, and the deputies count as standing ones.
 */
#ifndef RUN_TEMPORARY_STATE_H
#define RUN_TEMPORARY_STATE_H

#include <stddef.h>

#include "base/message/error.h"

struct arena;
struct settings;
struct strbuf;
struct temporary_deputies;
struct temporary_person;

struct temporary_state {
	struct arena *arena; /* owned: of all below; NULL: not read */
	struct temporary_deputies *all;
	const char *path;
	const char *trouble; /* a file that exists and cannot be used: why; NULL: none */
};

#define TEMPORARY_STATE_INIT \
	{                    \
		.arena = 0   \
	}

/* Read the file, again if need be: nothing of the former reading is left. */
void temporary_state_read(struct temporary_state *state, const struct settings *settings);

/*
 * Read the file, put the person into it (without deputies: take the person out), and write it. ERROR_OURS where it
 * cannot be written, or exists and cannot be used.
 */
enum error_kind temporary_state_write(const struct settings *settings,
	const struct temporary_person *person, struct error *err);

/* Of the text of such a file: read it into `all`, in `arena`; NULL, or why it is of no use, translated. Write it. */
const char *temporary_state_parse(struct temporary_deputies *all, struct arena *arena,
	const char *text, size_t length);
void temporary_state_add(struct strbuf *out, const struct temporary_deputies *all);

void temporary_state_release(struct temporary_state *state);

#endif
