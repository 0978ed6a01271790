#include "command/carry_out.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/progress.h"
#include "command/command.h"
#include "command/options.h"
#include "command/session.h"
#include "command/telling.h"
#include "decide/outcome.h"
#include "decide/plan.h"
#include "directory/write.h"
#include "report/store.h"
#include "settings/settings.h"

/* Known by `key` where the words are others each time; NULL: by its words. */
static void say(const struct session *session, const char *key, const struct error *err)
{
	if (session->troubles)
		telling_add_as(session->troubles, key ? key : err->text.text, err->text.text);
	else
		session_say(err);
}

static enum error_kind store(struct session *session, enum report_stage stage,
	const struct list_outcome *outcomes, struct strbuf *path, struct error *err)
{
	struct report report = session_report(session, &ldif_writer, stage, NULL);

	report.outcomes = outcomes;
	return store_report(session->settings->reports_directory, &report, path, err);
}

/* Whether anything at all was changed. */
static bool changed_something(const struct session *session, const struct list_outcome *outcomes)
{
	for (size_t i = 0; i < session->plan->list_count; i++) {
		if (outcomes[i].modifies > 0 || outcomes[i].in_doubt)
			return true;
	}
	return false;
}

static void say_report(const struct session *session, const struct strbuf *path)
{
	if (!session->options->json)
		printf(_("Report: %s\n"), path->text);
}

/* What a run that could do all it planned still has to say. */
static int status_when_done(const struct session *session)
{
	if (session->findings.errors > 0)
		return EXIT_PARTLY;
	return session->plan->held ? EXIT_HELD : EXIT_DONE;
}

static int refuse(struct session *session)
{
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;

	session_print(session, REPORT_REFUSED, NULL);
	if (store(session, REPORT_REFUSED, NULL, &path, &err))
		say(session, "report", &err);
	else
		say_report(session, &path);
	error_release(&err);
	strbuf_release(&path);
	return EXIT_REFUSED;
}

static int write_changes(struct session *session)
{
	size_t size = session->plan->list_count * sizeof(struct list_outcome);
	struct list_outcome *outcomes = arena_get(session->arena, size);
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT, late = ERROR_INIT;
	int status = EXIT_FAILED;
	enum error_kind failed;

	session->write_failed = true;
	if (store(session, REPORT_INTENDED, NULL, &path, &err)) {
		say(session, "report", &err);
		goto out;
	}
	if (!session->options->quiet)
		progress_say(_("writing"));
	failed = write_plan(&session->connection, session->plan, outcomes, &err);
	progress_clear();
	session->outcomes = outcomes;
	if (failed)
		say(session, NULL, &err);
	if (store(session, REPORT_DONE, outcomes, &path, &late))
		say(session, "report", &late);
	if (!session->is_retry || changed_something(session, outcomes)) {
		session_print(session, REPORT_DONE, outcomes);
		say_report(session, &path);
	}
	session->write_failed = failed || late.kind;
	if (!session->write_failed)
		status = status_when_done(session);
	else if (changed_something(session, outcomes))
		status = EXIT_PARTLY;
out:
	error_release(&err);
	error_release(&late);
	strbuf_release(&path);
	return status;
}

int carry_out(struct session *session)
{
	session->write_failed = false;
	session->outcomes = NULL;
	if (session->plan->refused)
		return refuse(session);
	if (plan_has_changes(session->plan))
		return write_changes(session);
	session_print(session, REPORT_DONE, NULL);
	return status_when_done(session);
}
