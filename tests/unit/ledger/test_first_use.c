/* Since when postvagt is in use: the first run of the oldest file that kept lists. */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "file_case.h"
#include "ledger/first_use.h"

#define LINE(number, day, command, outcome, kept)                             \
	"{\"previous\":\"0\",\"command\":\"" command "\",\"number\":" #number \
	",\"outcome\":\"" outcome "\",\"started\":\"2026-12-" #day            \
	"T08:00:00Z\",\"totals\":{\"added\":0,\"kept\":" #kept ",\"removed\":0}}\n"

struct use_case {
	const char *year,
		*runs;  /* the texts of runs-2025.jsonl and runs.jsonl; NULL: no such file */
	const char *at; /* NULL: not known */
	bool is_longer;
};

static const struct use_case cases[] = {
	{NULL, NULL, NULL, false},
	{NULL, "", NULL, false},
	{NULL, LINE(1, 01, "apply", "done", 3) LINE(2, 02, "apply", "done", 3), "2026-12-01",
		false},
	{NULL, LINE(1, 01, "watch", "unchanged", 3), "2026-12-01", false},
	/* a run that kept nothing, or was refused, or only sent mail, is no use */
	{NULL, LINE(1, 01, "apply", "refused", 3) LINE(2, 02, "apply", "done", 1), "2026-12-02",
		false},
	{NULL, LINE(1, 01, "apply", "unchanged", 0) LINE(2, 02, "apply", "done", 1), "2026-12-02",
		false},
	{NULL, LINE(1, 01, "register", "done", 1), NULL, false},
	{NULL, "half a li\n" LINE(1, 03, "apply", "done", 1), "2026-12-03", false},
	/* closed years come first; where some were deleted it may be in use for longer */
	{LINE(1, 04, "apply", "done", 1), LINE(2, 05, "apply", "done", 1), "2026-12-04", false},
	{NULL, LINE(7, 05, "apply", "done", 1), "2026-12-05", true},
};

static void write_text(const struct folder *folder, const char *name, const char *text)
{
	if (text)
		folder_write(folder, name, text, strlen(text));
}

static void test_first_use(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].runs); i++) {
		struct folder folder;
		struct strbuf day = STRBUF_INIT;
		struct first_use use;

		folder_make(&folder);
		write_text(&folder, "runs-2025.jsonl", cases[i].year);
		write_text(&folder, "runs.jsonl", cases[i].runs);
		use = first_use_find(folder.path);
		if (use.at != MOMENT_EARLIEST)
			moment_add_iso_day(&day, use.at);
		assert_string_equal(day.text, cases[i].at ? cases[i].at : "");
		assert_int_equal(use.is_longer, cases[i].is_longer);
		strbuf_release(&day);
		if (cases[i].year)
			folder_remove(&folder, "runs-2025.jsonl");
		if (cases[i].runs)
			folder_remove(&folder, "runs.jsonl");
		folder_release(&folder);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_use),
	};

	moment_zone("Europe/Copenhagen");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
