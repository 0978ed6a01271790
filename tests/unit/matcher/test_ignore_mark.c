/* Marks of mailbox.ignore, cut out of subjects. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "matcher/text/ignore_mark.h"
#include "matcher/text/subject_text.h"

static void test_cut(void **state)
{
	static const struct {
		const char *mark, *subject, *left; /* "#" for a cut */
	} cases[] = {
		{"[EKSTERN]", "[ekstern] a [ Ekstern ]b", "# a #b"},
		{"[EKSTERN]", "[EKSTERNT] [EKSTERN", "[eksternt] [ekstern"},
		{"EXTERN:", "extern: a nextern: b", "# a nextern: b"},
		{"EXTERN:", "extern:extern:", "##"},
		{"a b",
			"a  b a\xC2\xA0"
			"b ab xa b a bx",
			"# # ab xa b a bx"},
		{"[Ticket#*]", "[Ticket#12] [Ticket#] [Ticket#a b]", "# # #"},
		{"[Ticket#*]", "[Ticket#1[2]] [Ticket#3", "[ticket#1[2]] [ticket#3"},
		{"[Ticket#*]", "[Ticket#[Ticket#1]", "[ticket##"},
		{"[*]", "a [b] [] [c[d]e]", "a # # [c#e]"},
		{"[*-*]", "[a-b] [a] [b-]", "# [a] #"},
		{"[*-*]", "[a] - [b]", "[a] - [b]"},
		{"INC*", "INC0012 INC inc: INCx-y zinc", "# # #: #-y zinc"},
		{"INC*", "INC", "#"},
		{"INC*:", "INC12: a INC 13 : b", "# a # b"},
		{"*:", "a: b:c", "a# b#c"},
		{"**a", "ba ca", "b# c#"},
		{"a*b*c", "a1b2c a1c2b3c xabc abcx abc", "# # xabc #"},
		{"a*b*c", "a a a b b b c c", "# c"},
		{"a*c", "ac acx abc", "# #"},
		{"a*c", "acx d", "acx d"},
		{"-", "a-b - c", "a#b # c"},
		{"sag * ", "Sag 12", "#12"},
		{"sag *", "Sag12 sag x", "sag12 #x"},
		{"[\xC3\x85*]",
			"[A\xCC\x8A"
			"bc]",
			"#"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s %s", cases[i].mark, cases[i].subject);
		i++) {
		struct arena *arena = arena_new();
		const struct ignore_mark *mark = ignore_mark_read(arena, cases[i].mark);
		struct subject_text text;
		struct strbuf left = STRBUF_INIT;

		subject_text_read(&text, arena, cases[i].subject, strlen(cases[i].subject));
		assert_non_null(mark);
		ignore_mark_cut(mark, arena, &text);
		for (size_t j = 0; j < text.count; j++)
			strbuf_addc(&left,
				(char)(text.chars[j] == SUBJECT_CUT ? '#' : text.chars[j]));
		assert_string_equal(left.text, cases[i].left);
		assert_int_equal(ignore_mark_fits(mark, arena, cases[i].subject),
			strchr(left.text, '#') &&
				strcmp(left.text, subject_text_key(arena, cases[i].subject)) != 0);
		strbuf_release(&left);
		arena_free(arena);
	}
}

static void test_nothing(void **state)
{
	static const char *const cases[] = {"", "*", " ** * ", "\xC2\xA0*\xE2\x80\x8B"};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i]); i++)
		assert_null(ignore_mark_read(arena, cases[i]));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
