/* Machine lines, written. */
#include <jansson.h>

#include "base/text/strbuf.h"
#include "decide/resume.h"
#include "model/mapping.h"
#include "report/json_text.h"
#include "report/ldif/machine.h"
#include "report/ldif/machine_code.h"

static void add_line(struct strbuf *out, json_t *line)
{
	strbuf_adds(out, MACHINE_PREFIX);
	json_add_safe_line(out, line);
}

static json_t *text_or_null(const char *text)
{
	return text ? json_of_text(text) : json_null();
}

static json_t *number(size_t count)
{
	return json_integer((json_int_t)count);
}

static json_t *json_of_files(const struct machine_head *head)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "settings", text_or_null(head->settings_sha256),
		"tags", text_or_null(head->tags_sha256), "roles", text_or_null(head->roles_sha256),
		"routes", text_or_null(head->routes_sha256));
}

void machine_add_head(struct strbuf *out, const struct machine_head *head)
{
	json_t *line = json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "form", MACHINE_FORM,
		"file", machine_files[head->file], "state", machine_states[head->state], "run",
		json_of_text(head->run), "started", json_of_moment(head->started), "at",
		json_of_moment(head->at), "user", json_of_text(head->user), "host",
		json_of_text(head->host));

	json_object_set_new(line, "version", json_of_text(head->version));
	json_object_set_new(line, "case", text_or_null(head->case_text));
	json_object_set_new(line, "settings", json_of_text(head->settings));
	json_object_set_new(line, "server", text_or_null(head->server));
	json_object_set_new(line, "member_attribute", json_of_text(head->member_attribute));
	if (head->settings_sha256)
		json_object_set_new(line, "sha256", json_of_files(head));
	if (head->completed_by)
		json_object_set_new(line, "completed_by", json_of_text(head->completed_by));
	add_line(out, line);
}

/* Limits */

static json_t *json_of_passed(const struct plan *plan)
{
	static const char *const verbs[CHANGE_KINDS] = {
		[CHANGE_REMOVES] = "leave", [CHANGE_ADDS] = "join"};
	json_t *passed = json_array();

	for (int kind = 0; kind < CHANGE_KINDS; kind++) {
		const struct change_limit *limit = &plan->limits[kind];

		for (size_t i = 0; i < plan->list_count; i++) {
			const struct list_plan *list = &plan->lists[i];

			if (list->over_limit[kind])
				json_array_append_new(passed,
					json_pack("{s:o, s:o, s:i}", "list", json_of_text(list->dn),
						verbs[kind], number(list->unexplained[kind]),
						"limit", limit->per_list));
		}
		if (plan->over_run_limit[kind])
			json_array_append_new(passed,
				json_pack("{s:n, s:o, s:i}", "list", verbs[kind],
					number(plan->unexplained[kind]), "limit", limit->per_run));
	}
	return passed;
}

static json_t *json_of_moved(const struct plan *plan)
{
	json_t *moved = json_array();

	for (size_t i = 0; i < plan->moved.count; i++)
		json_array_append_new(moved,
			json_pack("{s:o, s:o}", "where", json_of_text(plan->moved.items[i].where),
				"what", json_of_text(plan->moved.items[i].what)));
	return moved;
}

static json_t *json_of_saved(const struct saved_plan *saved)
{
	json_t *object = json_pack("{s:o, s:o}", "file", json_of_text(saved->file), "sha256",
		json_of_text(saved->sha256));

	if (saved->run) {
		json_object_set_new(object, "run", json_of_text(saved->run));
		json_object_set_new(object, "saved_at", json_of_moment(saved->saved_at));
	}
	return object;
}

void machine_add_limits(struct strbuf *out, const struct report *report)
{
	const struct plan *plan = report->plan;
	const struct run *run = report->run;
	const struct change_limit *removals = &plan->limits[CHANGE_REMOVES],
				  *additions = &plan->limits[CHANGE_ADDS];
	json_t *limits = json_pack("{s:i, s:i, s:i, s:i}", "removals_per_list", removals->per_list,
		"removals_per_run", removals->per_run, "additions_per_list", additions->per_list,
		"additions_per_run", additions->per_run);

	add_line(out,
		json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o}", "limits", limits, "passed",
			json_of_passed(plan), "let_past", run->let_past_limit, "moved",
			json_of_moved(plan), "held", text_or_null(plan->held), "saved_plan",
			run->saved ? json_of_saved(run->saved) : json_null(), "undoes",
			text_or_null(run->undoes)));
}

/* Lists */

static json_t *json_of_entry(const struct machine_list *list)
{
	json_t *entry = json_array();

	for (size_t i = 0; i < list->entry_count; i++)
		json_array_append_new(entry,
			json_pack("[o, o]", json_of_text(list->entry[i].type),
				json_of_text(list->entry[i].value)));
	return entry;
}

static void add_list(struct strbuf *out, const struct machine_list *list, enum machine_file file)
{
	json_t *line = json_pack("{s:o, s:o, s:o*, s:s, s:s}", "list", json_of_text(list->dn),
		"tag", json_of_first_tag(&list->tags), "tags", json_of_tags(&list->tags), "kind",
		block_kind_name(list->kind), "state", machine_states[machine_list_state(list)]);

	if (file != MACHINE_UNDO) {
		json_object_set_new(line, "exists", json_boolean(list->exists));
		json_object_set_new(line, "identity", text_or_null(list->identity));
		json_object_set_new(line, "before", number(list->before));
		json_object_set_new(line, "available",
			list->available_known ? number(list->available) : json_null());
		json_object_set_new(line, "unexplained",
			json_pack("{s:o, s:o}", "removals",
				number(list->unexplained[CHANGE_REMOVES]), "additions",
				number(list->unexplained[CHANGE_ADDS])));
	}
	if (list->removed)
		json_object_set_new(line, "removed", json_true());
	if (list->entry_count > 0)
		json_object_set_new(line, "entry", json_of_entry(list));
	add_line(out, line);
}

static json_t *json_of_why(const struct machine_value *value, moment at)
{
	json_t *why = json_array();

	for (size_t i = 0; i < value->reason_count; i++)
		json_array_append_new(why, machine_code_of_reason(&value->reasons[i], NULL, at));
	return why;
}

static void add_value(struct strbuf *out, const struct machine_value *value, moment at)
{
	static const char *const verbs[] = {"had", "joins", "leaves", "stays"};
	static const char *const edits[] = {"", "adds", "deletes", ""};
	json_t *line = json_pack("{s:o}", (value->attribute ? edits : verbs)[value->verb],
		json_of_text(value->dn));

	if (value->attribute)
		json_object_set_new(line, "attribute", json_of_text(value->attribute));
	else if (value->verb != MACHINE_HAD)
		json_object_set_new(line, "name", text_or_null(value->name));
	if (value->verb == MACHINE_JOINS || value->verb == MACHINE_LEAVES)
		json_object_set_new(line, "state", json_string(machine_states[value->state]));
	if (value->reason_count > 0)
		json_object_set_new(line, "why", json_of_why(value, at));
	if (value->leaves)
		json_object_set_new(line, "why", machine_code_of_removal(value->leaves, at));
	add_line(out, line);
}

static void add_whole_list(struct strbuf *out, const struct machine_list *list,
	const struct machine_head *head)
{
	if (list->is_person)
		add_line(out,
			json_pack("{s:o, s:o, s:s}", "person", json_of_text(list->dn), "name",
				text_or_null(list->name), "state",
				machine_states[machine_list_state(list)]));
	else
		add_list(out, list, head->file);
	for (size_t i = 0; i < list->count; i++)
		add_value(out, &list->values[i], head->at);
	for (size_t i = 0; i < list->gap_count; i++)
		add_line(out, machine_code_of_gap(&list->gaps[i], head->at));
}

void machine_add_body(struct strbuf *out, const struct machine *machine)
{
	const struct totals *totals = &machine->totals;

	for (size_t i = 0; i < machine->count; i++)
		add_whole_list(out, &machine->lists[i], &machine->head);
	for (size_t i = 0; i < machine->findings.count; i++) {
		const struct finding *finding = &machine->findings.items[i];

		add_line(out,
			json_pack("{s:s, s:o, s:o}", "finding",
				finding->severity == FINDING_ERROR ? "error" : "warning", "where",
				json_of_text(finding->where), "what", json_of_text(finding->what)));
	}
	if (machine->head.file != MACHINE_UNDO)
		add_line(out,
			json_pack("{s:{s:o, s:o, s:o, s:o, s:o, s:o}}", "totals", "added",
				number(totals->added), "removed", number(totals->removed), "kept",
				number(totals->kept), "held", number(totals->held), "refused",
				number(totals->refused), "failed", number(totals->failed)));
}
