/* Strings that grow, and texts from outside made safe for a line and a terminal. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/hidden.h"
#include "base/text/strbuf.h"

static void test_adding(void **state)
{
	struct strbuf b = STRBUF_INIT;

	assert_string_equal(b.text, "");
	strbuf_adds(&b, "an");
	strbuf_add(&b, "nab", 2);
	strbuf_addc(&b, ' ');
	strbuf_addf(&b, "%s-%d", "lund", 7);
	strbuf_add(&b, "", 0);
	assert_string_equal(b.text, "anna lund-7");
	assert_int_equal(b.length, 11);
	strbuf_reset(&b);
	assert_string_equal(b.text, "");
	assert_int_equal(b.length, 0);
	strbuf_adds(&b, "bo");
	assert_string_equal(b.text, "bo");
	strbuf_release(&b);
	assert_string_equal(b.text, "");
	strbuf_release(&b);
}

static void test_growing(void **state)
{
	struct strbuf b = STRBUF_INIT;

	for (int i = 0; i < 10000; i++)
		strbuf_addf(&b, "%d,", i % 10);
	assert_int_equal(b.length, 20000);
	assert_int_equal(strlen(b.text), 20000);
	strbuf_add(&b, "a\0b", 3);
	assert_int_equal(b.length, 20003);
	assert_memory_equal(b.text + 20000, "a\0b", 4);
	strbuf_release(&b);
}

static void test_items(void **state)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_add_item(&b, ", ", "anna");
	strbuf_add_item(&b, ", ", "bo");
	strbuf_add_item(&b, ", ", "");
	assert_string_equal(b.text, "anna, bo, ");
	strbuf_release(&b);
}

static void test_detaching(void **state)
{
	struct strbuf b = STRBUF_INIT;
	char *text = strbuf_detach(&b);

	assert_string_equal(text, "");
	free(text);
	strbuf_adds(&b, "anna");
	text = strbuf_detach(&b);
	assert_string_equal(text, "anna");
	assert_string_equal(b.text, "");
	free(text);
}

static void test_safe(void **state)
{
	static const struct {
		const char *text, *safe;
	} cases[] = {
		{"", ""},
		{"anna lund", "anna lund"},
		{"Søren Åse \xE2\x82\xAC \xF0\x9F\x8E\x84",
			"Søren Åse \xE2\x82\xAC \xF0\x9F\x8E\x84"},
		{"a\nb\rc\td", "a\\0ab\\0dc\\09d"},
		{"\x1b[31mred\x1b[0m", "\\1b[31mred\\1b[0m"},
		{"a\xC2\xA0"
		 "b",
			"a\xC2\xA0"
			"b"},
		{"a\xC2\x9B"
		 "31m",
			"a\\c2\\9b31m"},
		{"Bo\xE2\x80\xAE!", "Bo\\e2\\80\\ae!"},
		{"\xF3\xA0\x81\x81", "\\f3\\a0\\81\\81"},
		/* what is safe stays as it is */
		{"a\\0ab\\ff", "a\\0ab\\ff"},
		/* not UTF-8 */
		{"r\xF8"
		 "d",
			"r\\f8d"},
		{"\xC3", "\\c3"},
		{"\xE2\x82", "\\e2\\82"},
		{"\xC0\xAF", "\\c0\\af"},                 /* too long for a slash */
		{"\xED\xA0\x80", "\\ed\\a0\\80"},         /* half a surrogate pair */
		{"\xF4\x90\x80\x80", "\\f4\\90\\80\\80"}, /* beyond U+10FFFF */
		{"\xFF\xFE", "\\ff\\fe"},
		{"a\x9b"
		 "31m",
			"a\\9b31m"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf b = STRBUF_INIT;

		strbuf_add_safe(&b, cases[i].text);
		assert_string_equal(b.text, cases[i].safe);
		strbuf_release(&b);
	}
}

static void test_padding(void **state)
{
	struct strbuf b = STRBUF_INIT;

	strbuf_adds(&b, "ab");
	strbuf_pad(&b, 2, 4);
	strbuf_addc(&b, '|');
	strbuf_pad(&b, 4, 4);
	strbuf_pad(&b, 5, 4);
	assert_string_equal(b.text, "ab  |");
	strbuf_release(&b);
}

/* All its bytes, and an empty text where nothing was added; the buffer can be used again. */
static void test_to_arena(void **state)
{
	struct arena *arena = arena_new();
	struct strbuf b = STRBUF_INIT;
	char *text;

	assert_string_equal(strbuf_to_arena(&b, arena), "");
	strbuf_add(&b, "a\0b", 3);
	text = strbuf_to_arena(&b, arena);
	assert_memory_equal(text, "a\0b", 4);
	assert_int_equal(b.length, 0);
	strbuf_adds(&b, "cut");
	b.length = 2;
	assert_string_equal(strbuf_to_arena(&b, arena), "cu");
	arena_free(arena);
}

/* Each character of a class, alone and between letters. */
static void test_hidden(void **state)
{
	static const struct {
		uint32_t first, last;
		bool hidden;
	} classes[] = {
		{0x01, 0x1f, true},        /* C0 */
		{0x20, 0x7e, false},       /* ASCII */
		{0x7f, 0x9f, true},        /* DEL, C1 */
		{0xa0, 0xac, false},       /* no-break space is a blank */
		{0xad, 0xad, true},        /* soft hyphen */
		{0xae, 0x34e, false},      /* Latin, IPA */
		{0x34f, 0x34f, true},      /* combining grapheme joiner */
		{0x61c, 0x61c, true},      /* Arabic letter mark */
		{0x5d0, 0x5ea, false},     /* Hebrew */
		{0x115f, 0x1160, true},    /* Hangul fillers */
		{0x17b4, 0x17b5, true},    /* Khmer vowels that do not show */
		{0x180b, 0x180f, true},    /* Mongolian variation selectors, vowel separator */
		{0x2000, 0x200a, false},   /* blanks of several widths */
		{0x200b, 0x200f, true},    /* zero width, LRM, RLM */
		{0x2010, 0x2027, false},   /* dashes, quotes, bullet */
		{0x2028, 0x202e, true},    /* line and paragraph separator, bidi embeddings */
		{0x202f, 0x205f, false},   /* punctuation */
		{0x2060, 0x206f, true},    /* word joiner, invisible operators, bidi isolates */
		{0x20a0, 0x20bf, false},   /* currencies */
		{0x3164, 0x3164, true},    /* Hangul filler */
		{0x4e00, 0x4eff, false},   /* Han */
		{0xd800, 0xdfff, true},    /* surrogates */
		{0xfdd0, 0xfdef, true},    /* noncharacters */
		{0xfe00, 0xfe0f, true},    /* variation selectors */
		{0xfeff, 0xfeff, true},    /* byte order mark */
		{0xffa0, 0xffa0, true},    /* halfwidth Hangul filler */
		{0xfff9, 0xfffb, true},    /* interlinear annotation */
		{0xfffd, 0xfffd, false},   /* replacement character */
		{0xfffe, 0xffff, true},    /* noncharacters */
		{0x1d173, 0x1d17a, true},  /* musical controls */
		{0x1f384, 0x1f384, false}, /* a Christmas tree */
		{0x1fffe, 0x1ffff, true},  /* noncharacters */
		{0xe0000, 0xe007f, true},  /* tags */
		{0xe0100, 0xe01ef, true},  /* variation selectors supplement */
		{0x10fffe, 0x110000, true},
	};

	for (size_t i = 0;
		i < ROWS(classes) && row(i, "U+%04X to U+%04X", classes[i].first, classes[i].last);
		i++) {
		for (uint32_t c = classes[i].first; c <= classes[i].last; c++) {
			if (hidden_character(c) != classes[i].hidden)
				fail_msg("U+%04X", c);
		}
	}
	assert_true(hidden_in("a\xE2\x80\x8B"));
	assert_true(hidden_in("r\xF8"));
	assert_true(hidden_in("\xF3\xA0\x80\x81z"));
	assert_false(hidden_in("Birgitte Lyngsø"));
	assert_false(hidden_in(""));
}

/* A DN that is made safe is the same DN. */
static void test_safe_dn(void **state)
{
	static const char *const dns[] = {
		"cn=a\xE2\x80\xAE"
		"b,dc=dk",
		"cn=a\nb,dc=dk",
		"cn=a\xF3\xA0\x81\x81,ou=x\xC2\x85,dc=dk",
		"cn=a\\\\\x1b[2J,dc=dk",
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(dns) && row(i, "%s", dns[i]); i++) {
		struct strbuf safe = STRBUF_INIT;

		strbuf_add_safe(&safe, dns[i]);
		assert_non_null(dn_key(arena, dns[i]));
		assert_string_equal(dn_key(arena, safe.text), dn_key(arena, dns[i]));
		strbuf_release(&safe);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adding),
		cmocka_unit_test(test_growing),
		cmocka_unit_test(test_items),
		cmocka_unit_test(test_detaching),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_to_arena),
		cmocka_unit_test(test_safe),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_safe_dn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
