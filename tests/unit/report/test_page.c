/* Pages: what is from outside is text, whatever it is. */
#include "unit.h"

#include "base/text/strbuf.h"
#include "report/html/page.h"

static void assert_text(const char *text, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	page_add_text(&out, text);
	assert_string_equal(out.text, expected);
	strbuf_release(&out);
}

static void test_text(void **state)
{
	assert_text("", "");
	assert_text("Anna Ågård", "Anna Ågård");
	assert_text("<script>", "&lt;script&gt;");
	assert_text("\" onfocus='x'", "&quot; onfocus=&#39;x&#39;");
	assert_text("&lt;", "&amp;lt;");
	assert_text("a\n\t\x01\x7f", "a\\0a\\09\\01\\7f");
	assert_text("x\xe2\x80\xae\xe2\x81\xa6y\xe2\x81\xa9\xe2\x80\x8f",
		"x\\e2\\80\\ae\\e2\\81\\a6y\\e2\\81\\a9\\e2\\80\\8f");
	assert_text("\xff<", "\\ff&lt;");
	assert_text("\xd7\x90\xd7\x91", "\xd7\x90\xd7\x91");
}

static void test_names(void **state)
{
	struct strbuf out = STRBUF_INIT;

	page_add_phrase(&out, "for \1<Anna>\2, \1Bo\2");
	assert_string_equal(out.text, "for <bdi>&lt;Anna&gt;</bdi>, <bdi>Bo</bdi>");
	strbuf_reset(&out);
	page_add_element(&out, "p", "lead", "\1\2");
	assert_string_equal(out.text, "<p class=\"lead\">\\01\\02</p>\n");
	strbuf_reset(&out);
	page_add_fact(&out, "label", NULL);
	page_add_fact(&out, "label", "");
	assert_string_equal(out.text, "");
	strbuf_release(&out);
}

static void test_file(void **state)
{
	struct error err = ERROR_INIT;

	assert_int_equal(page_check_file("--html", NULL, &err), ERROR_NONE);
	assert_int_equal(page_check_file("--html", "-x", &err), ERROR_NONE);
	assert_int_equal(page_check_file("--html", "-", &err), ERROR_USAGE);
	assert_int_equal(page_check_file("--html", "", &err), ERROR_USAGE);
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
