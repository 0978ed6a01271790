#include "base/jq/jq_child.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jq/jq_confinement.h"
#include "base/jq/jq_protocol.h"
#include "base/library/jq.h"

/* Bytes of jq's words that are passed on. */
#define WORDS_MAX 500

/*
 * Stands before each program, on its first line. To libjq 1.6 an error whose value is null is the end of the results:
 * `error(.message)` of an answer without a message would give no records rather than fail.
 */
static const char prelude[] =
	"def error(f): f | if . == null then \"null\" else . end | error; def error: error(.); ";

/* What waits to be written. */
static struct {
	char bytes[1 << 16];
	size_t count;
} output;

/* The first error of the compiler. */
static char compile_error[WORDS_MAX];

static void flush_output(void)
{
	size_t done = 0;

	while (done < output.count) {
		ssize_t bytes = write(0, output.bytes + done, output.count - done);

		if (bytes <= 0)
			_exit(JQ_EXIT_INPUT); /* nobody reads */
		done += (size_t)bytes;
	}
	output.count = 0;
}

static void add_output(const char *bytes, size_t length)
{
	while (length > 0) {
		size_t part = sizeof(output.bytes) - output.count;

		if (part > length)
			part = length;
		memcpy(output.bytes + output.count, bytes, part);
		output.count += part;
		bytes += part;
		length -= part;
		if (output.count == sizeof(output.bytes))
			flush_output();
	}
}

static void say(enum jq_says what, const char *text, size_t length)
{
	const char kind = (char)what;

	add_output(&kind, 1);
	add_output(text, length);
	add_output("\n", 1);
}

static _Noreturn void end_with(enum jq_says what, const char *text)
{
	say(what, text, strcspn(text, "\n") < WORDS_MAX ? strcspn(text, "\n") : WORDS_MAX);
	flush_output();
	_exit(JQ_EXIT_DONE);
}

/* Read exactly so many bytes; false where the stream ends before the first of them. */
static bool read_bytes(void *bytes, size_t length)
{
	size_t done = 0;

	while (done < length) {
		ssize_t count = read(0, (char *)bytes + done, length - done);

		if (count == 0 && done == 0)
			return false;
		if (count <= 0)
			_exit(JQ_EXIT_INPUT);
		done += (size_t)count;
	}
	return true;
}

/* The next text that was sent, ended by NUL; NULL: there is none. The caller frees it. */
static char *read_text(size_t *length)
{
	uint64_t size;
	char *text;

	if (!read_bytes(&size, sizeof(size)))
		return NULL;
	if (size >= INT_MAX)
		_exit(JQ_EXIT_INPUT);
	text = malloc(size + 1);
	if (!text)
		_exit(JQ_EXIT_MEMORY);
	if (size > 0 && !read_bytes(text, size))
		_exit(JQ_EXIT_INPUT);
	text[size] = '\0';
	*length = size;
	return text;
}

static _Noreturn void end_without_memory(void *context)
{
	(void)context;
	_exit(JQ_EXIT_MEMORY);
}

/* Keep what libjq says of a program that it cannot compile; consumes `message`. */
static void keep_error(void *context, jv message)
{
	(void)context;
	if (jv_get_kind(message) == JV_KIND_STRING && !*compile_error)
		snprintf(compile_error, sizeof(compile_error), "%s", jv_string_value(message));
	jv_free(message);
}

/* The pages are the only input. */
static jv next_input(jq_state *jq, void *context)
{
	(void)jq;
	(void)context;
	return jv_invalid();
}

static jq_state *compile_program(void)
{
	size_t length;
	char *text = read_text(&length), *program;
	jq_state *jq = jq_init();

	if (!text)
		_exit(JQ_EXIT_INPUT);
	program = malloc(sizeof(prelude) + length);
	if (!jq || !program)
		_exit(JQ_EXIT_MEMORY);
	memcpy(program, prelude, sizeof(prelude) - 1);
	memcpy(program + sizeof(prelude) - 1, text, length + 1);
	free(text);
	jq_set_nomem_handler(jq, end_without_memory, NULL);
	jq_set_error_cb(jq, keep_error, NULL);
	jq_set_input_cb(jq, next_input, NULL); /* libjq 1.6 leaves these two to chance */
	jq_set_debug_cb(jq, NULL, NULL);
	jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	if (!jq_compile(jq, program))
		end_with(JQ_SAYS_NOT_COMPILED, compile_error);
	free(program);
	return jq;
}

/* Say a record; consumes `value`. */
static void say_record(jv value)
{
	jv text = jv_dump_string(value, 0);

	say(JQ_SAYS_RECORD, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
}

/* Say a result of the program, an array of them one by one; consumes it. */
static void say_result(jv result)
{
	if (jv_get_kind(result) == JV_KIND_NULL || jv_get_kind(result) == JV_KIND_FALSE)
		end_with(JQ_SAYS_NOTHING, "");
	if (jv_get_kind(result) != JV_KIND_ARRAY) {
		say_record(result);
		return;
	}
	for (int i = 0, count = jv_array_length(jv_copy(result)); i < count; i++)
		say_record(jv_array_get(jv_copy(result), i));
	jv_free(result);
}

/* Run the program on a page; consumes it. */
static void run_page(jq_state *jq, jv page)
{
	jv result;

	jq_start(jq, page, 0);
	for (result = jq_next(jq); jv_is_valid(result); result = jq_next(jq))
		say_result(result);
	if (jq_halted(jq))
		end_with(JQ_SAYS_HALTED, "");
	if (jv_invalid_has_msg(jv_copy(result))) {
		jv message = jv_invalid_get_msg(result);

		end_with(JQ_SAYS_FAILED,
			jv_get_kind(message) == JV_KIND_STRING ? jv_string_value(message) : "");
	}
	jv_free(result);
	say(JQ_SAYS_PAGE, "", 0);
}

static bool is_asked_for;

bool jq_child_is_asked_for(void)
{
	return is_asked_for;
}

bool jq_child_is(int argc, char *const argv[])
{
	is_asked_for = true;
	return argc == 1 && strcmp(argv[0], JQ_CHILD_NAME) == 0;
}

_Noreturn void jq_child_run(void)
{
	size_t length;
	jq_state *jq;
	char *text;

	library_jq(); /* which cannot be loaded in confinement */
	if (!jq_confine())
		_exit(JQ_EXIT_UNCONFINED);
	jq = compile_program();
	while ((text = read_text(&length))) {
		jv page = jv_parse_sized(text, (int)length);

		free(text);
		if (!jv_is_valid(page))
			_exit(JQ_EXIT_INPUT);
		run_page(jq, page);
	}
	end_with(JQ_SAYS_DONE, "");
}
