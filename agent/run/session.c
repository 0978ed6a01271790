#include "run/session.h"

#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/print.h"
#include "base/message/progress.h"
#include "base/system/process.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "decide/decide.h"
#include "decide/diff.h"
#include "decide/kept_absences.h"
#include "decide/limits.h"
#include "decide/named_people.h"
#include "directory/connection/connect.h"
#include "directory/dialect/new_list.h"
#include "ledger/runs.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "notices/ahead.h"
#include "notices/deliver.h"
#include "notices/lifecycle.h"
#include "report/entry_names.h"
#include "report/phrases.h"
#include "report/text/text.h"
#include "run/mass_check.h"

#define TRIES_MAX 3 /* of a read whose server is lost or busy */

static enum error_kind read_at(struct session *session, struct error *err)
{
	const char *text = session->config.options->at;

	session->work.now = moment_now();
	session->work.at = session->work.now;
	if (!text)
		return ERROR_NONE;
	if (!moment_read(text, MOMENT_START, &session->work.at, NULL) ||
		session->work.at == MOMENT_LATEST)
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

	session->work.run = (struct run){
		.id = session_new_id(session->work.arena),
		.started = session->work.now,
		.user = arena_string(session->work.arena, user ? user->pw_name : "?"),
		.host = arena_string(session->work.arena, uname(&host) == 0 ? host.nodename : "?"),
		.version = POSTVAGT_VERSION,
		.case_text = session->config.options->case_text,
		.settings_file = session->config.settings->file,
		.settings_sha256 = session->config.settings->sha256,
		.member_attribute = session->config.settings->member_attribute,
	};
}

static void begin_findings(struct session *session)
{
	session->work.arena = arena_new();
	findings_init(&session->work.findings, session->work.arena);
	findings_init(&session->work.run_findings, session->work.arena);
	findings_copy_all(&session->work.findings, &session->config.findings);
	findings_sort(&session->work.findings);
}

static bool was_trusted(const struct settings *settings, const char *feed)
{
	return runs_trusted_feed(settings->reports_directory, feed);
}

int session_start(struct session *session, const struct options *options, bool keep_findings)
{
	struct config *config = &session->config;
	struct error err = ERROR_INIT;
	int status = EXIT_USAGE;

	config_load(config, options, &err);
	begin_findings(session);
	if (err.kind) {
		error_print(&err);
		status = exit_status_of(err.kind);
		error_release(&err);
		return status;
	}
	if (config->settings) {
		read_at(session, &err);
		describe_run(session);
	}
	if (config->settings && config->mapping) {
		status = exit_status_of(err.kind);
		feeds_init(&session->sources.feeds, config->settings);
		session->sources.feeds.was_trusted = was_trusted;
	}
	for (size_t i = 0; !status && !keep_findings && i < config->settings->feed_count; i++)
		status = exit_status_of(feeds_check_secrets(&config->settings->feeds[i], &err));
	if (!config->mapping && !keep_findings)
		findings_print(&session->work.findings);
	if (err.kind)
		error_print(&err);
	if (status)
		config_note_wrong(config, &err);
	error_release(&err);
	return status;
}

static void drop_plan(struct session *session)
{
	plan_free(session->work.plan);
	session->work.plan = NULL;
}

void session_next_round(struct session *session)
{
	arena_free(session->work.arena);
	begin_findings(session);
	session->work.now = moment_now();
	session->work.at = session->work.now;
	session->sources.had_to_read_all = false;
	mass_release(&session->work);
	drop_plan(session);
	describe_run(session);
}

static void decide_anew(struct session *session)
{
	struct sources *sources = &session->sources;
	const struct policy *policy = &session->config.settings->policy;

	drop_plan(session);
	session->work.plan = plan_new(session->work.at);
	decide(session->work.plan, session->config.mapping, policy, sources->snapshot);
	kept_absences_judge(sources->kept.kept, sources->snapshot, policy, session->work.plan);
}

const struct added_members *session_added(struct session *session, struct plan *plan)
{
	struct added_state *state = &session->sources.added;

	if (!added_state_is_needed(plan))
		return NULL;
	added_state_read(state, session->config.settings, session->work.run.host,
		session->work.now);
	added_state_compare(state, plan, session->sources.snapshot);
	if (state->trouble)
		findings_add(&plan->findings, FINDING_WARNING, "additions",
			_("whom postvagt added to the lists is not known, so that nobody but required "
			  "people leaves an additive or protected list: %s"),
			state->trouble);
	return state->is_known ? state->added : NULL;
}

/* From a snapshot to a plan that has been judged. */
static enum error_kind judge_plan(struct session *session, const struct read_request *request,
	struct error *err)
{
	const struct settings *settings = session->config.settings;
	struct sources *sources = &session->sources;
	struct work *work = &session->work;

	work->run.server = sources->connection.url;
	decide_anew(session);
	if (request->forecasts)
		return ERROR_NONE;
	if (!request->everyone && diff_needs_everyone(work->plan, sources->snapshot)) {
		if (sources_read_more(sources, &session->config, request, work->at, true, err))
			return err->kind;
		decide_anew(session);
	}
	diff_lists(work->plan, &settings->policy, sources->snapshot,
		session_added(session, work->plan));
	changed_back_release(&work->changed_back);
	if (work->at == work->now && plan_has_changes(work->plan)) {
		changed_back_read(&work->changed_back, settings, work->now);
		changed_back_leave_out(&work->changed_back, work->plan, work->now);
	}
	new_lists_describe(work->plan, sources->connection.dialect, settings);
	limits_check(work->plan, &settings->policy);
	return ERROR_NONE;
}

/* A plan points into its snapshot, so it goes first; after a failure there is none. */
static enum error_kind plan_once(struct session *session, const struct read_request *request,
	const struct dir_changes *changes, struct error *err)
{
	struct work *work = &session->work;

	drop_plan(session);
	if (!sources_read(&session->sources, &session->config, request, work->at, changes,
		    &work->findings, err) &&
		!request->feeds_alone && (request->forecasts || !mass_check(session, err)))
		judge_plan(session, request, err);
	if (err->kind)
		drop_plan(session);
	return err->kind;
}

/* By which the people whom lists ask for are known, and what they are called: they alone are named in findings. */
static struct table *names_asked_for(const struct plan *plan, const struct snapshot *snapshot,
	struct arena *arena)
{
	struct table *names = table_new(arena);
	bool *is_asked_for = arena_get(arena, snapshot_person_count(snapshot) * sizeof(bool));

	for (size_t i = 0; i < plan->list_count; i++) {
		for (size_t j = 0; j < plan->lists[i].required_count; j++) {
			const struct person *person = plan->lists[i].required[j]->person;

			if (is_asked_for[person->number])
				continue;
			is_asked_for[person->number] = true;
			for (size_t k = 0; k < person->known_as_count; k++)
				table_put(names, person->known_as[k],
					(void *)person_called(person));
		}
	}
	return names;
}

/* The person whose entry has that DN; NULL: nobody, or it is none. */
static const struct person *person_at(const struct snapshot *snapshot, const char *dn)
{
	struct arena *arena = arena_new();
	const char *key = dn_key(arena, dn);
	const struct resolved_ref *ref = key ? snapshot_ref_of_dn(snapshot, key) : NULL;

	arena_free(arena);
	return ref ? ref->person : NULL;
}

bool session_may_name(const struct session *session, const struct person *person)
{
	return table_find(session->work.named_people, person_identity(person)) != NULL;
}

void session_sort_findings(struct session *session)
{
	findings_sort(&session->work.findings);
	if (session->sources.snapshot)
		entry_names_set(&session->work.findings, session->sources.snapshot);
}

/* Those of the directory; what is about people whom no list asks for is counted, and not an error either. */
static void collect_directory_findings(struct session *session)
{
	const struct findings *found = snapshot_found(session->sources.snapshot);
	struct findings *findings = &session->work.findings;
	size_t unnamed = 0;

	for (size_t i = 0; i < found->count; i++) {
		const struct person *person =
			person_at(session->sources.snapshot, found->items[i].where);

		if (person && !session_may_name(session, person))
			unnamed++;
		else
			findings_copy(findings, &found->items[i]);
	}
	if (unnamed > 0)
		findings_add(findings, FINDING_WARNING, "people",
			_("values that cannot be used, of people whom no list asks for: %zu"),
			unnamed);
}

static void collect_findings(struct session *session)
{
	struct work *work = &session->work;
	struct arena *arena = arena_new();

	work->named_people = named_people_find(work->arena, work->plan,
		&session->config.settings->policy, session->sources.snapshot);
	for (size_t i = 0; i < session->sources.feeds.count; i++)
		findings_copy_all(&work->findings, &session->sources.feeds.items[i].findings);
	collect_directory_findings(session);
	findings_copy_all(&work->findings, &work->plan->findings);
	findings_name_people(&work->findings,
		names_asked_for(work->plan, session->sources.snapshot, arena));
	session_sort_findings(session);
	arena_free(arena);
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
	if (!session->sources.connection.met || tries == TRIES_MAX ||
		seconds_now() - started >= 2L * session->config.settings->directory.timeout)
		return false;
	moment_sleep(tries > 1 ? 1000 : 100);
	return true;
}

/* Each time from the start: a snapshot is of one server. */
enum error_kind session_plan_round(struct session *session, const struct read_request *request,
	const struct dir_changes *changes, struct error *err)
{
	const long started = seconds_now();
	struct error last = ERROR_INIT;
	enum error_kind failed;

	session->sources.connection.met = session->sources.connection.ld != NULL;
	failed = plan_once(session, request, changes, &last);
	for (int tries = 1; failed == ERROR_LOST && may_try_again(session, tries, started);
		tries++) {
		connection_close(&session->sources.connection);
		error_release(&last);
		failed = plan_once(session, request, NULL, &last);
	}
	if (failed) {
		error_set(err, failed, "%s", last.text.text);
	} else {
		if (session->work.plan)
			collect_findings(session);
		feeds_forget_replaced(&session->sources.feeds);
	}
	error_release(&last);
	return failed;
}

enum error_kind session_plan(struct session *session, const struct read_request *request,
	struct error *err)
{
	enum error_kind failed;

	feeds_read(&session->sources.feeds,
		request->feeds_alone ? session->work.at : session->work.now, request->feeds);
	if (!session->config.options->quiet)
		progress_say(_("reading the directory"));
	failed = session_plan_round(session, request, NULL, err);
	progress_clear();
	if (!failed && session->config.options->verbose)
		print_format(stderr, _("postvagt: %zu requests to %s, %zu people read\n"),
			session->sources.connection.requests, session->sources.connection.url,
			snapshot_person_count(session->sources.snapshot));
	return failed;
}

int session_plan_or_say(struct session *session, const struct read_request *request)
{
	struct error err = ERROR_INIT;
	enum error_kind failed = session_plan(session, request, &err);

	if (failed)
		error_print(&err);
	error_release(&err);
	return exit_status_of(failed);
}

void session_request_ahead(const struct settings *settings, struct read_request *request)
{
	if (notices_are_enabled(settings) && request->days < AHEAD_DAYS)
		request->days = AHEAD_DAYS;
}

enum error_kind session_keep_absences(struct session *session, struct error *err)
{
	struct sources *sources = &session->sources;

	kept_state_next(&sources->kept, sources->snapshot, &session->config.settings->policy,
		session->work.plan);
	session->work.run.keeps_absences = !kept_state_write(&sources->kept, err);
	return err->kind;
}

void session_forget_sources(struct session *session)
{
	drop_plan(session);
	mass_release(&session->work);
	sources_release(&session->sources);
	session->sources = (struct sources)SOURCES_INIT;
}

void session_end(struct session *session)
{
	drop_plan(session);
	mass_release(&session->work);
	sources_release(&session->sources);
	changed_back_release(&session->work.changed_back);
	config_release(&session->config);
	arena_free(session->work.arena);
}

void session_warn(struct session *session, const char *where, const char *what)
{
	findings_add(&session->work.run_findings, FINDING_WARNING, where, "%s", what);
	findings_add(&session->work.findings, FINDING_WARNING, where, "%s", what);
	session_sort_findings(session);
}

struct report session_report(const struct session *session, const struct writer *writer,
	enum report_stage stage, struct strbuf *out)
{
	return (struct report){
		.writer = writer,
		.out = out,
		.plan = session->work.plan,
		.mapping = session->config.mapping,
		.findings = &session->work.findings,
		.run = &session->work.run,
		.stage = stage,
		.verbose = session->config.options->verbose,
	};
}

bool session_is_held(const struct session *session)
{
	const struct plan *plan = session->work.plan;

	return (plan && plan_is_held_back(plan)) || feeds_have_trouble(&session->sources.feeds);
}

static bool needs_attention(const struct session *session)
{
	return plan_has_changes(session->work.plan) || session->work.plan->refused ||
		session->work.mass.count > 0 || session->work.mass.is_cut ||
		session_is_held(session) || session->work.findings.errors > 0;
}

/* On standard error: JSON has no key for which limit refuses the plan. */
static void say_refusal(const struct session *session)
{
	struct strbuf lines = STRBUF_INIT;

	if (session->work.plan->refused && session->config.options->json) {
		phrase_refusals(&lines, session->work.plan, "postvagt: ");
		phrase_moved(&lines, session->work.plan, "postvagt: ");
	}
	print_lines(stderr, lines.text);
	strbuf_release(&lines);
}

void session_print(const struct session *session, const struct reporting *reporting,
	enum report_stage stage, const struct list_outcome *outcomes)
{
	const struct options *options = session->config.options;
	struct strbuf out = STRBUF_INIT;
	struct report report =
		session_report(session, options->json ? &json_writer : &text_writer, stage, &out);

	report.outcomes = outcomes;
	report.goes_on = reporting->goes_on;
	if (reporting->findings_known)
		report.findings = &session->work.run_findings;
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
		.settings = session->config.settings,
		.mapping = session->config.mapping,
		.snapshot = session->sources.snapshot,
		.plan = session->work.plan,
		.id = session->work.run.id,
		.started = session->work.run.started,
		.tell_all = session->config.options->tell,
		.arena = session->work.arena,
	};
}

void session_send_notices(const struct session *session)
{
	const struct notice_run notices = session_notice_run(session);

	notices_send(&notices);
}
