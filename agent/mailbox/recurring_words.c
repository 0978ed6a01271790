#include "mailbox/recurring_words.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/text/text.h"
#include "mailbox/number_pattern.h"

#define WORDS_MAX       4 /* of a marked beginning */
#define PLAIN_WORDS_MAX 3 /* of one that nothing marks */
#define WORD_ENDS       ".,:;!?"
#define BEGINNING_MAX   100 /* bytes that are looked at */

/* Words that many subjects begin with, whatever they are about. */
static const char *const common[] = {"vedr", "vedr.", "vedrørende", "ang", "ang.", "angående", "om",
	"til", "fra", "hej", "kære", "ny", "nyt", "nye", "en", "et", "din", "dit", "dine", "der",
	"det", "den", "de", "i", "på", "nu", "the", "a", "an", "your", "new", "about", "hi", "dear",
	"in", "on", NULL};

/* A way that subjects begin. */
struct beginning {
	const char *key;  /* folded */
	const char *text; /* as first seen */
	size_t count;
	size_t weight; /* count, less what was taken from all to find the rarest */
	size_t marked; /* of one word: how many of its subjects have a marked beginning that recurs */
	moment last;
	int word_count;
	bool is_marked;
};

struct recurring_words {
	struct arena *arena; /* owned: all below */
	struct table *by_key;
	struct beginning **items;
	size_t count, room;
	size_t subjects; /* added */
};

struct recurring_words *recurring_words_new(void)
{
	struct recurring_words *words = memory_get(sizeof(*words));

	*words = (struct recurring_words){.arena = arena_new()};
	words->by_key = table_new(words->arena);
	return words;
}

void recurring_words_free(struct recurring_words *words)
{
	if (words)
		arena_free(words->arena);
	free(words);
}

static void keep_beginning(struct recurring_words *words, struct beginning *item)
{
	table_put(words->by_key, item->key, item);
	words->items = arena_grow(words->arena, words->items, words->count, &words->room,
		sizeof(struct beginning *));
	words->items[words->count++] = item;
}

static int by_weight(const void *left, const void *right)
{
	const struct beginning *a = *(struct beginning *const *)left,
			       *b = *(struct beginning *const *)right;

	return (a->weight < b->weight) - (a->weight > b->weight);
}

/* Take the weight of the one in the middle from each, and forget those that have none left: half of them, or more. */
static void forget_rarest(struct recurring_words *words)
{
	struct arena *old = words->arena;
	struct beginning **items = words->items;
	size_t count = words->count, taken;

	qsort(items, count, sizeof(struct beginning *), by_weight);
	taken = items[count / 2]->weight;
	words->arena = arena_new();
	words->by_key = table_new(words->arena);
	words->items = NULL;
	words->count = words->room = 0;
	for (size_t i = 0; i < count && items[i]->weight > taken; i++) {
		struct beginning *item = arena_get(words->arena, sizeof(*item));

		*item = *items[i];
		item->key = arena_string(words->arena, item->key);
		item->text = arena_string(words->arena, item->text);
		item->weight -= taken;
		keep_beginning(words, item);
	}
	arena_free(old);
}

static void count_beginning(struct recurring_words *words, const struct beginning *seen)
{
	struct beginning *item = table_find(words->by_key, seen->key);

	if (!item) {
		if (words->count == RECURRING_KEPT_MAX)
			forget_rarest(words);
		item = arena_get(words->arena, sizeof(*item));
		*item = *seen;
		item->key = arena_string(words->arena, seen->key);
		item->text = arena_string(words->arena, seen->text);
		keep_beginning(words, item);
	}
	item->count++;
	item->weight++;
	if (seen->last > item->last)
		item->last = seen->last;
}

/* Reading a subject's beginning */

/* Of one subject, while it is read. */
struct beginning_ctx {
	struct recurring_words *words;
	struct arena *arena; /* scratch */
	moment arrived;
	const char *start;                /* the subject's beginning, with its numbers as * */
	const char *word_ends[WORDS_MAX]; /* less signs that end the word */
	const char *word_starts[WORDS_MAX];
	int word_count;
	const char *marked_end; /* where a colon or a dash ends the beginning; NULL: none does */
	int marked_words;
};

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* Whether the word is a dash alone: - or U+2013, U+2014. */
static bool is_dash(const char *at, size_t length)
{
	return (length == 1 && *at == '-') ||
		(length == 3 &&
			(memcmp(at, "\xE2\x80\x93", 3) == 0 || memcmp(at, "\xE2\x80\x94", 3) == 0));
}

/* Find the words, and what ends the beginning. */
static void split_words(struct beginning_ctx *ctx)
{
	const char *at = skip_blanks(ctx->start);

	while (*at && ctx->word_count < WORDS_MAX && !ctx->marked_end) {
		size_t length = strcspn(at, " \t"), kept = length;

		if (is_dash(at, length)) {
			if (ctx->word_count > 0) {
				ctx->marked_end = ctx->word_ends[ctx->word_count - 1];
				ctx->marked_words = ctx->word_count;
			}
			return;
		}
		while (kept > 1 && strchr(WORD_ENDS, at[kept - 1]))
			kept--;
		ctx->word_starts[ctx->word_count] = at;
		ctx->word_ends[ctx->word_count++] = at + kept;
		if (at[length - 1] == ':' && kept > 1) {
			ctx->marked_end = at + length;
			ctx->marked_words = ctx->word_count;
		}
		at = skip_blanks(at + length);
	}
}

/* Whether a word has both a letter and a number (*, or a digit), or letters, two or more, in capitals only. */
static bool stands_out(const char *word, const char *end)
{
	bool has_number = false, has_small = false;
	size_t letters = 0;

	for (const uint8_t *at = (const uint8_t *)word; at < (const uint8_t *)end;) {
		ucs4_t c;
		int length = u8_mbtouc(&c, at, (size_t)((const uint8_t *)end - at));

		has_number = has_number || c == '*' || (c >= '0' && c <= '9');
		letters += uc_is_property_alphabetic(c);
		has_small = has_small || uc_is_property_lowercase(c);
		at += length;
	}
	return letters > 0 && (has_number || (letters > 1 && !has_small));
}

static bool has_letter(const char *text, const char *end)
{
	for (; text < end; text++) {
		if ((unsigned char)*text >= 0x80 ||
			((*text | 0x20) >= 'a' && (*text | 0x20) <= 'z'))
			return true;
	}
	return false;
}

static bool is_common(struct arena *arena, const char *word, const char *end)
{
	const char *folded = text_fold(arena, word, (size_t)(end - word));

	for (size_t i = 0; common[i]; i++) {
		if (strcmp(common[i], folded) == 0)
			return true;
	}
	return false;
}

/* Count the beginning that ends there. Its key has as many words as it, and a sign for what marks it. */
static void count_until(struct beginning_ctx *ctx, const char *end, int word_count, bool is_marked)
{
	const char *start = ctx->word_starts[0];
	size_t length = (size_t)(end - start);
	struct beginning seen = {.text = arena_bytes(ctx->arena, start, length),
		.key = arena_format(ctx->arena, "%c%d%s", is_marked ? 'm' : 'p', word_count,
			text_fold(ctx->arena, start, length)),
		.last = ctx->arrived,
		.word_count = word_count,
		.is_marked = is_marked};

	count_beginning(ctx->words, &seen);
}

void recurring_words_add(struct recurring_words *words, const char *subject, moment arrived)
{
	struct arena *arena = arena_new();
	size_t length = text_cut(subject, strlen(subject), BEGINNING_MAX);
	struct beginning_ctx ctx = {.words = words,
		.arena = arena,
		.arrived = arrived,
		.start = number_pattern(arena, arena_bytes(arena, subject, length))};

	words->subjects++;
	split_words(&ctx);
	if (ctx.word_count > 0 && has_letter(ctx.word_starts[0], ctx.word_ends[0]) &&
		!is_common(arena, ctx.word_starts[0], ctx.word_ends[0])) {
		for (int i = 0; i < ctx.word_count && i < PLAIN_WORDS_MAX; i++)
			count_until(&ctx, ctx.word_ends[i], i + 1, false);
		if (ctx.marked_end)
			count_until(&ctx, ctx.marked_end, ctx.marked_words, true);
		else if (stands_out(ctx.word_starts[0], ctx.word_ends[0]))
			count_until(&ctx, ctx.word_ends[0], 1, true);
	}
	arena_free(arena);
}

/* What recurs */

/* The beginning of the first `word_count` of its words that nothing marks, or NULL. */
static struct beginning *find_plain(const struct recurring_words *words, struct arena *arena,
	const struct beginning *item, int word_count)
{
	const char *folded = item->key + 2, *at = folded;

	for (int i = 0; i < word_count; i++) {
		at += *at == ' ' && i > 0;
		at += strcspn(at, " ");
	}
	while (at > folded + 1 && strchr(WORD_ENDS, at[-1]))
		at--;
	return table_find(words->by_key,
		arena_format(arena, "p%d%.*s", word_count, (int)(at - folded), folded));
}

static bool recurs(const struct recurring_words *words, const struct beginning *item)
{
	if (item->is_marked)
		return item->count >= RECURRING_MARKED_MIN;
	return item->count >= RECURRING_PLAIN_MIN &&
		item->count >= words->subjects / RECURRING_PLAIN_SHARE;
}

/* Of an item's subjects, whether nearly all, four of five, begin with what is longer. */
static bool is_covered(const struct beginning *item, size_t count)
{
	return count >= item->count - item->count / 5;
}

static int by_count(const void *left, const void *right)
{
	const struct beginning *a = *(struct beginning *const *)left,
			       *b = *(struct beginning *const *)right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	if (a->word_count != b->word_count)
		return a->word_count < b->word_count ? 1 : -1;
	return strcmp(a->key, b->key);
}

/*
 * Leave out the words whose subjects nearly all begin with what is longer, and what is longer but only part of them.
 * Marked beginnings always count: of a word that has them, the rest must recur by itself.
 */
static bool is_best(const struct recurring_words *words, struct arena *arena,
	const struct beginning *item, const struct table *longest)
{
	const struct beginning *first = find_plain(words, arena, item, 1);

	if (item->is_marked)
		return true;
	if (!first || first->count - first->marked < RECURRING_PLAIN_MIN ||
		is_covered(first, first->marked))
		return false;
	return table_find(longest, first->key) == item;
}

/* For each word that recurs: the longest beginning that nearly all of its subjects share. */
static struct table *find_longest(const struct recurring_words *words, struct arena *arena,
	struct beginning *const *items)
{
	struct table *longest = table_new(arena);

	for (int length = 1; length <= PLAIN_WORDS_MAX; length++) {
		for (size_t i = 0; i < words->count; i++) {
			struct beginning *item = items[i], *first, *shorter;

			if (item->is_marked || item->word_count != length || !recurs(words, item))
				continue;
			first = find_plain(words, arena, item, 1);
			shorter = length > 1 ? find_plain(words, arena, item, length - 1) : NULL;
			if (first &&
				(length == 1 ||
					(shorter && table_find(longest, first->key) == shorter &&
						is_covered(shorter, item->count))))
				table_put(longest, first->key, item);
		}
	}
	return longest;
}

size_t recurring_words_list(struct recurring_words *words, struct arena *arena,
	struct recurring_word **result)
{
	struct arena *scratch = arena_new();
	struct beginning **items =
		arena_get(scratch, (words->count + 1) * sizeof(struct beginning *));
	const struct table *longest;
	size_t count = 0;

	for (size_t i = 0; i < words->count; i++)
		items[i] = words->items[i];
	qsort(items, words->count, sizeof(struct beginning *), by_count);
	for (size_t i = 0; i < words->count; i++)
		items[i]->marked = 0;
	for (size_t i = 0; i < words->count; i++) {
		struct beginning *first = items[i]->is_marked && recurs(words, items[i])
			? find_plain(words, scratch, items[i], 1)
			: NULL;

		if (first)
			first->marked += items[i]->count;
	}
	longest = find_longest(words, scratch, items);
	*result = arena_get(arena, RECURRING_SHOWN_MAX * sizeof(**result));
	for (size_t i = 0; i < words->count && count < RECURRING_SHOWN_MAX; i++) {
		const struct beginning *item = items[i];

		if (recurs(words, item) && is_best(words, scratch, item, longest))
			(*result)[count++] = (struct recurring_word){
				arena_string(arena, item->text), item->count, item->last};
	}
	arena_free(scratch);
	return count;
}
