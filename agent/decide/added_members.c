#include "decide/added_members.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/snapshot.h"

struct added_members *added_members_new(struct arena *arena)
{
	struct added_members *added = arena_get(arena, sizeof(*added));

	added->arena = arena;
	added->by_name = table_new(arena);
	return added;
}

const char *added_members_list(const struct list *list)
{
	return list->identity ? list->identity : list->key;
}

/* The value comes last, so that none can be written to look like that of another list. */
static void add_name(struct strbuf *out, const char *list, const char *kind, const char *name)
{
	strbuf_addf(out, "%s\n%s\n%s", list, kind, name);
}

static struct added_member *find_name(const struct added_members *added, const char *list,
	const char *kind, const char *name)
{
	struct strbuf text = STRBUF_INIT;
	struct added_member *found;

	add_name(&text, list, kind, name);
	found = table_find(added->by_name, text.text);
	strbuf_release(&text);
	return found;
}

static void put_name(struct added_members *added, const char *kind, const char *name,
	struct added_member *member)
{
	struct strbuf text = STRBUF_INIT;

	add_name(&text, member->list, kind, name);
	table_put(added->by_name, arena_string(added->arena, text.text), member);
	strbuf_release(&text);
}

/* Whether the person who bears a DN now is another than the one who bore it then. */
static bool is_another(const struct added_member *member, const char *identity)
{
	return member->identity && identity && strcmp(member->identity, identity) != 0;
}

static struct added_member *find_member(const struct added_members *added, const char *list,
	const char *key, const char *identity)
{
	struct added_member *found = identity ? find_name(added, list, "id", identity) : NULL;

	if (found)
		return found;
	found = find_name(added, list, "dn", key);
	return found && strcmp(found->key, key) == 0 && !is_another(found, identity) ? found : NULL;
}

struct added_member *added_members_find_any(const struct added_members *added, const char *list,
	const char *key, const struct person *person)
{
	return added ? find_member(added, list, key, person ? person->identity : NULL) : NULL;
}

struct added_member *added_members_find(const struct added_members *added, const struct list *list,
	const char *key, const struct person *person)
{
	const char *names[] = {list->identity, list->key};

	for (size_t i = 0; i < 2; i++) {
		struct added_member *found =
			names[i] ? added_members_find_any(added, names[i], key, person) : NULL;

		if (found && !found->gone)
			return found;
	}
	return NULL;
}

static void put_names(struct added_members *added, struct added_member *member)
{
	put_name(added, "dn", member->key, member);
	if (member->identity)
		put_name(added, "id", member->identity, member);
}

void added_members_set_list(struct added_members *added, struct added_member *member,
	const struct list *list)
{
	const char *name = added_members_list(list);

	if (strcmp(member->list, name) == 0)
		return;
	member->list = arena_string(added->arena, name);
	put_names(added, member);
}

struct added_member *added_members_put(struct added_members *added,
	const struct added_member *member)
{
	struct added_member *to = find_member(added, member->list, member->key, member->identity);
	struct arena *arena = added->arena;

	if (!to) {
		to = arena_get(arena, sizeof(*to));
		added->items = arena_grow(arena, added->items, added->count, &added->room,
			sizeof(struct added_member *));
		added->items[added->count++] = to;
	}
	*to = (struct added_member){
		.list = arena_string(arena, member->list),
		.dn = arena_string(arena, member->dn),
		.key = arena_string(arena, member->key),
		.identity = arena_string(arena, member->identity),
		.when = member->when,
		.stand_in = member->stand_in,
		.gone = member->gone,
		.removed_by = arena_string(arena, member->removed_by),
	};
	put_names(added, to);
	return to;
}
