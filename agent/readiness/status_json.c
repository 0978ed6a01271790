#include <jansson.h>

#include "base/message/finding.h"
#include "model/plan.h"
#include "readiness/readiness.h"
#include "readiness/status.h"
#include "report/text/json.h"
#include "report/writer.h"

static json_t *mend_json(const struct mend *mend)
{
	if (mend->command)
		return json_pack("{s:o}", "command", json_of_text(mend->command));
	return json_pack("{s:o, s:o}", "where", json_of_text(mend->where), "lines",
		json_of_text(mend->lines));
}

static json_t *point_json(const struct point *point)
{
	json_t *details = json_array(), *mends = json_array();

	for (size_t i = 0; i < point->detail_count; i++)
		json_array_append_new(details, json_of_text(point->details[i]));
	for (size_t i = 0; i < point->mend_count && point->state != POINT_DONE; i++)
		json_array_append_new(mends, mend_json(&point->mends[i]));
	return json_pack("{s:s, s:i, s:s, s:s, s:o, s:o, s:o}", "point", point->id, "step",
		(int)point->step + 1, "state", point_state_name(point->state), "title",
		point->title, "evidence", json_of_text(point->evidence), "details", details, "mend",
		mends);
}

void status_add_json(const struct report *report, const struct readiness *readiness)
{
	json_t *points = json_array();

	for (size_t i = 0; i < readiness->count; i++)
		json_array_append_new(points, point_json(&readiness->points[i]));
	json_add_text(report->out,
		json_pack("{s:o, s:b, s:o, s:o}", "at", json_of_moment(report->plan->at), "done",
			(int)readiness_is_done(readiness), "points", points, "findings",
			json_of_findings(report->findings)));
}
