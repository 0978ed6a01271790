#include "notices/gap_text.h"

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/required_fault.h"
#include "decide/stand_in.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "report/phrases.h"

#define PASSED_OVER_MAX 20 /* who are named: more are a chain of deputies that nobody reads */

/* Nothing where mail can reach the person, who is there. */
static void add_state(struct strbuf *out, const struct person *person, moment at)
{
	if (person_state(person, at, NULL) == PERSON_AWAY)
		strbuf_adds(out, _("away"));
	else
		person_add_trouble(out, person, at);
}

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

/* "Bo (deputy of Anna; away)", "vagt@x.dk (mailbox.fallback; not in …)" */
static void add_candidate(struct strbuf *out, const struct candidate *candidate,
	const struct snapshot *snapshot, moment at)
{
	const struct resolved_ref *ref = snapshot_ref(snapshot, candidate->reference->key);
	struct arena *arena = arena_new();
	struct strbuf why = STRBUF_INIT;

	if (candidate->person)
		phrase_name(out, candidate->person, candidate->person->dn);
	else
		strbuf_add_safe(out, candidate->reference->text);
	strbuf_adds(out, " (");
	add_origin(out, candidate);
	if (candidate->person)
		add_state(&why, candidate->person, at);
	else if (ref)
		strbuf_adds(&why, ref_trouble(arena, ref));
	strbuf_addf(out, "%s%s)", why.length > 0 ? "; " : "", why.text);
	strbuf_release(&why);
	arena_free(arena);
}

void gap_text_add(struct strbuf *out, const struct gap *gap, const struct candidates *looked_at,
	const struct snapshot *snapshot, moment at)
{
	struct strbuf whom = STRBUF_INIT, state = STRBUF_INIT;

	if (gap->kind == GAP_NO_STAND_IN) {
		phrase_name(&whom, gap->whom, gap->whom->dn);
		add_state(&state, gap->whom, at);
		strbuf_addf(out, _("nobody stands in for %s, "), whom.text);
		strbuf_adds(out, state.text);
	} else if (gap->kind == GAP_TOO_FEW) {
		strbuf_addf(out, _("%zu available, where at_least asks for %zu"), gap->available,
			gap->wanted);
	} else {
		strbuf_adds(out, _("the rules yield nobody; the list keeps the members it has"));
	}
	for (size_t i = 0; i < looked_at->count && i < PASSED_OVER_MAX; i++) {
		strbuf_adds(out, i == 0 ? "; " : ", ");
		strbuf_adds(out, i == 0 ? _("passed over: ") : "");
		add_candidate(out, &looked_at->items[i], snapshot, at);
	}
	if (looked_at->count > PASSED_OVER_MAX)
		strbuf_addf(out, _(", and %zu more"), looked_at->count - PASSED_OVER_MAX);
	strbuf_release(&whom);
	strbuf_release(&state);
}
