/*
 * postvagt check: reads every file, connects, looks at all who could ever be
 * needed, and says what is wrong. Changes nothing.
 */
#include "cli/command.h"
#include "commands/check_absence_bind.h"
#include "commands/check_additions.h"
#include "commands/check_files.h"
#include "commands/check_lists.h"
#include "commands/check_notes.h"
#include "commands/check_rights.h"
#include "commands/check_twins.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/system/loopback.h"
#include "base/text/language.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "config/settings.h"
#include "decide/holders.h"
#include "directory/read/attribute_check.h"
#include "ledger/sign.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "readiness/catalogue.h"
#include "readiness/tag_changes.h"
#include "readiness/unreachable.h"
#include "report/phrases.h"
#include "report/text/findings_text.h"
#include "report/text/json.h"
#include "report/text/text.h"
#include "rules/rules.h"
#include "run/session.h"

/* A tag of the catalogue without a route goes where "*" goes, which may be meant. */
static void check_tags(struct session *session)
{
	const struct mapping *mapping = session->config.mapping;

	if (mapping->route_count == 0)
		findings_add(&session->work.findings, FINDING_WARNING,
			session->config.settings->routes_file,
			_("no route is in the file, so no list is kept"));
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		if (!tag->retired && !mapping_route(mapping, tag->id))
			findings_add(&session->work.findings, FINDING_WARNING, tag->id,
				mapping_route(mapping, "*")
					? _("no route names this tag; its mail goes where \"*\" goes")
					: _("no route names this tag, and there is no route \"*\": "
					    "its mail reaches nobody"));
	}
}

/* How many people whom mail reaches hold a role as a route asks for it. */
static size_t count_wanted(const struct holders *holders, const struct role_wanted *wanted,
	moment at)
{
	size_t count, matching = 0;
	const struct holder *items = holders_of(holders, wanted->role, &count);

	for (size_t i = 0; i < count; i++)
		matching +=
			holder_is_wanted(&items[i], wanted) && !person_is_lost(items[i].person, at);
	return matching;
}

static void check_roles(struct session *session)
{
	const struct mapping *mapping = session->config.mapping;
	const struct holders *holders =
		holders_find(session->work.arena, mapping, session->sources.snapshot);

	for (size_t i = 0; i < mapping->block_count; i++) {
		const struct block *block = &mapping->blocks[i];

		if (block->role_count + block->group_count + block->people.count == 0)
			findings_add(&session->work.findings, FINDING_WARNING, block->list,
				_("asks for nobody: `to` is empty"));
		for (size_t j = 0; j < block->role_count; j++) {
			if (count_wanted(holders, &block->roles[j], session->work.at) == 0)
				findings_add(&session->work.findings, FINDING_WARNING,
					block->roles[j].text, _("nobody holds this role"));
		}
	}
	for (size_t i = 0; i < mapping->role_count; i++) {
		const struct role_wanted any = {.role = &mapping->roles[i]};
		size_t count = count_wanted(holders, &any, session->work.at);

		if (count < (size_t)any.role->at_least)
			findings_add(&session->work.findings, FINDING_WARNING, any.role->id,
				_("%zu hold this role, where the gallery asks for %d"), count,
				any.role->at_least);
	}
}

/* What nobody would answer today is worth a word before the first apply. */
static void check_gaps(struct session *session)
{
	for (size_t i = 0; i < session->work.plan->list_count; i++) {
		const struct list_plan *list = &session->work.plan->lists[i];

		for (size_t j = 0; j < list->gap_count; j++) {
			struct strbuf gap = STRBUF_INIT;

			phrase_gap(&gap, &list->gaps[j], session->work.at);
			findings_add(&session->work.findings, FINDING_IMPORTANT, list->dn, "%s",
				gap.text);
			strbuf_release(&gap);
		}
	}
}

/* The folder of reports is there and can be written, or can be made: nothing is made yet. */
static bool can_keep_reports(const char *folder)
{
	const char *slash = strrchr(folder, '/');
	struct strbuf parent = STRBUF_INIT;
	struct stat st;
	bool can;

	strbuf_add(&parent, slash ? folder : ".",
		slash && slash > folder ? (size_t)(slash - folder) : 1);
	if (stat(folder, &st) == 0)
		can = S_ISDIR(st.st_mode) && access(folder, W_OK | X_OK) == 0;
	else
		can = stat(parent.text, &st) == 0 && S_ISDIR(st.st_mode) &&
			access(parent.text, W_OK | X_OK) == 0;
	strbuf_release(&parent);
	return can;
}

static bool is_said(const struct findings *findings, const char *text)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (strstr(findings->items[i].what, text))
			return true;
	}
	return false;
}

/* Whoever would be needed as a stand-in and cannot be reached; names that the plan's findings have are not said twice. */
static void check_unreachable(struct session *session)
{
	const size_t before = session->work.findings.count;
	struct unreachables found;

	unreachable_find(&found, session->work.arena, session->work.plan,
		&session->config.settings->policy, session->sources.snapshot);
	for (size_t i = 0; i < found.count; i++) {
		const struct unreachable *one = &found.items[i];
		const struct findings said = {
			.items = session->work.findings.items, .count = before};
		struct strbuf why = STRBUF_INIT;

		unreachable_add(&why, one, session->work.at);
		if (one->person)
			findings_add_of(&session->work.findings, FINDING_IMPORTANT, one->person->dn,
				NULL,
				arena_format(session->work.arena, "no stand-in %d",
					(int)person_state(one->person, session->work.at, NULL)),
				_("cannot be reached, so will not stand in: %s"), why.text);
		else if (!is_said(&said, one->text))
			findings_add(&session->work.findings, FINDING_IMPORTANT, one->text,
				_("names nobody who can be reached, so nobody will stand in: %s"),
				why.text);
		strbuf_release(&why);
	}
}

static enum error_kind check_sign_key(struct session *session)
{
	struct sign_key key = {0};
	struct sign_public accepted;
	struct error err = ERROR_INIT;
	enum error_kind failed = sign_keys_load(&key, &accepted, session->config.settings, &err);

	if (failed)
		findings_add(&session->work.findings, FINDING_ERROR, session->config.settings->file,
			"%s", err.text.text);
	sign_key_wipe(&key);
	error_release(&err);
	return failed;
}

static void check_reports(struct session *session)
{
	const char *folder = session->config.settings->reports_directory;

	if (!can_keep_reports(folder))
		findings_add(&session->work.findings, FINDING_ERROR, folder,
			_("the folder of reports cannot be written"));
}

/* A password that travels in the clear is everybody's. */
static void check_encryption(struct session *session)
{
	const struct directory_settings *directory = &session->config.settings->directory;

	if (directory->bind.mechanism != BIND_SIMPLE || directory->starttls)
		return;
	for (size_t i = 0; i < directory->urls.count; i++) {
		const char *url = directory->urls.items[i];

		if (strncasecmp(url, "ldap://", 7) == 0 && !url_is_loopback(url))
			findings_add(&session->work.findings, FINDING_WARNING, url,
				_("the password is sent unencrypted; write ldaps:// or "
				  "starttls: true"));
	}
}

/* The rules that the mail system has, against those that it should have now. */
static void check_rules(struct session *session)
{
	const char *file = session->config.settings->mailbox.rules_file;
	struct rules rules;
	struct error err = ERROR_INIT;
	enum rules_state state;

	if (!file ||
		!rules_make(&rules, session->work.arena, session->config.settings,
			session->config.mapping, session->sources.snapshot,
			&session->work.findings))
		return;
	if (rules_installed(file, &rules, &state, &err))
		findings_add(&session->work.findings, FINDING_ERROR, file, "%s", err.text.text);
	else if (state == RULES_OLDER)
		findings_add(&session->work.findings, FINDING_WARNING, file,
			_("these rules are older than the mapping; make them anew by postvagt "
			  "rules, and install them"));
	else if (state == RULES_UNKNOWN)
		findings_add(&session->work.findings, FINDING_WARNING, file,
			_("these are no rules that postvagt rules made: there is no stamp at their "
			  "top"));
	error_release(&err);
}

static int check_directory(struct session *session)
{
	const struct read_request request = {.everyone = true};
	struct error err = ERROR_INIT;
	enum error_kind failed = session_plan(session, &request, &err);

	if (!failed) {
		attribute_check_defaults(&session->sources.connection, &session->work.findings);
		check_roles(session);
		check_gaps(session);
		check_limits(session);
		check_unreachable(session);
		check_deputies(session);
		check_twins(session);
		check_rules(session);
		failed = check_lists(session, &err);
	}
	if (!failed)
		failed = check_rights(session, &err);
	if (failed)
		findings_add(&session->work.findings, FINDING_ERROR, "directory", "%s",
			err.text.text);
	error_release(&err);
	return exit_status_of(failed);
}

static enum error_kind check_feeds(struct session *session)
{
	const struct settings *settings = session->config.settings;
	enum error_kind first = ERROR_NONE;

	for (size_t i = 0; i < settings->feed_count; i++) {
		struct error err = ERROR_INIT;
		enum error_kind failed = feeds_check_secrets(&settings->feeds[i], &err);

		if (failed)
			findings_add(&session->work.findings, FINDING_ERROR, settings->file, "%s",
				err.text.text);
		first = first ? first : failed;
		error_release(&err);
	}
	return first;
}

/* What mail servers are told of us: a file that is wrong would be noticed only when mail waits. */
static enum error_kind check_mail_server(struct session *session,
	const struct server_settings *server)
{
	const struct oauth_settings *oauth = &server->oauth;
	const char *const files[] = {server->token_file, server->password_file, oauth->secret_file,
		oauth->key_file ? oauth->key_file : oauth->cert_file};
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; server->url && i < sizeof(files) / sizeof(*files) && !failed; i++) {
		strbuf_reset(&path);
		if (files[i])
			failed = settings_secret_path(files[i], &path, &err);
	}
	if (failed)
		findings_add(&session->work.findings, FINDING_ERROR, session->config.settings->file,
			"%s", err.text.text);
	error_release(&err);
	strbuf_release(&path);
	return failed;
}

/* Of everything but the directory's own, which is read before it is asked. */
static int check_secrets(struct session *session)
{
	const enum error_kind failed[] = {
		check_sign_key(session),
		check_feeds(session),
		check_mail_server(session, &session->config.settings->mail.server),
		check_mail_server(session, &session->config.settings->mailbox.imap.server),
	};
	int status = 0;

	for (size_t i = 0; i < sizeof(failed) / sizeof(*failed) && !status; i++)
		status = exit_status_of(failed[i]);
	return status;
}

/* Values of the directory's absences, of people who matter to some list, and records of feeds; where there was no plan, none was read. */
static size_t count_unread_absences(const struct session *session)
{
	const struct snapshot *snapshot = session->sources.snapshot;
	size_t count = 0;

	for (size_t i = 0; session->work.plan && i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		if (session_may_name(session, person))
			count += person->absences_unread;
	}
	for (size_t i = 0; session->work.plan && i < session->sources.feeds.count; i++) {
		const struct feed *feed = &session->sources.feeds.items[i];

		count += feed->settings->gives == GIVES_ABSENCES ? feed->absences_unread : 0;
	}
	return count;
}

static void add_notes(struct strbuf *out, struct session *session)
{
	const struct strings notes = check_notes(session);

	for (size_t i = 0; i < notes.count; i++) {
		strbuf_add_safe(out, notes.items[i]);
		strbuf_addc(out, '\n');
	}
}

static void print_text(struct session *session)
{
	const struct findings *findings = &session->work.findings;
	const struct findings_look look = {.margin = "",
		.colour = text_wants_colour(),
		.all = session->config.options->verbose};
	struct strbuf out = STRBUF_INIT;

	findings_add_text(&out, findings, &look);
	if (findings->count == 0 && session->work.plan)
		strbuf_addf(&out, _("All is well: %zu routes, %zu lists, read from %s.\n"),
			session->config.mapping->route_count, session->work.plan->list_count,
			session->work.run.server);
	if (session->work.plan && !session->config.options->quiet)
		additions_add_text(&out, session->work.plan);
	if (session->work.plan && !session->config.options->quiet)
		add_notes(&out, session);
	if (count_unread_absences(session) > 0)
		strbuf_addf(&out, _("Absences that cannot be read: %zu.\n"),
			count_unread_absences(session));
	if (session->config.mapping && !session->config.options->quiet) {
		struct tag_changes changes =
			tag_changes_find(session->work.arena, session->config.mapping);

		catalogue_add_text(&out, &changes, session->config.mapping,
			session->config.settings->routes_file, session->config.options->verbose);
	}
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static json_t *changes_json(const struct session *session)
{
	struct tag_changes changes = {.count = 0};

	if (session->config.mapping)
		changes = tag_changes_find(session->work.arena, session->config.mapping);
	return catalogue_json(&changes, session->config.mapping);
}

static void print_json(struct session *session)
{
	struct strbuf out = STRBUF_INIT;
	struct strings notes = {.count = 0};
	json_t *array = json_array();

	if (session->work.plan)
		notes = check_notes(session);
	for (size_t i = 0; i < notes.count; i++)
		json_array_append_new(array, json_of_text(notes.items[i]));
	json_add_text(&out,
		json_pack("{s:o, s:o, s:o, s:o}", "findings",
			json_of_findings(&session->work.findings), "catalogue",
			changes_json(session), "additions", additions_json(session->work.plan),
			"notes", array));
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

int command_check(const struct options *options)
{
	struct session session = SESSION_INIT;
	int unreachable, status = session_start(&session, options, true);

	if (!status) {
		check_tags(&session);
		check_reports(&session);
		check_files(&session);
		check_absence_bind(&session);
		check_encryption(&session);
		status = check_secrets(&session);
		unreachable = check_directory(&session);
		if (!status)
			status = unreachable;
	}
	session_sort_findings(&session);
	if (options->json)
		print_json(&session);
	else
		print_text(&session);
	if (!status && (session.work.findings.errors > 0 || count_unread_absences(&session) > 0))
		status = EXIT_FAILED;
	if (!status && session_is_held(&session))
		status = EXIT_HELD;
	session_end(&session);
	return status;
}
