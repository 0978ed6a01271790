/*
 * Parts of the JSON that several commands print. Each returns a new reference,
 * which json_add_text() (report/json_text.h) or a container takes over.
 */
#ifndef REPORT_TEXT_JSON_H
#define REPORT_TEXT_JSON_H

#include <jansson.h>

#include "base/text/moment.h"
#include "report/json_text.h"

struct finding;
struct findings;
struct list_plan;

json_t *json_of_list(const struct list_plan *list, moment at);
json_t *json_of_finding(const struct finding *finding);
json_t *json_of_findings(const struct findings *findings);

#endif
