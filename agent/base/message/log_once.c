#include "base/message/log_once.h"

#include <stdio.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/message/finding_fold.h"
#include "base/message/print.h"
#include "base/text/strbuf.h"

void log_once_begin(struct log_once *log)
{
	log->now_arena = arena_new();
	log->now = table_new(log->now_arena);
}

void log_once_add(struct log_once *log, const char *line)
{
	log_once_add_as(log, line, line);
}

void log_once_add_as(struct log_once *log, const char *key, const char *line)
{
	char *kept = arena_string(log->now_arena, key);

	if (table_find(log->now, kept))
		return;
	table_put(log->now, kept, kept);
	if (log->before && table_find(log->before, kept))
		return;
	print_line(line);
}

void log_once_add_findings(struct log_once *log, const struct findings *findings)
{
	const struct finding_lines lines = findings_fold(findings, log->now_arena);
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < lines.count; i++) {
		const struct finding *finding = lines.items[i]->members[0];

		strbuf_reset(&line);
		strbuf_addf(&line, "%s: %s", finding->where, finding->what);
		if (lines.items[i]->count > 1)
			strbuf_adds(&line, "; ");
		finding_line_add_more(&line, lines.items[i]);
		log_once_add(log, line.text);
	}
	strbuf_release(&line);
}

void log_once_end(struct log_once *log)
{
	arena_free(log->before_arena);
	log->before_arena = log->now_arena;
	log->before = log->now;
	log->now_arena = NULL;
	log->now = NULL;
}

void log_once_release(struct log_once *log)
{
	arena_free(log->before_arena);
	arena_free(log->now_arena);
	*log = (struct log_once)LOG_ONCE_INIT;
}
