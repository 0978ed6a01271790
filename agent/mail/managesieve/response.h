/*
 * What a server of ManageSieve says (RFC 5804 section 4), line by line. A line is values with a blank between; a
 * value is a word, a string (quoted, or a literal of so many bytes), or a response code in parentheses. Nothing
 * here trusts a byte of it.
 */
#ifndef MAIL_MANAGESIEVE_RESPONSE_H
#define MAIL_MANAGESIEVE_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define MANAGESIEVE_VALUES_MAX 6
#define MANAGESIEVE_LINE_MAX   ((size_t)64 << 10) /* bytes of a line, its literals left out */
#define MANAGESIEVE_TEXT_MAX   ((size_t)2 << 20)  /* of one literal */

enum managesieve_kind {
	MANAGESIEVE_WORD,
	MANAGESIEVE_QUOTED, /* with its backslashes, without its quotes */
	MANAGESIEVE_LITERAL,
	MANAGESIEVE_CODE, /* without its parentheses */
};

struct managesieve_value {
	enum managesieve_kind kind;
	const char *bytes; /* borrowed from what was read */
	size_t length;
};

struct managesieve_line {
	struct managesieve_value values[MANAGESIEVE_VALUES_MAX];
	size_t count;
	size_t end; /* bytes of the line, with its CRLF */
};

enum managesieve_reading {
	MANAGESIEVE_WHOLE,
	MANAGESIEVE_MORE, /* the line is not whole yet */
	MANAGESIEVE_BAD,  /* it is not a line of this protocol, or too long */
};

/* Read the line that `bytes` begins with. Linear in the line but for its literals, whose bytes are skipped. */
enum managesieve_reading managesieve_read(const char *bytes, size_t length,
	struct managesieve_line *line);

/* Whether a value is this word, upper and lower case alike. */
bool managesieve_is(const struct managesieve_value *value, const char *word);

/* Whether a value is a string. */
bool managesieve_is_string(const struct managesieve_value *value);

/* The text of a value, without backslashes; a NUL in it ends it. In the arena. */
char *managesieve_text(struct arena *arena, const struct managesieve_value *value);

/* How a command ended. */
enum managesieve_result {
	MANAGESIEVE_OK,
	MANAGESIEVE_NO,
	MANAGESIEVE_BYE, /* the server hangs up */
};

struct managesieve_end {
	enum managesieve_result result;
	const char *code;     /* such as "QUOTA/MAXSIZE"; "": none */
	const char *argument; /* of the code: REFERRAL's address; "": none */
	const char *words;    /* for a person; "": none */
};

/* Whether a line ends the answer to a command, and how; in the arena. */
bool managesieve_read_end(const struct managesieve_line *line, struct arena *arena,
	struct managesieve_end *end);

#endif
