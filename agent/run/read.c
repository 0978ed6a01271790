#include "run/read.h"

#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/system/process.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/options.h"
#include "config/settings.h"
#include "decide/decide.h"
#include "decide/diff.h"
#include "decide/forecast.h"
#include "decide/limits.h"
#include "decide/snapshot_update.h"
#include "directory/connection/connect.h"
#include "directory/dialect/new_list.h"
#include "directory/follow/follow.h"
#include "directory/read/gather.h"
#include "directory/read/resolve_people.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "notices/lifecycle.h"
#include "report/phrases.h"
#include "report/text/text.h"
#include "run/run_as.h"

#define OWN_SETTINGS "postvagt.yaml"
#define TRIES_MAX    3 /* of a read whose server is lost or busy */

int session_status(enum error_kind kind)
{
	switch (kind) {
	case ERROR_NONE:
		return EXIT_DONE;
	case ERROR_USAGE:
		return EXIT_USAGE;
	default:
		return EXIT_FAILED;
	}
}

/* JSON is for programs: its words stay English unless asked otherwise. */
static void choose_language(const struct options *options, const struct settings *settings)
{
	enum language language = language_of_locale();

	if (options->lang)
		language = strcmp(options->lang, "da") == 0 ? LANGUAGE_DANISH : LANGUAGE_ENGLISH;
	else if (options->json)
		language = LANGUAGE_ENGLISH;
	else if (settings && settings->has_language)
		language = settings->language;
	language_set(language);
}

static void print_findings(const struct findings *findings)
{
	struct strbuf out = STRBUF_INIT;

	findings_tell(&out, findings);
	print_lines(stderr, out.text);
	strbuf_release(&out);
}

/* Find out whose the settings of the current folder are: false, and `owner`, where not the caller's. */
static bool is_own(const char *file, uid_t *owner)
{
	struct stat entry, target, folder;

	if (lstat(file, &entry) != 0 || stat(file, &target) != 0 || stat(".", &folder) != 0)
		return false;
	*owner = folder.st_uid;
	if (folder.st_uid == geteuid())
		*owner = entry.st_uid;
	if (*owner == geteuid() && target.st_uid != 0)
		*owner = target.st_uid; /* the caller may well link to settings of root's */
	return *owner == geteuid();
}

static const char *find_settings_file(void)
{
	struct error err = ERROR_INIT;
	uid_t owner = geteuid();
	const struct passwd *user;

	if (access(OWN_SETTINGS, F_OK) != 0)
		return SESSION_SYSTEM_SETTINGS;
	if (is_own(OWN_SETTINGS, &owner))
		return OWN_SETTINGS;
	user = getpwuid(owner);
	if (user)
		error_set(&err, ERROR_USAGE,
			_("./postvagt.yaml is passed over: it, or the current folder, belongs to "
			  "%s; to use it: -c ./postvagt.yaml"),
			user->pw_name);
	else
		error_set(&err, ERROR_USAGE,
			_("./postvagt.yaml is passed over: it, or the current folder, belongs to "
			  "user %lu; to use it: -c ./postvagt.yaml"),
			(unsigned long)owner);
	error_print(&err);
	error_release(&err);
	return SESSION_SYSTEM_SETTINGS;
}

const char *session_settings_file(const struct options *options)
{
	return options->settings_file ? options->settings_file : find_settings_file();
}

static enum error_kind read_at(struct session *session, struct error *err)
{
	const char *text = session->options->at;

	session->now = moment_now();
	session->at = session->now;
	if (!text)
		return ERROR_NONE;
	if (!moment_read(text, MOMENT_START, &session->at, NULL) || session->at == MOMENT_LATEST)
		return error_set(err, ERROR_USAGE,
			_("--at: \"%s\" is no time; write 2026-12-24T08:00 or 2026-12-24"), text);
	return ERROR_NONE;
}

const char *session_new_id(struct arena *arena)
{
	uint32_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		number = (uint32_t)getpid();
	return arena_format(arena, "%08x", number);
}

/* Who runs what, for the report; the run's number tells two runs of one second apart. */
static void describe_run(struct session *session)
{
	struct utsname host;
	const struct passwd *user = getpwuid(process_starter());

	session->run = (struct run){
		.id = session_new_id(session->arena),
		.started = session->now,
		.user = arena_string(session->arena, user ? user->pw_name : "?"),
		.host = arena_string(session->arena, uname(&host) == 0 ? host.nodename : "?"),
		.version = POSTVAGT_VERSION,
		.case_text = session->options->case_text,
		.settings_file = session->settings->file,
		.settings_sha256 = session->settings->sha256,
		.member_attribute = session->settings->member_attribute,
	};
}

static void merge_findings(struct findings *into, const struct findings *from)
{
	for (size_t i = 0; i < from->count; i++)
		findings_add(into, from->items[i].severity, from->items[i].where, "%s",
			from->items[i].what);
}

static void begin_findings(struct session *session)
{
	session->arena = arena_new();
	findings_init(&session->findings, session->arena);
	findings_init(&session->run_findings, session->arena);
	merge_findings(&session->findings, &session->file_findings);
	findings_sort(&session->findings);
}

static void read_files(struct session *session)
{
	session->files = arena_new();
	findings_init(&session->file_findings, session->files);
	session->settings =
		settings_load(session_settings_file(session->options), &session->file_findings);
	if (!session->settings)
		return;
	choose_language(session->options, session->settings);
	session->mapping = settings_load_mapping(session->settings, &session->file_findings);
}

/* The first thing that is wrong in the files, or else what `err` says. */
static const char *what_is_wrong(const struct session *session, const struct error *err)
{
	const struct findings *findings = &session->file_findings;

	for (size_t i = 0; i < findings->count && !err->kind; i++) {
		const struct finding *finding = &findings->items[i];

		if (finding->severity == FINDING_ERROR)
			return arena_format(session->files, "%s: %s", finding->where,
				finding->what);
	}
	return arena_string(session->files, err->text.text);
}

/* A process that may not go on as who it is writes nothing, not even a line of a run that failed. */
static void drop_files(struct session *session)
{
	settings_free(session->settings);
	session->settings = NULL;
	session->mapping = NULL;
}

int session_start(struct session *session, const struct options *options, bool keep_findings)
{
	struct error err = ERROR_INIT;
	int status = EXIT_USAGE;

	session->options = options;
	choose_language(options, NULL);
	read_files(session);
	begin_findings(session);
	if (session->settings && run_as_owner(options, session->settings, NULL, &err)) {
		error_print(&err);
		status = session_status(err.kind);
		drop_files(session);
		error_release(&err);
		return status;
	}
	if (session->settings) {
		read_at(session, &err);
		describe_run(session);
	}
	if (session->settings && session->mapping) {
		status = session_status(err.kind);
		feeds_init(&session->feeds, session->settings);
	}
	if (!status && !keep_findings)
		status = session_status(feeds_check_secrets(session->settings, &err));
	if (!session->mapping && !keep_findings)
		print_findings(&session->findings);
	if (err.kind)
		error_print(&err);
	if (status)
		session->wrong = what_is_wrong(session, &err);
	error_release(&err);
	return status;
}

void session_in_force(const struct session *session)
{
	choose_language(session->options, session->settings);
	moment_zone(session->settings->timezone);
}

static void drop_plan(struct session *session)
{
	plan_free(session->plan);
	session->plan = NULL;
}

void session_next_round(struct session *session)
{
	arena_free(session->arena);
	begin_findings(session);
	session->now = moment_now();
	session->at = session->now;
	session->had_to_read_all = false;
	drop_plan(session);
	describe_run(session);
}

static enum error_kind match_feeds(struct session *session, struct error *err)
{
	const struct feeds *feeds = &session->feeds;
	const struct reported **reported =
		arena_get(session->arena, feeds->count * sizeof(const struct reported *));

	for (size_t i = 0; i < feeds->count; i++) {
		reported[i] = &feeds->items[i].absences;
		if (feeds->items[i].held)
			snapshot_hold(session->snapshot, feeds->items[i].held);
	}
	return resolve_people(&session->connection, session->snapshot, reported, feeds->count,
		&session->findings, err);
}

static enum error_kind read_snapshot(struct session *session, bool everyone, struct error *err)
{
	struct time_scope scope = scope_at(session->at);

	scope.everyone = everyone;
	if (session->days > 0)
		scope.to = coverage_end(session->at, session->days);
	else if (session->days_ahead > 0)
		scope.to = coverage_end(session->at, session->days_ahead);
	return gather(&session->connection, session->mapping, session->snapshot, &scope, err);
}

static void decide_anew(struct session *session)
{
	drop_plan(session);
	session->plan = plan_new(session->at);
	decide(session->plan, session->mapping, &session->settings->policy, session->snapshot);
}

/* Of a server that is read anew, from an empty snapshot. */
static enum error_kind read_all(struct session *session, struct error *err)
{
	enum error_kind failed = ERROR_NONE;

	snapshot_free(session->snapshot);
	session->snapshot = snapshot_new();
	if (!session->connection.ld)
		failed = connection_open(&session->connection, session->settings, err);
	if (!failed)
		failed = match_feeds(session, err);
	if (!failed && session->also)
		failed = gather_references(&session->connection, session->snapshot, session->also,
			err);
	if (!failed)
		failed = read_snapshot(session, session->look_at_everyone, err);
	return failed;
}

/* Only what changed, where that is enough. */
static enum error_kind read_changes(struct session *session, const struct dir_changes *changes,
	struct error *err)
{
	const struct dir_change *const *items = (const struct dir_change *const *)changes->items;
	struct snapshot *before = session->snapshot;
	enum error_kind failed;

	session->snapshot = snapshot_new();
	if (!snapshot_update(session->snapshot, before, items, changes->count)) {
		snapshot_free(before);
		session->had_to_read_all = true;
		return read_all(session, err);
	}
	snapshot_free(before);
	failed =
		gather_changed(&session->connection, session->snapshot, items, changes->count, err);
	if (!failed)
		failed = match_feeds(session, err);
	if (!failed)
		failed = read_snapshot(session, session->look_at_everyone, err);
	return failed;
}

/* From a snapshot to a plan that has been judged. */
static enum error_kind judge_plan(struct session *session, struct error *err)
{
	const struct policy *policy = &session->settings->policy;

	session->run.server = session->connection.url;
	decide_anew(session);
	if (session->days > 0)
		return ERROR_NONE;
	if (!session->look_at_everyone &&
		difference_needs_everyone(session->plan, session->snapshot)) {
		enum error_kind failed = read_snapshot(session, true, err);

		if (failed)
			return failed;
		decide_anew(session);
	}
	difference(session->plan, policy, session->snapshot);
	if (session->at == session->now) {
		changed_back_read(&session->changed_back, session->settings, session->now);
		changed_back_leave_out(&session->changed_back, session->plan, session->now);
	}
	new_lists_describe(session->plan, session->connection.dialect, session->settings);
	limits(session->plan, policy);
	return ERROR_NONE;
}

/* A plan points into its snapshot, so it goes first; after a failure there is none. */
static enum error_kind plan_once(struct session *session, const struct dir_changes *changes,
	struct error *err)
{
	enum error_kind failed;

	drop_plan(session);
	failed = changes ? read_changes(session, changes, err) : read_all(session, err);
	if (!failed)
		failed = judge_plan(session, err);
	if (failed)
		drop_plan(session);
	return failed;
}

static void collect_findings(struct session *session)
{
	for (size_t i = 0; i < session->feeds.count; i++)
		merge_findings(&session->findings, &session->feeds.items[i].findings);
	merge_findings(&session->findings, snapshot_found(session->snapshot));
	merge_findings(&session->findings, &session->plan->findings);
	findings_sort(&session->findings);
}

static long seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/*
 * Whether a round that lost its server, or found it busy, is begun again: a server that took no call is
 * down, and one that was silent twice is waited for no longer. It pauses before.
 */
static bool may_try_again(const struct session *session, int tries, long started)
{
	const struct timespec pause = {.tv_sec = tries > 1, .tv_nsec = tries > 1 ? 0 : 100000000L};

	if (!session->connection.met || tries == TRIES_MAX ||
		seconds_now() - started >= 2L * session->settings->directory.timeout)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

/* Each time from the start: a snapshot is of one server. */
enum error_kind session_plan_round(struct session *session, const struct dir_changes *changes,
	struct error *err)
{
	const long started = seconds_now();
	struct error last = ERROR_INIT;
	enum error_kind failed;

	session->connection.met = session->connection.ld != NULL;
	failed = plan_once(session, changes, &last);
	for (int tries = 1; failed == ERROR_LOST && may_try_again(session, tries, started);
		tries++) {
		connection_close(&session->connection);
		error_release(&last);
		failed = plan_once(session, NULL, &last);
	}
	if (failed)
		error_set(err, failed, "%s", last.text.text);
	else
		collect_findings(session);
	error_release(&last);
	return failed;
}

enum error_kind session_plan(struct session *session, struct error *err)
{
	enum error_kind failed;

	feeds_read(&session->feeds, session->now, session->feeds_purpose);
	if (!session->options->quiet)
		progress_say(_("reading the directory"));
	failed = session_plan_round(session, NULL, err);
	progress_clear();
	if (!failed && session->options->verbose)
		print_format(stderr, _("postvagt: %zu requests to %s, %zu people read\n"),
			session->connection.requests, session->connection.url,
			snapshot_person_count(session->snapshot));
	return failed;
}

int session_plan_or_say(struct session *session)
{
	struct error err = ERROR_INIT;
	enum error_kind failed = session_plan(session, &err);

	if (failed)
		error_print(&err);
	error_release(&err);
	return session_status(failed);
}

void session_end(struct session *session)
{
	plan_free(session->plan);
	snapshot_free(session->snapshot);
	connection_close(&session->connection);
	feeds_release(&session->feeds);
	changed_back_release(&session->changed_back);
	settings_free(session->settings);
	arena_free(session->arena);
	arena_free(session->files);
}

void session_warn(struct session *session, const char *where, const char *what)
{
	findings_add(&session->run_findings, FINDING_WARNING, where, "%s", what);
	findings_add(&session->findings, FINDING_WARNING, where, "%s", what);
	findings_sort(&session->findings);
}

struct report session_report(const struct session *session, const struct writer *writer,
	enum report_stage stage, struct strbuf *out)
{
	return (struct report){
		.writer = writer,
		.out = out,
		.plan = session->plan,
		.mapping = session->mapping,
		.findings = &session->findings,
		.run = &session->run,
		.stage = stage,
		.goes_on = session->troubles != NULL,
		.verbose = session->options->verbose,
	};
}

static bool needs_attention(const struct session *session)
{
	return plan_has_changes(session->plan) || session->plan->refused || session->plan->held ||
		session->plan->changed_back > 0 || session->findings.errors > 0;
}

/* On standard error: JSON has no key for which limit refuses the plan. */
static void say_refusal(const struct session *session)
{
	struct strbuf lines = STRBUF_INIT;

	if (session->plan->refused && session->options->json) {
		phrase_refusals(&lines, session->plan, "postvagt: ");
		phrase_moved(&lines, session->plan, "postvagt: ");
	}
	print_lines(stderr, lines.text);
	strbuf_release(&lines);
}

void session_print(const struct session *session, enum report_stage stage,
	const struct list_outcome *outcomes)
{
	const struct options *options = session->options;
	struct strbuf out = STRBUF_INIT;
	struct report report =
		session_report(session, options->json ? &json_writer : &text_writer, stage, &out);

	report.outcomes = outcomes;
	if (session->findings_told)
		report.findings = &session->run_findings;
	report.colour = text_wants_colour();
	if (options->json || !options->quiet || needs_attention(session))
		report_write(&report);
	print_lines(stdout, out.text);
	say_refusal(session);
	strbuf_release(&out);
}

struct notice_run session_notice_run(const struct session *session)
{
	return (struct notice_run){
		.settings = session->settings,
		.mapping = session->mapping,
		.snapshot = session->snapshot,
		.plan = session->plan,
		.id = session->run.id,
		.started = session->run.started,
		.tell_all = session->options->tell,
		.troubles = session->troubles,
		.arena = session->arena,
	};
}

void session_send_notices(const struct session *session)
{
	const struct notice_run notices = session_notice_run(session);

	notices_send(&notices);
}
