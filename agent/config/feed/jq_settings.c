#include "config/feed/jq_settings.h"

#include "base/jq/jq_process.h"
#include "base/memory/memory.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/feed/request_texts.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

static void check_program(struct schema_reader *reader, const struct yaml_node *node,
	const char *program)
{
	struct jq_run run = {.program = program};
	struct strbuf records = STRBUF_INIT, why = STRBUF_INIT;

	jq_run_pages(&run, &records);
	if (run.result.end != JQ_DONE && run.result.end != JQ_NOT_STARTED) {
		jq_run_add_problem(&why, &run, 0);
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "jq"), "%s", why.text);
	}
	jq_run_release(&run);
	strbuf_release(&records);
	strbuf_release(&why);
}

void jq_settings_check(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	static const char *const others[] = {"records", "fields"};
	bool needs_records = feed->ends == ENDS_EMPTY || request_uses(feed, PLACEHOLDER_PAGE);

	/* Where the last page is an empty one, `records` tells which array that is. */
	for (size_t i = needs_records ? 1 : 0; i < COUNT(others); i++) {
		const struct yaml_node *other = yaml_find(node, others[i]);

		if (other && other->kind != YAML_NULL)
			fault_add(reader->findings, FINDING_ERROR, yaml_place(node, others[i]),
				_("%s does not go with jq, whose program makes the records"),
				others[i]);
	}
	if (feed->format != FEED_JSON)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "jq"),
			_("jq goes with format: json"));
	else
		check_program(reader, node, feed->jq);
}

void jq_settings_name_fields(struct feed_settings *feed)
{
	feed->fields.person = "person";
	feed->fields.from = "from";
	feed->fields.until = "until";
	feed->fields.deputy = "deputy";
	feed->fields.zone = "zone";
	feed->fields.role = "role";
	feed->fields.unread = "unread";
}
