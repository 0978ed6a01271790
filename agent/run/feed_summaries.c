#include "run/feed_summaries.h"

#include "base/memory/arena.h"
#include "feed/feeds.h"
#include "model/settings.h"

static const char *state_name(enum feed_state state)
{
	switch (state) {
	case FEED_UNREAD:
		return "unread";
	case FEED_CACHED:
		return "kept";
	case FEED_DOUBTED:
		return "doubted";
	case FEED_FRESH:
		break;
	}
	return "fresh";
}

struct feed_summary *feed_summaries(const struct feeds *feeds, struct arena *arena)
{
	struct feed_summary *lines = arena_get(arena, feeds->count * sizeof(*lines));

	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *feed = &feeds->items[i];
		const struct kept_reading *serving = feed_serving(feed);

		lines[i] = (struct feed_summary){
			.name = feed->settings->name,
			.url = feed->settings->url,
			.sha256 = serving ? serving->sha256 : "",
			.state = state_name(feed->state),
			.trouble = feed->trouble,
			.read_at = serving ? serving->last_at : MOMENT_EARLIEST,
		};
	}
	return lines;
}
