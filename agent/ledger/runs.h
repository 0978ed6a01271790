/* The runs of a folder of reports, read back, and their reports. */
#ifndef LEDGER_RUNS_H
#define LEDGER_RUNS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/message/error.h"
#include "base/text/moment.h"
#include "report/ldif/reader.h"

struct sign_public;

/*
 * The lines of all years, as an array for json_decref(); half lines are left out. With `since`, not those of runs that
 * started before it: files of earlier years are not read, and other lines not parsed. NULL after an error.
 */
json_t *runs_load(const char *folder, moment since, struct error *err);

/*
 * The same from the line before the run of that id, or report, on; all, where there is none. Read from the end, so that what
 * is older costs nothing.
 */
json_t *runs_load_from(const char *folder, const char *run, struct error *err);

/* Whether a line is of the run of that id, or of the report of that name; a report may be named by a path. */
bool runs_is_named(const json_t *line, const char *run);

/*
 * Whether the line is a link of the chain: the hash of the line before is in it, its own in the one that
 * follows, or in runs.head, and so on to the end. With `accepted`, also whether one of the keys signed it.
 * Returns NULL, or why not, translated.
 */
const char *runs_invalidate(const char *folder, const json_t *lines, const json_t *line,
	const struct sign_public *accepted);

/*
 * Whether one of the last runs kept what it read of absences (run.keeps_absences); only the end of the chain is read,
 * and one that cannot be read says no.
 */
bool runs_keep_absences(const char *folder);

/* Whether a reading of the feed counted in one of the last runs, as above. */
bool runs_trusted_feed(const char *folder, const char *feed);

/* When a run started; MOMENT_EARLIEST where the line does not say. */
moment runs_started(const json_t *line);

/* Whether the run's report is there and is what its line says; then it is read, too. */
bool runs_report(const char *folder, const json_t *line, struct read_report *report,
	struct arena *arena, struct error *err);

#endif
