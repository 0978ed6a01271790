#include "run/careful_snapshot.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "decide/asked_roles.h"
#include "decide/feed_absences.h"
#include "decide/forecast.h"
#include "decide/snapshot_update.h"
#include "directory/read/gather.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/session.h"

/* A copy of the session's snapshot, with the absences of all readings that count in a forecast. */
static struct snapshot *copy_snapshot(const struct session *session, struct findings *findings)
{
	const struct feeds *feeds = &session->sources.feeds;
	const struct snapshot *from = session->sources.snapshot;
	struct snapshot *copy = snapshot_new(session->config.settings->policy.bridge);
	struct arena *arena = snapshot_arena(copy);
	const struct kept_reading **readings = arena_get(arena,
		feeds->count * FEED_READINGS_MAX * sizeof(const struct kept_reading *));
	struct findings ignored; /* of records: said already */
	size_t count = 0;

	for (size_t i = 0; i < feeds->count; i++) {
		size_t of_feed = feed_careful_readings(&feeds->items[i], &readings[count]);

		sources_say_careful(&feeds->items[i], of_feed, findings);
		count += of_feed;
	}
	findings_init(&ignored, arena);
	snapshot_set_kept(copy, snapshot_kept(from));
	snapshot_set_temporary(copy, snapshot_temporary(from));
	snapshot_update(copy, from, NULL, 0);
	feed_absences_attach(copy, readings, count,
		asked_roles_find(arena, session->config.mapping, false), session->work.at,
		&ignored);
	return copy;
}

enum error_kind careful_snapshot(struct snapshot **careful, struct session *session, int days,
	struct findings *findings, struct error *err)
{
	struct time_scope scope = scope_at(session->work.at);

	*careful = NULL;
	if (!feeds_have_trouble(&session->sources.feeds))
		return ERROR_NONE;
	scope.everyone = true;
	scope.to = coverage_end(session->work.at, days);
	*careful = copy_snapshot(session, findings);
	if (gather(&session->sources.connection, session->config.mapping, *careful, &scope, err)) {
		snapshot_free(*careful);
		*careful = NULL;
	}
	return err->kind;
}
