#include "init/proposal/list_name.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/text.h"
#include "model/mapping.h"

#define WORDS_MAX 24 /* of a name or a spelling; what follows is not compared */
#define WORD_MIN \
	4 /* letters of a spelling that counts outside the family, and of a word without its ending */
#define SIMILAR_MIN 5 /* letters of a word that begins a spelling */

struct words {
	const char *items[WORDS_MAX];
	size_t count;
};

/* One way in which a tag is called: its id, a title, or a spelling of the catalogue. */
struct tag_spelling {
	const struct tag *tag;
	struct words words;
	size_t letters;
};

struct list_names {
	struct tag_spelling *spellings; /* each tag's in a row */
	size_t count, room;
};

/* The words of a name, and which of them are explained. */
struct name_ctx {
	const struct list_names *names;
	struct words words;
	bool is_used[WORDS_MAX];
	const struct tag *found[WORDS_MAX]; /* by the place of its first word */
	bool has_family;
};

static void split_words(struct arena *arena, const char *text, struct words *words)
{
	char *at = text ? text_fold(arena, text, strlen(text)) : NULL;

	words->count = 0;
	while (at && *at && words->count < WORDS_MAX) {
		char *start;

		while (*at && (unsigned char)*at < 0x80 && !isalnum((unsigned char)*at))
			at++;
		start = at;
		while (*at && ((unsigned char)*at >= 0x80 || isalnum((unsigned char)*at)))
			at++;
		if (at > start)
			words->items[words->count++] =
				arena_bytes(arena, start, (size_t)(at - start));
	}
}

/* How much of a word is left without the ending of a plural or an article. */
static size_t length_of_stem(const char *word)
{
	static const char *const endings[] = {
		"erne", "ene", "rne", "er", "en", "et", "es", "e", "s", NULL};
	size_t length = strlen(word);

	for (const char *const *ending = endings; *ending; ending++) {
		size_t cut = strlen(*ending);

		if (length >= cut + WORD_MIN && strcmp(word + length - cut, *ending) == 0)
			return length - cut;
	}
	return length;
}

/* The same word, with or without an ending on either side. */
static bool is_same_word(const char *a, const char *b)
{
	size_t lengths_a[] = {strlen(a), length_of_stem(a)};
	size_t lengths_b[] = {strlen(b), length_of_stem(b)};

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < 2; j++) {
			if (lengths_a[i] == lengths_b[j] && strncmp(a, b, lengths_a[i]) == 0)
				return true;
		}
	}
	return false;
}

static bool is_any_of(const char *word, const char *const *words)
{
	for (; *words; words++) {
		if (strcmp(word, *words) == 0)
			return true;
	}
	return false;
}

static bool is_family(const char *word)
{
	return strncmp(word, "infra", strlen("infra")) == 0 || strcmp(word, "kombit") == 0;
}

static bool has_family(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		if (is_family(words->items[i]))
			return true;
	}
	return false;
}

static size_t count_letters(const struct words *words)
{
	size_t letters = 0;

	for (size_t i = 0; i < words->count; i++)
		letters += strlen(words->items[i]);
	return letters;
}

/* Where in the name the spelling is, among words that nothing explains yet; WORDS_MAX: nowhere. */
static size_t find_spelling(const struct name_ctx *n, const struct words *spelling)
{
	for (size_t at = 0; at + spelling->count <= n->words.count; at++) {
		size_t same = 0;

		while (same < spelling->count && !n->is_used[at + same] &&
			is_same_word(n->words.items[at + same], spelling->items[same]))
			same++;
		if (same == spelling->count)
			return at;
	}
	return WORDS_MAX;
}

/* Find the tag of which most is in what is left of the name. False: none. */
static bool find_next_tag(struct name_ctx *n)
{
	const struct tag_spelling *best = NULL;
	size_t best_at = 0;

	for (size_t i = 0; i < n->names->count; i++) {
		const struct tag_spelling *spelling = &n->names->spellings[i];
		size_t at;

		if ((best && spelling->letters <= best->letters) ||
			(spelling->letters < WORD_MIN && !n->has_family))
			continue;
		at = find_spelling(n, &spelling->words);
		if (at == WORDS_MAX)
			continue;
		best = spelling;
		best_at = at;
	}
	if (!best)
		return false;
	for (size_t i = 0; i < best->words.count; i++)
		n->is_used[best_at + i] = true;
	n->found[best_at] = best->tag;
	return true;
}

static void take_tags(const struct name_ctx *n, struct list_name *name)
{
	for (size_t i = 0; i < n->words.count && name->tag_count < LIST_TAGS_MAX; i++) {
		bool is_there = !n->found[i];

		for (size_t j = 0; j < name->tag_count; j++)
			is_there = is_there || name->tags[j] == n->found[i];
		if (!is_there)
			name->tags[name->tag_count++] = n->found[i];
	}
}

/* Whether the spelling is one word that begins with this one, less its ending: "ydelser" and "Ydelsesindeks". */
static bool begins_spelling(const struct tag_spelling *spelling, const char *word)
{
	size_t length = length_of_stem(word);

	return length >= SIMILAR_MIN && spelling->words.count == 1 &&
		strncmp(spelling->words.items[0], word, length) == 0;
}

/* The one tag that a word of the name begins; several are none. */
static void find_similar(struct name_ctx *n, struct list_name *name)
{
	const struct tag *only = NULL;
	size_t used = 0;

	for (size_t i = 0; i < n->names->count; i++) {
		const struct tag_spelling *spelling = &n->names->spellings[i];

		for (size_t j = 0; j < n->words.count; j++) {
			if (n->is_used[j] || !begins_spelling(spelling, n->words.items[j]))
				continue;
			if (only && only != spelling->tag)
				return;
			only = spelling->tag;
			used = j;
		}
	}
	if (!only)
		return;
	name->is_similar = true;
	name->tags[name->tag_count++] = only;
	n->is_used[used] = true;
}

/* What the words say that belong to no tag. */
static void read_marks(struct name_ctx *n, struct list_name *name)
{
	static const char *const critical[] = {"kritisk", "kritiske", "critical", "haster",
		"prioritet", "høj", "high", "priority", NULL};
	static const char *const inform[] = {"orientering", "information", "inform", "info", NULL};
	static const char *const rest[] = {
		"øvrige", "øvrig", "oevrige", "diverse", "andet", "rest", "other", "others", NULL};
	static const char *const everyone[] = {
		"alle", "all", "everyone", "everybody", "samtlige", NULL};
	static const char *const empty[] = {"og", "and", "for", "the", "i", "af", "mail", "post",
		"liste", "list", "listen", "dl", "vedr", "om", NULL};

	for (size_t i = 0; i < n->words.count; i++) {
		const char *word = n->words.items[i];

		if (n->is_used[i])
			continue;
		if (is_any_of(word, critical))
			name->purpose = PURPOSE_CRITICAL;
		else if (is_any_of(word, inform))
			name->purpose = name->purpose == PURPOSE_CRITICAL ? PURPOSE_CRITICAL
									  : PURPOSE_INFORM;
		else if (is_any_of(word, rest))
			name->is_rest = true;
		else if (is_any_of(word, everyone))
			name->is_everyone = true;
		else if (strncmp(word, "infrastrukturpostkasse", 22) == 0)
			name->is_mailbox = true;
		else if (!is_family(word) && !is_any_of(word, empty))
			continue;
		n->is_used[i] = true;
	}
}

static void add_spelling(struct list_names *names, struct arena *arena, const struct tag *tag,
	const char *text)
{
	struct tag_spelling *spelling;

	names->spellings = arena_grow(arena, names->spellings, names->count, &names->room,
		sizeof(*names->spellings));
	spelling = &names->spellings[names->count];
	*spelling = (struct tag_spelling){.tag = tag};
	split_words(arena, text, &spelling->words);
	spelling->letters = count_letters(&spelling->words);
	names->count += spelling->words.count > 0;
}

struct list_names *list_names_new(struct arena *arena, const struct mapping *mapping)
{
	struct list_names *names = arena_get(arena, sizeof(*names));

	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		if (tag->retired)
			continue;
		add_spelling(names, arena, tag, tag->id);
		add_spelling(names, arena, tag, tag->title.in[0]);
		add_spelling(names, arena, tag, tag->title.in[1]);
		for (size_t j = 0; j < tag->subject_count; j++)
			add_spelling(names, arena, tag, tag->subjects[j]);
	}
	return names;
}

void list_name_read(struct list_name *name, struct arena *arena, const struct list_names *names,
	const char *dn, const char *mail)
{
	struct name_ctx n = {.names = names};
	struct words around;

	*name = (struct list_name){.purpose = PURPOSE_ORDINARY};
	split_words(arena, dn_leaf(arena, dn), &n.words);
	split_words(arena, dn_leaf(arena, dn_parent(dn)), &around);
	n.has_family = has_family(&n.words) || has_family(&around);
	split_words(arena, mail, &around);
	n.has_family = n.has_family || (around.count > 0 && is_family(around.items[0]));
	name->has_family = n.has_family;
	while (find_next_tag(&n))
		;
	take_tags(&n, name);
	read_marks(&n, name);
	if (name->tag_count == 0 && n.has_family && !name->is_rest)
		find_similar(&n, name);
	name->is_rest = name->is_rest && name->tag_count == 0 && n.has_family;
	for (size_t i = 0; i < n.words.count; i++)
		name->strange += !n.is_used[i];
	if (name->strange > 0 && !n.has_family)
		name->tag_count = 0;
}
