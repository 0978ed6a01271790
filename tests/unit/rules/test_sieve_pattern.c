/* How a tag may stand in a subject, as Sieve looks for it. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "rules/model/rules.h"
#include "rules/sieve/sieve_pattern.h"

static void test_spelling(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"[SP]", "[SP]"},
		{"  [Ny\t\n version] ", "[Ny version]"},
		{"[a\xC2\xA0"
		 "b\xE3\x80\x80"
		 "c]",
			"[a b c]"},
		{"[Gla\xCC\x8A]", "[Gl\xC3\xA5]"},
		{" \t ", ""},
		{"", ""},
		{"\xFF", "\xEF\xBF\xBD"}, /* not UTF-8 */
		{"[S\xE2\x80\x8BP]\xC2\xAD", "[SP]"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++)
		assert_string_equal(rules_spelling(arena, cases[i].text), cases[i].expected);
	arena_free(arena);
}

static void test_pattern(void **state)
{
	static const struct {
		const char *spelling, *expected;
	} cases[] = {
		{"[SP]", "\\[${blank}*sp${blank}*\\]"},
		{"[ SP ]", "\\[${blank}*sp${blank}*\\]"},
		{"[Ny version]", "\\[${blank}*ny${blank}+version${blank}*\\]"},
		{"SF 1234", "sf${blank}+1234"},
		{"a.b|(c)+*?^$\\{1}", "a\\.b\\|\\(c\\)\\+\\*\\?\\^\\$\\\\\\{1\\}"},
		{"\xC3\xA6", "(\xC3\xA6|\xC3\x86|\xEF\xBF\xBD)"}, /* ae */
		/* a with ring: small, decomposed, capital, the angstrom sign */
		{"\xC3\x85",
			"(\xC3\xA5|a\xCC\x8A|\xC3\x85|\xE2\x84\xAB|\xEF\xBF\xBD|a\xEF\xBF\xBD)"},
		{"\xE2\x80\x93", "(\xE2\x80\x93|\xEF\xBF\xBD)"}, /* a dash */
		/* "ao": two letters, or one U+FFFD for both */
		{"\xC3\xA6\xC3\xB8",
			"((\xC3\xA6|\xC3\x86|\xEF\xBF\xBD)(\xC3\xB8|\xC3\x98|\xEF\xBF\xBD)|\xEF\xBF\xBD)"},
		{"", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].spelling); i++) {
		struct strbuf out = STRBUF_INIT;

		sieve_pattern_add(&out, cases[i].spelling);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
	}
}

static void test_loose_pattern(void **state)
{
	static const struct {
		const char *text;
		enum sieve_loose loose;
		const char *expected;
	} cases[] = {
		{"h\xC3\xB8j prioritet", LOOSE_JOINED, "h[^ -~]+j *prioritet"},
		{"prioritet: 1", LOOSE_JOINED, "prioritet *: *1"},
		{"ikke p\xC3\xA5", LOOSE_WORDS, "ikke[^!-~]+pa?[^ -~]+"},
		{"2*3", LOOSE_WORDS, "2\\*3"},
		{"[EKSTERN]", LOOSE_MARK, "\\[ *ekstern *\\]"},
		{"[Ticket#*]", LOOSE_MARK, "\\[ *ticket#[^][]* *\\]"},
		{"INC*", LOOSE_MARK, "inc[^][[:space:][:punct:]]*"},
		{"a*B c", LOOSE_MARK, "a[^]b[]*b +c"},
		{"a*-c", LOOSE_MARK, "a[^][-]*-c"},
		{"a*:c", LOOSE_MARK, "a[^]:[]*:c"},
		{"a**:c", LOOSE_MARK, "a[^]:[]*:c"},
		{"* [x]", LOOSE_MARK, "\\[ *x *\\]"},
		{"*", LOOSE_MARK, ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		sieve_pattern_add_loose(&out, cases[i].text, cases[i].loose);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
	}
}

static void test_words(void **state)
{
	assert_true(sieve_pattern_begins_word("SP"));
	assert_true(sieve_pattern_ends_word("SF 1234"));
	assert_true(sieve_pattern_ends_word("\xC3\xB8"));
	assert_false(sieve_pattern_begins_word("[SP]"));
	assert_false(sieve_pattern_ends_word("EXTERN:"));
	assert_false(sieve_pattern_begins_word(""));
	assert_false(sieve_pattern_ends_word(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_loose_pattern),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
