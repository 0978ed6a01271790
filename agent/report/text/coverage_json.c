#include <jansson.h>

#include "base/text/strbuf.h"
#include "decide/forecast.h"
#include "model/mapping.h"
#include "model/person.h"
#include "report/text/coverage.h"
#include "report/text/json.h"

static json_t *day_json(moment day)
{
	struct strbuf date = STRBUF_INIT;
	json_t *text;

	moment_add_iso_day(&date, day);
	text = json_of_text(date.text);
	strbuf_release(&date);
	return text;
}

static json_t *line_json(const struct coverage_line *line, const struct stretch *worst)
{
	json_t *available = json_array();

	for (size_t i = 0; i < worst->available_count; i++)
		json_array_append_new(available, json_of_text(worst->available[i]->dn));
	return json_pack("{s:o, s:o*, s:s, s:o, s:b}", "tag", json_of_first_tag(&line->block->tags),
		"tags", json_of_tags(&line->block->tags), "kind",
		block_kind_name(line->block->kind), "available", available, "gap",
		(int)(worst->gap_count > 0));
}

void coverage_add_json(struct strbuf *out, const struct coverage *coverage)
{
	json_t *days = json_array();

	for (size_t day = 0; day < coverage->day_count; day++) {
		json_t *tags = json_array();

		for (size_t i = 0; i < coverage->line_count; i++) {
			const struct coverage_line *line = &coverage->lines[i];

			json_array_append_new(tags,
				line_json(line, coverage_worst(coverage, line, day)));
		}
		json_array_append_new(days,
			json_pack("{s:o, s:o}", "date", day_json(coverage->days[day]), "tags",
				tags));
	}
	json_add_text(out, json_pack("{s:o}", "days", days));
}
