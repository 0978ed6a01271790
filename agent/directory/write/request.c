#include "directory/write/request.h"

#include <ldap.h>
#include <poll.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "directory/connection/connection.h"
#include "directory/write/member_op.h"
#include "model/person_values.h"
#include "model/plan.h"
#include "model/settings.h"

static LDAPMod *make_modification(struct arena *arena, int operation, const char *type,
	struct berval **values)
{
	LDAPMod *mod = arena_get(arena, sizeof(*mod));

	mod->mod_op = operation | LDAP_MOD_BVALUES;
	mod->mod_type = (char *)type;
	mod->mod_bvalues = values;
	return mod;
}

static bool is_cut(const struct connection *connection)
{
	struct pollfd socket = {.fd = -1, .events = POLLRDHUP};

	ldap_get_option(connection->ld, LDAP_OPT_DESC, &socket.fd);
	return poll(&socket, 1, 0) > 0 && (socket.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/*
 * `result`: of sending a request; `was_cut`: before that. What is sent to a server that had
 * hung up is lost for sure; one that hangs up later may have done it.
 */
static void note_sent(struct connection *connection, int result, bool was_cut)
{
	connection->connected_once = result == LDAP_SUCCESS && !was_cut;
}

/* All the entry's values of the type of number `first`; NULL where an earlier one has that type. */
static LDAPMod *attribute_of(struct arena *arena, const struct list_plan *list, size_t first)
{
	const char *type = list->entry[first].type;
	struct berval **values =
		arena_get(arena, (list->entry_count + 1) * sizeof(struct berval *));
	size_t count = 0;

	for (size_t i = 0; i < list->entry_count; i++) {
		const struct attribute *attribute = &list->entry[i];

		if (strcasecmp(attribute->type, type) != 0)
			continue;
		if (i < first)
			return NULL;
		values[count] = arena_get(arena, sizeof(**values));
		ber_str2bv(attribute->value, strlen(attribute->value), 0, values[count++]);
	}
	return make_modification(arena, LDAP_MOD_ADD, type, values);
}

/* The values that wait, NULL-ended; NULL: there are none. */
static struct berval **waiting_values(struct arena *arena, const struct member_ops *ops)
{
	struct berval **values = arena_get(arena, (ops->count + 1) * sizeof(struct berval *));
	struct berval *items = arena_get(arena, ops->count * sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < ops->count; i++) {
		if (ops->items[i].state != MEMBER_OP_WAITING)
			continue;
		values[count] = &items[count];
		ber_str2bv(ops->items[i].dn, 0, 0, values[count++]);
	}
	return count > 0 ? values : NULL;
}

/* Additions come first: what a server checks step by step is never without a member. */
static void add_members(LDAPMod **mods, size_t count, struct arena *arena, const char *attribute,
	const struct member_chunk *chunk)
{
	const struct member_ops *const kinds[] = {&chunk->additions, &chunk->removals};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct berval **values = waiting_values(arena, kinds[i]);

		if (values)
			mods[count++] =
				make_modification(arena, kinds[i]->operation, attribute, values);
	}
}

int request_members_send(struct connection *connection, const struct list_plan *list, bool exists,
	const struct member_chunk *chunk, int *id)
{
	struct arena *arena = arena_new();
	LDAPMod **mods = arena_get(arena, (list->entry_count + 3) * sizeof(struct LDAPMod *));
	bool was_cut = is_cut(connection);
	size_t count = 0;
	int result;

	for (size_t i = 0; i < list->entry_count && !exists; i++) {
		mods[count] = attribute_of(arena, list, i);
		if (mods[count])
			count++;
	}
	add_members(mods, count, arena, connection->settings->member_attribute, chunk);
	if (exists)
		result = ldap_modify_ext(connection->ld, list->dn, mods, NULL, NULL, id);
	else
		result = ldap_add_ext(connection->ld, list->dn, mods, NULL, NULL, id);
	note_sent(connection, result, was_cut);
	arena_free(arena);
	return result;
}

/* NULL-ended. */
static struct berval **values_of(struct arena *arena, const struct value_set *set)
{
	struct berval **values = arena_get(arena, (set->count + 1) * sizeof(struct berval *));

	for (size_t i = 0; i < set->count; i++) {
		values[i] = arena_get(arena, sizeof(**values));
		ber_str2bv(set->items[i], 0, 0, values[i]);
	}
	return values;
}

/* Deletes come first: an attribute of one value has no room for another before that. */
int request_change(struct connection *connection, const struct entry_change *change)
{
	struct arena *arena = arena_new();
	LDAPMod *mods[2 * PERSON_ATTRIBUTES_MAX + 1] = {NULL};
	bool was_cut = is_cut(connection);
	size_t count = 0;
	int id = 0, result;

	for (size_t i = 0; i < change->count; i++) {
		const struct value_change *item = &change->items[i];

		if (item->removed.count > 0)
			mods[count++] = make_modification(arena, LDAP_MOD_DELETE, item->type,
				values_of(arena, &item->removed));
		if (item->added.count > 0)
			mods[count++] = make_modification(arena, LDAP_MOD_ADD, item->type,
				values_of(arena, &item->added));
	}
	result = ldap_modify_ext(connection->ld, change->dn, mods, NULL, NULL, &id);
	note_sent(connection, result, was_cut);
	arena_free(arena);
	return result == LDAP_SUCCESS ? connection_answer(connection, id, NULL) : result;
}
