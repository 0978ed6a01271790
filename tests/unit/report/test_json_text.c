/* JSON as text: what does not show is escaped, wherever it stands, and nothing else is. */
#include "unit.h"

#include <jansson.h>

#include "base/text/hidden.h"
#include "base/text/strbuf.h"
#include "report/json_text.h"

static void test_hidden(void **state)
{
	static const struct {
		const char *name, *text, *json;
	} cases[] = {
		{"nothing", "", "\"\""},
		{"ASCII", "uid=anna,dc=dk ~", "\"uid=anna,dc=dk ~\""},
		{"letters", "Åse Høeg", "\"Åse Høeg\""},
		{"a control", "a\tb\x1b[2J", "\"a\\tb\\u001B[2J\""},
		{"DEL between ASCII",
			"a\x7f"
			"b",
			"\"a\\u007fb\""},
		{"DEL at the end", "\x7f", "\"\\u007f\""},
		{"C1",
			"a\xC2\x9B"
			"b",
			"\"a\\u009bb\""},
		{"bidi after letters", "å\xE2\x80\xAEz", "\"å\\u202ez\""},
		{"a tag character", "x\xF3\xA0\x81\x81y", "\"x\\udb40\\udc41y\""},
		{"no UTF-8", "a\xFFz", "\"a\\\\ffz\""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].name); i++) {
		struct strbuf line = STRBUF_INIT, expected = STRBUF_INIT;

		json_add_safe_line(&line, json_pack("[o]", json_of_text(cases[i].text)));
		assert_true(line.length > 0 && line.text[line.length - 1] == '\n');
		line.text[--line.length] = '\0';
		strbuf_addf(&expected, "[%s]", cases[i].json);
		assert_string_equal(line.text, expected.text);
		assert_false(hidden_in(line.text));
		strbuf_release(&line);
		strbuf_release(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
