#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "decide/stand_in.h"
#include "model/person.h"
#include "model/plan.h"
#include "report/phrases.h"
#include "report/text/explain.h"
#include "report/text/explain_parts.h"
#include "report/text/json.h"
#include "report/writer.h"

/* Take what was built in a buffer. */
static json_t *dn_or_null(const struct person *person)
{
	return person ? json_of_text(person->dn) : json_null();
}

static const char *origin_name(enum candidate_origin origin)
{
	switch (origin) {
	case CANDIDATE_DEPUTY:
		return "deputy";
	case CANDIDATE_ROUTE:
		return "route";
	case CANDIDATE_MANAGER:
		return "manager";
	case CANDIDATE_FALLBACK:
		break;
	}
	return "fallback";
}

/* Whom the search looked at, in order; the last one may be who stands in. */
static json_t *looked_at_json(const struct explanation *explanation, const struct list_plan *list,
	const struct required *required)
{
	json_t *looked_at = json_array();
	struct arena *arena = arena_new();
	struct candidates candidates = {0};

	explain_find_candidates(explanation, list, required, arena, &candidates);
	for (size_t i = 0; i < candidates.count; i++) {
		const struct candidate *candidate = &candidates.items[i];
		struct strbuf state = STRBUF_INIT;

		explain_add_passed_over(&state, candidate, explanation->snapshot,
			explanation->report->plan->at);
		json_array_append_new(looked_at,
			json_pack("{s:o, s:s, s:o, s:o, s:o, s:o}", "named",
				json_of_text(candidate->reference->text), "as",
				origin_name(candidate->origin), "of",
				dn_or_null(candidate->named_by), "feed",
				candidate->feed ? json_of_text(candidate->feed) : json_null(), "dn",
				dn_or_null(candidate->person), "state", json_of_strbuf(&state)));
	}
	arena_free(arena);
	return looked_at;
}

/* One whom a list asks for, and what came of it. */
static json_t *required_json(const struct explanation *explanation, const struct list_plan *list,
	const struct required *required)
{
	struct strbuf state = STRBUF_INIT;

	phrase_state(&state, required->person, explanation->report->plan->at);
	return json_pack("{s:o, s:b, s:o, s:o, s:o}", "dn", json_of_text(required->person->dn),
		"available", required->available, "state", json_of_strbuf(&state), "stand_in",
		dn_or_null(required->stand_in), "looked_at",
		looked_at_json(explanation, list, required));
}

static json_t *list_json(const struct explanation *explanation, const struct list_plan *list)
{
	json_t *object = json_of_list(list, explanation->report->plan->at), *asked = json_array();

	for (size_t i = 0; i < list->required_count; i++)
		json_array_append_new(asked, required_json(explanation, list, list->required[i]));
	json_object_set_new(object, "asked_for", asked);
	return object;
}

static json_t *text_or_null(const char *text)
{
	return text ? json_of_text(text) : json_null();
}

/* Where the name of a tag is known from; null where nothing says. */
static json_t *source_json(const struct tag *tag)
{
	if (!tag || !tag->source.name)
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "name", json_of_text(tag->source.name), "url",
		text_or_null(tag->source.url), "date", text_or_null(tag->source.date));
}

void explain_tag_json(const struct explanation *explanation, const char *tag)
{
	const struct report *report = explanation->report;
	json_t *lists = json_array();
	const struct route *own = mapping_route(report->mapping, tag);
	const struct route *route = own ? own : mapping_route(report->mapping, "*");
	const struct tag_ids none = {0}, *tags = route ? &route->ordinary->tags : &none;
	const struct tag *known = mapping_tag(report->mapping, tag);

	for (size_t i = 0; i < report->plan->list_count; i++) {
		if (explain_is_of_route(&report->plan->lists[i], route))
			json_array_append_new(lists,
				list_json(explanation, &report->plan->lists[i]));
	}
	json_add_text(report->out,
		json_pack("{s:o, s:o, s:o, s:b, s:o, s:o*, s:o}", "at",
			json_of_moment(report->plan->at), "tag", json_of_text(tag), "source",
			source_json(known), "confirmed", known && known->confirmed, "route",
			json_of_first_tag(tags), "tags", json_of_tags(tags), "lists", lists));
}

static json_t *standing_json(const struct explanation *explanation, const struct list_plan *list,
	const struct person *person)
{
	const struct required *required = list_plan_required(list, person);
	struct strbuf why = STRBUF_INIT;
	json_t *standing = NULL;

	if (explain_add_standing(&why, explanation->report, list, person))
		standing = json_pack("{s:o, s:o, s:o*, s:s, s:b, s:o, s:o}", "list",
			json_of_text(list->dn), "tag", json_of_first_tag(&list->block->tags),
			"tags", json_of_tags(&list->block->tags), "kind",
			block_kind_name(list->block->kind), "gets",
			list_plan_member(list, person->key) != NULL, "why", json_of_text(why.text),
			"asked_for",
			required ? required_json(explanation, list, required) : json_null());
	strbuf_release(&why);
	return standing;
}

void explain_person_json(const struct explanation *explanation, const struct person *person)
{
	const struct report *report = explanation->report;
	json_t *lists = json_array();
	const struct time_scope now = scope_at(report->plan->at);

	for (size_t i = 0; i < report->plan->list_count; i++) {
		json_t *standing = standing_json(explanation, &report->plan->lists[i], person);

		if (standing)
			json_array_append_new(lists, standing);
	}
	json_add_text(report->out,
		json_pack("{s:o, s:{s:o, s:o, s:o, s:b}, s:o}", "at",
			json_of_moment(report->plan->at), "person", "dn", json_of_text(person->dn),
			"name", json_of_text(person->name), "mail",
			person->mail ? json_of_text(person->mail) : json_null(), "available",
			person_is_available(person, &now), "lists", lists));
}
