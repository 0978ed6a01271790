#include "decide/leavers.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/plan.h"

/* One who is asked for. */
struct leaver {
	const struct person *person;
	moment at;             /* of the first plan with them */
	struct reason least;   /* what asks for them, the first by kind and name */
	struct table *reasons; /* names of all that asks for them */
	size_t reason_count;
};

struct leavers {
	struct arena *arena;
	struct table *by_identity;
	struct leaver **items;
	size_t count, room;
};

struct leavers *leavers_new(struct arena *arena)
{
	struct leavers *leavers = arena_get(arena, sizeof(*leavers));

	leavers->arena = arena;
	leavers->by_identity = table_new(arena);
	return leavers;
}

static struct leaver *leaver_of(struct leavers *leavers, const struct person *person, moment at)
{
	struct leaver *leaver = table_find(leavers->by_identity, person->identity);

	if (leaver)
		return leaver;
	leaver = arena_get(leavers->arena, sizeof(*leaver));
	leaver->person = person;
	leaver->at = at;
	leaver->reasons = table_new(leavers->arena);
	table_put(leavers->by_identity, person->identity, leaver);
	leavers->items = arena_grow(leavers->arena, leavers->items, leavers->count, &leavers->room,
		sizeof(struct leaver *));
	return leavers->items[leavers->count++] = leaver;
}

static int compare_reasons(const struct reason *a, const struct reason *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (strcmp(a->what, b->what) != 0 || !a->feed || !b->feed)
		return strcmp(a->what, b->what) ? strcmp(a->what, b->what)
						: (a->feed != NULL) - (b->feed != NULL);
	return strcmp(a->feed, b->feed);
}

static void add_reason(struct leavers *leavers, struct leaver *leaver, const struct reason *reason)
{
	const char *key = arena_format(leavers->arena, "%d %s\n%s", (int)reason->kind, reason->what,
		reason->feed ? reason->feed : "");

	if (table_find(leaver->reasons, key))
		return;
	table_put(leaver->reasons, key, leaver);
	if (leaver->reason_count++ == 0 || compare_reasons(reason, &leaver->least) < 0)
		leaver->least = (struct reason){
			.kind = reason->kind, .what = reason->what, .feed = reason->feed};
}

void leavers_add(struct leavers *leavers, const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		for (size_t j = 0; j < list->required_count; j++) {
			const struct required *required = list->required[j];
			struct leaver *leaver;

			if (!required->is_leaver)
				continue;
			leaver = leaver_of(leavers, required->person, plan->at);
			for (size_t k = 0; k < required->reason_count; k++)
				add_reason(leavers, leaver, &required->reasons[k]);
		}
	}
}

static void add_what_asks(struct strbuf *out, const struct leaver *leaver)
{
	const struct reason *reason = &leaver->least;

	if (reason->kind == REASON_ROLE && reason->feed)
		strbuf_addf(out, _("role %s of feed %s"), reason->what, reason->feed);
	else if (reason->kind == REASON_ROLE)
		strbuf_addf(out, _("role %s"), reason->what);
	else if (reason->kind == REASON_GROUP)
		strbuf_addf(out, _("group %s"), reason->what);
	else
		strbuf_addf(out, _("named as %s"), reason->what);
	if (leaver->reason_count > 1)
		strbuf_addf(out, _(", and %zu more"), leaver->reason_count - 1);
}

void leavers_report(const struct leavers *leavers, struct findings *findings)
{
	struct strbuf why = STRBUF_INIT, asks = STRBUF_INIT;

	for (size_t i = 0; i < leavers->count; i++) {
		const struct leaver *leaver = leavers->items[i];

		strbuf_reset(&why);
		strbuf_reset(&asks);
		person_add_trouble(&why, leaver->person, leaver->at);
		add_what_asks(&asks, leaver);
		findings_add_of(findings, FINDING_IMPORTANT, leaver->person->dn,
			leaver->least.kind == REASON_GROUP ? leaver->least.what : NULL,
			arena_format(leavers->arena, "leaver %d",
				(int)person_state(leaver->person, leaver->at, NULL)),
			_("is asked for (%s), but cannot be reached: %s. So this person gets no mail, "
			  "and nobody stands in; put the account in order, or take the role, group or "
			  "name away"),
			asks.text, why.text);
	}
	strbuf_release(&why);
	strbuf_release(&asks);
}
