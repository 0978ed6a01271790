#include "rules/sieve/sieve_pattern.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/text/strbuf.h"

#define FORMS_MAX      8
#define FORM_BYTES_MAX 16

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Ways to write one letter that are the same in NFC or folded, but no simple case of each other. */
static const struct twin {
	ucs4_t letter;
	const char *text;
} twins[] = {
	{0xe5, "\xE2\x84\xAB"},  /* a with ring: U+212B, the angstrom sign */
	{0x3c9, "\xE2\x84\xA6"}, /* omega: U+2126, the ohm sign */
	{0, NULL},
};

/* A text that is gone through, character by character. */
struct spelling_reader {
	const uint8_t *at;
	size_t left;
	ucs4_t c, before; /* the character at `at`, and the one before it; 0: none */
	size_t width;     /* of it, in bytes; 0: the end */
};

static void read_character(struct spelling_reader *reader)
{
	reader->width = 0;
	reader->c = 0;
	if (reader->left > 0)
		reader->width = (size_t)u8_mbtouc(&reader->c, reader->at, reader->left);
}

static struct spelling_reader read_start(const char *text)
{
	struct spelling_reader reader = {.at = (const uint8_t *)text, .left = strlen(text)};

	read_character(&reader);
	return reader;
}

static void read_next(struct spelling_reader *reader)
{
	reader->before = reader->c;
	reader->at += reader->width;
	reader->left -= reader->width;
	read_character(reader);
}

/* The character behind the one at hand; 0: none. */
static ucs4_t read_ahead(const struct spelling_reader *reader)
{
	struct spelling_reader ahead = *reader;

	read_next(&ahead);
	return ahead.c;
}

static char lower_ascii(char c)
{
	if (c >= 'A' && c <= 'Z')
		return "abcdefghijklmnopqrstuvwxyz"[c - 'A'];
	return c;
}

/* The forms of one character, each once. */
struct forms {
	char items[FORMS_MAX][FORM_BYTES_MAX + 1];
	size_t count;
};

/* A decomposed letter begins with one of ASCII. */
static void add_form(struct forms *forms, const char *text, size_t length)
{
	char form[FORM_BYTES_MAX + 1] = "";

	if (length > FORM_BYTES_MAX || forms->count == FORMS_MAX)
		return;
	for (size_t i = 0; i < length; i++)
		form[i] = lower_ascii(text[i]);
	for (size_t i = 0; i < forms->count; i++) {
		if (strcmp(forms->items[i], form) == 0)
			return;
	}
	memcpy(forms->items[forms->count++], form, sizeof(form));
}

/* Add what libunistring made, composed and decomposed, and free it. */
static void add_made(struct forms *forms, uint8_t *made, size_t length)
{
	size_t apart_length = 0;
	uint8_t *apart = made ? u8_normalize(UNINORM_NFD, made, length, NULL, &apart_length) : NULL;

	if (made)
		add_form(forms, (const char *)made, length);
	if (apart)
		add_form(forms, (const char *)apart, apart_length);
	free(apart);
	free(made);
}

/* The forms of a character that is not ASCII: "(a|b|c)". */
static void add_forms(struct strbuf *out, const struct spelling_reader *reader)
{
	struct forms forms = {.count = 0};
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];
	char split[FORM_BYTES_MAX];
	size_t length = 0;
	uint8_t *made = u8_tolower(reader->at, reader->width, NULL, NULL, NULL, &length);

	add_made(&forms, made, length);
	length = 0;
	made = u8_toupper(reader->at, reader->width, NULL, NULL, NULL, &length);
	add_made(&forms, made, length);
	for (const struct twin *twin = twins; twin->text; twin++) {
		if (twin->letter == uc_tolower(reader->c))
			add_form(&forms, twin->text, strlen(twin->text));
	}
	add_form(&forms, REPLACEMENT, strlen(REPLACEMENT));
	if (uc_canonical_decomposition(reader->c, parts) > 0 && parts[0] < 0x80) {
		/* The mark of a decomposed letter may be split, too. */
		snprintf(split, sizeof(split), "%c%s", (char)parts[0], REPLACEMENT);
		add_form(&forms, split, strlen(split));
	}
	for (size_t i = 0; i < forms.count; i++)
		strbuf_addf(out, "%c%s", i == 0 ? '(' : '|', forms.items[i]);
	strbuf_addc(out, ')');
}

/* Characters that are not ASCII and stand together: many such bytes become one U+FFFD. */
static void add_run(struct strbuf *out, struct spelling_reader *reader)
{
	bool is_run = read_ahead(reader) >= 0x80;

	if (is_run)
		strbuf_addc(out, '(');
	for (; reader->c >= 0x80; read_next(reader))
		add_forms(out, reader);
	if (is_run)
		strbuf_adds(out, "|" REPLACEMENT ")");
}

static void add_ascii(struct strbuf *out, ucs4_t c)
{
	if (strchr("\\^$.|?*+()[]{}", (int)c))
		strbuf_addc(out, '\\');
	strbuf_addc(out, lower_ascii((char)c));
}

/* Whether a blank is on the inner side of a bracket, where it makes no difference. */
static bool is_inner_blank(const struct spelling_reader *reader)
{
	return reader->c == ' ' && (reader->before == '[' || read_ahead(reader) == ']');
}

/* How blanks are written, where they must be and where they may be. */
struct blanks {
	const char *needed, *optional;
};

/* A character of ASCII but "*" of a mark. */
static void add_plain(struct strbuf *out, const struct spelling_reader *reader,
	const struct blanks *blanks)
{
	if (is_inner_blank(reader))
		return;
	if (reader->c == ' ')
		strbuf_adds(out, blanks->needed);
	else if (reader->c == '[')
		strbuf_addf(out, "\\[%s", blanks->optional);
	else if (reader->c == ']')
		strbuf_addf(out, "%s\\]", blanks->optional);
	else
		add_ascii(out, reader->c);
}

void sieve_pattern_add(struct strbuf *out, const char *spelling)
{
	static const struct blanks blanks = {"${blank}+", "${blank}*"};
	struct spelling_reader reader = read_start(spelling);

	while (reader.width > 0) {
		if (reader.c >= 0x80) {
			add_run(out, &reader);
			continue;
		}
		add_plain(out, &reader, &blanks);
		read_next(&reader);
	}
}

/* The ASCII letter that a decomposed character begins with, which need not be there. */
static void add_base_letter(struct strbuf *out, ucs4_t c)
{
	ucs4_t parts[UC_DECOMPOSITION_MAX_LENGTH];

	if (uc_canonical_decomposition(c, parts) > 0 && parts[0] < 0x80)
		strbuf_addf(out, "%c?", lower_ascii((char)parts[0]));
}

/* Any characters that are not ASCII, in the place of some. */
static void add_loose_run(struct strbuf *out, struct spelling_reader *reader)
{
	for (; reader->c >= 0x80; read_next(reader))
		add_base_letter(out, reader->c);
	strbuf_adds(out, "[^ -~]+");
}

/* What a "*" takes: to the next bracket, to the text behind it, or to the end of the word. */
static void add_star(struct strbuf *out, const struct spelling_reader *reader)
{
	ucs4_t next = read_ahead(reader);

	if (next == '*')
		return;
	if (next == 0)
		strbuf_adds(out, "[^][[:space:][:punct:]]*");
	else if (next == '[' || next == ']' || next >= 0x80)
		strbuf_adds(out, "[^][]*");
	else
		strbuf_addf(out, next == '-' ? "[^][%c]*" : "[^]%c[]*", lower_ascii((char)next));
}

void sieve_pattern_add_loose(struct strbuf *out, const char *text, enum sieve_loose loose)
{
	/* U+FFFD, in the place of a raw no-break space, is not ASCII either. */
	static const struct blanks blanks[] = {[LOOSE_WORDS] = {"[^!-~]+", "[^!-~]*"},
		[LOOSE_JOINED] = {" *", " *"},
		[LOOSE_MARK] = {" +", " *"}};
	struct spelling_reader reader =
		read_start(text + (loose == LOOSE_MARK ? strspn(text, "* ") : 0));

	while (reader.width > 0) {
		if (reader.c >= 0x80) {
			add_loose_run(out, &reader);
			continue;
		}
		if (reader.c == '*' && loose == LOOSE_MARK)
			add_star(out, &reader);
		else if (reader.c == ':' && loose == LOOSE_JOINED)
			strbuf_adds(out, " *:");
		else
			add_plain(out, &reader, &blanks[loose]);
		read_next(&reader);
	}
}

static bool is_word(ucs4_t c)
{
	return uc_is_general_category_withtable(c,
		UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_M);
}

bool sieve_pattern_begins_word(const char *spelling)
{
	return is_word(read_start(spelling).c);
}

bool sieve_pattern_ends_word(const char *spelling)
{
	struct spelling_reader reader = read_start(spelling);

	while (reader.width > 0)
		read_next(&reader);
	return is_word(reader.before);
}
