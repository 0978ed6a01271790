/*
 * The page is decoded and looked through (xml_text.h), parsed whole (xml_tree.h), and its root is compared with what the
 * settings expect. Then the records are what one XPath leads to, and each field what another one leads to from there.
 */
#include "feed/format/format.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/tree.h>
#include <libxml/xpath.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "config/xpath.h"
#include "feed/format/json_text.h"
#include "feed/format/record.h"
#include "feed/format/record_reader.h"
#include "feed/format/xml_path.h"
#include "feed/format/xml_root.h"
#include "feed/format/xml_text.h"
#include "feed/format/xml_tree.h"

/* The fields that a record has, whichever of them the settings name; behind them come those of `only`. */
enum field {
	PERSON,
	FROM,
	UNTIL,
	DEPUTY,
	ONLY,
};

struct xml_page {
	struct feed_reader *reading; /* borrowed */
	xmlDocPtr document;          /* owned */
	xmlXPathContextPtr context;  /* owned */
	xmlXPathCompExprPtr records; /* owned */
	xmlXPathCompExprPtr *paths;  /* owned, each: NULL: not asked for */
	struct xml_values *values;   /* of a record, for each path */
	size_t field_count;          /* ONLY, and those of `only` */
	struct arena *arena;         /* owned: of both arrays */
	struct error *err;           /* borrowed */
};

static const char *field_path(const struct feed_settings *settings, size_t field)
{
	const char *const paths[ONLY] = {settings->fields.person, settings->fields.from,
		settings->fields.until, settings->fields.deputy};

	return field < ONLY ? paths[field] : settings->only[field - ONLY].name;
}

static enum error_kind fail_text(const struct xml_text *text, struct error *err)
{
	size_t line, column;

	json_text_place(text->text, text->at, &line, &column);
	return record_page_bad(line, column, text->why, err);
}

static enum error_kind fail_steps(const struct xml_page *page, const char *path)
{
	struct strbuf why = STRBUF_INIT;
	enum error_kind kind;

	strbuf_addf(&why,
		_("the XPath %s takes too long here; end it with [1] where one element is meant, "
		  "and write no // in fields"),
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

	xmlXPathOrderDocElems(page->document);
	page->context = xpath_context_new(page->document, &settings->namespaces);
	xml_path_bound(page->context);
	page->records = xml_path_compile(page->context, settings->records);
	for (size_t i = 0; i < page->field_count; i++)
		page->paths[i] = xml_path_compile(page->context, field_path(settings, i));
}

/* The one text of a field; false, with why, where there are several, or it is longer than any. */
static bool read_single(const struct xml_page *page, size_t field, const char **text,
	struct strbuf *why)
{
	const struct xml_values *values = &page->values[field];

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

/*
 * Take the zone off a date alone, such as 2026-12-24+01:00 (XML Schema Part 2, section 3.2.9): the day is meant, wherever it
 * is.
 */
static const char *drop_date_zone(const char *text, struct arena *arena)
{
	static const char form[] = "dddd-dd-dd";
	const char *zone;
	size_t i = 0;

	while (text && form[i] &&
		(form[i] == 'd' ? isdigit((unsigned char)text[i]) : text[i] == form[i]))
		i++;
	if (!text || form[i])
		return text;
	zone = text + i;
	if (strcmp(zone, "Z") == 0)
		return arena_bytes(arena, text, i);
	if ((*zone != '+' && *zone != '-') || strlen(zone) != 6 || zone[3] != ':' ||
		strspn(zone + 1, "0123456789") != 2 || strspn(zone + 4, "0123456789") != 2 ||
		atoi(zone + 1) > 14 || atoi(zone + 4) > 59)
		return text;
	return arena_bytes(arena, text, i);
}

static bool read_texts(const struct xml_page *page, struct record *record, struct strbuf *why)
{
	return read_single(page, PERSON, &record->person, why) &&
		read_single(page, FROM, &record->from, why) &&
		read_single(page, UNTIL, &record->until, why);
}

static void add_record(struct xml_page *page, size_t number, struct record *record,
	struct arena *arena)
{
	size_t only_count = page->field_count - ONLY;
	struct strings *only = arena_get(arena, only_count * sizeof(*only));
	struct strbuf why = STRBUF_INIT;
	bool is_whole = read_texts(page, record, &why);

	record->from = drop_date_zone(record->from, arena);
	record->until = drop_date_zone(record->until, arena);
	for (size_t i = 0; i < only_count; i++)
		only[i] = (struct strings){
			page->values[ONLY + i].texts, page->values[ONLY + i].count};
	record->only = only;
	record->deputies = page->values[DEPUTY].texts;
	record->deputy_count = page->values[DEPUTY].count;
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

static enum error_kind read_record(struct xml_page *page, xmlNodePtr node)
{
	struct arena *arena = arena_new();
	struct record record = {.line = line_of(node)};
	const char *slow = NULL;
	size_t number;
	enum error_kind kind = record_begin(page->reading, &number, page->err);

	for (size_t i = 0; !kind && !slow && i < page->field_count; i++) {
		if (!xml_path_read(page->context, page->paths[i], node, &page->values[i], arena))
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
	xmlXPathObjectPtr found;
	enum error_kind kind = ERROR_NONE;
	int count;

	page->context->node = xmlDocGetRootElement(page->document);
	found = page->records ? xmlXPathCompiledEval(page->records, page->context) : NULL;
	if (!found)
		return fail_steps(page, page->reading->settings->records);
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
		if (page->paths[i])
			xmlXPathFreeCompExpr(page->paths[i]);
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
		.field_count = ONLY + reading->settings->only_count,
		.arena = arena_new(),
		.err = err};
	enum error_kind kind;

	page.paths = arena_get(page.arena, page.field_count * sizeof(*page.paths));
	page.values = arena_get(page.arena, page.field_count * sizeof(*page.values));
	kind = read_document(&page, body, length);
	if (!kind) {
		compile_paths(&page);
		kind = read_records(&page);
	}
	page_release(&page);
	return kind;
}
