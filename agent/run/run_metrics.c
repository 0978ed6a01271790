#include "run/run_metrics.h"

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "cli/command.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "net/oauth_state.h"
#include "notices/deliver.h"
#include "notices/lifecycle.h"
#include "run/oauth_logins.h"
#include "run/session.h"

static struct feed_metrics *feed_metrics(const struct feeds *feeds, struct arena *arena)
{
	struct feed_metrics *all = arena_get(arena, feeds->count * sizeof(*all));

	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *feed = &feeds->items[i];
		const struct kept_reading *serving = feed_serving(feed);
		const struct kept_reading *last = feed_cache_last(&feed->copy.cache);

		all[i] = (struct feed_metrics){.name = feed->settings->name,
			.read_at = serving ? serving->last_at : MOMENT_EARLIEST,
			.is_fresh = feed->state == FEED_FRESH,
			.is_doubted = feed->state == FEED_DOUBTED,
			.has_counts = feed->has_counts || last,
			.counts = feed->has_counts ? feed->counts
				: last             ? last->counts
						   : (struct feed_counts){0}};
	}
	return all;
}

/* Those that were tried: apply and watch log in when there is a notice to send. */
static size_t add_logins(const struct login_metrics **logins, const struct settings *settings,
	struct arena *arena)
{
	const struct oauth_logins all = oauth_logins_of(settings);
	struct login_metrics *items = arena_get(arena, (all.count + 1) * sizeof(*items));
	size_t count = 0;

	for (size_t i = 0; i < all.count; i++) {
		const struct oauth_state state = oauth_state_find(all.items[i].oauth);

		if (state.outcome != OAUTH_UNUSED)
			items[count++] = (struct login_metrics){.name = all.items[i].name,
				.is_valid = state.outcome == OAUTH_VALID,
				.until = state.until};
	}
	*logins = items;
	return count;
}

struct metrics run_metrics_collect(const struct session *session, bool failed, struct arena *arena)
{
	const struct notice_run notices = session_notice_run(session);
	const struct login_metrics *logins;
	size_t login_count = add_logins(&logins, session->config.settings, arena);

	return (struct metrics){
		.last_run = moment_now(),
		.plan = failed ? NULL : session->work.plan,
		.people = !failed && session->sources.snapshot
			? snapshot_person_count(session->sources.snapshot)
			: 0,
		.errors = session->work.findings.errors + failed,
		.has_notices = notices_are_enabled(session->config.settings),
		.notices = notices_waiting(&notices),
		.feeds = feed_metrics(&session->sources.feeds, arena),
		.feed_count = session->sources.feeds.count,
		.logins = logins,
		.login_count = login_count,
	};
}

/* An earlier reading that serves lets a run do all that is to do. */
static bool did_all(const struct session *session, int status)
{
	const struct plan *plan = session->work.plan;

	return status == EXIT_DONE ||
		(status == EXIT_HELD && plan && !plan->held && plan->changed_back == 0);
}

void run_metrics_write(const struct session *session, int status)
{
	const char *path = session->config.settings->metrics_file;
	bool failed = status == EXIT_FAILED || session->work.write_failed;
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;

	if (path) {
		struct metrics metrics = run_metrics_collect(session, failed, arena);

		metrics.last_success =
			did_all(session, status) ? metrics.last_run : metrics_last_success(path);
		if (metrics_write(path, &metrics, &err))
			error_print(&err);
	}
	error_release(&err);
	arena_free(arena);
}
