/*
 * Our own LDIF, read back (RFC 2849): change reports, undo files, saved plans.
 *
 * What is read is not trusted: anybody may have written it. Sizes are bounded, and
 * whatever is not as postvagt writes it is an error with file:line. Records are kept, those that stand as
 * comments, since they failed or were refused, too; and what machine lines (machine.h) say, which must agree with
 * them. Sentences are kept to be shown, and mean nothing. A comment is one line; other lines may be folded.
 *
 * Of a file of version 0.1.0, which has no machine lines, legacy.h reads the sentences.
 */
#ifndef REPORT_LDIF_READER_H
#define REPORT_LDIF_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "report/ldif/machine.h"

struct arena;
struct strbuf;

#define READER_FILE_MAX ((size_t)64 * 1024 * 1024) /* bytes */

enum read_verb {
	READ_ADD,
	READ_DELETE,
};

/* Values of one attribute: of an entry that is added, or that a modify adds or deletes. */
struct read_values {
	enum read_verb verb; /* of a modify; READ_ADD else */
	const char *type;
	const char **items; /* decoded; no NUL is inside */
	size_t count, room;
};

enum read_kind {
	READ_MODIFY,
	READ_MAKE,   /* changetype: add */
	READ_REMOVE, /* changetype: delete; has no values */
};

struct read_record {
	size_t line, end; /* of its dn, from 1; and behind it */
	const char *dn;
	enum read_kind kind;
	struct read_values *values; /* in the file's order */
	size_t count, room;
	bool commented_out;                  /* failed, or refused */
	size_t first_comment, comment_count; /* in report->comments: what stands above it */
};

struct read_comment {
	size_t line;
	const char *text; /* behind "# " */
};

struct read_report {
	const char *file;
	const char *sha256;            /* of the whole file, in lower-case hexadecimal */
	size_t head_count;             /* comments before the first empty line */
	struct read_comment *comments; /* but those of commented records; the file's order */
	size_t comment_count, comment_room;
	struct read_record *records; /* the file's order */
	size_t count, room;
	bool is_whole;    /* ends with "# end" */
	bool is_legacy;   /* has no machine lines */
	size_t head_line; /* the last machine line of the head; 0: it has only the first, or none */
	size_t body_line,
		end_line; /* the first machine line behind the head; and the last one; 0: none */
	struct machine machine; /* of a legacy file: lists only, with their values */
};

/*
 * Read a file, or text that is called `file`. All of it is in `arena`. ERROR_USAGE where it is
 * no such LDIF, with file:line, what was found and what was expected; ERROR_OURS
 * where it cannot be read.
 */
enum error_kind reader_load(struct read_report *report, const char *file, struct arena *arena,
	struct error *err);
enum error_kind reader_parse(struct read_report *report, const char *file, const char *text,
	size_t length, struct arena *arena, struct error *err);

#endif
