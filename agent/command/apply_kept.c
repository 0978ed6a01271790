#include "command/apply_kept.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/progress.h"
#include "command/carry_out.h"
#include "command/command.h"
#include "command/options.h"
#include "command/session.h"
#include "decide/kept_plan.h"
#include "decide/limits.h"
#include "decide/mapping.h"
#include "decide/plan.h"
#include "decide/reference.h"
#include "decide/snapshot.h"
#include "directory/connect.h"
#include "directory/gather.h"
#include "report/kept_plan.h"
#include "settings/settings.h"

#define DAY ((moment)24 * 60 * 60)

/* Somebody changed the file, or only a part of it is there. */
static void note_altered(struct session *session, const struct kept_plan *kept)
{
	if (kept->state != KEPT_WHOLE)
		findings_add(&session->plan->moved, FINDING_ERROR, kept->file, "%s",
			kept->state == KEPT_CUT
				? _("the kept plan was cut off; make it anew by postvagt plan -o")
				: _("the kept plan was altered; make it anew by postvagt plan -o"));
}

static void note_file(struct session *session, const char *file, const char *then, const char *now)
{
	if (strcmp(then, now) != 0)
		findings_add(&session->plan->moved, FINDING_ERROR, file, "%s",
			_("the file was changed since"));
}

static void note_files(struct session *session, const struct kept_plan *kept)
{
	const struct settings *settings = session->settings;
	const struct mapping *mapping = session->mapping;

	note_file(session, settings->file, kept->sha256_of.settings, settings->sha256);
	note_file(session, settings->tags_file, kept->sha256_of.tags, mapping->sha256.tags);
	note_file(session, settings->roles_file, kept->sha256_of.roles, mapping->sha256.roles);
	note_file(session, settings->routes_file, kept->sha256_of.routes, mapping->sha256.routes);
}

/* The lists of the plan. */
static enum error_kind read_lists(struct session *session, const struct kept_plan *kept,
	struct error *err)
{
	struct group_wanted *lists = arena_get(session->arena, kept->list_count * sizeof(*lists));

	for (size_t i = 0; i < kept->list_count; i++)
		lists[i] = (struct group_wanted){kept->lists[i]->dn, kept->lists[i]->key};
	return gather_lists(&session->connection, session->snapshot, lists, kept->list_count, err);
}

static void add_people(struct references *people, struct arena *arena, size_t *room,
	const struct kept_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		references_add(people, arena, room, values->items[i].dn);
}

/* Whoever joins or leaves, by the plan or beside it: are they there, and what are they called? */
static enum error_kind read_people(struct session *session, const struct kept_plan *kept,
	struct error *err)
{
	struct arena *arena = session->arena;
	struct member_values strangers = {0};
	struct references people = {0};
	size_t room = 0;

	for (size_t i = 0; i < kept->list_count; i++) {
		add_people(&people, arena, &room, &kept->lists[i]->joins);
		add_people(&people, arena, &room, &kept->lists[i]->leaves);
	}
	kept_plan_strangers(kept, session->snapshot, arena, &strangers);
	for (size_t i = 0; i < strangers.count; i++)
		references_add(&people, arena, &room, strangers.items[i].dn);
	return gather_references(&session->connection, session->snapshot, &people, err);
}

static enum error_kind read_directory(struct session *session, const struct kept_plan *kept,
	struct error *err)
{
	enum error_kind failed;

	snapshot_free(session->snapshot);
	session->snapshot = snapshot_new();
	failed = connection_open(&session->connection, session->settings, err);
	if (!failed)
		failed = read_lists(session, kept, err);
	return failed ? failed : read_people(session, kept, err);
}

/* A connection that is lost while reading is taken up once more. */
static int read_directory_or_say(struct session *session, const struct kept_plan *kept)
{
	struct error first = ERROR_INIT, err = ERROR_INIT;
	enum error_kind failed;

	if (!session->options->quiet)
		progress_say(_("reading the directory"));
	failed = read_directory(session, kept, &first);
	if (failed == ERROR_LOST && session->connection.ld) {
		connection_close(&session->connection);
		failed = read_directory(session, kept, &err);
	}
	progress_clear();
	if (failed)
		session_say(err.kind ? &err : &first);
	session->run.server = session->connection.url;
	error_release(&first);
	error_release(&err);
	return session_status(failed);
}

static void judge(struct session *session)
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
static int resume(struct session *session, const struct kept_plan *kept)
{
	int status = read_directory_or_say(session, kept);

	if (status)
		return status;
	plan_free(session->plan);
	session->plan = kept_plan_resume(kept, session->mapping, &session->settings->policy,
		session->snapshot);
	session->findings = kept->findings;
	if (!session->run.case_text)
		session->run.case_text = kept->case_text;
	return EXIT_DONE;
}

/* Days and weeks old: who is away may have changed, which the plan knows nothing of. */
static void say_age(const struct session *session, const struct kept_plan *kept)
{
	struct strbuf when = STRBUF_INIT;
	moment age = session->now - kept->kept;

	moment_add_human(&when, kept->kept);
	if (age >= 2 * DAY)
		fprintf(stderr,
			_("postvagt: the plan was kept %s, %lld days ago; absences entered since are "
			  "not in it\n"),
			when.text, (long long)(age / DAY));
	else
		fprintf(stderr, _("postvagt: the plan was kept %s\n"), when.text);
	strbuf_release(&when);
}

static int load(struct session *session, struct kept_plan *kept)
{
	struct error err = ERROR_INIT;
	enum error_kind failed = kept_plan_load(kept, session->options->arguments[0],
		session->settings->member_attribute, session->arena, &err);

	if (!failed && kept->state == KEPT_WHOLE && kept->kept != kept->at)
		failed = error_set(&err, ERROR_USAGE,
			_("%s: a plan for another moment, made with --at, is not carried out"),
			kept->file);
	if (failed)
		session_say(&err);
	error_release(&err);
	return session_status(failed);
}

static int carry_out_kept(struct session *session, const struct kept_plan *kept)
{
	int status = EXIT_DONE;

	session->run.kept = kept;
	session->plan = plan_new(session->now);
	note_altered(session, kept);
	if (kept->state == KEPT_WHOLE)
		note_files(session, kept);
	if (session->plan->moved.count == 0) {
		if (!session->options->quiet)
			say_age(session, kept);
		status = resume(session, kept);
	}
	if (status)
		return status;
	judge(session);
	return carry_out(session);
}

int apply_kept(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct kept_plan kept;
	int status = session_start(&session, options, false);

	if (!status)
		status = load(&session, &kept);
	if (!status)
		status = carry_out_kept(&session, &kept);
	session_end(&session);
	return status;
}
