#include "feed/format/xml_tree.h"

#include <limits.h>
#include <stdbool.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "base/text/language.h"
#include "config/xpath.h"
#include "feed/format/xml_text.h"

/* No entity is put in, no DTD loaded, nothing fetched; libxml2's own limits stay on; the text is UTF-8, whatever it says. */
#define PARSE_FLAGS                                                                      \
	(XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES | \
		XML_PARSE_IGNORE_ENC | XML_PARSE_NOXINCNODE)

struct xml_tree_ctx {
	struct xml_fault *fault; /* borrowed; `why` NULL: nothing yet */
	size_t nodes;
};

static void stop_at(xmlParserCtxtPtr parser, const char *why)
{
	struct xml_tree_ctx *ctx = parser->_private;

	if (!ctx->fault->why && parser->input) {
		ctx->fault->line = (size_t)parser->input->line;
		ctx->fault->column = (size_t)parser->input->col;
	}
	if (!ctx->fault->why)
		ctx->fault->why = why;
	xmlStopParser(parser);
}

static void count_nodes(xmlParserCtxtPtr parser, size_t count)
{
	struct xml_tree_ctx *ctx = parser->_private;

	ctx->nodes += count;
	if (ctx->nodes > XML_NODES_MAX)
		stop_at(parser,
			_("more than four million elements, attributes and texts, which is no list of "
			  "absences"));
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are libxml2's */
static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int namespace_count, const xmlChar **namespaces, int attribute_count,
	int defaulted_count, const xmlChar **attributes)
{
	xmlParserCtxtPtr parser = context;

	count_nodes(parser, 1 + (size_t)namespace_count + 2 * (size_t)attribute_count);
	/* Each takes two places. */
	if (parser->nsNr / 2 > XML_NAMESPACES_MAX)
		stop_at(parser, _("more than a hundred namespaces are declared here"));
	xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces,
		attribute_count, defaulted_count, attributes);
}

static void add_text(void *context, const xmlChar *text, int length)
{
	count_nodes(context, 1);
	xmlSAX2Characters(context, text, length);
}

/* The text is looked through for one before (xml_text.h): this is the second lock on the door. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *public_id,
	const xmlChar *system_id)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	stop_at(context,
		_("a DOCTYPE stands here, and is refused: it can change what the document says; have "
		  "the document made without one"));
}

/* What libxml2 found, in our words: its own quote what stands there. */
static const char *explain_code(int code)
{
	switch (code) {
	case XML_ERR_DOCUMENT_END:
		return _("something stands behind the last element; expected one document");
	case XML_ERR_TAG_NOT_FINISHED:
	case XML_ERR_DOCUMENT_EMPTY:
	case XML_ERR_GT_REQUIRED:
	case XML_ERR_LTSLASH_REQUIRED:
		return _("the text ends too early, or a tag does; it may have been cut off");
	case XML_ERR_TAG_NAME_MISMATCH:
		return _("no valid XML: the tag that is closed here is not the one that is open");
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_WAR_UNDECLARED_ENTITY:
		return _(
			"an entity that XML itself does not know; expected &amp; &lt; &gt; &quot; or &apos;");
	case XML_ERR_INVALID_ENCODING:
	case XML_ERR_INVALID_CHAR:
	case XML_ERR_INVALID_CHARREF:
		return _(
			"a character that XML does not allow, or not the encoding that the document names");
	case XML_ERR_ATTRIBUTE_REDEFINED:
		return _("no valid XML: one attribute stands twice in a tag");
	case XML_NS_ERR_UNDEFINED_NAMESPACE:
		return _("no valid XML: a prefix without a namespace");
	case XML_ERR_INTERNAL_ERROR:
		return _(
			"elements lie more than 256 deep in one another, or one text is longer than 10 MB");
	default:
		return _("no valid XML before this place; expected XML 1.0");
	}
}

/* Note the first error, and read no further: what stands behind it means nothing. */
static void note_error(void *context, xmlErrorPtr error)
{
	xmlParserCtxtPtr parser = context;
	struct xml_tree_ctx *ctx = parser->_private;

	if (error->level == XML_ERR_WARNING || ctx->fault->why)
		return;
	ctx->fault->why = explain_code(error->code);
	ctx->fault->line = error->line > 0 ? (size_t)error->line : 0;
	ctx->fault->column = error->int2 > 0 ? (size_t)error->int2 : 0;
	xmlStopParser(parser);
}

static void set_handlers(xmlParserCtxtPtr parser, struct xml_tree_ctx *ctx)
{
	xmlSAXHandlerPtr sax = parser->sax;

	parser->_private = ctx;
	sax->startElementNs = start_element;
	sax->characters = add_text;
	sax->ignorableWhitespace = add_text;
	sax->internalSubset = refuse_doctype;
	sax->externalSubset = NULL;
	sax->comment = NULL;
	sax->processingInstruction = NULL;
	sax->serror = note_error;
}

xmlDocPtr xml_tree_read(const struct xml_text *text, struct xml_fault *fault)
{
	struct xml_tree_ctx ctx = {.fault = fault};
	xmlParserCtxtPtr parser;
	xmlDocPtr document = NULL;

	*fault = (struct xml_fault){NULL, 0, 0};
	xpath_begin();
	parser = xmlNewParserCtxt();
	set_handlers(parser, &ctx);
	if (text->length <= INT_MAX)
		document = xmlCtxtReadMemory(parser, text->text, (int)text->length, NULL, NULL,
			PARSE_FLAGS);
	if (document && (fault->why || !parser->wellFormed || !parser->nsWellFormed)) {
		xmlFreeDoc(document);
		document = NULL;
	}
	if (!document && !fault->why)
		fault->why = explain_code(parser->lastError.code);
	xmlFreeParserCtxt(parser);
	return document;
}
