#include "commands/apply_file.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "decide/limits.h"
#include "decide/resume.h"
#include "directory/connection/connect.h"
#include "directory/read/attribute_check.h"
#include "directory/read/gather.h"
#include "ledger/plan_signature.h"
#include "ledger/sign.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "model/reference.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "report/ldif/saved_plan.h"
#include "run/apply_plan.h"
#include "run/run_record.h"
#include "run/session.h"

/* Somebody changed the file, only a part of it is there, or it is of an older form. */
static void note_altered(struct session *session, const struct saved_plan *saved)
{
	if (saved->state == SAVED_PLAN_UNSIGNED)
		findings_add(&session->work.plan->moved, FINDING_ERROR, saved->file,
			_("the kept plan is not signed by %s or one of reports.old_keys; make it anew by "
			  "postvagt plan -o"),
			session->config.settings->sign_key_file);
	else if (saved->state == SAVED_PLAN_STALE)
		findings_add(&session->work.plan->moved, FINDING_ERROR, saved->file, "%s",
			_("the kept plan was made by an older version, in another form; make it again by "
			  "postvagt plan -o"));
	else if (saved->state != SAVED_PLAN_WHOLE)
		findings_add(&session->work.plan->moved, FINDING_ERROR, saved->file, "%s",
			saved->state == SAVED_PLAN_CUT
				? _("the kept plan was cut off; make it anew by postvagt plan -o")
				: _("the kept plan was altered; make it anew by postvagt plan -o"));
}

static void note_file(struct session *session, const char *file, const char *then, const char *now)
{
	if (strcmp(then, now) != 0)
		findings_add(&session->work.plan->moved, FINDING_ERROR, file, "%s",
			_("the file was changed since"));
}

static bool has_presets(const struct settings *settings)
{
	for (size_t i = 0; i < settings->feed_count; i++) {
		if (settings->feeds[i].preset)
			return true;
	}
	return false;
}

static void note_files(struct session *session, const struct saved_plan *saved)
{
	const struct settings *settings = session->config.settings;
	const struct mapping *mapping = session->config.mapping;

	if (has_presets(settings) && strcmp(saved->sha256_of.settings, settings->sha256) != 0)
		findings_add(&session->work.plan->moved, FINDING_ERROR, settings->file, "%s",
			_("the file, or a preset that it names, was changed since"));
	else
		note_file(session, settings->file, saved->sha256_of.settings, settings->sha256);
	note_file(session, settings->tags_file, saved->sha256_of.tags, mapping->sha256.tags);
	note_file(session, settings->roles_file, saved->sha256_of.roles, mapping->sha256.roles);
	note_file(session, settings->routes_file, saved->sha256_of.routes, mapping->sha256.routes);
}

/* The lists of the plan. */
static enum error_kind read_lists(struct session *session, const struct saved_plan *saved,
	struct error *err)
{
	struct group_wanted *lists =
		arena_get(session->work.arena, saved->list_count * sizeof(*lists));

	for (size_t i = 0; i < saved->list_count; i++)
		lists[i] = (struct group_wanted){saved->lists[i]->dn, saved->lists[i]->key};
	return gather_lists(&session->sources.connection, session->sources.snapshot, lists,
		saved->list_count, err);
}

/* Whom to look up, each once. */
struct people_index {
	struct arena *arena;
	struct references references;
	size_t room;
	struct table *known; /* by key */
};

static void add_person(struct people_index *people, const char *dn, const char *key)
{
	if (table_find(people->known, key))
		return;
	table_put(people->known, key, people);
	references_add(&people->references, people->arena, &people->room, dn);
}

static void add_members(struct people_index *people, const struct member_values *members)
{
	for (size_t i = 0; i < members->count; i++)
		add_person(people, members->items[i]->dn, members->items[i]->key);
}

/* Whoever is, was or is to be on the lists: are they there, and what are they called? */
static enum error_kind read_people(struct session *session, const struct saved_plan *saved,
	struct error *err)
{
	struct people_index people = {
		.arena = session->work.arena, .known = table_new(session->work.arena)};

	for (size_t i = 0; i < saved->list_count; i++) {
		const struct saved_list *list = saved->lists[i];

		add_members(&people, &snapshot_list(session->sources.snapshot, list->key)->members);
		add_members(&people, &list->had);
		for (size_t j = 0; j < list->joins.count; j++)
			add_person(&people, list->joins.items[j].dn, list->joins.items[j].key);
		for (size_t j = 0; j < list->leaves.count; j++)
			add_person(&people, list->leaves.items[j].dn, list->leaves.items[j].key);
	}
	return gather_references(&session->sources.connection, session->sources.snapshot,
		&people.references, err);
}

static enum error_kind read_directory(struct session *session, const struct saved_plan *saved,
	struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	snapshot_free(session->sources.snapshot);
	session->sources.snapshot = snapshot_new(session->config.settings->policy.bridge);
	if (!session->sources.connection.ld) /* else the recovery of a run opened it */
		failed = connection_open(&session->sources.connection, session->config.settings,
			err);
	if (!failed)
		failed =
			attribute_check(&session->sources.connection, &session->work.findings, err);
	if (!failed)
		failed = read_lists(session, saved, err);
	return failed ? failed : read_people(session, saved, err);
}

/* A connection that is lost while reading is taken up once more. */
static enum error_kind read_again(struct session *session, const struct saved_plan *saved,
	struct error *err)
{
	struct error first = ERROR_INIT;
	enum error_kind failed = read_directory(session, saved, &first);

	if (failed == ERROR_LOST && session->sources.connection.ld) {
		connection_close(&session->sources.connection);
		failed = read_directory(session, saved, err);
	} else if (failed) {
		error_set(err, failed, "%s", first.text.text);
	}
	error_release(&first);
	return failed;
}

static int read_or_say(struct session *session, const struct saved_plan *saved)
{
	struct error err = ERROR_INIT;
	enum error_kind failed;
	int status;

	if (!session->config.options->quiet)
		progress_say(_("reading the directory"));
	failed = read_again(session, saved, &err);
	progress_clear();
	status = exit_status_of(failed);
	session->work.run.server = session->sources.connection.url;
	if (failed) {
		error_print(&err);
		run_record_failure(session, status, err.text.text);
	}
	error_release(&err);
	return status;
}

void apply_saved_judge(struct session *session)
{
	struct plan *plan = session->work.plan;

	limits_check(plan, &session->config.settings->policy);
	if (plan->refused && session->config.options->over_limit) {
		plan->refused = false;
		session->work.run.let_past_limit = true;
	}
	if (plan->moved.count > 0)
		plan->refused = true;
}

/* Of a file that still holds: compare with the directory, and plan what is left. */
int apply_saved_resume(struct session *session, const struct saved_plan *saved)
{
	int status = read_or_say(session, saved);

	if (status)
		return status;
	plan_free(session->work.plan);
	session->work.plan = saved_plan_resume(saved, session->config.mapping,
		&session->config.settings->policy, session->sources.snapshot);
	changed_back_read(&session->work.changed_back, session->config.settings, session->work.now);
	changed_back_refuse(&session->work.changed_back, session->work.plan, session->work.now);
	session->work.findings = saved->findings;
	if (!session->work.run.case_text)
		session->work.run.case_text = saved->case_text;
	return EXIT_DONE;
}

/* Days and weeks old: who is away may have changed, which the plan knows nothing of. */
static void say_age(const struct session *session, const struct saved_plan *saved)
{
	struct strbuf when = STRBUF_INIT;
	moment age = session->work.now - saved->saved_at;

	moment_add_human(&when, saved->saved_at);
	if (age >= 2 * MOMENT_DAY)
		print_format(stderr,
			_("postvagt: the plan was kept %s, %lld days ago; absences entered since are "
			  "not in it\n"),
			when.text, (long long)(age / MOMENT_DAY));
	else
		print_format(stderr, _("postvagt: the plan was kept %s\n"), when.text);
	strbuf_release(&when);
}

static enum error_kind check_signature(const struct session *session, struct saved_plan *saved,
	struct error *err)
{
	struct sign_key key = {.is_there = false};
	struct sign_public accepted;

	if (saved->state == SAVED_PLAN_WHOLE && session->config.settings->sign_key_file &&
		!sign_keys_load(&key, &accepted, session->config.settings, err) &&
		!plan_is_signed(saved, &accepted))
		saved->state = SAVED_PLAN_UNSIGNED;
	sign_key_wipe(&key);
	return err->kind;
}

static int load_plan(struct session *session, struct saved_plan *saved)
{
	struct error err = ERROR_INIT;
	enum error_kind failed = saved_plan_load(saved, session->config.options->arguments[0],
		session->config.settings->member_attribute, session->work.arena, &err);

	if (!failed && saved->state == SAVED_PLAN_WHOLE && saved->saved_at != saved->at)
		failed = error_set(&err, ERROR_USAGE,
			_("%s: a plan for another moment, made with --at, is not carried out"),
			saved->file);
	if (!failed)
		failed = check_signature(session, saved, &err);
	if (failed)
		error_print(&err);
	error_release(&err);
	return exit_status_of(failed);
}

static int apply_whole_plan(struct session *session, const struct saved_plan *saved)
{
	const struct reporting reporting = {.troubles = NULL};
	int status = EXIT_DONE;

	session->work.run.saved = saved;
	session->work.plan = plan_new(session->work.now);
	note_altered(session, saved);
	if (saved->state == SAVED_PLAN_WHOLE)
		note_files(session, saved);
	if (session->work.plan->moved.count == 0) {
		if (!session->config.options->quiet)
			say_age(session, saved);
		status = apply_saved_resume(session, saved);
	}
	if (status)
		return status;
	apply_saved_judge(session);
	return apply_plan(session, &reporting);
}

int apply_saved(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct saved_plan saved;
	int status = session_start(&session, options, false);

	if (status && session.config.settings)
		run_record_failure(&session, status, session.config.wrong);
	if (!status)
		status = load_plan(&session, &saved);
	if (!status)
		status = apply_whole_plan(&session, &saved);
	session_send_notices(&session);
	session_end(&session);
	return status;
}
