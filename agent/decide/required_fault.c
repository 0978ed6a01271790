#include "decide/required_fault.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/snapshot.h"

/* How many members of a group are named that are passed over for one cause. */
#define PASSED_OVER_NAMED 3

/* How many bearers of one name are named; more than that bear a word that is no name. */
#define BEARERS_NAMED_MAX 20

/* A fault, and the lists that have it. */
struct noted_fault {
	struct required_fault fault; /* of the first list by DN */
	struct table *lists;         /* keys of their DNs */
	size_t list_count;
};

/* Members of one group that are passed over for one cause. */
struct passed_over {
	const char *group, *problem;
	const char *named[PASSED_OVER_NAMED]; /* the first by their bytes */
	struct table *known;                  /* keys of all */
	size_t count;
};

struct required_faults {
	struct arena *arena;
	struct table *by_text; /* what tells one fault from others -> struct noted_fault */
	struct noted_fault **items;
	size_t count, room;
	struct table *by_group; /* group and problem -> struct passed_over */
	struct passed_over **passed;
	size_t passed_count, passed_room;
};

struct required_faults *required_faults_new(struct arena *arena)
{
	struct required_faults *faults = arena_get(arena, sizeof(*faults));

	faults->arena = arena;
	faults->by_text = table_new(arena);
	faults->by_group = table_new(arena);
	return faults;
}

void required_faults_add(struct required_faults *faults, const struct required_fault *fault)
{
	const char *text =
		arena_format(faults->arena, "%s\n%s\n%s", fault->key, fault->name, fault->problem);
	struct noted_fault *noted = table_find(faults->by_text, text);

	if (!noted) {
		noted = arena_get(faults->arena, sizeof(*noted));
		*noted = (struct noted_fault){.fault = *fault, .lists = table_new(faults->arena)};
		table_put(faults->by_text, text, noted);
		faults->items = arena_grow(faults->arena, faults->items, faults->count,
			&faults->room, sizeof(struct noted_fault *));
		faults->items[faults->count++] = noted;
	}
	if (table_find(noted->lists, fault->block->list_key))
		return;
	table_put(noted->lists, fault->block->list_key, noted);
	noted->list_count++;
	if (strcmp(fault->block->list, noted->fault.block->list) < 0)
		noted->fault = *fault;
}

/* Keep the first few by their bytes, in order. */
static void name_member(struct passed_over *passed, const char *name)
{
	size_t i = passed->count < PASSED_OVER_NAMED ? passed->count : PASSED_OVER_NAMED;

	if (i == PASSED_OVER_NAMED && strcmp(passed->named[i - 1], name) <= 0)
		return;
	if (i == PASSED_OVER_NAMED)
		i--;
	for (; i > 0 && strcmp(passed->named[i - 1], name) > 0; i--)
		passed->named[i] = passed->named[i - 1];
	passed->named[i] = name;
}

void required_faults_pass_over(struct required_faults *faults, const char *dn,
	const struct member_value *value, const struct resolved_ref *ref)
{
	const char *problem = value->is_login && ref->kind == REF_PERSON && ref->bearers.count == 0
		? _("it is a DN, and memberUid holds logins")
		: ref_trouble(faults->arena, ref);
	struct strbuf text = STRBUF_INIT;
	struct passed_over *passed;

	strbuf_addf(&text, "%s\n%s", dn, problem);
	passed = table_find(faults->by_group, text.text);
	if (!passed) {
		passed = arena_get(faults->arena, sizeof(*passed));
		passed->group = dn;
		passed->problem = problem;
		passed->known = table_new(faults->arena);
		table_put(faults->by_group, arena_string(faults->arena, text.text), passed);
		faults->passed = arena_grow(faults->arena, faults->passed, faults->passed_count,
			&faults->passed_room, sizeof(struct passed_over *));
		faults->passed[faults->passed_count++] = passed;
	}
	strbuf_release(&text);
	if (table_find(passed->known, value->key))
		return;
	table_put(passed->known, value->key, passed);
	name_member(passed, value->dn);
	passed->count++;
}

/* The key that a name stands under, and where in the file its list is named. */
static void add_place(struct strbuf *out, const struct required_fault *fault)
{
	const struct mark *mark = &fault->block->mark;

	strbuf_adds(out, fault->key);
	if (mark->line > 0)
		strbuf_addf(out, " (%s:%zu)", mark->file, mark->line);
}

static void report_fault(const struct noted_fault *noted, struct findings *findings)
{
	const struct required_fault *fault = &noted->fault;
	const char *dn = dn_is_entry(fault->name) ? fault->name : NULL, *list = fault->block->list;
	struct strbuf place = STRBUF_INIT;

	add_place(&place, fault);
	if (!fault->protects && noted->list_count == 1)
		findings_add_of(findings, FINDING_IMPORTANT, list, dn, NULL,
			_("%s, named under %s, is passed over: %s"), fault->name, place.text,
			fault->problem);
	else if (!fault->protects)
		findings_add_of(findings, FINDING_IMPORTANT, list, dn, NULL,
			_("%s, named under %s (%zu lists in all), is passed over: %s"), fault->name,
			place.text, noted->list_count, fault->problem);
	else if (noted->list_count == 1)
		findings_add_of(findings, FINDING_ERROR, list, dn, NULL,
			_("%s, named under %s: %s. Until that is put right, nobody is removed from "
			  "the list: %s"),
			fault->name, place.text, fault->problem, fault->advice);
	else
		findings_add_of(findings, FINDING_ERROR, list, dn, NULL,
			_("%s, named under %s (%zu lists in all): %s. Until that is put right, "
			  "nobody is removed from these lists: %s"),
			fault->name, place.text, noted->list_count, fault->problem, fault->advice);
	strbuf_release(&place);
}

static void report_passed_over(const struct passed_over *passed, struct findings *findings)
{
	struct strbuf names = STRBUF_INIT, lines = STRBUF_INIT;

	for (size_t i = 0; i < passed->count && i < PASSED_OVER_NAMED; i++) {
		strbuf_add_item(&names, "; ", passed->named[i]);
		strbuf_add_item(&lines, "\n", passed->named[i]);
	}
	if (passed->count == 1)
		findings_add_of(findings, FINDING_WARNING, passed->group, lines.text,
			passed->problem, _("member %s is passed over: %s"), names.text,
			passed->problem);
	else if (passed->count <= PASSED_OVER_NAMED)
		findings_add_of(findings, FINDING_WARNING, passed->group, lines.text,
			passed->problem, _("%zu members are passed over: %s (%s)"), passed->count,
			passed->problem, names.text);
	else
		findings_add_of(findings, FINDING_WARNING, passed->group, lines.text,
			passed->problem, _("%zu members are passed over: %s (%s; and %zu more)"),
			passed->count, passed->problem, names.text,
			passed->count - PASSED_OVER_NAMED);
	strbuf_release(&names);
	strbuf_release(&lines);
}

void required_faults_report(const struct required_faults *faults, struct findings *findings)
{
	for (size_t i = 0; i < faults->count; i++)
		report_fault(faults->items[i], findings);
	for (size_t i = 0; i < faults->passed_count; i++)
		report_passed_over(faults->passed[i], findings);
}

const char *ref_trouble(struct arena *arena, const struct resolved_ref *ref)
{
	const struct bearers *bearers = &ref->bearers;
	struct strbuf names = STRBUF_INIT;
	const char *trouble;

	if (bearers->count == 0 && ref->shared_by)
		return arena_format(arena, _("several entries bear it: %s"), ref->shared_by);
	if (bearers->count == 0)
		return ref_problem(ref->kind);
	for (size_t i = 0; i < bearers->count && i < BEARERS_NAMED_MAX; i++)
		strbuf_add_item(&names, "; ", bearers->items[i].person->dn);
	if (bearers->count == 1)
		trouble = arena_format(arena, _("it is a mail address, not a login, of %s"),
			names.text);
	else if (bearers->count <= BEARERS_NAMED_MAX)
		trouble = arena_format(arena, _("%zu people bear it: %s"), bearers->count,
			names.text);
	else
		trouble = arena_format(arena, _("%zu people bear it: %s; ..."), bearers->count,
			names.text);
	strbuf_release(&names);
	return trouble;
}
