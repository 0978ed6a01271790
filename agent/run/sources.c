#include "run/sources.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "decide/asked_roles.h"
#include "decide/feed_absences.h"
#include "decide/forecast.h"
#include "decide/snapshot_update.h"
#include "directory/connection/connect.h"
#include "directory/follow/follow.h"
#include "directory/read/attribute_check.h"
#include "directory/read/gather.h"
#include "directory/read/person_entry.h"
#include "directory/read/resolve_people.h"
#include "feed/feed_names.h"
#include "model/person.h"
#include "model/snapshot.h"
#include "run/config.h"

/* What one reading is about; all borrowed. */
struct sources_ctx {
	struct sources *sources;
	const struct config *config;
	const struct read_request *request;
	moment at;
	struct findings *findings;
};

/* Find the people whom feeds name. */
static enum error_kind find_people(const struct sources_ctx *ctx, struct arena *arena,
	struct error *err)
{
	struct sources *sources = ctx->sources;
	const struct feeds *feeds = &sources->feeds;
	struct name_query *names = arena_get(arena, feeds->count * sizeof(*names));

	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed_names in_feed = feed_names(&feeds->items[i],
			feeds->keeps_pending ? NULL : feeds->asked, arena); /* shown whole */

		names[i] = (struct name_query){.attribute = in_feed.settings->match,
			.as_number = in_feed.settings->match_as == MATCH_NUMBER,
			.for_roles = in_feed.settings->gives == GIVES_ROLES,
			.items = in_feed.items,
			.count = in_feed.count};
	}
	return resolve_people(&sources->connection, sources->snapshot, names, feeds->count, err);
}

/* The readings that count in a plan, or, for a forecast, all by which somebody may be away. */
static size_t readings_of(const struct sources_ctx *ctx, const struct feed *feed,
	const struct kept_reading *readings[FEED_READINGS_MAX])
{
	const struct kept_reading *serving = feed_serving(feed);

	if (ctx->request->forecasts)
		return feed_careful_readings(feed, readings);
	readings[0] = serving;
	return serving != NULL;
}

void sources_say_careful(const struct feed *feed, size_t count, struct findings *findings)
{
	struct strbuf where = STRBUF_INIT;

	if (feed->state != FEED_FRESH && count > 0) {
		strbuf_addf(&where, _("feed %s"), feed->settings->name);
		if (feed->settings->gives != GIVES_ABSENCES)
			findings_add(findings, FINDING_WARNING, where.text, "%s",
				feed->settings->gives == GIVES_ROLES
					? _("the roles of its last trusted reading count here")
					: _("the deputies of its last trusted reading count here"));
		else
			findings_add(findings, FINDING_WARNING, where.text, "%s",
				feed->copy.cache.is_doubted
					? _("who is away by its last trusted reading, or by the doubted one, counts as away here")
					: _("who is away by its last trusted reading counts as away here"));
	}
	strbuf_release(&where);
}

/* Judge what the feeds say, and give their people the absences that count. */
static void attach_feeds(const struct sources_ctx *ctx, struct arena *arena)
{
	struct sources *sources = ctx->sources;
	struct feeds *feeds = &sources->feeds;
	const struct kept_reading *of_one[FEED_READINGS_MAX];
	const struct kept_reading **readings = arena_get(arena,
		feeds->count * FEED_READINGS_MAX * sizeof(const struct kept_reading *));
	size_t count = 0, of_feed;

	feeds_judge(feeds, sources->snapshot, ctx->request->feeds);
	for (size_t i = 0; i < feeds->count; i++) {
		const struct feed *feed = &feeds->items[i];

		if (feed->held)
			snapshot_hold(sources->snapshot, feed->held);
		of_feed = readings_of(ctx, feed, of_one);
		for (size_t j = 0; j < of_feed; j++)
			readings[count++] = of_one[j];
		if (ctx->request->forecasts)
			sources_say_careful(feed, of_feed, ctx->findings);
	}
	feed_absences_attach(sources->snapshot, readings, count, feeds->asked, ctx->at,
		ctx->findings);
}

static enum error_kind match_feeds(const struct sources_ctx *ctx, struct error *err)
{
	struct arena *arena = arena_new();
	struct feeds *feeds = &ctx->sources->feeds;
	enum error_kind failed;

	feeds->asked = asked_roles_find(arena, ctx->config->mapping, ctx->request->everyone);
	failed = find_people(ctx, arena, err);
	if (!failed)
		attach_feeds(ctx, arena);
	feeds->asked = NULL;
	arena_free(arena);
	return failed;
}

enum error_kind sources_read_more(struct sources *sources, const struct config *config,
	const struct read_request *request, moment at, bool everyone, struct error *err)
{
	struct time_scope scope = scope_at(at);

	scope.everyone = everyone;
	if (request->days > 0)
		scope.to = coverage_end(at, request->days);
	return gather(&sources->connection, config->mapping, sources->snapshot, &scope, err);
}

static enum error_kind read_request(const struct sources_ctx *ctx, struct error *err)
{
	return sources_read_more(ctx->sources, ctx->config, ctx->request, ctx->at,
		ctx->request->everyone, err);
}

/* What earlier runs read is given to the people of a new snapshot. The file is read once the kind of directory is known. */
static void use_kept_absences(const struct sources_ctx *ctx)
{
	struct sources *sources = ctx->sources;
	struct people_attributes names;

	if (!sources->kept.kept) {
		names = person_attribute_names(&sources->connection);
		kept_state_read(&sources->kept, ctx->config->settings, &names);
	}
	if (sources->kept.trouble)
		findings_add(ctx->findings, FINDING_IMPORTANT, "absences",
			_("what earlier runs read cannot be used: %s"), sources->kept.trouble);
	snapshot_set_kept(sources->snapshot, sources->kept.kept);
}

/* Which deputies `absent` named for one absence: read at each reading, as that command runs beside `watch`. */
static void use_temporary_deputies(const struct sources_ctx *ctx)
{
	struct sources *sources = ctx->sources;

	temporary_state_read(&sources->temporary, ctx->config->settings);
	if (sources->temporary.trouble)
		findings_add(ctx->findings, FINDING_WARNING, "deputies",
			_("which deputies were named for one absence cannot be read, so they count as "
			  "standing deputies: %s"),
			sources->temporary.trouble);
	snapshot_set_temporary(sources->snapshot, sources->temporary.all);
}

/* From an empty snapshot. */
static enum error_kind read_all(const struct sources_ctx *ctx, struct error *err)
{
	struct sources *sources = ctx->sources;
	enum error_kind failed = ERROR_NONE;

	snapshot_free(sources->snapshot);
	sources->snapshot = snapshot_new(ctx->config->settings->policy.bridge);
	if (!sources->connection.ld)
		failed = connection_open(&sources->connection, ctx->config->settings, err);
	if (!failed)
		failed = attribute_check(&sources->connection, ctx->findings, err);
	if (!failed) {
		use_kept_absences(ctx);
		use_temporary_deputies(ctx);
		failed = match_feeds(ctx, err);
	}
	if (!failed && ctx->request->also)
		failed = gather_references(&sources->connection, sources->snapshot,
			ctx->request->also, err);
	if (!failed && !ctx->request->feeds_alone)
		failed = read_request(ctx, err);
	return failed;
}

/* Only what changed, where that is enough. */
static enum error_kind read_changes(const struct sources_ctx *ctx,
	const struct dir_changes *changes, struct error *err)
{
	const struct dir_change *const *items = (const struct dir_change *const *)changes->items;
	struct sources *sources = ctx->sources;
	struct snapshot *before = sources->snapshot;
	enum error_kind failed = attribute_check(&sources->connection, ctx->findings, err);

	if (failed)
		return failed;
	sources->snapshot = snapshot_new(ctx->config->settings->policy.bridge);
	use_kept_absences(ctx);
	use_temporary_deputies(ctx);
	if (!snapshot_update(sources->snapshot, before, items, changes->count)) {
		snapshot_free(before);
		sources->had_to_read_all = true;
		return read_all(ctx, err);
	}
	snapshot_free(before);
	failed =
		gather_changed(&sources->connection, sources->snapshot, items, changes->count, err);
	if (!failed)
		failed = match_feeds(ctx, err);
	if (!failed)
		failed = read_request(ctx, err);
	return failed;
}

enum error_kind sources_read(struct sources *sources, const struct config *config,
	const struct read_request *request, moment at, const struct dir_changes *changes,
	struct findings *findings, struct error *err)
{
	const struct sources_ctx ctx = {sources, config, request, at, findings};

	return changes ? read_changes(&ctx, changes, err) : read_all(&ctx, err);
}

void sources_release(struct sources *sources)
{
	snapshot_free(sources->snapshot);
	connection_close(&sources->connection);
	feeds_release(&sources->feeds);
	kept_state_release(&sources->kept);
	added_state_release(&sources->added);
	temporary_state_release(&sources->temporary);
}
