#include "report/text/findings_text.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/message/finding_fold.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "report/text/text.h"

#define LABEL_WIDTH 9 /* columns of "warning" and the blanks behind it */

static void add_label(struct strbuf *out, const struct finding *finding,
	const struct findings_look *look)
{
	bool is_error = finding->severity == FINDING_ERROR;
	const char *label = is_error ? _("error") : _("warning");

	text_add_painted(out, look->colour, is_error ? TEXT_RED : TEXT_YELLOW, label);
	strbuf_pad(out, text_width(label), LABEL_WIDTH);
}

static void add_finding_line(struct strbuf *out, const struct finding_line *line,
	const struct findings_look *look)
{
	strbuf_adds(out, look->margin);
	add_label(out, line->members[0], look);
	finding_add_where(out, line->members[0], look->all);
	strbuf_adds(out, ": ");
	finding_add_what(out, line->members[0], look->all);
	strbuf_addc(out, '\n');
	if (line->count == 1)
		return;
	strbuf_adds(out, look->margin);
	strbuf_pad(out, 0, LABEL_WIDTH);
	finding_line_add_more(out, line);
	strbuf_addc(out, '\n');
}

/* "1 error, 12 warnings; -v shows all of them" */
static void add_counts(struct strbuf *out, const struct findings *findings, bool is_folded)
{
	size_t warnings = findings->count - findings->errors;

	if (findings->errors > 0)
		strbuf_addf(out, findings->errors == 1 ? _("%zu error") : _("%zu errors"),
			findings->errors);
	if (findings->errors > 0 && warnings > 0)
		strbuf_adds(out, ", ");
	if (warnings > 0)
		strbuf_addf(out, warnings == 1 ? _("%zu warning") : _("%zu warnings"), warnings);
	if (is_folded)
		strbuf_adds(out, _("; -v shows all of them"));
	strbuf_addc(out, '\n');
}

static void add_each(struct strbuf *out, const struct findings *findings,
	const struct findings_look *look)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		add_finding_line(out, &(struct finding_line){.members = &finding, .count = 1},
			look);
	}
}

void findings_add_text(struct strbuf *out, const struct findings *findings,
	const struct findings_look *look)
{
	struct arena *arena = arena_new();
	const struct finding_lines lines = findings_fold(findings, arena);

	if (look->all)
		add_each(out, findings, look);
	for (size_t i = 0; i < lines.count && !look->all; i++)
		add_finding_line(out, lines.items[i], look);
	if (findings->count > 0) {
		strbuf_adds(out, look->margin);
		add_counts(out, findings, !look->all && lines.count < findings->count);
	}
	arena_free(arena);
}
