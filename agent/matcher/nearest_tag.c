#include "matcher/nearest_tag.h"

#include <stddef.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/text.h"
#include "model/mapping.h"

/* Texts that stand for tags, folded, and whose they are. */
struct tag_words {
	const char **words;
	const struct tag **tags;
	size_t count;
};

/* "[Text]", folded and without its brackets. */
static const char *fold_bare(struct arena *arena, const char *text)
{
	const char *folded = text_fold(arena, text, strlen(text));
	size_t length = strlen(folded);

	if (length > 1 && folded[0] == '[' && folded[length - 1] == ']')
		return text_fold(arena, folded + 1, length - 2);
	return folded;
}

static void add_word(struct tag_words *words, struct arena *arena, const struct tag *tag,
	const char *text)
{
	if (!text || !*text)
		return;
	words->words[words->count] = fold_bare(arena, text);
	words->tags[words->count++] = tag;
}

const struct tag *nearest_tag(const struct mapping *mapping, struct arena *arena,
	const char *unknown)
{
	struct tag_words words = {.count = 0};
	size_t most = 3 * mapping->tag_count;
	const char *nearest;

	for (size_t i = 0; i < mapping->tag_count; i++)
		most += mapping->tags[i].subject_count;
	words.words = arena_get(arena, (most + 1) * sizeof(*words.words));
	words.tags = arena_get(arena, (most + 1) * sizeof(struct tag *));
	for (size_t i = 0; i < mapping->tag_count; i++) {
		for (size_t j = 0; j < mapping->tags[i].subject_count; j++)
			add_word(&words, arena, &mapping->tags[i], mapping->tags[i].subjects[j]);
	}
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		add_word(&words, arena, tag, tag->id);
		add_word(&words, arena, tag, tag->title.in[0]);
		add_word(&words, arena, tag, tag->title.in[1]);
	}
	nearest = text_nearest(fold_bare(arena, unknown), words.words, words.count);
	for (size_t i = 0; i < words.count; i++) {
		if (words.words[i] == nearest)
			return words.tags[i];
	}
	return NULL;
}
