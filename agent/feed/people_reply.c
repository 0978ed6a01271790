#include "feed/people_reply.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/feed_absences.h"
#include "feed/format/format.h"
#include "feed/format/json/json_paging.h"
#include "feed/format/json/json_text.h"
#include "feed/format/markup.h"
#include "feed/format/record.h"
#include "feed/request/requests.h"
#include "model/settings.h"
#include "net/refusal.h"
#include "net/retry.h"

/* Bytes of a text that says whose an answer is, or what is wrong; a longer one is not read. */
#define TEXT_MAX ((size_t)64 << 10)

struct json_span {
	const char *text;
	size_t length;
};

struct people_reply {
	struct person_answer *answers; /* borrowed */
	const struct feed_settings *feed;
	const struct reply_people *people;
	struct arena *arena; /* borrowed: of what lasts */
	struct arena *own;   /* owned */
	struct table *keys;  /* name_key() of a value -> its struct person_answer */
};

/* The pointer that a name in the settings stands for: "a.b" is /a/b, and what begins with a slash is one already. */
static const char *pointer_of(struct arena *arena, const char *name)
{
	struct strbuf pointer = STRBUF_INIT;

	if (*name == '/')
		return name;
	strbuf_addc(&pointer, '/');
	for (const char *at = name; *at; at++) {
		if (*at == '.')
			strbuf_addc(&pointer, '/');
		else if (*at == '~')
			strbuf_adds(&pointer, "~0");
		else
			strbuf_addc(&pointer, *at);
	}
	return strbuf_to_arena(&pointer, arena);
}

/* Find a member of an answer. False where it is not there; null is there. */
static bool find_member(const struct people_reply *reply, const struct json_span *in,
	const char *name, struct json_span *member)
{
	struct json_walk walk = {.text = in->text, .length = in->length};
	size_t start;

	if (!name || !json_walk_to(&walk, pointer_of(reply->own, name)))
		return false;
	start = walk.at;
	if (!json_walk_value(&walk))
		return false;
	*member = (struct json_span){in->text + start, walk.at - start};
	return true;
}

static bool is_null(const struct json_span *value)
{
	return value->length == 4 && memcmp(value->text, "null", 4) == 0;
}

/* The text of a JSON string, or the digits of a number; NULL: it is neither, or too long. */
static const char *text_of(const struct people_reply *reply, const struct json_span *value)
{
	json_t *string;
	const char *text = NULL;

	if (value->length == 0 || value->length > TEXT_MAX)
		return NULL;
	if (strchr("-0123456789", *value->text))
		return arena_bytes(reply->own, value->text, value->length);
	string = json_loadb(value->text, value->length, JSON_DECODE_ANY, NULL);
	if (json_is_string(string))
		text = arena_string(reply->own, json_string_value(string));
	json_decref(string);
	return text;
}

static const char *find_text(const struct people_reply *reply, const struct json_span *in,
	const char *name)
{
	struct json_span member;

	return find_member(reply, in, name, &member) ? text_of(reply, &member) : NULL;
}

/* Add ": what" in the server's own words, as Microsoft's servers and many others say it. */
static void add_words(struct strbuf *why, const struct people_reply *reply,
	const struct json_span *error)
{
	static const char *const names[] = {"code", "responseCode", "message"};

	if (*error->text == '"' || *error->text == '[') {
		strbuf_adds(why, ": ");
		findings_add_value(why, error->text, error->length);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *text = find_text(reply, error, names[i]);

		if (!text || !*text)
			continue;
		strbuf_adds(why, ": ");
		findings_add_value(why, text, strlen(text));
	}
}

/* `error` may be NULL: nothing is said. */
static void refuse_answer(struct person_answer *answer, const struct people_reply *reply,
	const char *what, const struct json_span *error)
{
	struct strbuf why = STRBUF_INIT;

	strbuf_adds(&why, what);
	if (error)
		add_words(&why, reply, error);
	*answer = (struct person_answer){
		.kind = ANSWER_REFUSED, .why = strbuf_to_arena(&why, reply->arena), .seconds = -1};
}

enum person_answer_kind person_answer_of_status(long status)
{
	if (status >= 200 && status < 300)
		return ANSWER_GIVEN;
	if (status == 401 || status == 429 || status >= 500)
		return ANSWER_LATER;
	return ANSWER_REFUSED;
}

/* What a server says about an error: in the document, or beside it. */
static bool find_error(const struct people_reply *reply, const struct json_span *in,
	const struct json_span *body, struct json_span *error)
{
	return (body && find_member(reply, body, "error", error) && !is_null(error)) ||
		(find_member(reply, in, "error", error) && !is_null(error));
}

/* Add what the server answered, and where it is known what to do about it, that; else false. */
static bool explain_failure(struct strbuf *what, const struct json_span *document, long status)
{
	const struct refusal refusal = {.body = document->text, .length = document->length};
	struct strbuf words = STRBUF_INIT;
	const char *advice = NULL;
	bool is_known = refusal_explain(&refusal, &words, &advice) && advice;

	if (is_known)
		strbuf_addf(what, _("the server answered %ld (%s): %s"), status, words.text,
			advice);
	else
		strbuf_addf(what, _("the server answered %ld"), status);
	strbuf_release(&words);
	return is_known;
}

/* An answer whose status is not one of success. */
static void take_failure(struct person_answer *answer, const struct people_reply *reply,
	const struct json_span *in, const struct json_span *body, long status)
{
	const char *field = find_text(reply, in, "/headers/Retry-After");
	struct strbuf what = STRBUF_INIT;
	struct json_span error;

	if (!field)
		field = find_text(reply, in, "/headers/retry-after");
	if (explain_failure(&what, body ? body : in, status))
		refuse_answer(answer, reply, what.text, NULL);
	else
		refuse_answer(answer, reply, what.text,
			find_error(reply, in, body, &error) ? &error : NULL);
	answer->kind = person_answer_of_status(status);
	answer->seconds = retry_after(field, NULL);
	strbuf_release(&what);
}

/* What an answer about a person comes to. */
static void take_answer(struct person_answer *answer, const struct people_reply *reply,
	const struct json_span *in)
{
	const struct answer_settings *where = &reply->feed->answers;
	struct json_span body = *in, error;
	bool has_body = !where->body || find_member(reply, in, where->body, &body);
	struct strbuf why = STRBUF_INIT;
	const char *status = find_text(reply, in, where->status);

	if (where->status && !status) {
		refuse_answer(answer, reply, _("its answer has no status"), NULL);
	} else if (status && person_answer_of_status(strtol(status, NULL, 10)) != ANSWER_GIVEN) {
		take_failure(answer, reply, in, has_body ? &body : NULL, strtol(status, NULL, 10));
	} else if (find_member(reply, in, where->error, &error) && !is_null(&error)) {
		refuse_answer(answer, reply, _("the server answered with an error"), &error);
	} else if (!has_body || (*body.text != '{' && *body.text != '[')) {
		refuse_answer(answer, reply,
			_("its answer is neither an object nor an array of JSON"), NULL);
	} else if (json_find_errors(body.text, body.length, &why)) {
		refuse_answer(answer, reply, why.text, NULL);
	} else {
		*answer = (struct person_answer){
			.kind = ANSWER_GIVEN, .document = body.text, .length = body.length};
	}
	strbuf_release(&why);
}

/* Find whose an answer is; NULL: nobody's who was asked about. */
static struct person_answer *find_person(const struct people_reply *reply,
	const struct json_span *in)
{
	const struct answer_settings *where = &reply->feed->answers;
	const char *id = find_text(reply, in, where->id);
	const char *person = find_text(reply, in, where->person);
	size_t at;

	if (!where->id && !where->person)
		return reply->people->count == 1 ? reply->answers : NULL;
	if (where->id)
		return id && feed_request_index(id, reply->people->count, &at) ? &reply->answers[at]
									       : NULL;
	return person ? table_find(reply->keys,
				name_key(reply->own, reply->feed->match, person,
					reply->feed->match_as == MATCH_NUMBER))
		      : NULL;
}

static void take_element(const struct people_reply *reply, const struct json_span *element)
{
	struct person_answer *answer = find_person(reply, element);

	if (!answer)
		return;
	if (answer->kind == ANSWER_MISSING)
		take_answer(answer, reply, element);
	else
		refuse_answer(answer, reply, _("the reply has two answers"), NULL);
}

static enum error_kind fail_at(const struct json_walk *walk, const char *why, struct error *err)
{
	size_t line, column;

	text_place(walk->text, walk->at, &line, &column);
	return record_page_bad(line, column, why, err);
}

/* There is no list: the server may say why not. */
static enum error_kind fail_list(const struct people_reply *reply, const struct json_span *document,
	struct error *err)
{
	struct strbuf why = STRBUF_INIT;
	struct json_span error;
	enum error_kind kind;

	strbuf_addf(&why, _("no array at %s, where answers.list looks for the answers"),
		reply->feed->answers.list);
	if (find_error(reply, document, NULL, &error))
		add_words(&why, reply, &error);
	kind = error_set(err, ERROR_TARGET, "%s", why.text);
	strbuf_release(&why);
	return kind;
}

static enum error_kind take_list(const struct people_reply *reply, const struct json_span *document,
	struct error *err)
{
	struct json_walk walk = {.text = document->text, .length = document->length};
	bool last;

	if (json_check_errors(reply->feed, document->text, document->length, err))
		return err->kind;
	if (!json_walk_to(&walk, reply->feed->answers.list))
		return walk.why ? fail_at(&walk, walk.why, err) : fail_list(reply, document, err);
	if (walk.at == walk.length || walk.text[walk.at] != '[')
		return fail_list(reply, document, err);
	walk.at++;
	json_walk_blanks(&walk);
	last = walk.at < walk.length && walk.text[walk.at] == ']';
	while (!last) {
		struct json_span element = {walk.text + walk.at, 0};

		if (!json_walk_value(&walk))
			return fail_at(&walk, walk.why, err);
		element.length = (size_t)(walk.text + walk.at - element.text);
		take_element(reply, &element);
		if (!json_walk_separator(&walk, ']', &last))
			return fail_at(&walk, walk.why, err);
	}
	return ERROR_NONE;
}

static enum error_kind take_document(const struct people_reply *reply, struct json_span *document,
	struct error *err)
{
	struct json_walk walk = {.text = document->text, .length = document->length};

	json_walk_blanks(&walk);
	if (reply->feed->answers.list)
		return take_list(reply, document, err);
	document->text += walk.at;
	document->length -= walk.at;
	if (!json_walk_value(&walk))
		return fail_at(&walk, walk.why, err);
	document->length = (size_t)(walk.text + walk.at - document->text);
	take_answer(reply->answers, reply, document);
	return ERROR_NONE;
}

static struct table *note_keys(const struct people_reply *reply)
{
	struct table *keys = table_new(reply->own);

	for (size_t i = 0; i < reply->people->count; i++)
		table_put(keys,
			name_key(reply->own, reply->feed->match, reply->people->values[i],
				reply->feed->match_as == MATCH_NUMBER),
			&reply->answers[i]);
	return keys;
}

enum error_kind people_reply_read(struct person_answer *answers, const struct feed_settings *feed,
	const struct reply_people *people, const struct strbuf *body, struct arena *arena,
	struct error *err)
{
	struct people_reply reply = {.answers = answers,
		.feed = feed,
		.people = people,
		.arena = arena,
		.own = arena_new()};
	size_t mark = text_mark_length(body->text, body->length);
	struct json_span document = {body->text + mark, body->length - mark};
	enum error_kind kind;

	for (size_t i = 0; i < people->count; i++)
		answers[i] = (struct person_answer){.kind = ANSWER_MISSING, .seconds = -1};
	reply.keys = note_keys(&reply);
	if (markup_starts(body->text, body->length))
		kind = record_page_bad(1, 1,
			_("a web page or XML came; expected JSON; see whether the address asks for "
			  "a login"),
			err);
	else
		kind = take_document(&reply, &document, err);
	arena_free(reply.own);
	return kind;
}
