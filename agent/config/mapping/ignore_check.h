/*
 * Marks of mailbox.ignore, held against the tags: one that is in a tag's spelling would cut it out of every
 * subject, and the tag's mail would go nowhere (CONTRACT section 7).
 */
#ifndef CONFIG_MAPPING_IGNORE_CHECK_H
#define CONFIG_MAPPING_IGNORE_CHECK_H

struct findings;
struct mapping;
struct settings;

/*
 * Add a FINDING_ERROR, at the mark's own place in the settings, for each that fits a spelling of the catalogue, or
 * the subject "[id]" of a tag that only a route names.
 */
void ignore_check(const struct settings *settings, const struct mapping *mapping,
	struct findings *findings);

#endif
