#include "decide/edge.h"

#include "decide/person.h"
#include "decide/snapshot.h"

static void take_nearer(moment *nearest, moment t, moment edge)
{
	if (edge > t && edge < *nearest)
		*nearest = edge;
}

moment snapshot_next_edge(const struct snapshot *snapshot, moment t)
{
	moment nearest = MOMENT_LATEST;

	for (size_t i = 0; i < snapshot_person_count(snapshot); i++) {
		const struct person *person = snapshot_person_at(snapshot, i);

		for (size_t j = 0; j < person->absence_count; j++) {
			take_nearer(&nearest, t, person->absences[j].start);
			take_nearer(&nearest, t, person->absences[j].end);
		}
		if (person->expires)
			take_nearer(&nearest, t, person->expires_at);
	}
	return nearest;
}
