#include "feed/format/json/jq.h"

#include <stdbool.h>

#include "base/jq/jq_process.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "feed/format/format.h"
#include "feed/format/json/json_check.h"
#include "feed/format/json/json_paging.h"
#include "feed/format/json/json_piece.h"
#include "feed/format/json/json_text.h"
#include "feed/format/record_reader.h"
#include "model/settings.h"

/* The pages that are still to be given. */
struct jq_pages {
	const struct strbuf *const *pages; /* borrowed */
	size_t count;
};

enum error_kind jq_check_page(const struct feed_settings *settings, const struct strbuf *page,
	struct error *err)
{
	size_t mark = text_mark_length(page->text, page->length);
	enum error_kind kind = json_check_errors(settings, page->text, page->length, err);

	if (kind)
		return kind;
	return json_check(page->text + mark, page->length - mark, JSON_PIECE_MAX, err);
}

void jq_add_page(struct strbuf *out, const struct strbuf *page)
{
	size_t mark = text_mark_length(page->text, page->length);

	json_text_quote_long(out, page->text + mark, page->length - mark);
}

static bool next_page(void *context, struct strbuf *out)
{
	struct jq_pages *left = context;

	if (left->count == 0)
		return false;
	jq_add_page(out, *left->pages);
	left->pages++;
	left->count--;
	return true;
}

static enum error_kind check_pages(const struct feed_settings *settings,
	const struct strbuf *const *pages, size_t count, struct error *err)
{
	enum error_kind kind = ERROR_NONE;

	for (size_t i = 0; !kind && i < count; i++) {
		struct error why = ERROR_INIT;

		kind = jq_check_page(settings, pages[i], &why);
		if (kind && count > 1)
			error_set(err, kind, _("page %zu: %s"), i + 1, why.text.text);
		else if (kind)
			error_set(err, kind, "%s", why.text.text);
		error_release(&why);
	}
	return kind;
}

enum error_kind jq_read(struct feed_reader *reader, const struct strbuf *const *pages, size_t count,
	struct error *err)
{
	struct jq_pages left = {.pages = pages, .count = count};
	struct jq_run run = {.program = reader->settings->jq,
		.next = next_page,
		.context = &left,
		.records_max = FEED_RECORDS_MAX};
	struct strbuf records = STRBUF_INIT, why = STRBUF_INIT;
	enum error_kind kind = check_pages(reader->settings, pages, count, err);

	if (kind)
		return kind;
	jq_run_pages(&run, &records);
	if (run.result.end == JQ_DONE) {
		kind = json_read(reader, records.text, records.length, err);
	} else {
		jq_run_add_problem(&why, &run, count);
		kind = error_set(err, ERROR_TARGET, "%s", why.text);
	}
	jq_run_release(&run);
	strbuf_release(&records);
	strbuf_release(&why);
	return kind;
}
