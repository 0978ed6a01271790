/*
 * Whom this host put on which list, read back from the chain of runs and its reports (CONTRACT section 4, rule 6). It is
 * what run/added_state.h keeps, for where that is lost: slow, and bounded by ADDED_MEMBERS_TIME. Reports name people by
 * DN alone, so whose entry was renamed since is a stranger.
 *
 * Only lines of this host count; where a key is set, only those that an accepted key signed. Where the chain is broken,
 * what stands before shows nothing; where a report is gone or altered, neither it nor what was known of its lists does.
 * Reports of version 0.1.0, which say neither what was done nor whose list it is, show nothing.
 */
#ifndef LEDGER_ADDED_REPORTS_H
#define LEDGER_ADDED_REPORTS_H

#include <jansson.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct added_members;
struct sign_public;

/* The key of a run's line that names the kept file by its SHA-256, null where it is not known; a line without it says as the one before. */
#define ADDED_LINE_KEY "additions"

/* The key of what a run found on the lists that it did not write: [{"list": …, "gone": […], "own": […]}]. */
#define ADDED_FOUND_KEY "found"

struct added_source {
	const char *folder, *host;
	const struct sign_public *accepted; /* NULL: no key is set */
	moment now;
	const char *run; /* a run whose line must be there, or the chain was cut off; NULL: none */
};

/*
 * Put into `added`, which is empty, whom the reports show. `is_cut`: the line of source->run is missing, and nothing
 * counts. ERROR_OURS where runs.jsonl is there and cannot be read.
 */
enum error_kind added_reports_read(struct added_members *added, const struct added_source *source,
	bool *is_cut, struct error *err);

/* The last whole line of runs.jsonl, for json_decref(); NULL where there is none, with an error or without. */
json_t *added_reports_last(const char *folder, struct error *err);

#endif
