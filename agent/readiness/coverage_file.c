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
#include "run/read.h"

void coverage_file_add(struct strbuf *out, const struct session *session,
	const struct coverage *coverage, enum checklist_purpose purpose)
{
	struct arena *arena = arena_new();
	struct run run = session->run;
	struct checklist checklist;
	struct page_section status = {
		"card", _("The task card"), status_add_section, &checklist.readiness};

	run.started = moment_now();
	checklist_find(&checklist, session, purpose);

	coverage_add_page(out,
		&(struct coverage_page){
			.coverage = coverage,
			.mapping = session->mapping,
			.findings = &session->findings,
			.run = &run,
			.mailbox = session->settings->mailbox.name,
			.held = snapshot_held(session->snapshot),
			.feeds = feed_summaries(&session->feeds, arena),
			.feed_count = session->feeds.count,
			.also = &status,
		});
	checklist_release(&checklist);
	arena_free(arena);
}

void coverage_file_prepare(struct session *session)
{
	session->days_ahead = session->settings->coverage_file ? COVERAGE_DAYS : 0;
	session->look_at_everyone = session->settings->coverage_file != NULL;
}

/*
 * A round may lie some moments back, but not before its day: what was read reaches to the end of the last
 * day from then on.
 */
enum error_kind coverage_file_refresh(struct session *session, struct error *err)
{
	const char *file = session->settings->coverage_file;
	struct strbuf page = STRBUF_INIT;
	struct coverage *coverage;
	enum error_kind failed;

	if (!file)
		return ERROR_NONE;
	coverage = coverage_find(session->mapping, &session->settings->policy, session->snapshot,
		session->at, session->days_ahead);
	coverage_file_add(&page, session, coverage, CHECKLIST_PAGE);
	failed = file_write(file, &page, FILE_MODE_GROUP, FILE_RENAMED, err);
	coverage_free(coverage);
	strbuf_release(&page);
	return failed;
}
