/* The shared search for stand-ins: what it finds, what it waits for, and whom a walk over several searches looks at. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "decide/stand_in.h"
#include "decide/stand_ins.h"
#include "model/bearer.h"
#include "model/reference.h"
#include "world.h"

static const char *found_text(struct world *w, const struct stand_in *found)
{
	return arena_format(w->arena, "%s%s%s%s%s%s",
		found->person ? found->person->name : "nobody", found->feed ? " by " : "",
		found->feed ? found->feed : "", found->is_cut ? " cut" : "",
		found->waits ? " waits" : "", found->is_dead ? " dead" : "");
}

struct find_case {
	const char *script; /* the search is for anna, on the list "infra" */
	const char *found;
};

static void test_find(void **state)
{
	static const struct find_case cases[] = {
		{"person anna away deputy=bo; person bo; route infra", "bo"},
		{"person anna away deputy=bo,cai; person bo away deputy=anna,ghost; person cai;"
		 "route infra",
			"cai dead"},
		{"person anna feed=2026-12-20/2026-12-30:bo; at 2026-12-23T08:00; person bo;"
		 "route infra",
			"bo"},
		{"person anna away manager=bo; person bo away; route infra deputy=ghost",
			"nobody dead"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);
		const struct time_scope now = scope_at(w->at);
		struct stand_ins *stand_ins;
		struct stand_in found;

		world_read(w);
		stand_ins = stand_ins_new(w->snapshot, &w->policy, &now);
		found = stand_ins_find(stand_ins, world_person(w, "anna"), world_block(w, "infra"));
		assert_string_equal(found_text(w, &found), cases[i].found);
		stand_ins_free(stand_ins);
		world_free(w);
	}
}

static void add_name(void *ctx, const struct candidate *candidate)
{
	strbuf_add_item(ctx, " ", candidate->reference->text);
}

/* Each is looked at once in a walk, and again in the next one. */
static void test_walk(void **state)
{
	struct world *w = world_new(
		"person anna away deputy=bo,ghost; person bo away deputy=cai; person cai away;"
		"person dan away deputy=ghost,cai,bo,eva; person eva; route infra; route drift");
	const struct time_scope now = scope_at(w->at);
	struct stand_ins *stand_ins;
	struct strbuf names = STRBUF_INIT;

	world_read(w);
	stand_ins = stand_ins_new(w->snapshot, &w->policy, &now);
	for (int again = 0; again < 2; again++) {
		stand_ins_walk_begin(stand_ins);
		strbuf_reset(&names);
		stand_ins_walk(stand_ins, world_person(w, "anna"), world_block(w, "infra"),
			add_name, &names);
		assert_string_equal(names.text, "bo cai ghost");
		stand_ins_walk(stand_ins, world_person(w, "dan"), world_block(w, "drift"), add_name,
			&names);
		assert_string_equal(names.text, "bo cai ghost eva");
	}
	strbuf_release(&names);
	stand_ins_free(stand_ins);
	world_free(w);
}

/* Random towns: who is away, and who is whose deputy, by chance; held up against one search after the other. */

#define NOW ((moment)1790000000)

struct town {
	uint64_t dice; /* splitmix64 */
	struct arena *arena;
	struct snapshot *snapshot;
	struct policy policy;
	struct block blocks[3];
	size_t people, ghosts;
	struct time_scope scope;
};

static size_t below(struct town *town, size_t n)
{
	uint64_t z = town->dice += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (size_t)((z ^ (z >> 31)) % n);
}

/* A person by DN, one who is gone or whom nobody has read; now and then by a name that several bear. */
static const char *any_name(struct town *town, size_t i)
{
	if (town->ghosts > 0 && below(town, 12) == 0)
		return arena_format(town->arena, "uid=g%zu,dc=x", below(town, town->ghosts));
	if (below(town, 12) == 0)
		return below(town, 2) ? "shared" : "SHARED2";
	return arena_format(town->arena, "uid=p%zu,dc=x", i);
}

static void add_names(struct town *town, struct references *references, size_t most)
{
	size_t room = references->count;

	for (size_t count = below(town, most + 1); count > 0; count--)
		references_add(references, town->arena, &room,
			any_name(town, below(town, town->people)));
}

/* Make a person; in some towns all are deputies of their neighbours. */
static const struct person *add_person(struct town *town, size_t i, size_t away, size_t most,
	bool is_chain)
{
	struct person person = {.enabled = true, .mail = "x@x.dk"};
	size_t room = 0;

	person.name = person.dn = person.key = person.identity =
		arena_format(town->arena, "uid=p%zu,dc=x", i);
	if (is_chain) {
		references_add(&person.deputies, town->arena, &room,
			arena_format(town->arena, "uid=p%zu,dc=x", (i + 1) % town->people));
		if (below(town, 3) == 0)
			references_add(&person.deputies, town->arena, &room,
				any_name(town, i > 0 ? i - 1 : 0));
	} else {
		add_names(town, &person.deputies, most);
	}
	if (below(town, 5) == 0)
		person.manager = reference_make(town->arena, any_name(town, i / 2));
	if (below(town, 8) == 0) {
		person.standing = arena_get(town->arena, sizeof(*person.standing));
		person.standing_count = 1;
		person.standing[0].feed = "loen";
		person.standing[0].end = below(town, 2) ? MOMENT_LATEST : NOW + 3600;
		add_names(town, &person.standing[0].deputies, most);
	}
	if (below(town, 100) < away) {
		person.absences = arena_get(town->arena, sizeof(*person.absences));
		person.absences[person.absence_count++] =
			(struct absence){.start = NOW - 60, .end = NOW + 86400};
	}
	person.expires = below(town, 20) == 0;
	person.expires_at = NOW + 7200;
	return snapshot_add_person(town->snapshot, &person);
}

/* Say what everybody but some ghosts is. */
static void resolve_ghosts(struct town *town, size_t first, size_t step)
{
	for (size_t i = first; i < town->ghosts; i += step)
		snapshot_resolve(town->snapshot, arena_format(town->arena, "dn:uid=g%zu,dc=x", i),
			&(struct resolved_ref){.kind = REF_MISSING});
}

static void resolve_shared(struct town *town, const char *key, const struct person *a,
	const struct person *b)
{
	struct resolved_ref ref = {.kind = REF_PERSON};

	bearers_add(&ref.bearers, town->arena, key, a);
	bearers_add(&ref.bearers, town->arena, key, b);
	snapshot_resolve_name(town->snapshot, key, &ref);
}

static struct town make_town(uint64_t seed, size_t people, size_t away, size_t most, bool is_chain)
{
	struct town town = {.dice = seed * 7919, .people = people};
	const struct person *first, *last;

	town.snapshot = snapshot_new(0);
	town.arena = snapshot_arena(town.snapshot);
	town.ghosts = below(&town, 4);
	town.scope = scope_at(NOW);
	first = last = add_person(&town, 0, away, most, is_chain);
	for (size_t i = 1; i < people; i++)
		last = add_person(&town, i, away, most, is_chain);
	resolve_ghosts(&town, 0, 2);
	resolve_shared(&town, "id:shared", first, last);
	resolve_shared(&town, "id:shared2", last, snapshot_person_at(town.snapshot, people / 2));
	for (size_t i = 0; i < ROWS(town.blocks); i++)
		add_names(&town, &town.blocks[i].deputies, i);
	add_names(&town, &town.policy.fallback, 2);
	return town;
}

static const struct person *single(struct town *town, const struct person *person, size_t block,
	struct candidates *looked)
{
	return stand_in_find(person, &town->blocks[block], &town->policy, town->snapshot,
		&town->scope, town->arena, looked);
}

/* What one search alone comes to. */
static struct stand_in expected(struct town *town, const struct person *person, size_t block,
	struct candidates *looked)
{
	struct stand_in result = {.person = single(town, person, block, looked)};

	for (size_t i = 0; i < looked->count; i++) {
		bool is_read = snapshot_ref(town->snapshot, looked->items[i].reference->key);

		result.waits = result.waits || !is_read;
		result.is_dead = result.is_dead || (is_read && !looked->items[i].person);
	}
	if (result.person)
		result.feed = looked->items[looked->count - 1].feed;
	result.looks = looked->count;
	result.is_cut = looked->is_cut;
	return result;
}

static void check_found(struct town *town, const struct person *person, size_t block,
	const struct stand_in *found)
{
	struct candidates looked = {0};
	const struct stand_in one = expected(town, person, block, &looked);

	if (found->person == one.person && found->feed == one.feed && found->is_cut == one.is_cut &&
		(found->looks == one.looks || found->looks == STAND_IN_LOOKS_UNKNOWN) &&
		(found->is_cut || (found->waits == one.waits && found->is_dead == one.is_dead)))
		return;
	fail_msg(
		"%s on %zu: %s for %s, %zu for %zu, cut %d for %d, waits %d for %d, dead %d for %d",
		person->name, block, found->person ? found->person->name : "nobody",
		one.person ? one.person->name : "nobody", found->looks, one.looks, found->is_cut,
		one.is_cut, found->waits, one.waits, found->is_dead, one.is_dead);
}

/* Candidates of a walk: "bo cai", or with their namers. */
struct looks {
	struct strbuf text;
	struct table *known;
	struct arena *arena;
	bool named;
};

static void add_look(void *ctx, const struct candidate *candidate)
{
	struct looks *looks = ctx;
	const char *key = candidate->person ? candidate->person->name : candidate->reference->key;

	if (looks->named)
		key = arena_format(looks->arena, "%s:%s",
			candidate->named_by ? candidate->named_by->name : "", key);
	if (table_find(looks->known, key))
		return;
	table_put(looks->known, arena_string(looks->arena, key), looks);
	strbuf_add_item(&looks->text, " ", key);
}

static void check_walks(struct town *town, struct stand_ins *stand_ins, bool dead_only)
{
	struct looks shared = {STRBUF_INIT, table_new(town->arena), town->arena, dead_only};
	struct looks alone = shared;

	alone.known = table_new(town->arena);
	stand_ins_walk_begin(stand_ins);
	for (size_t i = 0; i < 2 * town->people; i++) {
		const struct person *person = snapshot_person_at(town->snapshot, i % town->people);
		struct candidates looked = {0};

		single(town, person, i * 7 % 3, &looked);
		(dead_only ? stand_ins_walk_dead : stand_ins_walk)(stand_ins, person,
			&town->blocks[i * 7 % 3], add_look, &shared);
		for (size_t j = 0; j < looked.count; j++) {
			const struct candidate *candidate = &looked.items[j];

			if (!dead_only ||
				(!candidate->person &&
					snapshot_ref(town->snapshot, candidate->reference->key)))
				add_look(&alone, candidate);
		}
	}
	assert_string_equal(shared.text.text ? shared.text.text : "",
		alone.text.text ? alone.text.text : "");
	strbuf_release(&shared.text);
	strbuf_release(&alone.text);
}

static void check_town(struct town *town, struct stand_ins *stand_ins)
{
	for (size_t i = 0; i < 3 * town->people; i++) {
		const struct person *person =
			snapshot_person_at(town->snapshot, below(town, town->people));
		size_t block = below(town, 3);
		const struct stand_in found =
			stand_ins_find(stand_ins, person, &town->blocks[block]);

		check_found(town, person, block, &found);
	}
	check_walks(town, stand_ins, true);
	check_walks(town, stand_ins, false);
}

static void try_town(uint64_t seed, size_t people, size_t away, size_t most, bool is_chain)
{
	static const struct time_scope scopes[] = {{NOW + 3500, NOW + 3500, false},
		{NOW, NOW + 10000, false}, {NOW, NOW, true}, {NOW, NOW + 10000, true},
		{NOW + 100000, MOMENT_LATEST, false}};
	struct town town = make_town(seed, people, away, most, is_chain);
	struct stand_ins *stand_ins = stand_ins_new(town.snapshot, &town.policy, &town.scope);

	check_town(&town, stand_ins);
	resolve_ghosts(&town, 1, 2);
	stand_ins_renew(stand_ins);
	check_town(&town, stand_ins);
	for (size_t i = 0; i < ROWS(scopes) && people < 100; i++) {
		town.scope = scopes[i];
		stand_ins_move(stand_ins, &town.scope);
		check_town(&town, stand_ins);
	}
	stand_ins_free(stand_ins);
	snapshot_free(town.snapshot);
}

static void test_small_towns(void **state)
{
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		row(seed, "seed %d", (int)seed);
		try_town(seed, 1 + seed % 12, 50 + 50 * (seed % 2), 1 + seed % 4, seed % 5 == 0);
	}
}

/* Around STAND_IN_LOOKS_MAX. */
static void test_large_towns(void **state)
{
	for (uint64_t seed = 1; seed <= 6; seed++) {
		row(seed, "seed %d", (int)seed);
		try_town(seed, 1000 + seed % 4, 100 - (seed > 3), 3, seed % 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_small_towns),
		cmocka_unit_test(test_large_towns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
