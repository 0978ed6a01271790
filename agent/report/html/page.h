/*
 * Pages: one HTML file that needs nothing else, for people who look rather than read. This is the
 * frame that all of them share: head, style, script, menu, sections.
 *
 * A page asks no network for anything, and its policy (CSP) lets it do so neither: the one style and
 * the one script that come with postvagt are let in by their hashes, and nothing else is, so a
 * text that slipped past the escaping would be dead markup. Every text from outside goes through
 * page_add_text() or page_add_phrase(), also in attributes, which are quoted.
 *
 * Without the script all is there to be read; the script filters, and shows names beside a cell.
 */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct strbuf;

/* A part of the page under a heading of its own. */
struct page_section {
	const char *id;      /* where the menu leads: letters only */
	const char *heading; /* in the language in force */
	void (*add)(struct strbuf *out, const void *about);
	const void *about; /* for add(); borrowed */
};

struct page {
	const char *title;   /* from outside, perhaps */
	const char *lead;    /* a sentence below it */
	const char *skip_to; /* the section that most came for */
	moment made;         /* old pages say so by themselves */
	const char *version; /* of the program */
	const struct page_section *sections;
	size_t section_count;
};

/* The whole page. */
void page_add(struct strbuf *out, const struct page *page);

/*
 * Add a text from outside, as text or inside a quoted attribute: made safe as strbuf_add_safe() does, so that no
 * mark turns the writing's direction, and with the five characters that mean something escaped.
 */
void page_add_text(struct strbuf *out, const char *text);

/*
 * The same of a text of our own making in which names are marked (phrases.h): each is isolated, whichever way
 * it is written.
 */
void page_add_phrase(struct strbuf *out, const char *text);

/* "<p class="…">text</p>" and the like; `class` may be NULL. The text as page_add_text(). */
void page_add_element(struct strbuf *out, const char *element, const char *class, const char *text);

/* One line of a list of facts: <dt>, <dd>; nothing where the text is NULL or "". Between <dl>s. */
void page_add_fact(struct strbuf *out, const char *label, const char *text);

/*
 * The filter by tag and by person, and by whether there is a gap where `only`, its words, are not NULL.
 * Hidden until the script works it. It goes by data-f and data-p: see page_script.c.
 */
void page_add_filter(struct strbuf *out, const char *only);

/* A table that scrolls aside by itself: up to its body, and behind it. `heads` ends with NULL. */
void page_begin_table(struct strbuf *out, const char *label, const char *const *heads);
void page_end_table(struct strbuf *out);

/* Where a page may go: ERROR_USAGE for "" and "-", as a page is a file. */
enum error_kind page_check_file(const char *option, const char *file, struct error *err);

/* The style and the script, as the page has them: page_style.c, page_script.c. Lines, ended by NULL. */
extern const char *const page_style[], *const page_script[];

#endif
