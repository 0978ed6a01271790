/*
 * Progress of long work, on one line of a terminal that is wiped afterwards;
 * nothing at all where standard error is no terminal.
 */
#ifndef BASE_MESSAGE_PROGRESS_H
#define BASE_MESSAGE_PROGRESS_H

/* Show what is being done, in place of what was shown before. */
void progress_say(const char *what);

/* Wipe the line: before anything else is printed. */
void progress_clear(void);

#endif
