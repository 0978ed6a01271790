/* Who was on which list, from any report that can be read: taken twice, as two runs, and made a page. */
#include <stdlib.h>
#include <string.h>

#include "audit/html.h"
#include "audit/timeline.h"
#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/strbuf.h"
#include "fuzz.h"
#include "report/ldif/reader.h"

static const char *outcome(const json_t *line)
{
	(void)line;
	return "done";
}

/* A run that says that it changed every list of the report. */
static json_t *new_line(const struct read_report *report, const char *started)
{
	json_t *lists = json_array();

	for (size_t i = 0; i < report->count; i++)
		json_array_append_new(lists,
			json_pack("{s:s*, s:s*, s:s}", "dn", report->records[i].dn, "tag",
				report->comment_count > 0 ? report->comments[0].text : "t", "kind",
				"ordinary"));
	return json_pack("{s:s, s:s, s:o}", "run", "r", "started", started, "lists", lists);
}

static void expect_spans(const struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->count; i++) {
		const struct timeline_list *list = timeline->lists[i];

		for (size_t j = 0; j < list->count; j++) {
			const struct timeline_span *span = list->spans[j];

			fuzz_expect(span->from <= span->until, "a span ends after it began");
			fuzz_expect((span->until == MOMENT_LATEST) == (span->until_run == NULL),
				"what ended was ended by a run");
		}
	}
}

static void expect_page(const struct timeline *timeline, json_t *lines, struct arena *arena)
{
	struct findings unread;
	struct strbuf out = STRBUF_INIT;
	const char *main;

	findings_init(&unread, arena);
	audit_add_page(&out,
		&(struct audit_page){.folder = "reports",
			.lines = lines,
			.since = 1798099200,
			.until = 1798192800,
			.timeline = timeline,
			.unread = &unread,
			.version = "0",
			.outcome = outcome});
	main = strstr(out.text, "<main>");
	fuzz_expect(main && !strstr(main, "<script") && !strstr(main, "<img"),
		"no markup comes of a report");
	strbuf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct read_report report;
	struct timeline timeline;
	char *text = fuzz_text(data, size);

	fuzz_at_home();
	timeline_init(&timeline, arena);
	if (size < 65536 && reader_parse(&report, "r", text, size, arena, &err) == ERROR_NONE &&
		report.count < 50) {
		json_t *lines = json_pack("[o, o]", new_line(&report, "2026-12-24T08:00:00Z"),
			new_line(&report, "2026-12-24T09:00:00Z"));

		for (size_t i = 0; i < json_array_size(lines); i++)
			timeline_take(&timeline, json_array_get(lines, i), &report, NULL);
		timeline_end(&timeline);
		expect_spans(&timeline);
		expect_page(&timeline, lines, arena);
		json_decref(lines);
	}
	error_release(&err);
	free(text);
	arena_free(arena);
	return 0;
}
