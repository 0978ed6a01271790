/* A probe's figures for Prometheus: part of probe_report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "mailbox/probe/probe.h"
#include "mailbox/probe/probe_report.h"
#include "model/settings.h"

#define READ_MAX  ((size_t)1 << 16) /* bytes that are read back */
#define EXTENSION ".prom"

const char *probe_metrics_file(const struct settings *settings, struct arena *arena)
{
	const char *path = settings->metrics_file;
	size_t length = path ? strlen(path) : 0, end = strlen(EXTENSION);

	if (!path)
		return NULL;
	if (length > end && strcmp(path + length - end, EXTENSION) == 0)
		length -= end;
	return arena_format(arena, "%.*s-probe%s", (int)length, path, path + length);
}

static void add_metric(struct strbuf *out, const char *name, const char *help)
{
	strbuf_addf(out, "# HELP postvagt_probe_%s %s\n# TYPE postvagt_probe_%s gauge\n", name,
		help, name);
}

static moment last_success(const char *path)
{
	static const char name[] = "\npostvagt_probe_last_success_timestamp_seconds ";
	struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;
	moment t = MOMENT_EARLIEST;
	const char *at;

	strbuf_addc(&text, '\n');
	file_read(&text, path, &(struct file_rules){.max = READ_MAX}, &ignored);
	at = strstr(text.text, name);
	if (at)
		t = strtoll(at + strlen(name), NULL, 10);
	strbuf_release(&text);
	error_release(&ignored);
	return t;
}

enum error_kind probe_metrics_write(const struct settings *settings,
	const struct probe_result *result, moment now, struct error *err)
{
	struct arena *arena = arena_new();
	const char *path = probe_metrics_file(settings, arena);
	bool has_come = result && result->outcome == PROBE_CAME;
	moment success = has_come || !path ? now : last_success(path);
	struct strbuf out = STRBUF_INIT;

	add_metric(&out, "last_run_timestamp_seconds", "When a probe last ended.");
	strbuf_addf(&out, "postvagt_probe_last_run_timestamp_seconds %" PRId64 "\n", now);
	if (success != MOMENT_EARLIEST) {
		add_metric(&out, "last_success_timestamp_seconds",
			"When a probe last came back through the rules.");
		strbuf_addf(&out, "postvagt_probe_last_success_timestamp_seconds %" PRId64 "\n",
			success);
	}
	if (has_come) {
		add_metric(&out, "seconds",
			"How long the last probe took; absent where it did not come.");
		strbuf_addf(&out, "postvagt_probe_seconds %.3f\n", result->seconds);
	}
	add_metric(&out, "result", "1 at what came of the last probe.");
	for (int i = 0; i < PROBE_OUTCOMES; i++)
		strbuf_addf(&out, "postvagt_probe_result{result=\"%s\"} %d\n",
			probe_outcome_names[i], result && (int)result->outcome == i);
	strbuf_addf(&out, "postvagt_probe_result{result=\"failed\"} %d\n", result ? 0 : 1);
	if (path)
		file_write(path, &out, FILE_MODE_ALL, FILE_RENAMED, err);
	strbuf_release(&out);
	arena_free(arena);
	return err->kind;
}
