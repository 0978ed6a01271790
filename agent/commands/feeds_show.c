#include "commands/feeds_show.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/message/finding.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "cli/options.h"
#include "decide/feed_absences.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "report/phrases.h"
#include "report/text/json.h"
#include "run/session.h"

const char *feeds_state_text(const struct feed *feed)
{
	switch (feed->state) {
	case FEED_UNREAD:
		return _("cannot be read, and nothing serves");
	case FEED_CACHED:
		return _("cannot be read; an earlier reading serves");
	case FEED_DOUBTED:
		return feed->held ? _("doubted, and nothing serves")
				  : _("doubted; an earlier reading serves");
	case FEED_FRESH:
		break;
	}
	return _("trusted");
}

static const char *state_word(const struct feed *feed)
{
	static const char *const words[] = {[FEED_UNREAD] = "unread",
		[FEED_CACHED] = "kept",
		[FEED_DOUBTED] = "doubted",
		[FEED_FRESH] = "trusted"};

	return words[feed->state];
}

void feeds_add_counts(struct strbuf *out, const struct feed_counts *counts)
{
	strbuf_addf(out,
		_("%zu records: %zu used, %zu unusable, %zu of unknown people, %zu set aside"),
		counts->records, counts->used, counts->unusable,
		counts->readable - counts->used - counts->unasked, counts->set_aside);
	if (counts->unasked > 0)
		strbuf_addf(out, _(", %zu of roles that no route asks for"), counts->unasked);
}

static void add_reading(struct strbuf *out, const char *title, const struct kept_reading *reading)
{
	struct strbuf when = STRBUF_INIT;

	moment_add_human(&when, reading->last_at);
	strbuf_addf(out, _("  %s: read %s; "), title, when.text);
	feeds_add_counts(out, &reading->counts);
	strbuf_addf(out, "\n    SHA-256 %s\n", reading->sha256);
	strbuf_release(&when);
}

static void add_findings(struct strbuf *out, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		strbuf_addf(out, "  ! %s: %s\n", findings->items[i].where, findings->items[i].what);
}

/* How many absences count for records that cannot be used now. */
static size_t count_kept(const struct session *session, const struct feed *feed)
{
	const struct kept_reading *serving = feed_serving(feed);
	size_t count = 0;

	for (size_t i = 0; serving && i < serving->absences.count; i++)
		count += serving->absences.items[i].kept &&
			serving->absences.items[i].end > session->work.at;
	for (size_t i = 0; serving && i < serving->standing_count; i++)
		count += serving->standing[i].kept && serving->standing[i].end > session->work.at;
	for (size_t i = 0; serving && i < serving->roles.count; i++)
		count += serving->roles.items[i].kept &&
			serving->roles.items[i].end > session->work.at;
	return count;
}

/* Whether -q leaves it out. */
static bool is_quiet(const struct session *session, const struct feed *feed)
{
	return feed->state == FEED_FRESH &&
		(session->work.plan->kept_of_feeds == 0 || count_kept(session, feed) == 0);
}

/*
 * The doubted readings of a feed that is not trusted now: the one on disk, which feeds accept trusts, and the one that was
 * read now, where it is another.
 */
struct doubts {
	struct arena *arena; /* owned */
	struct feed_cache on_disk;
	const struct feed_doubt *kept, *unkept; /* NULL: there is none */
};

static void find_doubts(struct doubts *doubts, const struct session *session,
	const struct feed *feed)
{
	const struct feeds *feeds = &session->sources.feeds;
	const struct feed_cache *cache = &feed->copy.cache;
	const char *trouble;

	*doubts = (struct doubts){.arena = arena_new()};
	if (feed->state == FEED_FRESH)
		return;
	feed_cache_read(&doubts->on_disk, feeds->folder, feeds->settings, feed->settings,
		doubts->arena, &trouble);
	if (doubts->on_disk.is_doubted)
		doubts->kept = &doubts->on_disk.doubt;
	if (cache->is_doubted &&
		(!doubts->kept ||
			strcmp(doubts->kept->reading.sha256, cache->doubt.reading.sha256) != 0))
		doubts->unkept = &cache->doubt;
}

static void add_doubts(struct strbuf *out, const struct doubts *doubts, const char *name)
{
	struct strbuf when = STRBUF_INIT, word = STRBUF_INIT;

	if (doubts->kept) {
		quote_shell(&word, name);
		moment_add_human(&when, doubts->kept->since);
		add_reading(out, _("Doubted"), &doubts->kept->reading);
		strbuf_addf(out, _("    since %s; to trust it: postvagt feeds accept %s\n"),
			when.text, word.text);
	}
	if (doubts->unkept) {
		add_reading(out, _("Doubted now"), &doubts->unkept->reading);
		strbuf_adds(out,
			_("    not kept yet: apply and watch keep what they doubt, and then it can be accepted\n"));
	}
	strbuf_release(&when);
	strbuf_release(&word);
}

static void add_feed(struct strbuf *out, const struct session *session, const struct feed *feed)
{
	const struct kept_reading *last = feed_cache_last(&feed->copy.cache);
	const size_t kept = count_kept(session, feed);
	struct doubts doubts;

	strbuf_add_safe(out, feed->settings->name);
	strbuf_addf(out, ": %s\n  ", feeds_state_text(feed));
	strbuf_add_safe(out, feed->settings->url);
	strbuf_addc(out, '\n');
	if (last)
		add_reading(out, _("Trusted"), last);
	else
		strbuf_adds(out, _("  No reading of it was ever trusted.\n"));
	if (kept > 0)
		strbuf_addf(out,
			feed->settings->gives == GIVES_ABSENCES
				? _("  Of an earlier reading %zu absences are kept, as records that name the people cannot be used.\n")
				: feed->settings->gives == GIVES_ROLES
				? _("  Of an earlier reading %zu roles are kept, as records that name the people cannot be used.\n")
				: _("  Of an earlier reading %zu records of deputies are kept, as records that name the people cannot be used.\n"),
			kept);
	find_doubts(&doubts, session, feed);
	add_doubts(out, &doubts, feed->settings->name);
	add_findings(out, &feed->findings);
	arena_free(doubts.arena);
}

json_t *feeds_json_of_time(moment t)
{
	return t == MOMENT_EARLIEST || t == MOMENT_LATEST ? json_null() : json_of_moment(t);
}

json_t *feeds_json_of_counts(const struct feed_counts *counts)
{
	json_t *object = json_pack("{s:I, s:I, s:I, s:I, s:I}", "all", (json_int_t)counts->records,
		"used", (json_int_t)counts->used, "unusable", (json_int_t)counts->unusable,
		"unmatched", (json_int_t)(counts->readable - counts->used - counts->unasked),
		"set_aside", (json_int_t)counts->set_aside);

	if (counts->unasked > 0)
		json_object_set_new(object, "unasked", json_integer((json_int_t)counts->unasked));
	return object;
}

static json_t *json_of_reading(const struct kept_reading *reading)
{
	json_t *object;

	if (!reading)
		return json_null();
	object = json_object();
	json_object_set_new(object, "read_at", feeds_json_of_time(reading->last_at));
	json_object_set_new(object, "sha256", json_of_text(reading->sha256));
	json_object_set_new(object, "records", feeds_json_of_counts(&reading->counts));
	return object;
}

static json_t *json_of_doubt(const struct feed_doubt *doubt)
{
	json_t *object;

	if (!doubt)
		return json_null();
	object = json_of_reading(&doubt->reading);
	json_object_set_new(object, "since", feeds_json_of_time(doubt->since));
	json_object_set_new(object, "why", json_of_text(doubt->why));
	return object;
}

json_t *feeds_json_of(const struct session *session, const struct feed *feed)
{
	const struct kept_reading *serving = feed_serving(feed);
	struct doubts doubts;
	json_t *object = json_object();

	find_doubts(&doubts, session, feed);

	json_object_set_new(object, "name", json_of_text(feed->settings->name));
	json_object_set_new(object, "url", json_of_text(feed->settings->url));
	json_object_set_new(object, "state", json_of_text(state_word(feed)));
	json_object_set_new(object, "serves", json_boolean(serving != NULL));
	json_object_set_new(object, "serves_until", feeds_json_of_time(feed_expiry(feed)));
	json_object_set_new(object, "trusted", json_of_reading(feed_cache_last(&feed->copy.cache)));
	json_object_set_new(object, "kept_absences",
		json_integer((json_int_t)count_kept(session, feed)));
	json_object_set_new(object, "doubted", json_of_doubt(doubts.kept));
	json_object_set_new(object, "doubted_now", json_of_doubt(doubts.unkept));
	json_object_set_new(object, "findings", json_of_findings(&feed->findings));
	arena_free(doubts.arena);
	return object;
}

void feeds_print_json(json_t *root)
{
	struct strbuf out = STRBUF_INIT;

	json_add_text(&out, root);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

void feeds_show(const struct session *session)
{
	const struct feeds *feeds = &session->sources.feeds;
	struct strbuf out = STRBUF_INIT;
	json_t *list;

	if (session->config.options->json) {
		list = json_array();
		for (size_t i = 0; i < feeds->count; i++)
			json_array_append_new(list, feeds_json_of(session, &feeds->items[i]));
		feeds_print_json(json_pack("{s:o}", "feeds", list));
		return;
	}
	for (size_t i = 0; i < feeds->count; i++) {
		if (!session->config.options->quiet || !is_quiet(session, &feeds->items[i]))
			add_feed(&out, session, &feeds->items[i]);
	}
	if (feeds->count == 0 && !session->config.options->quiet)
		strbuf_adds(&out, _("The settings name no feeds.\n"));
	print_lines(stdout, out.text);
	strbuf_release(&out);
}
