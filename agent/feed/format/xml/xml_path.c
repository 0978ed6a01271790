#include "feed/format/xml/xml_path.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/library/xml2.h"
#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/text.h"
#include "config/feed/xpath.h"

/* Bytes of text that cost as much as a step, and steps that a node costs whose text is read: it is visited twice. */
#define STEP_BYTES 16
#define NODE_STEPS 4

/* Numbers up to here are whole in a double, and written with all their digits. */
#define WHOLE_MAX 9007199254740992.0

static const xmlChar instance[] = "http://www.w3.org/2001/XMLSchema-instance";

/* The functions that read the text of nodes, however much that is, in what libxml2 counts as one step. */
struct text_function {
	const char *name;
	xmlXPathFunction call;
};

#define TEXT_FUNCTION_COUNT 12

/* List them; their addresses are known once libxml2 is loaded. */
static void list_text_functions(struct text_function list[static TEXT_FUNCTION_COUNT])
{
	const struct text_function functions[TEXT_FUNCTION_COUNT] = {
		{"concat", xmlXPathConcatFunction},
		{"contains", xmlXPathContainsFunction},
		{"normalize-space", xmlXPathNormalizeFunction},
		{"number", xmlXPathNumberFunction},
		{"starts-with", xmlXPathStartsWithFunction},
		{"string", xmlXPathStringFunction},
		{"string-length", xmlXPathStringLengthFunction},
		{"substring", xmlXPathSubstringFunction},
		{"substring-after", xmlXPathSubstringAfterFunction},
		{"substring-before", xmlXPathSubstringBeforeFunction},
		{"sum", xmlXPathSumFunction},
		{"translate", xmlXPathTranslateFunction},
	};

	memcpy(list, functions, sizeof(functions));
}

/* The node after `node` in a walk over what lies below `top`; NULL: it was the last. */
static const xmlNode *next_below(const xmlNode *node, const xmlNode *top)
{
	if (node->type == XML_ELEMENT_NODE && node->children)
		return node->children;
	while (node != top && !node->next)
		node = node->parent;
	return node == top ? NULL : node->next;
}

/* What the text of a node costs, in steps, up to `most`. */
static unsigned long text_cost(const xmlNode *top, unsigned long most)
{
	const xmlNode *node = top;
	unsigned long cost = 0;

	if (top->type == XML_DOCUMENT_NODE)
		top = node = xmlDocGetRootElement((const xmlDoc *)top);
	if (top && top->type == XML_ATTRIBUTE_NODE)
		top = node = top->children;
	if (top && top->type == XML_NAMESPACE_DECL)
		return 1;
	for (; node && cost <= most; node = next_below(node, top)) {
		cost += NODE_STEPS;
		if (node->type == XML_TEXT_NODE && node->content)
			cost += strlen((const char *)node->content) / STEP_BYTES;
	}
	return cost;
}

/* What it costs to make a text of a value: of its first node, or of all where they are summed up. */
static unsigned long value_cost(const xmlXPathObject *value, bool is_sum, unsigned long most)
{
	const xmlNodeSet *nodes = value->nodesetval;
	unsigned long cost = 1;

	if (value->type == XPATH_STRING)
		return strlen((const char *)value->stringval) / STEP_BYTES;
	if (value->type != XPATH_NODESET || !nodes)
		return 1;
	for (int i = 0; i < (is_sum ? nodes->nodeNr : 1) && i < nodes->nodeNr && cost <= most; i++)
		cost += text_cost(nodes->nodeTab[i], most);
	return cost;
}

/* Stands in front of each text function: counts what it is about to read. */
static void call_counted(xmlXPathParserContextPtr parser, int argument_count)
{
	xmlXPathContextPtr context = parser->context;
	const char *name = (const char *)context->function;
	unsigned long left = context->opLimit - context->opCount, cost = 1;
	bool is_sum = strcmp(name, "sum") == 0;
	struct text_function functions[TEXT_FUNCTION_COUNT];

	if (argument_count == 0 && context->node)
		cost = text_cost(context->node, left);
	for (int i = 0; i < argument_count && i < parser->valueNr; i++)
		cost += value_cost(parser->valueTab[parser->valueNr - 1 - i], is_sum, left);
	if (cost > left) {
		context->opCount = context->opLimit;
		xmlXPathErr(parser, XPATH_OP_LIMIT_EXCEEDED);
		return;
	}
	context->opCount += cost;
	list_text_functions(functions);
	for (size_t i = 0; i < COUNT(functions); i++) {
		if (strcmp(functions[i].name, name) == 0)
			functions[i].call(parser, argument_count);
	}
}

void xml_path_bound(xmlXPathContextPtr context)
{
	struct text_function functions[TEXT_FUNCTION_COUNT];

	context->opLimit = XML_STEPS_MAX;
	list_text_functions(functions);
	for (size_t i = 0; i < COUNT(functions); i++) {
		const xmlChar *name = (const xmlChar *)functions[i].name;

		/* One that is there is not replaced. */
		xmlXPathRegisterFunc(context, name, NULL);
		xmlXPathRegisterFunc(context, name, call_counted);
	}
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	while (text[length] == '_' || text[length] == '-' || (text[length] == '.' && length > 0) ||
		isalnum((unsigned char)text[length]) || (unsigned char)text[length] >= 0x80)
		length++;
	return length;
}

static bool is_word(const char *text, size_t length, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0)
			return true;
	}
	return false;
}

bool xml_path_goes_back(const char *text)
{
	static const char *const axes[] = {"ancestor", "ancestor-or-self", "following",
		"following-sibling", "parent", "preceding", "preceding-sibling"};
	static const char *const operators[] = {"and", "div", "mod", "or"};
	bool has_nodes = false; /* a step before this place may have led to several */

	while (*text) {
		size_t length = name_length(text);

		if (length > 0) {
			bool is_axis = strncmp(text + length, "::", 2) == 0;

			if (is_axis && has_nodes && is_word(text, length, axes, COUNT(axes)))
				return true;
			if (!is_axis)
				has_nodes = !is_word(text, length, operators, COUNT(operators));
			text += length + (is_axis ? 2 : 0);
		} else if (*text == '"' || *text == '\'') {
			const char *end = strchr(text + 1, *text);

			text = end ? end + 1 : text + strlen(text);
		} else if (strncmp(text, "..", 2) == 0) {
			if (has_nodes)
				return true;
			text += 2;
		} else {
			if (strchr("[(,|=<>+", *text))
				has_nodes = false;
			else if (strchr("])*", *text) || strncmp(text, "//", 2) == 0)
				has_nodes = true;
			text++;
		}
	}
	return false;
}

/* A walk over the tokens of an expression, for comparisons of nodes with nodes. */
struct compare_scan {
	enum { PREVIOUS_NONE, PREVIOUS_NODES, PREVIOUS_VALUE } previous; /* what stands before */
	bool is_right; /* nodes are compared with what begins here */
	uint64_t
		functions; /* of the open parentheses, the innermost in the lowest bit: which are a function's */
};

/* Whether a name is a function, which gives a text, a number or a truth, and no test of a node's kind. */
static bool is_function(const char *text, size_t length)
{
	static const char *const tests[] = {"comment", "node", "processing-instruction", "text"};

	return length > 0 && text[length + strspn(text + length, " \t\r\n")] == '(' &&
		!is_word(text, length, tests, COUNT(tests));
}

/* Pass one token that is not a name. */
static const char *scan_token(struct compare_scan *scan, const char *text)
{
	const char *end = *text == '"' || *text == '\'' ? strchr(text + 1, *text) : text;

	switch (*text) {
	case '(':
		scan->functions = scan->functions << 1 | (scan->previous == PREVIOUS_VALUE);
		scan->previous = PREVIOUS_NONE;
		break;
	case ')':
		scan->previous = scan->functions & 1 ? PREVIOUS_VALUE : PREVIOUS_NODES;
		scan->functions >>= 1;
		break;
	case '=':
	case '<':
	case '>':
		scan->is_right = scan->is_right || scan->previous == PREVIOUS_NODES;
		scan->previous = PREVIOUS_NONE;
		break;
	case ']':
	case '*':
	case '.':
		scan->previous = PREVIOUS_NODES;
		break;
	case '"':
	case '\'':
		scan->previous = PREVIOUS_VALUE;
		break;
	case ' ':
	case '\t':
	case '\r':
	case '\n':
	case '!':
	case '@':
	case ':':
		break;
	default:
		scan->previous = PREVIOUS_NONE;
	}
	return end ? end + 1 : text + strlen(text);
}

bool xml_path_compares(const char *text)
{
	static const char *const operators[] = {"and", "div", "mod", "or"};
	struct compare_scan scan = {PREVIOUS_NONE, false, 0};

	while (*text) {
		size_t length = name_length(text);
		bool is_number = *text >= '0' && *text <= '9';
		bool is_axis = strncmp(text + length, "::", 2) == 0;

		if (scan.is_right && !strchr(" \t\r\n=", *text)) {
			if (!is_number && !strchr("\"'-", *text) && !is_function(text, length))
				return true;
			scan.is_right = false;
		}
		if (length == 0 || *text == '-') {
			text = scan_token(&scan, text);
			continue;
		}
		if (is_word(text, length, operators, COUNT(operators)) || is_axis)
			scan.previous = PREVIOUS_NONE;
		else if (is_number || is_function(text, length))
			scan.previous = PREVIOUS_VALUE;
		else
			scan.previous = PREVIOUS_NODES;
		text += length;
	}
	return false;
}

bool xml_path_leaves(const char *text)
{
	static const char *const axes[] = {"ancestor", "ancestor-or-self", "following",
		"following-sibling", "parent", "preceding", "preceding-sibling"};
	bool is_start = true; /* a path begins here */

	while (*text) {
		size_t length = name_length(text);

		if (*text == '/' && is_start)
			return true;
		if (strncmp(text, "..", 2) == 0)
			return true;
		if (length > 0 && strncmp(text + length, "::", 2) == 0 &&
			is_word(text, length, axes, COUNT(axes)))
			return true;
		if (*text == '"' || *text == '\'') {
			const char *end = strchr(text + 1, *text);

			text = end ? end : text + strlen(text) - 1;
		}
		if (!strchr(" \t\r\n", *text))
			is_start = length == 0 && strchr("[(,|=<>+-", *text);
		text += length > 0 ? length : 1;
	}
	return false;
}

unsigned long xml_path_size(const xmlNode *node)
{
	return text_cost(node, XML_STEPS_MAX) / NODE_STEPS;
}

bool xml_path_charge(xmlXPathContextPtr context, unsigned long steps)
{
	if (steps > context->opLimit - context->opCount)
		return false;
	context->opCount += steps;
	return true;
}

xmlXPathCompExprPtr xml_path_compile(xmlXPathContextPtr context, const char *text)
{
	return text ? xmlXPathCtxtCompile(context, (const xmlChar *)text) : NULL;
}

/* Whether an element says that it has no value: xsi:nil (XML Schema Part 1, section 2.6.2). */
static bool is_nil(const xmlNode *node)
{
	const xmlAttr *nil;
	const char *text;

	if (node->type != XML_ELEMENT_NODE)
		return false;
	nil = xmlHasNsProp(node, (const xmlChar *)"nil", instance);
	text = nil && nil->children ? (const char *)nil->children->content : NULL;
	return text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

static void add_value(struct xml_values *values, const char *text, struct arena *arena)
{
	size_t length = strlen(text);

	text_trim(&text, &length);
	values->texts[values->count++] = arena_bytes(arena, text, length);
	values->filled_count += length > 0;
}

/* Count what libxml2 is to copy; false past the limit. */
static bool pay_for(xmlXPathContextPtr context, const xmlNode *node)
{
	unsigned long left = context->opLimit - context->opCount, cost = text_cost(node, left);

	if (cost > left)
		return false;
	context->opCount += cost;
	return true;
}

static bool read_nodes(xmlXPathContextPtr context, const xmlNodeSet *nodes,
	struct xml_values *values, struct arena *arena)
{
	size_t count = nodes ? (size_t)nodes->nodeNr : 0;

	values->texts = arena_get(arena, count * sizeof(*values->texts));
	for (size_t i = 0; i < count; i++) {
		xmlNodePtr node = nodes->nodeTab[i];
		xmlChar *text = NULL;

		if (!pay_for(context, node))
			return false;
		if (!is_nil(node))
			text = xmlXPathCastNodeToString(node);
		add_value(values, text ? (const char *)text : "", arena);
		free(text);
	}
	return true;
}

/* A text, a number or a truth as its text; a number that is none, NaN, is not there. */
static void read_single(xmlXPathObject *result, struct xml_values *values, struct arena *arena)
{
	double number = result->floatval;
	xmlChar *text;

	values->texts = arena_get(arena, sizeof(*values->texts));
	if (result->type == XPATH_NUMBER && fabs(number) <= WHOLE_MAX && floor(number) == number) {
		add_value(values, arena_format(arena, "%.0f", number), arena);
		return;
	}
	if (result->type == XPATH_NUMBER && isnan(number))
		return;
	text = xmlXPathCastToString(result);
	add_value(values, text ? (const char *)text : "", arena);
	free(text);
	if (values->filled_count == 0)
		values->count = 0;
}

bool xml_path_read(xmlXPathContextPtr context, xmlXPathCompExprPtr path, xmlNodePtr node,
	struct xml_values *values, struct arena *arena)
{
	xmlXPathObjectPtr result;
	bool is_good = true;

	*values = (struct xml_values){NULL, 0, 0};
	if (!path)
		return true;
	context->node = node;
	result = xmlXPathCompiledEval(path, context);
	if (!result)
		return false;
	if (result->type == XPATH_NODESET)
		is_good = read_nodes(context, result->nodesetval, values, arena);
	else
		read_single(result, values, arena);
	xmlXPathFreeObject(result);
	return is_good;
}
