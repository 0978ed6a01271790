/*
 * The line that runs.jsonl gets of one run, as JSON: what was run by whom, on which
 * sources, and what came of it. chain.h adds what makes it a link.
 */
#ifndef LEDGER_RUN_LINE_H
#define LEDGER_RUN_LINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text/moment.h"
#include "model/outcome.h"

struct feed_summary;
struct plan;
struct report;
struct run;
struct totals;

/* The directory as it was. NULL: not known. */
struct run_line_directory {
	const char *url;
	const char *change;     /* contextCSN, or highestCommittedUSN */
	const char *invocation; /* AD: invocationID of the server whose number it is */
};

struct run_line_files {
	const char *settings, *tags, *roles, *routes; /* SHA-256 */
};

/* A new line: who, on what. Made anew for each stage of a run. */
json_t *run_line_new(const struct run *run, const char *command,
	const struct run_line_directory *directory, const struct run_line_files *files);
void run_line_add_feed(json_t *line, const struct feed_summary *feed);

/* How it ended, and the exit status, -1 where that is not known. `said`: why, or NULL. */
void run_line_set_outcome(json_t *line, enum run_outcome outcome, int status, const char *said);

/* Whether a line says that the run ended so. */
bool run_line_is_outcome(const json_t *line, enum run_outcome outcome);
void run_line_set_totals(json_t *line, const struct totals *totals);

/* Each list that changes: dn, tag, kind, and how many values. */
void run_line_set_lists(json_t *line, const struct plan *plan);

/* A text from outside, made safe: "key": "text", null where it is NULL. */
void run_line_set_text(json_t *line, const char *key, const char *text);

/* Whether a text of a line is what run_line_set_text() makes of `text`. */
bool run_line_is_text(const char *in_line, const char *text);

/* Whether an item of "lists" is of that tag, its first or another. */
bool run_line_has_tag(const json_t *list, const char *tag);

/* {"name": …, "sha256": …} of a file with that text. */
void run_line_set_file(json_t *line, const char *key, const char *name, const char *text,
	size_t length);

/*
 * Note the hashes of the files that the line names now, which other texts are about to replace: as
 * long as the run is open, one of them may be found in the folder.
 */
void run_line_note_draft(json_t *line);
bool run_line_is_draft(const json_t *line, const char *hash);
size_t run_line_draft_count(const json_t *line);

/* Whether a text is a run's id: eight hexadecimal digits. */
bool run_line_is_run_id(const char *text);

/* Whether `name` is YYYYMMDDThhmmssZ-RUN and the ending; `run` NULL: of any run. */
bool run_line_is_file_name(const char *name, const char *run, const char *ending);

/* The text at "key" or "key.key" of a line; "" where there is none. */
const char *run_line_text(const json_t *line, const char *key, const char *inner);

#endif
