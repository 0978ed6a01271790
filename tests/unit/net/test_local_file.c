#include "net/local_file.h"

#include <string.h>
#include <sys/stat.h>

#include "file_case.h"
#include "unit.h"

static void test_path(void **state)
{
	static const struct {
		const char *url, *path;
	} cases[] = {
		{"file:///var/lib/loen.csv", "/var/lib/loen.csv"},
		{"FILE:///a", "/a"},
		{"file:///", "/"},
		{"file:///l\xc3\xb8n_2-3.csv", "/l\xc3\xb8n_2-3.csv"},
		{"file:///l%c3%b8n.csv", NULL},
		{"file:///a b", NULL},
		{"file:///a?b", NULL},
		{"file:///a#b", NULL},
		{"file:///a\\b", NULL},
		{"file:///a\nb", NULL},
		{"file:///a/../b", NULL},
		{"file:///a/./b", NULL},
		{"file:///a/..", NULL},
		{"file:///.a", NULL},
		{"file://localhost/a", NULL},
		{"file://127.0.0.1/a", NULL},
		{"file:/a", NULL},
		{"file://", NULL},
		{"file:", NULL},
		{"https:///a", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].url); i++) {
		const char *path = local_file_path(cases[i].url);

		assert_int_equal(path != NULL, cases[i].path != NULL);
		if (path)
			assert_string_equal(path, cases[i].path);
	}
}

/* As much as there is room for, and not a byte more; a file of the kernel's says that its size is 0. */
static void test_read(void **state)
{
	struct folder folder;
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	bool is_too_long;

	folder_make(&folder);
	folder_write(&folder, "five", "a;b\n\0", 5);
	folder_path(&folder, "five", &path);
	for (size_t room = 5; room < 8; room++) {
		strbuf_reset(&text);
		assert_int_equal(local_file_read(path.text, room, &text, &is_too_long, &err), 0);
		assert_memory_equal(text.text, "a;b\n\0\0", 6);
		assert_int_equal(text.length, 5);
	}
	for (size_t room = 0; room < 5; room++) {
		strbuf_reset(&text);
		assert_int_equal(local_file_read(path.text, room, &text, &is_too_long, &err),
			ERROR_TARGET);
		assert_true(is_too_long);
	}
	error_release(&err);
	strbuf_reset(&text);
	assert_int_equal(local_file_read("/proc/self/maps", 1 << 20, &text, &is_too_long, &err), 0);
	assert_non_null(strstr(text.text, "[stack]"));
	strbuf_reset(&path);
	folder_path(&folder, "pipe", &path);
	assert_int_equal(mkfifo(path.text, 0600), 0);
	assert_int_equal(local_file_read(path.text, 10, &text, &is_too_long, &err), ERROR_TARGET);
	assert_string_equal(err.text.text, "not a file");
	error_release(&err);
	assert_int_equal(local_file_read("/nobody/here", 10, &text, &is_too_long, &err),
		ERROR_TARGET);
	assert_non_null(strstr(err.text.text, "No such file"));
	error_release(&err);
	folder_remove(&folder, "five");
	folder_remove(&folder, "pipe");
	folder_release(&folder);
	strbuf_release(&path);
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_path),
		cmocka_unit_test(test_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
