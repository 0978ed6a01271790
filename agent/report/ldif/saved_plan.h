/*
 * A saved plan: the LDIF of `plan -o`, and in its machine lines (machine.h) what it was based on, so that
 * `apply FILE` can tell whether that still holds. It stays LDIF that ldapmodify takes.
 */
#ifndef REPORT_LDIF_SAVED_PLAN_H
#define REPORT_LDIF_SAVED_PLAN_H

#include "base/message/error.h"

struct arena;
struct saved_plan;

/*
 * Read a saved plan. ERROR_USAGE where the file cannot be read, is none, or is one of a newer form; where its state
 * is not SAVED_PLAN_WHOLE, nothing else of it is read. All of it is in `arena`.
 */
enum error_kind saved_plan_load(struct saved_plan *saved, const char *file,
	const char *member_attribute, struct arena *arena, struct error *err);

/* The same of text that is called `file`. */
enum error_kind saved_plan_parse(struct saved_plan *saved, const char *file, const char *text,
	size_t length, const char *member_attribute, struct arena *arena, struct error *err);

#endif
