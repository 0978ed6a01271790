/*
 * The chain of runs: runs.jsonl, a line a run, each with the SHA-256 of the one
 * before (CONTRACT section 5); runs.head, the hash of the last; and runs.open, the line of a run
 * that is under way. postvagt-report(5) has the form.
 *
 * The first line of a later year closes runs.jsonl as runs-YYYY.jsonl, YYYY being the year of the last line in it, and
 * begins a new one: "closes" is the name of the file before. Where that name is taken, as after a clock was wrong, the
 * lines go on in runs.jsonl until the next year. So no file is ever replaced, and a crash between the two leaves a folder
 * without runs.jsonl, whose last line is found in the closed file.
 *
 *	chain_open(&chain, folder, host, &err);		// locks the folder
 *	chain_intend(&chain, line, &key, hash, &err);	// writes runs.open, before the reports
 *	// ... the reports, the directory
 *	chain_intend(&chain, line, &key, NULL, &err);	// the outcome, before the final reports
 *	chain_append(&chain, line, &key, &err);		// removes runs.open
 *	chain_close(&chain);
 *
 * Whoever can write to the folder may have made all of it. So runs.open is believed only where chain_judge_open()
 * says that it is proved: it is a line as postvagt writes it, it is the next link, and, where a key is set,
 * an accepted key signed it.
 *
 * What a crash left behind: half a line is never cut off, but ended, and the next line
 * tells its SHA-256 as "torn"; a head that names none of the last two lines is told by the next as
 * "head", so that the end of a chain cannot be cut off and grown over.
 */
#ifndef LEDGER_CHAIN_H
#define LEDGER_CHAIN_H

#include <jansson.h>
#include <stdbool.h>

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "ledger/run_files.h"

struct file_stage;
struct sign_key;
struct sign_public;

#define RUNS_FILE_MAX    ((size_t)1024 * 1024 * 1024) /* bytes of runs.jsonl that are read */
#define CHAIN_LINE_MAX   ((size_t)1024 * 1024)        /* bytes */
#define CHAIN_NUMBER_MAX 1000000000000                /* of lines, counted from 1 */
#define CHAIN_NOTHING    "0000000000000000000000000000000000000000000000000000000000000000"

struct chain {
	const char *folder; /* borrowed */
	int lock;
	char last[SHA256_HEX]; /* the last line's hash; CHAIN_NOTHING: there is none */
	json_t *last_line;     /* owned: it; NULL: there is none */
	json_int_t number;     /* the last line's */
	char closed
		[RUN_FILES_NAME_MAX]; /* the closed file that has the last line; "": runs.jsonl has it */
	bool is_ended;                /* runs.jsonl is empty, or ends with a newline */
	char torn[SHA256_HEX];        /* of what stands behind the last line; "": nothing */
	char head
		[SHA256_HEX]; /* what the head says where it is wrong, "-" if no hash; "": it is right */
	bool is_head_behind;        /* it names the line before the last */
	bool is_open;               /* runs.open is there */
	char open_hash[SHA256_HEX]; /* of its bytes, less the newline at their end */
	json_t *open; /* owned: the run that was never ended; NULL: none, or its file is not a line */
};

/* What runs.open is. */
enum open_state {
	OPEN_NONE,
	OPEN_ENDED,    /* its run has a line, the last one */
	OPEN_PROVED,   /* a run that did not end */
	OPEN_NO_LINE,  /* not a line of a run under way, as postvagt writes it */
	OPEN_UNSIGNED, /* no accepted key signed it */
	OPEN_MISPLACED /* it is not the link after the last line */
};

#define CHAIN_INIT          \
	{                   \
		.lock = -1, \
	}

/* Make the folder, lock it (`host`: who holds it), and find the end of the chain. */
enum error_kind chain_open(struct chain *chain, const char *folder, const char *host,
	struct error *err);
void chain_close(struct chain *chain);

/*
 * Complete a line with "number", "previous", "torn", "head" and, with a key, "signature". Then write it as
 * runs.open, whole; or append it, put it on disk, write the head, notify syslog, and remove runs.open. `hash`, unless NULL, gets the line's.
 */
enum error_kind chain_intend(const struct chain *chain, json_t *line, const struct sign_key *key,
	char hash[SHA256_HEX], struct error *err);

/* As chain_intend(), but runs.open joins the files of `stage`; chain_log() of the line and `hash` is left to the caller. */
enum error_kind chain_stage(const struct chain *chain, json_t *line, const struct sign_key *key,
	char hash[SHA256_HEX], struct file_stage *stage, struct error *err);

enum error_kind chain_append(struct chain *chain, json_t *line, const struct sign_key *key,
	struct error *err);

/* Judge chain->open. `accepted` are the keys whose signatures count; NULL: no key is set. */
enum open_state chain_judge_open(const struct chain *chain, const struct sign_public *accepted);

/* Remove runs.open, of a run whose line is there already, and write a head that is one line behind. */
enum error_kind chain_forget_open(const struct chain *chain, struct error *err);

/* The one way in which a line is written: keys sorted, no blanks. To be freed. */
char *chain_text(const json_t *line);

/* A line, for json_decref(); NULL where it is none of a chain's, or a text in it has control characters. */
json_t *chain_read_line(const char *text, size_t length);

/* The same, and NULL where chain_text() would write it otherwise. */
json_t *chain_read_exact(const char *text, size_t length);

/* The SHA-256 of the line as chain_text() writes it. */
void chain_hash(const json_t *line, char hash[SHA256_HEX]);

/* Whether one of the keys signed the line. */
bool chain_is_signed(const json_t *line, const struct sign_public *keys);

/* Whether the text is a SHA-256 in lower-case hexadecimal. */
bool chain_is_hash(const char *text);

#endif
