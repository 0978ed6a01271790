/*
 * Files of version 0.1.0, from before machine lines (machine.h), read by their sentences.
 *
 * FROZEN. Its labels, English and Danish, are a table of its own: they are what those files say, and do not follow
 * base/text/danish.c. Nothing here changes unless it reads one of tests/legacy/ wrongly.
 */
#ifndef REPORT_LDIF_LEGACY_H
#define REPORT_LDIF_LEGACY_H

#include <stdbool.h>
#include <stddef.h>

#include "decide/resume.h"

struct arena;
struct read_report;

/* Fill in the lists of report->machine: values with names and reasons, as far as comments tell them. */
void legacy_read(struct read_report *report, struct arena *arena);

/* Whether a line behind the head has `text` in it, upper and lower case alike. */
bool legacy_names(const struct read_report *report, const char *text);

/* The place in report->comments, of its head, of the first that the run's line in the chain does not say. */
size_t legacy_head_rest(const struct read_report *report);

/* Whether a line of the text is one of the totals at its end; whether it is the first of these. */
bool legacy_is_total(const char *line);
bool legacy_is_first_total(const char *line);

/* As seal_read() and seal_was_there() of seal.h. */
enum saved_plan_state legacy_seal_read(struct saved_plan *saved, const char *text, size_t length,
	struct arena *arena);
bool legacy_seal_was_there(const char *text, size_t length);

#endif
