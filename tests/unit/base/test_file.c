/* Files and paths: what is read, what is written whole, and which links are followed. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/file/named_file.h"
#include "base/file/path.h"
#include "file_case.h"

#define STRANGER 12345 /* a user and a group that are not ours */

static const struct strbuf text_a = {.text = (char *)"one\n", .length = 4};

static struct strbuf at(const struct folder *folder, const char *name)
{
	struct strbuf path = STRBUF_INIT;

	folder_path(folder, name, &path);
	return path;
}

/* What file_read() says of a file: its state, and a part of the error. */
static void assert_state(const struct folder *folder, const char *name,
	const struct file_rules *rules, enum file_state state, const char *why)
{
	struct strbuf out = STRBUF_INIT, path = at(folder, name);
	struct error err = ERROR_INIT;

	strbuf_adds(&out, "before");
	assert_int_equal(file_read(&out, path.text, rules, &err), state);
	assert_int_equal(err.kind, state == FILE_REFUSED ? ERROR_OURS : ERROR_NONE);
	if (why)
		assert_non_null(strstr(err.text.text, why));
	if (state != FILE_READ)
		assert_string_equal(out.text, "before");
	error_release(&err);
	strbuf_release(&path);
	strbuf_release(&out);
}

static void test_read(void **state)
{
	const struct file_rules bound = {.max = 4}, text = {.max = 100, .is_text = true},
				tail = {.max = 2, .tail = true},
				head = {.max = 2, .head = true, .is_text = true},
				needed = {.max = 2, .must_exist = true},
				own = {.max = 100, .owned_by_us = true};
	struct strbuf out = STRBUF_INIT, path;
	struct error err = ERROR_INIT;
	struct folder folder;

	folder_make(&folder);
	assert_state(&folder, "none", &bound, FILE_MISSING, NULL);
	assert_state(&folder, "none", &needed, FILE_REFUSED, "No such file or directory");
	folder_write(&folder, "f", "1234", 4);
	assert_state(&folder, "f", &bound, FILE_READ, NULL);
	folder_write(&folder, "f", "12345", 5);
	assert_state(&folder, "f", &bound, FILE_REFUSED, "larger than 4 bytes");
	folder_write(&folder, "f", "a\nb\0c\n", 6);
	assert_state(&folder, "f", &text, FILE_REFUSED, ":2: found the control character 0x00");
	folder_write(&folder, "f", "a\n\nb\033[2J\n", 9);
	assert_state(&folder, "f", &text, FILE_REFUSED, ":3: found the control character 0x1B");
	folder_write(&folder, "f", "a\tb\n", 4);
	assert_state(&folder, "f", &text, FILE_READ, NULL);
	path = at(&folder, "f");
	assert_int_equal(file_read(&out, path.text, &tail, &err), FILE_READ);
	assert_string_equal(out.text, "b\n");
	assert_int_equal(file_read(&out, path.text, &head, &err), FILE_READ);
	assert_string_equal(out.text, "b\na\t");
	assert_state(&folder, "f", &own, FILE_READ, NULL);
	assert_int_equal(chmod(path.text, 0660), 0);
	assert_state(&folder, "f", &own, FILE_REFUSED, "others can write it");
	folder_remove(&folder, "f");
	assert_int_equal(mkfifo(path.text, 0600), 0);
	assert_state(&folder, "f", &bound, FILE_REFUSED, "not a regular file");
	folder_remove(&folder, "f");
	strbuf_release(&path);
	strbuf_release(&out);
	folder_release(&folder);
}

static void assert_content(const struct folder *folder, const char *name, const char *expected)
{
	struct strbuf out = STRBUF_INIT, path = at(folder, name);
	struct error err = ERROR_INIT;

	assert_int_equal(file_read(&out, path.text, &(struct file_rules){.max = 100}, &err),
		FILE_READ);
	assert_string_equal(out.text, expected);
	strbuf_release(&path);
	strbuf_release(&out);
}

static void test_write(void **state)
{
	struct strbuf path;
	struct error err = ERROR_INIT;
	struct folder folder;
	struct stat st;

	folder_make(&folder);
	path = at(&folder, "f");
	for (int sync = FILE_RENAMED; sync <= FILE_DURABLE; sync++) {
		assert_int_equal(file_write(path.text, &text_a, 0600, sync, &err), ERROR_NONE);
		assert_content(&folder, "f", "one\n");
	}
	assert_int_equal(file_create(path.text, &text_a, 0600, &err), ERROR_OURS);
	assert_int_equal(errno, EEXIST);
	error_release(&err);
	folder_remove(&folder, "f");
	assert_int_equal(file_create(path.text, &text_a, 0600, &err), ERROR_NONE);
	assert_int_equal(file_append(path.text, &text_a, 0600, &err), ERROR_NONE);
	assert_content(&folder, "f", "one\none\n");
	assert_int_equal(stat(path.text, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	folder_remove(&folder, "f");
	assert_int_equal(mkfifo(path.text, 0600), 0);
	assert_int_equal(file_write(path.text, &text_a, 0600, FILE_DURABLE, &err), ERROR_OURS);
	assert_non_null(strstr(err.text.text, "not a regular file"));
	error_release(&err);
	assert_int_equal(file_append(path.text, &text_a, 0600, &err), ERROR_OURS);
	error_release(&err);
	assert_int_equal(file_open_lock(path.text, &err), -1);
	error_release(&err);
	folder_remove(&folder, "f");
	strbuf_release(&path);
	folder_release(&folder); /* so no unfinished file is left */
}

static void test_sweep(void **state)
{
	static const char *const names[] = {".postvagt-0123456789abcdef.new",
		".postvagt-0123456789ABCDEF.new", "runs.head.new",
		".postvagt-0123456789abcdef.newer"};
	struct folder folder;

	folder_make(&folder);
	for (size_t i = 0; i < 4; i++)
		folder_write(&folder, names[i], "", 0);
	file_sweep(folder.path, 3600);
	assert_content(&folder, names[0], "");
	file_sweep(folder.path, 0);
	assert_state(&folder, names[0], &(struct file_rules){.max = 1}, FILE_MISSING, NULL);
	for (size_t i = 1; i < 4; i++) {
		assert_content(&folder, names[i], "");
		folder_remove(&folder, names[i]);
	}
	folder_release(&folder);
}

/* A reader could lock what it can read. */
static void test_lock_mode(void **state)
{
	struct error err = ERROR_INIT;
	struct folder folder;
	struct strbuf path;
	struct stat st;
	int fd;

	folder_make(&folder);
	folder_write(&folder, "lock", "", 0);
	path = at(&folder, "lock");
	assert_int_equal(chmod(path.text, 0640), 0);
	fd = file_open_lock(path.text, &err);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close(fd);
	folder_remove(&folder, "lock");
	strbuf_release(&path);
	folder_release(&folder);
}

static void expect_open(const struct folder *folder, const char *name, int flags, int why)
{
	struct strbuf path = at(folder, name);
	int fd = path_open(path.text, O_RDONLY | flags, 0);

	if (why) {
		assert_int_equal(fd, -1);
		assert_int_equal(errno, why);
	} else {
		assert_true(fd >= 0);
		close(fd);
	}
	strbuf_release(&path);
}

/* A link that could be followed is not, and gives way to the file. */
static void expect_replaced_link(const struct folder *folder, const char *link)
{
	static const struct strbuf two = {.text = (char *)"two\n", .length = 4};
	struct error err = ERROR_INIT;

	assert_int_equal(file_replace(link, &two, 0600, FILE_DURABLE, &err), ERROR_NONE);
	assert_content(folder, "f", "one\n");
	assert_content(folder, "link", "two\n");
	expect_open(folder, "link", O_NOFOLLOW, 0);
	assert_int_equal(unlink(link), 0);
	assert_int_equal(mkdir(link, 0700), 0);
	assert_int_equal(file_replace(link, &two, 0600, FILE_DURABLE, &err), ERROR_OURS);
	error_release(&err);
	assert_int_equal(rmdir(link), 0);
	assert_int_equal(symlink("f", link), 0);
}

static void test_links(void **state)
{
	struct strbuf link, loop;
	struct error err = ERROR_INIT;
	struct folder folder;

	folder_make(&folder);
	folder_write(&folder, "f", "one\n", 4);
	link = at(&folder, "link");
	loop = at(&folder, "loop");
	assert_int_equal(symlink("f", link.text), 0);
	assert_int_equal(symlink("loop", loop.text), 0);
	expect_open(&folder, "link", 0, 0);
	expect_open(&folder, "link", O_NOFOLLOW, ELOOP);
	expect_open(&folder, "loop", 0, ELOOP);
	expect_open(&folder, "f/", 0, ENOTDIR);
	expect_open(&folder, ".//f", 0, 0);
	expect_open(&folder, "../", 0, 0);
	assert_int_equal(file_write(link.text, &text_a, 0600, FILE_RENAMED, &err), ERROR_NONE);
	expect_open(&folder, "link", O_NOFOLLOW, ELOOP); /* its target was replaced */
	assert_int_equal(file_append(link.text, &text_a, 0600, &err), ERROR_OURS);
	error_release(&err);
	expect_replaced_link(&folder, link.text);

	/* Others can write here, so they could have made the link. */
	assert_int_equal(chmod(folder.path, 0777), 0);
	expect_open(&folder, "link", 0, ELOOP);
	assert_int_equal(file_write(link.text, &text_a, 0600, FILE_RENAMED, &err), ERROR_OURS);
	assert_non_null(strstr(err.text.text, "a link in a folder that others can write"));
	error_release(&err);
	assert_int_equal(chmod(folder.path, 0770), 0);
	expect_open(&folder, "link", 0, ELOOP);
	assert_int_equal(chmod(folder.path, 01777), 0);
	expect_open(&folder, "link", 0, 0); /* nobody else can replace it here */
	if (geteuid() == 0) {
		assert_int_equal(lchown(link.text, STRANGER, STRANGER), 0);
		expect_open(&folder, "link", 0, ELOOP);
		assert_int_equal(chown(folder.path, STRANGER, STRANGER), 0);
		assert_int_equal(chmod(folder.path, 0700), 0);
		expect_open(&folder, "link", 0, ELOOP);
		assert_content(&folder, "f", "one\n");
		assert_int_equal(chown(folder.path, 0, 0), 0);
	} else {
		print_message(
			"test_links: links of other users were LEFT OUT: only root can make them\n");
	}
	folder_remove(&folder, "link");
	folder_remove(&folder, "loop");
	folder_remove(&folder, "f");
	strbuf_release(&link);
	strbuf_release(&loop);
	folder_release(&folder);
}

/* A link to a folder on the way counts as a link at the end does. */
static void test_links_on_the_way(void **state)
{
	struct strbuf inner, link, inside;
	struct folder folder;

	folder_make(&folder);
	inner = at(&folder, "inner");
	link = at(&folder, "way");
	inside = at(&folder, "inner/f");
	assert_int_equal(mkdir(inner.text, 0700), 0);
	assert_int_equal(symlink("inner/", link.text), 0);
	folder_write(&folder, "inner/f", "one\n", 4);
	expect_open(&folder, "way/f", O_NOFOLLOW, 0);
	expect_open(&folder, "way/none", 0, ENOENT);
	assert_int_equal(chmod(folder.path, 0777), 0);
	expect_open(&folder, "way/f", 0, ELOOP);
	expect_open(&folder, "inner/f", 0, 0);
	folder_remove(&folder, "inner/f");
	folder_remove(&folder, "way");
	assert_int_equal(rmdir(inner.text), 0);
	strbuf_release(&inner);
	strbuf_release(&link);
	strbuf_release(&inside);
	folder_release(&folder);
}

static void test_named(void **state)
{
	struct strbuf out = STRBUF_INIT, path;
	struct error err = ERROR_INIT;
	struct folder folder;
	int fd, pipes[2];
	char name[40];

	folder_make(&folder);
	path = at(&folder, "f");
	assert_int_equal(named_file_read(&out, path.text, 10, &err), ERROR_OURS);
	assert_int_equal(errno, ENOENT);
	error_release(&err);
	assert_int_equal(named_file_write("/dev/null", &text_a, 0600, &err), ERROR_NONE);
	assert_int_equal(pipe(pipes), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", pipes[1]);
	assert_int_equal(named_file_write(name, &text_a, 0600, &err), ERROR_NONE);
	assert_int_equal(read(pipes[0], name, sizeof(name)), 4);
	close(pipes[0]);
	close(pipes[1]);

	/* What was opened before is what is read and written, whatever the path has become. */
	folder_write(&folder, "f", "longer than one\n", 16);
	assert_int_equal(named_file_keep_input(path.text, &err), ERROR_NONE);
	assert_int_equal(named_file_keep_output(path.text, 0600, &err), ERROR_NONE);
	fd = path_open(path.text, O_RDONLY, 0);
	folder_remove(&folder, "f");
	assert_int_equal(named_file_read(&out, path.text, 100, &err), ERROR_NONE);
	assert_string_equal(out.text, "longer than one\n");
	assert_int_equal(named_file_write(path.text, &text_a, 0600, &err), ERROR_NONE);
	assert_int_equal(read(fd, name, sizeof(name)), 4);
	close(fd);
	strbuf_release(&out);
	strbuf_release(&path);
	folder_release(&folder);
}

#define WRITES  4000
#define LONGEST 20000 /* bytes: more than one read(2) takes */

/* A writer of one letter, in files of two lengths. */
struct writer {
	const char *path;
	char letter;
	int failures;
};

static void *write_many(void *place)
{
	struct writer *writer = place;

	for (int i = 0; i < WRITES; i++) {
		struct strbuf text = STRBUF_INIT;
		struct error err = ERROR_INIT;

		for (int j = 0; j < (i % 2 ? LONGEST : 10); j++)
			strbuf_addc(&text, writer->letter);
		if (file_write(writer->path, &text, 0600, FILE_RENAMED, &err))
			writer->failures++;
		error_release(&err);
		strbuf_release(&text);
	}
	return NULL;
}

static void assert_whole(const struct strbuf *text)
{
	assert_true(text->length == 10 || text->length == LONGEST);
	assert_int_equal(strspn(text->text, (char[]){text->text[0], '\0'}), text->length);
}

/* Two writers and a reader: no write fails, and no file is empty or mixed. */
static void test_concurrent_writers(void **state)
{
	struct folder folder;
	struct strbuf path;
	struct writer writers[2];
	pthread_t threads[2];
	int reads = 0;

	folder_make(&folder);
	folder_write(&folder, "f", "aaaaaaaaaa", 10);
	path = at(&folder, "f");
	for (int i = 0; i < 2; i++) {
		writers[i] = (struct writer){.path = path.text, .letter = (char)('a' + i)};
		assert_int_equal(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
	}
	for (; reads < WRITES; reads++) {
		struct strbuf out = STRBUF_INIT;
		struct error err = ERROR_INIT;

		assert_int_equal(file_read(&out, path.text, &(struct file_rules){.max = LONGEST},
					 &err),
			FILE_READ);
		assert_whole(&out);
		strbuf_release(&out);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(writers[i].failures, 0);
	}
	folder_remove(&folder, "f");
	strbuf_release(&path);
	folder_release(&folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_lock_mode),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_links_on_the_way),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_concurrent_writers),
	};

	umask(027);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
