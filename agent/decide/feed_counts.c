#include "decide/feed_counts.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memo.h"
#include "base/memory/table.h"
#include "decide/asked_roles.h"
#include "decide/feed_absences.h"
#include "model/person.h"
#include "model/snapshot.h"

struct table *feed_people(const struct snapshot *snapshot, struct arena *arena)
{
	struct table *people = table_new(arena);

	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);
		char *identity = person->known_as_count > 0
			? arena_string(arena, person_identity(person))
			: NULL;

		for (size_t j = 0; j < person->known_as_count; j++) {
			char *name = arena_string(arena, person->known_as[j]);
			const char *other = table_find(people, name);

			table_put(people, name,
				!other || strcmp(other, identity) == 0 ? identity : name);
		}
	}
	return people;
}

/* The rows of one record together: one that names several people has several. */
struct record_sum {
	bool is_readable, is_unusable, is_known, is_used, is_unasked;
};

static void add_row(struct record_sum *sum, const struct feed_record *row, bool is_known)
{
	sum->is_readable |= row->state == RECORD_READABLE;
	sum->is_unusable |= row->state == RECORD_UNUSABLE;
	sum->is_known |= is_known;
	sum->is_used |= is_known && row->state == RECORD_READABLE && !sum->is_unasked;
}

static void add_record(struct feed_counts *counts, const struct record_sum *sum)
{
	counts->records++;
	if (sum->is_readable)
		counts->readable++;
	else if (sum->is_unusable)
		counts->unusable++;
	else
		counts->set_aside++;
	counts->unasked += sum->is_readable && sum->is_unasked;
	counts->known += sum->is_known;
	counts->used += sum->is_used;
}

/* Whether a record gives roles only that no route asks for; `*next` is the first role that may be of it, or a later one. */
static bool is_unasked(const struct feed_roles *roles, size_t number, size_t *next,
	const struct asked_roles *asked)
{
	bool is_asked = false;

	if (!asked)
		return false;
	for (; *next < roles->count && !roles->items[*next].kept &&
		roles->items[*next].record <= number;
		++*next)
		is_asked |= roles->items[*next].record == number &&
			asked_roles_judge(asked, roles->items[*next].role) == ROLE_ASKED;
	return !is_asked;
}

/* Whether the directory has the person, found once for each text. */
struct counted_ctx {
	const struct feed_absences *absences; /* how people are compared */
	const struct table *people;
	struct memo met; /* the address of a text -> `known` or `unknown` of is_known() */
};

static bool is_known(struct counted_ctx *ctx, const char *person)
{
	static char known, unknown;
	struct memo_slot *slot = memo_at_address(&ctx->met, person);
	struct arena *arena;

	if (!slot->value) {
		arena = arena_new();
		slot->value = table_find(ctx->people,
				      name_key(arena, ctx->absences->match, person,
					      ctx->absences->as_number))
			? &known
			: &unknown;
		arena_free(arena);
	}
	return slot->value == &known;
}

void feed_reading_count(struct feed_counts *counts, const struct feed_reading *reading,
	const struct table *people, const struct asked_roles *asked)
{
	struct counted_ctx ctx = {.absences = &reading->absences, .people = people};
	size_t next_role = 0;

	*counts = (struct feed_counts){0};
	for (size_t i = 0; i < reading->record_count;) {
		size_t number = reading->records[i].number;
		struct record_sum sum = {
			.is_unasked = is_unasked(&reading->roles, number, &next_role, asked)};

		for (; i < reading->record_count && reading->records[i].number == number; i++) {
			const struct feed_record *row = &reading->records[i];

			add_row(&sum, row, row->person && is_known(&ctx, row->person));
		}
		add_record(counts, &sum);
	}
	memo_release(&ctx.met);
}
