/*
 * The root of an XML document: whether it is the one that was asked for. A server's error is XML, too, and would be
 * read as a feed without records.
 */
#ifndef FEED_FORMAT_XML_ROOT_H
#define FEED_FORMAT_XML_ROOT_H

#include <stdbool.h>

#include "base/library/xml2.h"

struct feed_settings;
struct strbuf;

/*
 * Whether the root is what settings->root says or, without it, what settings->records begins with ("/s:Answer/..."). A name without
 * a prefix in settings->root means that of any namespace. Never expected: a SOAP fault (SOAP 1.1 section 4.4, SOAP 1.2 part 1
 * section 5.4) and a web page. False, with why in the language in force: the root's name and, of a fault, its code and
 * text, made safe and cut off.
 */
bool xml_root_is_expected(xmlDocPtr document, const struct feed_settings *settings,
	struct strbuf *why);

/* Whether a document without records is odd, though its root is expected: then what may help is added to `why`. */
bool xml_root_explain_none(xmlDocPtr document, const struct feed_settings *settings,
	struct strbuf *why);

#endif
