#include "decide/person.h"

#include "base/arena.h"
#include "base/language.h"
#include "base/strbuf.h"

struct want_scope scope_at(moment t)
{
	return (struct want_scope){.from = t, .to = t};
}

static bool has_expired(const struct person *person, moment t)
{
	return person->expires && person->expires_at <= t;
}

bool person_is_reachable(const struct person *person, moment t)
{
	return person->enabled && person->mail && !has_expired(person, t);
}

/* An account expires with a day, as people say it; its moment is the midnight after that. */
static void add_expiry(struct strbuf *out, moment at)
{
	struct strbuf when = STRBUF_INIT;

	if (moment_is_midnight(at)) {
		moment_add_human_day(&when, moment_day(at, -1));
		strbuf_addf(out, _("the account expired at the end of %s"), when.text);
	} else {
		moment_add_human(&when, at);
		strbuf_addf(out, _("the account expired on %s"), when.text);
	}
	strbuf_release(&when);
}

void person_add_trouble(struct strbuf *out, const struct person *person, moment t)
{
	if (!person->enabled)
		strbuf_adds(out, _("the account is disabled"));
	else if (has_expired(person, t))
		add_expiry(out, person->expires_at);
	else if (!person->mail)
		strbuf_adds(out, _("no mail address"));
}

static bool is_on(const struct absence *absence, const struct want_scope *scope)
{
	return absence->start < absence->end && absence->start <= scope->to &&
		absence->end > scope->from;
}

/* The latest end among the absences that are on at `t`, or that start no later than it; `t` where none is. */
static moment latest_end(const struct person *person, moment t)
{
	moment end = t;

	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];

		if (absence->start <= t && absence->end > end)
			end = absence->end;
	}
	return end;
}

bool person_is_absent(const struct person *person, moment t, moment *until)
{
	moment end = t, next = latest_end(person, t);

	while (next > end) {
		end = next;
		next = latest_end(person, end);
	}
	if (until)
		*until = end;
	return end > t;
}

bool person_is_available(const struct person *person, const struct want_scope *scope)
{
	if (scope->everyone || !person_is_reachable(person, scope->to))
		return false;
	for (size_t i = 0; i < person->absence_count; i++) {
		if (is_on(&person->absences[i], scope))
			return false;
	}
	return true;
}

bool person_absence_counts(const struct absence *absence, const struct want_scope *scope)
{
	return scope->everyone || is_on(absence, scope);
}

static void add_all(struct references *to, size_t *room, struct arena *arena,
	const struct references *from)
{
	for (size_t i = 0; i < from->count; i++) {
		to->items = arena_grow(arena, to->items, to->count, room, sizeof(*to->items));
		to->items[to->count++] = from->items[i];
	}
}

void person_deputies(const struct person *person, const struct want_scope *scope,
	struct arena *arena, struct references *deputies)
{
	size_t room = 0;

	*deputies = (struct references){0};
	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];

		if (person_absence_counts(absence, scope))
			add_all(deputies, &room, arena, &absence->deputies);
	}
	add_all(deputies, &room, arena, &person->deputies);
}
