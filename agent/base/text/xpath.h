/*
 * XPath 1.0 (W3C, 16 November 1999) by libxml2: expressions as settings have them, checked before any document is
 * there, and the context in which they are evaluated. Only the functions of XPath's own library are known: no
 * document(), no extension, no variable.
 *
 * libxml2 prints nothing: what it would print is dropped.
 */
#ifndef BASE_TEXT_XPATH_H
#define BASE_TEXT_XPATH_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>
#include <libxml/xpath.h>

struct strbuf;

/* Bytes of an expression. */
#define XPATH_LENGTH_MAX 2000

/* A prefix that expressions may use, and the namespace that it stands for. */
struct xpath_namespace {
	const char *prefix, *uri;
};

struct xpath_namespaces {
	const struct xpath_namespace *items; /* borrowed */
	size_t count;
};

/* What an expression must give. */
enum xpath_gives {
	XPATH_GIVES_NODES, /* nodes, so that each can be a record */
	XPATH_GIVES_ANY,
};

/*
 * Whether `text` is an expression whose prefixes are declared. False, with why in the language in force: what was
 * found and what was expected, with the character at which it is where that is known.
 */
bool xpath_check(const char *text, struct xpath_namespaces namespaces, enum xpath_gives gives,
	struct strbuf *why);

/* The same for the name of one element: "GetEmployment", or "s:GetEmployment" with a declared prefix. */
bool xpath_check_name(const char *text, struct xpath_namespaces namespaces, struct strbuf *why);

/* Whether a text can be a prefix: a letter or "_", then letters, digits, ".", "-" and "_"; not "xml" or "xmlns". */
bool xpath_is_prefix(const char *text);

/* The namespace of a prefix of `length` bytes; NULL: it is not declared. */
const char *xpath_namespace_of(struct xpath_namespaces namespaces, const char *prefix,
	size_t length);

/*
 * Begin to use libxml2: silent, out of memory ends the program, and no thread of ours uses it. Each function here
 * does so by itself; a parser calls it first.
 */
void xpath_begin(void);

/*
 * A context for expressions on `document` (borrowed) that knows the namespaces and reports to nobody.
 * The caller frees it by xmlXPathFreeContext().
 */
xmlXPathContextPtr xpath_context_new(xmlDocPtr document, struct xpath_namespaces namespaces);

#endif
