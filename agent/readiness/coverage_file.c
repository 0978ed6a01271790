#include "readiness/coverage_file.h"

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "decide/forecast.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "readiness/status.h"
#include "report/html/coverage_page.h"
#include "report/html/page.h"
#include "run/careful_snapshot.h"
#include "run/feed_summaries.h"
#include "run/session.h"

static void add_page(struct strbuf *out, struct session *session, const struct coverage *coverage,
	const struct findings *findings, enum checklist_purpose purpose)
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
			.findings = findings,
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

void coverage_file_add(struct strbuf *out, struct session *session, const struct coverage *coverage,
	enum checklist_purpose purpose)
{
	add_page(out, session, coverage, &session->work.findings, purpose);
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
	struct snapshot *careful;
	struct coverage *coverage;
	struct findings findings;
	struct arena *arena;

	if (!file)
		return ERROR_NONE;
	arena = arena_new();
	findings_init(&findings, arena);
	findings_copy_all(&findings, &session->work.findings);
	if (!careful_snapshot(&careful, session, COVERAGE_DAYS, &findings, err)) {
		coverage = coverage_find(session->config.mapping, &session->config.settings->policy,
			careful ? careful : session->sources.snapshot, session->work.at,
			COVERAGE_DAYS);
		findings_sort(&findings);
		add_page(&page, session, coverage, &findings, CHECKLIST_PAGE);
		file_write(file, &page, FILE_MODE_GROUP, FILE_RENAMED, err);
		coverage_free(coverage);
	}
	snapshot_free(careful);
	strbuf_release(&page);
	arena_free(arena);
	return err->kind;
}
