#include "directory/read/gather.h"

#include "decide/missing.h"
#include "decide/snapshot_update.h"
#include "directory/connection/connection.h"
#include "directory/read/base_visible.h"
#include "directory/read/lookup.h"
#include "directory/read/role_filter.h"
#include "model/reference.h"
#include "model/snapshot.h"

/* By this key, which no reference has, a snapshot remembers that the holders are in it. */
#define HOLDERS_KEY "role holders"

static enum error_kind gather_holders(struct lookups *lookups, const struct mapping *mapping,
	bool whole_gallery, struct error *err)
{
	struct strings filters;
	enum error_kind kind;

	if (snapshot_ref(lookups->snapshot, HOLDERS_KEY))
		return ERROR_NONE;
	people_base_look_at(lookups->queue, lookups->connection, lookups->arena);
	filters = role_filters(lookups->arena, mapping, lookups->people_filter,
		&lookups->reader.names.role, whole_gallery);
	for (size_t i = 0; i < filters.count; i++) {
		lookup_people(lookups, filters.items[i]);
		lookup_mailboxes_among(lookups, filters.items[i]);
	}
	kind = lookups_run(lookups, err);
	if (kind == ERROR_NONE) {
		snapshot_resolve(lookups->snapshot, HOLDERS_KEY,
			&(struct resolved_ref){.kind = REF_OTHER});
	}
	return kind;
}

/* One round; `*asked` tells whether anything was wanted. */
static enum error_kind gather_wants(struct lookups *lookups, struct missing_rounds *rounds,
	bool *asked, struct error *err)
{
	struct missing missing;

	missing_rounds_next(rounds, &missing);
	for (size_t i = 0; i < missing.refs.count; i++)
		lookup_reference(lookups, &missing.refs.items[i]);
	for (size_t i = 0; i < missing.list_count; i++)
		lookup_list(lookups, &missing.lists[i]);
	*asked = missing.refs.count + missing.list_count > 0;
	return lookups_run(lookups, err);
}

enum error_kind gather(struct connection *connection, const struct mapping *mapping,
	struct snapshot *snapshot, const struct time_scope *scope, struct error *err)
{
	struct missing_rounds *rounds;
	struct lookups lookups;
	bool asked = true;
	enum error_kind kind;

	lookups_init(&lookups, connection, snapshot);
	kind = gather_holders(&lookups, mapping, scope->everyone, err);
	rounds = missing_rounds_new(mapping, &connection->settings->policy, snapshot, scope);
	while (kind == ERROR_NONE && asked)
		kind = gather_wants(&lookups, rounds, &asked, err);
	missing_rounds_free(rounds);
	lookups_release(&lookups);
	return kind;
}

enum error_kind gather_references(struct connection *connection, struct snapshot *snapshot,
	const struct references *references, struct error *err)
{
	struct lookups lookups;
	enum error_kind kind;

	lookups_init(&lookups, connection, snapshot);
	for (size_t i = 0; i < references->count; i++) {
		if (!snapshot_ref(snapshot, references->items[i].key))
			lookup_reference(&lookups, &references->items[i]);
	}
	kind = lookups_run(&lookups, err);
	lookups_release(&lookups);
	return kind;
}

enum error_kind gather_lists(struct connection *connection, struct snapshot *snapshot,
	const struct group_wanted *lists, size_t count, struct error *err)
{
	struct lookups lookups;
	enum error_kind kind;

	lookups_init(&lookups, connection, snapshot);
	for (size_t i = 0; i < count; i++)
		lookup_list(&lookups, &lists[i]);
	kind = lookups_run(&lookups, err);
	lookups_release(&lookups);
	return kind;
}

enum error_kind gather_changed(struct connection *connection, struct snapshot *snapshot,
	const struct dir_change *const *changes, size_t count, struct error *err)
{
	struct lookups lookups;
	enum error_kind kind;

	lookups_init(&lookups, connection, snapshot);
	for (size_t i = 0; i < count; i++) {
		if (changes[i]->dn_key && !changes[i]->is_gone)
			lookup_changed(&lookups, changes[i]->dn, changes[i]->dn_key);
	}
	kind = lookups_run(&lookups, err);
	for (size_t i = 0; i < count && kind == ERROR_NONE; i++) {
		if (changes[i]->identity)
			snapshot_invalidate_names(snapshot, changes[i]->identity);
	}
	lookups_release(&lookups);
	return kind;
}
