/* What makes a good feed of XML: namespaces, root and XPath expressions. */
#ifndef CONFIG_FEED_SETTINGS_XML_H
#define CONFIG_FEED_SETTINGS_XML_H

struct feed_settings;
struct schema_reader;
struct yaml_node;

/*
 * Say what is wrong with the keys of a feed that are for format: xml, each at its place; of another format, that they
 * are not for it. `node` is the feed's mapping, whose format is given.
 */
void settings_check_xml(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed);

#endif
