/*
 * postvagt apply FILE: exactly that kept plan, or nothing.
 */
#ifndef COMMAND_APPLY_KEPT_H
#define COMMAND_APPLY_KEPT_H

struct options;

/* Carry out the plan in the file that is the options' argument. Returns the exit status. */
int apply_kept(const struct options *options);

#endif
