#include "config/schema/fault.h"

#include <stdarg.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"

/* Who has a key, and where. */
struct claim {
	const void *owner;
	const struct mark *mark;
};

const char *fault_where(struct arena *arena, const struct mark *mark)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_add_safe(&where, mark->file);
	if (mark->line > 0)
		strbuf_addf(&where, ":%zu:%zu", mark->line, mark->column);
	return strbuf_to_arena(&where, arena);
}

void fault_add(struct findings *findings, enum severity severity, const struct mark *mark,
	const char *format, ...)
{
	struct strbuf what = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&what, format, args);
	va_end(args);
	findings_add(findings, severity, fault_where(findings->arena, mark), "%s", what.text);
	strbuf_release(&what);
}

const char *fault_quote(struct arena *arena, const char *text)
{
	struct strbuf quoted = STRBUF_INIT;

	strbuf_addc(&quoted, '"');
	findings_add_value(&quoted, text, strlen(text));
	strbuf_addc(&quoted, '"');
	return strbuf_to_arena(&quoted, arena);
}

void fault_if_taken(struct findings *findings, struct table *taken, const char *key,
	const char *text, const struct mark *mark, const void *owner)
{
	struct claim *claim = table_find(taken, key);

	if (!claim) {
		claim = arena_get(findings->arena, sizeof(*claim));
		*claim = (struct claim){.owner = owner, .mark = mark};
		table_put(taken, key, claim);
	} else if (claim->owner != owner) {
		fault_add(findings, FINDING_ERROR, mark,
			_("%s is here a second time; the first is at %s"),
			fault_quote(findings->arena, text),
			fault_where(findings->arena, claim->mark));
	}
}
