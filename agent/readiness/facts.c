#include "readiness/facts.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "decide/decide.h"
#include "decide/diff.h"
#include "decide/forecast.h"
#include "decide/limits.h"
#include "directory/connection/connection.h"
#include "directory/dialect/dialect.h"
#include "directory/read/address_bearer.h"
#include "directory/read/person_entry.h"
#include "ledger/first_use.h"
#include "ledger/registered.h"
#include "mail/transport.h"
#include "mailbox/mailbox.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "net/oauth_state.h"
#include "notices/deliver.h"
#include "notices/history.h"
#include "readiness/coverage_file.h"
#include "rules/installed.h"
#include "rules/model/rules.h"
#include "run/feed_summaries.h"
#include "run/oauth_logins.h"
#include "run/session.h"
#include "verify/lists.h"
#include "verify/note.h"
#include "verify/verification.h"

/*
 * What came of the logins by OAuth 2.0 whose section begins so, behind `text`; a token that was not asked for so far is, where
 * somebody asks for the list.
 */
static const char *with_tokens(const char *text, const struct session *session, const char *section,
	enum checklist_purpose purpose, struct arena *arena)
{
	const struct oauth_logins logins = oauth_logins_of(session->config.settings);
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, text);
	for (size_t i = 0; i < logins.count; i++) {
		const struct oauth_login *login = &logins.items[i];
		struct oauth_state state;

		if (strncmp(login->name, section, strlen(section)) != 0)
			continue;
		if (purpose == CHECKLIST_ASKED)
			oauth_login_try(login);
		state = oauth_state_find(login->oauth);
		if (state.outcome == OAUTH_UNUSED)
			continue;
		strbuf_addf(&out, "%s%s: ", out.length > 0 ? "; " : "", login->name);
		if (state.outcome == OAUTH_VALID) {
			strbuf_adds(&out, _("token until "));
			moment_add_human(&out, state.until);
		} else {
			strbuf_adds(&out, state.words ? state.words : _("no token"));
		}
	}
	return strbuf_to_arena(&out, arena);
}

/* Of its own, as not every session compares the lists. */
static struct plan *plan_of(struct session *session)
{
	const struct policy *policy = &session->config.settings->policy;
	struct plan *plan = plan_new(session->work.at);

	decide(plan, session->config.mapping, policy, session->sources.snapshot);
	diff_lists(plan, policy, session->sources.snapshot, session_added(session, plan));
	limits_check(plan, policy);
	return plan;
}

/* The rules' file is what somebody made them into. */
static const char *remake_command(const char *file, struct arena *arena)
{
	size_t length = strlen(file);
	bool is_powershell = length > 4 && strcasecmp(file + length - 4, ".ps1") == 0;

	struct strbuf command = STRBUF_INIT;

	strbuf_addf(&command, "postvagt rules --for %s > ", is_powershell ? "exchange" : "sieve");
	quote_shell(&command, file);
	return strbuf_to_arena(&command, arena);
}

/* What puts the rules of now into force. */
static const char *install_command(const struct mailbox_settings *mailbox, struct arena *arena)
{
	if (mailbox->sieve.server.url)
		return "postvagt rules --for sieve --install";
	return mailbox->graph.user ? "postvagt rules --for exchange --install"
				   : remake_command(mailbox->rules_file, arena);
}

static const char *installed_text(const struct installed_rules *installed, struct arena *arena)
{
	switch (installed->state) {
	case RULES_CURRENT:
		return arena_format(arena, _("%s is of this mapping"), installed->where);
	case RULES_OLDER:
		return arena_format(arena, _("%s is older than this mapping, or was changed"),
			installed->where);
	case RULES_MISSING:
		return arena_format(arena, _("%s: no rules of postvagt rules are in force"),
			installed->where);
	case RULES_UNKNOWN:
		break;
	}
	return "";
}

static const char *first_error(const struct findings *findings)
{
	size_t i = 0;

	while (findings->items[i].severity != FINDING_ERROR)
		i++;
	return findings->items[i].what;
}

static struct rules_facts rules_facts(const struct session *session, enum checklist_purpose purpose,
	struct arena *arena)
{
	const struct settings *settings = session->config.settings;
	const struct mailbox_settings *mailbox = &settings->mailbox;
	struct rules_facts facts = {.state = FACT_NOT_SET};
	struct findings findings;
	struct installed_rules installed;
	struct rules rules;
	struct error err = ERROR_INIT;

	findings_init(&findings, arena);
	if (!rules_can_read_installed(settings))
		return facts;
	facts = (struct rules_facts){
		.state = FACT_FAILED, .remake = install_command(mailbox, arena)};
	if (purpose == CHECKLIST_PAGE && (mailbox->sieve.server.url || mailbox->graph.user)) {
		facts.why = _("not looked at for a page that is kept fresh");
	} else if (!rules_make(&rules, arena, settings, session->config.mapping,
			   session->sources.snapshot, &findings)) {
		facts.why = findings.count > 0
			? arena_format(arena, "%s: %s", findings.items[0].where,
				  findings.items[0].what)
			: settings->routes_file;
		facts.remake = "postvagt check";
	} else if (rules_read_installed(settings, &rules, arena, &installed, &err)) {
		facts.why = arena_string(arena, err.text.text);
		if (!mailbox->rules_file) /* what keeps them from being read keeps them from being installed */
			facts.remake = "postvagt check";
	} else {
		facts.state = FACT_KNOWN;
		facts.current = installed.state == RULES_CURRENT;
		facts.why = with_tokens(installed_text(&installed, arena), session,
			mailbox->sieve.server.url ? "mailbox.sieve" : "mailbox.graph", purpose,
			arena);
		facts.what = installed.what;
		if (facts.current && installed.others.errors > 0) {
			facts.current = false;
			facts.why = arena_string(arena, installed.where);
			facts.what = first_error(&installed.others);
		}
	}
	error_release(&err);
	return facts;
}

/* What the chain of runs says that KOMBIT was sent. */
static struct registered_facts registered_facts(const struct session *session, struct arena *arena)
{
	struct registered registered;
	struct registered_facts facts = {.state = FACT_NOT_SET};
	struct error err = ERROR_INIT;

	if (registered_find(&registered, session->config.settings->reports_directory, arena, &err))
		facts = (struct registered_facts){
			.state = FACT_FAILED, .why = arena_string(arena, err.text.text)};
	else if (registered.sent.address)
		facts = (struct registered_facts){.state = FACT_KNOWN,
			.address = registered.sent.address,
			.at = registered.sent.at};
	error_release(&err);
	return facts;
}

static struct box_facts failed_box(struct arena *arena, const char *why)
{
	return (struct box_facts){.state = FACT_FAILED, .why = arena_string(arena, why)};
}

/* Tags that nobody knows, as their subjects write them. */
static void add_unknown_tags(struct box_facts *facts, const struct mailbox_look *look,
	struct arena *arena)
{
	facts->unknown_tags = arena_get(arena, look->unknown_count * sizeof(const char *));
	for (size_t i = 0; i < look->unknown_count; i++)
		facts->unknown_tags[facts->unknown_tag_count++] =
			arena_string(arena, look->unknown[i]->text);
}

/* A folder that would not open may hold anything. */
static struct box_facts box_of_look(const struct mailbox_look *look, struct arena *arena)
{
	struct box_facts facts = {.state = FACT_KNOWN, .unread = look->late.count};

	if (look->closed_count > 0 && mailbox_is_read(look))
		return failed_box(arena,
			arena_format(arena, _("%s: the folder %s cannot be opened"), look->url,
				look->closed[0]));
	facts.why = arena_format(arena,
		_("%s: %zu mails, of which %zu lie unread for too long, and no list took them"),
		look->url, look->mails, look->late.count);
	add_unknown_tags(&facts, look, arena);
	facts.percent_full = mailbox_is_filling(look) ? look->quota.percent : 0;
	return facts;
}

static struct box_facts box_facts(const struct session *session, enum checklist_purpose purpose,
	struct arena *arena)
{
	struct mailbox_look look;
	struct error err = ERROR_INIT;
	struct box_facts facts = {.state = FACT_NOT_SET};

	if (!session->config.settings->mailbox.imap.server.url)
		return facts;
	if (purpose == CHECKLIST_PAGE)
		return failed_box(arena, _("not looked at for a page that is kept fresh"));
	if (mailbox_look(&look, session->config.settings, session->config.mapping, session->work.at,
		    &err))
		facts = failed_box(arena, err.text.text);
	else
		facts = box_of_look(&look, arena);
	if (facts.state == FACT_KNOWN)
		facts.why = with_tokens(facts.why, session, "mailbox.imap", purpose, arena);
	mailbox_look_release(&look);
	error_release(&err);
	return facts;
}

/* Why the mail server does not let us in; NULL: it does. */
static const char *mail_trouble(const struct session *session, struct arena *arena)
{
	struct mail_transport transport;
	struct error err = ERROR_INIT;
	const char *trouble = NULL;

	mail_transport_init(&transport, &session->config.settings->mail);
	if (mail_transport_log_in(&transport, &err))
		trouble = arena_string(arena, err.text.text);
	mail_transport_release(&transport);
	error_release(&err);
	return trouble;
}

/* What keeps mail from a list, in `arena`; NULL where that could not be looked at. */
static const struct findings *list_mail(struct session *session, enum checklist_purpose purpose,
	struct arena *arena)
{
	struct findings *found = arena_get(arena, sizeof(*found));
	struct notes notes = {.arena = arena};
	struct verification v = {session, found, &notes};
	struct error err = ERROR_INIT;
	bool is_known;

	if (purpose == CHECKLIST_PAGE || !session->work.plan || !session->sources.connection.ld)
		return NULL;
	findings_init(found, arena);
	is_known = !verify_list_mail(&v, &err);
	error_release(&err);
	return is_known ? found : NULL;
}

/* Whom notices told, of which list. */
static struct notified_facts find_notified(const struct session *session,
	enum checklist_purpose purpose, struct arena *arena)
{
	const struct mapping *mapping = session->config.mapping;
	struct notice_history history = NOTICE_HISTORY_INIT;
	struct notified_fact *items = NULL;
	const char *trouble, *waiting_why;
	size_t count = 0, room = 0, waiting;

	if (!notices_are_enabled(session->config.settings))
		return (struct notified_facts){.state = FACT_NOT_SET};
	trouble = purpose == CHECKLIST_ASKED ? mail_trouble(session, arena) : NULL;
	waiting = deliver_waiting(session->config.settings, arena, &waiting_why);
	notice_history_load(&history, session->config.settings);
	for (size_t i = 0; mapping && i < mapping->block_count; i++) {
		const char *list = mapping->blocks[i].list_key;
		const struct told_list *told = notice_history_list(&history, list);

		for (size_t j = 0; j < told->count; j++) {
			if (told->people[j]->at == MOMENT_EARLIEST)
				continue;
			items = arena_grow(arena, items, count, &room, sizeof(*items));
			items[count++] = (struct notified_fact){arena_string(arena, list),
				arena_string(arena, told->people[j]->person)};
		}
	}
	notice_history_release(&history);
	return (struct notified_facts){.state = FACT_KNOWN,
		.why = trouble ? "" : with_tokens("", session, "mail.", purpose, arena),
		.items = items,
		.count = count,
		.trouble = trouble,
		.waiting = waiting,
		.waiting_why = waiting_why};
}

static struct mailbox_facts mailbox_facts(struct session *session, struct arena *arena)
{
	struct connection *connection = &session->sources.connection;
	struct address_query query = {.address = session->config.settings->mailbox.address};
	struct mailbox_facts facts = {.state = FACT_FAILED};
	struct error err = ERROR_INIT;
	bool is_known = false;

	if (!query.address)
		return (struct mailbox_facts){.state = FACT_NOT_SET};
	if (!connection->ld)
		facts.why = _("the connection to the directory is closed");
	else if (address_bearers_find(connection, &query, 1, arena, &is_known, &err))
		facts.why = arena_string(arena, err.text.text);
	else if (!is_known)
		facts.why = arena_format(arena, _("the server refused to search for %s"),
			query.address);
	else
		facts = (struct mailbox_facts){.state = FACT_KNOWN, .bearers = query.bearers};
	error_release(&err);
	return facts;
}

/* Of the mailbox, or else of the first list that has one; RFC 2606 keeps the last free. */
static const char *mail_domain(const struct session *session)
{
	const struct snapshot *snapshot = session->sources.snapshot;
	const char *address = session->config.settings->mailbox.address;

	for (size_t i = 0; !address && i < snapshot_list_count(snapshot); i++)
		address = snapshot_list_at(snapshot, i)->mail;
	return address && strchr(address, '@') ? strchr(address, '@') + 1 : "eksempel.example";
}

static struct readiness_facts facts_of(struct session *session, const struct plan *plan,
	const struct coverage *coverage, enum checklist_purpose purpose, struct arena *arena)
{
	const struct settings *settings = session->config.settings;
	const struct people_attributes names = person_attribute_names(&session->sources.connection);
	const struct first_use use = first_use_find(settings->reports_directory);
	const struct dialect *dialect = session->sources.connection.dialect;
	bool is_ad = dialect && dialect->kind == DIRECTORY_ACTIVE_DIRECTORY;

	return (struct readiness_facts){
		.at = session->work.at,
		.mapping = session->config.mapping,
		.policy = &settings->policy,
		.snapshot = session->sources.snapshot,
		.plan = plan,
		.carried_out = purpose == CHECKLIST_PAGE && !session->work.write_failed,
		.coverage = coverage,
		.mailbox_name = settings->mailbox.name,
		.mailbox_address = settings->mailbox.address,
		.role_attribute = names.role.items[0],
		.deputy_attribute = names.deputy.items[0],
		.files = {settings->file, settings->tags_file, settings->routes_file},
		.feeds = feed_summaries(&session->sources.feeds, arena),
		.feed_count = session->sources.feeds.count,
		.in_use_since = use.at,
		.in_use_longer = use.is_longer,
		.is_active_directory = is_ad,
		.mailbox_entry = mailbox_facts(session, arena),
		.list_mail = list_mail(session, purpose, arena),
		.example = {.person = arena_format(arena, "%s,%s", is_ad ? "CN=NAME" : "uid=LOGIN",
				    settings->people.bases.items[0]),
			.domain = mail_domain(session)},
		.rules = rules_facts(session, purpose, arena),
		.registered = registered_facts(session, arena),
		.box = box_facts(session, purpose, arena),
		.told = find_notified(session, purpose, arena),
	};
}

void checklist_find(struct checklist *checklist, struct session *session,
	enum checklist_purpose purpose)
{
	struct coverage *coverage =
		coverage_find(session->config.mapping, &session->config.settings->policy,
			session->sources.snapshot, session->work.at, COVERAGE_DAYS);
	struct readiness_facts facts;

	*checklist = (struct checklist){.arena = arena_new(), .plan = plan_of(session)};
	facts = facts_of(session, checklist->plan, coverage, purpose, checklist->arena);
	readiness_find(&checklist->readiness, checklist->arena, &facts);
	coverage_free(coverage);
}

void checklist_release(struct checklist *checklist)
{
	plan_free(checklist->plan);
	arena_free(checklist->arena);
}
