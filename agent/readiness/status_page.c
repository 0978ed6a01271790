#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "readiness/readiness.h"
#include "readiness/status.h"
#include "report/html/page.h"

static const char *state_text(enum point_state state)
{
	switch (state) {
	case POINT_DONE:
		return _("done");
	case POINT_MISSING:
		return _("missing");
	case POINT_UNKNOWN:
		break;
	}
	return _("unknown");
}

static void add_details(struct strbuf *out, const struct point *point)
{
	if (point->detail_count == 0)
		return;
	strbuf_adds(out, "<ul>\n");
	for (size_t i = 0; i < point->detail_count; i++)
		page_add_element(out, "li", NULL, point->details[i]);
	strbuf_adds(out, "</ul>\n");
}

/* Line by line, as a text is made safe for one line. */
static void add_lines(struct strbuf *out, const char *lines)
{
	struct strbuf line = STRBUF_INIT;

	for (; *lines; lines++) {
		if (*lines != '\n') {
			strbuf_addc(&line, *lines);
			continue;
		}
		page_add_text(out, line.text);
		strbuf_addc(out, '\n');
		strbuf_reset(&line);
	}
	page_add_text(out, line.text);
	strbuf_release(&line);
}

static void add_mend(struct strbuf *out, const struct mend *mend)
{
	if (!mend->command)
		page_add_element(out, "p", "why", mend->where);
	strbuf_adds(out, "<pre><code>");
	add_lines(out, mend->command ? mend->command : mend->lines);
	strbuf_adds(out, "</code></pre>\n");
}

static void add_point(struct strbuf *out, const struct point *point)
{
	strbuf_addf(out, "<li class=\"%s\"><b class=\"state\">", point_state_name(point->state));
	page_add_text(out, state_text(point->state));
	strbuf_adds(out, "</b><div>\n");
	page_add_element(out, "strong", NULL, point->title);
	if (*point->evidence)
		page_add_element(out, "span", "why", point->evidence);
	add_details(out, point);
	for (size_t i = 0; i < point->mend_count && point->state != POINT_DONE; i++)
		add_mend(out, &point->mends[i]);
	strbuf_adds(out, "</div></li>\n");
}

static void add_step(struct strbuf *out, const struct readiness *readiness,
	enum readiness_step step)
{
	struct strbuf title = STRBUF_INIT;

	strbuf_addf(&title, "%d. %s", (int)step + 1, readiness_step_title(step));
	page_add_element(out, "h3", NULL, title.text);
	strbuf_adds(out, "<ul class=\"points\">\n");
	for (size_t i = 0; i < readiness->count; i++) {
		if (readiness->points[i].step == step)
			add_point(out, &readiness->points[i]);
	}
	strbuf_adds(out, "</ul>\n");
	strbuf_release(&title);
}

void status_add_section(struct strbuf *out, const void *about)
{
	const struct readiness *readiness = about;
	struct strbuf text = STRBUF_INIT;

	status_add_summary(&text, readiness);
	strbuf_addf(out, "<p class=\"verdict%s\"><b aria-hidden=\"true\">%s</b><span>",
		readiness_is_done(readiness) ? "" : " bad",
		readiness_is_done(readiness) ? "\xe2\x9c\x93" : "!");
	page_add_text(out, text.text);
	strbuf_adds(out, "</span></p>\n");
	for (int step = 0; step < STEP_COUNT; step++)
		add_step(out, readiness, (enum readiness_step)step);
	strbuf_release(&text);
}
