#include "reference_trust.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"

/* How many letters of `text` count as a number: not a trailing ".0". */
static size_t number_length(const char *text)
{
	size_t length = strlen(text);

	return length > 2 && strcmp(text + length - 2, ".0") == 0 ? length - 2 : length;
}

static bool is_same_person(const struct reference_trust *trust, const char *a, const char *b)
{
	if (!trust->as_number)
		return strcasecmp(a, b) == 0;
	a += strspn(a, "0");
	b += strspn(b, "0");
	return number_length(a) == number_length(b) && strncasecmp(a, b, number_length(a)) == 0;
}

/* Case does not matter in a role, and matters in its scope. */
static bool is_same_role(const char *a, const char *b)
{
	size_t length = strcspn(a, "/");

	return strcspn(b, "/") == length && strncasecmp(a, b, length) == 0 &&
		strcmp(a + length, b + length) == 0;
}

static bool names(const struct reference_trust *trust, const struct stated_record *record,
	const char *person)
{
	for (int i = 0; i < 2; i++) {
		if (record->person[i] && is_same_person(trust, record->person[i], person))
			return true;
	}
	return false;
}

static bool has_known_person(const struct reference_trust *trust,
	const struct stated_record *record)
{
	for (size_t i = 0; i < trust->known_count; i++) {
		if (names(trust, record, trust->known[i]))
			return true;
	}
	return false;
}

const struct reference_reading *reference_last(const struct reference_trust *trust)
{
	return trust->trusted_count > 0 ? &trust->trusted[trust->trusted_count - 1] : NULL;
}

const struct reference_reading *reference_older(const struct reference_trust *trust, moment now)
{
	for (size_t i = trust->trusted_count; i > 0; i--) {
		if (now - trust->trusted[i - 1].at >= 24 * 3600)
			return &trust->trusted[i - 1];
	}
	return NULL;
}

static void add_absence(struct reference_trust *trust, struct reference_reading *reading,
	struct reference_absence absence)
{
	reading->absences = arena_grow(trust->arena, reading->absences, reading->absence_count,
		&reading->absence_room, sizeof(*reading->absences));
	absence.person = arena_string(trust->arena, absence.person);
	absence.role = arena_string(trust->arena, absence.role);
	reading->absences[reading->absence_count++] = absence;
}

/* What a reading says itself is not added to it. */
static bool has_stated(const struct reference_trust *trust, const struct reference_reading *reading,
	size_t stated_count, const struct reference_absence *absence)
{
	for (size_t i = 0; i < stated_count; i++) {
		if (is_same_person(trust, reading->absences[i].person, absence->person) &&
			is_same_role(reading->absences[i].role, absence->role) &&
			reading->absences[i].start == absence->start &&
			reading->absences[i].end == absence->end)
			return true;
	}
	return false;
}

/*
 * "Where an unusable record names a person (by the same value as before), all absences of that person that
 * have not ended by the last trusted reading are added to the new one." "A role that a feed gave is kept likewise."
 */
static void add_kept(struct reference_trust *trust, struct reference_reading *reading,
	const struct stated_reading *stated)
{
	const struct reference_reading *last = reference_last(trust);
	size_t stated_count = reading->absence_count;

	for (size_t i = 0; last && i < last->absence_count; i++) {
		const struct reference_absence *absence = &last->absences[i];
		bool is_named = false;

		for (size_t j = 0; j < stated->count; j++)
			is_named = is_named ||
				(stated->records[j].kind == STATED_UNUSABLE &&
					names(trust, &stated->records[j], absence->person));
		if (is_named && absence->end > stated->at &&
			!has_stated(trust, reading, stated_count, absence))
			add_absence(trust, reading, *absence);
	}
}

static struct reference_reading understand(struct reference_trust *trust,
	const struct stated_reading *stated)
{
	struct reference_reading reading = {
		.at = stated->at, .pages = arena_string(trust->arena, stated->pages)};
	struct stated_record *copy = arena_get(trust->arena, stated->count * sizeof(*copy));

	if (stated->count > 0)
		memcpy(copy, stated->records, stated->count * sizeof(*copy));
	reading.stated = copy;
	reading.stated_count = stated->count;
	for (size_t i = 0; i < stated->count; i++) {
		const struct stated_record *record = &stated->records[i];

		reading.records += record->kind != STATED_ASIDE;
		reading.readable += record->kind == STATED_READABLE;
		reading.known += has_known_person(trust, record);
		for (int j = 0; record->kind == STATED_READABLE && j < 2; j++) {
			if (record->person[j])
				add_absence(trust, &reading,
					(struct reference_absence){record->person[j], record->start,
						record->end, record->role});
		}
	}
	add_kept(trust, &reading, stated);
	return reading;
}

/* (a) "of its records that are not set aside, at least half as large a share has readable dates and names a person" */
static bool passes_a(const struct reference_reading *is, const struct reference_reading *was)
{
	if (is->records == 0 || was->records == 0)
		return true;
	return 2.0 * (double)is->readable * (double)was->records >=
		(double)was->readable * (double)is->records;
}

/* "Of a feed that is asked about people only those are compared who were asked about now" */
static bool is_compared(const struct reference_trust *trust, const struct stated_reading *stated,
	const char *person)
{
	if (!trust->asks_people)
		return true;
	for (size_t i = 0; i < stated->count; i++) {
		if (names(trust, &stated->records[i], person))
			return true;
	}
	return false;
}

/* The records of an earlier reading that are compared. */
static struct reference_reading compared_part(const struct reference_trust *trust,
	const struct reference_reading *was, const struct stated_reading *stated)
{
	struct reference_reading part = *was;

	if (!trust->asks_people)
		return part;
	part.records = part.readable = part.known = 0;
	for (size_t i = 0; i < was->stated_count; i++) {
		const struct stated_record *record = &was->stated[i];

		if (!record->person[0] || !is_compared(trust, stated, record->person[0]))
			continue;
		part.records++;
		part.readable += record->kind != STATED_UNUSABLE;
		part.known++;
	}
	return part;
}

/* ... "and who is not away was read as well as who is": all records count in (a). */
static struct reference_reading new_part(const struct reference_trust *trust,
	const struct reference_reading *is, const struct stated_reading *stated)
{
	struct reference_reading part = *is;

	if (trust->asks_people) {
		part.readable += stated->count - is->records;
		part.records = stated->count;
	}
	return part;
}

/* (b) "where five records or more had a known person, at least one has"; not of a reading that has no records */
static bool passes_b(const struct reference_reading *is, const struct stated_reading *stated,
	const struct reference_reading *was)
{
	return stated->count == 0 || was->known < 5 || is->known >= 1;
}

/*
 * "if the new reading makes the same person absent at any moment of what remains of it": gives a deputy to the same
 * person, or the same role
 */
static bool is_absent_still(const struct reference_trust *trust, const struct reference_reading *is,
	const struct reference_absence *absence)
{
	moment from = absence->start > is->at ? absence->start : is->at;

	for (size_t i = 0; i < is->absence_count; i++) {
		const struct reference_absence *now = &is->absences[i];

		if (is_same_person(trust, now->person, absence->person) &&
			is_same_role(now->role, absence->role) && now->start < absence->end &&
			now->end > from)
			return true;
	}
	return false;
}

/* "... or has a readable record of that person that is cancelled or set aside" */
static bool is_set_aside(const struct reference_trust *trust, const struct stated_reading *stated,
	const char *person)
{
	for (size_t i = 0; i < stated->count; i++) {
		if (stated->records[i].kind == STATED_ASIDE &&
			names(trust, &stated->records[i], person))
			return true;
	}
	return false;
}

/* (d) "of the absences that had not ended, five or more, at least half are still there; of two to four, at least one" */
static bool passes_d(const struct reference_trust *trust, const struct reference_reading *is,
	const struct stated_reading *stated, const struct reference_reading *was)
{
	size_t had = 0, left = 0;

	for (size_t i = 0; i < was->absence_count; i++) {
		const struct reference_absence *absence = &was->absences[i];

		if (absence->end <= is->at || !is_compared(trust, stated, absence->person))
			continue;
		had++;
		left += is_absent_still(trust, is, absence) ||
			is_set_aside(trust, stated, absence->person);
	}
	if (had >= 5)
		return left >= had - left;
	return had < 2 || left >= 1;
}

static bool is_away(const struct reference_absence *absence, moment at)
{
	return absence->start <= at && at < absence->end;
}

/* Under `covers: now`: "where five or more were away, somebody still is" */
static bool passes_now(const struct reference_trust *trust, const struct reference_reading *is,
	const struct stated_reading *stated, const struct reference_reading *was)
{
	size_t were_away = 0, are_away = 0;

	for (size_t i = 0; i < was->absence_count; i++) {
		bool is_counted = false;

		for (size_t j = 0; j < i; j++)
			is_counted = is_counted ||
				(is_away(&was->absences[j], was->at) &&
					is_same_person(trust, was->absences[j].person,
						was->absences[i].person));
		were_away += is_away(&was->absences[i], was->at) && !is_counted &&
			is_compared(trust, stated, was->absences[i].person) &&
			!(trust->asks_people &&
				is_set_aside(trust, stated, was->absences[i].person));
	}
	for (size_t i = 0; i < is->absence_count; i++)
		are_away += is_away(&is->absences[i], is->at);
	return were_away < 5 || are_away > 0;
}

static const char *why_doubted(struct reference_trust *trust, const struct reference_reading *is,
	const struct stated_reading *stated, const struct reference_reading *older)
{
	const struct reference_reading *before[] = {reference_last(trust), older};
	bool a = true, b = true, d = true, first;

	for (int i = 0; i < 2; i++) {
		struct reference_reading now, then;

		if (!before[i])
			continue;
		now = new_part(trust, is, stated);
		then = compared_part(trust, before[i], stated);
		a = a && passes_a(&now, &then);
		b = b && passes_b(is, stated, &then);
		d = d &&
			(trust->covers_now ? passes_now(trust, is, stated, before[i])
					   : passes_d(trust, is, stated, before[i]));
		/* The same pages: the older one was answered when they were trusted. */
		if (strcmp(before[0]->pages, is->pages) == 0)
			break;
	}
	first = !before[0] && stated->count > 0 && is->known == 0;
	return arena_format(trust->arena, "%s%s%s%s%s", a ? "" : "a", b ? "" : "b",
		stated->lacks_field && stated->count > 0 && !trust->covers_now ? "c" : "",
		d ? "" : "d", first ? "f" : "");
}

static void add_trusted(struct reference_trust *trust, const struct reference_reading *reading)
{
	trust->trusted = arena_grow(trust->arena, trust->trusted, trust->trusted_count,
		&trust->trusted_room, sizeof(*trust->trusted));
	trust->trusted[trust->trusted_count++] = *reading;
	trust->is_doubted = false;
	trust->shrunk_since = MOMENT_LATEST;
}

const char *reference_read(struct reference_trust *trust, const struct stated_reading *stated,
	const struct reference_reading *older)
{
	const struct reference_reading reading = understand(trust, stated);
	const char *why = why_doubted(trust, &reading, stated, older);
	bool is_shrunk = strcmp(why, "d") == 0;

	if (is_shrunk && trust->shrunk_since == MOMENT_LATEST)
		trust->shrunk_since = stated->at;
	if (is_shrunk && stated->at - trust->shrunk_since >= trust->doubt) {
		trust->trusted_count = 0;
		add_trusted(trust, &reading);
		return "(d)";
	}
	if (*why == '\0') {
		add_trusted(trust, &reading);
		return "";
	}
	if (!is_shrunk)
		trust->shrunk_since = MOMENT_LATEST;
	trust->is_doubted = true;
	trust->doubted = reading;
	return why;
}

bool reference_accept(struct reference_trust *trust)
{
	const struct reference_reading reading = trust->doubted;

	if (!trust->is_doubted)
		return false;
	trust->trusted_count = 0;
	add_trusted(trust, &reading);
	return true;
}
