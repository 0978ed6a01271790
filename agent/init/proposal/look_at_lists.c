#include "init/proposal/look_at_lists.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/entry/entry.h"
#include "directory/entry/filter.h"
#include "directory/search/value_exists.h"
#include "init/proposal/proposal.h"
#include "init/survey/sample.h"
#include "init/survey/survey_read.h"
#include "model/settings.h"

#define UNIT_GROUPS_MAX 5000
#define HOLDERS_MAX     200 /* looked for on each list; where there are more, nothing is said of them */

struct unit_ctx {
	struct arena *arena;
	const struct proposal *proposal;
	struct proposed_unit *unit;
	const struct dialect *dialect;
};

static void add_group(void *context, const struct dir_entry *entry)
{
	struct unit_ctx *u = context;
	struct proposed_unit *unit = u->unit;
	const char *dn = entry_dn(u->arena, entry);

	if (!dn || proposal_has_list(u->proposal, u->arena, dn))
		return;
	if (unit->other_count < PROPOSED_SHOWN_MAX)
		unit->others[unit->other_count] = dn;
	unit->other_count++;
	unit->protected_count += survey_is_protected(u->dialect, entry);
}

static enum error_kind look_at_unit(struct connection *connection, struct arena *arena,
	const struct proposal *proposal, struct proposed_unit *unit, struct error *err)
{
	struct unit_ctx u = {
		.arena = arena, .proposal = proposal, .unit = unit, .dialect = connection->dialect};
	struct strbuf filter = STRBUF_INIT;
	enum error_kind failed;

	strbuf_adds(&filter, "(|");
	for (const char *const *class = connection->dialect->group_classes; *class; class ++)
		filter_add_equal(&filter, "objectClass", *class);
	strbuf_addc(&filter, ')');
	failed = sample_take(connection,
		&(const struct sample){.base = unit->dn,
			.filter = filter.text,
			.attributes = survey_group_attributes(connection->dialect, arena),
			.most = UNIT_GROUPS_MAX,
			.paged = true,
			.on_entry = add_group,
			.context = &u},
		&unit->more, err);
	strbuf_release(&filter);
	return failed;
}

static enum error_kind look_at_list(struct connection *connection, struct arena *arena,
	const struct proposal *proposal, struct proposed_list *list, struct error *err)
{
	struct presence *items;
	enum error_kind failed;

	if (!list->group || proposal->holder_count == 0 || proposal->holder_count > HOLDERS_MAX)
		return ERROR_NONE;
	items = arena_get(arena, proposal->holder_count * sizeof(*items));
	for (size_t i = 0; i < proposal->holder_count; i++) {
		items[i].dn = list->group->dn;
		items[i].type = list->group->is_unique ? "uniqueMember" : "member";
		items[i].value = proposal->holders[i];
	}
	failed = presence_look(connection, items, proposal->holder_count, err);
	for (size_t i = 0; !failed && i < proposal->holder_count; i++)
		list->there += items[i].is_there;
	list->joins = proposal->holder_count - list->there;
	list->has_joins = !failed;
	return failed;
}

enum error_kind look_at_lists(struct connection *connection, struct arena *arena,
	struct proposal *proposal, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < proposal->route_count && !failed; i++) {
		struct proposed_route *route = &proposal->routes[i];

		failed = look_at_list(connection, arena, proposal, &route->ordinary, err);
		if (!failed)
			failed = look_at_list(connection, arena, proposal, &route->critical, err);
	}
	for (size_t i = 0; i < proposal->unit_count && !failed; i++)
		failed = look_at_unit(connection, arena, proposal, &proposal->units[i], err);
	return failed;
}
