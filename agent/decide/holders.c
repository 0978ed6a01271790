#include "decide/holders.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "decide/role_value.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/snapshot.h"

/* The holders of one role. */
struct role_holders {
	struct holder *items;
	size_t count, room;
};

struct holders {
	struct arena *arena;       /* borrowed */
	struct table *by_spelling; /* folded spelling -> struct role_holders */
	struct table *by_id;       /* role id -> struct role_holders */
	size_t person_count;       /* of the snapshot, that were looked at */
};

static void add_role(struct holders *holders, const struct role *role)
{
	struct role_holders *of_role = arena_get(holders->arena, sizeof(*of_role));

	table_put(holders->by_id, role->id, of_role);
	for (size_t i = 0; i < role->spelling_count; i++)
		table_put(holders->by_spelling, role->spellings[i], of_role);
}

/* Add a holder of the role that `value` means; `holder` says who, when and by what. */
static void add_value(struct holders *holders, const char *value, struct holder holder)
{
	const struct role_value read = role_value_read(holders->arena, value);
	struct role_holders *of_role = table_find(holders->by_spelling, read.spelling);

	if (!of_role)
		return;
	holder.scope = read.scope;
	of_role->items = arena_grow(holders->arena, of_role->items, of_role->count, &of_role->room,
		sizeof(*of_role->items));
	of_role->items[of_role->count++] = holder;
}

/* Add what the directory and the feeds say of one. */
static void add_person(struct holders *holders, const struct person *person)
{
	for (size_t i = 0; i < person->role_count; i++)
		add_value(holders, person->roles[i],
			(struct holder){
				.person = person, .start = MOMENT_EARLIEST, .end = MOMENT_LATEST});
	for (size_t i = 0; i < person->given_count; i++)
		add_value(holders, person->given[i].role,
			(struct holder){.person = person,
				.feed = person->given[i].feed,
				.start = person->given[i].start,
				.end = person->given[i].end});
}

void holders_add_new(struct holders *holders, const struct snapshot *snapshot)
{
	for (; holders->person_count < snapshot_person_count(snapshot); holders->person_count++)
		add_person(holders, snapshot_person_at(snapshot, holders->person_count));
}

struct holders *holders_find(struct arena *arena, const struct mapping *mapping,
	const struct snapshot *snapshot)
{
	struct holders *holders = arena_get(arena, sizeof(*holders));

	holders->arena = arena;
	holders->by_spelling = table_new(arena);
	holders->by_id = table_new(arena);
	for (size_t i = 0; i < mapping->role_count; i++)
		add_role(holders, &mapping->roles[i]);
	holders_add_new(holders, snapshot);
	return holders;
}

const struct holder *holders_of(const struct holders *holders, const struct role *role,
	size_t *count)
{
	const struct role_holders *of_role = table_find(holders->by_id, role->id);

	*count = of_role ? of_role->count : 0;
	return of_role ? of_role->items : NULL;
}

bool holder_is_wanted(const struct holder *holder, const struct role_wanted *wanted)
{
	return !wanted->scope || (holder->scope && strcmp(holder->scope, wanted->scope) == 0);
}

bool holder_holds(const struct holder *holder, const struct time_scope *scope)
{
	return holder->start <= scope->to &&
		(holder->end > scope->from || holder->end == MOMENT_LATEST);
}
