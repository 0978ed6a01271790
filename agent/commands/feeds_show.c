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
#include "config/settings.h"
#include "decide/feed_absences.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "report/phrases.h"
#include "report/text/json.h"
#include "run/session.h"

#define RECORDS_SHOWN 20 /* of a reading, without -v */

static const char *state_text(const struct feed *feed)
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

static void add_counts(struct strbuf *out, const struct feed_counts *counts)
{
	strbuf_addf(out,
		_("%zu records: %zu used, %zu unusable, %zu of unknown people, %zu set aside"),
		counts->records, counts->used, counts->unusable, counts->readable - counts->used,
		counts->set_aside);
}

static void add_reading(struct strbuf *out, const char *title, const struct kept_reading *reading)
{
	struct strbuf when = STRBUF_INIT;

	moment_add_human(&when, reading->last_at);
	strbuf_addf(out, _("  %s: read %s; "), title, when.text);
	add_counts(out, &reading->counts);
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
	strbuf_addf(out, ": %s\n  ", state_text(feed));
	strbuf_add_safe(out, feed->settings->url);
	strbuf_addc(out, '\n');
	if (last)
		add_reading(out, _("Trusted"), last);
	else
		strbuf_adds(out, _("  No reading of it was ever trusted.\n"));
	if (kept > 0)
		strbuf_addf(out,
			_("  Of an earlier reading %zu absences are kept, as records that name the people cannot be used.\n"),
			kept);
	find_doubts(&doubts, session, feed);
	add_doubts(out, &doubts, feed->settings->name);
	add_findings(out, &feed->findings);
	arena_free(doubts.arena);
}

static json_t *json_of_time(moment t)
{
	return t == MOMENT_EARLIEST || t == MOMENT_LATEST ? json_null() : json_of_moment(t);
}

static json_t *json_of_counts(const struct feed_counts *counts)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "all", (json_int_t)counts->records, "used",
		(json_int_t)counts->used, "unusable", (json_int_t)counts->unusable, "unmatched",
		(json_int_t)(counts->readable - counts->used), "set_aside",
		(json_int_t)counts->set_aside);
}

static json_t *json_of_reading(const struct kept_reading *reading)
{
	json_t *object;

	if (!reading)
		return json_null();
	object = json_object();
	json_object_set_new(object, "read_at", json_of_time(reading->last_at));
	json_object_set_new(object, "sha256", json_of_text(reading->sha256));
	json_object_set_new(object, "records", json_of_counts(&reading->counts));
	return object;
}

static json_t *json_of_doubt(const struct feed_doubt *doubt)
{
	json_t *object;

	if (!doubt)
		return json_null();
	object = json_of_reading(&doubt->reading);
	json_object_set_new(object, "since", json_of_time(doubt->since));
	json_object_set_new(object, "why", json_of_text(doubt->why));
	return object;
}

static json_t *json_of_feed(const struct session *session, const struct feed *feed)
{
	const struct kept_reading *serving = feed_serving(feed);
	struct doubts doubts;
	json_t *object = json_object();

	find_doubts(&doubts, session, feed);

	json_object_set_new(object, "name", json_of_text(feed->settings->name));
	json_object_set_new(object, "url", json_of_text(feed->settings->url));
	json_object_set_new(object, "state", json_of_text(state_word(feed)));
	json_object_set_new(object, "serves", json_boolean(serving != NULL));
	json_object_set_new(object, "serves_until", json_of_time(feed_expiry(feed)));
	json_object_set_new(object, "trusted", json_of_reading(feed_cache_last(&feed->copy.cache)));
	json_object_set_new(object, "kept_absences",
		json_integer((json_int_t)count_kept(session, feed)));
	json_object_set_new(object, "doubted", json_of_doubt(doubts.kept));
	json_object_set_new(object, "doubted_now", json_of_doubt(doubts.unkept));
	json_object_set_new(object, "findings", json_of_findings(&feed->findings));
	arena_free(doubts.arena);
	return object;
}

static void print_json(json_t *root)
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
			json_array_append_new(list, json_of_feed(session, &feeds->items[i]));
		print_json(json_pack("{s:o}", "feeds", list));
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

static const char *record_text(enum feed_record_state state)
{
	switch (state) {
	case RECORD_SET_ASIDE:
		return _("set aside");
	case RECORD_UNUSABLE:
		return _("unusable");
	case RECORD_READABLE:
		break;
	}
	return _("read");
}

static const char *record_word(enum feed_record_state state)
{
	static const char *const words[] = {[RECORD_READABLE] = "read",
		[RECORD_SET_ASIDE] = "set aside",
		[RECORD_UNUSABLE] = "unusable"};

	return words[state];
}

/* What a reading says of one record and person: an absence, or who stands in at any time. */
struct statement {
	size_t record;
	const char *person;
	const struct feed_absence *absence; /* NULL: a standing deputy */
	const char **deputies;
	size_t deputy_count;
};

/* All that a reading states, in the order of its records, and walked beside them. */
struct statement_walk {
	struct statement *items; /* owned */
	size_t count, next;
};

/* What was stated of a record and person: the first, and how many more. */
struct record_statements {
	const struct statement *first; /* NULL: nothing */
	size_t more;
};

static int compare_names(size_t a, const char *person, size_t b, const char *other)
{
	return a != b ? (a > b) - (a < b) : strcmp(person, other);
}

static int compare_statements(const void *left, const void *right)
{
	const struct statement *a = left, *b = right;
	int order = compare_names(a->record, a->person, b->record, b->person);

	if (order == 0)
		order = (a->absence == NULL) - (b->absence == NULL);
	if (order == 0 && a->absence)
		order = (a->absence->start > b->absence->start) -
			(a->absence->start < b->absence->start);
	return order;
}

static struct statement_walk walk_new(const struct feed_reading *reading)
{
	const size_t most = reading->absences.count + reading->standing_count;
	struct statement_walk walk = {.items = memory_get((most + 1) * sizeof(*walk.items))};

	for (size_t i = 0; i < reading->absences.count; i++) {
		const struct feed_absence *absence = &reading->absences.items[i];

		if (!absence->kept)
			walk.items[walk.count++] = (struct statement){absence->record,
				absence->person, absence, absence->deputies, absence->deputy_count};
	}
	for (size_t i = 0; i < reading->standing_count; i++) {
		const struct feed_standing *standing = &reading->standing[i];

		walk.items[walk.count++] = (struct statement){standing->record, standing->person,
			NULL, standing->deputies, standing->deputy_count};
	}
	qsort(walk.items, walk.count, sizeof(*walk.items), compare_statements);
	return walk;
}

/* Of one record after the other, in their order. */
static struct record_statements walk_to(struct statement_walk *walk,
	const struct feed_record *record)
{
	struct record_statements of = {NULL, 0};

	if (!record->person)
		return of;
	for (; walk->next < walk->count; walk->next++) {
		const struct statement *at = &walk->items[walk->next];
		int order = compare_names(at->record, at->person, record->number, record->person);

		if (order > 0)
			break;
		if (order == 0 && of.first)
			of.more++;
		else if (order == 0)
			of.first = at;
	}
	return of;
}

static void add_deputies(struct strbuf *out, const struct statement *stated)
{
	for (size_t i = 0; i < stated->deputy_count; i++) {
		strbuf_adds(out, i == 0 ? _("; deputies: ") : ", ");
		findings_add_value(out, stated->deputies[i], strlen(stated->deputies[i]));
	}
}

static void add_record(struct strbuf *out, const struct feed_record *record,
	struct record_statements of)
{
	strbuf_addf(out, _("  record %zu: "), record->number);
	if (record->person)
		findings_add_value(out, record->person, strlen(record->person));
	else
		strbuf_adds(out, _("nobody"));
	strbuf_addf(out, ": %s", record_text(record->state));
	if (of.first && of.first->absence) {
		strbuf_adds(out, ", ");
		phrase_interval(out, of.first->absence->start, of.first->absence->end);
	}
	if (of.more > 0)
		strbuf_addf(out, _(", and %zu more"), of.more);
	if (of.first)
		add_deputies(out, of.first);
	strbuf_addc(out, '\n');
}

static json_t *json_of_record(const struct feed_record *record, struct record_statements of)
{
	const struct feed_absence *absence = of.first ? of.first->absence : NULL;
	json_t *object = json_object(), *deputies = json_array();

	for (size_t i = 0; of.first && i < of.first->deputy_count; i++)
		json_array_append_new(deputies, json_of_text(of.first->deputies[i]));
	json_object_set_new(object, "record", json_integer((json_int_t)record->number));
	json_object_set_new(object, "person",
		record->person ? json_of_text(record->person) : json_null());
	json_object_set_new(object, "state", json_of_text(record_word(record->state)));
	json_object_set_new(object, "from", absence ? json_of_time(absence->start) : json_null());
	json_object_set_new(object, "until", absence ? json_of_time(absence->end) : json_null());
	json_object_set_new(object, "more", json_integer((json_int_t)of.more));
	json_object_set_new(object, "deputies", deputies);
	return object;
}

static void add_records(struct strbuf *out, const struct feed_reading *reading, size_t most)
{
	struct statement_walk walk = walk_new(reading);

	for (size_t i = 0; i < reading->record_count && i < most; i++) {
		const struct feed_record *record = &reading->records[i];

		add_record(out, record, walk_to(&walk, record));
	}
	if (reading->record_count > most)
		strbuf_addf(out, _("  and %zu more (-v shows them all)\n"),
			reading->record_count - most);
	free(walk.items);
}

static json_t *json_of_records(const struct feed_reading *reading)
{
	struct statement_walk walk = walk_new(reading);
	json_t *list = json_array();

	for (size_t i = 0; i < reading->record_count; i++)
		json_array_append_new(list,
			json_of_record(&reading->records[i], walk_to(&walk, &reading->records[i])));
	free(walk.items);
	return list;
}

void feeds_show_reading(const struct session *session, const struct feed *feed)
{
	const struct feed_reading *reading = &feed->pending.says;
	struct strbuf out = STRBUF_INIT;
	json_t *root;

	if (session->config.options->json) {
		root = json_of_feed(session, feed);
		json_object_set_new(root, "read",
			feed->has_counts ? json_of_counts(&feed->counts) : json_null());
		json_object_set_new(root, "records", json_of_records(reading));
		print_json(root);
		return;
	}
	strbuf_add_safe(&out, feed->settings->name);
	strbuf_addf(&out, ": %s\n", state_text(feed));
	if (feed->has_counts) {
		strbuf_adds(&out, "  ");
		add_counts(&out, &feed->counts);
		strbuf_addc(&out, '\n');
	}
	add_records(&out, reading,
		session->config.options->verbose ? reading->record_count : RECORDS_SHOWN);
	add_findings(&out, &feed->findings);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}
