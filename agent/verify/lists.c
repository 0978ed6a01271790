#include "verify/lists.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/read/address_bearer.h"
#include "directory/read/exchange_list.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/session.h"
#include "verify/note.h"
#include "verify/verification.h"

/* How many entries or addresses a finding names. */
#define BEARERS_NAMED_MAX 3

/* Addresses, and whose each is. */
struct owners {
	struct address_query *queries;
	const struct list **lists; /* of each; NULL: the mailbox */
	size_t count;
};

/* Rules cannot send to a list without an address; the words are those of rules/model/rules.c, so both say it once. */
static void check_address(struct verification *v, const struct list_plan *list)
{
	bool is_made = !list->list->exists && !list->list_missing;

	if (list->block->kind == BLOCK_MAILBOX || list->block->address)
		return;
	if (list->list->exists && !list->list->mail)
		findings_add(v->findings, FINDING_ERROR, list->block->list, "%s",
			_("the list has no mail address; give it one, or write `address` in the "
			  "route"));
	else if (is_made)
		findings_add(v->findings, FINDING_ERROR, list->block->list, "%s",
			_("the list is not there, so it has no address; make it, or write `address` in "
			  "the route"));
}

static void check_kind(struct verification *v, const struct list_plan *list)
{
	if (list->list->exists && list->list->is_security && !list->list->ban)
		findings_add(v->findings, FINDING_WARNING, list->dn, "%s",
			_("it is a security group, so whoever joins the list also gets the rights that "
			  "the group gives; a distribution group gives none"));
}

/* "a@x; b@x", the first few; in `arena`. */
static const char *name_addresses(struct arena *arena, const struct list *list)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < list->addresses.count && i < BEARERS_NAMED_MAX; i++)
		strbuf_add_item(&names, "; ", list->addresses.items[i]);
	if (list->addresses.count > BEARERS_NAMED_MAX)
		strbuf_adds(&names, "; …");
	return strbuf_to_arena(&names, arena);
}

static void add_owner(struct owners *owners, const char *address, const struct list *list)
{
	if (!address)
		return;
	for (size_t i = owners->count; i > 0 && owners->lists[i - 1] == list; i--) {
		if (text_same(owners->queries[i - 1].address, address))
			return;
	}
	owners->queries[owners->count].address = address;
	owners->lists[owners->count++] = list;
}

static struct owners find_owners(struct verification *v)
{
	const struct plan *plan = v->session->work.plan;
	struct arena *arena = v->session->work.arena;
	struct owners owners = {0};
	size_t most = 1;

	for (size_t i = 0; i < plan->list_count; i++)
		most += 1 + plan->lists[i].list->addresses.count;
	owners.queries = arena_get(arena, most * sizeof(*owners.queries));
	owners.lists = arena_get(arena, most * sizeof(const struct list *));
	add_owner(&owners, v->session->config.settings->mailbox.address, NULL);
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list *list = plan->lists[i].list;

		add_owner(&owners, plan->lists[i].block->address, list);
		for (size_t j = 0; j < list->addresses.count; j++)
			add_owner(&owners, list->addresses.items[j], list);
	}
	return owners;
}

/* Name those who bear it besides `list`; returns how many do. */
static size_t name_others(struct strbuf *names, struct arena *arena,
	const struct address_query *query, const struct list *list)
{
	const char *key = list ? dn_key(arena, list->dn) : NULL;
	size_t others = 0;

	for (const struct address_bearer *b = query->bearers; b; b = b->next) {
		if (list && (strcmp(b->key, list->key) == 0 || (key && strcmp(b->key, key) == 0)))
			continue;
		if (others++ < BEARERS_NAMED_MAX)
			strbuf_add_item(names, "; ", b->dn);
	}
	if (others > BEARERS_NAMED_MAX)
		strbuf_adds(names, "; …");
	return others;
}

/* An address that two entries bear is one that mail may miss. */
static void check_owner(struct verification *v, const struct address_query *query,
	const struct list *list)
{
	const char *own = v->session->config.settings->mailbox.address;
	struct strbuf names = STRBUF_INIT;
	size_t others = name_others(&names, v->session->work.arena, query, list);

	if (!list && others > 1)
		findings_add(v->findings, FINDING_ERROR, query->address,
			_("%zu entries bear the mailbox's address, so its mail may go to any of them, or "
			  "to none; leave it with the mailbox alone: %s"),
			others, names.text);
	else if (!list && others == 1 && query->bearers->sign == MAILBOX_NOT)
		findings_add(v->findings, FINDING_IMPORTANT, query->address,
			_("the mailbox's address belongs to %s, which is a group, a contact or a user "
			  "without a mailbox; a group passes mail on past the rules"),
			names.text);
	else if (list && others > 0 && !(own && text_same(own, query->address)))
		findings_add(v->findings, FINDING_ERROR, list->dn,
			_("another entry bears the list's address %s, too, so its mail may go there, or "
			  "nowhere; leave it with one of them: %s"),
			query->address, names.text);
	strbuf_release(&names);
}

/* Mail to the mailbox would reach everyone on the list at once, past the rules. */
static void check_own_address(struct verification *v, const struct list_plan *list)
{
	const char *own = v->session->config.settings->mailbox.address;

	for (size_t i = 0; own && i < list->list->addresses.count; i++) {
		if (text_same(list->list->addresses.items[i], own))
			findings_add(v->findings, FINDING_ERROR, list->dn,
				_("the list has the mailbox's own address, %s, so mail to the mailbox "
				  "may go to the list instead; take it from the list"),
				own);
	}
}

/* Rules send to the route's address, which may lead elsewhere. A list that shows no address of its own is one that has none. */
static void check_route_address(struct verification *v, const struct list_plan *list)
{
	const char *address = list->block->address;

	if (!address || list->list->addresses.count == 0)
		return;
	for (size_t i = 0; i < list->list->addresses.count; i++) {
		if (text_same(list->list->addresses.items[i], address))
			return;
	}
	findings_add(v->findings, FINDING_IMPORTANT, list->dn,
		_("the route's address %s is none of the list's, which are: %s; mail to it may not "
		  "reach the list's members; write one of the list's, or leave `address` out"),
		address, name_addresses(v->session->work.arena, list->list));
}

/* What Exchange does with mail to the list (Microsoft's Set-DistributionGroup and Enable-DistributionGroup). */
static void judge_exchange_list(struct verification *v, const struct exchange_list *list,
	const struct exchange_schema *schema)
{
	if (schema->is_known[EXCHANGE_INSIDE] && list->has[EXCHANGE_INSIDE])
		findings_add(v->findings, FINDING_ERROR, list->dn,
			_("the list refuses mail from outside (msExchRequireAuthToSendTo is TRUE), and "
			  "KOMBIT's mail is from outside: Set-DistributionGroup "
			  "-RequireSenderAuthenticationEnabled $false; a group that Entra Connect "
			  "synchronises is changed on premises, and waits for the next "
			  "synchronisation"));
	if (schema->is_known[EXCHANGE_MODERATED] && list->has[EXCHANGE_MODERATED])
		findings_add(v->findings, FINDING_IMPORTANT, list->dn,
			_("the list is moderated (msExchEnableModeration is TRUE), so its mail waits for "
			  "a moderator: Set-DistributionGroup -ModerationEnabled $false; a group that "
			  "Entra Connect synchronises is changed on premises"));
	if (schema->is_known[EXCHANGE_ALIAS] &&
		(!list->has[EXCHANGE_ALIAS] ||
			(schema->is_known[EXCHANGE_ADDRESSES] && !list->has[EXCHANGE_ADDRESSES])))
		findings_add(v->findings, FINDING_ERROR, list->dn,
			_("the list has no %s, so it is not a recipient of Exchange and gets no mail: "
			  "Enable-DistributionGroup, on premises, gives it what it lacks"),
			exchange_attribute_name(list->has[EXCHANGE_ALIAS] ? EXCHANGE_ADDRESSES
									  : EXCHANGE_ALIAS));
}

/* What of it no group shows, in one note. */
static void note_unknown(struct verification *v, const struct exchange_schema *schema)
{
	static const enum exchange_attribute wanted[] = {EXCHANGE_ALIAS, EXCHANGE_INSIDE};
	const struct dialect *dialect = v->session->sources.connection.dialect;
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++) {
		if (!schema->is_known[wanted[i]] &&
			(schema->is_there[wanted[i]] ||
				dialect->kind == DIRECTORY_ACTIVE_DIRECTORY))
			strbuf_add_item(&names, ", ", exchange_attribute_name(wanted[i]));
	}
	if (names.length > 0)
		note_add(v->notes,
			_("Unknown: whether Exchange takes mail from outside for the lists. No group "
			  "shows this account %s."),
			names.text);
	strbuf_release(&names);
}

static enum error_kind check_exchange(struct verification *v, struct error *err)
{
	const struct plan *plan = v->session->work.plan;
	struct exchange_schema schema;
	struct exchange_list *lists =
		arena_get(v->session->work.arena, (plan->list_count + 1) * sizeof(*lists));
	size_t count = 0;

	/* Rules send no mail to the mailbox's list. */
	for (size_t i = 0; i < plan->list_count; i++) {
		if (plan->lists[i].list->exists && plan->lists[i].block->kind != BLOCK_MAILBOX)
			lists[count++].dn = plan->lists[i].dn;
	}
	if (count == 0 ||
		exchange_lists_read(&v->session->sources.connection, lists, count,
			v->session->work.arena, &schema, err))
		return err->kind;
	for (size_t i = 0; i < count; i++) {
		if (lists[i].is_seen)
			judge_exchange_list(v, &lists[i], &schema);
	}
	note_unknown(v, &schema);
	return ERROR_NONE;
}

enum error_kind verify_list_mail(struct verification *v, struct error *err)
{
	const struct plan *plan = v->session->work.plan;
	struct owners owners = find_owners(v);
	bool is_known;
	enum error_kind failed;

	for (size_t i = 0; i < plan->list_count; i++)
		check_own_address(v, &plan->lists[i]);
	failed = address_bearers_find(&v->session->sources.connection, owners.queries, owners.count,
		v->session->work.arena, &is_known, err);
	for (size_t i = 0; i < owners.count && !failed; i++)
		check_owner(v, &owners.queries[i], owners.lists[i]);
	if (!failed && !is_known)
		findings_add(v->findings, FINDING_WARNING,
			connection_root(&v->session->sources.connection, v->session->work.arena),
			"%s",
			_("the server refused to search for who else bears an address of a list or of the "
			  "mailbox, so that is not known"));
	return failed ? failed : check_exchange(v, err);
}

static bool is_of_list(const struct list_plan *list, const char *address)
{
	if (list->block->address && text_same(list->block->address, address))
		return true;
	for (size_t i = 0; i < list->list->addresses.count; i++) {
		if (text_same(list->list->addresses.items[i], address))
			return true;
	}
	return list->list->mail && text_same(list->list->mail, address);
}

/* Who of the list has this address; NULL: nobody. */
static const struct person *find_member(const struct list_plan *list, const char *address)
{
	for (size_t i = 0; i < list->member_count; i++) {
		const struct person *person = list->members[i]->person;

		if (person && person->mail && text_same(person->mail, address))
			return person;
	}
	return NULL;
}

/* Each probe goes to mailbox.probe, every few minutes where a timer sends them. */
static void check_probe_address(struct verification *v)
{
	const struct mailbox_settings *mailbox = &v->session->config.settings->mailbox;
	const struct plan *plan = v->session->work.plan;

	if (!mailbox->probe)
		return;
	if (mailbox->address && text_same(mailbox->probe, mailbox->address))
		findings_add(v->findings, FINDING_ERROR, "mailbox.probe", "%s",
			_("it is mailbox.address; a probe needs an address of its own, such as an alias "
			  "of the mailbox"));
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct person *member = find_member(&plan->lists[i], mailbox->probe);

		if (!is_of_list(&plan->lists[i], mailbox->probe) && !member)
			continue;
		findings_add(v->findings, FINDING_ERROR, "mailbox.probe",
			member ? _("%s is the address of %s, who would get each probe; give the probe an "
				   "address that nobody else uses")
			       : _("%s is an address of the list %s, whose members would get each probe; "
				   "give the probe an address that nobody else uses"),
			mailbox->probe, member ? person_called(member) : plan->lists[i].dn);
		return;
	}
}

enum error_kind verify_lists(struct verification *v, struct error *err)
{
	const struct plan *plan = v->session->work.plan;

	check_probe_address(v);

	for (size_t i = 0; i < plan->list_count; i++) {
		check_address(v, &plan->lists[i]);
		check_kind(v, &plan->lists[i]);
		check_route_address(v, &plan->lists[i]);
	}
	return verify_list_mail(v, err);
}
