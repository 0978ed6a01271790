/* Placeholders found in texts, and what is none. */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "config/feed/placeholder.h"

/* What is found in a text, as "kind[:name][days][:format]" each, parted by blanks. */
static void add_found(struct strbuf *out, const char *text)
{
	struct placeholder found;

	while (placeholder_next(&text, &found)) {
		if (out->length > 0)
			strbuf_addc(out, ' ');
		if (found.kind == PLACEHOLDER_OTHER)
			strbuf_addf(out, "other:%.*s", (int)found.name_length, found.name);
		else if (found.kind == PLACEHOLDER_WRONG)
			strbuf_addf(out, "wrong:%.*s", (int)found.length, found.start);
		else
			strbuf_adds(out, placeholder_name(found.kind));
		if (found.days != 0)
			strbuf_addf(out, "%+d", found.days);
		if (*found.format)
			strbuf_addf(out, ":%s", found.format);
	}
}

static void test_what_is_found(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"", ""},
		{"nothing { here }, {} or }{ {", ""},
		{"{today}", "today"},
		{"a{today}b{now}c", "today now"},
		{"{uuid}{cursor}{page}{person}{people}{each}{index}",
			"uuid cursor page person people each index"},
		{"{today+90d} {today-1d} {today+0d} {today-3650d}",
			"today+90 today-1 today today-3650"},
		{"{today:%d.%m.%Y} {today+7d:%-d/%-m} {now:%H:%M}",
			"today:%d.%m.%Y today+7:%-d/%-m now:%H:%M"},
		{"{today:%F %T}", "today:%F %T"},
		{"{today+3651d}", "wrong:{today+3651d}"},
		{"{today+90}", "wrong:{today+90}"},
		{"{today+d}", "wrong:{today+d}"},
		{"{today+99999d}", "wrong:{today+99999d}"},
		{"{today+1w}", "wrong:{today+1w}"},
		{"{today+1d+1d}", "wrong:{today+1d+1d}"},
		{"{today:}", "wrong:{today:}"},
		{"{today:tomorrow}", "wrong:{today:tomorrow}"},
		{"{today:%s}", "wrong:{today:%s}"},
		{"{today:%n}", "wrong:{today:%n}"},
		{"{today:%9999d}", "wrong:{today:%9999d}"},
		{"{today:%Y%}", "wrong:{today:%Y%}"},
		{"{today:%-}", "wrong:{today:%-}"},
		{"{now+1d}", "wrong:{now+1d}"},
		{"{cursor:%d}", "wrong:{cursor:%d}"},
		{"{page }", "wrong:{page }"},
		{"{tenant} {my-tenant_2}", "other:tenant other:my-tenant_2"},
		{"{today-x} {today_1}", "other:today-x other:today_1"},
		{"{Today} {2x} {-x} { today} {tenant }", "other:Today"},
		{"{\xC3\xA6}", ""},
		/* GraphQL */
		{"query { page(limit: 2) { objects { uuid } page_info {next_cursor} } }",
			"other:next_cursor"},
		{"{today {page} }", "page"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		add_found(&out, cases[i].text);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
	}
}

static void test_format_has_a_bound(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct placeholder found;

	for (int more = 0; more < 2; more++) {
		const char *at;

		strbuf_reset(&text);
		strbuf_adds(&text, "{now:%d");
		for (int i = 2; i < PLACEHOLDER_FORMAT_MAX + more; i++)
			strbuf_addc(&text, 'x');
		strbuf_addc(&text, '}');
		at = text.text;
		assert_true(placeholder_next(&at, &found));
		assert_int_equal(found.kind, more ? PLACEHOLDER_WRONG : PLACEHOLDER_NOW);
		assert_string_equal(at, "");
	}
	strbuf_release(&text);
}

static void test_what_is_all(void **state)
{
	struct placeholder found;

	assert_true(placeholder_is_all("{cursor}", &found));
	assert_int_equal(found.kind, PLACEHOLDER_CURSOR);
	assert_true(placeholder_is_all("{tenant}", &found));
	assert_int_equal(found.name_length, 6);
	assert_true(placeholder_is_all("{today:x}", &found));
	assert_int_equal(found.kind, PLACEHOLDER_WRONG);
	assert_false(placeholder_is_all("", &found));
	assert_false(placeholder_is_all(" {cursor}", &found));
	assert_false(placeholder_is_all("{cursor}{page}", &found));
	assert_false(placeholder_is_all("{ x {cursor}", &found));
}

static void test_names_of_values(void **state)
{
	static const struct {
		const char *name;
		bool is_free;
	} cases[] = {
		{"tenant", true},
		{"my-tenant_2", true},
		{"today-x", true},
		{"today", false},
		{"today-1d", false},
		{"cursor", false},
		{"index", false},
		{"", false},
		{"2x", false},
		{"a b", false},
		{"a.b", false},
		{"\xC3\xA6", false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].name); i++)
		assert_int_equal(placeholder_is_free_name(cases[i].name), cases[i].is_free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_found),
		cmocka_unit_test(test_format_has_a_bound),
		cmocka_unit_test(test_what_is_all),
		cmocka_unit_test(test_names_of_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
