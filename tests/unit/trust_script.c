#include "trust_script.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/strbuf.h"
#include "decide/feed_absences.h"
#include "decide/feed_counts.h"
#include "feed/cache_json.h"
#include "feed/reading_trust.h"
#include "model/snapshot.h"
#include "unit.h"

#define START       ((moment)1798012800)
#define KNOWN       60 /* people, and anna */
#define RECORDS_MAX 400

const struct trust_spelling trust_spellings[TRUST_SPELLINGS] = {
	{"", ""}, {"0", ""}, {"00", ""}, {"000", ""}, {"", ".0"}, {"0", ".0"}, {"00", ".0"}};

static const char *known[KNOWN + 1];
static struct snapshot *people;

void trust_run_init(struct trust_run *run)
{
	*run = (struct trust_run){
		.arena = arena_new(),
		.settings = {.name = "loen",
			.url = "https://hr.eksempel.dk/",
			.match = "employeeNumber",
			.max_age = 14 * 24 * 3600,
			.doubt = 72 * 3600},
		.now = START - MOMENT_HOUR,
		.cache_arena = arena_new(),
	};
	run->reference = (struct reference_trust){.arena = run->arena,
		.known = known,
		.known_count = KNOWN + 1,
		.shrunk_since = MOMENT_LATEST};
}

void trust_run_release(struct trust_run *run)
{
	arena_free(run->cache_arena);
	arena_free(run->arena);
}

/* Add what a readable record states of one person, as the feed gives it. */
static void add_stated(struct feed_reading *says, enum feed_gives gives, struct arena *arena,
	size_t number, const struct stated_record *record, const char *person)
{
	static const char *deputies[] = {"bo"};
	struct feed_absences *absences = &says->absences;
	struct feed_roles *roles = &says->roles;

	switch (gives) {
	case GIVES_ABSENCES:
		absences->items = arena_grow(arena, absences->items, absences->count,
			&absences->room, sizeof(*absences->items));
		absences->items[absences->count++] = (struct feed_absence){.record = number,
			.person = person,
			.start = record->start,
			.end = record->end};
		break;
	case GIVES_DEPUTIES:
		says->standing = arena_grow(arena, says->standing, says->standing_count,
			&says->standing_room, sizeof(*says->standing));
		says->standing[says->standing_count++] = (struct feed_standing){
			number, person, deputies, 1, record->start, record->end, false};
		break;
	case GIVES_ROLES:
		roles->items = arena_grow(arena, roles->items, roles->count, &roles->room,
			sizeof(*roles->items));
		roles->items[roles->count++] = (struct feed_role){
			number, person, record->role, record->start, record->end, false};
		break;
	}
}

static struct feed_reading reading_of_stated(const struct stated_reading *stated, bool as_number,
	enum feed_gives gives, struct arena *arena)
{
	static const enum feed_record_state states[] = {
		[STATED_READABLE] = RECORD_READABLE,
		[STATED_ASIDE] = RECORD_SET_ASIDE,
		[STATED_UNUSABLE] = RECORD_UNUSABLE,
	};
	struct feed_reading says = {
		.absences = {.feed = "loen", .match = "employeeNumber", .as_number = as_number}};

	says.only_missing = stated->lacks_field && stated->count > 0 ? "status" : NULL;
	for (size_t i = 0; i < stated->count; i++) {
		const struct stated_record *record = &stated->records[i];

		for (int j = 0; j < 2; j++) {
			if (j > 0 && !record->person[j])
				continue;
			says.records = arena_grow(arena, says.records, says.record_count,
				&says.record_room, sizeof(*says.records));
			says.records[says.record_count++] = (struct feed_record){
				record->person[j], (uint32_t)i + 1, states[record->kind]};
			if (record->kind == STATED_READABLE && record->start != record->end)
				add_stated(&says, gives, arena, i + 1, record, record->person[j]);
		}
	}
	return says;
}

/* What is kept is written, and read by the next run. */
static void restart(struct trust_run *run)
{
	struct strbuf text = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct feed_cache again = {0};

	feed_cache_json_add(&text, &run->cache, &run->settings, "s");
	assert_int_equal(feed_cache_json_read(&again, text.text, text.length, "s", arena),
		FEED_CACHE_READ);
	run->cache = again;
	arena_free(run->cache_arena);
	run->cache_arena = arena;
	strbuf_release(&text);
}

static const char *letters_of(unsigned doubts, struct arena *arena)
{
	return arena_format(arena, "%s%s%s%s%s", doubts & DOUBT_UNREADABLE ? "a" : "",
		doubts & DOUBT_UNKNOWN ? "b" : "", doubts & DOUBT_NO_FIELD ? "c" : "",
		doubts & DOUBT_SHRUNK ? "d" : "", doubts & DOUBT_FIRST ? "f" : "");
}

/* As feed/feeds.c does it, without a feed to ask. */
static const char *read_by_cache(struct trust_run *run, const struct stated_reading *stated)
{
	struct arena *arena = arena_new();
	struct feed_reading says =
		reading_of_stated(stated, run->reference.as_number, run->settings.gives, arena);
	struct feed_cache *cache = &run->cache;
	const struct kept_reading *last = feed_cache_last(cache);
	struct kept_reading kept = {.first_at = stated->at, .last_at = stated->at};
	struct reading_verdict verdict;
	const char *why;

	reading_keep_stated(&says, last, run->settings.gives, stated->at, arena);
	feed_reading_count(&kept.counts, &says, feed_people(people, arena), NULL);
	memcpy(kept.sha256, hash_hex(arena, stated->pages, strlen(stated->pages)), SHA256_HEX);
	kept.absences = says.absences;
	kept.standing = says.standing;
	kept.standing_count = says.standing_count;
	kept.roles = says.roles;
	if (run->settings.asks == ASKS_PEOPLE) {
		kept.records = says.records;
		kept.record_count = says.record_count;
	}
	reading_judge(&verdict,
		&(struct reading_question){.reading = &says,
			.counts = &kept.counts,
			.sha256 = kept.sha256,
			.last = last,
			.older = feed_cache_older(cache, stated->at),
			.covers = run->settings.covers,
			.gives = run->settings.gives,
			.asks_people = run->settings.asks == ASKS_PEOPLE,
			.now = stated->at});
	why = letters_of(verdict.doubts, run->arena);
	if (verdict.doubts == 0 && last && strcmp(last->sha256, kept.sha256) == 0) {
		feed_cache_repeat(cache, stated->at);
	} else if (verdict.doubts == 0) {
		feed_cache_trust(cache, &kept, false);
	} else if (reading_doubt_is_over(verdict.doubts,
			   feed_cache_next_doubt(cache, verdict.doubts, stated->at).shrunk_since,
			   stated->at, &run->settings)) {
		feed_cache_trust(cache, &kept, true);
		why = "(d)";
	} else {
		feed_cache_doubt(cache, &kept, verdict.doubts, why);
	}
	restart(run);
	arena_free(arena);
	return why;
}

/* What a kept reading states of people, in its order. */
struct kept_statement {
	struct reference_absence absence;
	bool is_kept;
};

struct kept_statements {
	struct kept_statement *items;
	size_t count;
};

static struct kept_statements statements_of(const struct trust_run *run,
	const struct kept_reading *kept)
{
	struct kept_statements all = {0};
	size_t most = kept ? kept->absences.count + kept->standing_count + kept->roles.count : 0;

	all.items = arena_get(run->arena, most * sizeof(*all.items));
	for (size_t i = 0; kept && i < kept->absences.count; i++) {
		const struct feed_absence *absence = &kept->absences.items[i];

		all.items[all.count++] = (struct kept_statement){
			{absence->person, absence->start, absence->end, ""}, absence->kept};
	}
	for (size_t i = 0; kept && i < kept->standing_count; i++) {
		const struct feed_standing *standing = &kept->standing[i];

		all.items[all.count++] = (struct kept_statement){
			{standing->person, standing->start, standing->end, ""}, standing->kept};
	}
	for (size_t i = 0; kept && i < kept->roles.count; i++) {
		const struct feed_role *role = &kept->roles.items[i];

		all.items[all.count++] = (struct kept_statement){
			{role->person, role->start, role->end, role->role}, role->kept};
	}
	return all;
}

static bool is_same(const struct reference_absence *a, const struct reference_absence *b)
{
	return strcmp(a->person, b->person) == 0 && a->start == b->start && a->end == b->end &&
		strcmp(a->role, b->role) == 0;
}

static bool has_statement(const struct kept_statements *all, const struct reference_absence *one)
{
	for (size_t i = 0; i < all->count; i++) {
		if (is_same(&all->items[i].absence, one))
			return true;
	}
	return false;
}

static bool is_expected(const struct reference_reading *reading,
	const struct reference_absence *one)
{
	for (size_t i = 0; i < reading->absence_count; i++) {
		if (is_same(&reading->absences[i], one))
			return true;
	}
	return false;
}

/* The same absences, deputies or roles, as far as they have not ended. */
static void compare_statements(const struct trust_run *run, const struct kept_reading *kept,
	const struct reference_reading *expected)
{
	const struct kept_statements all = statements_of(run, kept);

	assert_int_equal(kept != NULL, expected != NULL);
	for (size_t i = 0; i < all.count; i++)
		assert_true(all.items[i].absence.end <= run->now ||
			is_expected(expected, &all.items[i].absence));
	for (size_t i = 0; expected && i < expected->absence_count; i++)
		assert_true(expected->absences[i].end <= run->now ||
			has_statement(&all, &expected->absences[i]));
}

static void compare_states(const struct trust_run *run)
{
	const struct feed_cache *cache = &run->cache;
	const struct reference_trust *reference = &run->reference;

	compare_statements(run, feed_cache_last(cache), reference_last(reference));
	assert_int_equal(cache->is_doubted, reference->is_doubted);
	compare_statements(run, cache->is_doubted ? &cache->doubt.reading : NULL,
		reference->is_doubted ? &reference->doubted : NULL);
}

/* The first reading of a row of the same pages, which ends with the one of number `i`. */
static size_t first_of_same(const struct reference_trust *reference, size_t i)
{
	while (i > 0 && strcmp(reference->trusted[i - 1].pages, reference->trusted[i].pages) == 0)
		i--;
	return i;
}

/*
 * The reading that the cache compares with beside the last, as the reference has it. It is the one that the
 * contract says, unless so many came within a day that the cache has dropped that one.
 */
static const struct reference_reading *find_older(const struct trust_run *run, moment now)
{
	const struct reference_trust *reference = &run->reference;
	const struct kept_reading *older = feed_cache_older(&run->cache, now);
	const struct reference_reading *expected = reference_older(reference, now);
	size_t i, rows = 1;

	assert_int_equal(older != NULL, expected != NULL);
	if (!expected)
		return NULL;
	i = (size_t)(expected - reference->trusted);
	if (reference->trusted[first_of_same(reference, i)].at == older->first_at)
		return expected;
	for (size_t j = reference->trusted_count; (j = first_of_same(reference, j - 1)) > 0;)
		rows += reference->trusted[j].at > older->first_at - MOMENT_DAY;
	assert_true(rows > FEED_TRUSTED_MAX);
	while (i > 0 && reference->trusted[first_of_same(reference, i)].at != older->first_at)
		i--;
	assert_true(reference->trusted[first_of_same(reference, i)].at == older->first_at);
	return &reference->trusted[i];
}

/* Read by both. */
static const char *read_stated(struct trust_run *run, struct stated_reading *stated)
{
	const char *expected, *why;

	run->now = stated->at;
	expected = reference_read(&run->reference, stated, find_older(run, run->now));
	why = read_by_cache(run, stated);
	assert_string_equal(why, expected);
	compare_states(run);
	return *why ? why : "ok";
}

static const char *accept_doubted(struct trust_run *run)
{
	bool is_doubted = run->cache.is_doubted;

	assert_int_equal(is_doubted, reference_accept(&run->reference));
	if (is_doubted)
		feed_cache_trust(&run->cache, &run->cache.doubt.reading, true);
	restart(run);
	compare_states(run);
	return is_doubted ? "accepted" : "none";
}

/* "-30m", "2h", "3d" in seconds. */
static moment read_span(const char **at)
{
	char *end;
	long number = strtol(*at, &end, 10);

	*at = end + 1;
	switch (*end) {
	case 'm':
		return number * 60;
	case 'h':
		return number * MOMENT_HOUR;
	case 'd':
		return number * MOMENT_DAY;
	}
	fail_msg("\"%s\": not a span of time", end);
	return 0;
}

static const char *read_name(struct trust_run *run, const char **at)
{
	size_t length = strspn(*at, "0123456789abcdefghijklmnopqrstuvwxyzAN.");
	const char *name, *dots = strstr(*at, "..");

	if (dots && dots < *at + length)
		length = (size_t)(dots - *at);
	name = arena_bytes(run->arena, *at, length);
	*at += length;
	return length > 0 ? name : NULL;
}

/* Add what a word says to `records`. */
static size_t read_record(struct trust_run *run, const char *at, struct stated_record *records)
{
	struct stated_record record = {.kind = STATED_READABLE,
		.start = START - MOMENT_DAY,
		.end = START + 60 * MOMENT_DAY,
		.role = ""};
	long copies = 1, last;
	size_t length;
	char *role;

	if (run->settings.gives == GIVES_ROLES)
		record.role = "r";
	record.person[0] = read_name(run, &at);
	if (strncmp(at, "..", 2) == 0) {
		last = strtol(at + 2, NULL, 10);
		copies = last - strtol(record.person[0], NULL, 10) + 1;
		for (long i = 0; i < copies; i++) {
			records[i] = record;
			records[i].person[0] =
				arena_format(run->arena, "%ld", last - copies + 1 + i);
		}
		return (size_t)copies;
	}
	for (; *at;) {
		switch (*at++) {
		case '&':
			record.person[1] = read_name(run, &at);
			break;
		case '?':
			record.kind = STATED_UNUSABLE;
			break;
		case '-':
			record.kind = STATED_ASIDE;
			break;
		case '=':
			record.end = record.start;
			break;
		case '@':
			record.start = START + read_span(&at);
			assert_int_equal(*at++, ':');
			record.end = START + read_span(&at);
			break;
		case ':':
			length =
				strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ|");
			role = arena_bytes(run->arena, at, length);
			if (strchr(role, '|'))
				*strchr(role, '|') = '/';
			record.role = role;
			at += length;
			break;
		case '%':
			record.start = MOMENT_EARLIEST;
			record.end = MOMENT_LATEST;
			break;
		case '*':
			copies = strtol(at, (char **)&at, 10);
			break;
		default:
			fail_msg("\"%s\": not a part of a record", at - 1);
		}
	}
	for (long i = 0; i < copies; i++)
		records[i] = record;
	return (size_t)copies;
}

/* Whether a word is a setting. */
static bool read_setting(struct trust_run *run, const char *word)
{
	const char *value = strchr(word, '=');
	struct feed_settings *settings = &run->settings;

	if (strcmp(word, "number") == 0) {
		settings->match_as = MATCH_NUMBER;
		run->reference.as_number = true;
	} else if (strcmp(word, "deputies") == 0) {
		settings->gives = GIVES_DEPUTIES;
	} else if (strcmp(word, "roles") == 0) {
		settings->gives = GIVES_ROLES;
	} else if (strcmp(word, "now") == 0) {
		settings->covers = COVERS_NOW;
		run->reference.covers_now = true;
	} else if (strcmp(word, "asks") == 0) {
		settings->asks = ASKS_PEOPLE;
		run->reference.asks_people = true;
	} else if (strncmp(word, "doubt=", 6) == 0) {
		value++;
		settings->doubt = (int)read_span(&value);
	} else if (strncmp(word, "max_age=", 8) == 0) {
		value++;
		settings->max_age = (int)read_span(&value);
	} else {
		return false;
	}
	return true;
}

/* One reading of a script, or something else; what it came to, "ok" where it is trusted. */
static const char *run_step(struct trust_run *run, char *step)
{
	struct stated_record records[RECORDS_MAX];
	struct stated_reading stated = {.at = run->now + MOMENT_HOUR, .records = records};
	struct strbuf pages = STRBUF_INIT;
	const char *result;
	char *rest = NULL;

	for (char *word = strtok_r(step, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		const char *at = word + 1;

		if (strcmp(word, "accept") == 0)
			return accept_doubted(run);
		if (read_setting(run, word))
			continue;
		if (*word == '+') {
			stated.at = run->now + read_span(&at);
			continue;
		}
		strbuf_addf(&pages, "%s ", word);
		if (*word == '!')
			stated.lacks_field = true;
		else
			stated.count += read_record(run, word, records + stated.count);
	}
	run->reference.doubt = run->settings.doubt < run->settings.max_age ? run->settings.doubt
									   : run->settings.max_age;
	stated.pages = arena_string(run->arena, pages.text ? pages.text : "");
	strbuf_release(&pages);
	result = read_stated(run, &stated);
	return result;
}

/* What each step came to, in `run->arena`. */
const char *trust_run_script(struct trust_run *run, const char *script)
{
	char *copy = arena_string(run->arena, script), *rest = NULL;
	struct strbuf results = STRBUF_INIT;

	for (char *step = strtok_r(copy, "/", &rest); step; step = strtok_r(NULL, "/", &rest))
		strbuf_addf(&results, "%s%s", results.length > 0 ? " " : "", run_step(run, step));
	copy = arena_string(run->arena, results.text);
	strbuf_release(&results);
	return copy;
}

/* Whose absences, deputies or roles serve and have not ended, in their order; "7~" is kept of an earlier reading. */
const char *trust_run_show(const struct trust_run *run)
{
	const struct kept_statements all = statements_of(run, feed_cache_last(&run->cache));
	struct strbuf text = STRBUF_INIT;
	const char *result;

	for (size_t i = 0; i < all.count; i++) {
		const struct reference_absence *absence = &all.items[i].absence;

		if (absence->end <= run->now)
			continue;
		strbuf_addf(&text, "%s%s", text.length > 0 ? " " : "", absence->person);
		if (*absence->role)
			strbuf_addf(&text, ":%s", absence->role);
		strbuf_adds(&text, all.items[i].is_kept ? "~" : "");
	}
	result = arena_string(run->arena, text.text ? text.text : "");
	strbuf_release(&text);
	return result;
}

/* The people of the directory, each known by text and by number. */
int trust_set_up(void **state)
{
	struct arena *arena;

	people = snapshot_new(0);
	arena = snapshot_arena(people);
	for (int i = 0; i <= KNOWN; i++) {
		struct person person = {.dn = arena_format(arena, "uid=%d,dc=x", i),
			.identity = arena_format(arena, "%d", i),
			.enabled = true,
			.known_as_count = 2};

		known[i] = i == KNOWN ? "anna" : arena_format(arena, "%d", i + 1);
		person.key = person.dn;
		person.known_as = arena_get(arena, 2 * sizeof(*person.known_as));
		person.known_as[0] = name_key(arena, "employeeNumber", known[i], false);
		person.known_as[1] = name_key(arena, "employeeNumber", known[i], true);
		snapshot_add_person(people, &person);
	}
	return 0;
}

int trust_tear_down(void **state)
{
	snapshot_free(people);
	return 0;
}
