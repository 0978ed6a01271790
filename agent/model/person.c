#include "model/person.h"

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"

struct time_scope scope_at(moment t)
{
	return (struct time_scope){.from = t, .to = t};
}

static bool has_expired(const struct person *person, moment t)
{
	return person->expires && person->expires_at <= t;
}

const char *person_identity(const struct person *person)
{
	return person->identity ? person->identity : person->key;
}

const char *person_called(const struct person *person)
{
	return person->called ? person->called : person->name;
}

bool person_is_reachable(const struct person *person, moment t)
{
	return (person->enabled || person->is_mailbox) && person->mail && !has_expired(person, t);
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
	if (!person->enabled && !person->is_mailbox)
		strbuf_adds(out, _("the account is disabled"));
	else if (has_expired(person, t))
		add_expiry(out, person->expires_at);
	else if (!person->mail && person->is_mailbox)
		strbuf_adds(out, _("a shared mailbox without a mail address"));
	else if (!person->mail)
		strbuf_adds(out, _("no mail address"));
}

bool person_is_absent(const struct person *person, moment t, moment *until)
{
	const struct span *span = calendar_span(&person->calendar, t, t);

	if (until)
		*until = span ? span->end : t;
	return span != NULL;
}

enum person_state person_state(const struct person *person, moment t, moment *until)
{
	moment end;

	if (person_is_absent(person, t, &end) &&
		(end != MOMENT_LATEST || person_is_reachable(person, t))) {
		if (until)
			*until = end;
		return PERSON_AWAY;
	}
	if (!person->enabled && !person->is_mailbox)
		return PERSON_DISABLED;
	if (has_expired(person, t))
		return PERSON_EXPIRED;
	if (person->mail)
		return PERSON_AVAILABLE;
	return person->is_mailbox ? PERSON_MAILBOX_NO_MAIL : PERSON_NO_MAIL;
}

bool person_is_available(const struct person *person, const struct time_scope *scope)
{
	return !scope->everyone && person_is_reachable(person, scope->to) &&
		!calendar_span(&person->calendar, scope->from, scope->to);
}

bool standing_counts(const struct standing_deputies *standing, const struct time_scope *scope)
{
	return scope->everyone ||
		(standing->start <= scope->to &&
			(standing->end > scope->from || standing->end == MOMENT_LATEST));
}

bool given_role_counts(const struct given_role *given, const struct time_scope *scope)
{
	return given->start <= scope->to &&
		(given->end > scope->from || given->end == MOMENT_LATEST);
}

/* The absences are by their order. */
static size_t all_naming(const struct person *person, struct arena *arena,
	const struct absence ***absences)
{
	size_t count = 0, room = 0;

	*absences = NULL;
	for (size_t i = 0; i < person->absence_count; i++) {
		if (person->absences[i].deputies.count == 0)
			continue;
		*absences =
			arena_grow(arena, *absences, count, &room, sizeof(const struct absence *));
		(*absences)[count++] = &person->absences[i];
	}
	return count;
}

size_t person_naming(const struct person *person, const struct time_scope *scope,
	struct arena *arena, const struct absence ***absences)
{
	if (scope->everyone)
		return all_naming(person, arena, absences);
	return calendar_naming(&person->calendar, scope->from, scope->to, arena, absences);
}

static void add_all(struct references *to, size_t *room, struct arena *arena,
	const struct references *from)
{
	for (size_t i = 0; i < from->count; i++) {
		to->items = arena_grow(arena, to->items, to->count, room, sizeof(*to->items));
		to->items[to->count++] = from->items[i];
	}
}

void person_deputies(const struct person *person, const struct time_scope *scope,
	struct arena *arena, struct references *deputies)
{
	const struct absence **absences;
	size_t room = 0, count = person_naming(person, scope, arena, &absences);

	*deputies = (struct references){0};
	for (size_t i = 0; i < count; i++)
		add_all(deputies, &room, arena, &absences[i]->deputies);
	for (size_t i = 0; i < person->standing_count; i++) {
		if (standing_counts(&person->standing[i], scope))
			add_all(deputies, &room, arena, &person->standing[i].deputies);
	}
	add_all(deputies, &room, arena, &person->deputies);
}
