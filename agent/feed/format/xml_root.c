#include "feed/format/xml_root.h"

#include <string.h>
#include <strings.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/settings.h"
#include "config/xpath.h"

/* Bytes of a fault's text that are shown. */
#define FAULT_MAX 200

/* Texts of a fault that are joined, at most. */
#define FAULT_PARTS_MAX 10

/* The name that a root must have. */
struct root_name {
	const char *text; /* as the settings have it */
	const char *local;
	size_t local_length;
	const char *uri; /* NULL: none */
	bool is_any;     /* in whatever namespace */
};

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '-' || c == '.' || (unsigned char)c >= 0x80;
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	while (is_name_byte(text[length]))
		length++;
	return length;
}

/* Split "s:Answer..." into the name and its namespace; returns its bytes, 0: there is no name. */
static size_t split_name(const char *text, const struct named_texts *namespaces,
	struct root_name *name)
{
	size_t length = name_length(text);

	*name = (struct root_name){.text = text, .local = text, .local_length = length};
	if (length > 0 && text[length] == ':' && text[length + 1] != ':') {
		name->uri = xpath_namespace_of(namespaces, text, length);
		name->local = text + length + 1;
		name->local_length = name_length(name->local);
		length += 1 + name->local_length;
	}
	return name->local_length > 0 ? length : 0;
}

/* The root that the settings expect; false where they do not say. */
static bool find_expected(const struct feed_settings *settings, struct root_name *name)
{
	const char *path = settings->records;
	size_t length;

	if (settings->root) {
		split_name(settings->root, &settings->namespaces, name);
		name->is_any = name->local == name->text;
		return true;
	}
	if (!path || *path != '/' || strchr(path, '|'))
		return false;
	length = split_name(path + 1, &settings->namespaces, name);
	path += 1 + length;
	path += strspn(path, " \t\r\n");
	return length > 0 && (*path == '\0' || *path == '/' || *path == '[');
}

static bool is_called(const xmlNode *node, const char *name)
{
	return strcmp((const char *)node->name, name) == 0;
}

static const char *uri_of(const xmlNode *node)
{
	return node->ns ? (const char *)node->ns->href : NULL;
}

static bool is_soap(const xmlNode *node)
{
	const char *uri = uri_of(node);

	return uri &&
		(strcmp(uri, "http://schemas.xmlsoap.org/soap/envelope/") == 0 ||
			strcmp(uri, "http://www.w3.org/2003/05/soap-envelope") == 0);
}

static const xmlNode *child_called(const xmlNode *node, const char *name)
{
	for (node = node ? node->children : NULL; node; node = node->next) {
		if (node->type == XML_ELEMENT_NODE && is_called(node, name))
			return node;
	}
	return NULL;
}

static const xmlNode *find_fault(const xmlNode *root)
{
	if (is_called(root, "Fault") && is_soap(root))
		return root;
	return is_called(root, "Envelope") ? child_called(child_called(root, "Body"), "Fault")
					   : NULL;
}

/* The beginning of an element's own text, in one line. */
static void add_text(struct strbuf *out, const xmlNode *node)
{
	const xmlNode *part = node ? node->children : NULL;

	for (size_t i = 0; part && i < FAULT_PARTS_MAX && out->length < FAULT_MAX; i++) {
		if (part->type == XML_TEXT_NODE && part->content)
			strbuf_add(out, part->content,
				strnlen((const char *)part->content, FAULT_MAX));
		part = part->next;
	}
}

static void add_shown(struct strbuf *out, const char *text, size_t length, size_t most)
{
	struct strbuf shown = STRBUF_INIT, safe = STRBUF_INIT;
	bool is_cut;

	text_trim(&text, &length);
	is_cut = text_cut(text, length, most) < length;
	strbuf_add(&shown, text, text_cut(text, length, most));
	for (size_t i = 0; i < shown.length; i++) {
		if (strchr("\t\r\n", shown.text[i]))
			shown.text[i] = ' ';
	}
	strbuf_add_safe(&safe, shown.text);
	strbuf_addf(out, "\"%s%s\"", safe.text, is_cut ? "…" : "");
	strbuf_release(&safe);
	strbuf_release(&shown);
}

/* Add what an element of a fault says, if it says anything. */
static void add_part(struct strbuf *out, const xmlNode *node, size_t most)
{
	struct strbuf text = STRBUF_INIT;

	add_text(&text, node);
	if (text.text[strspn(text.text, " \t\r\n")]) {
		strbuf_adds(out, ", ");
		add_shown(out, text.text, text.length, most);
	}
	strbuf_release(&text);
}

static void explain_fault(const xmlNode *fault, struct strbuf *why)
{
	const xmlNode *code = child_called(fault, "faultcode");
	const xmlNode *text = child_called(fault, "faultstring");

	/* SOAP 1.2 */
	if (!code)
		code = child_called(child_called(fault, "Code"), "Value");
	if (!text)
		text = child_called(child_called(fault, "Reason"), "Text");
	strbuf_adds(why, _("the server answers with a fault (SOAP Envelope)"));
	add_part(why, code, 80);
	add_part(why, text, FAULT_MAX);
	strbuf_adds(why,
		_("; see whether user, password and what url asks for are right, and try again later"));
}

static void add_element(struct strbuf *out, const char *name, size_t length, const char *uri)
{
	add_shown(out, name, length, 80);
	if (uri) {
		strbuf_adds(out, _(" of the namespace "));
		add_shown(out, uri, strlen(uri), 80);
	}
}

static void explain_root(const xmlNode *root, const struct root_name *expected, struct strbuf *why)
{
	const char *name = (const char *)root->name;

	strbuf_adds(why, _("the root element is "));
	add_element(why, name, strlen(name), uri_of(root));
	strbuf_adds(why, _("; expected "));
	add_element(why, expected->local, expected->local_length, expected->uri);
	strbuf_adds(why,
		strlen(name) == expected->local_length &&
				strncmp(name, expected->local, expected->local_length) == 0
			? _("; see whether namespaces is right")
			: _("; see what the server answers at this address"));
}

bool xml_root_is_expected(xmlDocPtr document, const struct feed_settings *settings,
	struct strbuf *why)
{
	const xmlNode *root = xmlDocGetRootElement(document), *fault = find_fault(root);
	struct root_name expected;
	const char *name = (const char *)root->name, *uri = uri_of(root);

	if (fault) {
		explain_fault(fault, why);
		return false;
	}
	if (strcasecmp(name, "html") == 0) {
		strbuf_adds(why,
			_("a web page came; expected XML; see whether the address asks for a login"));
		return false;
	}
	if (!find_expected(settings, &expected))
		return true;
	if (strlen(name) == expected.local_length &&
		strncmp(name, expected.local, expected.local_length) == 0 &&
		(expected.is_any ||
			(uri && expected.uri ? strcmp(uri, expected.uri) == 0
					     : uri == expected.uri)))
		return true;
	explain_root(root, &expected, why);
	return false;
}

bool xml_root_explain_none(xmlDocPtr document, const struct feed_settings *settings,
	struct strbuf *why)
{
	const xmlNode *root = xmlDocGetRootElement(document);
	const char *name = (const char *)root->name, *uri = uri_of(root);
	struct root_name expected;

	if (uri && settings->namespaces.count == 0) {
		strbuf_adds(why,
			_("records finds nothing; the elements here are in the namespace "));
		add_shown(why, uri, strlen(uri), 80);
		strbuf_adds(why,
			_("; declare it, as in namespaces: {s: ...}, and write s: before the names"));
		return true;
	}
	if (find_expected(settings, &expected))
		return false;
	strbuf_adds(why, _("records finds nothing under the root element "));
	add_shown(why, name, strlen(name), 80);
	strbuf_adds(why,
		_("; write root, so that an answer without records can be told from a server's error"));
	return true;
}
