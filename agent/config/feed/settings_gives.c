#include "config/feed/settings_gives.h"

#include <stdbool.h>

#include "base/memory/memory.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

/* Say what is wrong with a key: "gives: goes with ...". */
static void fault_key(struct schema_reader *reader, const struct yaml_node *node, const char *key,
	const char *what)
{
	fault_add(reader->findings, FINDING_ERROR, yaml_place(node, key), "%s: %s", key, what);
}

/* The field that says what the feed gives; a program of jq gives it under its own name. */
static void check_field(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	if (feed->jq)
		return;
	if (feed->gives == GIVES_DEPUTIES && !feed->fields.deputy)
		fault_key(reader, node, "gives",
			_("fields.deputy is missing: which field names the deputy"));
	if (feed->gives == GIVES_ROLES && !feed->fields.role)
		fault_key(reader, node, "gives",
			_("fields.role is missing: which field names the role"));
}

void settings_check_gives(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	const struct {
		const char *key;
		bool is_wrong;
	} absence_keys[] = {
		{"open", feed->open != OPEN_REFUSED}, {"covers", feed->covers != COVERS_AHEAD}};

	if (feed->gives != GIVES_ROLES && !feed->jq && yaml_find(node, "fields.role"))
		fault_key(reader, node, "fields.role", _("goes with gives: roles"));
	if (feed->gives == GIVES_ABSENCES)
		return;
	check_field(reader, node, feed);
	if (feed->format == FEED_ICS)
		fault_key(reader, node, "gives",
			_("a calendar (format: ics) gives absences only; write gives: absences"));
	for (size_t i = 0; i < COUNT(absence_keys); i++) {
		if (absence_keys[i].is_wrong)
			fault_key(reader, node, absence_keys[i].key,
				_("goes with gives: absences"));
	}
}
