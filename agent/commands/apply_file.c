#include "commands/apply_file.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/options.h"
#include "config/settings.h"
#include "decide/limits.h"
#include "decide/resume.h"
#include "directory/connection/connect.h"
#include "directory/read/gather.h"
#include "ledger/plan_signature.h"
#include "ledger/sign.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "model/reference.h"
#include "model/snapshot.h"
#include "report/ldif/saved_plan.h"
#include "run/apply_plan.h"
#include "run/read.h"
#include "run/run_record.h"

#define DAY ((moment)24 * 60 * 60)

/* Somebody changed the file, only a part of it is there, or it is of an older form. */
static void note_altered(struct session *session, const struct saved_plan *saved)
{
	if (saved->state == SAVED_PLAN_UNSIGNED)
		findings_add(&session->plan->moved, FINDING_ERROR, saved->file,
			_("the kept plan is not signed by %s or one of reports.old_keys; make it anew by "
			  "postvagt plan -o"),
			session->settings->sign_key_file);
	else if (saved->state == SAVED_PLAN_STALE)
		findings_add(&session->plan->moved, FINDING_ERROR, saved->file, "%s",
			_("the kept plan was made by an older version, in another form; make it again by "
			  "postvagt plan -o"));
	else if (saved->state != SAVED_PLAN_WHOLE)
		findings_add(&session->plan->moved, FINDING_ERROR, saved->file, "%s",
			saved->state == SAVED_PLAN_CUT
				? _("the kept plan was cut off; make it anew by postvagt plan -o")
				: _("the kept plan was altered; make it anew by postvagt plan -o"));
}

static void note_file(struct session *session, const char *file, const char *then, const char *now)
{
	if (strcmp(then, now) != 0)
		findings_add(&session->plan->moved, FINDING_ERROR, file, "%s",
			_("the file was changed since"));
}

static void note_files(struct session *session, const struct saved_plan *saved)
{
	const struct settings *settings = session->settings;
	const struct mapping *mapping = session->mapping;

	note_file(session, settings->file, saved->sha256_of.settings, settings->sha256);
	note_file(session, settings->tags_file, saved->sha256_of.tags, mapping->sha256.tags);
	note_file(session, settings->roles_file, saved->sha256_of.roles, mapping->sha256.roles);
	note_file(session, settings->routes_file, saved->sha256_of.routes, mapping->sha256.routes);
}

/* The lists of the plan. */
static enum error_kind read_lists(struct session *session, const struct saved_plan *saved,
	struct error *err)
{
	struct group_wanted *lists = arena_get(session->arena, saved->list_count * sizeof(*lists));

	for (size_t i = 0; i < saved->list_count; i++)
		lists[i] = (struct group_wanted){saved->lists[i]->dn, saved->lists[i]->key};
	return gather_lists(&session->connection, session->snapshot, lists, saved->list_count, err);
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
		add_person(people, members->items[i].dn, members->items[i].key);
}

/* Whoever is, was or is to be on the lists: are they there, and what are they called? */
static enum error_kind read_people(struct session *session, const struct saved_plan *saved,
	struct error *err)
{
	struct people_index people = {.arena = session->arena, .known = table_new(session->arena)};

	for (size_t i = 0; i < saved->list_count; i++) {
		const struct saved_list *list = saved->lists[i];

		add_members(&people, &snapshot_list(session->snapshot, list->key)->members);
		add_members(&people, &list->had);
		for (size_t j = 0; j < list->joins.count; j++)
			add_person(&people, list->joins.items[j].dn, list->joins.items[j].key);
		for (size_t j = 0; j < list->leaves.count; j++)
			add_person(&people, list->leaves.items[j].dn, list->leaves.items[j].key);
	}
	return gather_references(&session->connection, session->snapshot, &people.references, err);
}

static enum error_kind read_directory(struct session *session, const struct saved_plan *saved,
	struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	snapshot_free(session->snapshot);
	session->snapshot = snapshot_new();
	if (!session->connection.ld) /* else settling a run opened it */
		failed = connection_open(&session->connection, session->settings, err);
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

	if (failed == ERROR_LOST && session->connection.ld) {
		connection_close(&session->connection);
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

	if (!session->options->quiet)
		progress_say(_("reading the directory"));
	failed = read_again(session, saved, &err);
	progress_clear();
	status = session_status(failed);
	session->run.server = session->connection.url;
	if (failed) {
		error_print(&err);
		run_record_failure(session, status, err.text.text);
	}
	error_release(&err);
	return status;
}

void apply_saved_judge(struct session *session)
{
	struct plan *plan = session->plan;

	limits(plan, &session->settings->policy);
	if (plan->refused && session->options->over_limit) {
		plan->refused = false;
		session->run.let_past_limit = true;
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
	plan_free(session->plan);
	session->plan = saved_plan_resume(saved, session->mapping, &session->settings->policy,
		session->snapshot);
	session->findings = saved->findings;
	if (!session->run.case_text)
		session->run.case_text = saved->case_text;
	return EXIT_DONE;
}

/* Days and weeks old: who is away may have changed, which the plan knows nothing of. */
static void say_age(const struct session *session, const struct saved_plan *saved)
{
	struct strbuf when = STRBUF_INIT;
	moment age = session->now - saved->saved_at;

	moment_add_human(&when, saved->saved_at);
	if (age >= 2 * DAY)
		print_format(stderr,
			_("postvagt: the plan was kept %s, %lld days ago; absences entered since are "
			  "not in it\n"),
			when.text, (long long)(age / DAY));
	else
		print_format(stderr, _("postvagt: the plan was kept %s\n"), when.text);
	strbuf_release(&when);
}

static enum error_kind check_signature(const struct session *session, struct saved_plan *saved,
	struct error *err)
{
	struct sign_key key = {.is_there = false};
	struct sign_public accepted;

	if (saved->state == SAVED_PLAN_WHOLE && session->settings->sign_key_file &&
		!sign_keys_load(&key, &accepted, session->settings, err) &&
		!plan_is_signed(saved, &accepted))
		saved->state = SAVED_PLAN_UNSIGNED;
	sign_key_wipe(&key);
	return err->kind;
}

static int load_plan(struct session *session, struct saved_plan *saved)
{
	struct error err = ERROR_INIT;
	enum error_kind failed = saved_plan_load(saved, session->options->arguments[0],
		session->settings->member_attribute, session->arena, &err);

	if (!failed && saved->state == SAVED_PLAN_WHOLE && saved->saved_at != saved->at)
		failed = error_set(&err, ERROR_USAGE,
			_("%s: a plan for another moment, made with --at, is not carried out"),
			saved->file);
	if (!failed)
		failed = check_signature(session, saved, &err);
	if (failed)
		error_print(&err);
	error_release(&err);
	return session_status(failed);
}

static int carry_out_kept(struct session *session, const struct saved_plan *saved)
{
	int status = EXIT_DONE;

	session->run.saved = saved;
	session->plan = plan_new(session->now);
	note_altered(session, saved);
	if (saved->state == SAVED_PLAN_WHOLE)
		note_files(session, saved);
	if (session->plan->moved.count == 0) {
		if (!session->options->quiet)
			say_age(session, saved);
		status = apply_saved_resume(session, saved);
	}
	if (status)
		return status;
	apply_saved_judge(session);
	return carry_out(session);
}

int apply_saved(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct saved_plan saved;
	int status = session_start(&session, options, false);

	if (status && session.settings)
		run_record_failure(&session, status, session.wrong);
	if (!status)
		status = load_plan(&session, &saved);
	if (!status)
		status = carry_out_kept(&session, &saved);
	session_send_notices(&session);
	session_end(&session);
	return status;
}
