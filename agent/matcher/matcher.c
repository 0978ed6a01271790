#include "matcher/matcher.h"

#include <stdint.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "matcher/answer.h"
#include "matcher/mail_header.h"
#include "matcher/priority.h"
#include "matcher/reply_prefix.h"
#include "matcher/text/ignore_mark.h"
#include "matcher/text/subject_text.h"
#include "matcher/unknown_tags.h"
#include "matcher/vocabulary.h"
#include "model/mapping.h"
#include "model/settings.h"

struct matcher {
	const struct mapping *mapping;
	const struct mailbox_settings *mailbox;
	const struct tag_index *index;
	const struct priority_words *priority_words;
	const struct answer_words *answer_words;
	const struct ignore_mark **marks;
	size_t mark_count;
};

const struct matcher *matcher_new(struct arena *arena, const struct mapping *mapping,
	const struct mailbox_settings *mailbox)
{
	struct matcher *matcher = arena_get(arena, sizeof(*matcher));

	*matcher = (struct matcher){.mapping = mapping,
		.mailbox = mailbox,
		.index = tag_index_new(arena, mapping),
		.priority_words = priority_words_new(arena),
		.answer_words = answer_words_new(arena),
		.marks = arena_get(arena,
			(mailbox->ignore.count + 1) * sizeof(struct ignore_mark *))};
	for (size_t i = 0; i < mailbox->ignore.count; i++) {
		const struct ignore_mark *mark = ignore_mark_read(arena, mailbox->ignore.items[i]);

		if (mark)
			matcher->marks[matcher->mark_count++] = mark;
	}
	return matcher;
}

static void find_course(const struct matcher *matcher, const struct mail_header *header,
	const struct subject_text *subject, size_t start, struct mail_meaning *meaning)
{
	const char *field = answer_loop(header, matcher->mailbox->address);

	if (field) {
		meaning->course = MAIL_LOOP;
		meaning->field = field;
		return;
	}
	field = answer_field(header);
	if (field || answer_is_subject(matcher->answer_words, subject, start)) {
		meaning->course = MAIL_ANSWER;
		meaning->field = field;
	} else if (matcher->mailbox->probe && strcasestr(header->subject, vocabulary_probe)) {
		meaning->course = MAIL_PROBE;
	}
}

static void take_tags(const struct matcher *matcher, struct arena *arena,
	const struct subject_tags *found, struct mail_meaning *meaning)
{
	size_t count;
	const struct mail_tag *tags = tag_index_tags(matcher->index, &count);

	meaning->tags = arena_get(arena, (count + 1) * sizeof(struct mail_tag *));
	for (size_t i = 0; i < count; i++) {
		if (found->is_carried[i])
			meaning->tags[meaning->tag_count++] = &tags[i];
	}
}

/* What is left of a subject from `start` on. A character of `shown` may be several of `chars`, and is taken once. */
static const char *remaining_words(struct arena *arena, const struct subject_text *subject,
	size_t start)
{
	struct strbuf words = STRBUF_INIT;

	for (size_t i = start; i < subject->count; i++) {
		uint32_t from = subject->at[i], to = subject->at[i + 1];

		if (subject->chars[i] != SUBJECT_CUT)
			strbuf_add(&words, subject->shown + from, to - from);
		else if (words.length > 0)
			strbuf_addc(&words, ' ');
	}
	return strbuf_to_arena(&words, arena);
}

void matcher_read(const struct matcher *matcher, struct arena *arena,
	const struct mail_header *header, struct mail_meaning *meaning)
{
	struct subject_text subject;
	struct subject_tags found;
	size_t start;

	*meaning = (struct mail_meaning){.course = MAIL_TO_LISTS};
	subject_text_read(&subject, arena, header->subject, strlen(header->subject));
	for (size_t i = 0; i < matcher->mark_count; i++)
		ignore_mark_cut(matcher->marks[i], arena, &subject);
	subject_tags_find(&found, arena, matcher->index, &subject);
	start = reply_prefix_end(&subject);
	meaning->words = remaining_words(arena, &subject, start);
	take_tags(matcher, arena, &found, meaning);
	meaning->is_high = priority_is_high_by_fields(header) ||
		priority_is_high_by_subject(matcher->priority_words, &subject, &found, start);
	find_course(matcher, header, &subject, start, meaning);
	meaning->unknown_count = unknown_tags_find(arena, &subject, &found, matcher->priority_words,
		&meaning->unknown);
}

static void add_block(struct mail_lists *lists, const struct block *block)
{
	if (block)
		lists->items[lists->count++] = block;
}

static void add_route(struct mail_lists *lists, const struct route *route, bool is_high)
{
	add_block(lists, is_high && route->critical ? route->critical : route->ordinary);
	add_block(lists, route->inform);
}

void matcher_lists(const struct matcher *matcher, struct arena *arena,
	const struct mail_meaning *meaning, struct mail_lists *lists)
{
	const struct mapping *mapping = matcher->mapping;
	const struct route *rest = mapping_route(mapping, "*");
	bool *is_asked = arena_get(arena, (mapping->route_count + 1) * sizeof(*is_asked));

	*lists = (struct mail_lists){
		.items = arena_get(arena, (mapping->block_count + 1) * sizeof(struct block *))};
	if (meaning->course != MAIL_TO_LISTS)
		return;
	for (size_t i = 0; i < meaning->tag_count; i++) {
		if (meaning->tags[i]->route)
			is_asked[meaning->tags[i]->route - mapping->routes] = true;
	}
	for (size_t i = 0; i < mapping->route_count; i++) {
		if (is_asked[i])
			add_route(lists, &mapping->routes[i], meaning->is_high);
	}
	if (lists->count == 0 && rest)
		add_route(lists, rest, meaning->is_high);
}
