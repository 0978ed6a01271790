#include "command/coverage_file.h"

#include "base/arena.h"
#include "command/feed_lines.h"
#include "command/session.h"
#include "decide/coverage.h"
#include "decide/snapshot.h"
#include "report/coverage_page.h"
#include "report/store.h"
#include "settings/settings.h"

static void make(const struct session *session, const struct coverage *coverage,
	const struct run *run, struct strbuf *out)
{
	struct arena *arena = arena_new();

	coverage_add_page(out,
		&(struct coverage_page){
			.coverage = coverage,
			.mapping = session->mapping,
			.findings = &session->findings,
			.run = run,
			.mailbox = session->settings->mailbox.name,
			.held = snapshot_held(session->snapshot),
			.feeds = feed_lines(&session->feeds, arena),
			.feed_count = session->feeds.count,
		});
	arena_free(arena);
}

enum error_kind coverage_file_write(const struct session *session, const struct coverage *coverage,
	const char *file, struct error *err)
{
	struct run run = session->run;
	struct strbuf page = STRBUF_INIT;
	enum error_kind failed;

	run.started = moment_now();
	make(session, coverage, &run, &page);
	failed = store_file(file, &page, err);
	strbuf_release(&page);
	return failed;
}

void coverage_file_prepare(struct session *session)
{
	session->days_ahead = session->settings->coverage_file ? COVERAGE_DAYS : 0;
}

/*
 * A round may lie some moments back, but not before its day: what was read reaches to the end of the last
 * day from then on.
 */
enum error_kind coverage_file_refresh(struct session *session, struct error *err)
{
	const char *file = session->settings->coverage_file;
	struct coverage *coverage;
	enum error_kind failed;

	if (!file)
		return ERROR_NONE;
	coverage = coverage_find(session->mapping, &session->settings->policy, session->snapshot,
		session->at, session->days_ahead);
	failed = coverage_file_write(session, coverage, file, err);
	coverage_free(coverage);
	return failed;
}
