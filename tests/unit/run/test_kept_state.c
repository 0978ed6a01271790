/* The file of absences that earlier runs read: what is written is read, and what is odd is lost, with why. */
#include "file_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "decide/kept_absences.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/kept_state.h"

#define NAME "state/absences-reports.json"

static const struct people_attributes names = {
	.absent_from = {(const char *[]){"from"}, 1},
	.absent_until = {(const char *[]){"until"}, 1},
	.absence = {(const char *[]){"absence"}, 1},
};

struct place {
	struct folder folder;
	struct arena *arena;
	struct settings settings;
	struct kept_state state;
};

static char *path_in(struct place *place, const char *name)
{
	return arena_format(place->arena, "%s/%s", place->folder.path, name);
}

static void place_make(struct place *place)
{
	*place = (struct place){.arena = arena_new(), .state = KEPT_STATE_INIT};
	folder_make(&place->folder);
	place->settings = (struct settings){.reports_directory = path_in(place, "reports")};
	unsetenv("STATE_DIRECTORY");
	mkdir(path_in(place, "reports"), 0700);
	mkdir(path_in(place, "state"), 0700);
	kept_state_read(&place->state, &place->settings, &names);
}

static void place_release(struct place *place)
{
	kept_state_release(&place->state);
	unlink(path_in(place, NAME));
	unlink(path_in(place, "reports/runs.jsonl"));
	rmdir(path_in(place, "state"));
	rmdir(path_in(place, "reports"));
	folder_release(&place->folder);
	arena_free(place->arena);
}

static void write_state(struct place *place)
{
	struct error err = ERROR_INIT;

	assert_int_equal(kept_state_write(&place->state, &err), ERROR_NONE);
	error_release(&err);
}

static void read_again(struct place *place)
{
	kept_state_read(&place->state, &place->settings, &names);
}

static void fill(struct place *place)
{
	struct kept_absences *kept = place->state.kept;
	struct arena *arena = place->state.arena;
	struct kept_person *anna = kept_absences_add(kept, arena, "anna");
	struct kept_person *bo = kept_absences_add(kept, arena, "bo");

	spans_add(&anna->directory, arena, 10, 20);
	spans_add(&anna->directory, arena, 30, MOMENT_LATEST);
	spans_add(&anna->unread, arena, MOMENT_EARLIEST, 40);
	spans_add(&anna->away, arena, 5, 6);
	anna->unread_since = 7;
	anna->unread_values = 2;
	anna->is_unknown = true;
	bo->gone = 9;
	spans_add(&bo->away, arena, MOMENT_EARLIEST, MOMENT_LATEST);
}

static void assert_span(const struct spans *spans, size_t i, moment start, moment end)
{
	assert_true(i < spans->count);
	assert_true(spans->items[i].start == start && spans->items[i].end == end);
}

static void test_what_is_written_is_read(void **state)
{
	const struct kept_person *anna, *bo;
	struct place place;
	struct stat status;

	(void)state;
	place_make(&place);
	assert_null(place.state.kept->lost);
	fill(&place);
	write_state(&place);
	assert_int_equal(stat(path_in(&place, NAME), &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	read_again(&place);
	assert_null(place.state.kept->lost);
	assert_int_equal(place.state.kept->count, 2);
	anna = kept_absences_find(place.state.kept, "anna");
	bo = kept_absences_find(place.state.kept, "bo");
	assert_span(&anna->directory, 0, 10, 20);
	assert_span(&anna->directory, 1, 30, MOMENT_LATEST);
	assert_span(&anna->unread, 0, MOMENT_EARLIEST, 40);
	assert_span(&anna->away, 0, 5, 6);
	assert_true(anna->unread_since == 7 && anna->unread_values == 2 && anna->is_unknown);
	assert_true(anna->gone == MOMENT_LATEST);
	assert_true(bo->gone == 9 && !bo->is_unknown && bo->unread_since == MOMENT_LATEST);
	assert_span(&bo->away, 0, MOMENT_EARLIEST, MOMENT_LATEST);
	assert_int_equal(bo->directory.count + bo->unread.count + bo->unread_values, 0);
	place_release(&place);
}

static void test_the_same_is_not_written_again(void **state)
{
	struct stat before, after;
	struct place place;

	(void)state;
	place_make(&place);
	write_state(&place); /* an empty one, too: it says that nothing is to be kept */
	assert_int_equal(stat(path_in(&place, NAME), &before), 0);
	read_again(&place);
	write_state(&place);
	assert_int_equal(stat(path_in(&place, NAME), &after), 0);
	assert_true(before.st_ino == after.st_ino);
	fill(&place);
	write_state(&place);
	assert_int_equal(stat(path_in(&place, NAME), &after), 0);
	assert_true(before.st_ino != after.st_ino);
	place_release(&place);
}

static void test_what_is_odd_is_lost(void **state)
{
	static const struct {
		const char *people, *why;
	} cases[] = {
		{"[]", NULL},
		{"[{\"person\":\"a\"}]", NULL},
		{"[{\"person\":\"a\",\"away\":[[1,2],[null,null]]}]", NULL},
		{"{}", "damaged"},
		{"[1]", "damaged"},
		{"[{}]", "damaged"},
		{"[{\"person\":1}]", "damaged"},
		{"[{\"person\":\"a\"},{\"person\":\"a\"}]", "damaged"},
		{"[{\"person\":\"a\",\"person\":\"b\"}]", "damaged"},
		{"[{\"person\":\"a\",\"away\":[1,2]}]", "damaged"},
		{"[{\"person\":\"a\",\"away\":[[1]]}]", "damaged"},
		{"[{\"person\":\"a\",\"away\":[[1,2,3]]}]", "damaged"},
		{"[{\"person\":\"a\",\"away\":[[2,1]]}]", "damaged"},
		{"[{\"person\":\"a\",\"away\":[[1,1]]}]", "damaged"},
		{"[{\"person\":\"a\",\"away\":[[\"1\",2]]}]", "damaged"},
		{"[{\"person\":\"a\",\"unread\":1}]", "damaged"},
		{"[{\"person\":\"a\",\"directory\":[[1.5,2]]}]", "damaged"},
		{"[{\"person\":\"a\",\"unread_values\":-1}]", "damaged"},
		{"[", "damaged"},
	};
	struct place place;

	(void)state;
	place_make(&place);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].people); i++) {
		const char *text =
			arena_format(place.arena, "{\"form\":1,\"settings\":\"%s\",\"people\":%s}",
				place.state.settings, cases[i].people);

		folder_write(&place.folder, NAME, text, strlen(text));
		chmod(path_in(&place, NAME), 0600);
		read_again(&place);
		assert_int_equal(place.state.kept->lost != NULL, cases[i].why != NULL);
		assert_int_equal(place.state.trouble != NULL, cases[i].why != NULL);
		if (!cases[i].why)
			continue;
		assert_non_null(strstr(place.state.kept->lost, cases[i].why));
		assert_int_equal(place.state.kept->count, 0);
	}
	place_release(&place);
}

static void test_other_attributes_and_other_forms(void **state)
{
	struct people_attributes others = names;
	struct place place;
	const char *text;

	(void)state;
	place_make(&place);
	fill(&place);
	write_state(&place);
	others.absence = (struct strings){(const char *[]){"absence", "otherAbsence"}, 2};
	kept_state_read(&place.state, &place.settings, &others);
	assert_non_null(strstr(place.state.kept->lost, "other attributes"));
	assert_int_equal(place.state.kept->count, 0);
	text = arena_format(place.arena, "{\"form\":2,\"settings\":\"%s\",\"people\":[]}",
		place.state.settings);
	folder_write(&place.folder, NAME, text, strlen(text));
	chmod(path_in(&place, NAME), 0600);
	read_again(&place);
	assert_non_null(strstr(place.state.kept->lost, "another version"));
	place_release(&place);
}

/* One that was never there is not lost; a line of a run that wrote it tells. */
static void test_a_missing_file(void **state)
{
	static const struct {
		const char *line;
		bool lost;
	} cases[] = {{"", false}, {"{\"command\":\"absent\"}\n", false},
		{"{\"command\":\"apply\",\"keeps_absences\":true}\n{\"command\":\"absent\"}\n",
			true},
		{"{\"case\":\"\\\"keeps_absences\\\":true\"}\n", false}};
	struct place place;

	(void)state;
	place_make(&place);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].line); i++) {
		folder_write(&place.folder, "reports/runs.jsonl", cases[i].line,
			strlen(cases[i].line));
		read_again(&place);
		assert_int_equal(place.state.kept->lost != NULL, cases[i].lost);
		assert_null(place.state.trouble);
	}
	place_release(&place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_the_same_is_not_written_again),
		cmocka_unit_test(test_what_is_odd_is_lost),
		cmocka_unit_test(test_other_attributes_and_other_forms),
		cmocka_unit_test(test_a_missing_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
