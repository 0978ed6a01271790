#include "run/mass_check.h"

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "decide/feed_absences.h"
#include "decide/snapshot_update.h"
#include "directory/read/gather.h"
#include "model/person.h"
#include "model/snapshot.h"
#include "report/mass_phrases.h"
#include "run/session.h"

enum error_kind mass_check(struct session *session, const struct feed_absences *const *before,
	size_t count, const char *feeds, struct error *err)
{
	const struct config *config = &session->config;
	const struct policy *policy = &config->settings->policy;
	const struct time_scope ahead = {.from = session->work.at, .to = MOMENT_LATEST};
	struct sources *sources = &session->sources;
	struct work *work = &session->work;
	struct findings ignored; /* of records that were said when they were new */
	struct snapshot *old;

	if (gather(&sources->connection, config->mapping, sources->snapshot, &ahead, err))
		return err->kind;
	old = snapshot_new(policy->bridge);
	findings_init(&ignored, snapshot_arena(old));
	snapshot_update(old, sources->snapshot, NULL, 0);
	feed_absences_attach(old, before, count, &ignored);
	mass_absence_find(&work->mass, work->arena, config->mapping, policy, old, sources->snapshot,
		work->at);
	work->mass_feeds = feeds;
	mass_absences_note(&work->mass, arena_format(work->arena, _("feed %s"), feeds),
		&work->findings);
	snapshot_free(old);
	return ERROR_NONE;
}
