/* Who was on which list when, from reports; and the page that shows it. */
#include "unit.h"

#include <string.h>

#include "audit/html.h"
#include "audit/timeline.h"
#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/strbuf.h"
#include "report/ldif/reader.h"

/* A run, a minute after the one before, whose report is `body`, about the list cn=L. */
struct history {
	struct arena *arena;
	struct timeline timeline;
	json_t *lines;
};

static void begin(struct history *history)
{
	history->arena = arena_new();
	history->lines = json_array();
	timeline_init(&history->timeline, history->arena);
}

static void end(struct history *history)
{
	json_decref(history->lines);
	arena_free(history->arena);
}

static void add_run(struct history *history, const char *body)
{
	size_t number = json_array_size(history->lines);
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct read_report report;
	json_t *line = json_pack("{s:s, s:s, s:[{s:s, s:s, s:s}]}", "run",
		arena_format(history->arena, "run%zu", number), "started",
		arena_format(history->arena, "2026-12-24T08:%02zu:00Z", number), "lists", "dn",
		"cn=L,dc=dk", "tag", "t", "kind", "ordinary");

	json_array_append_new(history->lines, line);
	strbuf_addf(&text, "version: 1\n# r\n\n%s\n# end\n", body);
	assert_int_equal(reader_parse(&report, "r", text.text, text.length, history->arena, &err),
		ERROR_NONE);
	timeline_take(&history->timeline, line, &report, NULL);
	strbuf_release(&text);
}

#define RECORD "dn: cn=L,dc=dk\nchangetype: modify\n"

/* "name from-until" of each span: minutes, * for an open end, ? found, ! missed, why behind a colon. */
static const char *shown(struct history *history)
{
	struct strbuf out = STRBUF_INIT;
	const struct timeline_list *list;
	const char *text;

	timeline_end(&history->timeline);
	assert_int_equal(history->timeline.count, 1);
	list = history->timeline.lists[0];
	for (size_t i = 0; i < list->count; i++) {
		const struct timeline_span *span = list->spans[i];

		strbuf_add_item(&out, "; ", *span->name ? span->name : span->dn);
		strbuf_addf(&out, " %s-%s%s%s",
			span->from == MOMENT_EARLIEST ? "*" : span->from_run + 3,
			span->until == MOMENT_LATEST ? "*" : span->until_run + 3,
			span->found ? "?" : "", span->missed ? "!" : "");
		if (span->joined)
			strbuf_addf(&out, " +%s", span->joined);
		if (span->left)
			strbuf_addf(&out, " -%s", span->left);
	}
	text = arena_string(history->arena, out.text);
	strbuf_release(&out);
	return text;
}

static void test_joins_and_leaves(void **state)
{
	struct history history;

	begin(&history);
	add_run(&history,
		"# joins: uid=a,dc=dk (Anna): role r\n# stays: uid=c,dc=dk (Carl)\n" RECORD
		"add: member\nmember: uid=a,dc=dk\n-\n\n# leaves: uid=b,dc=dk (Bo): away\n" RECORD
		"delete: member\nmember: uid=b,dc=dk\n-\n");
	add_run(&history,
		"# stays: uid=c,dc=dk (Carl)\n# leaves: uid=a,dc=dk (Anna): gone\n" RECORD
		"delete: member\nmember: UID=a, DC=dk\n-\n");
	assert_string_equal(shown(&history), "Anna 0-1 +role r; Bo *-0 -away; Carl *-*");
	end(&history);
}

/* In Danish the comments are others, the story is the same. */
static void test_in_danish(void **state)
{
	struct history history;

	begin(&history);
	add_run(&history,
		"# tilf\xc3\xb8jes: uid=a,dc=dk (Anna): rolle r\n" RECORD
		"add: member\nmember: uid=a,dc=dk\n-\n");
	assert_string_equal(shown(&history), "Anna 0-* +rolle r");
	end(&history);
}

static void test_others_were_there(void **state)
{
	struct history history;

	begin(&history);
	add_run(&history,
		"# stays: uid=a,dc=dk (Anna)\n# joins: uid=b,dc=dk (Bo): x\n" RECORD
		"add: member\nmember: uid=b,dc=dk\n-\n");
	add_run(&history,
		"# stays: uid=c,dc=dk (Carl)\n# stays: uid=b,dc=dk (Bo)\n# joins: uid=d,dc=dk (Dora): "
		"y\n" RECORD "add: member\nmember: uid=d,dc=dk\n-\n");
	assert_string_equal(shown(&history), "Anna *-1!; Bo 0-* +x; Carl 1-*?; Dora 1-* +y");
	end(&history);
}

/* What failed or was refused did not happen. */
static void test_what_failed(void **state)
{
	struct history history;

	begin(&history);
	add_run(&history,
		"# stays: uid=a,dc=dk (Anna)\n# joins: uid=b,dc=dk (Bo): x\n# dn: cn=L,dc=dk\n"
		"# changetype: modify\n# add: member\n# member: uid=b,dc=dk\n# -\n\n"
		"# leaves: uid=c,dc=dk (Carl): y\n# dn: cn=L,dc=dk\n# changetype: modify\n"
		"# delete: member\n# member: uid=c,dc=dk\n# -\n");
	assert_string_equal(shown(&history), "Anna *-*; Carl *-*");
	end(&history);
}

/* Where a DN ends and a name begins. */
static void test_odd_names(void **state)
{
	struct history history;

	begin(&history);
	add_run(&history,
		"# stays: uid=a,ou=It (x),dc=dk (Anna (It))\n# stays: uid=b,dc=dk\n"
		"# stays: cn=no name\n# joins: uid=c,dc=dk (C): a): (b) c\n"
		"# joins: uid=d,dc=dk: why\n" RECORD
		"add: member\nmember: uid=c,dc=dk\nmember: uid=d,dc=dk\n-\n");
	assert_string_equal(shown(&history),
		"cn=no name *-*; uid=b,dc=dk *-*; uid=d,dc=dk 0-* +why; Anna (It) *-*; "
		"C 0-* +a): (b) c");
	end(&history);
}

static const char *outcome(const json_t *line)
{
	return "done";
}

/* Whatever stands in a report, a page of it has the one script that pages have, and no other markup. */
static void test_hostile_report(void **state)
{
	struct history history;
	struct findings unread;
	struct strbuf out = STRBUF_INIT;
	const char *found;

	begin(&history);
	findings_init(&unread, history.arena);
	findings_add(&unread, FINDING_ERROR, "<script>", "%s", "<script>");
	add_run(&history,
		"# joins: uid=<script>,dc=dk (</bdi><script>alert(1)</script>): \"'><script>\n" RECORD
		"add: member\nmember: uid=<script>,dc=dk\n-\n");
	json_object_set_new(json_array_get(history.lines, 0), "case", json_string("<script>"));
	json_object_set_new(json_array_get(history.lines, 0), "user", json_string("<script>"));
	timeline_end(&history.timeline);
	audit_add_page(&out,
		&(struct audit_page){.folder = "<script>",
			.lines = history.lines,
			.since = 1798099200,
			.until = 1798192800,
			.timeline = &history.timeline,
			.unread = &unread,
			.version = "<script>",
			.outcome = outcome});
	assert_non_null(strstr(out.text, "&lt;/bdi&gt;&lt;script&gt;alert(1)"));
	found = strstr(out.text, "<script");
	assert_non_null(found);
	assert_null(strstr(found + 1, "<script"));
	strbuf_release(&out);
	end(&history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joins_and_leaves),
		cmocka_unit_test(test_in_danish),
		cmocka_unit_test(test_others_were_there),
		cmocka_unit_test(test_what_failed),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_hostile_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
