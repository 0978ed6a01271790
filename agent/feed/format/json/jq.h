/*
 * A JSON feed whose records a program of jq makes (settings->jq): the pages of a reading in, an array of
 * records out, which are then read as any JSON feed's are.
 *
 * What a page may be is as strict as elsewhere (format.h). Before jq sees it, a number of more than 15 digits
 * becomes a string of them, as jq's numbers are doubles. jq itself runs elsewhere: base/jq/jq_process.h.
 */
#ifndef FEED_FORMAT_JQ_H
#define FEED_FORMAT_JQ_H

#include <stddef.h>

#include "base/message/error.h"

struct feed_reader;
struct feed_settings;
struct strbuf;

/* Check a page, before the program has it. ERROR_TARGET: why it cannot be read. */
enum error_kind jq_check_page(const struct feed_settings *settings, const struct strbuf *page,
	struct error *err);

/* Add to `out` what jq is given of a page that was checked. */
void jq_add_page(struct strbuf *out, const struct strbuf *page);

/*
 * Read the records that the program makes of all pages. ERROR_TARGET where a page cannot be read or the program
 * did not end well: nothing that it gave counts then. What is wrong with the program, and where, is said; what it
 * was reading is not.
 */
enum error_kind jq_read(struct feed_reader *reader, const struct strbuf *const *pages, size_t count,
	struct error *err);

#endif
