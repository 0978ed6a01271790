#include "config/feed/xpath.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/library/xml2.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/settings.h"

/* Steps that an expression may take on an empty document: far more than any needs. */
#define CHECK_STEPS_MAX 100000

static const char *const functions[] = {"boolean", "ceiling", "concat", "contains", "count",
	"false", "floor", "id", "lang", "last", "local-name", "name", "namespace-uri",
	"normalize-space", "not", "number", "position", "round", "starts-with", "string",
	"string-length", "substring", "substring-after", "substring-before", "sum", "translate",
	"true"};

/* Tests of a node's kind, and operators, which may stand before a parenthesis as a function's name does. */
static const char *const not_functions[] = {
	"and", "comment", "div", "mod", "node", "or", "processing-instruction", "text"};

/* A walk over the tokens of an expression (XPath 1.0, section 3.7), for the names in it. */
struct xpath_scan {
	const char *text, *at;
	const struct named_texts *namespaces;
	struct strbuf *why;
};

static void drop_message(void *context, const char *message, ...)
{
	(void)context;
	(void)message;
}

static void drop_error(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(memory_get(size), text, size);
}

void xpath_begin(void)
{
	static bool has_begun;

	if (has_begun)
		return;
	has_begun = true;
	xmlMemSetup(free, memory_get, memory_resize, copy_text);
	xmlInitParser();
	xmlSetGenericErrorFunc(NULL, drop_message);
	xmlSetStructuredErrorFunc(NULL, drop_error);
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		(unsigned char)c >= 0x80;
}

static bool is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

static size_t name_length(const char *at)
{
	size_t length = 0;

	if (!is_name_start(*at))
		return 0;
	while (is_name(at[length]))
		length++;
	return length;
}

static bool is_among(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

bool xpath_check_namespaces(const struct named_texts *namespaces, size_t *bad, struct strbuf *why)
{
	for (size_t i = 0; i < namespaces->count; i++) {
		const struct named_text *item = &namespaces->items[i];

		*bad = i;
		if (!*item->name || item->name[name_length(item->name)] ||
			strncasecmp(item->name, "xml", 3) == 0) {
			strbuf_adds(why,
				_("expected a prefix of letters that does not begin with xml"));
			return false;
		}
		if (!item->text || !*item->text) {
			strbuf_adds(why,
				_("expected the namespace's address, as it stands in the document behind xmlns"));
			return false;
		}
	}
	return true;
}

const char *xpath_namespace_of(const struct named_texts *namespaces, const char *prefix,
	size_t length)
{
	for (size_t i = 0; i < namespaces->count; i++) {
		const char *known = namespaces->items[i].name;

		if (strlen(known) == length && memcmp(known, prefix, length) == 0)
			return namespaces->items[i].text;
	}
	/* Always declared: Namespaces in XML 1.0, section 3. */
	return length == 3 && memcmp(prefix, "xml", 3) == 0 ? (const char *)XML_XML_NAMESPACE
							    : NULL;
}

/* The character, from 1, that begins at a byte. */
static size_t character_at(const char *text, size_t byte)
{
	size_t character = 1;

	for (size_t i = 0; i < byte && text[i]; i++)
		character += ((unsigned char)text[i] & 0xC0) != 0x80;
	return character;
}

static void add_place(struct strbuf *why, const char *text, const char *at)
{
	strbuf_addf(why, _("character %zu: "), character_at(text, (size_t)(at - text)));
}

/* Quote a part of an expression; the caller releases it. */
static struct strbuf quote_part(const char *text, size_t length)
{
	struct strbuf part = STRBUF_INIT, quoted = STRBUF_INIT;

	strbuf_add(&part, text, text_cut(text, length, 80));
	strbuf_addc(&quoted, '"');
	strbuf_add_safe(&quoted, part.text);
	strbuf_addc(&quoted, '"');
	strbuf_release(&part);
	return quoted;
}

static bool refuse_prefix(const struct xpath_scan *scan, size_t length)
{
	struct strbuf prefix = quote_part(scan->at, length), known = STRBUF_INIT;

	for (size_t i = 0; i < scan->namespaces->count; i++)
		strbuf_add_item(&known, ", ", scan->namespaces->items[i].name);
	add_place(scan->why, scan->text, scan->at);
	if (known.length > 0)
		strbuf_addf(scan->why,
			_("the prefix %s is not declared; expected one of namespaces: %s"),
			prefix.text, known.text);
	else
		strbuf_addf(scan->why,
			_("the prefix %s is not declared; declare it as in namespaces: {s: "
			  "\"http://...\"}"),
			prefix.text);
	strbuf_release(&known);
	strbuf_release(&prefix);
	return false;
}

static bool refuse_function(const struct xpath_scan *scan, const char *name)
{
	const char *near = text_nearest(name, functions, COUNT(functions));
	struct strbuf quoted = quote_part(name, strlen(name));

	add_place(scan->why, scan->text, scan->at);
	if (near)
		strbuf_addf(scan->why, _("%s is not a function of XPath 1.0; did you mean %s()?"),
			quoted.text, near);
	else
		strbuf_addf(scan->why, _("%s is not a function of XPath 1.0"), quoted.text);
	strbuf_release(&quoted);
	return false;
}

/* Pass a name, with its prefix, or a function; false, with why, where nothing is known by it. */
static bool scan_name(struct xpath_scan *scan)
{
	size_t length = name_length(scan->at), local;
	bool has_prefix = scan->at[length] == ':' && scan->at[length + 1] != ':';
	struct strbuf name = STRBUF_INIT;
	const char *end = scan->at + length;
	bool is_good = true;

	if (has_prefix && !xpath_namespace_of(scan->namespaces, scan->at, length))
		return refuse_prefix(scan, length);
	if (has_prefix) {
		local = name_length(end + 1);
		end += 1 + local;
	}
	strbuf_add(&name, scan->at, (size_t)(end - scan->at));
	if (end[strspn(end, " \t\r\n")] == '(' &&
		!is_among(not_functions, COUNT(not_functions), name.text) &&
		!is_among(functions, COUNT(functions), name.text))
		is_good = refuse_function(scan, name.text);
	scan->at = end;
	strbuf_release(&name);
	return is_good;
}

/* Look at all names of an expression. What is no expression at all is for libxml2 to say. */
static bool scan_names(struct xpath_scan *scan)
{
	while (*scan->at) {
		char c = *scan->at;

		if (c == '"' || c == '\'') {
			const char *end = strchr(scan->at + 1, c);

			if (!end) {
				add_place(scan->why, scan->text, scan->at);
				strbuf_adds(scan->why,
					_("the quote that opens here is never closed"));
				return false;
			}
			scan->at = end + 1;
		} else if (c == '$') {
			add_place(scan->why, scan->text, scan->at);
			strbuf_adds(scan->why, _("variables have no value here; expected a path"));
			return false;
		} else if (c >= '0' && c <= '9') {
			scan->at += strspn(scan->at, "0123456789.");
		} else if (!is_name_start(c)) {
			scan->at++;
		} else if (!scan_name(scan)) {
			return false;
		}
	}
	return true;
}

/* What libxml2 found wrong, in our words: its own come in English only. */
static bool refuse_syntax(const struct xpath_scan *scan, xmlXPathContextPtr context)
{
	int code = context->lastError.code, byte = context->lastError.int1;

	if (code == XML_XPATH_INVALID_ARITY || code == XML_XPATH_INVALID_TYPE) {
		strbuf_adds(scan->why,
			_("a function has more or fewer arguments, or other ones, than XPath 1.0 says"));
		return false;
	}
	if (byte > 0 && (size_t)byte <= strlen(scan->text))
		add_place(scan->why, scan->text, scan->text + byte);
	strbuf_adds(scan->why, _("no XPath 1.0; expected a path, such as Person/@id or ../Name"));
	return false;
}

/* Compile and evaluate on a document without content: what that shows is wrong on every document. */
static bool try_expression(struct xpath_scan *scan, enum xpath_gives gives)
{
	xmlDocPtr document = xmlNewDoc((const xmlChar *)"1.0");
	xmlNodePtr root = xmlNewDocNode(document, NULL, (const xmlChar *)"root", NULL);
	xmlXPathContextPtr context;
	xmlXPathCompExprPtr compiled;
	xmlXPathObjectPtr result = NULL;
	bool is_good;

	xmlDocSetRootElement(document, root);
	context = xpath_context_new(document, scan->namespaces);
	context->opLimit = CHECK_STEPS_MAX;
	context->node = root;
	compiled = xmlXPathCtxtCompile(context, (const xmlChar *)scan->text);
	if (compiled)
		result = xmlXPathCompiledEval(compiled, context);
	is_good = result && (gives == XPATH_GIVES_ANY || result->type == XPATH_NODESET);
	if (!result)
		refuse_syntax(scan, context);
	else if (!is_good)
		strbuf_adds(scan->why,
			_("this gives a text or a number; expected a path to elements, such as "
			  "/Answer/Person"));
	xmlXPathFreeObject(result);
	xmlXPathFreeCompExpr(compiled);
	xmlXPathFreeContext(context);
	xmlFreeDoc(document);
	return is_good;
}

bool xpath_check(const char *text, const struct named_texts *namespaces, enum xpath_gives gives,
	struct strbuf *why)
{
	struct xpath_scan scan = {.text = text, .at = text, .namespaces = namespaces, .why = why};

	if (strlen(text) > XPATH_LENGTH_MAX) {
		strbuf_addf(why, _("longer than %d characters"), XPATH_LENGTH_MAX);
		return false;
	}
	return scan_names(&scan) && try_expression(&scan, gives);
}

bool xpath_check_name(const char *text, const struct named_texts *namespaces, struct strbuf *why)
{
	struct xpath_scan scan = {.text = text, .at = text, .namespaces = namespaces, .why = why};
	size_t length = name_length(text);
	const char *local = text[length] == ':' ? text + length + 1 : text;

	if (length == 0 || local[name_length(local)] != '\0' || *local == '\0') {
		strbuf_adds(why,
			_("expected the name of an element, such as GetEmployment or s:GetEmployment"));
		return false;
	}
	return local == text || xpath_namespace_of(namespaces, text, length) ||
		refuse_prefix(&scan, length);
}

xmlXPathContextPtr xpath_context_new(xmlDocPtr document, const struct named_texts *namespaces)
{
	xmlXPathContextPtr context;

	xpath_begin();
	context = xmlXPathNewContext(document);
	context->error = drop_error;
	for (size_t i = 0; i < namespaces->count; i++)
		xmlXPathRegisterNs(context, (const xmlChar *)namespaces->items[i].name,
			(const xmlChar *)namespaces->items[i].text);
	return context;
}
