/*
 * Proving a folder of reports untouched, by nothing but the folder: each line's hash is in
 * the next, the last one's in the head, each file's in its line; with public keys, each
 * line's signature. What a crash leaves for the next run to recover is reported as such.
 *
 * The lines of closed years (run_files.h) are walked first. Where the oldest years were deleted, the proof begins with the
 * first line that is there, which is noted, if that line begins a file: "closes" says so, or `since` is its year.
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include <jansson.h>

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/moment.h"

struct sign_public;

struct verify {
	const char *folder;             /* borrowed */
	const struct sign_public *keys; /* borrowed; NULL: signatures are not looked at */
	const char *expect;             /* the hash that syslog has last; NULL: not known */
	int since; /* the year from which on it is to be proved; 0: all that is there */
	struct findings *findings;       /* errors: what is wrong; warnings: what is to be minded */
	size_t lines, files, signatures; /* how many were looked at, and hold */
	char last[SHA256_HEX];           /* the last line's hash */
	json_int_t first; /* number of the first line that was looked at; 0: there was none */
	moment from;      /* its start; MOMENT_EARLIEST: it does not say */
};

/* Verify. An error where the folder cannot be read at all; else see `findings`. */
enum error_kind verify_folder(struct verify *verify, struct error *err);

#endif
