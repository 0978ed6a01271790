/*
 * What jq's process (jq_child.h) and the one that started it (jq_process.h) say to each other, over
 * one socket, which is descriptor 0 of the child.
 *
 * To the child: the program, then each page, each a length (uint64_t, of this machine) and so many
 * bytes; the end of the stream is the end of the pages. From the child: lines, the first byte of
 * which says what the rest is. One of the lines JQ_SAYS_DONE to JQ_SAYS_NOT_COMPILED is the last.
 */
#ifndef BASE_JQ_JQ_PROTOCOL_H
#define BASE_JQ_JQ_PROTOCOL_H

/* argv[0] of jq's process, which has no arguments. */
#define JQ_CHILD_NAME "postvagt-jq"

enum jq_says {
	JQ_SAYS_RECORD = 'r', /* a result, or one of an array of them: its JSON */
	JQ_SAYS_PAGE = 'p',   /* a page is done */
	JQ_SAYS_DONE = 'd',
	JQ_SAYS_FAILED = 'f',  /* the program failed: jq's words, which may quote what it read */
	JQ_SAYS_NOTHING = 'n', /* it gave null or false for a page */
	JQ_SAYS_HALTED = 'h',  /* it called halt or halt_error */
	JQ_SAYS_NOT_COMPILED = 'c', /* jq's words, which quote the program only */
};

enum jq_exit {
	JQ_EXIT_DONE = 0,
	JQ_EXIT_MEMORY = 70,
	JQ_EXIT_INPUT,      /* what it was sent is cut off, or not JSON */
	JQ_EXIT_UNCONFINED, /* the limits could not be set */
};

#endif
