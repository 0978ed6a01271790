#include "config/feed/settings_xml.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/feed/xpath.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

/* Say it at the value of a key, "records: character 3: ...". */
static void fault_key(struct schema_reader *reader, const struct yaml_node *node, const char *key,
	const char *why)
{
	fault_add(reader->findings, FINDING_ERROR, yaml_place(node, key), "%s: %s", key, why);
}

static void check_path(struct schema_reader *reader, const struct yaml_node *node, const char *key,
	const char *path, const struct feed_settings *feed)
{
	struct strbuf why = STRBUF_INIT;

	if (path && !xpath_check(path, &feed->namespaces, XPATH_GIVES_ANY, &why))
		fault_key(reader, node, key, why.text);
	strbuf_release(&why);
}

static void check_only(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	const struct yaml_node *only = yaml_find(node, "only");
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; only && i < only->count && i < feed->only_count; i++) {
		strbuf_reset(&why);
		if (!xpath_check(feed->only[i].name, &feed->namespaces, XPATH_GIVES_ANY, &why))
			fault_add(reader->findings, FINDING_ERROR, &only->entries[i].mark,
				"only: %s", why.text);
	}
	strbuf_release(&why);
}

/* False where the prefixes are not to be trusted, which is said. */
static bool check_namespaces(struct schema_reader *reader, const struct feed_settings *feed)
{
	struct strbuf why = STRBUF_INIT;
	size_t bad = 0;
	bool is_good = xpath_check_namespaces(&feed->namespaces, &bad, &why);

	if (!is_good)
		fault_add(reader->findings, FINDING_ERROR, &feed->namespaces.items[bad].mark,
			"namespaces: %s", why.text);
	strbuf_release(&why);
	return is_good;
}

static void check_records(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	struct strbuf why = STRBUF_INIT;

	if (!feed->records || !*feed->records)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "records"),
			_("records is missing: with format: xml it is an XPath to the records, such as "
			  "/Answer/Person"));
	else if (!xpath_check(feed->records, &feed->namespaces, XPATH_GIVES_NODES, &why))
		fault_key(reader, node, "records", why.text);
	strbuf_release(&why);
}

static void check_root(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	struct strbuf why = STRBUF_INIT;

	if (feed->root && !xpath_check_name(feed->root, &feed->namespaces, &why))
		fault_key(reader, node, "root", why.text);
	strbuf_release(&why);
}

void settings_check_xml(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	const struct {
		const char *key, *path;
	} paths[] = {{"fields.person", feed->fields.person}, {"fields.from", feed->fields.from},
		{"fields.until", feed->fields.until}, {"fields.deputy", feed->fields.deputy},
		{"fields.zone", feed->fields.zone}, {"fields.role", feed->fields.role},
		{"fields.unread", feed->fields.unread}};

	if (feed->format != FEED_XML) {
		if (feed->root)
			fault_key(reader, node, "root", _("goes with format: xml"));
		if (feed->namespaces.count > 0)
			fault_key(reader, node, "namespaces", _("goes with format: xml"));
		return;
	}
	if (!check_namespaces(reader, feed))
		return;
	check_root(reader, node, feed);
	check_records(reader, node, feed);
	for (size_t i = 0; i < COUNT(paths); i++)
		check_path(reader, node, paths[i].key, paths[i].path, feed);
	check_only(reader, node, feed);
}
