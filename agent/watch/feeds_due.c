#include "watch/watch.h"

#include <stdlib.h>

#include "base/memory/memory.h"
#include "base/system/jitter.h"
#include "cli/command.h"
#include "model/settings.h"

/* A tenth more or less, so that agents on many hosts do not all ask at once. */
static int64_t next_asking(const struct feed *feed)
{
	int64_t every = (int64_t)feed->settings->every * 1000, spread = every / 10;

	return moment_uptime() + every - jitter(spread);
}

void watch_feeds_start(struct watch *watch)
{
	struct feeds *feeds = &watch->session.sources.feeds;

	free(watch->ask_at);
	watch->ask_at = memory_get((feeds->count + 1) * sizeof(*watch->ask_at));
	feeds_read(feeds, moment_now(), FEEDS_KEEP);
	for (size_t i = 0; i < feeds->count; i++)
		watch->ask_at[i] = next_asking(&feeds->items[i]);
}

/* Also when its copy becomes too old: that is news, too. */
static bool is_due(const struct watch *watch, size_t i)
{
	const struct feed *feed = &watch->session.sources.feeds.items[i];

	if (feed_is_asked(feed))
		return false;
	return moment_uptime() >= watch->ask_at[i] || moment_now() >= feed_expiry(feed);
}

void watch_feeds(struct watch *watch)
{
	struct feeds *feeds = &watch->session.sources.feeds;

	for (size_t i = 0; i < feeds->count; i++) {
		struct feed *feed = &feeds->items[i];

		if (is_due(watch, i)) {
			feed_ask(feeds, feed, moment_now());
			watch->ask_at[i] = next_asking(feed);
		}
		if (!feed_is_asked(feed) || !feed_has_answered(feed))
			continue;
		feed_complete(feeds, feed, moment_now(), FEEDS_KEEP);
		if (feed->changed)
			watch_call(watch, false);
	}
}

int64_t watch_feeds_next(const struct watch *watch)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < watch->session.sources.feeds.count; i++) {
		if (!feed_is_asked(&watch->session.sources.feeds.items[i]) &&
			watch->ask_at[i] < next)
			next = watch->ask_at[i];
	}
	return next;
}
