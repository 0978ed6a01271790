#include "feed/format/xml/xml_root.h"

#include <string.h>
#include <strings.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/feed/xpath.h"
#include "model/settings.h"

/* Bytes of a fault's text, of its code and of a name that are shown. */
#define FAULT_MAX      200
#define FAULT_CODE_MAX 80
#define SHOWN_NAME_MAX 80

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

static bool has_name(const xmlNode *node, const struct root_name *name)
{
	return strlen((const char *)node->name) == name->local_length &&
		memcmp(node->name, name->local, name->local_length) == 0;
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

/* Add the beginning of a text from outside, in quotes and in one line. */
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
	struct strbuf said = STRBUF_INIT;

	/* SOAP 1.2 */
	if (!code)
		code = child_called(child_called(fault, "Code"), "Value");
	if (!text)
		text = child_called(child_called(fault, "Reason"), "Text");
	add_part(&said, code, FAULT_CODE_MAX);
	add_part(&said, text, FAULT_MAX);
	strbuf_addf(why,
		_("the server answers with a SOAP fault%s; see whether user, password and what url "
		  "asks for are right"),
		said.text);
	strbuf_release(&said);
}

/* An element's name, with its namespace where it has one; the caller releases it. */
static struct strbuf name_element(const char *local, size_t length, const char *uri)
{
	struct strbuf name = STRBUF_INIT, space = STRBUF_INIT, both = STRBUF_INIT;

	add_shown(&name, local, length, SHOWN_NAME_MAX);
	if (!uri)
		return name;
	add_shown(&space, uri, strlen(uri), SHOWN_NAME_MAX);
	strbuf_addf(&both, _("%s of the namespace %s"), name.text, space.text);
	strbuf_release(&space);
	strbuf_release(&name);
	return both;
}

static void explain_root(const xmlNode *root, const struct root_name *expected, struct strbuf *why)
{
	const char *name = (const char *)root->name;
	struct strbuf found = name_element(name, strlen(name), uri_of(root)),
		      wanted = name_element(expected->local, expected->local_length, expected->uri);

	if (has_name(root, expected))
		strbuf_addf(why,
			_("the root element is %s; expected %s; see whether namespaces is right"),
			found.text, wanted.text);
	else
		strbuf_addf(why,
			_("the root element is %s; expected %s; see what the server answers at this "
			  "address"),
			found.text, wanted.text);
	strbuf_release(&wanted);
	strbuf_release(&found);
}

bool xml_root_is_expected(xmlDocPtr document, const struct feed_settings *settings,
	struct strbuf *why)
{
	const xmlNode *root = xmlDocGetRootElement(document), *fault = find_fault(root);
	const char *uri = uri_of(root);
	struct root_name expected;
	bool is_same;

	if (fault) {
		explain_fault(fault, why);
		return false;
	}
	if (strcasecmp((const char *)root->name, "html") == 0) {
		strbuf_adds(why,
			_("a web page came; expected XML; see whether the address asks for a login"));
		return false;
	}
	if (!find_expected(settings, &expected))
		return true;
	is_same = uri && expected.uri ? strcmp(uri, expected.uri) == 0 : uri == expected.uri;
	if (has_name(root, &expected) && (expected.is_any || is_same))
		return true;
	explain_root(root, &expected, why);
	return false;
}

bool xml_root_explain_none(xmlDocPtr document, const struct feed_settings *settings,
	struct strbuf *why)
{
	const xmlNode *root = xmlDocGetRootElement(document);
	const char *name = (const char *)root->name, *uri = uri_of(root);
	struct strbuf shown = STRBUF_INIT;
	struct root_name expected;
	bool is_odd = true;

	if (uri && settings->namespaces.count == 0) {
		add_shown(&shown, uri, strlen(uri), SHOWN_NAME_MAX);
		strbuf_addf(why,
			_("records finds nothing; the elements here are in the namespace %s; declare it, as in namespaces: {s: ...}, and write s: before the names"),
			shown.text);
	} else if (!find_expected(settings, &expected)) {
		add_shown(&shown, name, strlen(name), SHOWN_NAME_MAX);
		strbuf_addf(why,
			_("records finds nothing under the root element %s; write root, so that an answer without records can be told from a server's error"),
			shown.text);
	} else {
		is_odd = false;
	}
	strbuf_release(&shown);
	return is_odd;
}
