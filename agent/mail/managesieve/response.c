#include "mail/managesieve/response.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"

/* A line that is being read. */
struct line_reader {
	const char *bytes;
	size_t length, at;
	size_t skipped; /* bytes of literals */
};

/* What comes next; false: nothing has come yet. */
static bool peek(const struct line_reader *reader, char *c)
{
	if (reader->at >= reader->length)
		return false;
	*c = reader->bytes[reader->at];
	return true;
}

static bool is_word_byte(char c)
{
	return c > 0x20 && c < 0x7f && !strchr("\"(){}\\", c);
}

/* A quoted string has no end of line and no NUL; a backslash frees the byte behind it. */
static enum managesieve_reading read_quoted(struct line_reader *reader,
	struct managesieve_value *value)
{
	size_t start = ++reader->at;
	char c;

	for (; peek(reader, &c) && c != '"'; reader->at++) {
		if (c == '\\') {
			reader->at++;
			if (!peek(reader, &c))
				return MANAGESIEVE_MORE;
		}
		if (c == '\r' || c == '\n' || c == '\0')
			return MANAGESIEVE_BAD;
	}
	if (!peek(reader, &c))
		return MANAGESIEVE_MORE;
	*value = (struct managesieve_value){
		MANAGESIEVE_QUOTED, reader->bytes + start, reader->at++ - start};
	return MANAGESIEVE_WHOLE;
}

static enum managesieve_reading expect(struct line_reader *reader, const char *text)
{
	char c;

	for (; *text; text++, reader->at++) {
		if (!peek(reader, &c))
			return MANAGESIEVE_MORE;
		if (c != *text)
			return MANAGESIEVE_BAD;
	}
	return MANAGESIEVE_WHOLE;
}

/* "{12}" or "{12+}", the end of its line, and as many bytes. */
static enum managesieve_reading read_literal(struct line_reader *reader,
	struct managesieve_value *value)
{
	size_t size = 0, digits = ++reader->at;
	enum managesieve_reading reading;
	char c;

	for (; peek(reader, &c) && c >= '0' && c <= '9'; reader->at++) {
		size = size * 10 + (size_t)(c - '0');
		if (size > MANAGESIEVE_TEXT_MAX)
			return MANAGESIEVE_BAD;
	}
	if (!peek(reader, &c))
		return MANAGESIEVE_MORE;
	if (reader->at == digits)
		return MANAGESIEVE_BAD;
	if (c == '+')
		reader->at++;
	reading = expect(reader, "}\r\n");
	if (reading != MANAGESIEVE_WHOLE)
		return reading;
	if (reader->length - reader->at < size)
		return MANAGESIEVE_MORE;
	*value = (struct managesieve_value){MANAGESIEVE_LITERAL, reader->bytes + reader->at, size};
	reader->at += size;
	reader->skipped += size;
	return MANAGESIEVE_WHOLE;
}

/* A code, which may have strings in it. */
static enum managesieve_reading read_code(struct line_reader *reader,
	struct managesieve_value *value)
{
	size_t start = ++reader->at;
	char c;

	while (peek(reader, &c) && c != ')') {
		enum managesieve_reading reading = MANAGESIEVE_WHOLE;
		struct managesieve_value inner;

		if (c == '"')
			reading = read_quoted(reader, &inner);
		else if (c == '{')
			reading = read_literal(reader, &inner);
		else if (c == ' ' || is_word_byte(c))
			reader->at++;
		else
			reading = MANAGESIEVE_BAD;
		if (reading != MANAGESIEVE_WHOLE)
			return reading;
	}
	if (!peek(reader, &c))
		return MANAGESIEVE_MORE;
	*value = (struct managesieve_value){
		MANAGESIEVE_CODE, reader->bytes + start, reader->at++ - start};
	return MANAGESIEVE_WHOLE;
}

static enum managesieve_reading read_value(struct line_reader *reader,
	struct managesieve_value *value)
{
	size_t start = reader->at;
	char c;

	if (!peek(reader, &c))
		return MANAGESIEVE_MORE;
	if (c == '"')
		return read_quoted(reader, value);
	if (c == '{')
		return read_literal(reader, value);
	if (c == '(')
		return read_code(reader, value);
	while (peek(reader, &c) && is_word_byte(c))
		reader->at++;
	*value = (struct managesieve_value){
		MANAGESIEVE_WORD, reader->bytes + start, reader->at - start};
	if (reader->at == start)
		return MANAGESIEVE_BAD;
	return reader->at < reader->length ? MANAGESIEVE_WHOLE : MANAGESIEVE_MORE;
}

/* MANAGESIEVE_MORE is an answer only where the line may still get longer. */
static enum managesieve_reading bounded(const struct line_reader *reader,
	enum managesieve_reading reading)
{
	return reader->at - reader->skipped > MANAGESIEVE_LINE_MAX ? MANAGESIEVE_BAD : reading;
}

enum managesieve_reading managesieve_read(const char *bytes, size_t length,
	struct managesieve_line *line)
{
	struct line_reader reader = {.bytes = bytes, .length = length};
	enum managesieve_reading reading;
	char c = '\0';

	*line = (struct managesieve_line){.count = 0};
	for (;;) {
		if (line->count == MANAGESIEVE_VALUES_MAX)
			return MANAGESIEVE_BAD;
		reading = bounded(&reader, read_value(&reader, &line->values[line->count]));
		if (reading != MANAGESIEVE_WHOLE)
			return reading;
		line->count++;
		if (!peek(&reader, &c))
			return MANAGESIEVE_MORE;
		if (c != ' ')
			break;
		reader.at++;
	}
	reading = expect(&reader, "\r\n");
	line->end = reader.at;
	return reading;
}

bool managesieve_is(const struct managesieve_value *value, const char *word)
{
	return value->length == strlen(word) && strncasecmp(value->bytes, word, value->length) == 0;
}

bool managesieve_is_string(const struct managesieve_value *value)
{
	return value->kind == MANAGESIEVE_QUOTED || value->kind == MANAGESIEVE_LITERAL;
}

char *managesieve_text(struct arena *arena, const struct managesieve_value *value)
{
	char *text = arena_get(arena, value->length + 1);
	size_t length = 0;

	for (size_t i = 0; i < value->length; i++) {
		if (value->kind == MANAGESIEVE_QUOTED && value->bytes[i] == '\\')
			i++;
		text[length++] = value->bytes[i];
	}
	return text;
}

/* "QUOTA/MAXSIZE", or "REFERRAL "sieve://..."". */
static void read_end_code(const struct managesieve_value *code, struct arena *arena,
	struct managesieve_end *end)
{
	const char *blank = memchr(code->bytes, ' ', code->length);
	size_t name = blank ? (size_t)(blank - code->bytes) : code->length;
	struct managesieve_value argument;
	struct line_reader reader = {
		.bytes = code->bytes, .length = code->length, .at = blank ? name + 1 : name};

	end->code = arena_bytes(arena, code->bytes, name);
	if (blank && reader.at < reader.length &&
		(reader.bytes[reader.at] == '"' || reader.bytes[reader.at] == '{') &&
		read_value(&reader, &argument) == MANAGESIEVE_WHOLE)
		end->argument = managesieve_text(arena, &argument);
}

bool managesieve_read_end(const struct managesieve_line *line, struct arena *arena,
	struct managesieve_end *end)
{
	static const char *const results[] = {"OK", "NO", "BYE"};
	size_t next = 1;

	*end = (struct managesieve_end){.code = "", .argument = "", .words = ""};
	if (line->count == 0 || line->values[0].kind != MANAGESIEVE_WORD)
		return false;
	while (end->result <= MANAGESIEVE_BYE &&
		!managesieve_is(&line->values[0], results[end->result]))
		end->result++;
	if (end->result > MANAGESIEVE_BYE)
		return false;
	if (next < line->count && line->values[next].kind == MANAGESIEVE_CODE)
		read_end_code(&line->values[next++], arena, end);
	if (next < line->count && managesieve_is_string(&line->values[next]))
		end->words = managesieve_text(arena, &line->values[next]);
	return true;
}
