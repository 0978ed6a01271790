#include "report/phrases.h"

#include <assert.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/required_fault.h"
#include "decide/stand_in.h"
#include "model/person.h"
#include "model/plan.h"

#define NAME_SHOWN_MAX 120 /* bytes */

void phrase_name(struct strbuf *out, const struct person *person, const char *dn)
{
	struct arena *arena = arena_new();
	const char *name = person ? person_called(person) : dn_leaf(arena, dn);
	size_t length = strlen(name), shown = text_cut(name, length, NAME_SHOWN_MAX);

	strbuf_add_safe(out, arena_bytes(arena, name, shown));
	strbuf_adds(out, shown < length ? "…" : "");
	arena_free(arena);
}

void phrase_entry(struct strbuf *out, const char *dn, enum phrase_length length)
{
	if (length == PHRASE_SHORT && strlen(dn) > PHRASE_DN_MAX)
		phrase_name(out, NULL, dn);
	else
		strbuf_add_safe(out, dn);
}

static void add_trouble(struct strbuf *out, const struct person *person, moment at)
{
	struct strbuf why = STRBUF_INIT;

	person_add_trouble(&why, person, at);
	strbuf_addf(out, _("cannot be reached: %s"), why.text);
	strbuf_release(&why);
}

/* Days are told as days. */
static void add_when(struct strbuf *out, moment t)
{
	if (moment_is_midnight(t))
		moment_add_human_day(out, t);
	else
		moment_add_human(out, t);
}

void phrase_interval(struct strbuf *out, moment start, moment end)
{
	struct strbuf when = STRBUF_INIT;

	if (start != MOMENT_EARLIEST) {
		add_when(&when, start);
		strbuf_addf(out, _("from %s "), when.text);
		strbuf_reset(&when);
	}
	if (end == MOMENT_LATEST) {
		strbuf_adds(out, _("until further notice"));
	} else if (moment_is_midnight(end)) {
		moment_add_human_day(&when, moment_day(end, -1));
		strbuf_addf(out, _("through %s"), when.text);
	} else {
		moment_add_human(&when, end);
		strbuf_addf(out, _("until %s"), when.text);
	}
	strbuf_release(&when);
}

void phrase_state(struct strbuf *out, const struct person *person, moment at)
{
	moment until;

	assert(person); /* whoever is required is a person */
	switch (person_state(person, at, &until)) {
	case PERSON_AWAY:
		moment_add_away(out, until);
		break;
	case PERSON_AVAILABLE:
		strbuf_adds(out, _("available"));
		break;
	default:
		add_trouble(out, person, at);
		break;
	}
}

static void add_stays(struct strbuf *out, const struct person *person, moment at, const char *why)
{
	phrase_state(out, person, at);
	strbuf_addf(out, ", %s", why);
}

/* The reasons that somebody is not on a list by the rules, but stays on it. */
static const char *staying_words(enum reason_kind kind)
{
	switch (kind) {
	case REASON_STRANGER:
		return _("stays: no rule puts them here, but the list is additive");
	case REASON_NOBODY_ELSE:
		return _("stays: the rules yield nobody, and a list is never left empty");
	case REASON_HELD:
		return _("stays: removals are held back, as a feed could not be read");
	case REASON_CHANGED_BACK:
		return _("stays: somebody else put it back twice within an hour");
	case REASON_PLAN_LEAVES:
		return _("stays: the kept plan leaves it as it is");
	case REASON_UNDO_LEAVES:
		return _("stays: the undo leaves it as it is");
	case REASON_FILLS_UP:
		return _("deputy of the route, taken to reach at_least");
	case REASON_FALLBACK:
		return _("mailbox.fallback, taken to reach at_least");
	default:
		return _("keep");
	}
}

/* What a reason is about: a role, a group, a tag, a person. */
static void add_subject(struct strbuf *out, const struct reason *reason, enum phrase_length length)
{
	if (reason->kind == REASON_ON_LIST)
		phrase_tag(out, reason->what);
	else if ((reason->kind == REASON_GROUP || reason->kind == REASON_GROUP_EMPTY) &&
		length == PHRASE_SHORT)
		phrase_name(out, NULL, reason->what);
	else if (reason->what)
		strbuf_add_safe(out, reason->what);
	else if (reason->whom)
		phrase_name(out, reason->whom, reason->whom->dn);
}

void phrase_way(struct strbuf *out, const struct group_step *step, enum phrase_length length)
{
	const struct group_step *steps[GROUP_STEPS_MAX];
	size_t count = 0, skipped;

	for (; step && count < GROUP_STEPS_MAX; step = step->from)
		steps[count++] = step;
	if (count == 0)
		return;
	skipped = steps[count - 1]->depth - 1;
	if (skipped > 0)
		strbuf_addf(out, _("(%zu more groups) > "), skipped);
	while (count-- > 0) {
		if (length == PHRASE_SHORT)
			phrase_name(out, NULL, steps[count]->dn);
		else
			strbuf_add_safe(out, steps[count]->dn);
		strbuf_adds(out, count > 0 ? " > " : "");
	}
}

void phrase_feed(struct strbuf *out, const char *feed)
{
	struct strbuf name = STRBUF_INIT;

	if (!feed)
		return;
	strbuf_add_safe(&name, feed);
	strbuf_addf(out, _(" (feed %s)"), name.text);
	strbuf_release(&name);
}

/* Of whom somebody stands in for: that a feed named who does; nothing where none did. */
static void add_deputy_feed(struct strbuf *out, const char *feed)
{
	struct strbuf name = STRBUF_INIT;

	if (!feed)
		return;
	strbuf_add_safe(&name, feed);
	strbuf_addf(out, _(" (deputy by feed %s)"), name.text);
	strbuf_release(&name);
}

void phrase_reason(struct strbuf *out, const struct plan_member *member,
	const struct reason *reason, moment at, enum phrase_length length)
{
	const struct person *stays = reason->whom ? reason->whom : member->person;
	struct strbuf ref = STRBUF_INIT;

	add_subject(&ref, reason, length);
	switch (reason->kind) {
	case REASON_ROLE:
		strbuf_addf(out, _("role %s"), ref.text);
		phrase_feed(out, reason->feed);
		break;
	case REASON_GROUP:
		strbuf_addf(out, _("group %s"), ref.text);
		if (reason->through)
			strbuf_adds(out, " > ");
		phrase_way(out, reason->through, length);
		break;
	case REASON_NAMED:
		strbuf_addf(out, _("named as %s"), ref.text);
		break;
	case REASON_ON_LIST:
		strbuf_addf(out, _("answers mail on %s"), ref.text);
		break;
	case REASON_STAND_IN:
		add_deputy_feed(&ref, reason->feed);
		strbuf_addf(out, _("stands in for %s, "), ref.text);
		phrase_state(out, reason->whom, at);
		break;
	case REASON_STAYS_BESIDE:
		add_stays(out, stays, at, _("stays beside the stand-in (when_absent: add)"));
		break;
	case REASON_NO_STAND_IN:
		add_stays(out, stays, at, _("stays, as nobody stands in"));
		break;
	case REASON_PROTECTED:
		strbuf_addf(out, _("stays: %s, which the list asks for, is not found"), ref.text);
		break;
	case REASON_GROUP_EMPTY:
		strbuf_addf(out, _("stays: no member is found in the group %s"), ref.text);
		break;
	case REASON_TAKEN_BACK:
		strbuf_addf(out, _("run %s, which removed it, is taken back"), ref.text);
		break;
	case REASON_FROM_FILE:
		strbuf_adds(out, ref.text);
		break;
	default:
		strbuf_adds(out, staying_words(reason->kind));
		break;
	}
	strbuf_release(&ref);
}

/* One more reason of the same kind as the one before is said in fewer words; false: it is not. */
static bool add_more(struct strbuf *out, const struct reason *before, const struct reason *reason,
	moment at)
{
	struct strbuf ref = STRBUF_INIT;

	if (before->kind != reason->kind)
		return false;
	if (reason->kind == REASON_ON_LIST) {
		strbuf_adds(out, ", ");
		phrase_tag(out, reason->what);
		return true;
	}
	if (reason->kind != REASON_STAND_IN)
		return false;
	phrase_name(&ref, reason->whom, reason->whom->dn);
	add_deputy_feed(&ref, reason->feed);
	strbuf_addf(out, _("; for %s, "), ref.text);
	phrase_state(out, reason->whom, at);
	strbuf_release(&ref);
	return true;
}

void phrase_reasons(struct strbuf *out, const struct plan_member *member, moment at,
	enum phrase_length length)
{
	for (size_t i = 0; i < member->reason_count; i++) {
		const struct reason *reason = &member->reasons[i];

		if (i > 0 && add_more(out, reason - 1, reason, at))
			continue;
		if (i > 0)
			strbuf_adds(out, "; ");
		phrase_reason(out, member, reason, at, length);
	}
}

void phrase_removal(struct strbuf *out, const struct removal *removal, moment at)
{
	const struct person *person = removal->then ? removal->then : removal->person;
	struct strbuf ref = STRBUF_INIT;

	switch (removal->kind) {
	case LEAVES_ABSENT:
		phrase_state(out, person, at);
		phrase_name(&ref, removal->stand_in, removal->stand_in->dn);
		strbuf_addf(out, _("; %s stands in"), ref.text);
		break;
	case LEAVES_UNREACHABLE:
		phrase_state(out, person, at);
		break;
	case LEAVES_STAND_IN:
		strbuf_adds(out, _("is not needed as a stand-in now"));
		break;
	case LEAVES_UNWANTED:
		strbuf_adds(out, _("no role, group or name puts them here"));
		break;
	case LEAVES_MAILBOX:
		strbuf_adds(out, _("shared mailbox; no group or name puts it here"));
		break;
	case LEAVES_NO_TAG:
		strbuf_adds(out, _("answers no mail"));
		break;
	case LEAVES_GONE:
		strbuf_adds(out, _("no such entry is there"));
		break;
	case LEAVES_NOT_PERSON:
		strbuf_adds(out, _("is no person, and not named under keep"));
		break;
	case LEAVES_TAKEN_BACK:
		strbuf_add_safe(&ref, removal->told);
		strbuf_addf(out, _("run %s, which added it, is taken back"), ref.text);
		break;
	case LEAVES_FROM_FILE:
		strbuf_add_safe(out, removal->told);
		break;
	}
	strbuf_release(&ref);
}

/* So many who were passed over are named: more are a chain of deputies that nobody reads. */
#define PASSED_OVER_MAX 20

/* How one who was passed over came to be looked at. */
static void add_origin(struct strbuf *out, const struct candidate *candidate)
{
	struct strbuf by = STRBUF_INIT;

	if (candidate->named_by)
		phrase_name(&by, candidate->named_by, candidate->named_by->dn);
	switch (candidate->origin) {
	case CANDIDATE_DEPUTY:
		strbuf_addf(out, _("deputy of %s"), by.text);
		break;
	case CANDIDATE_MANAGER:
		strbuf_addf(out, _("manager of %s"), by.text);
		break;
	case CANDIDATE_ROUTE:
		strbuf_adds(out, _("deputy of the route"));
		break;
	case CANDIDATE_FALLBACK:
		strbuf_adds(out, "mailbox.fallback");
		break;
	}
	strbuf_release(&by);
}

/* Rule 4: "; passed over: Bo (deputy of Anna, the account is disabled), vagt@x.dk (mailbox.fallback, not in …)" */
static void add_passed_over(struct strbuf *out, const struct gap *gap, phrase_person *state,
	moment at)
{
	struct arena *arena = arena_new();
	struct candidates passed = {0};
	size_t count = gap_passed_over(gap, at, PASSED_OVER_MAX, arena, &passed);

	for (size_t i = 0; i < passed.count; i++) {
		const struct candidate *candidate = &passed.items[i];
		const struct resolved_ref *ref =
			snapshot_ref(gap->search->snapshot, candidate->reference->key);
		struct strbuf why = STRBUF_INIT;

		strbuf_adds(out, i == 0 ? "; " : ", ");
		strbuf_adds(out, i == 0 ? _("passed over: ") : "");
		if (candidate->person)
			phrase_name(out, candidate->person, candidate->person->dn);
		else
			strbuf_add_safe(out, candidate->reference->text);
		strbuf_adds(out, " (");
		add_origin(out, candidate);
		if (candidate->person)
			state(&why, candidate->person, at);
		else
			strbuf_adds(&why, ref ? ref_trouble(arena, ref) : "");
		strbuf_addf(out, "%s%s)", why.length > 0 ? "; " : "", why.text);
		strbuf_release(&why);
	}
	if (count > PASSED_OVER_MAX)
		strbuf_addf(out, _(", and %zu more"), count - PASSED_OVER_MAX);
	arena_free(arena);
}

void phrase_gap_by(struct strbuf *out, const struct gap *gap, phrase_person *state, moment at)
{
	struct strbuf whom = STRBUF_INIT;

	switch (gap->kind) {
	case GAP_NO_STAND_IN:
		phrase_name(&whom, gap->whom, gap->whom->dn);
		strbuf_addf(out, _("nobody stands in for %s, "), whom.text);
		state(out, gap->whom, at);
		break;
	case GAP_TOO_FEW:
		strbuf_addf(out, _("%zu available, where at_least asks for %zu"), gap->available,
			gap->wanted);
		break;
	case GAP_NOBODY:
		strbuf_adds(out, _("the rules yield nobody; the list keeps the members it has"));
		break;
	case GAP_FROM_FILE:
		strbuf_add_safe(out, gap->told);
		break;
	}
	add_passed_over(out, gap, state, at);
	strbuf_release(&whom);
}

void phrase_gap(struct strbuf *out, const struct gap *gap, moment at)
{
	phrase_gap_by(out, gap, phrase_state, at);
}

static const char *kind_words(enum block_kind kind)
{
	switch (kind) {
	case BLOCK_ORDINARY:
		return _("ordinary");
	case BLOCK_CRITICAL:
		return _("critical");
	case BLOCK_INFORM:
		return _("inform");
	case BLOCK_MAILBOX:
		break;
	}
	return _("the mailbox's own list");
}

void phrase_tag(struct strbuf *out, const char *tag)
{
	strbuf_add_safe(out, tag);
	if (strcmp(tag, "*") == 0)
		strbuf_addf(out, " (%s)", _("everything else"));
}

void phrase_tags(struct strbuf *out, const struct tag_ids *tags)
{
	for (size_t i = 0; i < tags->count; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		phrase_tag(out, tags->items[i]);
	}
}

void phrase_block(struct strbuf *out, const struct block *block)
{
	phrase_tags(out, &block->tags);
	if (block->tags.count > 0)
		strbuf_adds(out, ", ");
	strbuf_adds(out, kind_words(block->kind));
}

void phrase_list(struct strbuf *out, const struct list_plan *list)
{
	phrase_block(out, list->block);
}

/* How many count for a limit of that kind, and the limit. */
static void phrase_passed(struct strbuf *out, enum change_kind kind, bool of_run, size_t count,
	const struct change_limit *limit)
{
	int most = of_run ? limit->per_run : limit->per_list;

	if (kind == CHANGE_REMOVES && of_run)
		strbuf_addf(out,
			_("%zu would leave for no absence in all; limits.removals_per_run is %d\n"),
			count, most);
	else if (kind == CHANGE_REMOVES)
		strbuf_addf(out,
			_("%zu would leave for no absence; limits.removals_per_list is %d\n"),
			count, most);
	else if (of_run)
		strbuf_addf(out,
			_("%zu would join for no absence in all; limits.additions_per_run is %d\n"),
			count, most);
	else
		strbuf_addf(out,
			_("%zu would join for no absence; limits.additions_per_list is %d\n"),
			count, most);
}

static void phrase_refusals_of(struct strbuf *out, const struct plan *plan, enum change_kind kind,
	const char *line_start)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (!list->over_limit[kind])
			continue;
		strbuf_adds(out, line_start);
		phrase_entry(out, list->dn, PHRASE_SHORT);
		strbuf_adds(out, ": ");
		phrase_passed(out, kind, false, list->unexplained[kind], &plan->limits[kind]);
	}
	if (plan->over_run_limit[kind]) {
		strbuf_adds(out, line_start);
		phrase_passed(out, kind, true, plan->unexplained[kind], &plan->limits[kind]);
	}
}

void phrase_refusals(struct strbuf *out, const struct plan *plan, const char *line_start)
{
	size_t length = out->length;

	for (int kind = 0; kind < CHANGE_KINDS; kind++)
		phrase_refusals_of(out, plan, (enum change_kind)kind, line_start);
	if (out->length > length && plan->refused && plan->moved.count == 0) {
		strbuf_adds(out, line_start);
		strbuf_adds(out,
			_("where all of it is right: postvagt plan -o FILE, then postvagt apply FILE "
			  "--over-limit --case TEXT\n"));
	}
}

void phrase_moved(struct strbuf *out, const struct plan *plan, const char *line_start)
{
	for (size_t i = 0; i < plan->moved.count; i++) {
		strbuf_adds(out, line_start);
		strbuf_add_safe(out, plan->moved.items[i].where);
		strbuf_adds(out, ": ");
		strbuf_add_safe(out, plan->moved.items[i].what);
		strbuf_addc(out, '\n');
	}
}
