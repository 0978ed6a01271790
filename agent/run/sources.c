#include "run/sources.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/asked_roles.h"
#include "decide/feed_absences.h"
#include "decide/forecast.h"
#include "decide/needed_people.h"
#include "decide/snapshot_update.h"
#include "directory/connection/connect.h"
#include "directory/follow/follow.h"
#include "directory/read/attribute_check.h"
#include "directory/read/gather.h"
#include "directory/read/person_entry.h"
#include "directory/read/resolve_people.h"
#include "feed/feed_names.h"
#include "feed/people_feed.h"
#include "model/person.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/config.h"

/* How long feeds may be asked, in all, about people who come to be needed; milliseconds. systemd waits for `watch` no longer than 5 min. */
#define ASKING_MAX 120000LL

/* What the feeds' records come to, as they were matched last. */
struct matched {
	struct arena *arena; /* owned */
	struct findings findings;
};

/* What one reading is about; all borrowed. */
struct sources_ctx {
	struct sources *sources;
	const struct config *config;
	const struct read_request *request;
	moment at;
	struct findings *findings;
	struct matched *matched;
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

/* Judge what the feeds say, and give their people the absences that count, in place of those that they have. */
static void attach_feeds(const struct sources_ctx *ctx, struct arena *arena)
{
	struct findings *findings = &ctx->matched->findings;
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
			sources_say_careful(feed, of_feed, findings);
	}
	snapshot_forget_feeds(sources->snapshot);
	feed_absences_attach(sources->snapshot, readings, count, feeds->asked, ctx->at, findings);
}

/* What was found by what was known before is found again, or is not so any more. */
static void forget_matched(struct matched *matched)
{
	arena_free(matched->arena);
	matched->arena = arena_new();
	findings_init(&matched->findings, matched->arena);
}

static enum error_kind match_feeds(const struct sources_ctx *ctx, struct error *err)
{
	struct arena *arena = arena_new();
	struct feeds *feeds = &ctx->sources->feeds;
	enum error_kind failed;

	feeds->asked = asked_roles_find(arena, ctx->config->mapping, ctx->request->everyone);
	failed = find_people(ctx, arena, err);
	forget_matched(ctx->matched);
	if (!failed)
		attach_feeds(ctx, arena);
	feeds->asked = NULL;
	arena_free(arena);
	return failed;
}

static struct time_scope scope_of(const struct read_request *request, moment at)
{
	struct time_scope scope = scope_at(at);

	if (request->days > 0)
		scope.to = coverage_end(at, request->days);
	return scope;
}

enum error_kind sources_read_more(struct sources *sources, const struct config *config,
	const struct read_request *request, moment at, bool everyone, struct error *err)
{
	struct time_scope scope = scope_of(request, at);

	scope.everyone = everyone;
	return gather(&sources->connection, config->mapping, sources->snapshot, &scope, err);
}

/* Say about how many people a feed cannot be asked. */
static void say_lacking(const struct feed *feed, size_t lacking, struct findings *findings)
{
	struct strbuf where = STRBUF_INIT;

	if (lacking > 0) {
		strbuf_addf(&where, _("feed %s"), feed->settings->name);
		findings_add(findings, FINDING_WARNING, where.text,
			_("people who have no %s, so that it cannot be asked about them: %zu"),
			feed->settings->match, lacking);
	}
	strbuf_release(&where);
}

/* By which values a feed is asked about those who are needed. */
static struct needed_values values_for(const struct sources_ctx *ctx, const struct feed *feed,
	const struct needed_people *needed, struct arena *arena)
{
	size_t number = (size_t)(feed->settings - ctx->config->settings->feeds);
	struct needed_values values = {
		.items = arena_get(arena, needed->count * sizeof(*values.items)),
		.people = needed->count};

	for (size_t i = 0; i < needed->count; i++) {
		const struct person *person = needed->items[i];

		if (number < person->asked_as_count && person->asked_as[number])
			values.items[values.count++] = person->asked_as[number];
	}
	return values;
}

/* Ask feeds about these, until that uptime at most; false: they were asked about all of them before. */
static bool ask_about(const struct sources_ctx *ctx, const struct needed_people *needed,
	int64_t until)
{
	struct feeds *feeds = &ctx->sources->feeds;
	struct arena *arena = arena_new();
	struct needed_values *values = arena_get(arena, feeds->count * sizeof(*values));
	int64_t left = until - moment_uptime();
	moment now = ctx->request->feeds_alone ? ctx->at : moment_now();
	bool any;

	for (size_t i = 0; i < feeds->count; i++) {
		if (feeds->items[i].settings->asks == ASKS_PEOPLE)
			values[i] = values_for(ctx, &feeds->items[i], needed, arena);
	}
	any = people_feeds_ask(feeds, values, left > 0 ? (int)(left / 1000) : 0, now,
		ctx->request->feeds);
	for (size_t i = 0; i < feeds->count && !any; i++) {
		if (feeds->items[i].settings->asks == ASKS_PEOPLE)
			say_lacking(&feeds->items[i], needed->count - values[i].count,
				ctx->findings);
	}
	arena_free(arena);
	return any;
}

/* Add those whom the request names. */
static void add_named(const struct sources_ctx *ctx, struct needed_people *needed,
	struct arena *arena)
{
	const struct references *also = ctx->request->also;

	for (size_t i = 0; also && i < also->count; i++) {
		const struct person *person =
			snapshot_person(ctx->sources->snapshot, &also->items[i], ctx->at);

		if (person)
			needed_people_add(needed, arena, person);
	}
}

/* Ask feeds about those whom the decision needs by what is known now, and whom the request names; false: they were asked about all of them before. */
static bool ask_needed(const struct sources_ctx *ctx, int64_t until)
{
	const struct time_scope scope = scope_of(ctx->request, ctx->at);
	struct arena *arena = arena_new();
	struct needed_people needed;
	bool any;

	needed_people_find(&needed, arena, ctx->config->mapping, &ctx->config->settings->policy,
		ctx->sources->snapshot, &scope);
	add_named(ctx, &needed, arena);
	any = ask_about(ctx, &needed, until);
	arena_free(arena);
	return any;
}

/* Read what the moment asks for; ask feeds about those who are needed; and so on, until all are known. */
static enum error_kind read_and_ask(const struct sources_ctx *ctx, struct error *err)
{
	struct sources *sources = ctx->sources;
	int64_t until = moment_uptime() + ASKING_MAX;
	enum error_kind failed;

	do {
		failed = sources_read_more(sources, ctx->config, ctx->request, ctx->at, false, err);
		if (failed || !ask_needed(ctx, until))
			break;
		failed = match_feeds(ctx, err);
	} while (!failed);
	if (!failed)
		people_feeds_settle(&sources->feeds, sources->snapshot, ctx->request->feeds);
	return failed;
}

/* Ask feeds about those alone whom the request names. */
static enum error_kind ask_named(const struct sources_ctx *ctx, struct error *err)
{
	struct sources *sources = ctx->sources;
	struct arena *arena = arena_new();
	struct needed_people needed = {0};
	enum error_kind failed = ERROR_NONE;

	add_named(ctx, &needed, arena);
	if (ask_about(ctx, &needed, moment_uptime() + ASKING_MAX))
		failed = match_feeds(ctx, err);
	if (!failed)
		people_feeds_settle(&sources->feeds, sources->snapshot, ctx->request->feeds);
	arena_free(arena);
	return failed;
}

static enum error_kind read_request(const struct sources_ctx *ctx, struct error *err)
{
	enum error_kind failed = ERROR_NONE;
	bool asks = feeds_ask_people(&ctx->sources->feeds);

	if (ctx->request->feeds_alone && (!asks || ctx->request->also))
		return asks ? ask_named(ctx, err) : ERROR_NONE;
	if (asks)
		failed = read_and_ask(ctx, err);
	if (!failed && (!asks || ctx->request->everyone))
		failed = sources_read_more(ctx->sources, ctx->config, ctx->request, ctx->at,
			ctx->request->everyone, err);
	return failed;
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
	if (!failed)
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
	struct matched matched = {.arena = NULL};
	const struct sources_ctx ctx = {sources, config, request, at, findings, &matched};
	enum error_kind failed;

	forget_matched(&matched);
	failed = changes ? read_changes(&ctx, changes, err) : read_all(&ctx, err);
	findings_copy_all(findings, &matched.findings);
	arena_free(matched.arena);
	return failed;
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
