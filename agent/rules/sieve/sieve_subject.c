#include "rules/sieve/sieve_subject.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "matcher/vocabulary.h"
#include "rules/model/rules.h"
#include "rules/sieve/sieve_pattern.h"
#include "rules/sieve/sieve_text.h"

/* How much of sieve_variables_max_variable_size (4096 bytes) an expression of marks may take. */
#define MARKS_MAX 3500

#define WORD_CUTS_MAX   4
#define LINE_CHARACTERS 20 /* in one line that sets a variable */

struct char_range {
	uint32_t first, last;
};

/* Invisible characters that mail has: soft hyphen, zero-width, bidi controls, variation selectors, byte order mark. */
static const struct char_range hidden_ranges[] = {{0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c},
	{0x180b, 0x180e}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f}, {0xfe00, 0xfe0f},
	{0xfeff, 0xfeff}, {0, 0}};

/* Blanks that are not a space: controls, and Unicode's White_Space. */
static const struct char_range blank_ranges[] = {{0x01, 0x1f}, {0x7f, 0x7f}, {0x85, 0x85},
	{0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
	{0x205f, 0x205f}, {0x3000, 0x3000}, {0, 0}};

/* What people put in front of a subject that is urgent, or not: lights, bells, fires, crosses. */
#define EDGE_EMOJI                                                                              \
	{0x2705, 0x2705}, {0x274c, 0x274c}, {0x2753, 0x2757}, {0x1f195, 0x1f195},               \
		{0x1f4e2, 0x1f4e2}, {0x1f512, 0x1f515}, {0x1f525, 0x1f525}, {0x1f534, 0x1f535}, \
		{0x1f6a8, 0x1f6a8}, {0x1f6ab, 0x1f6ab}, {0x1f6d1, 0x1f6d1},                     \
	{                                                                                       \
		0x1f7e0, 0x1f7e5                                                                \
	}

/* Signs that are not ASCII, and stand beside words. */
static const struct char_range edge_ranges[] = {{0xa1, 0xa9}, {0xab, 0xac}, {0xae, 0xb1},
	{0xb4, 0xb4}, {0xb6, 0xb8}, {0xbb, 0xbb}, {0xbf, 0xbf}, {0xd7, 0xd7}, {0xf7, 0xf7},
	{0x2010, 0x2027}, {0x2030, 0x205e}, {0x20a0, 0x20bf}, {0x2122, 0x2122}, {0x2190, 0x2199},
	{0x25cf, 0x25cf}, {0x2605, 0x2606}, {0x26a0, 0x26a0}, {0x2713, 0x2718}, {0x3001, 0x3003},
	{0x3008, 0x3011}, {0xff01, 0xff0f}, {0xff1a, 0xff20}, {0xff3b, 0xff3d}, EDGE_EMOJI, {0, 0}};

static void add_set(struct strbuf *out, const char *indent, const char *name, const char *pattern)
{
	strbuf_addf(out, "%sset \"%s\" ", indent, name);
	sieve_text_add_pattern(out, pattern);
	strbuf_adds(out, ";\n");
}

/* Set a variable to the characters of some ranges, "a|b|c", in lines that are not too long. */
static void add_characters(struct strbuf *out, const char *name, const struct char_range *ranges)
{
	struct strbuf line = STRBUF_INIT;
	size_t count = 0;
	uint8_t text[6];

	for (; ranges->first; ranges++) {
		for (uint32_t c = ranges->first; c <= ranges->last; c++) {
			if (count > 0 && count % LINE_CHARACTERS == 0) {
				add_set(out, "", name, line.text);
				strbuf_reset(&line);
				strbuf_addf(&line, "${%s}", name);
			}
			if (count++ > 0)
				strbuf_addc(&line, '|');
			strbuf_add(&line, text, (size_t)u8_uctomb(text, c, sizeof(text)));
		}
	}
	add_set(out, "", name, line.text);
	strbuf_release(&line);
}

/* One step of add_cuts(): takes out `count` at once, where so many are there. */
static void add_cut(struct strbuf *out, size_t count, const char *instead)
{
	strbuf_adds(out, "\tif string :regex \"${subject}\" \"^(.*)");
	for (size_t i = 0; i < count; i++)
		strbuf_adds(out, "${next}");
	strbuf_adds(out, "$\" {\n\t\tset \"subject\" \"${1}");
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, "%s${%zu}", instead, 2 * i + 3);
	strbuf_adds(out, "\";\n\t}\n");
}

/*
 * Put `instead` where `pattern`, which has no group, is in the subject, `max` times (a multiple of 7): a script has no loops, and an
 * expression at most 31 groups.
 */
static void add_cuts(struct strbuf *out, const char *pattern, const char *instead, size_t max)
{
	strbuf_addf(out, "if string :regex \"${subject}\" \"%s\" {\n", pattern);
	strbuf_addf(out, "\tset \"next\" \"(%s)(.*)\";\n", pattern);
	for (size_t left = max; left > 7; left -= 7)
		add_cut(out, 7, instead);
	add_cut(out, 4, instead);
	add_cut(out, 2, instead);
	add_cut(out, 1, instead);
	strbuf_adds(out, "}\n");
}

/* A text that is a whole word where it begins, or ends, with a letter or digit. */
struct whole_word {
	const char *pattern; /* without a group */
	bool begins, ends;
};

/* The same of a word, of which no more than WORD_CUTS_MAX are dealt with. */
static void add_word_cuts(struct strbuf *out, const struct whole_word *word, const char *instead)
{
	for (int i = 0; i < WORD_CUTS_MAX; i++)
		strbuf_addf(out,
			"if string :regex \"${subject}\" \"^(.*)%s(%s)%s(.*)$\" {\n"
			"\tset \"subject\" \"${1}${2}%s${5}${7}\";\n"
			"}\n",
			word->begins ? "(^|${edge})" : "(())", word->pattern,
			word->ends ? "(${edge}|$)" : "(())", instead);
}

static bool is_word(const char *mark)
{
	return sieve_pattern_begins_word(mark) || sieve_pattern_ends_word(mark);
}

/* Cut out the marks that have signs at both ends, "[EKSTERN]", as many at once as a variable can hold. */
static void add_marks(struct strbuf *out, const struct rules *rules)
{
	struct strbuf patterns = STRBUF_INIT, pattern = STRBUF_INIT;

	for (size_t i = 0; i < rules->ignore_count; i++) {
		strbuf_reset(&pattern);
		sieve_pattern_add_loose(&pattern, rules->ignore[i], LOOSE_MARK);
		if (is_word(rules->ignore[i]) || pattern.length == 0)
			continue;
		if (patterns.length + pattern.length > MARKS_MAX) {
			add_set(out, "", "mark", patterns.text);
			add_cuts(out, "${mark}", "${cut}", SIEVE_MARKS_MAX);
			strbuf_reset(&patterns);
		}
		sieve_text_add_comment(out, "", rules->ignore[i]);
		strbuf_add_item(&patterns, "|", pattern.text);
	}
	if (patterns.length > 0) {
		add_set(out, "", "mark", patterns.text);
		add_cuts(out, "${mark}", "${cut}", SIEVE_MARKS_MAX);
	}
	strbuf_release(&patterns);
	strbuf_release(&pattern);
}

/* The others, "INC*" and "EXTERN:", each by itself. */
static void add_word_marks(struct strbuf *out, const struct rules *rules)
{
	static const struct whole_word mark = {"${mark}", true, true};

	for (size_t i = 0; i < rules->ignore_count; i++) {
		const char *text = rules->ignore[i];
		struct strbuf pattern = STRBUF_INIT;
		struct whole_word word = mark;

		if (!is_word(text))
			continue;
		word.begins = sieve_pattern_begins_word(text);
		word.ends = sieve_pattern_ends_word(text);
		sieve_text_add_comment(out, "", text);
		sieve_pattern_add_loose(&pattern, text, LOOSE_MARK);
		add_set(out, "", "mark", pattern.text);
		add_word_cuts(out, &word, "${cut}");
		strbuf_release(&pattern);
	}
}

/* Words of a vocabulary as "a|b|c", each behind `before`. */
static void add_words(struct strbuf *pattern, const char *before, const char *const *words,
	enum sieve_loose loose)
{
	for (bool first = true; *words; words++, first = false) {
		strbuf_addf(pattern, first ? "%s" : "|%s", before);
		sieve_pattern_add_loose(pattern, *words, loose);
	}
}

static void add_front(struct strbuf *out)
{
	struct strbuf pattern = STRBUF_INIT;

	strbuf_adds(&pattern, "^( |${cut}|(");
	add_words(&pattern, "", vocabulary_reply_prefixes, LOOSE_WORDS);
	strbuf_adds(&pattern, ") *(\\[[0-9]+\\]|\\([0-9]+\\)|\\^[0-9]+)? *(:|\xEF\xBC\x9A))*");
	add_set(out, "", "front", pattern.text);
	strbuf_release(&pattern);
}

void sieve_subject_add_ready(struct strbuf *out, const struct rules *rules)
{
	strbuf_adds(out,
		"\n# The subject, in small letters, without what nobody can see in it, and with spaces for all blanks.\n"
		"if header :matches \"Subject\" \"*\" {\n"
		"\tset :lower \"subject\" \"${1}\";\n"
		"}\n");
	add_characters(out, "hidden", hidden_ranges);
	add_cuts(out, "${hidden}", "", SIEVE_CUTS_MAX);
	add_characters(out, "blanks", blank_ranges);
	add_cuts(out, "${blanks}", " ", SIEVE_CUTS_MAX);
	strbuf_adds(out, "\n# What parts two words, and what may be in front of a subject.\n");
	add_characters(out, "signs", edge_ranges);
	add_set(out, "", "tag", "\x01");
	add_set(out, "", "cut", "\x02");
	add_set(out, "", "carried", "\x03");
	add_set(out, "", "carried_long", "\x03");
	add_set(out, "", "carried_words", "\x03");
	add_set(out, "", "gap", "( |${cut})*");
	add_set(out, "", "blank", "( |\xEF\xBF\xBD)");
	add_set(out, "", "edge", "([[:space:][:punct:]]|\xEF\xBF\xBD|${tag}|${cut}|${signs})");
	add_front(out);
	if (rules->ignore_count > 0)
		strbuf_adds(out, "\n# Marks that are no tags are taken out.\n");
	add_marks(out, rules);
	add_word_marks(out, rules);
}

void sieve_subject_add_answer(struct strbuf *out)
{
	struct strbuf pattern = STRBUF_INIT;

	strbuf_adds(&pattern, "${front}(");
	add_words(&pattern, "", vocabulary_answer_words, LOOSE_WORDS);
	strbuf_adds(&pattern, ")(${edge}|$)");
	strbuf_adds(out, "string :regex \"${subject}\" ");
	sieve_text_add_pattern(out, pattern.text);
	strbuf_release(&pattern);
}

void sieve_subject_add_tag(struct strbuf *out, const struct rules_tag *tag)
{
	struct strbuf pattern = STRBUF_INIT;

	strbuf_adds(out, "string :regex \"${subject}\" [");
	for (size_t i = 0; i < tag->spelling_count; i++) {
		const char *spelling = tag->spellings[i];

		strbuf_reset(&pattern);
		if (sieve_pattern_begins_word(spelling))
			strbuf_adds(&pattern, "(^|${edge})");
		sieve_pattern_add(&pattern, spelling);
		if (sieve_pattern_ends_word(spelling))
			strbuf_adds(&pattern, "(${edge}|$)");
		sieve_text_add_listed(out, pattern.text, i == 0);
	}
	strbuf_addc(out, ']');
	strbuf_release(&pattern);
}

/* Whether another spelling is a part of this one, as "Beskedfordeler" is of "Fælleskommunal Beskedfordeler". */
static bool has_another_inside(const struct rules *rules, const char *spelling)
{
	size_t length = strlen(spelling);

	for (size_t i = 0; i < rules->tag_count; i++) {
		const struct rules_tag *tag = &rules->tags[i];

		for (size_t j = 0; j < tag->spelling_count; j++) {
			if (strlen(tag->spellings[j]) < length &&
				strcasestr(spelling, tag->spellings[j]))
				return true;
		}
	}
	return false;
}

void sieve_subject_add_carried(struct strbuf *out, const struct rules *rules,
	const struct rules_tag *tag)
{
	static const char *const names[] = {"carried", "carried_long", "carried_words"};
	struct strbuf patterns[3] = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};

	for (size_t i = 0; i < tag->spelling_count; i++) {
		const char *spelling = tag->spellings[i];
		bool is_word =
			sieve_pattern_begins_word(spelling) && sieve_pattern_ends_word(spelling);
		int kind = !is_word ? 0 : has_another_inside(rules, spelling) ? 1 : 2;

		strbuf_addc(&patterns[kind], '|');
		sieve_pattern_add_loose(&patterns[kind], spelling, LOOSE_WORDS);
	}
	for (int i = 0; i < 3; i++) {
		struct strbuf value = STRBUF_INIT;

		strbuf_addf(&value, "${%s}%s", names[i], patterns[i].text);
		if (patterns[i].length > 0)
			add_set(out, "\t", names[i], value.text);
		strbuf_release(&value);
		strbuf_release(&patterns[i]);
	}
}

void sieve_subject_add_field(struct strbuf *out, const struct field_row *row)
{
	struct strbuf pattern = STRBUF_INIT;

	if (row->way == FIELD_EXISTS) {
		strbuf_addf(out, "exists \"%s\"", row->name);
		return;
	}
	strbuf_adds(&pattern, "^[[:space:]]*(");
	for (size_t i = 0; row->texts[i]; i++) {
		if (i > 0)
			strbuf_addc(&pattern, '|');
		sieve_pattern_add(&pattern, row->texts[i]);
	}
	strbuf_adds(&pattern, ")([^[:alnum:]]|$)");
	strbuf_addf(out, "header :regex \"%s\" ", row->name);
	sieve_text_add_pattern(out, pattern.text);
	strbuf_release(&pattern);
}

/* A "!" in each of its forms, and the words, as variables. */
static void add_priority_words(struct strbuf *out)
{
	struct strbuf pattern = STRBUF_INIT;
	char * not ;

	add_set(out, "", "bang", "(!|\xEF\xBC\x81)");
	add_set(out, "", "bangs", "${gap}(${bang}${gap})+");
	add_set(out, "", "cry",
		"(${bang}|\\[${bangs}\\]|\\(${bangs}\\)|\xEF\xBC\xBB${bangs}\xEF\xBC\xBD|"
		"\xEF\xBC\x88${bangs}\xEF\xBC\x89)");
	add_words(&pattern, "", vocabulary_priority_words, LOOSE_JOINED);
	add_set(out, "", "words", pattern.text);
	strbuf_reset(&pattern);
	strbuf_addf(&pattern, "%s +", vocabulary_priority_not);
	not = strbuf_detach(&pattern);
	add_words(&pattern, not, vocabulary_priority_words, LOOSE_JOINED);
	free(not );
	add_set(out, "", "not", pattern.text);
	strbuf_release(&pattern);
}

static void add_priority_fields(struct strbuf *out)
{
	for (const struct field_row *row = vocabulary_priority_fields; row->name; row++) {
		strbuf_adds(out, "\t");
		sieve_subject_add_field(out, row);
		strbuf_adds(out, ",\n");
	}
}

void sieve_subject_add_priority(struct strbuf *out)
{
	static const char *const places[] = {
		"${front}${cry}",                /* first */
		"${front}(${tag}${gap})+${cry}", /* behind the first tags */
		"(^|[][\"#$%&'()*+,./:;<=>?@^_`{|}~-]|${signs})${gap}(${cry}${gap})+${tag}", /* before a tag */
		"${front}(${words})(${edge}|$)",
		"${tag}${gap}(${words})(${edge}|$)",
		"(^|${edge})(${words})${gap}(${tag}|:|\xEF\xBC\x9A)",
		"\\[${gap}(${words})${gap}\\]|\\(${gap}(${words})${gap}\\)",
	};
	static const struct whole_word carried_long = {"${carried_long}", true, true},
				       carried = {"${carried_words}", true, true},
				       negation = {"${not}", true, true};

	strbuf_adds(out, "\n# Priority. A tag is one character from here on, in brackets too.\n");
	add_cuts(out, "${carried}", "${tag}", SIEVE_MARKS_MAX);
	add_word_cuts(out, &carried_long, "${tag}"); /* a shorter one would leave half of it */
	add_word_cuts(out, &carried, "${tag}");
	add_set(out, "", "carried", "\\[${tag}\\]|\\(${tag}\\)");
	add_cuts(out, "${carried}", "${tag}", SIEVE_MARKS_MAX);
	add_priority_words(out);
	add_word_cuts(out, &negation, " ");
	strbuf_adds(out, "if anyof (\n");
	add_priority_fields(out);
	strbuf_adds(out, "\tstring :regex \"${subject}\" [\n");
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		strbuf_adds(out, i > 0 ? ",\n\t\t" : "\t\t");
		sieve_text_add_pattern(out, places[i]);
	}
	strbuf_adds(out, "]) {\n\tset \"critical\" \"yes\";\n}\n");
}
