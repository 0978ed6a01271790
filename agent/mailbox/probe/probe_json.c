/* A probe as JSON: part of probe_report.h. */
#include "base/text/strbuf.h"
#include "mailbox/probe/probe.h"
#include "mailbox/probe/probe_report.h"
#include "model/settings.h"
#include "report/text/json.h"

static json_t *sightings_json(const struct probe_result *result)
{
	json_t *items = json_array();

	for (size_t i = 0; i < result->sighting_count; i++) {
		const struct probe_sighting *sighting = &result->sightings[i];

		json_array_append_new(items,
			json_pack("{s:o, s:b, s:b, s:b, s:b}", "folder",
				json_of_text(sighting->folder), "in_mailbox",
				(int)sighting->in_mailbox, "at_probe", (int)sighting->at_probe,
				"passed_on", (int)sighting->is_passed, "through_rules",
				(int)sighting->is_through));
	}
	return items;
}

void probe_add_json(struct strbuf *out, const struct probe_result *result,
	const struct settings *settings, moment at)
{
	json_add_text(out,
		json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:I, s:I}", "at", json_of_moment(at),
			"address", json_of_text(settings->mailbox.address), "probe",
			json_of_text(settings->mailbox.probe), "result",
			probe_outcome_names[result->outcome], "seconds",
			result->outcome == PROBE_CAME ? json_real(result->seconds) : json_null(),
			"server_said", result->answer ? json_of_text(result->answer) : json_null(),
			"found", sightings_json(result), "late", (json_int_t)result->late,
			"not_ours", (json_int_t)result->strangers));
}
