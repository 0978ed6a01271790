#include "feed/format/xml/xml_tree.h"

#include <stdbool.h>

#include "base/library/xml2.h"
#include "base/text/language.h"
#include "config/feed/xpath.h"
#include "feed/format/xml/xml_text.h"

/* No entity is put in, no DTD loaded, nothing fetched; libxml2's own limits stay on; the text is UTF-8, whatever it says. */
#define PARSE_FLAGS                                                                      \
	(XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT | XML_PARSE_BIG_LINES | \
		XML_PARSE_IGNORE_ENC | XML_PARSE_NOXINCNODE)

/* Bytes that the parser is given at once: it goes on no further once there is a fault. */
#define CHUNK ((size_t)1 << 16)

/* Bytes of all different names together: libxml2 looks them up in lists, which grow long. */
#define NAMES_MAX 1000000

struct xml_tree_ctx {
	struct xml_fault *fault; /* borrowed; `why` NULL: nothing yet */
	size_t nodes;
};

/*
 * Note a fault, the first alone, and have the parser go no further. xmlStopParser() would free the text under the hands of
 * who calls us.
 */
static void stop_at(xmlParserCtxtPtr parser, const char *why, int line, int column)
{
	struct xml_tree_ctx *ctx = parser->_private;

	if (!ctx->fault->why) {
		ctx->fault->why = why;
		ctx->fault->line = line > 0 ? (size_t)line : 0;
		ctx->fault->column = column > 0 ? (size_t)column : 0;
	}
	parser->wellFormed = 0;
	parser->disableSAX = 1;
	parser->errNo = XML_ERR_USER_STOP;
}

static void stop_here(xmlParserCtxtPtr parser, const char *why)
{
	stop_at(parser, why, parser->input ? parser->input->line : 0,
		parser->input ? parser->input->col : 0);
}

/* False where there are too many. */
static bool count_nodes(xmlParserCtxtPtr parser, size_t count)
{
	struct xml_tree_ctx *ctx = parser->_private;

	ctx->nodes += count;
	if (ctx->nodes <= XML_NODES_MAX)
		return true;
	stop_here(parser,
		_("more than four million elements, attributes and texts, which is no list of "
		  "absences"));
	return false;
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are libxml2's */
static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
	const xmlChar *uri, int namespace_count, const xmlChar **namespaces, int attribute_count,
	int defaulted_count, const xmlChar **attributes)
{
	xmlParserCtxtPtr parser = context;

	/* Each takes two places. */
	if (parser->nsNr / 2 > XML_NAMESPACES_MAX) {
		stop_here(parser, _("more than a hundred namespaces are declared here"));
		return;
	}
	if (!count_nodes(parser, 1 + (size_t)namespace_count + 2 * (size_t)attribute_count))
		return;
	xmlSAX2StartElementNs(context, name, prefix, uri, namespace_count, namespaces,
		attribute_count, defaulted_count, attributes);
}

static void add_text(void *context, const xmlChar *text, int length)
{
	if (count_nodes(context, 1))
		xmlSAX2Characters(context, text, length);
}

/* The text is looked through for one before (xml_text.h): this is the second lock on the door. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *public_id,
	const xmlChar *system_id)
{
	(void)name;
	(void)public_id;
	(void)system_id;
	stop_here(context,
		_("a DOCTYPE stands here, and is refused: it can change what the document says; have "
		  "the document made without one"));
}

/* What libxml2 found, in our words: its own quote what stands there. */
static const char *explain_code(int code, bool is_behind)
{
	switch (code) {
	case XML_ERR_DOCUMENT_END:
		if (!is_behind)
			return _(
				"the text ends too early, or a tag does; it may have been cut off");
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
			"elements lie more than 256 deep in one another, or one tag or text is longer than 10 MB");
	case XML_ERR_NO_MEMORY:
		return _("more different names, or a longer text, than a list of absences has");
	default:
		return _("no valid XML before this place; expected XML 1.0");
	}
}

/* What stands behind the first error means nothing. */
static void note_error(void *context, xmlErrorPtr error)
{
	xmlParserCtxtPtr parser = context;

	if (error->level != XML_ERR_WARNING)
		stop_at(parser, explain_code(error->code, parser->instate == XML_PARSER_EPILOG),
			error->line, error->int2);
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

/* Give the parser the text, as far as it is well. */
static void parse_text(xmlParserCtxtPtr parser, const struct xml_text *text,
	const struct xml_fault *fault)
{
	for (size_t at = 0; at < text->length && !fault->why; at += CHUNK) {
		size_t left = text->length - at;

		xmlParseChunk(parser, text->text + at, (int)(left < CHUNK ? left : CHUNK), 0);
	}
	if (!fault->why)
		xmlParseChunk(parser, NULL, 0, 1);
}

xmlDocPtr xml_tree_read(const struct xml_text *text, struct xml_fault *fault)
{
	struct xml_tree_ctx ctx = {.fault = fault};
	xmlParserCtxtPtr parser;
	xmlDocPtr document;

	*fault = (struct xml_fault){NULL, 0, 0};
	xpath_begin();
	parser = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, NULL);
	xmlCtxtUseOptions(parser, PARSE_FLAGS);
	xmlDictSetLimit(parser->dict, NAMES_MAX);
	set_handlers(parser, &ctx);
	parse_text(parser, text, fault);
	if (!fault->why && !(parser->myDoc && parser->wellFormed && parser->nsWellFormed))
		fault->why = explain_code(parser->lastError.code, false);
	document = parser->myDoc;
	parser->myDoc = NULL;
	xmlFreeParserCtxt(parser);
	if (document && fault->why) {
		xmlFreeDoc(document);
		document = NULL;
	}
	return document;
}
