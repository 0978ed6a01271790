/* The words that many subjects begin with. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "mailbox/recurring_words.h"

/* What recurs, as "text count; text count". */
static void list_words(struct recurring_words *words, struct strbuf *out)
{
	struct arena *arena = arena_new();
	struct recurring_word *items;
	size_t count = recurring_words_list(words, arena, &items);

	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, "%s%s %zu", i > 0 ? "; " : "", items[i].text, items[i].count);
	arena_free(arena);
}

/* Each subject is added as often as the number in front says; "%d" in it is another number each time. */
static void test_tables(void **state)
{
	static const struct {
		const char *what;
		const char *subjects[6];
		const char *expected;
	} cases[] = {
		{"nothing", {NULL}, ""},
		{"a colon", {"3 Serviceplatformen: nr %d", NULL}, "Serviceplatformen: 3"},
		{"a colon, too seldom", {"2 Serviceplatformen: nr %d", NULL}, ""},
		{"a colon after words", {"4 Drift af SAPA: nr %d", NULL}, "Drift af SAPA: 4"},
		{"a colon further on", {"4 %d eller %d og %d samt en: x", NULL}, ""},
		{"a dash",
			{"3 Serviceplatformen - nr %d", "1 Serviceplatformen \xE2\x80\x93 ny",
				NULL},
			"Serviceplatformen 4"},
		{"a dash in a word", {"4 Drifts-info nr", NULL}, ""},
		{"an integration", {"3 SF1500 nede", "4 SF2900 oppe", NULL}, "SF2900 4; SF1500 3"},
		{"tickets", {"5 INC00%d lukket", NULL}, "INC* 5"},
		{"capitals", {"3 SAPA er nede %d", NULL}, "SAPA 3"},
		{"case", {"2 Serviceplatformen: a", "2 SERVICEPLATFORMEN: b", NULL},
			"Serviceplatformen: 4"},
		{"plain", {"5 Serviceplatformen er nede %d", NULL}, "Serviceplatformen er nede 5"},
		{"plain, of several endings",
			{"3 Serviceplatformen er nede", "3 Serviceplatformen har problemer", NULL},
			"Serviceplatformen 6"},
		{"plain, too seldom", {"4 Serviceplatformen er nede %d", NULL}, ""},
		{"with and without a colon",
			{"4 Serviceplatformen: nede", "6 Serviceplatformen er nede", NULL},
			"Serviceplatformen 10; Serviceplatformen: 4"},
		{"nearly all with a colon",
			{"9 Serviceplatformen: nede", "1 Serviceplatformen er nede", NULL},
			"Serviceplatformen: 9"},
		{"words of every letter", {"9 Vedr. noget %d", "9 Ny besked", "9 Om: os", NULL},
			""},
		{"a number alone", {"9 %d: x", NULL}, ""},
		{"signs alone", {"9 - : ??", NULL}, ""},
		{"no subject", {"9 ", NULL}, ""},
		{"another script", {"3 Ændring: %d", NULL}, "Ændring: 3"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		struct recurring_words *words = recurring_words_new();
		struct strbuf told = STRBUF_INIT, subject = STRBUF_INIT;
		int number = 0;

		for (size_t j = 0; cases[i].subjects[j]; j++) {
			for (int k = cases[i].subjects[j][0] - '0'; k > 0; k--) {
				const char *at = cases[i].subjects[j] + 2;

				strbuf_reset(&subject);
				for (; *at; at++) {
					if (*at == '%' && at[1] == 'd') {
						strbuf_addf(&subject, "%d", ++number);
						at++;
					} else {
						strbuf_addc(&subject, *at);
					}
				}
				recurring_words_add(words, subject.text, number);
			}
		}
		list_words(words, &told);
		assert_string_equal(told.text, cases[i].expected);
		strbuf_release(&told);
		strbuf_release(&subject);
		recurring_words_free(words);
	}
}

/* What recurs is found among any number of others, however late it begins; plain words only as their share. */
static void test_many(void **state)
{
	struct recurring_words *words = recurring_words_new();
	struct strbuf told = STRBUF_INIT;
	char subject[100];

	for (int i = 0; i < 100000; i++) {
		char word[] = "aaaaaa";

		for (int j = 0, left = i; j < 6; j++, left /= 26)
			word[j] = (char)('a' + left % 26);
		snprintf(subject, sizeof(subject), "%s%s noget andet", word, i % 7 ? "" : ":");
		recurring_words_add(words, subject, i);
		if (i % 20 == 0)
			recurring_words_add(words, "Serviceplatformen: nedetid", i);
		if (i % 90 == 0)
			recurring_words_add(words, "hvad som helst sker", i);
	}
	list_words(words, &told);
	assert_string_equal(told.text, "Serviceplatformen: 5000");
	strbuf_release(&told);
	recurring_words_free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
