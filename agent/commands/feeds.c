/* postvagt feeds: where absences come from, and whether what was read is trusted; feeds accept and feeds test. */
#include <string.h>

#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "commands/feeds_show.h"
#include "commands/feeds_test_show.h"
#include "ledger/run_line.h"
#include "model/plan.h"
#include "model/reference.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/run_record.h"
#include "run/session.h"

static int show_all(struct session *session)
{
	const struct read_request request = {.feeds = FEEDS_LOOK};
	int status = session_plan_or_say(session, &request);

	if (status)
		return status;
	feeds_show(session);
	return feeds_have_trouble(&session->sources.feeds) || session->work.plan->kept_of_feeds > 0
		? EXIT_HELD
		: EXIT_DONE;
}

/* The feed of a name; ERROR_USAGE names those that there are. */
static struct feed *find_feed(struct session *session, const char *name, struct error *err)
{
	struct feeds *feeds = &session->sources.feeds;
	struct feed *feed = feeds_find(feeds, name);
	struct strbuf names = STRBUF_INIT;

	if (feed)
		return feed;
	for (size_t i = 0; i < feeds->count; i++)
		strbuf_add_item(&names, ", ", feeds->items[i].settings->name);
	if (feeds->count == 0)
		error_set(err, ERROR_USAGE, _("%s: absence.feeds names no feeds"),
			session->config.settings->file);
	else
		error_set(err, ERROR_USAGE, _("no feed is called \"%s\"; the feeds: %s"), name,
			names.text);
	strbuf_release(&names);
	return NULL;
}

/* The person of --person, whom the reading looked up; ERROR_USAGE where there is none. */
static const struct person *find_person(const struct session *session,
	const struct reference *reference, struct error *err)
{
	const struct snapshot *snapshot = session->sources.snapshot;
	const struct person *person = snapshot_person(snapshot, reference, session->work.at);
	const struct resolved_ref *ref = snapshot_ref(snapshot, reference->key);

	if (!person)
		error_set(err, ERROR_USAGE, _("\"%s\" is no person: %s"), reference->text,
			ref ? ref_problem(ref->kind) : "");
	return person;
}

/* Ask that feed alone, and the directory about nobody but whom it names and whom --person names. */
static int test_feed(struct session *session, const char *name, struct error *err)
{
	const char *text = session->config.options->person;
	struct reference reference = reference_make(session->work.arena, text ? text : "");
	const struct references also = {.items = &reference, .count = 1};
	const struct read_request request = {
		.feeds = FEEDS_LOOK, .also = text ? &also : NULL, .feeds_alone = true};
	struct feed *feed = find_feed(session, name, err);
	const struct person *person = NULL;
	int status;

	if (!feed)
		return EXIT_USAGE;
	feed = feeds_keep_only(&session->sources.feeds, feed);
	session->sources.feeds.keeps_pending = true;
	status = session_plan_or_say(session, &request);
	if (!status && text) {
		person = find_person(session, &reference, err);
		status = exit_status_of(err->kind);
	}
	if (status)
		return status;
	feeds_test_show(session, feed, person);
	return feed->state == FEED_FRESH ? EXIT_DONE : EXIT_HELD;
}

static void add_line(const struct run_record *record, const struct feed *feed)
{
	json_t *accepted = json_object();

	run_line_set_text(record->line, "command", "feeds accept");
	run_line_set_text(accepted, "feed", feed->settings->name);
	run_line_set_text(accepted, "sha256", feed->copy.cache.doubt.reading.sha256);
	json_object_set_new(record->line, "accepted", accepted);
}

/* The line says what was accepted before that counts, and what came of it after. */
static void accept_and_record(struct session *session, struct feed *feed, struct error *err)
{
	struct run_record record = RUN_RECORD_INIT;
	struct error failure = ERROR_INIT;

	if (run_record_begin(&record, session, err))
		goto out;
	add_line(&record, feed);
	run_record_outcome(&record, RUN_INTENDED, -1, NULL);
	if (chain_intend(&record.chain, record.line, &record.key, NULL, err))
		goto out;
	feed_accept(feed);
	feed_keep(&session->sources.feeds, feed, err);
	run_record_outcome(&record, run_outcome_of(err->kind, false),
		err->kind ? EXIT_FAILED : EXIT_DONE, err->kind ? err->text.text : NULL);
	if (run_record_end(&record, &failure)) {
		error_print(&failure);
		error_set(err, failure.kind, "%s", failure.text.text);
	}
out:
	run_record_release(&record);
	error_release(&failure);
}

static void say_accepted(const char *name, const char *sha256)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line, _("The reading of feed %s with SHA-256 %s is trusted from now on.\n"),
		name, sha256);
	print_lines(stdout, line.text);
	strbuf_release(&line);
}

static int accept_feed(struct session *session, const char *name, struct error *err)
{
	struct feed *feed = find_feed(session, name, err);
	char sha256[SHA256_HEX];

	if (!feed)
		return EXIT_USAGE;
	feed_look(&session->sources.feeds, feed);
	if (!feed->copy.cache.is_doubted) {
		error_set(err, ERROR_TARGET,
			_("feed %s: no doubted reading is kept; apply and watch keep one when they doubt it"),
			name);
		return EXIT_FAILED;
	}
	memcpy(sha256, feed->copy.cache.doubt.reading.sha256, sizeof(sha256));
	accept_and_record(session, feed, err);
	if (err->kind)
		return EXIT_FAILED;
	say_accepted(name, sha256);
	return EXIT_DONE;
}

static int run_on(struct session *session, const struct options *options, struct error *err)
{
	const char *verb = options->argument_count > 0 ? options->arguments[0] : "";

	if (options->argument_count == 0 && !options->person)
		return show_all(session);
	if (options->argument_count == 2 && strcmp(verb, "test") == 0)
		return test_feed(session, options->arguments[1], err);
	if (options->argument_count == 2 && strcmp(verb, "accept") == 0 && !options->at &&
		!options->person)
		return accept_feed(session, options->arguments[1], err);
	error_set(err, ERROR_USAGE,
		options->at && strcmp(verb, "accept") == 0
			? _("postvagt feeds accept is for now; it takes no --at")
			: _("usage: postvagt feeds [accept NAME | test NAME [--person PERSON]]"));
	return EXIT_USAGE;
}

int command_feeds(const struct options *options)
{
	struct session session = SESSION_INIT;
	struct error err = ERROR_INIT;
	int status = session_start(&session, options, false);

	if (!status)
		status = run_on(&session, options, &err);
	if (err.kind)
		error_print(&err);
	session_end(&session);
	error_release(&err);
	return status;
}
