/*
 * The commands, one row each: help and dispatch come from the same rows.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/system/version.h"

struct options;

/* Exit statuses (CONTRACT section 1). */
enum {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,
	EXIT_PARTLY = 4,
	EXIT_BAD = 5,
	EXIT_HELD = 6,
	EXIT_CHANGES = 10,
};

/* What stands behind `audit`. */
#define AUDIT_USAGE "verify|list|show|who|undo|keygen"

struct command {
	const char *name;
	const char *arguments; /* for the help; "": none */
	const char *summary;
	int (*run)(const struct options *options); /* returns the exit status */
	bool now_only;                             /* refuses --at */
	size_t least, most;                        /* how many arguments */
};

int command_init(const struct options *options);
int command_check(const struct options *options);
int command_plan(const struct options *options);
int command_apply(const struct options *options);
int command_explain(const struct options *options);
int command_coverage(const struct options *options);
int command_status(const struct options *options);
int command_mailbox(const struct options *options);
int command_rules(const struct options *options);
int command_watch(const struct options *options);
int command_absent(const struct options *options);
int command_register(const struct options *options);
int command_audit(const struct options *options);
int command_back(const struct options *options);
int command_feeds(const struct options *options);

#endif
