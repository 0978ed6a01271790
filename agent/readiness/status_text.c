#include <string.h>

#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/plan.h"
#include "readiness/readiness.h"
#include "readiness/status.h"
#include "report/text/text.h"
#include "report/writer.h"

/* How many details, and ways of mending, of one point are told unless all is asked for. */
#define DETAILS_MAX 5
#define MENDS_MAX   2

#define MARGIN "           "

struct status_text_ctx {
	const struct report *report;
	enum status_detail detail;
};

static void add_line(const struct status_text_ctx *ctx, const char *margin, const char *text)
{
	struct strbuf *out = ctx->report->out;

	strbuf_adds(out, margin);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

static void add_more(const struct status_text_ctx *ctx, size_t count, size_t told)
{
	if (count > told)
		strbuf_addf(ctx->report->out, _("%s… and %zu more: -v tells all\n"), MARGIN,
			count - told);
}

static size_t shown_count(const struct status_text_ctx *ctx, size_t count, size_t limit)
{
	return count <= limit || ctx->detail == STATUS_VERBOSE ? count : limit;
}

static void add_details(const struct status_text_ctx *ctx, const struct point *point)
{
	size_t told = shown_count(ctx, point->detail_count, DETAILS_MAX);

	for (size_t i = 0; i < told; i++)
		add_line(ctx, MARGIN "- ", point->details[i]);
	add_more(ctx, point->detail_count, told);
}

/* Lines as they are to be written, one below the other. */
static void add_lines(const struct status_text_ctx *ctx, const struct mend *mend)
{
	struct strbuf line = STRBUF_INIT;

	add_line(ctx, MARGIN "> ", mend->where);
	for (const char *at = mend->lines; *at;) {
		size_t length = strcspn(at, "\n");

		strbuf_reset(&line);
		strbuf_add(&line, at, length);
		add_line(ctx, MARGIN "    ", line.text);
		at += length + (at[length] == '\n');
	}
	strbuf_release(&line);
}

static void add_mends(const struct status_text_ctx *ctx, const struct point *point)
{
	size_t told = shown_count(ctx, point->mend_count, MENDS_MAX);

	for (size_t i = 0; i < told; i++) {
		if (point->mends[i].command)
			add_line(ctx, MARGIN "$ ", point->mends[i].command);
		else
			add_lines(ctx, &point->mends[i]);
	}
	add_more(ctx, point->mend_count, told);
}

static void add_state(const struct status_text_ctx *ctx, enum point_state state)
{
	struct strbuf *out = ctx->report->out;
	bool colour = ctx->report->colour;

	switch (state) {
	case POINT_DONE:
		text_add_painted(out, colour, TEXT_GREEN, _("  done     "));
		break;
	case POINT_MISSING:
		text_add_painted(out, colour, TEXT_RED, _("  missing  "));
		break;
	case POINT_UNKNOWN:
		text_add_painted(out, colour, TEXT_YELLOW, _("  unknown  "));
		break;
	}
}

static void add_point(const struct status_text_ctx *ctx, const struct point *point)
{
	add_state(ctx, point->state);
	strbuf_adds(ctx->report->out, point->title);
	strbuf_addc(ctx->report->out, '\n');
	if (*point->evidence)
		add_line(ctx, MARGIN, point->evidence);
	add_details(ctx, point);
	if (point->state != POINT_DONE)
		add_mends(ctx, point);
}

static bool is_shown(const struct status_text_ctx *ctx, const struct point *point)
{
	return ctx->detail != STATUS_OPEN || point->state != POINT_DONE;
}

static void add_step(const struct status_text_ctx *ctx, const struct readiness *readiness,
	enum readiness_step step)
{
	struct strbuf *out = ctx->report->out, title = STRBUF_INIT;
	bool begun = false;

	for (size_t i = 0; i < readiness->count; i++) {
		const struct point *point = &readiness->points[i];

		if (point->step != step || !is_shown(ctx, point))
			continue;
		if (!begun && ctx->detail != STATUS_OPEN) {
			strbuf_addf(&title, "%d. %s", (int)step + 1, readiness_step_title(step));
			strbuf_addc(out, '\n');
			text_add_painted(out, ctx->report->colour, TEXT_BOLD, title.text);
			strbuf_addc(out, '\n');
		}
		begun = true;
		add_point(ctx, point);
	}
	strbuf_release(&title);
}

static void add_title(const struct status_text_ctx *ctx)
{
	struct strbuf at = STRBUF_INIT;

	moment_add_human(&at, ctx->report->plan->at);
	strbuf_addf(ctx->report->out, _("KOMBIT's task card as of %s, read from %s\n"), at.text,
		ctx->report->run->server);
	strbuf_release(&at);
}

void status_add_summary(struct strbuf *out, const struct readiness *readiness)
{
	if (readiness_is_done(readiness))
		strbuf_addf(out, _("All %zu points are done: the task can be ticked off."),
			readiness->count);
	else
		strbuf_addf(out,
			_("Not to be ticked off yet: of %zu points %zu are done, %zu missing, "
			  "%zu unknown."),
			readiness->count, readiness->done, readiness->missing, readiness->unknown);
}

void status_add_text(const struct report *report, const struct readiness *readiness,
	enum status_detail detail)
{
	const struct status_text_ctx ctx = {report, detail};

	if (detail != STATUS_OPEN)
		add_title(&ctx);
	for (int step = 0; step < STEP_COUNT; step++)
		add_step(&ctx, readiness, (enum readiness_step)step);
	if (detail == STATUS_VERBOSE)
		text_writer.findings((struct report *)report);
	if (detail == STATUS_OPEN)
		return;
	strbuf_addc(report->out, '\n');
	status_add_summary(report->out, readiness);
	strbuf_addc(report->out, '\n');
}
