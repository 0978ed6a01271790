/*
 * The XPath expressions of one page of an XML feed (config/feed/xpath.h): compiled once, evaluated at each record, and
 * bounded, so that no document makes one of them go on for ever.
 */
#ifndef FEED_FORMAT_XML_PATH_H
#define FEED_FORMAT_XML_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/library/xml2.h"

struct arena;

/* Steps that the expressions of a page take together, a node looked at being one: some seconds. */
#define XML_STEPS_MAX 500000000UL

/* What an expression gives of one record. */
struct xml_values {
	const char **
		texts; /* in document order; an element that is nil, an empty text and no number are "" */
	size_t count;        /* 0: nothing is there */
	size_t filled_count; /* of those that are not blank */
};

/*
 * Compile an expression that was checked. NULL stands for NULL. The caller frees it by xmlXPathFreeCompExpr().
 */
xmlXPathCompExprPtr xml_path_compile(xmlXPathContextPtr context, const char *text);

/*
 * Evaluate it at `node`, with the texts in `arena`: those of the nodes that it leads to, or its one text; "" of a
 * function is not there. False where it takes more than XML_STEPS_MAX.
 */
bool xml_path_read(xmlXPathContextPtr context, xmlXPathCompExprPtr path, xmlNodePtr node,
	struct xml_values *values, struct arena *arena);

/*
 * Whether an expression goes up or sideways from several nodes, as in "//Status/..": libxml2 then compares each node that it
 * comes to with each other, which it does not count.
 */
bool xml_path_goes_back(const char *text);

/*
 * Whether an expression compares nodes with nodes, as in "p[id = /d/id]": libxml2 then compares each with each, which it
 * does not count. In doubt it does.
 */
bool xml_path_compares(const char *text);

/* Whether an expression leads out of the node that it is evaluated at. In doubt it does. */
bool xml_path_leaves(const char *text);

/* How many nodes, or pieces of text, are in a node, itself included. */
unsigned long xml_path_size(const xmlNode *node);

/* Count steps besides those that libxml2 counts; false where there are more than are left. */
bool xml_path_charge(xmlXPathContextPtr context, unsigned long steps);

/* Have the context count the steps of all that is evaluated in it, the texts that functions read among them. */
void xml_path_bound(xmlXPathContextPtr context);

#endif
