/*
 * An XML document as libxml2's tree. The text (xml_text.h) is untrusted: no entity but the five of XML is known, nothing
 * is fetched or included, and depth, namespaces and nodes are bounded.
 */
#ifndef FEED_FORMAT_XML_TREE_H
#define FEED_FORMAT_XML_TREE_H

#include <stddef.h>

#include "base/library/xml2.h"

struct xml_text;

/* Elements, attributes and texts, blanks between elements among them: 130 bytes of memory each. */
#define XML_NODES_MAX 4000000

/* Namespace declarations that hold at one place: libxml2 looks through them at each element. */
#define XML_NAMESPACES_MAX 100

struct xml_fault {
	const char *why; /* in the language in force */
	size_t line, column;
};

/*
 * Parse a whole document. NULL, with the fault, where it is not well-formed, or larger than the limits; what stands in the
 * document is not quoted. The caller frees it by xmlFreeDoc().
 */
xmlDocPtr xml_tree_read(const struct xml_text *text, struct xml_fault *fault);

#endif
