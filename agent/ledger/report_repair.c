#include "ledger/report_repair.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "report/json_text.h"
#include "report/ldif/legacy.h"
#include "report/ldif/machine.h"
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

static const struct read_record *record_at(const struct read_report *report, size_t line)
{
	for (size_t i = 0; i < report->count; i++) {
		if (report->records[i].line == line && !report->records[i].commented_out)
			return &report->records[i];
	}
	return NULL;
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

/* Machine lines */

static const char *value_key(struct arena *arena, const char *dn, enum read_verb verb,
	const char *value)
{
	return arena_format(arena, "%c%zu %s %s", verb == READ_ADD ? '+' : '-', strlen(dn), dn,
		value);
}

/* By value_key(): whether it was done. */
static struct table *table_of_done(const struct read_report *report,
	const struct intended_value *values, struct arena *arena)
{
	static const char yes[] = "yes", no[] = "no";
	struct table *table = table_new(arena);

	for (size_t i = 0; i < report->count; i++) {
		const struct read_record *record = &report->records[i];
		const struct intended_value *value = values_of(report, values, record);

		for (size_t j = 0; j < record->count && !record->commented_out; j++) {
			const struct read_values *of = &record->values[j];

			for (size_t k = 0; k < of->count; k++, value++)
				table_put(table,
					value_key(arena, json_valid_text(arena, record->dn),
						of->verb, json_valid_text(arena, of->items[k])),
					(void *)(is_done(value, of->verb) ? yes : no));
		}
	}
	return table;
}

/* A value as it was found; those that are in no record stay as they are. */
static struct machine_value complete_value(const struct machine_list *list,
	const struct machine_value *value, const struct table *done, struct arena *arena)
{
	struct machine_value now = *value;
	enum read_verb verb = value->verb == MACHINE_JOINS ? READ_ADD : READ_DELETE;
	const char *found = table_find(done, value_key(arena, list->dn, verb, value->dn));

	if (found && machine_is_recorded(list, value))
		now.state = *found == 'y' ? MACHINE_DONE : MACHINE_FAILED;
	return now;
}

/* The machine lines of the report, with what was found. */
static struct machine complete_machine(const struct report_repair *repair,
	const struct totals *totals)
{
	const struct read_report *report = repair->report;
	struct arena *arena = repair->arena;
	const struct table *done = table_of_done(report, repair->values, arena);
	struct machine machine = report->machine;

	machine.head.state = MACHINE_INTERRUPTED;
	machine.head.completed_by = repair->run;
	machine.totals = *totals;
	machine.lists = arena_get(arena, machine.count * sizeof(*machine.lists));
	for (size_t i = 0; i < machine.count; i++) {
		const struct machine_list *list = &report->machine.lists[i];

		machine.lists[i] = *list;
		machine.lists[i].values = arena_get(arena, list->count * sizeof(*list->values));
		for (size_t j = 0; j < list->count; j++)
			machine.lists[i].values[j] =
				complete_value(list, &list->values[j], done, arena);
	}
	return machine;
}

/* Whether the run made the list: the undo file deletes it. */
static bool was_made(const struct read_report *report, const struct intended_value *values,
	const char *dn, struct arena *arena)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct read_record *record = &report->records[i];

		if (record->kind == READ_MAKE && !record->commented_out &&
			strcmp(json_valid_text(arena, record->dn), dn) == 0 &&
			any_done(record, values_of(report, values, record), true))
			return true;
	}
	return false;
}

static struct machine_list *add_back(struct machine *undo, const struct machine_list *list,
	bool removed, struct arena *arena)
{
	struct machine_list *back = machine_list_new(undo, arena, list->dn);

	back->tags = list->tags;
	back->name = list->name;
	back->kind = list->kind;
	back->is_person = list->is_person;
	back->exists = true;
	back->removed = removed;
	return back;
}

/* What its undo file says: what was done, the other way round. */
static struct machine undo_machine(const struct report_repair *repair, const struct machine *from)
{
	struct arena *arena = repair->arena;
	struct machine undo = {.head = from->head};

	undo.head.file = MACHINE_UNDO;
	undo.head.state = MACHINE_PLANNED;
	undo.head.settings_sha256 = NULL;
	for (size_t i = 0; i < from->count; i++) {
		const struct machine_list *list = &from->lists[i];
		bool removed = was_made(repair->report, repair->values, list->dn, arena);
		struct machine_list *back = removed ? add_back(&undo, list, true, arena) : NULL;

		for (size_t j = 0; j < list->count; j++) {
			const struct machine_value *value = &list->values[j];
			struct machine_value *now;

			if (!machine_is_recorded(list, value) || value->state != MACHINE_DONE)
				continue;
			back = back ? back : add_back(&undo, list, false, arena);
			now = machine_value_new(back, arena,
				value->verb == MACHINE_JOINS ? MACHINE_LEAVES : MACHINE_JOINS,
				value->dn);
			now->name = value->name;
			now->attribute = value->attribute;
		}
	}
	return undo;
}

/* The texts */

/* A report that is written line by line. */
struct repair_ctx {
	struct strbuf *out;
	const struct report_repair *repair;
	const struct totals *totals;
	const struct machine *machine;
};

/* A line of a report without machine lines: the second says how far the run came. */
static void add_legacy_line(const struct repair_ctx *c, size_t number, const char *line,
	size_t length)
{
	if (number == 2)
		record_comment(c->out, _("postvagt change report"), c->repair->note);
	else if (!legacy_is_total(line))
		strbuf_add(c->out, line, length);
	else if (legacy_is_first_total(line))
		record_totals(c->out, c->totals);
}

/* The head's machine line and the sentence below it are other ones; so are all behind the records, up to the end. */
static void add_line(const struct repair_ctx *c, size_t number, const char *line, size_t length)
{
	if (number == 2) {
		machine_add_head(c->out, &c->machine->head);
	} else if (number == 3) {
		record_comment(c->out, _("postvagt change report"), c->repair->note);
	} else if (number == c->repair->report->body_line) {
		machine_add_body(c->out, c->machine);
		record_totals(c->out, c->totals);
	} else if (c->repair->report->body_line == 0 || number < c->repair->report->body_line ||
		strncmp(line, "# end\n", strlen("# end\n")) == 0) {
		strbuf_add(c->out, line, length);
	}
}

static void add_report(const struct repair_ctx *c, const char *text)
{
	const char *line = text;

	for (size_t number = 1; *line; number++) {
		const struct read_record *record = record_at(c->repair->report, number);
		const char *next = skip_lines(line, record ? record->end - record->line : 1);

		if (record)
			add_record(c->out, record,
				values_of(c->repair->report, c->repair->values, record));
		else if (c->repair->report->is_legacy)
			add_legacy_line(c, number, line, (size_t)(next - line));
		else
			add_line(c, number, line, (size_t)(next - line));
		number += record ? record->end - record->line - 1 : 0;
		line = next;
	}
}

static void add_line_of(struct strbuf *out, const char *text, size_t number)
{
	const char *line = skip_lines(text, number - 1);

	strbuf_add(out, line, (size_t)(skip_lines(line, 1) - line));
}

/* As the report's, but for what kind of file it is. */
static void add_undo_head(struct strbuf *out, const struct read_report *report, const char *text,
	const struct machine_head *head)
{
	size_t limits = report->head_line;

	strbuf_adds(out, "version: 1\n");
	if (!report->is_legacy)
		machine_add_head(out, head);
	record_comment(out, _("postvagt undo"),
		_("takes back what was done of the run below, by ldapmodify -f this file"));
	for (size_t i = 1; i < report->head_count; i++) {
		if (limits > 0 && report->comments[i].line > limits) {
			add_line_of(out, text, limits);
			limits = 0;
		}
		add_line_of(out, text, report->comments[i].line);
	}
	if (limits > 0)
		add_line_of(out, text, limits);
	strbuf_addc(out, '\n');
}

static void add_undo_records(struct strbuf *out, const struct read_report *report,
	const struct intended_value *values)
{
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
}

void report_repair_write(const struct report_repair *repair, struct strbuf *out,
	struct strbuf *undo, struct totals *totals)
{
	const struct read_report *report = repair->report;
	struct machine machine, back;
	const struct repair_ctx c = {out, repair, totals, &machine};

	totals->added = totals->removed = totals->failed = 0;
	for (size_t i = 0; i < report->count; i++) {
		if (!report->records[i].commented_out)
			count_record(totals, &report->records[i],
				values_of(report, repair->values, &report->records[i]));
	}
	machine = complete_machine(repair, totals);
	back = undo_machine(repair, &machine);
	add_report(&c, repair->text);
	add_undo_head(undo, report, repair->text, &back.head);
	add_undo_records(undo, report, repair->values);
	if (!report->is_legacy)
		machine_add_body(undo, &back);
	strbuf_adds(undo, "# end\n");
}
