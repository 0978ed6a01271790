/* A world as a directory that answers, what is planned from it, and a plan in a few words. */
#include "world.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "decide/added_members.h"
#include "decide/decide.h"
#include "decide/diff.h"
#include "decide/kept_absences.h"
#include "decide/limits.h"
#include "decide/missing.h"
#include "model/reference.h"
#include "unit.h"

static struct resolved_ref subject_of_thing(const struct thing *thing)
{
	switch (thing->kind) {
	case THING_PERSON:
		return (struct resolved_ref){
			.kind = REF_PERSON, .dn = thing->dn, .person = &thing->person};
	case THING_GROUP:
	case THING_LIST:
		return (struct resolved_ref){.kind = REF_GROUP,
			.dn = thing->dn,
			.members = thing->members,
			.members_hidden = thing->members_hidden};
	case THING_OTHER:
		break;
	}
	return (struct resolved_ref){
		.kind = thing->other, .dn = thing->other == REF_REFERRAL ? NULL : thing->dn};
}

/* The DN's key in a reference's ("dn:…", model/reference.h). */
static const char *reference_dn_part(const struct reference *reference)
{
	return strchr(reference->key, ':') + 1;
}

static bool answers_to(const struct thing *thing, const char *key)
{
	for (size_t i = 0; i < thing->person.known_as_count; i++) {
		if (strcmp(thing->person.known_as[i], key) == 0)
			return true;
	}
	return false;
}

static struct resolved_ref subject_of_dn(const struct world *w, const struct reference *reference)
{
	struct resolved_ref found = {.kind = REF_MISSING};
	const struct thing *thing;

	thing = world_thing_of_key(w, reference_dn_part(reference));
	return thing ? subject_of_thing(thing) : found;
}

/* Members as a directory's are read: each has its subject. */
static struct member_values bind_members(struct snapshot *snapshot,
	const struct member_values *members)
{
	struct member_values bound = *members;

	bound.items = arena_get(snapshot_arena(snapshot), members->count * sizeof(*bound.items));
	for (size_t i = 0; i < members->count; i++) {
		const char *dn = members->items[i]->dn;

		bound.items[i] = members->items[i]->is_login
			? snapshot_member_of_login(snapshot, dn)
			: snapshot_member(snapshot, dn, strlen(dn));
	}
	return bound;
}

/* Of a login or mail address. */
static void answer_name(const struct world *w, struct snapshot *snapshot, const char *key)
{
	struct resolved_ref found = {.kind = REF_MISSING};

	for (size_t i = 0; i < w->count; i++) {
		if (answers_to(&w->things[i], key))
			bearers_add(&found.bearers, snapshot_arena(snapshot), key,
				snapshot_add_person(snapshot, &w->things[i].person));
	}
	snapshot_resolve_name(snapshot, key, &found);
}

void world_answer(const struct world *w, struct snapshot *snapshot,
	const struct reference *reference)
{
	struct resolved_ref subject;

	if (!reference_is_dn(reference)) {
		answer_name(w, snapshot, reference->key);
		return;
	}
	subject = subject_of_dn(w, reference);
	if (subject.kind == REF_PERSON)
		subject.person = snapshot_add_person(snapshot, subject.person);
	subject.members = bind_members(snapshot, &subject.members);
	snapshot_resolve(snapshot, reference->key, &subject);
}

/* Two days, three days ago. */
static void keep_absences(struct world *w)
{
	for (size_t i = 0; i < w->count; i++) {
		struct kept_person *person;

		if (!w->things[i].was_away)
			continue;
		person =
			kept_absences_add(w->kept, w->arena, person_identity(&w->things[i].person));
		if (person->away.count == 0)
			spans_add(&person->away, w->arena, w->at - 3 * MOMENT_DAY,
				w->at - 2 * MOMENT_DAY);
	}
}

static void new_snapshot(struct world *w)
{
	snapshot_free(w->snapshot);
	w->snapshot = snapshot_new(w->policy.bridge);
	if (w->held)
		snapshot_hold(w->snapshot, w->held);
	keep_absences(w);
	snapshot_set_kept(w->snapshot, w->kept);
}

static void read_list(struct world *w, const char *dn, const char *key)
{
	const struct thing *thing = world_thing_of_key(w, key);
	struct list *list = snapshot_add_list(w->snapshot, key);

	list->exists = thing != NULL;
	list->dn = thing ? thing->dn : dn;
	if (thing)
		list->members = bind_members(w->snapshot, &thing->members);
	if (thing && thing->is_banned)
		list->ban = LIST_ADMIN_COUNT;
}

void world_read(struct world *w)
{
	new_snapshot(w);
	for (size_t i = 0; i < w->count; i++) {
		if (w->things[i].kind == THING_PERSON)
			snapshot_add_person(w->snapshot, &w->things[i].person);
	}
	for (size_t i = 0; i < w->references.count; i++)
		world_answer(w, w->snapshot, &w->references.items[i]);
	for (size_t i = 0; i < w->mapping.block_count; i++)
		read_list(w, w->mapping.blocks[i].list, w->mapping.blocks[i].list_key);
	if (w->policy.mailbox_list)
		read_list(w, w->policy.mailbox_list, w->policy.mailbox_list_key);
}

/* A new snapshot with the roles' holders, unless there is one that is to know more. */
static void read_holders(struct world *w, const struct time_scope *scope)
{
	if (!scope->everyone || !w->snapshot)
		new_snapshot(w);
	for (size_t i = 0; i < w->count; i++) {
		if (w->things[i].person.role_count + w->things[i].person.given_count > 0)
			snapshot_add_person(w->snapshot, &w->things[i].person);
	}
}

/* Ask, and read; false: nothing is wanted. */
static bool gather_round(struct world *w, struct missing_rounds *rounds)
{
	struct missing missing;

	missing_rounds_next(rounds, &missing);
	for (size_t i = 0; i < missing.refs.count; i++)
		world_answer(w, w->snapshot, &missing.refs.items[i]);
	for (size_t i = 0; i < missing.list_count; i++)
		read_list(w, missing.lists[i].dn, missing.lists[i].key);
	return missing.refs.count + missing.list_count > 0;
}

void world_gather(struct world *w, const struct time_scope *scope)
{
	struct missing_rounds *rounds;
	size_t count = 0;

	read_holders(w, scope);
	rounds = missing_rounds_new(&w->mapping, &w->policy, w->snapshot, scope);
	while (gather_round(w, rounds))
		assert_true(++count < 1000);
	missing_rounds_free(rounds);
}

void world_gather_from_nothing(struct world *w, const struct time_scope *scope)
{
	bool is_wanted = true;

	read_holders(w, scope);
	while (is_wanted) {
		struct missing_rounds *rounds =
			missing_rounds_new(&w->mapping, &w->policy, w->snapshot, scope);

		is_wanted = gather_round(w, rounds);
		missing_rounds_free(rounds);
	}
}

const struct plan *world_plan_again(struct world *w)
{
	plan_free(w->plan);
	w->plan = plan_new(w->at);
	decide(w->plan, &w->mapping, &w->policy, w->snapshot);
	diff_lists(w->plan, &w->policy, w->snapshot, w->added);
	limits_check(w->plan, &w->policy);
	return w->plan;
}

const struct plan *world_plan(struct world *w)
{
	world_read(w);
	return world_plan_again(w);
}

static void apply_list(struct world *w, const struct list_plan *list)
{
	struct thing *thing = world_thing_of_key(w, list->block->list_key);
	struct member_values members = {0};

	if (!thing)
		thing = world_make(w, THING_LIST, dn_leaf(w->arena, list->dn));
	for (size_t i = 0; i < list->member_count; i++) {
		struct member_value *value = arena_get(w->arena, sizeof(*value));

		value->dn = arena_string(w->arena, list->members[i]->dn);
		value->key = arena_string(w->arena, list->members[i]->key);
		member_values_add(&members, w->arena, value);
	}
	thing->members = members;
}

void world_apply(struct world *w)
{
	for (size_t i = 0; i < w->plan->list_count; i++) {
		if (!w->plan->lists[i].list_missing)
			apply_list(w, &w->plan->lists[i]);
	}
}

static const char *name_of(const struct world *w, const char *dn, const char *key)
{
	const struct thing *thing = world_thing_of_key(w, key);

	return thing ? thing->name : dn_leaf(w->arena, dn);
}

const struct list_plan *world_list(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->plan->list_count; i++) {
		if (strcmp(dn_leaf(w->arena, w->plan->lists[i].dn), name) == 0)
			return &w->plan->lists[i];
	}
	fail_msg("no list %s in the plan", name);
	return NULL;
}

static bool just_stays(const struct plan_member *member)
{
	enum reason_kind kind = member->reasons[0].kind;

	return kind == REASON_STRANGER || kind == REASON_NOBODY_ELSE || kind == REASON_PROTECTED ||
		kind == REASON_GROUP_EMPTY || kind == REASON_HELD;
}

static void show_gap(const struct world *w, struct strbuf *out, const struct gap *gap)
{
	if (gap->kind == GAP_NO_STAND_IN)
		strbuf_addf(out, " !%s", gap->whom->name);
	else if (gap->kind == GAP_TOO_FEW)
		strbuf_addf(out, " !%zu/%zu", gap->available, gap->wanted);
	else
		strbuf_adds(out, " !nobody");
}

const char *world_show_list(const struct world *w, const struct list_plan *list)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	if (list->list_missing)
		strbuf_adds(&out, " missing");
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		strbuf_addf(&out, " %s%s",
			member->is_new               ? "+"
				: just_stays(member) ? "="
						     : "",
			name_of(w, member->dn, member->key));
	}
	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];
		bool said = removal->explained && list->block->kind != BLOCK_MAILBOX;

		strbuf_addf(&out, " %s%s", said ? "~" : "-", name_of(w, removal->dn, removal->key));
	}
	for (size_t i = 0; i < list->gap_count; i++)
		show_gap(w, &out, &list->gaps[i]);
	text = arena_string(w->arena, out.length > 0 ? out.text + 1 : "");
	strbuf_release(&out);
	return text;
}

const char *world_show(const struct world *w)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	if (w->plan->list_count == 1)
		return world_show_list(w, &w->plan->lists[0]);
	for (size_t i = 0; i < w->plan->list_count; i++) {
		strbuf_add_item(&out, "; ", dn_leaf(w->arena, w->plan->lists[i].dn));
		strbuf_addf(&out, ": %s", world_show_list(w, &w->plan->lists[i]));
	}
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

/* " > b > c": a way through groups. */
static const char *way_text(const struct world *w, const struct group_step *step)
{
	if (!step)
		return "";
	return arena_format(w->arena, "%s > %s", way_text(w, step->from),
		dn_leaf(w->arena, step->dn));
}

static const char *reason_text(const struct world *w, const struct reason *reason)
{
	static const char *const names[] = {"role", "group", "named", "stand-in", "fills up",
		"fallback", "stays beside", "no stand-in", "keep", "on list", "stranger",
		"nobody else", "protected", "group empty", "held"};
	const char *what = reason->whom ? reason->whom->name : reason->what;

	if (!what)
		return names[reason->kind];
	return arena_format(w->arena, "%s %s%s", names[reason->kind],
		strchr(what, '=') ? dn_leaf(w->arena, what) : what, way_text(w, reason->through));
}

const char *world_why(const struct world *w, const char *list, const char *name)
{
	const struct list_plan *plan = world_list(w, list);
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < plan->member_count; i++) {
		const struct plan_member *member = plan->members[i];

		if (strcmp(name_of(w, member->dn, member->key), name) != 0)
			continue;
		for (size_t j = 0; j < member->reason_count; j++)
			strbuf_add_item(&out, ", ", reason_text(w, &member->reasons[j]));
	}
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

const char *world_findings(const struct world *w)
{
	struct findings *findings = &w->plan->findings;
	struct strbuf out = STRBUF_INIT;
	const char *text;

	findings_sort(findings);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		strbuf_addf(&out, "%s %s: %s\n",
			finding->severity == FINDING_ERROR ? "error" : "warning", finding->where,
			finding->what);
	}
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

void assert_world(const char *script, const char *expected)
{
	struct world *w = world_new(script);

	world_plan(w);
	if (strcmp(world_show(w), expected) != 0)
		print_error("in this world:\n%s\n", script);
	assert_string_equal(world_show(w), expected);
	world_free(w);
}
