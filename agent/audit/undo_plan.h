/*
 * A run's undo file as a plan: a saved plan whose goal is the lists as before the run.
 *
 * The file holds what the run really did, the other way round (report/ldif/undo.c). A list that the run
 * made is not deleted, and its members stay: somebody may send to it by now.
 */
#ifndef AUDIT_UNDO_PLAN_H
#define AUDIT_UNDO_PLAN_H

#include "base/message/error.h"

struct arena;
struct saved_plan;
struct read_report;

/*
 * Fill in the lists of `saved`, in `arena`, with the reason that it takes `run` back; by the run's report, which had
 * been empty. ERROR_USAGE where the undo file changes something else than lists' members.
 */
enum error_kind undo_plan_read(struct saved_plan *saved, const struct read_report *report,
	const struct read_report *undo, const char *member_attribute, const char *run,
	struct arena *arena, struct error *err);

#endif
