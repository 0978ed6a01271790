#include "feed_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/text/language.h"
#include "feed/format/json/jq.h"

void feed_page_init(struct feed_page *page, const struct feed_settings *settings)
{
	*page = (struct feed_page){.arena = arena_new(), .err = ERROR_INIT};
	findings_init(&page->findings, page->arena);
	record_reader_init(&page->reading, settings, ";", &page->says, page->arena);
}

void feed_page_release(struct feed_page *page)
{
	record_reader_release(&page->reading);
	error_release(&page->err);
	arena_free(page->arena);
}

void feed_page_read(struct feed_page *page, const char *body, size_t length, moment now)
{
	char *copy = malloc(length + 1);

	assert_non_null(copy);
	memcpy(copy, body, length);
	copy[length] = '\0';
	if (page->reading.settings->jq) {
		const struct strbuf text = {.text = copy, .length = length},
				    *const pages[] = {&text};

		page->kind = jq_read(&page->reading, pages, 1, &page->err);
	} else {
		page->kind = format_read(&page->reading, copy, length, now, &page->err);
	}
	free(copy);
}

void feed_page_end(struct feed_page *page)
{
	record_reader_end(&page->reading);
	for (size_t i = 0; i < page->says.problem_count; i++) {
		const struct feed_problem *problem = &page->says.problems[i];
		struct strbuf where = STRBUF_INIT, what = STRBUF_INIT;

		if (problem->record > 0)
			strbuf_addf(&where, _("feed %s, record %zu"), page->says.absences.feed,
				problem->record);
		else
			strbuf_addf(&where, _("feed %s"), page->says.absences.feed);
		if (problem->line > 0)
			strbuf_addf(&what, _("line %zu: "), problem->line);
		strbuf_adds(&what, problem->what);
		findings_add(&page->findings, FINDING_WARNING, where.text, "%s", what.text);
		strbuf_release(&where);
		strbuf_release(&what);
	}
}

static void feed_add_moment(struct strbuf *out, moment t)
{
	if (t == MOMENT_EARLIEST || t == MOMENT_LATEST)
		strbuf_adds(out, "open");
	else
		moment_add_basic_utc(out, t);
}

static void feed_add_deputies(struct strbuf *out, const char *const *deputies, size_t count)
{
	for (size_t i = 0; i < count; i++)
		strbuf_addf(out, "%c%s", i ? ';' : ' ', deputies[i]);
	strbuf_addc(out, '\n');
}

/* " always", or the times. */
static void feed_add_times(struct strbuf *out, moment start, moment end)
{
	if (start == MOMENT_EARLIEST && end == MOMENT_LATEST) {
		strbuf_adds(out, " always");
		return;
	}
	strbuf_addc(out, ' ');
	feed_add_moment(out, start);
	strbuf_addc(out, '-');
	feed_add_moment(out, end);
}

void feed_page_add(const struct feed_page *page, struct strbuf *out)
{
	const struct feed_reading *says = &page->says;

	for (size_t i = 0; i < says->absences.count; i++) {
		const struct feed_absence *absence = &says->absences.items[i];

		strbuf_addf(out, "%u %s ", absence->record, absence->person);
		feed_add_moment(out, absence->start);
		strbuf_addc(out, '-');
		feed_add_moment(out, absence->end);
		feed_add_deputies(out, absence->deputies, absence->deputy_count);
	}
	for (size_t i = 0; i < says->standing_count; i++) {
		const struct feed_standing *standing = &says->standing[i];

		strbuf_addf(out, "%zu %s", standing->record, standing->person);
		feed_add_times(out, standing->start, standing->end);
		feed_add_deputies(out, standing->deputies, standing->deputy_count);
	}
	for (size_t i = 0; i < says->roles.count; i++) {
		const struct feed_role *role = &says->roles.items[i];

		strbuf_addf(out, "%zu %s", role->record, role->person);
		feed_add_times(out, role->start, role->end);
		strbuf_addf(out, " role %s\n", role->role);
	}
	for (size_t i = 0; i < says->record_count; i++) {
		const struct feed_record *record = &says->records[i];

		if (record->state == RECORD_SET_ASIDE)
			strbuf_addf(out, "%u %s aside\n", record->number,
				record->person ? record->person : "-");
	}
}

/* Whether the lines of findings expected, and no others, were found, in any order. */
static int feed_findings_match(const struct feed_page *page, const char *expected)
{
	size_t count = 0, good = 0;

	for (const char *line = expected; *line; count++) {
		size_t length = strcspn(line, "\n"), place = strcspn(line, ":");

		for (size_t i = 0; i < page->findings.count; i++) {
			const struct finding *finding = &page->findings.items[i];
			size_t where = strlen(finding->where);

			if (where > place &&
				strncmp(finding->where + where - place, line, place) == 0 &&
				memmem(finding->what, strlen(finding->what), line + place + 2,
					length - place - 2)) {
				good++;
				break;
			}
		}
		line += length + (line[length] == '\n');
	}
	return good == count && page->findings.count == count;
}

void assert_feed(const struct feed_settings *settings, const char *body, size_t length, moment now,
	const char *expected)
{
	struct strbuf got = STRBUF_INIT;
	struct feed_page page;
	int good;

	feed_page_init(&page, settings);
	feed_page_read(&page, body, length, now);
	feed_page_end(&page);
	if (page.kind) {
		good = page.kind == ERROR_TARGET && strncmp(expected, "ERROR ", 6) == 0 &&
			strstr(page.err.text.text, expected + 6) != NULL;
		strbuf_addf(&got, "ERROR %s\n", page.err.text.text);
	} else {
		feed_page_add(&page, &got);
		good = strncmp(got.text, expected, got.length) == 0 &&
			feed_findings_match(&page, expected + got.length);
		for (size_t i = 0; i < page.findings.count; i++)
			strbuf_addf(&got, "%s: %s\n", page.findings.items[i].where,
				page.findings.items[i].what);
	}
	if (!good)
		fail_msg("%.*s\nexpected:\n%s\ngot:\n%s", (int)length, body, expected, got.text);
	strbuf_release(&got);
	feed_page_release(&page);
}

void feed_torment(const struct feed_settings *settings, const char *body, moment now,
	unsigned rounds)
{
	size_t length = strlen(body);
	uint32_t seed = 20261224;
	struct feed_page page;
	char *copy = malloc(length + 1);

	assert_non_null(copy);
	for (size_t i = 0; i <= length; i++) {
		feed_page_init(&page, settings);
		feed_page_read(&page, body, i, now);
		feed_page_release(&page);
	}
	for (unsigned round = 0; round < rounds; round++) {
		static const char odd[] = "\"\\,;:[]{}\n\r\t \0\xFF\xC3-09eTZ";

		memcpy(copy, body, length + 1);
		for (unsigned i = 0; i <= round % 4; i++) {
			seed = seed * 1664525 + 1013904223;
			copy[(seed >> 8) % length] = odd[(seed >> 3) % (sizeof(odd) - 1)];
		}
		feed_page_init(&page, settings);
		feed_page_read(&page, copy, length, now);
		feed_page_release(&page);
	}
	free(copy);
}

int feed_use_copenhagen(void **state)
{
	(void)state;
	language_set(LANGUAGE_ENGLISH);
	return moment_zone("Europe/Copenhagen") ? 0 : -1;
}
