/*
 * The page is decoded and looked through (xml_text.h), parsed whole (xml_tree.h), and its root is compared with what the
 * settings expect. Then the records are what one XPath leads to, and each field what another one leads to from there.
 */
#include "feed/format/format.h"

#include <string.h>

#include "base/library/xml2.h"
#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/feed/xpath.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "feed/format/xml/xml_path.h"
#include "feed/format/xml/xml_root.h"
#include "feed/format/xml/xml_text.h"
#include "feed/format/xml/xml_tree.h"
#include "model/settings.h"

/* The fields that a record has, whichever of them the settings name; behind them come those of `only`. */
enum xml_field {
	XML_PERSON,
	XML_FROM,
	XML_UNTIL,
	XML_DEPUTY,
	XML_ZONE,
	XML_ROLE,
	XML_UNREAD,
	XML_ONLY,
};

/*
 * An expression that goes back costs a step for so many comparisons of an element with another: 40,000 of them in a page
 * take it a second or two, and more than 300,000 are too many.
 */
#define BACK_SHARE 200

/* The same of one that compares nodes with nodes, which looks at their texts. */
#define COMPARE_SHARE 100

/* A field: where it is, and what a record has there. */
struct xml_value {
	xmlXPathCompExprPtr path;         /* owned; NULL: not asked for */
	bool goes_back, compares, leaves; /* xml_path.h */
	struct xml_values values;
};

struct xml_page {
	struct feed_reader *reading; /* borrowed */
	xmlDocPtr document;          /* owned */
	xmlXPathContextPtr context;  /* owned */
	xmlXPathCompExprPtr records; /* owned */
	struct xml_value *fields;    /* in `arena`: those of enum xml_field, then those of `only` */
	size_t field_count;
	unsigned long elements;
	struct arena *arena; /* owned */
	struct error *err;   /* borrowed */
};

static const char *field_path(const struct feed_settings *settings, size_t field)
{
	const char *const paths[XML_ONLY] = {settings->fields.person, settings->fields.from,
		settings->fields.until, settings->fields.deputy, settings->fields.zone,
		settings->fields.role, settings->fields.unread};

	return field < XML_ONLY ? paths[field] : settings->only[field - XML_ONLY].name;
}

static enum error_kind fail_text(const struct xml_text *text, struct error *err)
{
	size_t line, column;

	text_place(text->text, text->at, &line, &column);
	return record_page_bad(line, column, text->why, err);
}

static enum error_kind fail_steps(const struct xml_page *page, const char *path)
{
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind;

	strbuf_addf(&why,
		_("the XPath %s takes too long here; end it with [1] where one element is meant, "
		  "write no // in fields, and //a[b] rather than //a/b/.."),
		path);
	kind = record_page_bad(0, 0, why.text, page->err);
	strbuf_release(&why);
	return kind;
}

/* Parse the page into page->document, and see that it is the document that was asked for. */
static enum error_kind read_document(struct xml_page *page, const char *body, size_t length)
{
	struct strbuf decoded = STRBUF_INIT, why = STRBUF_INIT;
	enum error_kind kind = ERROR_NONE;
	struct xml_fault fault;
	struct xml_text text;

	if (xml_text_read(&text, &decoded, body, length)) {
		page->document = xml_tree_read(&text, &fault);
		if (!page->document)
			kind = record_page_bad(fault.line, fault.column, fault.why, page->err);
	} else {
		kind = fail_text(&text, page->err);
	}
	if (!kind && !xml_root_is_expected(page->document, page->reading->settings, &why))
		kind = record_page_bad(0, 0, why.text, page->err);
	strbuf_release(&why);
	strbuf_release(&decoded);
	return kind;
}

/* Make the expressions ready; the settings' check has seen them, so one that cannot be compiled is not there. */
static void compile_paths(struct xml_page *page)
{
	const struct feed_settings *settings = page->reading->settings;

	long elements = xmlXPathOrderDocElems(page->document);

	page->elements = elements > 0 ? (unsigned long)elements : 0;
	page->context = xpath_context_new(page->document, &settings->namespaces);
	xml_path_bound(page->context);
	page->records = xml_path_compile(page->context, settings->records);
	for (size_t i = 0; i < page->field_count; i++) {
		const char *path = field_path(settings, i);

		page->fields[i].path = xml_path_compile(page->context, path);
		page->fields[i].goes_back = path && xml_path_goes_back(path);
		page->fields[i].compares = path && xml_path_compares(path);
		page->fields[i].leaves = path && xml_path_leaves(path);
	}
}

/* The one text of a field; false, with why, where there are several, or it is longer than any. */
static bool read_single(const struct xml_page *page, size_t field, const char **text,
	struct strbuf *why)
{
	const struct xml_values *values = &page->fields[field].values;

	*text = NULL;
	if (values->filled_count > 1) {
		strbuf_addf(why, _("%s has %zu values; expected one"),
			field_path(page->reading->settings, field), values->filled_count);
		return false;
	}
	for (size_t i = 0; i < values->count; i++) {
		if (*values->texts[i])
			*text = values->texts[i];
	}
	return true;
}

/* Whether a text begins as a form does: "d" is a digit, "+" a sign, and all else itself. */
static bool has_form(const char *text, const char *form)
{
	for (; *form; form++, text++) {
		bool is_same = *form == 'd' ? *text >= '0' && *text <= '9'
			: *form == '+'      ? *text == '+' || *text == '-'
					    : *text == *form;

		if (!is_same)
			return false;
	}
	return true;
}

/*
 * Take the zone off a date alone, such as 2026-12-24+01:00 (XML Schema Part 2, section 3.2.9): the day is meant, wherever it
 * is.
 */
static const char *drop_date_zone(const char *text, struct arena *arena)
{
	static const char date[] = "dddd-dd-dd", zone[] = "+dd:dd";
	const size_t length = sizeof(date) - 1;

	if (!text || !has_form(text, date) || strlen(text) == length)
		return text;
	if (strcmp(text + length, "Z") != 0 &&
		(!has_form(text + length, zone) || strlen(text) != length + sizeof(zone) - 1 ||
			strncmp(text + length + 1, "14", 2) > 0 || text[length + 4] > '5'))
		return text;
	return arena_bytes(arena, text, length);
}

static bool read_texts(const struct xml_page *page, struct record *record, struct strbuf *why)
{
	return read_single(page, XML_PERSON, &record->person, why) &&
		read_single(page, XML_FROM, &record->from, why) &&
		read_single(page, XML_UNTIL, &record->until, why) &&
		read_single(page, XML_ZONE, &record->zone, why) &&
		read_single(page, XML_UNREAD, &record->unread, why);
}

static void add_record(struct xml_page *page, size_t number, struct record *record,
	struct arena *arena)
{
	size_t only_count = page->field_count - XML_ONLY;
	struct strings *only = arena_get(arena, only_count * sizeof(*only));
	struct strbuf why = STRBUF_INIT;
	bool is_whole = read_texts(page, record, &why);

	record->from = drop_date_zone(record->from, arena);
	record->until = drop_date_zone(record->until, arena);
	for (size_t i = 0; i < only_count; i++)
		only[i] = (struct strings){page->fields[XML_ONLY + i].values.texts,
			page->fields[XML_ONLY + i].values.count};
	record->only = only;
	record->deputies = page->fields[XML_DEPUTY].values.texts;
	record->deputy_count = page->fields[XML_DEPUTY].values.count;
	record->roles = page->fields[XML_ROLE].values.texts;
	record->role_count = page->fields[XML_ROLE].values.count;
	if (is_whole)
		record_add(page->reading, number, record);
	else if (!record_is_set_aside(page->reading, number, record))
		record_refuse(page->reading, number, record, why.text);
	strbuf_release(&why);
}

/* The line that an element begins in, or the element of an attribute or a text; 0: not known. */
static size_t line_of(const xmlNode *node)
{
	long line = xmlGetLineNo(node->type == XML_ELEMENT_NODE ? node : node->parent);

	return line > 0 ? (size_t)line : 0;
}

static bool read_field(struct xml_page *page, struct xml_value *field, xmlNodePtr node,
	struct arena *arena)
{
	unsigned long all = page->elements;
	unsigned long size = field->compares && !field->leaves ? xml_path_size(node) : all;

	if (field->goes_back && !xml_path_charge(page->context, all * all / BACK_SHARE))
		return false;
	if (field->compares && !xml_path_charge(page->context, size * size / COMPARE_SHARE))
		return false;
	return xml_path_read(page->context, field->path, node, &field->values, arena);
}

static enum error_kind read_record(struct xml_page *page, xmlNodePtr node)
{
	struct arena *arena = arena_new();
	struct record record = {.line = line_of(node)};
	const char *slow = NULL;
	size_t number;
	enum error_kind kind = record_begin(page->reading, &number, page->err);

	for (size_t i = 0; !kind && !slow && i < page->field_count; i++) {
		if (!read_field(page, &page->fields[i], node, arena))
			slow = field_path(page->reading->settings, i);
	}
	if (slow)
		kind = fail_steps(page, slow);
	if (!kind)
		add_record(page, number, &record, arena);
	arena_free(arena);
	return kind;
}

/* No records may be the truth, or XPath that never finds any; then say what may help. */
static void note_no_records(struct xml_page *page)
{
	struct strbuf why = STRBUF_INIT;

	if (xml_root_explain_none(page->document, page->reading->settings, &why))
		record_note(page->reading, 0, NULL, true, why.text);
	strbuf_release(&why);
}

static enum error_kind read_records(struct xml_page *page)
{
	const char *path = page->reading->settings->records;
	unsigned long all = page->elements;
	xmlXPathObjectPtr found;
	enum error_kind kind = ERROR_NONE;
	int count;

	page->context->node = xmlDocGetRootElement(page->document);
	if ((xml_path_goes_back(path) && !xml_path_charge(page->context, all * all / BACK_SHARE)) ||
		(xml_path_compares(path) &&
			!xml_path_charge(page->context, all * all / COMPARE_SHARE)))
		return fail_steps(page, path);
	found = page->records ? xmlXPathCompiledEval(page->records, page->context) : NULL;
	if (!found)
		return fail_steps(page, path);
	count = found->nodesetval ? found->nodesetval->nodeNr : 0;
	if (count == 0)
		note_no_records(page);
	for (int i = 0; !kind && i < count; i++) {
		xmlNodePtr node = found->nodesetval->nodeTab[i];

		/* A namespace is no node of the document, and has no place in it. */
		if (node->type != XML_NAMESPACE_DECL)
			kind = read_record(page, node);
	}
	xmlXPathFreeObject(found);
	return kind;
}

static void page_release(struct xml_page *page)
{
	for (size_t i = 0; i < page->field_count; i++) {
		if (page->fields[i].path)
			xmlXPathFreeCompExpr(page->fields[i].path);
	}
	if (page->records)
		xmlXPathFreeCompExpr(page->records);
	xmlXPathFreeContext(page->context);
	xmlFreeDoc(page->document);
	arena_free(page->arena);
}

enum error_kind xml_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err)
{
	struct xml_page page = {.reading = reading,
		.field_count = XML_ONLY + reading->settings->only_count,
		.arena = arena_new(),
		.err = err};
	enum error_kind kind;

	page.fields = arena_get(page.arena, page.field_count * sizeof(*page.fields));
	kind = read_document(&page, body, length);
	if (!kind) {
		compile_paths(&page);
		kind = read_records(&page);
	}
	page_release(&page);
	return kind;
}
