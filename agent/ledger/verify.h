/*
 * Proving a folder of reports untouched, by nothing but the folder: each line's hash is in
 * the next, the last one's in the head, each file's in its line; with public keys, each
 * line's signature. What a crash leaves for the next run to recover is reported as such.
 */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "base/memory/hash.h"
#include "base/message/error.h"
#include "base/message/finding.h"

struct sign_public;

struct verify {
	const char *folder;              /* borrowed */
	const struct sign_public *keys;  /* borrowed; NULL: signatures are not looked at */
	const char *expect;              /* the hash that syslog has last; NULL: not known */
	struct findings *findings;       /* errors: what is wrong; warnings: what is to be minded */
	size_t lines, files, signatures; /* how many were looked at, and hold */
	char last[SHA256_HEX];           /* the last line's hash */
};

/* Verify. An error where the folder cannot be read at all; else see `findings`. */
enum error_kind verify_folder(struct verify *verify, struct error *err);

#endif
