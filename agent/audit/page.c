/* postvagt audit show --html: one run, or the runs of some days, as a page. */
#include "audit/audit.h"
#include "audit/html.h"
#include "audit/timeline.h"
#include "base/file/file.h"
#include "base/file/named_file.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/options.h"
#include "ledger/run_line.h"
#include "ledger/runs.h"
#include "report/ldif/reader.h"

/* What is being made. */
struct page_ctx {
	struct audit_page page;
	const json_t *all; /* the chain */
	struct arena *arena;
	struct timeline timeline;
	struct findings unread;
	bool *wanted; /* of each line: its report is read */
	json_t *told; /* owned: lines */
};

/* A run that has a report changed something, or was refused, or failed. */
static bool has_report(const json_t *line)
{
	return *run_line_text(line, "report", "name");
}

/*
 * The reports of these days, and, of each list, the last one before them: how it stood when they began.
 */
static void want_lists(struct page_ctx *ctx, size_t i, struct table *last)
{
	const json_t *lists = json_object_get(json_array_get(ctx->all, i), "lists");
	bool is_before = runs_started(json_array_get(ctx->all, i)) < ctx->page.since;

	for (size_t j = 0; j < json_array_size(lists); j++) {
		const char *dn = run_line_text(json_array_get(lists, j), "dn", NULL);

		if (is_before)
			table_put(last, dn, &ctx->wanted[i]);
		else
			ctx->wanted[i] = true;
	}
}

static void set_true(struct page_ctx *ctx, const struct table *last)
{
	for (size_t i = 0; i < json_array_size(ctx->all); i++) {
		const json_t *lists = json_object_get(json_array_get(ctx->all, i), "lists");

		for (size_t j = 0; j < json_array_size(lists); j++) {
			bool *wanted = table_find(last,
				run_line_text(json_array_get(lists, j), "dn", NULL));

			if (wanted)
				*wanted = true;
		}
	}
}

static void want_run(struct page_ctx *ctx)
{
	struct table *last = table_new(ctx->arena);
	size_t count = json_array_size(ctx->all);

	ctx->wanted = arena_get(ctx->arena, count * sizeof(*ctx->wanted));
	for (size_t i = 0; i < count; i++) {
		const json_t *line = json_array_get(ctx->all, i);

		if (has_report(line) && runs_started(line) < ctx->page.until)
			want_lists(ctx, i, last);
	}
	set_true(ctx, last);
}

static void add_line(struct page_ctx *ctx, json_t *line)
{
	moment started = runs_started(line);

	if (started < ctx->page.since || started >= ctx->page.until)
		return;
	if (has_report(line))
		json_array_append(ctx->told, line);
	else
		ctx->page.quiet++;
}

static void read_line(struct page_ctx *ctx, const json_t *line, const char *tag)
{
	struct error err = ERROR_INIT;
	struct arena *arena = arena_new();
	struct read_report report;

	if (runs_report(ctx->page.folder, line, &report, arena, &err))
		timeline_take(&ctx->timeline, line, &report, tag);
	else
		findings_add(&ctx->unread, FINDING_ERROR, run_line_text(line, "run", NULL), "%s",
			err.text.text);
	error_release(&err);
	arena_free(arena);
}

static void read_days(struct page_ctx *ctx, const char *tag)
{
	want_run(ctx);
	for (size_t i = 0; i < json_array_size(ctx->all); i++) {
		json_t *line = json_array_get(ctx->all, i);

		if (ctx->wanted[i])
			read_line(ctx, line, tag);
		add_line(ctx, line);
	}
}

/* From the first run on, until now, unless told otherwise. */
static enum error_kind find_days(struct page_ctx *ctx, const struct options *options,
	struct error *err)
{
	struct audit_page *page = &ctx->page;

	page->until = page->made;
	page->since = page->made;
	if (json_array_size(ctx->all) > 0)
		page->since = runs_started(json_array_get(ctx->all, 0));
	if (audit_read_time("since", options->since, MOMENT_START, &page->since, err) ||
		audit_read_time("until", options->until, MOMENT_END, &page->until, err))
		return err->kind;
	if (page->until >= page->made)
		page->until = page->made + 1;
	if (page->since >= page->until)
		return error_set(err, ERROR_USAGE,
			_("--since lies behind --until, or in the future"));
	return ERROR_NONE;
}

static enum error_kind read_reports(struct page_ctx *ctx, const struct options *options,
	const char *run, struct error *err)
{
	if (!run) {
		if (find_days(ctx, options, err))
			return err->kind;
		read_days(ctx, options->tag);
	} else {
		ctx->page.run = audit_find(ctx->all, run, err);
		if (!ctx->page.run)
			return err->kind;
		ctx->page.since = runs_started(ctx->page.run);
		ctx->page.until = ctx->page.since + 1;
		if (has_report(ctx->page.run))
			read_line(ctx, ctx->page.run, options->tag);
	}
	timeline_end(&ctx->timeline);
	return ERROR_NONE;
}

static void write_page(const struct page_ctx *ctx, const char *file, struct error *err)
{
	struct strbuf text = STRBUF_INIT;

	audit_add_page(&text, &ctx->page);
	if (!named_file_write(file, &text, FILE_MODE_GROUP, err) && ctx->unread.count > 0)
		error_set(err, ERROR_OURS, "%s", ctx->unread.items[0].what);
	strbuf_release(&text);
}

void audit_write_page(const struct options *options, const char *folder, const json_t *lines,
	const char *run, struct error *err)
{
	struct page_ctx ctx = {.all = lines, .arena = arena_new(), .told = json_array()};

	ctx.page = (struct audit_page){.folder = folder,
		.lines = ctx.told,
		.timeline = &ctx.timeline,
		.unread = &ctx.unread,
		.made = moment_now(),
		.version = POSTVAGT_VERSION,
		.outcome = audit_outcome};
	timeline_init(&ctx.timeline, ctx.arena);
	findings_init(&ctx.unread, ctx.arena);
	if (!read_reports(&ctx, options, run, err))
		write_page(&ctx, options->html, err);
	json_decref(ctx.told);
	arena_free(ctx.arena);
}
