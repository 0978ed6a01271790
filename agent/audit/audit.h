/* What the parts of `audit` share: which folder of reports it is about (audit.c), which run (run_lookup.c). */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include <jansson.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct options;
struct strbuf;

/*
 * The folder: the argument of number `argument`, else reports.directory of the settings, the only
 * thing that is read of them. Sets the language and the zone.
 */
enum error_kind audit_folder(const struct options *options, size_t argument, struct strbuf *folder,
	struct error *err);

/* Read the time of --since or --until, if it is given; leave *t as it is if not. */
enum error_kind audit_read_time(const char *option, const char *text, enum moment_edge edge,
	moment *t, struct error *err);

/* The line of the run with that id or report; NULL after an error where there is none. */
const json_t *audit_find(const json_t *lines, const char *run, struct error *err);

/* How a run of the chain ended, in words. */
const char *audit_outcome(const json_t *line);

/* The page of one run or, with `run` NULL, of those between --since and --until, written to --html. */
void audit_write_page(const struct options *options, const char *folder, const json_t *lines,
	const char *run, struct error *err);

/* Each answers as a command does. */
int audit_verify(const struct options *options);
int audit_list(const struct options *options);
int audit_show(const struct options *options);
int audit_who(const struct options *options);
int audit_undo(const struct options *options);

#endif
