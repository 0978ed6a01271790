#include "model/bearer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "model/person.h"

/* How the person bears the name. Where only the server finds them equal, it is in another value. */
static struct bearer make_bearer(const char *key, const struct person *person)
{
	struct bearer bearer = {.person = person, .rank = BEARER_OTHER};

	for (size_t i = 0; i < person->first_count; i++) {
		if (strcmp(person->known_as[i], key) != 0)
			continue;
		bearer.rank = BEARER_FIRST;
		bearer.by_login |= i < person->login_count;
	}
	return bearer;
}

void bearers_add(struct bearers *bearers, struct arena *arena, const char *key,
	const struct person *person)
{
	bearers->items = arena_grow(arena, bearers->items, bearers->count, &bearers->room,
		sizeof(*bearers->items));
	bearers->items[bearers->count++] = make_bearer(key, person);
}

static int by_dn(const void *left, const void *right)
{
	const struct bearer *a = left, *b = right;

	return strcmp(a->person->dn, b->person->dn);
}

void bearers_sort(struct bearers *bearers)
{
	size_t kept = 0;

	if (bearers->count > 1)
		qsort(bearers->items, bearers->count, sizeof(*bearers->items), by_dn);
	for (size_t i = 0; i < bearers->count; i++) {
		if (kept == 0 || bearers->items[i].person != bearers->items[kept - 1].person)
			bearers->items[kept++] = bearers->items[i];
	}
	bearers->count = kept;
}

const struct person *bearers_choose(const struct bearers *bearers, moment t, bool logins_only)
{
	const struct person *only = NULL, *reachable[] = {NULL, NULL};
	size_t count = 0, reachable_count[] = {0, 0};

	for (size_t i = 0; i < bearers->count; i++) {
		const struct bearer *bearer = &bearers->items[i];

		if (logins_only && !bearer->by_login)
			continue;
		count++;
		only = bearer->person;
		if (!person_is_reachable(bearer->person, t))
			continue;
		reachable[bearer->rank] = bearer->person;
		reachable_count[bearer->rank]++;
	}
	if (count <= 1)
		return only;
	for (int rank = BEARER_FIRST; rank <= BEARER_OTHER; rank++) {
		if (reachable_count[rank] > 0)
			return reachable_count[rank] == 1 ? reachable[rank] : NULL;
	}
	return NULL;
}

moment bearers_next_change(const struct bearers *bearers, moment t)
{
	moment nearest = MOMENT_LATEST;

	for (size_t i = 0; i < bearers->count && bearers->count > 1; i++) {
		const struct person *person = bearers->items[i].person;

		if (person->expires && person->expires_at > t && person->expires_at < nearest)
			nearest = person->expires_at;
	}
	return nearest;
}
