/*
 * jq programs in their own process: what they give, every limit that they pass, and what they cannot reach.
 * The process is this program again, so main() asks first whether it is that one.
 */
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/jq/jq_child.h"
#include "base/jq/jq_process.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"

struct pages {
	const char *const *texts; /* ended by NULL */
};

static bool next_page(void *context, struct strbuf *page)
{
	struct pages *pages = context;

	if (!*pages->texts)
		return false;
	strbuf_adds(page, *pages->texts++);
	return true;
}

/* Run it over pages; what came of it, as "records" or "jq: problem". The caller releases it. */
static struct strbuf run_over(const char *program, const char *const *texts, enum jq_end *end)
{
	struct pages pages = {texts};
	/* Far more time than the limits on the process leave it, for a machine on which much else goes on. */
	struct jq_run run = {.program = program,
		.next = next_page,
		.context = &pages,
		.records_max = 200000,
		.most = 300000};
	struct strbuf out = STRBUF_INIT;
	size_t count = 0;

	while (texts[count])
		count++;
	jq_run_pages(&run, &out);
	if (run.result.end != JQ_DONE) {
		strbuf_reset(&out);
		jq_run_add_problem(&out, &run, count);
	}
	if (end)
		*end = run.result.end;
	jq_run_release(&run);
	return out;
}

static void assert_run(const char *program, const char *page, const char *expected)
{
	const char *const texts[] = {page, NULL};
	struct strbuf out = run_over(program, texts, NULL);

	assert_string_equal(out.text, expected);
	strbuf_release(&out);
}

static void test_results(void **state)
{
	static const struct {
		const char *program, *page, *expected;
	} cases[] = {
		{".", "{\"a\":1}", "[{\"a\":1}]"},
		{".[]", "[{\"a\":1},{\"a\":2}]", "[{\"a\":1},{\"a\":2}]"},
		{".", "[{\"a\":1},{\"a\":2}]", "[{\"a\":1},{\"a\":2}]"},
		{"empty", "{}", "[]"},
		{".[]?", "7", "[]"},
		{"[]", "{}", "[]"},
		{".a", "{\"a\":[null,3,\"x\\ny\"]}", "[null,3,\"x\\ny\"]"},
		{".persons[] | select(.leave) | {person: .id}",
			"{\"persons\":[{\"id\":1},{\"id\":2,\"leave\":{}}]}", "[{\"person\":2}]"},
		{"\"\\(1)\"", "{}", "[\"1\"]"},
		{"label $out | break $out", "{}", "[]"},
		{"label $out | 1, break $out, 2", "{}", "[1]"},
		{"try error(.x) catch {a: .}", "{}", "[{\"a\":\"null\"}]"},
		{"[.[] | try error(.) catch .]", "[1,{\"a\":2}]", "[1,{\"a\":2}]"},
		{"def error: 7; error", "{}", "[7]"},
		{".", "\"a\\u0000\xC3\xA6\"", "[\"a\\u0000\xC3\xA6\"]"},
		{"# a comment\n.a\n", "{\"a\":{}}", "[{}]"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].program); i++)
		assert_run(cases[i].program, cases[i].page, cases[i].expected);
}

/* All pages go through one process, in their order. */
static void test_pages(void **state)
{
	static const char *const three[] = {"{\"a\":1}", "[]", "[{\"a\":2},{\"a\":3}]", NULL};
	static const char *const bad[] = {"[{\"x\":1}]", "[\"Anna And\"]", "[]", NULL};
	static const char *const none[] = {NULL};
	struct strbuf out = run_over(".", three, NULL);

	assert_string_equal(out.text, "[{\"a\":1},{\"a\":2},{\"a\":3}]");
	strbuf_release(&out);
	out = run_over(".[] | .x", bad, NULL);
	assert_string_equal(out.text, "jq: the program failed on page 2 (Cannot index string)");
	strbuf_release(&out);
	out = run_over(".", none, NULL);
	assert_string_equal(out.text, "[]");
	strbuf_release(&out);
}

/* Larger than any buffer on the way, both ways, so that neither waits for the other. */
static void test_large(void **state)
{
	struct strbuf page = STRBUF_INIT, out;
	const char *texts[] = {NULL, NULL, NULL};

	strbuf_addc(&page, '[');
	for (size_t i = 0; i < 100000; i++)
		strbuf_addf(&page, "%s{\"id\":%zu}", i ? "," : "", i);
	strbuf_addc(&page, ']');
	texts[0] = texts[1] = page.text;
	out = run_over(".", texts, NULL);
	assert_int_equal(out.length, 2 * page.length - 1);
	assert_memory_equal(out.text, page.text, page.length - 1);
	assert_memory_equal(out.text + page.length, page.text + 1, page.length - 1);
	strbuf_release(&out);
	strbuf_release(&page);
}

/* What a failure says of what was read: kinds, and nothing else. */
static void test_failures(void **state)
{
	static const char page[] = "{\"name\":\"Anna And\",\"cpr\":\"0101701234\"}";
	static const struct {
		const char *program, *expected;
	} cases[] = {
		{".name[]", "jq: the program failed (Cannot iterate over string)"},
		{".x[]", "jq: the program failed (Cannot iterate over null)"},
		{".name.x", "jq: the program failed (Cannot index string)"},
		{"error(.cpr)", "jq: the program failed"},
		{"error(\"Cannot index \" + .cpr)", "jq: the program failed"},
		{"error(\"Cannot index null\" + .cpr)",
			"jq: the program failed (Cannot index null)"},
		{".name | tonumber", "jq: the program failed"},
		{".name | strptime(\"%Y\")", "jq: the program failed"},
		{"error({a: .cpr})", "jq: the program failed"},
		{"error(null)", "jq: the program failed"},
		{"error(.x)", "jq: the program failed"},
		{".x | error", "jq: the program failed"},
		{"{a: 1}, error(.x)", "jq: the program failed"},
		{"label $out | error(.x), break $out", "jq: the program failed"},
		{"{a: 1}, .name[]", "jq: the program failed (Cannot iterate over string)"},
		{"null",
			"jq: the program gave null or false, where records are expected; `empty` gives none"},
		{".x, .",
			"jq: the program gave null or false, where records are expected; `empty` gives none"},
		{"false",
			"jq: the program gave null or false, where records are expected; `empty` gives none"},
		{"halt", "jq: the program called halt"},
		{"{a: 1}, (.cpr | halt_error)", "jq: the program called halt"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].program); i++)
		assert_run(cases[i].program, page, cases[i].expected);
}

static void test_compile_errors(void **state)
{
	static const struct {
		const char *program, *expected;
	} cases[] = {
		{".persons[ | x", "jq: line 1 of the program: syntax error, unexpected '|'"},
		{".a\n| foo(1)\n", "jq: line 2 of the program: foo/1 is not defined"},
		{"$x", "jq: line 1 of the program: $x is not defined"},
		{"{", "jq: line 1 of the program: syntax error, unexpected $end"},
		{"\"\\(\x01",
			"jq: line 1 of the program: syntax error, unexpected INVALID_CHARACTER"},
	};
	const char *program;

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].program); i++) {
		struct jq_run run = {.program = program = cases[i].program};
		struct strbuf out = STRBUF_INIT, records = STRBUF_INIT;

		jq_run_pages(&run, &records);
		assert_int_equal(run.result.end, JQ_NOT_COMPILED);
		jq_run_add_problem(&out, &run, 0);
		assert_string_equal(out.text, cases[i].expected);
		jq_run_release(&run);
		strbuf_release(&out);
		strbuf_release(&records);
	}
}

/* Nothing comes from outside but the pages, and nothing goes out but the results. */
static void test_nothing_else(void **state)
{
	static const struct {
		const char *program, *expected;
	} cases[] = {
		{"env", "[{}]"},
		{"$ENV", "[{}]"},
		{"{a: $ENV.PATH, b: env.HOME}", "[{\"a\":null,\"b\":null}]"},
		{"input", "jq: the program failed"},
		{"[inputs] | length | {n: .}", "[{\"n\":0}]"},
		{"{a: input_filename}", "[{\"a\":null}]"},
		{"input_line_number", "jq: the program failed"},
		{"{a: 1} | debug | stderr", "[{\"a\":1}]"},
		{"[get_search_list]", "[[]]"},
		{"{a: (0 | localtime | mktime)}", "[{\"a\":0}]"},
		{"{a: (now > 1e9)}", "[{\"a\":true}]"},
	};
	static const char *const modules[] = {"import \"x\" as x; .", "include \"x\"; .",
		"import \"x\" as $x; $x", "include \"x\" {search: \"/tmp\"}; .",
		"import \"/x\" as $x; ."};

	setenv("HOME", "/", 1);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].program); i++)
		assert_run(cases[i].program, "{}", cases[i].expected);
	for (size_t i = 0; i < ROWS(modules) && row(i, "%s", modules[i]); i++) {
		static const char *const texts[] = {"{}", NULL};
		enum jq_end end;
		struct strbuf out = run_over(modules[i], texts, &end);

		assert_int_equal(end, JQ_NOT_COMPILED);
		strbuf_release(&out);
	}
}

/* A program that passes a limit ends there, and the records that it gave before count for nothing. */
static void test_limits(void **state)
{
	static const struct {
		const char *program;
		enum jq_end end, or_end; /* on a machine that is slower */
	} cases[] = {
		{"last(range(1e12))", JQ_CPU, JQ_CPU}, {"[range(1e9)]", JQ_MEMORY, JQ_CPU},
		{"def f: 1 + f; f", JQ_MEMORY, JQ_MEMORY}, {"def f: [f]; f", JQ_MEMORY, JQ_MEMORY},
		{"reduce range(40) as $i (\"x\"; . + .) | length", JQ_MEMORY, JQ_MEMORY},
		{"while(true; .)", JQ_RECORDS, JQ_RECORDS},
		{"{a: (\"x\" * 1000)} | repeat(.)", JQ_OUTPUT, JQ_OUTPUT},
		/* 256 MiB */
		{"{a: (reduce range(26) as $i (\"xxxx\"; . + .))}", JQ_OUTPUT, JQ_MEMORY},
		{"reduce range(3000000) as $i (0; [.])", JQ_KILLED, JQ_KILLED}, /* its stack */
	};
	static const char *const texts[] = {"{}", NULL};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].program); i++) {
		enum jq_end end;
		struct strbuf out = run_over(cases[i].program, texts, &end);

#ifdef __SANITIZE_ADDRESS__ /* which ends a process without memory in its own way */
		assert_int_not_equal(end, JQ_DONE);
#else
		if (end != cases[i].end && end != cases[i].or_end && end != JQ_TIME)
			fail_msg("%s", out.text); /* JQ_TIME: much else goes on here */
#endif
		strbuf_release(&out);
	}
}

/* However long it wants to go on. */
static void test_time(void **state)
{
	struct jq_run run = {.program = "last(range(1e12))", .most = 50};
	static const char *const texts[] = {"{}", NULL};
	struct pages pages = {texts};
	struct strbuf out = STRBUF_INIT;

	run.next = next_page;
	run.context = &pages;
	jq_run_pages(&run, &out);
	assert_int_equal(run.result.end, JQ_TIME);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	jq_run_release(&run);
	strbuf_release(&out);
}

/* The one child of this process; 0: there is none, or it cannot be seen. */
static pid_t find_child(void)
{
	struct strbuf path = STRBUF_INIT;
	int pid = 0;
	FILE *file;

	strbuf_addf(&path, "/proc/self/task/%d/children", (int)getpid());
	file = fopen(path.text, "re");
	strbuf_release(&path);
	if (file && fscanf(file, "%d", &pid) != 1)
		pid = 0;
	if (file)
		fclose(file);
	return pid;
}

/* Read a file of the child's in /proc; "" where it cannot be read. */
static struct strbuf read_of_child(pid_t child, const char *name)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	char bytes[4096];
	size_t count;
	FILE *file;

	strbuf_addf(&path, "/proc/%d/%s", (int)child, name);
	file = fopen(path.text, "re");
	while (file && (count = fread(bytes, 1, sizeof(bytes), file)) > 0)
		strbuf_add(&text, bytes, count);
	if (file)
		fclose(file);
	strbuf_release(&path);
	return text;
}

static size_t count_open(pid_t child)
{
	struct strbuf path = STRBUF_INIT;
	size_t count = 0;
	DIR *folder;

	strbuf_addf(&path, "/proc/%d/fd", (int)child);
	folder = opendir(path.text);
	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	strbuf_release(&path);
	return count;
}

static void assert_line(const struct strbuf *text, const char *line)
{
	if (!strstr(text->text, line))
		fail_msg("no \"%s\" in \"%s\"", line, text->text);
}

struct looking {
	size_t pages;
	bool is_to_kill;
};

/* The second page is asked for once the first, which is larger than what the socket holds, is being read. */
static bool look_at_child(void *context, struct strbuf *page)
{
	struct looking *looking = context;
	struct strbuf text;
	pid_t child;

	if (looking->pages++ == 0) {
		strbuf_addc(page, '"');
		for (size_t i = 0; i < 1 << 22; i++)
			strbuf_addc(page, 'x');
		strbuf_addc(page, '"');
		return true;
	}
	child = find_child();
	assert_true(child > 0);
	text = read_of_child(child, "status");
	assert_line(&text, "\nNoNewPrivs:\t1\n");
	assert_line(&text, "\nSeccomp:\t2\n");
	strbuf_release(&text);
	text = read_of_child(child, "limits");
	assert_line(&text, "Max open files            0                    0");
	assert_line(&text, "Max core file size        0                    0");
	assert_line(&text, "Max file size             0                    0");
	assert_line(&text, "Max processes             0                    0");
	assert_line(&text, "Max cpu time              5                    6");
	strbuf_release(&text);
	if (geteuid() == 0) { /* it is not this user's to look into */
		text = read_of_child(child, "environ");
		assert_int_equal(text.length, 0);
		strbuf_release(&text);
		text = read_of_child(child, "cmdline");
		assert_string_equal(text.text, "postvagt-jq");
		strbuf_release(&text);
		assert_int_equal(count_open(child), 3); /* ".", "..", "0" */
	}
	if (looking->is_to_kill)
		kill(child, SIGKILL);
	return false;
}

static void test_confined(void **state)
{
	struct looking looking = {0};
	struct jq_run run = {.program = "{n: length}", .next = look_at_child, .context = &looking};
	struct strbuf out = STRBUF_INIT;
	int other = open("/dev/null", O_RDONLY);

	assert_true(other >= 0); /* and not to be closed by exec */
	jq_run_pages(&run, &out);
	assert_int_equal(run.result.end, JQ_DONE);
	assert_string_equal(out.text, "[{\"n\":4194304}]");
	jq_run_release(&run);
	strbuf_release(&out);
	close(other);
}

static void test_killed(void **state)
{
	struct looking looking = {.is_to_kill = true};
	struct jq_run run = {.program = "{n: length}", .next = look_at_child, .context = &looking};
	struct strbuf out = STRBUF_INIT;

	jq_run_pages(&run, &out);
	strbuf_reset(&out);
	jq_run_add_problem(&out, &run, 1);
	assert_string_equal(out.text, "jq: the program was ended by signal 9 (Killed)");
	jq_run_release(&run);
	strbuf_release(&out);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_compile_errors),
		cmocka_unit_test(test_nothing_else),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_confined),
		cmocka_unit_test(test_killed),
	};

	if (jq_child_is(argc, argv))
		jq_child_run();
	language_set(LANGUAGE_ENGLISH);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
