/* Reasons, removals and gaps (model/plan.h) as codes with their parameters, in JSON, both ways. */
#ifndef REPORT_LDIF_MACHINE_CODE_H
#define REPORT_LDIF_MACHINE_CODE_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text/moment.h"

struct arena;
struct gap;
struct person;
struct reason;
struct removal;

/*
 * New references. People stand there with their state as of `at`: {"dn": …, "name": …, "state": "away", "until": …};
 * `self` is whom a reason is of, or NULL.
 */
json_t *machine_code_of_reason(const struct reason *reason, const struct person *self, moment at);
json_t *machine_code_of_removal(const struct removal *removal, moment at);
json_t *machine_code_of_gap(const struct gap *gap, moment at);

/*
 * Read one back. Texts and people are in `arena`; the latter have a name, a DN, and the state that they had.
 * False where it is none that postvagt writes.
 */
bool machine_code_read_reason(const json_t *code, struct reason *reason, struct arena *arena);
bool machine_code_read_removal(const json_t *code, struct removal *removal, struct arena *arena);
bool machine_code_read_gap(const json_t *code, struct gap *gap, struct arena *arena);

#endif
