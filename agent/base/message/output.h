/*
 * Standard output, whose failures are known by their reason: stdio forgets errno where a buffer
 * is written long before the end. A reader that went away (EPIPE) is no signal then, so that what
 * was begun in a directory is finished.
 *
 *	output_begin();
 *	// ... printf() and so on
 *	problem = output_end();
 */
#ifndef BASE_MESSAGE_OUTPUT_H
#define BASE_MESSAGE_OUTPUT_H

/* Put it in place of stdout, before anything is printed; from here on SIGPIPE is ignored. */
void output_begin(void);

/* Write what is buffered. 0, or the errno of the first write that failed; nothing is written after it. */
int output_end(void);

/* End the process by SIGPIPE, as a program that did not ignore it; returns where its parent had it ignored. */
void output_die_of_pipe(void);

#endif
