/*
 * The text of an XML document (XML 1.0, fifth edition), before libxml2 sees any of it: in UTF-8, and without what
 * would make parsing it dangerous or slow.
 */
#ifndef FEED_FORMAT_XML_TEXT_H
#define FEED_FORMAT_XML_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* Attributes of one element: libxml2 compares each with each. */
#define XML_ATTRIBUTES_MAX 256

struct xml_text {
	const char *text; /* borrowed of the body, or of `decoded` */
	size_t length;
	const char *why; /* where it cannot be read, in the language in force; NULL: all is well */
	size_t at;       /* the byte of `text` at which that is */
};

/*
 * Find the text of a body: UTF-8, and by its byte order mark or its declaration UTF-16, ISO-8859-1, US-ASCII or
 * Windows-1252, which are decoded into `decoded`. False, with text->why, where it is in another encoding, is a web page or no
 * XML, has a DOCTYPE (which might declare entities), or an element with more than XML_ATTRIBUTES_MAX attributes. Whether it is
 * well-formed is not judged.
 */
bool xml_text_read(struct xml_text *text, struct strbuf *decoded, const char *body, size_t length);

#endif
