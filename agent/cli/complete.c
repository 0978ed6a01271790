#include "cli/complete.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/hidden.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "cli/command.h"
#include "cli/options.h"

/* Arguments behind the first, and those of `help`, which is no command of the table. */
static const struct {
	const char *words, *what;
} deeper[] = {
	{"help", "settings"},
	{"audit verify", "FOLDER"},
	{"audit list", "FOLDER"},
	{"audit who", "TAG"},
	{"audit keygen", "FILE"},
	{"feeds accept", "FEED"},
	{"feeds test", "FEED"},
};

static const struct option_row *find_option(const char *word)
{
	size_t length = strcspn(word, "=");

	for (const struct option_row *row = option_rows; row->name; row++) {
		if (strncmp(word, "--", 2) == 0 && strlen(row->name) == length - 2 &&
			strncmp(row->name, word + 2, length - 2) == 0)
			return row;
		if (word[0] == '-' && row->letter && word[1] == row->letter && word[2] == '\0')
			return row;
	}
	return NULL;
}

/* What is to stand behind the words of the command line that are no options. */
static const char *argument_of(const struct command *commands, const char *const *words,
	size_t count)
{
	struct strbuf path = STRBUF_INIT;
	const char *what = "";

	for (size_t i = 0; i < count; i++)
		strbuf_add_item(&path, " ", words[i]);
	for (const struct command *c = commands; c->name && count == 1; c++)
		what = strcmp(c->name, path.text) == 0 ? c->arguments : what;
	for (size_t i = 0; i < sizeof(deeper) / sizeof(*deeper); i++)
		what = strcmp(deeper[i].words, path.text) == 0 ? deeper[i].what : what;
	strbuf_release(&path);
	return what;
}

/* Words that are no options, as far as they matter. */
#define PLAIN_MAX 3

/* The words before the one that is completed. */
struct walked {
	const char *plain[PLAIN_MAX];
	size_t plain_count;
	const struct option_row *open; /* wants an argument yet; NULL: none */
	bool only_words;               /* "--" was there */
};

static void walk_word(struct walked *w, struct place *place, const char *word)
{
	if (w->open) {
		if (w->open->letter == 'c')
			place->settings_file = word;
		w->open = NULL;
	} else if (!w->only_words && strcmp(word, "--") == 0) {
		w->only_words = true;
	} else if (!w->only_words && word[0] == '-' && word[1]) {
		w->open = find_option(word);
		if (w->open && (!w->open->argument || strchr(word, '=')))
			w->open = NULL;
	} else if (w->plain_count < PLAIN_MAX) {
		w->plain[w->plain_count++] = word;
	}
}

/* "--lang=d": the word is what stands behind the sign. */
static void split_at_equals(struct walked *w, struct place *place)
{
	const char *equals = strchr(place->word, '=');

	if (!equals)
		return;
	w->open = find_option(place->word);
	place->before = place->word;
	place->word = equals + 1;
	place->before_length = (size_t)(place->word - place->before);
}

struct place complete_place(const struct command *commands, const char *const *words, size_t count)
{
	struct place place = {.what = "", .word = words[count - 1], .before = ""};
	struct walked w = {.plain_count = 0};

	for (size_t i = 0; i + 1 < count; i++)
		walk_word(&w, &place, words[i]);
	place.command_name = w.plain_count > 0 ? w.plain[0] : NULL;
	place.takes_dashes = w.only_words || w.open;
	if (!w.open && !w.only_words && place.word[0] == '-') {
		split_at_equals(&w, &place);
		place.option = place.before_length == 0;
		place.takes_dashes = w.open != NULL;
	}
	if (w.open)
		place.what = w.open->argument ? w.open->argument : "";
	else if (place.option || place.before_length > 0)
		return place;
	else if (w.plain_count == 0)
		place.command = true;
	else if (w.plain_count < PLAIN_MAX)
		place.what = argument_of(commands, w.plain, w.plain_count);
	return place;
}

bool complete_begins(const char *text, const char *word)
{
	struct arena *arena = arena_new();
	const char *folded = text_fold(arena, word, strlen(word));
	bool begins = strncasecmp(text, word, strlen(word)) == 0 ||
		(*folded &&
			strncmp(text_fold(arena, text, strlen(text)), folded, strlen(folded)) == 0);

	arena_free(arena);
	return begins;
}

void complete_add(struct strbuf *out, const struct place *place, const char *candidate,
	const char *about)
{
	if (complete_begins(candidate, place->word))
		complete_add_instead(out, place, candidate, about);
}

void complete_add_instead(struct strbuf *out, const struct place *place, const char *candidate,
	const char *about)
{
	if (hidden_in(candidate) || !*candidate)
		return;
	if (*candidate == '-' && !place->option && !place->takes_dashes)
		return;
	strbuf_add(out, place->before, place->before_length);
	strbuf_adds(out, candidate);
	if (about) {
		strbuf_addc(out, '\t');
		strbuf_add_safe(out, about);
	}
	strbuf_addc(out, '\n');
}

static void add_options(struct strbuf *out, const struct place *place)
{
	struct strbuf name = STRBUF_INIT;

	for (const struct option_row *row = option_rows; row->name; row++) {
		if (!option_is_for(row, place->command_name))
			continue;
		strbuf_reset(&name);
		strbuf_addf(&name, "--%s", row->name);
		complete_add(out, place, name.text, _(row->help));
	}
	strbuf_release(&name);
}

/* One of the words between the bars: a word to type, or in capitals what kind of thing belongs there. */
static void add_word(struct strbuf *out, const struct place *place, const char *word,
	struct complete_kinds *kinds)
{
	if (strcmp(word, "TAG") == 0)
		kinds->tags = true;
	else if (strcmp(word, "PERSON") == 0)
		kinds->people = true;
	else if (strcmp(word, "FEED") == 0)
		kinds->feeds = true;
	else if (strcmp(word, "FILE") == 0 || strcmp(word, "FOLDER") == 0 ||
		strcmp(word, "PUBLIC") == 0)
		kinds->files = true;
	else if (word[0] >= 'a' && word[0] <= 'z')
		complete_add(out, place, word, NULL);
}

void complete_candidates(const struct command *commands, const struct place *place,
	struct strbuf *out, struct complete_kinds *kinds)
{
	struct strbuf word = STRBUF_INIT;

	*kinds = (struct complete_kinds){false};
	for (const struct command *c = commands; place->command && c->name; c++)
		complete_add(out, place, c->name, _(c->summary));
	if (place->command)
		complete_add(out, place, "help", _("print this help"));
	if (place->option)
		add_options(out, place);
	for (const char *at = place->what;; at++) {
		if (*at && *at != '|' && *at != ' ') {
			if (*at != '[' && *at != ']')
				strbuf_addc(&word, *at);
			continue;
		}
		add_word(out, place, word.text, kinds);
		strbuf_reset(&word);
		if (*at != '|')
			break;
	}
	strbuf_release(&word);
}
