#include "feed/format/json/json_paging.h"

#include <jansson.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/json/json_record.h"
#include "feed/format/json/json_text.h"
#include "feed/format/markup.h"
#include "feed/format/record.h"
#include "model/settings.h"
#include "net/refusal.h"

/* What JSON_NEXT_MAX bytes take at most in a string: \uXXXX each, and the quotes. */
#define SPAN_MAX (JSON_NEXT_MAX * 6 + 2)

static struct json_walk begin_walk(const char *body, size_t length)
{
	size_t mark = text_mark_length(body, length);

	return (struct json_walk){.text = body + mark, .length = length - mark};
}

static enum error_kind fail_at(const struct json_walk *walk, const char *why, struct error *err)
{
	size_t line, column;

	text_place(walk->text, walk->at, &line, &column);
	return record_page_bad(line, column, why, err);
}

/* The kind of a value that is no text, number, null or false, by its first character. */
static const char *describe_value(char first)
{
	json_t *value = first == '{' ? json_object() : first == '[' ? json_array() : json_true();
	const char *kind = json_kind(value);

	json_decref(value);
	return kind;
}

static enum json_next fail_next(const struct json_walk *walk, const char *why, struct error *err)
{
	fail_at(walk, why, err);
	return JSON_NEXT_BAD;
}

/* Read the value between `start` and where the walk is: its text, or its digits. */
static enum json_next read_next(struct json_walk *walk, size_t start, struct strbuf *next,
	struct error *err)
{
	const char *text = walk->text + start;
	struct strbuf quoted = STRBUF_INIT;
	enum json_next kind = JSON_NEXT_NONE;
	json_t *value;

	json_text_quote(&quoted, text, walk->at - start, SIZE_MAX);
	value = json_loadb(quoted.text, quoted.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	walk->at = start;
	if (!value) {
		kind = fail_next(walk,
			_("no valid JSON before this place; expected JSON (RFC 8259)"), err);
	} else if (json_string_length(value) > JSON_NEXT_MAX) {
		kind = fail_next(walk, _("the next page's address or cursor is longer than 64 KiB"),
			err);
	} else if (json_string_length(value) > 0) {
		kind = *text == '"' ? JSON_NEXT_TEXT : JSON_NEXT_NUMBER;
		strbuf_add(next, json_string_value(value), json_string_length(value));
	}
	json_decref(value);
	strbuf_release(&quoted);
	return kind;
}

enum json_next json_next(const struct feed_settings *settings, const char *body, size_t length,
	struct strbuf *next, struct error *err)
{
	struct json_walk walk = begin_walk(body, length);
	size_t start;

	if (!json_walk_to(&walk, settings->next))
		return walk.why ? fail_next(&walk, walk.why, err) : JSON_NEXT_NONE;
	start = walk.at;
	if (!json_walk_value(&walk))
		return fail_next(&walk, walk.why, err);
	if (strchr("{[t", walk.text[start])) {
		error_set(err, ERROR_TARGET,
			_("%s is %s; expected the next page's address or cursor, or null"),
			settings->next, describe_value(walk.text[start]));
		return JSON_NEXT_BAD;
	}
	if (walk.at - start > SPAN_MAX) {
		walk.at = start;
		return fail_next(&walk,
			_("the next page's address or cursor is longer than 64 KiB"), err);
	}
	return read_next(&walk, start, next, err);
}

enum error_kind json_is_empty(const struct feed_settings *settings, const char *body, size_t length,
	bool *is_empty, struct error *err)
{
	struct json_walk walk = begin_walk(body, length);

	if (!json_walk_to(&walk, settings->records)) {
		if (walk.why)
			return fail_at(&walk, walk.why, err);
		return error_set(err, ERROR_TARGET,
			_("no array at %s, where the settings look for the records"),
			settings->records);
	}
	if (walk.at == walk.length || !strchr("[{", walk.text[walk.at]))
		return fail_at(&walk,
			_("no array stands here, where the settings look for the records"), err);
	*is_empty = walk.text[walk.at++] == '[';
	json_walk_blanks(&walk);
	*is_empty = *is_empty && walk.at < walk.length && walk.text[walk.at] == ']';
	return ERROR_NONE;
}

/* Whether the value that begins where the walk is holds something. */
static bool holds_something(struct json_walk *walk)
{
	char open;

	if (walk->at == walk->length || strchr("nf0", walk->text[walk->at]))
		return false;
	open = walk->text[walk->at++];
	if (open == '"')
		return walk->at < walk->length && walk->text[walk->at] != '"';
	json_walk_blanks(walk);
	return (open != '[' && open != '{') ||
		(walk->at < walk->length && walk->text[walk->at] != (open == '[' ? ']' : '}'));
}

/* Why an answer with errors is not taken, with the words of the first of them where it has some. */
static void add_errors(struct strbuf *why, const char *body, size_t length)
{
	struct json_walk walk = begin_walk(body, length);
	struct strbuf words = STRBUF_INIT;
	json_t *message = NULL;
	size_t start = 0;

	if (json_walk_to(&walk, "/errors/0/message")) {
		start = walk.at;
		if (json_walk_value(&walk) && walk.at - start <= SPAN_MAX)
			message = json_loadb(walk.text + start, walk.at - start,
				JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	}
	if (json_string_length(message) > 0)
		refusal_add_safe(&words, json_string_value(message), REFUSAL_WORDS_MAX, NULL, 0);
	if (words.length > 0)
		strbuf_addf(why,
			_("the answer has errors beside the records, so some may be missing; "
			  "the server says: %s"),
			words.text);
	else
		strbuf_adds(why,
			_("the answer has errors beside the records, so some may be missing"));
	json_decref(message);
	strbuf_release(&words);
}

/* Find errors where the walk begins, and lead it there, with why the answer is not taken. */
static bool find_errors(struct json_walk *walk, struct strbuf *why)
{
	const struct json_walk start = *walk;
	size_t at;

	/* A name may be spelt with escapes, which need a backslash. */
	if (!memmem(start.text, start.length, "\"errors\"", 8) &&
		!memchr(start.text, '\\', start.length))
		return false;
	if (!json_walk_to(walk, "/errors"))
		return false;
	at = walk->at;
	if (!holds_something(walk))
		return false;
	walk->at = at;
	add_errors(why, start.text, start.length);
	return true;
}

bool json_find_errors(const char *text, size_t length, struct strbuf *why)
{
	struct json_walk walk = {.text = text, .length = length};

	return find_errors(&walk, why);
}

enum error_kind json_check_errors(const struct feed_settings *settings, const char *body,
	size_t length, struct error *err)
{
	struct json_walk walk = begin_walk(body, length);
	struct strbuf why = STRBUF_INIT;

	if (markup_starts(body, length))
		return record_page_bad(1, 1,
			_("a web page or XML came; expected JSON; see whether the address asks for "
			  "a login"),
			err);
	if ((settings->records && strncmp(settings->records, "/errors", 7) == 0) ||
		!find_errors(&walk, &why))
		return ERROR_NONE;
	fail_at(&walk, why.text, err);
	strbuf_release(&why);
	return ERROR_TARGET;
}
