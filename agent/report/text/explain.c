#include "report/text/explain_parts.h"

#include <string.h>

#include "base/text/language.h"
#include "decide/stand_in.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "report/phrases.h"
#include "report/text/explain.h"
#include "report/text/text.h"
#include "report/writer.h"

#define NAME_WIDTH 32

/* "  name      why" */
static void add_row(struct strbuf *out, const char *name, const char *why)
{
	strbuf_addf(out, "  %s", name);
	strbuf_pad(out, text_width(name), NAME_WIDTH);
	strbuf_addf(out, "  %s\n", why);
}

bool explain_is_of_route(const struct list_plan *list, const struct route *route)
{
	return route &&
		(list->block == route->ordinary || list->block == route->critical ||
			list->block == route->inform);
}

void explain_add_missing(struct strbuf *out, const struct required *required, moment at)
{
	phrase_state(out, required->person, at);
	if (required->stand_in) {
		struct strbuf name = STRBUF_INIT;

		phrase_name(&name, required->stand_in, required->stand_in->dn);
		strbuf_addf(out, _("; %s stands in"), name.text);
		strbuf_release(&name);
	}
}

void explain_find_candidates(const struct explanation *explanation, const struct list_plan *list,
	const struct required *required, struct arena *arena, struct candidates *looked_at)
{
	const struct time_scope now = scope_at(explanation->report->plan->at);

	if (required->is_sought)
		stand_in_find(required->person, list->block, explanation->policy,
			explanation->snapshot, &now, arena, looked_at);
}

void explain_add_passed_over(struct strbuf *out, const struct candidate *candidate,
	const struct snapshot *snapshot, moment at)
{
	const struct resolved_ref *ref = snapshot_ref(snapshot, candidate->reference->key);

	if (candidate->person)
		phrase_state(out, candidate->person, at);
	else if (ref)
		strbuf_adds(out, ref_problem(ref->kind));
}

/* With -v groups are named by their DNs. */
static enum phrase_length length_of(const struct report *report)
{
	return report->verbose ? PHRASE_FULL : PHRASE_SHORT;
}

static void add_members(const struct report *report, const struct list_plan *list)
{
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;

	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		strbuf_reset(&name);
		strbuf_reset(&why);
		phrase_name(&name, member->person, member->dn);
		phrase_reasons(&why, member, report->plan->at, length_of(report));
		add_row(report->out, name.text, why.text);
	}
	strbuf_release(&name);
	strbuf_release(&why);
}

static void add_absentees(const struct report *report, const struct list_plan *list)
{
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;

	for (size_t i = 0; i < list->required_count; i++) {
		const struct required *required = list->required[i];

		if (required->available || list_plan_member(list, required->person->key))
			continue;
		strbuf_reset(&name);
		strbuf_reset(&why);
		phrase_name(&name, required->person, required->person->dn);
		strbuf_adds(&why, _("not: "));
		explain_add_missing(&why, required, report->plan->at);
		add_row(report->out, name.text, why.text);
	}
	strbuf_release(&name);
	strbuf_release(&why);
}

static void add_list_title(const struct report *report, const struct list_plan *list)
{
	strbuf_addc(report->out, '\n');
	phrase_list(report->out, list);
	strbuf_adds(report->out, ": ");
	phrase_entry(report->out, list->dn, length_of(report));
	strbuf_addc(report->out, '\n');
}

void explain_add_gaps(const struct report *report, const struct list_plan *list)
{
	struct strbuf gap = STRBUF_INIT;

	for (size_t i = 0; i < list->gap_count; i++) {
		strbuf_reset(&gap);
		phrase_gap(&gap, &list->gaps[i], report->plan->at);
		strbuf_addf(report->out, _("  ! gap: %s"), gap.text);
		strbuf_addc(report->out, '\n');
	}
	strbuf_release(&gap);
}

static void add_list(const struct report *report, const struct list_plan *list)
{
	add_list_title(report, list);
	add_members(report, list);
	add_absentees(report, list);
	explain_add_gaps(report, list);
}

static void add_expectation(struct strbuf *out, const char *label, const struct texts *texts)
{
	const char *text = texts_in_language(texts);

	if (!text)
		return;
	strbuf_addf(out, "  %s: ", label);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

/* Where the tag's name is known from, and that KOMBIT may not use it so. */
static void add_source(struct strbuf *out, const struct tag *tag)
{
	const struct public_source *source = &tag->source;

	if (source->name) {
		strbuf_adds(out, _("  its name is from: "));
		strbuf_add_safe(out, source->name);
		if (source->date) {
			strbuf_adds(out, ", ");
			strbuf_add_safe(out, source->date);
		}
		if (source->url) {
			strbuf_adds(out, ", ");
			strbuf_add_safe(out, source->url);
		}
		strbuf_addc(out, '\n');
	}
	if (!tag->confirmed)
		strbuf_adds(out,
			_("  not confirmed: no public source says that KOMBIT marks its mail so\n"));
}

void explain_add_tag_title(const struct report *report, const char *id)
{
	const struct tag *tag = mapping_tag(report->mapping, id);

	struct strbuf title = STRBUF_INIT;

	strbuf_add_safe(&title, id);
	text_add_painted(report->out, report->colour, TEXT_BOLD, title.text);
	strbuf_release(&title);
	if (tag && texts_in_language(&tag->title)) {
		strbuf_adds(report->out, " · ");
		strbuf_add_safe(report->out, texts_in_language(&tag->title));
	}
	if (strcmp(id, "*") == 0)
		strbuf_adds(report->out, _(": mail with no tag, or with one that no route knows"));
	strbuf_addc(report->out, '\n');
	if (!tag)
		return;
	add_expectation(report->out, _("expected"), &tag->expectation);
	add_expectation(report->out, _("with high priority"), &tag->critical_expectation);
	add_source(report->out, tag);
}

const struct route *explain_add_route(const struct report *report, const char *tag)
{
	const struct route *route = mapping_route(report->mapping, tag);
	struct strbuf others = STRBUF_INIT;

	for (size_t i = 0; route && i < route->tag_count; i++) {
		if (strcmp(route->tags[i].id, tag) != 0) {
			strbuf_adds(&others, others.length > 0 ? ", " : "");
			strbuf_add_safe(&others, route->tags[i].id);
		}
	}
	if (others.length > 0) {
		strbuf_addf(report->out, _("  shares its lists with: %s"), others.text);
		strbuf_addc(report->out, '\n');
	}
	strbuf_release(&others);
	if (route)
		return route;
	route = mapping_route(report->mapping, "*");
	strbuf_adds(report->out,
		route ? _("No route names this tag: its mail goes where \"*\" goes.\n")
		      : _("No route names this tag, and there is no route \"*\": its mail "
			  "reaches nobody.\n"));
	return route;
}

void explain_tag_text(const struct explanation *explanation, const char *tag)
{
	const struct report *report = explanation->report;
	const struct route *route;

	explain_add_tag_title(report, tag);
	route = explain_add_route(report, tag);
	for (size_t i = 0; i < report->plan->list_count; i++) {
		if (explain_is_of_route(&report->plan->lists[i], route))
			add_list(report, &report->plan->lists[i]);
	}
}

bool explain_add_standing(struct strbuf *why, const struct report *report,
	const struct list_plan *list, const struct person *person)
{
	const struct plan_member *member = list_plan_member(list, person->key);
	const struct required *required = list_plan_required(list, person);

	if (member) {
		phrase_reasons(why, member, report->plan->at, length_of(report));
		if (member->is_new)
			strbuf_adds(why, _(" (joins at the next apply)"));
	} else if (required) {
		strbuf_adds(why, _("not: "));
		explain_add_missing(why, required, report->plan->at);
	}
	return member || required;
}

/* "infrastrukturansvarlig (feed rollekatalog), from 1 January 2027 through 31 March 2027" */
static void add_given(struct strbuf *out, const struct given_role *given)
{
	strbuf_add_safe(out, given->role);
	phrase_feed(out, given->feed);
	if (given->start == MOMENT_EARLIEST && given->end == MOMENT_LATEST)
		return;
	strbuf_addc(out, ' ');
	phrase_interval(out, given->start, given->end);
}

void explain_add_person_title(const struct report *report, const struct person *person)
{
	struct strbuf *out = report->out, name = STRBUF_INIT;

	strbuf_add_safe(&name, person->name);
	text_add_painted(out, report->colour, TEXT_BOLD, name.text);
	strbuf_release(&name);
	strbuf_adds(out, " · ");
	strbuf_add_safe(out, person->mail ? person->mail : _("no mail address"));
	strbuf_adds(out, "\n  ");
	strbuf_add_safe(out, person->dn);
	strbuf_adds(out, "\n  ");
	phrase_state(out, person, report->plan->at);
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < person->role_count; i++) {
		strbuf_adds(out, i == 0 ? _("  roles: ") : ", ");
		strbuf_add_safe(out, person->roles[i]);
	}
	for (size_t i = 0; i < person->given_count; i++) {
		strbuf_adds(out, person->role_count + i == 0 ? _("  roles: ") : ", ");
		add_given(out, &person->given[i]);
	}
	strbuf_adds(out, person->role_count + person->given_count > 0 ? "\n\n" : "\n");
}

void explain_add_no_mail(const struct report *report)
{
	strbuf_adds(report->out,
		_("Gets no mail: no route asks for a role they hold, a "
		  "group they are in, or them by name, and they stand in "
		  "for nobody now.\n"));
}

void explain_person_text(const struct explanation *explanation, const struct person *person)
{
	const struct report *report = explanation->report;
	struct strbuf name = STRBUF_INIT, why = STRBUF_INIT;
	size_t count = 0;

	explain_add_person_title(report, person);
	for (size_t i = 0; i < report->plan->list_count; i++) {
		const struct list_plan *list = &report->plan->lists[i];

		strbuf_reset(&name);
		strbuf_reset(&why);
		if (!explain_add_standing(&why, report, list, person))
			continue;
		phrase_list(&name, list);
		add_row(report->out, name.text, why.text);
		count++;
	}
	if (count == 0)
		explain_add_no_mail(report);
	strbuf_release(&name);
	strbuf_release(&why);
}
