/* Who was notified, as the file told.log keeps it: it grows by a line, and not with the years. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "file_case.h"
#include "notices/told.h"

struct trial {
	struct folder folder;
	struct strbuf path;
	struct arena *arena;
	struct told told;
};

static void begin(struct trial *t)
{
	t->arena = arena_new();
	told_init(&t->told, t->path.text, t->arena);
}

/* Write what is new, and begin again with what is in the file. */
static void again(struct trial *t)
{
	struct error err = ERROR_INIT;

	assert_int_equal(told_write(&t->told, &err), ERROR_NONE);
	told_release(&t->told);
	arena_free(t->arena);
	begin(t);
}

static void trial_init(struct trial *t)
{
	*t = (struct trial){.path = STRBUF_INIT};
	folder_make(&t->folder);
	folder_path(&t->folder, "told.log", &t->path);
	begin(t);
}

static void trial_release(struct trial *t)
{
	told_release(&t->told);
	arena_free(t->arena);
	folder_remove(&t->folder, "told.log");
	folder_release(&t->folder);
	strbuf_release(&t->path);
}

static off_t size_of(const struct trial *t)
{
	struct stat status;

	assert_int_equal(stat(t->path.text, &status), 0);
	return status.st_size;
}

/* By person and by member, whoever that is by now; in memory and from the file. */
static void test_noted(void **state)
{
	for (int reread = 0; reread < 2; reread++) {
		struct trial t;

		trial_init(&t);
		told_note(&t.told, "l1", "uid=anna", "a", 7);
		told_note(&t.told, "l1", "uid=bo", "b", 8);
		told_note(&t.told, "l2", "uid=anna", "a", 9);
		if (reread)
			again(&t);
		assert_int_equal(told_when(&t.told, "l1", "a"), 7);
		assert_int_equal(told_when(&t.told, "l2", "a"), 9);
		assert_int_equal(told_when(&t.told, "l2", "b"), MOMENT_EARLIEST);
		told_note(&t.told, "l1", "uid=anne", "a", 10); /* renamed */
		told_forget(&t.told, "l1", "uid=anna",
			NULL); /* somebody else has the name by now */
		told_forget(&t.told, "l1", "uid=bo", NULL);
		told_forget(&t.told, "l2", NULL, "a");
		told_forget(&t.told, "l3", "uid=x", "x");
		if (reread)
			again(&t);
		assert_int_equal(told_when(&t.told, "l1", "a"), 10);
		assert_int_equal(told_when(&t.told, "l1", "b"), MOMENT_EARLIEST);
		assert_int_equal(told_when(&t.told, "l2", "a"), MOMENT_EARLIEST);
		told_note(&t.told, "l1", "uid=bo", "b", 11);
		again(&t);
		assert_int_equal(told_when(&t.told, "l1", "b"), 11);
		trial_release(&t);
	}
}

/* A note is a line more, whatever the file has; who leaves without having been notified is none. */
static void test_appended(void **state)
{
	struct trial t;
	off_t before;

	trial_init(&t);
	for (int i = 0; i < 100; i++)
		told_note(&t.told, "l1", arena_format(t.arena, "uid=p%d", i),
			arena_format(t.arena, "p%d", i), 7);
	again(&t);
	before = size_of(&t);
	told_note(&t.told, "l1", "uid=p1", "p1", 8);
	assert_false(t.told.is_read);
	again(&t);
	assert_in_range(size_of(&t) - before, 1, 64);
	before = size_of(&t);
	told_forget(&t.told, "l1", "uid=x", "x");
	again(&t);
	assert_int_equal(size_of(&t), before);
	trial_release(&t);
}

/* Odd bytes in names, half a line, and what is no line at all. */
static void test_odd(void **state)
{
	static const char junk[] =
		"half\0\tx\ty\n\x01\x02\n\n\t\t\t\n0123456789abcdef0123456789abcdef\t5";
	struct trial t;

	trial_init(&t);
	folder_write(&t.folder, "told.log", junk, sizeof(junk) - 1);
	assert_int_equal(chmod(t.path.text, 0600), 0);
	told_note(&t.told, "l\t1", "uid=a\\09\n", "tab\there\x7f", 7);
	again(&t);
	assert_int_equal(told_when(&t.told, "l\t1", "tab\there\x7f"), 7);
	told_forget(&t.told, "l\t1", "uid=a\\09\n", NULL);
	again(&t);
	assert_int_equal(told_when(&t.told, "l\t1", "tab\there\x7f"), MOMENT_EARLIEST);
	trial_release(&t);
}

static bool is_even(const void *context, const struct told_list *list,
	const struct told_person *person)
{
	return person->at % 2 == 0;
}

/* The same people for years: the file is written again, and stays as long as they make it. */
static void test_years(void **state)
{
	struct trial t;
	struct error err = ERROR_INIT;
	size_t written = 0;

	trial_init(&t);
	for (int day = 0; day < 100; day++) {
		for (int i = 0; i < 300; i++)
			told_note(&t.told, "l1", arena_format(t.arena, "uid=p%d", i % 10),
				arena_format(t.arena, "p%d", i % 10), i % 10);
		if (told_is_long(&t.told)) {
			written++;
			assert_int_equal(told_write_kept(&t.told, is_even, NULL, &err), ERROR_NONE);
		}
		again(&t);
		assert_true(size_of(&t) < 200000);
	}
	assert_in_range(written, 3, 30);
	for (int i = 0; i < 10; i++)
		told_note(&t.told, "l1", "m", arena_format(t.arena, "p%d", i), i);
	assert_int_equal(told_write_kept(&t.told, is_even, NULL, &err), ERROR_NONE);
	again(&t);
	assert_int_equal(told_when(&t.told, "l1", "p4"), 4);
	assert_int_equal(told_when(&t.told, "l1", "p5"), MOMENT_EARLIEST);
	trial_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noted),
		cmocka_unit_test(test_appended),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_years),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
