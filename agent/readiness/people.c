/* Readiness: whether somebody answers, now and in the days to come; who holds the roles; who stands in. */
#include "readiness/point.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "decide/forecast.h"
#include "decide/holders.h"
#include "model/feed_summary.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "readiness/unreachable.h"
#include "report/phrases.h"

/* "serviceplatformen", "sikkerhed, certifikat, critical" */
static const char *block_label(struct judge_ctx *ctx, const struct block *block)
{
	const char *tags = tag_ids_text(ctx->arena, &block->tags);

	if (block->kind == BLOCK_CRITICAL)
		return arena_format(ctx->arena, "%s, %s", tags, _("critical"));
	return tags;
}

static const char *day_of(struct judge_ctx *ctx, moment t)
{
	struct strbuf day = STRBUF_INIT;

	if (moment_is_midnight(t))
		moment_add_human_day(&day, t);
	else
		moment_add_human(&day, t);
	return strbuf_to_arena(&day, ctx->arena);
}

/* What is missing in a stretch, in short: `coverage` and `explain` tell all of it. */
static const char *gap_text(struct judge_ctx *ctx, const struct stretch *stretch)
{
	const struct gap *gap = &stretch->gaps[0].gap;

	if (stretch->available_count == 0)
		return _("nobody is available");
	if (gap->kind == GAP_NO_STAND_IN)
		return arena_format(ctx->arena, _("nobody stands in for %s"),
			person_called(gap->whom));
	return arena_format(ctx->arena, _("%zu available, where at_least asks for %zu"),
		gap->available, gap->wanted);
}

/* Where absences are not known, that there is no gap may not be the whole of it. */
static void wait_for_feed(struct judge_ctx *ctx, struct point *point)
{
	const char *held = snapshot_held(ctx->facts->snapshot);

	if (!held || point->state != POINT_DONE)
		return;
	point_unknown(point);
	point->waits_for_feed = true;
	point_evidence(ctx, point, _("absences are missing: %s"), held);
}

static void mend_gap(struct judge_ctx *ctx, struct point *point, const struct block *block)
{
	struct strbuf tag = STRBUF_INIT;

	strbuf_add_safe(&tag, block->tag);
	point_lines(ctx, point, ctx->facts->files.routes,
		_("deputies: [LOGIN]   # of the route %s, in place of LOGIN whoever can stand in"),
		tag.text);
	strbuf_release(&tag);
}

/* "postvagt explain TAG", also where a tag looks like an option. */
static const char *explain_command(struct judge_ctx *ctx, const char *tag)
{
	struct strbuf command = STRBUF_INIT;

	strbuf_addf(&command, "postvagt explain %s", *tag == '-' ? "-- " : "");
	quote_shell(&command, tag);
	return strbuf_to_arena(&command, ctx->arena);
}

static void judge_now(struct judge_ctx *ctx)
{
	const struct coverage *coverage = ctx->facts->coverage;
	struct point *point =
		point_begin(ctx, STEP_READINESS, "now", _("Somebody answers every tag now"));

	for (size_t i = 0; i < coverage->line_count; i++) {
		const struct coverage_line *line = &coverage->lines[i];
		const struct stretch *stretch = coverage_at(line, ctx->facts->at);

		if (stretch->gap_count == 0)
			continue;
		point_misses(ctx, point, "%s: %s", block_label(ctx, line->block),
			gap_text(ctx, stretch));
		point_command(ctx, point, explain_command(ctx, line->block->tag));
		mend_gap(ctx, point, line->block);
	}
	if (coverage->line_count == 0)
		point_misses(ctx, point, _("no route, and so nobody"));
	point_evidence(ctx, point, _("%zu lists that are answered"), coverage->line_count);
	wait_for_feed(ctx, point);
}

static const struct stretch *first_gap(const struct coverage_line *line)
{
	for (size_t i = 0; i < line->count; i++) {
		if (line->stretches[i].gap_count > 0)
			return &line->stretches[i];
	}
	return NULL;
}

static void judge_coming(struct judge_ctx *ctx)
{
	const struct coverage *coverage = ctx->facts->coverage;
	struct point *point = point_begin(ctx, STEP_READINESS, "coming",
		_("Somebody answers every tag on each of the next 14 days"));

	for (size_t i = 0; i < coverage->line_count; i++) {
		const struct coverage_line *line = &coverage->lines[i];
		const struct stretch *gap = first_gap(line);

		if (!gap)
			continue;
		point_misses(ctx, point, _("%s, from %s: %s"), block_label(ctx, line->block),
			day_of(ctx, gap->from), gap_text(ctx, gap));
		mend_gap(ctx, point, line->block);
	}
	if (point->state == POINT_MISSING)
		point_command(ctx, point, "postvagt coverage");
	if (coverage->line_count == 0)
		point_misses(ctx, point, _("no route, and so nobody"));
	point_evidence(ctx, point, _("through %s"),
		day_of(ctx, moment_day(coverage->days[coverage->day_count], -1)));
	wait_for_feed(ctx, point);
}

/* Roles. */

/* Whether somebody holds a role now, as it is wanted. */
static bool is_holder_now(const struct judge_ctx *ctx, const struct holder *holder,
	const struct role_wanted *wanted)
{
	const struct time_scope now = scope_at(ctx->facts->at);

	return holder_is_wanted(holder, wanted) && holder_holds(holder, &now);
}

/* How many people whom mail reaches hold a role as it is wanted, each once. */
static size_t count_holders(struct judge_ctx *ctx, const struct holders *holders,
	const struct role_wanted *wanted)
{
	struct table *seen = table_new(ctx->arena);
	size_t count, people = 0;
	const struct holder *items = holders_of(holders, wanted->role, &count);

	for (size_t i = 0; i < count; i++) {
		if (!is_holder_now(ctx, &items[i], wanted) ||
			person_is_lost(items[i].person, ctx->facts->at) ||
			table_find(seen, items[i].person->identity))
			continue;
		table_put(seen, items[i].person->identity, seen);
		people++;
	}
	return people;
}

static void mend_role(struct judge_ctx *ctx, struct point *point, const char *value)
{
	point_modify(ctx, point, NULL, "add", ctx->facts->role_attribute, value);
}

static void judge_gallery(struct judge_ctx *ctx, struct point *point, const struct holders *holders)
{
	const struct mapping *mapping = ctx->facts->mapping;

	for (size_t i = 0; i < mapping->role_count; i++) {
		const struct role_wanted any = {.role = &mapping->roles[i]};
		size_t count = count_holders(ctx, holders, &any);

		if (count >= (size_t)any.role->at_least)
			continue;
		point_misses(ctx, point,
			any.role->gallery ? _("%s: %zu hold it, where the gallery asks for %d")
					  : _("%s: %zu hold it, where roles.yaml asks for %d"),
			any.role->id, count, any.role->at_least);
		mend_role(ctx, point, any.role->id);
	}
}

/* Roles that routes ask for, each once; one that the gallery wants holders of was told of already. */
static size_t judge_wanted(struct judge_ctx *ctx, struct point *point,
	const struct holders *holders)
{
	const struct mapping *mapping = ctx->facts->mapping;
	struct table *seen = table_new(ctx->arena);
	size_t roles = 0;

	for (size_t i = 0; i < mapping->block_count; i++) {
		for (size_t j = 0; j < mapping->blocks[i].role_count; j++) {
			const struct role_wanted *wanted = &mapping->blocks[i].roles[j];

			if (table_find(seen, wanted->text))
				continue;
			table_put(seen, wanted->text, seen);
			roles++;
			if (count_holders(ctx, holders, wanted) > 0 ||
				(!wanted->scope && wanted->role->at_least > 0))
				continue;
			point_misses(ctx, point, _("%s: nobody holds it"), wanted->text);
			mend_role(ctx, point, wanted->text);
		}
	}
	return roles;
}

/* "Poul Friis (CN=…) holds Infrastrukturansvarlig, and cannot be reached: the account is disabled" */
static void add_lost(struct judge_ctx *ctx, struct point *point, const struct person *person,
	const char *roles)
{
	struct strbuf why = STRBUF_INIT;

	person_add_trouble(&why, person, ctx->facts->at);
	point_misses(ctx, point, _("%s (%s) holds %s, and cannot be reached: %s"),
		person_called(person), person->dn, roles, why.text);
	point_command(ctx, point, explain_command(ctx, person->login ? person->login : person->dn));
	strbuf_release(&why);
}

static bool is_wanted(const struct mapping *mapping, const struct role *role,
	const struct holder *holder)
{
	for (size_t i = 0; i < mapping->block_count; i++) {
		const struct block *block = &mapping->blocks[i];

		for (size_t j = 0; j < block->role_count; j++) {
			if (block->roles[j].role == role &&
				holder_is_wanted(holder, &block->roles[j]))
				return true;
		}
	}
	return false;
}

/* Those who left, and what they hold. */
struct lost_tally {
	struct table *roles; /* by identity: the roles that routes ask for, or "" */
	const struct person **people;
	size_t count, room;
};

static void note_lost(struct judge_ctx *ctx, struct lost_tally *lost, const struct role *role,
	const struct holder *holder)
{
	const char *identity = person_identity(holder->person);
	const char *title = texts_in_language(&role->title), *scope = holder->scope;
	const char *held = table_find(lost->roles, identity);
	struct strbuf feed = STRBUF_INIT;
	bool wanted = is_wanted(ctx->facts->mapping, role, holder);

	if (!held) {
		lost->people = arena_grow(ctx->arena, lost->people, lost->count, &lost->room,
			sizeof(const struct person *));
		lost->people[lost->count++] = holder->person;
		held = "";
	}
	phrase_feed(&feed, holder->feed);
	if (wanted)
		held = arena_format(ctx->arena, "%s%s%s%s%s%s", held, *held ? ", " : "",
			title ? title : role->id, scope ? "/" : "", scope ? scope : "",
			feed.length > 0 ? feed.text : "");
	table_put(lost->roles, identity, (void *)held);
	strbuf_release(&feed);
}

/* For whoever maintains the roles, one line a person. Those whom no list asks for are counted, not named. */
static void judge_lost(struct judge_ctx *ctx, struct point *point, const struct holders *holders)
{
	const struct mapping *mapping = ctx->facts->mapping;
	const struct time_scope now = scope_at(ctx->facts->at);
	struct lost_tally lost = {.roles = table_new(ctx->arena)};
	size_t unasked = 0;

	for (size_t i = 0; i < mapping->role_count; i++) {
		size_t count;
		const struct holder *items = holders_of(holders, &mapping->roles[i], &count);

		for (size_t j = 0; j < count; j++) {
			if (holder_holds(&items[j], &now) &&
				person_is_lost(items[j].person, ctx->facts->at))
				note_lost(ctx, &lost, &mapping->roles[i], &items[j]);
		}
	}
	for (size_t i = 0; i < lost.count; i++) {
		const char *roles = table_find(lost.roles, person_identity(lost.people[i]));

		unasked += !*roles;
		if (*roles)
			add_lost(ctx, point, lost.people[i], roles);
	}
	if (unasked > 0 && unasked < lost.count)
		point_misses(ctx, point,
			_("%zu others who cannot be reached hold roles that no route asks for"),
			unasked);
}

/* How many people a feed gives roles now. */
struct feed_tally {
	const char *feed;
	size_t people;
	const struct person *last; /* who was counted last */
};

/* Add the feeds that give roles which routes or the gallery ask for: "; feed rollekatalog gives roles to 3 people". */
static void add_feeds(struct strbuf *out, struct judge_ctx *ctx)
{
	const struct snapshot *snapshot = ctx->facts->snapshot;
	const struct time_scope now = scope_at(ctx->facts->at);
	struct feed_tally *tallies = NULL;
	size_t count = 0, room = 0;

	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		for (size_t j = 0; j < person->given_count; j++) {
			const struct given_role *given = &person->given[j];
			size_t k = 0;

			if (!given_role_counts(given, &now))
				continue;
			while (k < count && strcmp(tallies[k].feed, given->feed) != 0)
				k++;
			if (k == count) {
				tallies = arena_grow(ctx->arena, tallies, count, &room,
					sizeof(*tallies));
				tallies[count++] = (struct feed_tally){.feed = given->feed};
			}
			tallies[k].people += tallies[k].last != person;
			tallies[k].last = person;
		}
	}
	for (size_t i = 0; i < count; i++) {
		struct strbuf name = STRBUF_INIT;

		strbuf_add_safe(&name, tallies[i].feed);
		strbuf_addf(out, _("; people to whom feed %s gives roles: %zu"), name.text,
			tallies[i].people);
		strbuf_release(&name);
	}
}

/* Of a role that is only this file's, nothing says what KOMBIT asks for. */
static void add_strangers(struct strbuf *evidence, const struct mapping *mapping)
{
	size_t count = 0;

	for (size_t i = 0; i < mapping->role_count; i++) {
		if (mapping->roles[i].gallery)
			continue;
		strbuf_adds(evidence,
			count++ == 0 ? _("; no public source calls these roles of the gallery: ")
				     : ", ");
		strbuf_add_safe(evidence, mapping->roles[i].id);
	}
}

static void judge_roles(struct judge_ctx *ctx, const struct holders *holders)
{
	const char *held = snapshot_held(ctx->facts->snapshot);
	struct strbuf evidence = STRBUF_INIT;
	struct point *point = point_begin(ctx, STEP_READINESS, "roles",
		_("Each role in use has holders, as many as the gallery asks for"));
	size_t roles;

	judge_gallery(ctx, point, holders);
	roles = judge_wanted(ctx, point, holders);
	judge_lost(ctx, point, holders);
	strbuf_addf(&evidence, _("%zu roles in use, %zu in the gallery"), roles,
		ctx->facts->mapping->role_count);
	add_strangers(&evidence, ctx->facts->mapping);
	add_feeds(&evidence, ctx);
	if (held && point->state == POINT_MISSING)
		strbuf_addf(&evidence, _("; a source is missing: %s"), held);
	point_evidence(ctx, point, "%s", evidence.text);
	strbuf_release(&evidence);
}

/* Deputies. */

static bool has_any(const struct snapshot *snapshot, const struct references *references,
	const struct person *holder, moment at)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct person *person = snapshot_person(snapshot, &references->items[i], at);

		if (person && person != holder && person_is_reachable(person, at))
			return true;
	}
	return false;
}

static bool has_deputy(struct judge_ctx *ctx, const struct person *holder,
	const struct block *block)
{
	const struct readiness_facts *facts = ctx->facts;
	const struct time_scope now = scope_at(facts->at);
	struct references own;

	person_deputies(holder, &now, ctx->arena, &own);
	return has_any(facts->snapshot, &own, holder, facts->at) ||
		has_any(facts->snapshot, &block->deputies, holder, facts->at);
}

/* What is counted of the holders, each once. */
struct people_tally {
	struct table *seen, *lacking;
	size_t people, lacking_count;
};

static void judge_holders(struct judge_ctx *ctx, struct point *point, const struct block *block,
	const struct holders *holders, struct people_tally *tally)
{
	for (size_t i = 0; i < block->role_count; i++) {
		size_t count;
		const struct holder *items = holders_of(holders, block->roles[i].role, &count);

		for (size_t j = 0; j < count; j++) {
			const struct person *holder = items[j].person;

			if (!is_holder_now(ctx, &items[j], &block->roles[i]) ||
				person_is_lost(holder, ctx->facts->at))
				continue;
			tally->people += !table_find(tally->seen, holder->identity);
			table_put(tally->seen, holder->identity, tally);
			if (table_find(tally->lacking, holder->identity) ||
				has_deputy(ctx, holder, block))
				continue;
			table_put(tally->lacking, holder->identity, tally);
			tally->lacking_count++;
			point_misses(ctx, point, "%s (%s)", person_called(holder), holder->dn);
			point_modify(ctx, point, holder->dn,
				holder->deputies.count > 0 ? "replace" : "add",
				ctx->facts->deputy_attribute, NULL);
		}
	}
}

/* Whoever is named and cannot be reached will not stand in either: said before they are needed. */
static void judge_unreachable(struct judge_ctx *ctx, struct point *point)
{
	const struct readiness_facts *facts = ctx->facts;
	struct unreachables found;

	unreachable_find(&found, ctx->arena, facts->plan, facts->policy, facts->snapshot);
	for (size_t i = 0; i < found.count; i++) {
		const struct unreachable *one = &found.items[i];
		struct strbuf why = STRBUF_INIT;

		unreachable_add(&why, one, facts->at);
		if (one->person)
			point_misses(ctx, point, _("%s (%s) cannot be reached: %s"),
				person_called(one->person), one->person->dn, why.text);
		else
			point_misses(ctx, point, _("%s names nobody who can be reached: %s"),
				one->text, why.text);
		strbuf_release(&why);
	}
	if (found.count > 0)
		point_command(ctx, point, "postvagt check");
}

/* Those who are only informed need nobody to stand in. */
static void judge_deputies(struct judge_ctx *ctx, const struct holders *holders)
{
	const struct mapping *mapping = ctx->facts->mapping;
	struct people_tally tally = {
		.seen = table_new(ctx->arena), .lacking = table_new(ctx->arena)};
	struct point *point = point_begin(ctx, STEP_READINESS, "deputies",
		_("Each holder of a role that answers mail has a deputy"));

	for (size_t i = 0; i < mapping->block_count; i++) {
		if (mapping->blocks[i].kind != BLOCK_INFORM)
			judge_holders(ctx, point, &mapping->blocks[i], holders, &tally);
	}
	if (tally.lacking_count > 0)
		point_evidence(ctx, point,
			_("%zu of %zu have none: neither of their own nor by the route"),
			tally.lacking_count, tally.people);
	else
		point_evidence(ctx, point,
			_("%zu holders, each with one of their own or by the route"), tally.people);
	judge_unreachable(ctx, point);
}

/* Feeds. */

static void judge_feeds(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	struct point *point;
	size_t trusted = 0;

	if (facts->feed_count == 0)
		return;
	point = point_begin(ctx, STEP_READINESS, "feeds", _("Each feed was read, and is trusted"));
	for (size_t i = 0; i < facts->feed_count; i++) {
		const struct feed_summary *feed = &facts->feeds[i];

		trusted += !feed->trouble;
		if (feed->trouble)
			point_misses(ctx, point, "%s: %s", feed->name, feed->trouble);
	}
	point_evidence(ctx, point, _("%zu of %zu feeds"), trusted, facts->feed_count);
	if (point->state == POINT_DONE)
		return;
	point_command(ctx, point, "postvagt feeds");
	point->waits_for_feed = true;
}

void judge_people(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	const struct holders *holders = holders_find(ctx->arena, facts->mapping, facts->snapshot);

	judge_now(ctx);
	judge_coming(ctx);
	judge_roles(ctx, holders);
	judge_deputies(ctx, holders);
	judge_feeds(ctx);
}
