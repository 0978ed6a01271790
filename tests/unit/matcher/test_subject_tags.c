/* Where reply prefixes end and where tags are in a subject; and unknown tags between them. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "matcher/reply_prefix.h"
#include "matcher/subject_tags.h"
#include "matcher/text/ignore_mark.h"
#include "matcher/text/subject_text.h"
#include "model/mapping.h"

static void test_prefixes(void **state)
{
	static const struct {
		const char *subject, *rest;
	} cases[] = {
		{"", ""},
		{"Drift", "drift"},
		{"SV: Drift", "drift"},
		{"sv:Drift", "drift"},
		{"SV:SV: RE: Drift", "drift"},
		{"Re[2]: Drift", "drift"},
		{"Re (12) : Drift", "drift"},
		{"Re^3: Drift", "drift"},
		{"Re[]: Drift", "re[]: drift"},
		{"Re[2: Drift", "re[2: drift"},
		{"Re(2]: Drift", "re(2]: drift"},
		{"Re 2: Drift", "re 2: drift"},
		{"FWD : Drift", "drift"},
		{"VS\xEF\xBC\x9A Drift", "drift"},
		{"SVX: Drift", "svx: drift"},
		{"Vedr: Drift", "vedr: drift"},
		{"SV", "sv"},
		{"SV:", ""},
		{"[X] SV: [X]RE: Drift SV: x", "drift sv: x"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].subject); i++) {
		struct arena *arena = arena_new();
		struct strbuf rest = STRBUF_INIT;
		struct subject_text text;

		subject_text_read(&text, arena, cases[i].subject, strlen(cases[i].subject));
		ignore_mark_cut(ignore_mark_read(arena, "[X]"), arena, &text);
		for (size_t j = reply_prefix_end(&text); j < text.count; j++)
			strbuf_addc(&rest, (char)text.chars[j]);
		assert_string_equal(rest.text, cases[i].rest);
		strbuf_release(&rest);
		arena_free(arena);
	}
}

static const char *a[] = {"[SP]", "[SP] Nyt", "Valg"}, *b[] = {"sp", "c++"};
static struct tag tags[] = {{.id = "a", .subjects = a, .subject_count = 3},
	{.id = "b", .subjects = b, .subject_count = 2}, {.id = "c"}};
static const struct mapping mapping = {.tags = tags, .tag_count = ROWS(tags)};

/* Each place where a tag starts, as "start-end" of the longest, and each other one where one ends. */
static void test_places(void **state)
{
	static const struct {
		const char *subject, *places, *carried;
	} cases[] = {
		{"", "", ""},
		{"[SP]", "0-4 1-3", "a b"},
		{"x [sp] nyt", "2-10 3-5", "a b"},
		{"[SP] nytte", "0-4 1-3", "a b"},
		{"valg", "0-4", "a"},
		{"[ Valg ]", "0-6 1-5", "a"},
		{"(valg)", "0-6 1-5", "a"},
		{"[valg)", "1-5", "a"},
		{"valgte", "", ""},
		{"spsp sp", "5-7", "b"},
		{"c++x ac++ c+", "0-3", "b"},
		{"[c]", "0-3", "c"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].subject); i++) {
		struct arena *arena = arena_new();
		struct strbuf places = STRBUF_INIT, carried = STRBUF_INIT;
		const struct tag_index *index = tag_index_new(arena, &mapping);
		struct subject_tags found;
		struct subject_text text;
		size_t count;
		const struct mail_tag *all = tag_index_tags(index, &count);

		subject_text_read(&text, arena, cases[i].subject, strlen(cases[i].subject));
		subject_tags_find(&found, arena, index, &text);
		for (size_t j = 0; j < text.count; j++) {
			if (found.end[j] > 0) {
				strbuf_addf(&places, "%s%zu-%u", places.length ? " " : "", j,
					found.end[j]);
				assert_true(found.is_end[found.end[j]]);
			}
		}
		for (size_t j = 0; j < count; j++) {
			if (found.is_carried[j])
				strbuf_add_item(&carried, " ", all[j].id);
		}
		assert_string_equal(places.text, cases[i].places);
		assert_string_equal(carried.text, cases[i].carried);
		strbuf_release(&places);
		strbuf_release(&carried);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
