/*
 * XPath 1.0 (W3C, 16 November 1999) by libxml2: expressions as settings have them, checked before any document is
 * there, and the context in which they are evaluated. Only the functions of XPath's own library are known: no
 * document(), no extension, no variable.
 *
 * libxml2 prints nothing: what it would print is dropped.
 */
#ifndef CONFIG_FEED_XPATH_H
#define CONFIG_FEED_XPATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/library/xml2.h"

struct named_texts;
struct strbuf;

/* Bytes of an expression. */
#define XPATH_LENGTH_MAX 2000

/* What an expression must give. */
enum xpath_gives {
	XPATH_GIVES_NODES, /* nodes, so that each can be a record */
	XPATH_GIVES_ANY,
};

/*
 * Whether `text` is an expression whose prefixes are declared. False, with why in the language in force: what was
 * found and what was expected, with the character at which it is where that is known.
 */
bool xpath_check(const char *text, const struct named_texts *namespaces, enum xpath_gives gives,
	struct strbuf *why);

/* The same for the name of one element: "GetEmployment", or "s:GetEmployment" with a declared prefix. */
bool xpath_check_name(const char *text, const struct named_texts *namespaces, struct strbuf *why);

/*
 * Whether `namespaces` are prefixes with the addresses that they stand for; false, with why, and in *bad the first that
 * is not.
 */
bool xpath_check_namespaces(const struct named_texts *namespaces, size_t *bad, struct strbuf *why);

/* The namespace of a prefix of `length` bytes; NULL: it is not declared. */
const char *xpath_namespace_of(const struct named_texts *namespaces, const char *prefix,
	size_t length);

/*
 * Begin to use libxml2: it is silent, and out of memory ends the program. Call it before libxml2 does anything; the
 * functions here do so themselves.
 */
void xpath_begin(void);

/*
 * A context for expressions on `document` (borrowed) that knows the namespaces and reports to nobody.
 * The caller frees it by xmlXPathFreeContext().
 */
xmlXPathContextPtr xpath_context_new(xmlDocPtr document, const struct named_texts *namespaces);

#endif
