#include "mailbox/subject_tags.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/text.h"
#include "model/mapping.h"

/* A text that stands for a tag, folded. */
struct spelling {
	const char *text;
	const struct tag *tag;
};

struct subjects {
	const struct mapping *mapping; /* borrowed */
	struct spelling *spellings;    /* in the catalogue's order */
	size_t count, room;
	struct spelling *names; /* what else people might write: ids and titles */
	size_t name_count, name_room;
};

static const char *fold_subject(struct arena *arena, const char *text)
{
	return text_fold(arena, text, strlen(text));
}

static void add_spelling(struct arena *arena, struct subjects *subjects, const struct tag *tag,
	const char *text)
{
	const char *folded = fold_subject(arena, text);

	if (!*folded)
		return;
	subjects->spellings = arena_grow(arena, subjects->spellings, subjects->count,
		&subjects->room, sizeof(*subjects->spellings));
	subjects->spellings[subjects->count++] = (struct spelling){folded, tag};
}

static void add_name(struct arena *arena, struct subjects *subjects, const struct tag *tag,
	const char *text)
{
	if (!text || !*text)
		return;
	subjects->names = arena_grow(arena, subjects->names, subjects->name_count,
		&subjects->name_room, sizeof(*subjects->names));
	subjects->names[subjects->name_count++] = (struct spelling){fold_subject(arena, text), tag};
}

const struct subjects *subjects_new(struct arena *arena, const struct mapping *mapping)
{
	struct subjects *subjects = arena_get(arena, sizeof(*subjects));

	subjects->mapping = mapping;
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		for (size_t j = 0; j < tag->subject_count; j++)
			add_spelling(arena, subjects, tag, tag->subjects[j]);
		add_name(arena, subjects, tag, tag->id);
		add_name(arena, subjects, tag, tag->title.in[0]);
		add_name(arena, subjects, tag, tag->title.in[1]);
	}
	return subjects;
}

static bool carries_tag(const struct subjects *subjects, const struct tag *tag, const char *folded)
{
	for (size_t i = 0; i < subjects->count; i++) {
		if (subjects->spellings[i].tag == tag &&
			strstr(folded, subjects->spellings[i].text))
			return true;
	}
	return false;
}

static void find_tags(const struct subjects *subjects, struct arena *arena, const char *folded,
	struct subject_tags *result)
{
	const struct mapping *mapping = subjects->mapping;
	size_t room = 0;

	for (size_t i = 0; i < mapping->tag_count; i++) {
		if (!carries_tag(subjects, &mapping->tags[i], folded))
			continue;
		result->tags = arena_grow(arena, result->tags, result->tag_count, &room,
			sizeof(struct tag *));
		result->tags[result->tag_count++] = &mapping->tags[i];
	}
}

/* Whether a text in brackets, folded, is known in a subject: it holds a spelling, or is a part of one. */
static bool is_known(const struct subjects *subjects, const char *subject, const char *bracketed)
{
	for (size_t i = 0; i < subjects->count; i++) {
		const char *spelling = subjects->spellings[i].text;

		if (strstr(bracketed, spelling) ||
			(strstr(spelling, bracketed) && strstr(subject, spelling)))
			return true;
	}
	return false;
}

/* A number alone is a case or a ticket, not a tag. Letters beyond ASCII have their high bit set. */
static bool has_letter(const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return true;
	}
	return false;
}

static bool is_there(struct arena *arena, const struct subject_tags *result, const char *folded)
{
	for (size_t i = 0; i < result->unknown_count; i++) {
		if (strcmp(fold_subject(arena, result->unknown[i]), folded) == 0)
			return true;
	}
	return false;
}

/* The next innermost "[...]" from `at` on, and its end; NULL: there is none. */
static const char *next_bracketed(const char *at, const char **end)
{
	const char *close = strchr(at, ']'), *open = NULL;

	for (; close; close = strchr(close + 1, ']')) {
		for (const char *c = at; c < close; c++) {
			if (*c == '[')
				open = c;
		}
		if (open)
			break;
		at = close + 1;
	}
	*end = close ? close + 1 : NULL;
	return close ? open : NULL;
}

static void find_unknown(const struct subjects *subjects, struct arena *arena, const char *text,
	const char *folded, struct subject_tags *result)
{
	const char *end, *at = next_bracketed(text, &end);

	result->unknown = arena_get(arena, SUBJECT_UNKNOWN_MAX * sizeof(*result->unknown));
	for (; at && result->unknown_count < SUBJECT_UNKNOWN_MAX; at = next_bracketed(end, &end)) {
		size_t length = (size_t)(end - at);
		const char *own = arena_bytes(arena, at, length);
		const char *own_folded = text_fold(arena, at, length);

		if (length <= SUBJECT_UNKNOWN_LONGEST && has_letter(own) &&
			!is_known(subjects, folded, own_folded) &&
			!is_there(arena, result, own_folded))
			result->unknown[result->unknown_count++] = own;
	}
}

void subject_tags_read(const struct subjects *subjects, struct arena *arena, const char *text,
	struct subject_tags *result)
{
	const char *folded = fold_subject(arena, text);

	*result = (struct subject_tags){.is_marked = *folded == '!'};
	find_tags(subjects, arena, folded, result);
	find_unknown(subjects, arena, text, folded, result);
}

/* "[Text]" without its brackets. */
static const char *strip_brackets(struct arena *arena, const char *text)
{
	const char *folded = fold_subject(arena, text);
	size_t length = strlen(folded);

	if (length > 1 && folded[0] == '[' && folded[length - 1] == ']')
		return fold_subject(arena, arena_bytes(arena, folded + 1, length - 2));
	return folded;
}

const struct tag *subjects_nearest(const struct subjects *subjects, struct arena *arena,
	const char *unknown)
{
	size_t most = subjects->count + subjects->name_count, count = 0;
	const char **words = arena_get(arena, (most + 1) * sizeof(*words)), *nearest;
	const struct tag **tags = arena_get(arena, (most + 1) * sizeof(struct tag *));

	for (size_t i = 0; i < subjects->count; i++, count++) {
		words[count] = strip_brackets(arena, subjects->spellings[i].text);
		tags[count] = subjects->spellings[i].tag;
	}
	for (size_t i = 0; i < subjects->name_count; i++, count++) {
		words[count] = subjects->names[i].text;
		tags[count] = subjects->names[i].tag;
	}
	nearest = text_nearest(strip_brackets(arena, unknown), words, count);
	for (size_t i = 0; i < count; i++) {
		if (words[i] == nearest)
			return tags[i];
	}
	return NULL;
}
