/* `absent` and `back` for programs: one object, of stable keys (postvagt(8)). */
#include "person_edit/person_report.h"

#include <jansson.h>

#include "base/message/finding.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/person_values.h"
#include "model/plan.h"
#include "person_edit/absence_edit.h"
#include "report/text/json.h"

static const char *const outcomes[] = {
	[PERSON_INTENDED] = "in doubt",
	[PERSON_NOTHING] = "nothing to do",
	[PERSON_DONE] = "done",
	[PERSON_FAILED] = "failed",
	[PERSON_OUTCOME_UNKNOWN] = "in doubt",
};

static json_t *end_json(moment t)
{
	return t == MOMENT_EARLIEST || t == MOMENT_LATEST ? json_null() : json_of_moment(t);
}

static json_t *absence_json(const struct absence *absence)
{
	return json_pack("{s:o, s:o}", "from", end_json(absence->start), "until",
		end_json(absence->end));
}

static json_t *absences_json(const struct absence *absences, size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array, absence_json(&absences[i]));
	return array;
}

static json_t *values_json(const struct value_set *values)
{
	json_t *array = json_array();

	for (size_t i = 0; i < values->count; i++)
		json_array_append_new(array, json_of_text(values->items[i]));
	return array;
}

static json_t *changes_json(const struct entry_change *change)
{
	json_t *array = json_array();

	for (size_t i = 0; i < change->count; i++) {
		const struct value_change *item = &change->items[i];

		json_array_append_new(array,
			json_pack("{s:o, s:o, s:o}", "attribute", json_of_text(item->type),
				"delete", values_json(&item->removed), "add",
				values_json(&item->added)));
	}
	return array;
}

/* null: the plan could not be made, or nothing was written. */
static json_t *lists_json(const struct plan *plan)
{
	json_t *array = plan ? json_array() : json_null();

	for (size_t i = 0; plan && i < plan->list_count; i++) {
		if (list_plan_has_changes(&plan->lists[i]))
			json_array_append_new(array, json_of_list(&plan->lists[i], plan->at));
	}
	return array;
}

static json_t *text_or_null(const char *text)
{
	return text ? json_of_text(text) : json_null();
}

void person_report_json(struct strbuf *out, const struct person_report *report)
{
	json_t *object = json_pack("{s:o, s:o, s:s, s:o}", "person",
		json_of_text(report->person->dn), "name", json_of_text(report->person->name),
		"outcome", outcomes[report->stage], "absent",
		report->begins ? absence_json(report->begins) : json_null());

	json_object_set_new(object, "ended", absences_json(report->ended, report->ended_count));
	json_object_set_new(object, "coming", absences_json(report->coming, report->coming_count));
	json_object_set_new(object, "cleaned",
		absences_json(report->cleaned->items, report->cleaned->count));
	json_object_set_new(object, "deputy",
		text_or_null(report->deputy ? report->deputy->dn : NULL));
	json_object_set_new(object, "deputies_ended", values_json(report->deputies_ended));
	json_object_set_new(object, "changes", changes_json(report->change));
	json_object_set_new(object, "lists", lists_json(report->plan));
	json_object_set_new(object, "findings", json_of_findings(report->notes));
	json_object_set_new(object, "report", text_or_null(report->path));
	json_add_text(out, object);
}
