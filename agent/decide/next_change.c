#include "decide/next_change.h"

#include "model/person.h"
#include "model/snapshot.h"

static void take_nearer(moment *nearest, moment t, moment edge)
{
	if (edge > t && edge < *nearest)
		*nearest = edge;
}

moment person_next_change(const struct person *person, moment t)
{
	moment nearest = calendar_next_change(&person->calendar, t);

	if (person->expires)
		take_nearer(&nearest, t, person->expires_at);
	for (size_t i = 0; i < person->standing_count; i++) {
		take_nearer(&nearest, t, person->standing[i].start);
		take_nearer(&nearest, t, person->standing[i].end);
	}
	for (size_t i = 0; i < person->given_count; i++) {
		take_nearer(&nearest, t, person->given[i].start);
		take_nearer(&nearest, t, person->given[i].end);
	}
	return nearest;
}

moment snapshot_next_change(const struct snapshot *snapshot, moment t)
{
	moment nearest = MOMENT_LATEST;

	for (size_t i = 0; i < snapshot_person_count(snapshot); i++)
		take_nearer(&nearest, t, person_next_change(snapshot_person_at(snapshot, i), t));
	return nearest;
}
