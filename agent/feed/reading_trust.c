#include "feed/reading_trust.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memo.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/feed_absences.h"
#include "decide/role_value.h"
#include "model/absence.h"
#include "model/calendar.h"

/* What a feed gives to one person: an absence, a time with a deputy, or a time with a role. */
struct statement {
	const char *person;
	const char *role; /* ""; of a feed that gives roles the value */
	moment start, end;
};

/* All that a reading, or a kept one, gives. */
struct statements {
	enum feed_gives gives;
	const struct feed_absences *absences;
	const struct feed_standing *standing;
	size_t standing_count;
	const struct feed_roles *roles;
};

/* When a reading gives the same to the same person. */
struct stated_times {
	struct absence *items;
	size_t count, room;
	bool has_calendar;
	struct calendar calendar; /* of the items, made when it is first asked for */
};

/* The records of one person. */
struct person_records {
	bool is_set_aside; /* one is cancelled or set aside */
	bool is_unusable;  /* one cannot be used */
	bool is_named;     /* one names them */
};

/* A reading's people, by identity where that is known, else by the value that names them. */
struct people {
	struct arena *arena;
	struct table *table;            /* struct person_records */
	struct table *times;            /* statement_key() -> struct stated_times */
	const struct table *identities; /* feed_people(), or NULL */
	const char *match;
	bool as_number;
	bool only_named;   /* whom no record names is not compared (asks: people) */
	struct memo *keys; /* owned: the address of a value -> person_key() of it */
	struct memo
		*simple; /* owned: the same -> its stated_times, of a feed that gives no roles */
	bool has_times;  /* `times` were collected */
};

static struct people people_new(struct arena *arena, const struct feed_reading *reading)
{
	return (struct people){.arena = arena,
		.table = table_new(arena),
		.times = table_new(arena),
		.keys = arena_get(arena, sizeof(struct memo)),
		.simple = arena_get(arena, sizeof(struct memo)),
		.match = reading->absences.match,
		.as_number = reading->absences.as_number};
}

/* A reading has a value once, however many of its records name it. */
static const char *person_key(const struct people *people, const char *person)
{
	struct memo_slot *slot = memo_at_address(people->keys, person);
	char *name, *identity;

	if (!slot->value) {
		name = name_key(people->arena, people->match, person, people->as_number);
		identity = people->identities ? table_find(people->identities, name) : NULL;
		slot->value = identity ? identity : name;
	}
	return slot->value;
}

static void people_release(struct people *people)
{
	memo_release(people->keys);
	memo_release(people->simple);
	arena_free(people->arena);
}

static struct person_records *person_of(struct people *people, const char *person)
{
	const char *key = person_key(people, person);
	struct person_records *records = table_find(people->table, key);

	if (!records) {
		records = arena_get(people->arena, sizeof(*records));
		table_put(people->table, key, records);
	}
	return records;
}

static void collect_states(struct people *people, const struct feed_reading *reading)
{
	for (size_t i = 0; i < reading->record_count; i++) {
		const struct feed_record *record = &reading->records[i];
		struct person_records *person;

		if (!record->person || (record->state == RECORD_READABLE && !people->only_named))
			continue;
		person = person_of(people, record->person);
		person->is_named = true;
		if (record->state == RECORD_SET_ASIDE)
			person->is_set_aside = true;
		else if (record->state == RECORD_UNUSABLE)
			person->is_unusable = true;
	}
}

static struct statements statements_of(const struct feed_reading *reading, enum feed_gives gives)
{
	return (struct statements){gives, &reading->absences, reading->standing,
		reading->standing_count, &reading->roles};
}

static struct statements kept_statements(const struct kept_reading *kept, enum feed_gives gives)
{
	return (struct statements){
		gives, &kept->absences, kept->standing, kept->standing_count, &kept->roles};
}

static size_t statement_count(const struct statements *all)
{
	switch (all->gives) {
	case GIVES_DEPUTIES:
		return all->standing_count;
	case GIVES_ROLES:
		return all->roles->count;
	case GIVES_ABSENCES:
		break;
	}
	return all->absences->count;
}

static struct statement statement_at(const struct statements *all, size_t i)
{
	const struct feed_absence *absence;

	if (all->gives == GIVES_DEPUTIES) {
		const struct feed_standing *standing = &all->standing[i];

		return (struct statement){standing->person, "", standing->start, standing->end};
	}
	if (all->gives == GIVES_ROLES) {
		const struct feed_role *role = &all->roles->items[i];

		return (struct statement){role->person, role->role, role->start, role->end};
	}
	absence = &all->absences->items[i];
	return (struct statement){absence->person, "", absence->start, absence->end};
}

/* What is the same of the same person. */
static const char *statement_key(const struct people *people, const struct statement *statement)
{
	return arena_format(people->arena, "%s\n%s", person_key(people, statement->person),
		role_value_key(people->arena, statement->role));
}

static const char *timed_key(const struct people *people, const struct statement *statement)
{
	return arena_format(people->arena, "%s\n%lld\n%lld", statement_key(people, statement),
		(long long)statement->start, (long long)statement->end);
}

static struct stated_times *find_times(struct people *people, const struct statement *statement)
{
	const char *key = statement_key(people, statement);
	struct stated_times *times = table_find(people->times, key);

	if (!times) {
		times = arena_get(people->arena, sizeof(*times));
		table_put(people->times, key, times);
	}
	return times;
}

static struct stated_times *times_of(struct people *people, const struct statement *statement)
{
	struct memo_slot *slot;

	if (*statement->role)
		return find_times(people, statement);
	slot = memo_at_address(people->simple, statement->person);
	if (!slot->value)
		slot->value = find_times(people, statement);
	return slot->value;
}

static void collect_times(struct people *people, const struct statements *all)
{
	people->has_times = true;
	for (size_t i = 0; i < statement_count(all); i++) {
		const struct statement statement = statement_at(all, i);
		struct stated_times *times = times_of(people, &statement);

		times->items = arena_grow(people->arena, times->items, times->count, &times->room,
			sizeof(*times->items));
		times->items[times->count++] =
			(struct absence){.start = statement.start, .end = statement.end};
	}
}

static const char **copy_texts(struct arena *arena, const char **texts, size_t count)
{
	const char **copy = arena_get(arena, count * sizeof(*copy));

	for (size_t i = 0; i < count; i++)
		copy[i] = arena_string(arena, texts[i]);
	return copy;
}

/* Whether what an earlier reading said about a person is compared with the one at hand. */
static bool is_compared(const struct people *people, const char *person)
{
	const struct person_records *records;

	if (!people->only_named)
		return true;
	records = table_find(people->table, person_key(people, person));
	return records && records->is_named;
}

/* Whether the person was asked about, and is back: then it is no wonder that nobody is away. */
static bool is_back(const struct people *people, const char *person)
{
	const struct person_records *records =
		people->only_named ? table_find(people->table, person_key(people, person)) : NULL;

	return records && records->is_set_aside;
}

static void append_absence(struct feed_reading *reading, const struct feed_absence *from,
	struct arena *arena)
{
	struct feed_absences *to = &reading->absences;
	struct feed_absence *absence;

	to->items = arena_grow(arena, to->items, to->count, &to->room, sizeof(*to->items));
	absence = &to->items[to->count++];
	*absence = *from;
	absence->kept = true;
	absence->person = arena_string(arena, from->person);
	absence->deputies = copy_texts(arena, from->deputies, from->deputy_count);
}

static void append_standing(struct feed_reading *reading, const struct feed_standing *from,
	struct arena *arena)
{
	struct feed_standing *standing;

	reading->standing = arena_grow(arena, reading->standing, reading->standing_count,
		&reading->standing_room, sizeof(*reading->standing));
	standing = &reading->standing[reading->standing_count++];
	*standing = *from;
	standing->kept = true;
	standing->person = arena_string(arena, from->person);
	standing->deputies = copy_texts(arena, from->deputies, from->deputy_count);
}

static void append_role(struct feed_reading *reading, const struct feed_role *from,
	struct arena *arena)
{
	struct feed_roles *to = &reading->roles;
	struct feed_role *role;

	to->items = arena_grow(arena, to->items, to->count, &to->room, sizeof(*to->items));
	role = &to->items[to->count++];
	*role = *from;
	role->kept = true;
	role->person = arena_string(arena, from->person);
	role->role = arena_string(arena, from->role);
}

static void append(struct feed_reading *reading, const struct statements *from, size_t i,
	struct arena *arena)
{
	switch (from->gives) {
	case GIVES_ABSENCES:
		append_absence(reading, &from->absences->items[i], arena);
		break;
	case GIVES_DEPUTIES:
		append_standing(reading, &from->standing[i], arena);
		break;
	case GIVES_ROLES:
		append_role(reading, &from->roles->items[i], arena);
		break;
	}
}

static bool has_unusable(const struct feed_reading *reading)
{
	for (size_t i = 0; i < reading->record_count; i++) {
		if (reading->records[i].state == RECORD_UNUSABLE)
			return true;
	}
	return false;
}

void reading_keep_stated(struct feed_reading *reading, const struct kept_reading *last,
	enum feed_gives gives, moment now, struct arena *arena)
{
	struct people people;
	struct table *there;
	const struct statements is = statements_of(reading, gives);
	struct statements was;

	if (!last || !has_unusable(reading))
		return;
	people = people_new(arena_new(), reading);
	there = table_new(people.arena);
	collect_states(&people, reading);
	for (size_t i = 0; i < statement_count(&is); i++) {
		const struct statement statement = statement_at(&is, i);

		if (person_of(&people, statement.person)->is_unusable)
			table_put(there, timed_key(&people, &statement), reading);
	}
	was = kept_statements(last, gives);
	for (size_t i = 0; i < statement_count(&was); i++) {
		const struct statement statement = statement_at(&was, i);

		if (statement.end > now && person_of(&people, statement.person)->is_unusable &&
			!table_find(there, timed_key(&people, &statement)))
			append(reading, &was, i, arena);
	}
	people_release(&people);
}

/* Of a feed that is asked about people: who is not away was read as well as who is. */
static struct feed_counts counts_as_asked(const struct feed_counts *counts)
{
	struct feed_counts all = *counts;

	all.readable += all.set_aside;
	all.set_aside = 0;
	return all;
}

/* The counts of an earlier reading: where people were asked about, of those alone who are compared, all of whom are known. */
static struct feed_counts counts_compared(const struct people *people,
	const struct kept_reading *was)
{
	struct feed_counts counts = {0};

	if (!people->only_named)
		return was->counts;
	for (size_t i = 0; i < was->record_count; i++) {
		const struct feed_record *record = &was->records[i];

		if (!record->person || !is_compared(people, record->person))
			continue;
		counts.records++;
		counts.known++;
		if (record->state == RECORD_UNUSABLE)
			counts.unusable++;
		else
			counts.readable++;
	}
	return counts;
}

/* (a): at least half as large a share can be read. */
static bool is_less_readable(const struct feed_counts *is, const struct feed_counts *was)
{
	size_t now = is->records - is->set_aside, before = was->records - was->set_aside;

	return now > 0 && before > 0 && 2 * is->readable * before < was->readable * now;
}

/* Whether what was given is still there: at any moment that remains of it, or as what was called off. */
static bool is_still_there(struct people *people, const struct statement *statement, moment now)
{
	struct stated_times *times;
	moment from = statement->start > now ? statement->start : now;

	if (person_of(people, statement->person)->is_set_aside)
		return true;
	times = times_of(people, statement);
	if (!times->has_calendar)
		calendar_make(&times->calendar, people->arena, times->items, times->count, 0);
	times->has_calendar = true;
	return calendar_span(&times->calendar, from, statement->end - 1) != NULL;
}

static bool is_on(const struct feed_absence *absence, moment from, moment to)
{
	return absence->start <= to && absence->end > from;
}

static bool is_anybody_away(const struct feed_reading *reading, moment now)
{
	for (size_t i = 0; i < reading->absences.count; i++) {
		if (is_on(&reading->absences.items[i], now, now))
			return true;
	}
	return false;
}

/* (d) under `covers: now`: several were away when the reading before came, and nobody is. */
static bool is_deserted(struct reading_verdict *verdict, const struct reading_question *question,
	const struct people *people, const struct kept_reading *was)
{
	struct table *met = table_new(people->arena);
	size_t away = 0;

	for (size_t i = 0; i < was->absences.count; i++) {
		const char *person = was->absences.items[i].person;
		const char *key = person_key(people, person);

		if (!is_on(&was->absences.items[i], was->first_at, was->last_at) ||
			!is_compared(people, person) || is_back(people, person))
			continue;
		if (!table_find(met, key))
			away++;
		table_put(met, key, met);
	}
	if (away < TRUST_COMPARES_FROM || is_anybody_away(question->reading, question->now))
		return false;
	verdict->absences_before = away;
	return true;
}

/* What says again what was trusted lost nothing since. */
static bool is_repeated(const struct reading_question *question)
{
	return question->last && strcmp(question->last->sha256, question->sha256) == 0;
}

/* (d): of five or more that had not ended half are still there, of two to four one. */
static bool has_shrunk(struct reading_verdict *verdict, const struct reading_question *question,
	struct people *people, const struct kept_reading *was)
{
	const struct statements all = kept_statements(was, question->gives);
	const struct statements is = statements_of(question->reading, question->gives);
	size_t open = 0, left = 0;

	if (question->covers == COVERS_NOW)
		return is_deserted(verdict, question, people, was);
	if (was == question->last && is_repeated(question) && !question->asks_people)
		return false;
	if (!people->has_times)
		collect_times(people, &is);
	for (size_t i = 0; i < statement_count(&all); i++) {
		const struct statement statement = statement_at(&all, i);

		if (statement.end <= question->now || !is_compared(people, statement.person))
			continue;
		open++;
		left += is_still_there(people, &statement, question->now);
	}
	if (open < 2 || (open < TRUST_COMPARES_FROM ? left > 0 : 2 * left >= open))
		return false;
	verdict->absences_before = open;
	verdict->absences_left = left;
	return true;
}

static void compare(struct reading_verdict *verdict, const struct reading_question *question,
	struct people *people, const struct kept_reading *was)
{
	const struct feed_counts *is = &verdict->counts, before = counts_compared(people, was);

	if (!(verdict->doubts & DOUBT_UNREADABLE) && is_less_readable(is, &before)) {
		verdict->doubts |= DOUBT_UNREADABLE;
		verdict->unreadable_before = before;
	}
	if (!(verdict->doubts & DOUBT_UNKNOWN) && is->records > 0 && is->known == 0 &&
		before.known >= TRUST_COMPARES_FROM) {
		verdict->doubts |= DOUBT_UNKNOWN;
		verdict->known_before = before.known;
	}
	if (!(verdict->doubts & DOUBT_SHRUNK) && has_shrunk(verdict, question, people, was))
		verdict->doubts |= DOUBT_SHRUNK;
}

void reading_judge(struct reading_verdict *verdict, const struct reading_question *question)
{
	const struct feed_counts *counts = question->counts;
	struct people people = people_new(arena_new(), question->reading);

	*verdict = (struct reading_verdict){
		.counts = question->asks_people ? counts_as_asked(counts) : *counts,
		.field = question->reading->only_missing,
		.gives = question->gives};
	people.identities = question->people;
	people.only_named = question->asks_people;
	if (question->last || question->older)
		collect_states(&people, question->reading);
	if (verdict->field && question->covers == COVERS_AHEAD)
		verdict->doubts |= DOUBT_NO_FIELD;
	if (!question->last && counts->records > 0 && counts->known == 0)
		verdict->doubts |= DOUBT_FIRST;
	if (!question->last && question->is_lost && counts->records == 0)
		verdict->doubts |= DOUBT_LOST;
	if (question->last)
		compare(verdict, question, &people, question->last);
	if (question->older && question->older != question->last && !is_repeated(question))
		compare(verdict, question, &people, question->older);
	people_release(&people);
}

bool reading_doubt_is_over(unsigned doubts, moment since, moment now,
	const struct feed_settings *settings)
{
	int doubt = settings->doubt < settings->max_age ? settings->doubt : settings->max_age;

	return doubts == DOUBT_SHRUNK && since != MOMENT_EARLIEST && now - since >= doubt;
}

/* Add "; " before every reason but the first. */
static void begin_reason(struct strbuf *out, size_t start)
{
	if (out->length > start)
		strbuf_adds(out, "; ");
}

static const struct feed_problem *first_unusable(const struct feed_reading *reading)
{
	for (size_t i = 0; i < reading->problem_count; i++) {
		if (reading->problems[i].record > 0 && reading->problems[i].costs_absence)
			return &reading->problems[i];
	}
	return NULL;
}

static void add_unreadable(struct strbuf *out, const struct reading_verdict *verdict,
	const struct feed_reading *reading)
{
	const struct feed_counts *is = &verdict->counts, *was = &verdict->unreadable_before;
	const struct feed_problem *first = first_unusable(reading);

	strbuf_addf(out, _("%zu of %zu records are unreadable"),
		is->records - is->set_aside - is->readable, is->records - is->set_aside);
	if (first) {
		strbuf_addf(out, _(" (first: record %zu, "), first->record);
		strbuf_adds(out, first->what);
		strbuf_addc(out, ')');
	}
	strbuf_addf(out, _("; in the last trusted reading %zu were"),
		was->records - was->set_aside - was->readable);
}

static void add_all_gone(struct strbuf *out, const struct reading_verdict *verdict)
{
	const size_t before = verdict->absences_before;

	if (verdict->gives == GIVES_ROLES)
		strbuf_addf(out,
			_("it has no records, and %zu roles of people in the last trusted reading have not ended"),
			before);
	else if (verdict->gives == GIVES_DEPUTIES)
		strbuf_addf(out,
			_("it has no records, and %zu records of deputies in the last trusted reading have not ended"),
			before);
	else
		strbuf_addf(out,
			_("it has no records, and %zu absences of the last trusted reading have not ended"),
			before);
}

static void add_shrunk(struct strbuf *out, const struct reading_verdict *verdict)
{
	const size_t before = verdict->absences_before, left = verdict->absences_left;

	if (verdict->counts.records == 0)
		add_all_gone(out, verdict);
	else if (verdict->gives == GIVES_ROLES)
		strbuf_addf(out,
			_("of %zu roles of people in the last trusted reading that have not ended, %zu are still there"),
			before, left);
	else if (verdict->gives == GIVES_DEPUTIES)
		strbuf_addf(out,
			_("of %zu records of deputies in the last trusted reading that have not ended, %zu still name the same person with a deputy"),
			before, left);
	else
		strbuf_addf(out,
			_("of %zu absences of the last trusted reading that have not ended, %zu are still there"),
			before, left);
}

void reading_add_doubt(struct strbuf *out, const struct reading_verdict *verdict,
	const struct feed_reading *reading)
{
	const size_t start = out->length;

	if (verdict->doubts & DOUBT_UNREADABLE)
		add_unreadable(out, verdict, reading);
	if (verdict->doubts & DOUBT_UNKNOWN) {
		begin_reason(out, start);
		strbuf_addf(out,
			_("none of %zu records names a person whom the directory has; in the last trusted reading %zu did"),
			verdict->counts.records, verdict->known_before);
	}
	if (verdict->doubts & DOUBT_FIRST) {
		begin_reason(out, start);
		strbuf_addf(out,
			_("none of %zu records names a person whom the directory has, and no reading was trusted before"),
			verdict->counts.records);
	}
	if (verdict->doubts & DOUBT_LOST) {
		begin_reason(out, start);
		strbuf_adds(out,
			_("it has no records, and what was trusted of it before is lost, or was read under other settings"));
	}
	if (verdict->doubts & DOUBT_NO_FIELD) {
		begin_reason(out, start);
		strbuf_adds(out, _("no record has the field that only names: "));
		strbuf_add_safe(out, verdict->field);
	}
	if (verdict->doubts & DOUBT_SHRUNK) {
		begin_reason(out, start);
		add_shrunk(out, verdict);
	}
}
