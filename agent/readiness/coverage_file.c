#include "readiness/coverage_file.h"

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "decide/forecast.h"
#include "model/snapshot.h"
#include "readiness/status.h"
#include "report/html/coverage_page.h"
#include "report/html/page.h"
#include "run/feed_summaries.h"
#include "run/session.h"

void coverage_file_add(struct strbuf *out, const struct session *session,
	const struct coverage *coverage, enum checklist_purpose purpose)
{
	struct arena *arena = arena_new();
	struct run run = session->work.run;
	struct checklist checklist;
	struct page_section status = {
		"card", _("The task card"), status_add_section, &checklist.readiness};

	run.started = moment_now();
	checklist_find(&checklist, session, purpose);

	coverage_add_page(out,
		&(struct coverage_page){
			.coverage = coverage,
			.mapping = session->config.mapping,
			.findings = &session->work.findings,
			.run = &run,
			.mailbox = session->config.settings->mailbox.name,
			.held = snapshot_held(session->sources.snapshot),
			.feeds = feed_summaries(&session->sources.feeds, arena),
			.feed_count = session->sources.feeds.count,
			.also = &status,
		});
	checklist_release(&checklist);
	arena_free(arena);
}

void coverage_file_request(const struct settings *settings, struct read_request *request)
{
	request->days = settings->coverage_file ? COVERAGE_DAYS : 0;
	request->everyone = settings->coverage_file != NULL;
}

/*
 * A round may lie some moments back, but not before its day: what was read reaches to the end of the last
 * day from then on.
 */
enum error_kind coverage_file_refresh(struct session *session, struct error *err)
{
	const char *file = session->config.settings->coverage_file;
	struct strbuf page = STRBUF_INIT;
	struct coverage *coverage;
	enum error_kind failed;

	if (!file)
		return ERROR_NONE;
	coverage = coverage_find(session->config.mapping, &session->config.settings->policy,
		session->sources.snapshot, session->work.at, COVERAGE_DAYS);
	coverage_file_add(&page, session, coverage, CHECKLIST_PAGE);
	failed = file_write(file, &page, FILE_MODE_GROUP, FILE_RENAMED, err);
	coverage_free(coverage);
	strbuf_release(&page);
	return failed;
}
