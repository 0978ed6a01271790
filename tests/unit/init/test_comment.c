/* Sentences in comments. */
#include "unit.h"

#include "base/text/strbuf.h"
#include "init/files/comment.h"

#define TEN    "123456789 "
#define NORDIC "æøåæøåæøå "

static void test_lines(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	comment_add(&out, "# ", "%s", TEN TEN TEN TEN TEN TEN TEN TEN TEN "12345678 9");
	assert_string_equal(out.text, "# " TEN TEN TEN TEN TEN TEN TEN TEN TEN "12345678\n# 9\n");
	strbuf_reset(&out);
	/* letters count, not bytes */
	comment_add(&out, "", "%s",
		NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC "12345678 9x");
	assert_string_equal(out.text,
		NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC NORDIC "12345678\n9x\n");
	strbuf_reset(&out);
	comment_add(&out, "# ", "%s  blanks", "a\nroutes: []\x1b");
	assert_string_equal(out.text, "# a\\0aroutes: []\\1b blanks\n");
	strbuf_reset(&out);
	comment_add_line(&out, "#   ", "CN=a\nb");
	assert_string_equal(out.text, "#   CN=a\\0ab\n");
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
