#include "run/mass_check.h"

#include <stdbool.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/asked_roles.h"
#include "decide/feed_absences.h"
#include "decide/snapshot_update.h"
#include "directory/read/gather.h"
#include "model/person.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "report/mass_phrases.h"
#include "run/session.h"

/* The names of the feeds with a new reading; NULL where there is none. */
static const char *name_new(const struct feeds *feeds, struct arena *arena)
{
	struct strbuf names = STRBUF_INIT;
	bool is_any = false;

	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *feed = &feeds->items[i];

		if (feed->replaced.arena && feed_serving(feed)) {
			strbuf_add_item(&names, ", ", feed->settings->name);
			is_any = true;
		}
	}
	if (is_any)
		return strbuf_to_arena(&names, arena);
	strbuf_release(&names);
	return NULL;
}

/* A copy of `from` with the absences that serve, or with those that new readings replaced. Free it. */
static struct snapshot *copy_snapshot(const struct session *session, const struct snapshot *from,
	bool by_replaced)
{
	const struct feeds *feeds = &session->sources.feeds;
	struct snapshot *copy = snapshot_new(session->config.settings->policy.bridge);
	struct arena *arena = snapshot_arena(copy);
	const struct kept_reading **readings =
		arena_get(arena, feeds->count * sizeof(const struct kept_reading *));
	struct findings ignored; /* of records: said already */
	size_t count = 0;

	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *feed = &feeds->items[i];
		const struct kept_reading *serving = feed_serving(feed);

		if (by_replaced && feed->replaced.arena) /* never of a feed that gives roles */
			readings[count++] = &feed->replaced.reading;
		else if (serving)
			readings[count++] = serving;
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

void mass_release(struct work *work)
{
	snapshot_free(work->mass_snapshot);
	work->mass_snapshot = NULL;
	work->mass = (struct mass_absences){0};
}

enum error_kind mass_check(struct session *session, struct error *err)
{
	const struct config *config = &session->config;
	const struct policy *policy = &config->settings->policy;
	const struct time_scope ahead = {.from = session->work.at, .to = MOMENT_LATEST};
	struct sources *sources = &session->sources;
	struct work *work = &session->work;
	struct snapshot *before;

	mass_release(work);
	work->mass_feeds = name_new(&sources->feeds, work->arena);
	if (!work->mass_feeds)
		return ERROR_NONE;
	work->mass_snapshot = copy_snapshot(session, sources->snapshot, false);
	if (gather(&sources->connection, config->mapping, work->mass_snapshot, &ahead, err))
		return err->kind;
	before = copy_snapshot(session, work->mass_snapshot, true);
	mass_absence_find(&work->mass, work->arena, config->mapping, policy, before,
		work->mass_snapshot, work->at);
	mass_absences_note(&work->mass, arena_format(work->arena, _("feed %s"), work->mass_feeds),
		&work->findings);
	snapshot_free(before);
	return ERROR_NONE;
}
