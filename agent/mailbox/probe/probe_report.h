/*
 * What came of a probe (probe.h): as text for a person, as JSON for a program, and as a file for Prometheus.
 */
#ifndef MAILBOX_PROBE_PROBE_REPORT_H
#define MAILBOX_PROBE_PROBE_REPORT_H

#include <stdbool.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct arena;
struct probe_result;
struct settings;
struct strbuf;

/* Add what came of it, and what to do. With `alarms_only`, nothing where it came back. */
void probe_add_text(struct strbuf *out, const struct probe_result *result,
	const struct settings *settings, bool alarms_only);

/* Add the same as one JSON object; its keys are in postvagt-report(5). */
void probe_add_json(struct strbuf *out, const struct probe_result *result,
	const struct settings *settings, moment at);

/*
 * The file of a probe's metrics, in `arena`: beside metrics_file, which apply and watch write whole, with "-probe" before
 * its ".prom". NULL where the settings name none.
 */
const char *probe_metrics_file(const struct settings *settings, struct arena *arena);

/*
 * Write them; `result` NULL: it is not known whether mail arrives. When a probe last came back is kept from the file
 * that is there. Nothing where the settings name no metrics_file. ERROR_OURS.
 */
enum error_kind probe_metrics_write(const struct settings *settings,
	const struct probe_result *result, moment now, struct error *err);

#endif
