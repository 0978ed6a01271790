#include "ledger/report_repair.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "report/ldif/reader.h"
#include "report/ldif/record.h"
#include "report/writer.h"

size_t report_repair_count(const struct read_record *record)
{
	size_t count = record->kind == READ_REMOVE ? 1 : 0;

	for (size_t i = 0; i < record->count; i++)
		count += record->values[i].count;
	return record->commented_out ? 0 : count;
}

static struct intended_value *collect_values(const struct read_record *record,
	const char *member_attribute, struct intended_value *into)
{
	if (record->kind == READ_REMOVE)
		*into++ = (struct intended_value){.dn = record->dn};
	for (size_t i = 0; i < record->count; i++) {
		for (size_t j = 0; j < record->values[i].count; j++)
			*into++ = (struct intended_value){.dn = record->dn,
				.type = record->values[i].type,
				.value = record->values[i].items[j],
				.counts = record->kind != READ_MAKE ||
					strcasecmp(record->values[i].type, member_attribute) == 0};
	}
	return into;
}

struct intended_value *report_repair_values(const struct read_report *report,
	const char *member_attribute, struct arena *arena, size_t *count)
{
	struct intended_value *values, *next;

	*count = 0;
	for (size_t i = 0; i < report->count; i++)
		*count += report_repair_count(&report->records[i]);
	values = next = arena_get(arena, *count * sizeof(*values));
	for (size_t i = 0; i < report->count; i++) {
		if (!report->records[i].commented_out)
			next = collect_values(&report->records[i], member_attribute, next);
	}
	return values;
}

/* The first of a record's values. */
static const struct intended_value *values_of(const struct read_report *report,
	const struct intended_value *values, const struct read_record *record)
{
	for (const struct read_record *before = report->records; before < record; before++)
		values += report_repair_count(before);
	return values;
}

static bool is_done(const struct intended_value *value, enum read_verb verb)
{
	return value->type ? value->is_there == (verb == READ_ADD) : !value->is_there;
}

/* Of a modify, the values of one attribute that were done, or were not. */
static void add_modification(struct strbuf *out, const struct read_values *values,
	const struct intended_value *first, bool done, bool back)
{
	bool adds = (values->verb == READ_ADD) != back, any = false;

	for (size_t i = 0; i < values->count; i++) {
		if (is_done(&first[i], values->verb) != done)
			continue;
		if (!any)
			record_line(out, adds ? "add" : "delete", values->type);
		any = true;
		record_line(out, values->type, values->items[i]);
	}
	if (any)
		strbuf_adds(out, "-\n");
}

static void add_modifications(struct strbuf *out, const struct read_record *record,
	const struct intended_value *first, bool done, bool back)
{
	size_t at = 0, size = 0;

	for (size_t i = 0; i < record->count; i++)
		size += record->values[i].count;
	for (size_t i = 0; i < record->count; i++) {
		size_t index = back ? record->count - 1 - i : i;

		if (back)
			size -= record->values[index].count;
		add_modification(out, &record->values[index], first + (back ? size : at), done,
			back);
		at += record->values[index].count;
	}
}

static bool any_done(const struct read_record *record, const struct intended_value *first,
	bool done)
{
	const struct intended_value *value = first;

	if (record->kind == READ_REMOVE)
		return is_done(first, READ_DELETE) == done;
	for (size_t i = 0; i < record->count; i++) {
		for (size_t j = 0; j < record->values[i].count; j++) {
			if (is_done(value++, record->values[i].verb) == done)
				return true;
		}
	}
	return false;
}

/* An entry is made at once, but for members that did not fit: those are as a modify's. */
static void add_made(struct strbuf *out, const struct read_record *record,
	const struct intended_value *first, bool done)
{
	bool is_made = any_done(record, first, true);

	if (!done && is_made) {
		record_line(out, "changetype", "modify");
		add_modifications(out, record, first, false, false);
		return;
	}
	record_line(out, "changetype", "add");
	for (size_t i = 0; i < record->count; i++) {
		for (size_t j = 0; j < record->values[i].count; j++, first++) {
			if (first->is_there == done)
				record_line(out, record->values[i].type,
					record->values[i].items[j]);
		}
	}
}

/* That part of a record that was done, or was not. */
static void add_part(struct strbuf *out, const struct read_record *record,
	const struct intended_value *first, bool done)
{
	if (!any_done(record, first, done))
		return;
	record_line(out, "dn", record->dn);
	if (record->kind == READ_MODIFY) {
		record_line(out, "changetype", "modify");
		add_modifications(out, record, first, done, false);
	} else if (record->kind == READ_MAKE) {
		add_made(out, record, first, done);
	} else {
		record_line(out, "changetype", "delete");
	}
}

static void add_record(struct strbuf *out, const struct read_record *record,
	const struct intended_value *first)
{
	struct strbuf rest = STRBUF_INIT;
	size_t before = out->length;

	add_part(out, record, first, true);
	add_part(&rest, record, first, false);
	if (rest.length > 0) {
		if (out->length > before)
			strbuf_addc(out, '\n');
		record_comment(out, _("not done"),
			_("the run was interrupted; not found in the directory afterwards"));
		record_comment_out(out, &rest);
	}
	strbuf_release(&rest);
}

static void count_record(struct totals *totals, const struct read_record *record,
	const struct intended_value *first)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct read_values *values = &record->values[i];

		for (size_t j = 0; j < values->count; j++, first++) {
			if (!first->counts)
				continue;
			if (!is_done(first, values->verb))
				totals->failed++;
			else if (values->verb == READ_ADD)
				totals->added++;
			else
				totals->removed++;
		}
	}
}

static void add_totals(struct strbuf *out, const struct totals *totals)
{
	strbuf_addf(out, _("# total: %zu added, %zu removed, %zu kept, %zu held, %zu refused\n"),
		totals->added, totals->removed, totals->kept, totals->held, totals->refused);
	if (totals->failed > 0)
		strbuf_addf(out, _("# failed: %zu\n"), totals->failed);
}

static const struct read_record *record_at(const struct read_report *report, size_t line)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->records[i].line == line && !report->records[i].commented_out)
			return &report->records[i];
	}
	return NULL;
}

static bool is_labelled(const char *line, const char *label)
{
	return strncmp(line, "# ", 2) == 0 && reader_label(line + 2, label);
}

/* Behind so many lines, or at the end of the text. */
static const char *skip_lines(const char *line, size_t count)
{
	while (count-- > 0 && *line) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return line;
}

static void add_report(struct strbuf *out, const struct read_report *report, const char *text,
	const struct intended_value *values, const char *note, const struct totals *totals)
{
	const char *line = text;

	for (size_t number = 1; *line; number++) {
		const struct read_record *record = record_at(report, number);
		const char *next = skip_lines(line, record ? record->end - record->line : 1);

		if (record)
			add_record(out, record, values_of(report, values, record));
		else if (number == 2)
			record_comment(out, _("postvagt change report"), note);
		else if (is_labelled(line, "total"))
			add_totals(out, totals);
		else if (!is_labelled(line, "failed"))
			strbuf_add(out, line, (size_t)(next - line));
		number += record ? record->end - record->line - 1 : 0;
		line = next;
	}
}

static void add_undo(struct strbuf *out, const struct read_report *report,
	const struct intended_value *values)
{
	strbuf_adds(out, "version: 1\n");
	record_comment(out, _("postvagt undo"),
		_("takes back what was done of the run below, by ldapmodify -f this file"));
	for (size_t i = 1; i < report->head_count; i++)
		strbuf_addf(out, "# %s\n", report->comments[i].text);
	strbuf_addc(out, '\n');
	for (size_t i = report->count; i-- > 0;) {
		const struct read_record *record = &report->records[i];
		const struct intended_value *first = values_of(report, values, record);

		if (record->commented_out || record->kind == READ_REMOVE ||
			!any_done(record, first, true))
			continue;
		if (record->kind == READ_MAKE) {
			record_delete(out, record->dn);
			continue;
		}
		record_line(out, "dn", record->dn);
		record_line(out, "changetype", "modify");
		add_modifications(out, record, first, true, true);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, "# end\n");
}

void report_repair_write(const struct read_report *report, const char *text,
	const struct intended_value *values, const char *note, struct strbuf *out,
	struct strbuf *undo, struct totals *totals)
{
	totals->added = totals->removed = totals->failed = 0;
	for (size_t i = 0; i < report->count; i++) {
		if (!report->records[i].commented_out)
			count_record(totals, &report->records[i],
				values_of(report, values, &report->records[i]));
	}
	add_report(out, report, text, values, note, totals);
	add_undo(undo, report, values);
}
