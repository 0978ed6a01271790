/*
 * Cases for whatever reads a file and reports findings: the file's text, and what is to be found
 * in it, one "line:column: a part of the message" a line, in any order, and nothing else.
 */
#ifndef FILE_CASE_H
#define FILE_CASE_H

#include "base/message/finding.h"
#include "base/text/strbuf.h"
#include "unit.h"

struct file_case {
	const char *text, *found;
};

/* A folder of the test's own; ended by folder_release(). */
struct folder {
	char path[256];
};

/* An empty folder below TMPDIR, or /tmp. */
void folder_make(struct folder *folder);

/* Make `path` that of a file in the folder. */
void folder_path(const struct folder *folder, const char *name, struct strbuf *path);

/* Write the file of that name, `length` bytes. */
void folder_write(const struct folder *folder, const char *name, const char *text, size_t length);
void folder_remove(const struct folder *folder, const char *name);

/* Remove the folder, which must be empty. */
void folder_release(const struct folder *folder);

/* Compare what was found with what a case expects; says all that was found where they differ. */
void assert_found(const struct findings *findings, const char *file, const char *expected);

#endif
