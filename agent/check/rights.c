#include "check/rights.h"

#include <stddef.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "cli/options.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/write/group_rights.h"
#include "directory/write/write.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/session.h"

/* How many attributes or classes a finding names. */
#define NAMED_MAX 5

/* What the account could do beyond its work, if somebody got hold of it. */
static void find_more(struct session *session, const struct list_plan *list,
	const struct strings *more)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < more->count && i < NAMED_MAX; i++)
		strbuf_add_item(&names, ", ", more->items[i]);
	if (more->count > NAMED_MAX)
		strbuf_adds(&names, ", …");
	if (list->list->exists)
		findings_add(&session->work.findings, FINDING_WARNING, list->dn,
			_("this account may write more of the list than %s, which is all it needs: "
			  "%s (%zu)"),
			session->config.settings->member_attribute, names.text, more->count);
	else
		findings_add(&session->work.findings, FINDING_WARNING, list->dn,
			_("this account may make more beside the list than lists: %s (%zu)"),
			names.text, more->count);
	strbuf_release(&names);
}

static void find_rights(struct session *session, const struct list_plan *list,
	const struct list_rights *rights)
{
	const char *attribute = session->config.settings->member_attribute;

	if (!rights->is_known)
		findings_add(&session->work.findings, FINDING_WARNING, list->dn,
			_("the server does not tell whether this account may write %s"), attribute);
	else if (!rights->may_write && list->list->exists)
		findings_add(&session->work.findings, FINDING_ERROR, list->dn,
			_("this account may not write %s; give it that right"), attribute);
	else if (!rights->may_write)
		findings_add(&session->work.findings, FINDING_ERROR, list->dn,
			_("the list is not there, and this account may not make it"));
	if (rights->more.count > 0)
		find_more(session, list, &rights->more);
}

/* Whether the bind may write each list, and no more of it. */
static enum error_kind check_lists_own(struct session *session, struct error *err)
{
	for (size_t i = 0; i < session->work.plan->list_count; i++) {
		const struct list_plan *list = &session->work.plan->lists[i];
		struct list_rights rights;
		enum error_kind failed;

		if (list->list->ban || (!list->list->exists && list->entry_count == 0))
			continue;
		failed = write_may(&session->sources.connection, list, session->work.arena, &rights,
			err);
		if (failed)
			return failed;
		find_rights(session, list, &rights);
	}
	return ERROR_NONE;
}

/* How many groups a finding names. */
#define GROUPS_NAMED_MAX 10

static struct table *keys_of_lists(struct session *session)
{
	struct table *keys = table_new(session->work.arena);

	for (size_t i = 0; i < session->work.plan->list_count; i++) {
		const struct list_plan *list = &session->work.plan->lists[i];

		const char *key = dn_key(session->work.arena, list->dn);

		if (list->list->ban)
			continue;
		table_put(keys, list->list->key, keys);
		if (key)
			table_put(keys, key, keys);
	}
	return keys;
}

/* "Domain Admins; Schema Admins", by their DNs under -v and in JSON; in the session's arena. */
static const char *group_names(struct session *session, const struct writable_group *groups,
	size_t count)
{
	const struct options *options = session->config.options;
	bool in_full = options->verbose || options->json;
	struct arena *arena = session->work.arena;
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < count && i < GROUPS_NAMED_MAX; i++)
		strbuf_add_item(&names, "; ",
			in_full ? groups[i].dn : dn_leaf(arena, groups[i].dn));
	if (count > GROUPS_NAMED_MAX)
		strbuf_adds(&names, "; …");
	return strbuf_to_arena(&names, arena);
}

/* Groups that are not lists. */
static enum error_kind check_others(struct session *session, struct error *err)
{
	struct connection *connection = &session->sources.connection;
	const char *root = connection_root(connection, session->work.arena);
	struct group_rights rights;
	size_t protected_count = 0;
	enum error_kind failed = group_rights_find(connection, keys_of_lists(session),
		session->work.arena, &rights, err);

	if (failed || !rights_are_shown(session))
		return failed;
	while (protected_count < rights.count &&
		writable_group_is_protected(&rights.items[protected_count]))
		protected_count++;
	if (protected_count > 0)
		findings_add(&session->work.findings, FINDING_ERROR,
			dn_domain(session->work.arena, root),
			_("this account may change who is in %zu groups that Active Directory "
			  "protects, and must not: %s. Take that right from it: it needs to write the "
			  "lists only"),
			protected_count, group_names(session, rights.items, protected_count));
	if (rights.count > protected_count)
		findings_add(&session->work.findings, FINDING_WARNING, root,
			_("this account may change who is in %zu groups that are not lists: %s. Give "
			  "it the right to the lists' own OU only, or to each list"),
			rights.count - protected_count,
			group_names(session, rights.items + protected_count,
				rights.count - protected_count));
	if (!rights.is_known)
		findings_add(&session->work.findings, FINDING_WARNING, root, "%s",
			_("the server refused to show which groups this account may write, so that is "
			  "not known"));
	else if (!rights.shows_admin_count)
		findings_add(&session->work.findings, FINDING_WARNING, root, "%s",
			_("no group shows this account an adminCount, so groups that are protected by "
			  "that cannot be told from others; give it the right to read adminCount"));
	if (rights.is_cut)
		findings_add(&session->work.findings, FINDING_WARNING, root,
			_("%zu groups were looked at for whether this account may write them; there are "
			  "more"),
			rights.looked_at);
	return ERROR_NONE;
}

bool rights_are_shown(const struct session *session)
{
	const struct dialect *dialect = session->sources.connection.dialect;

	return dialect && dialect->attribute_rights;
}

enum error_kind check_rights(struct session *session, struct error *err)
{
	enum error_kind failed = check_lists_own(session, err);

	return failed ? failed : check_others(session, err);
}
