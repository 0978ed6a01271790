/*
 * postvagt apply FILE: exactly that saved plan, or nothing.
 */
#ifndef COMMANDS_APPLY_FILE_H
#define COMMANDS_APPLY_FILE_H

struct saved_plan;
struct options;
struct session;

/* Carry out the plan in the file that is the options' argument. Returns the exit status. */
int apply_saved(const struct options *options);

/*
 * Read the plan's lists, and whoever is, was or is to be on them, into the session's snapshot;
 * then make its plan of what is left to do. Returns an exit status, after saying what failed.
 */
int apply_saved_resume(struct session *session, const struct saved_plan *saved);

/* Judge that plan: refused where something moved or, unless --over-limit is given, a limit would be passed. */
void apply_saved_judge(struct session *session);

#endif
