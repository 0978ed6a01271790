#include "report/html/page.h"

#include <sodium.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/strbuf.h"
#include "report/phrases.h"

/* A page that is older than this says so, in seconds. */
#define OLD_AFTER ((long long)MOMENT_DAY)

/* Texts. */

static void add_escaped(struct strbuf *out, char c)
{
	switch (c) {
	case '&':
		strbuf_adds(out, "&amp;");
		break;
	case '<':
		strbuf_adds(out, "&lt;");
		break;
	case '>':
		strbuf_adds(out, "&gt;");
		break;
	case '"':
		strbuf_adds(out, "&quot;");
		break;
	case '\'':
		strbuf_adds(out, "&#39;");
		break;
	default:
		strbuf_addc(out, c);
		break;
	}
}

void page_add_text(struct strbuf *out, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, text);
	for (const char *at = safe.text; *at; at++)
		add_escaped(out, *at);
	strbuf_release(&safe);
}

/* Up to the next mark of a name, or to the end. */
static size_t piece_length(const char *text)
{
	static const char marks[] = {PHRASE_NAME, PHRASE_NAME_END, '\0'};

	return strcspn(text, marks);
}

void page_add_phrase(struct strbuf *out, const char *text)
{
	struct strbuf part = STRBUF_INIT;

	for (;;) {
		size_t length = piece_length(text);

		strbuf_reset(&part);
		strbuf_add(&part, text, length);
		page_add_text(out, part.text);
		text += length;
		if (!*text)
			break;
		strbuf_adds(out, *text++ == PHRASE_NAME ? "<bdi>" : "</bdi>");
	}
	strbuf_release(&part);
}

void page_add_element(struct strbuf *out, const char *element, const char *class, const char *text)
{
	strbuf_addf(out, "<%s", element);
	if (class)
		strbuf_addf(out, " class=\"%s\"", class);
	strbuf_addc(out, '>');
	page_add_text(out, text);
	strbuf_addf(out, "</%s>\n", element);
}

void page_add_fact(struct strbuf *out, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	page_add_element(out, "dt", NULL, label);
	page_add_element(out, "dd", NULL, text);
}

static void add_field(struct strbuf *out, const char *name, const char *label)
{
	strbuf_addf(out,
		"<div><label for=\"%s\">%s</label><input type=\"search\" id=\"%s\" name=\"%s\" "
		"autocomplete=\"off\"></div>\n",
		name, label, name, name);
}

void page_add_filter(struct strbuf *out, const char *only)
{
	strbuf_addf(out,
		"<form id=\"filter\" class=\"filter\" role=\"search\" aria-label=\"%s\" hidden>\n",
		_("Filter"));
	add_field(out, "tag", _("Tag"));
	add_field(out, "person", _("Person"));
	if (only)
		strbuf_addf(out,
			"<div><label class=\"check\"><input type=\"checkbox\" "
			"name=\"only\">%s</label></div>\n",
			only);
	strbuf_addf(out, "<output aria-live=\"polite\" data-said=\"%s\"></output>\n</form>\n",
		_("%1 of %2 lists shown"));
}

void page_begin_table(struct strbuf *out, const char *label, const char *const *heads)
{
	strbuf_adds(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
	page_add_text(out, label);
	strbuf_adds(out, "\"><table class=\"facts\" aria-label=\"");
	page_add_text(out, label);
	strbuf_adds(out, "\">\n<thead><tr>");
	for (; *heads; heads++)
		strbuf_addf(out, "<th scope=\"col\">%s</th>", *heads);
	strbuf_adds(out, "</tr></thead>\n<tbody>\n");
}

void page_end_table(struct strbuf *out)
{
	strbuf_adds(out, "</tbody></table></div>\n");
}

enum error_kind page_check_file(const char *option, const char *file, struct error *err)
{
	if (file && (!*file || strcmp(file, "-") == 0))
		return error_set(err, ERROR_USAGE,
			_("%s: \"%s\" is no file; a page is written to one, such as page.html"),
			option, file);
	return ERROR_NONE;
}

/* The frame. */

static void join_lines(struct strbuf *out, const char *const *lines)
{
	for (; *lines; lines++)
		strbuf_addf(out, "%s\n", *lines);
}

/* "'sha256-…'", by which the policy lets a text in. */
static void add_source(struct strbuf *out, const struct strbuf *text)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char base64[sodium_base64_ENCODED_LEN(sizeof(hash), sodium_base64_VARIANT_ORIGINAL)];

	crypto_hash_sha256(hash, (const unsigned char *)text->text, text->length);
	sodium_bin2base64(base64, sizeof(base64), hash, sizeof(hash),
		sodium_base64_VARIANT_ORIGINAL);
	strbuf_addf(out, "'sha256-%s'", base64);
}

/* Before anything that it governs. */
static void add_policy(struct strbuf *out, const struct strbuf *style, const struct strbuf *script)
{
	strbuf_adds(out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
	add_source(out, style);
	strbuf_adds(out, "; script-src ");
	add_source(out, script);
	strbuf_adds(out, "; base-uri 'none'; form-action 'none'\">\n");
}

static void add_head(struct strbuf *out, const struct page *page)
{
	struct strbuf style = STRBUF_INIT, script = STRBUF_INIT;

	join_lines(&style, page_style);
	join_lines(&script, page_script);
	strbuf_addf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n",
		language_get() == LANGUAGE_DANISH ? "da" : "en");
	add_policy(out, &style, &script);
	strbuf_adds(out,
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"robots\" content=\"noindex\">\n");
	page_add_element(out, "title", NULL, page->title);
	strbuf_addf(out, "<style>%s</style>\n", style.text);
	strbuf_addf(out, "<script type=\"module\">%s</script>\n</head>\n", script.text);
	strbuf_release(&style);
	strbuf_release(&script);
}

/* Hidden until the script finds that the page is old. */
static void add_age(struct strbuf *out, const struct page *page)
{
	struct strbuf when = STRBUF_INIT, text = STRBUF_INIT;

	moment_add_human(&when, page->made);
	strbuf_addf(&text, _("This page is old: it was made %s."), when.text);
	strbuf_addf(out, "<p class=\"old\" id=\"old\" data-after=\"%lld\" hidden>",
		(long long)page->made + OLD_AFTER);
	page_add_text(out, text.text);
	strbuf_adds(out, "</p>\n");
	strbuf_release(&when);
	strbuf_release(&text);
}

static void add_menu(struct strbuf *out, const struct page *page)
{
	strbuf_addf(out, "<nav aria-label=\"%s\"><ul>\n", _("On this page"));
	for (size_t i = 0; i < page->section_count; i++) {
		strbuf_addf(out, "<li><a href=\"#%s\">", page->sections[i].id);
		page_add_text(out, page->sections[i].heading);
		strbuf_adds(out, "</a></li>\n");
	}
	strbuf_adds(out, "</ul></nav>\n");
}

static void add_top(struct strbuf *out, const struct page *page)
{
	strbuf_addf(out, "<body>\n<a class=\"skip\" href=\"#%s\">", page->skip_to);
	page_add_text(out, _("Skip to the content"));
	strbuf_adds(out, "</a>\n<header>\n");
	page_add_element(out, "h1", NULL, page->title);
	page_add_element(out, "p", "lead", page->lead);
	add_age(out, page);
	add_menu(out, page);
	strbuf_adds(out, "</header>\n<main>\n");
}

static void add_section(struct strbuf *out, const struct page_section *section)
{
	strbuf_addf(out, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">",
		section->id, section->id, section->id);
	page_add_text(out, section->heading);
	strbuf_adds(out, "</h2>\n");
	section->add(out, section->about);
	strbuf_adds(out, "</section>\n");
}

static void add_foot(struct strbuf *out, const struct page *page)
{
	struct strbuf when = STRBUF_INIT, text = STRBUF_INIT;

	moment_add_human(&when, page->made);
	strbuf_addf(&text, _("Made %s by postvagt %s."), when.text, page->version);
	strbuf_adds(out, "</main>\n<footer>");
	page_add_element(out, "p", NULL, text.text);
	strbuf_adds(out, "</footer>\n</body>\n</html>\n");
	strbuf_release(&when);
	strbuf_release(&text);
}

void page_add(struct strbuf *out, const struct page *page)
{
	add_head(out, page);
	add_top(out, page);
	for (size_t i = 0; i < page->section_count; i++)
		add_section(out, &page->sections[i]);
	add_foot(out, page);
}
