#include "report/writer.h"

#include "base/message/finding.h"
#include "model/outcome.h"
#include "model/plan.h"

void report_write(struct report *report)
{
	const struct writer *writer = report->writer;

	writer->begin(report);
	for (size_t i = 0; i < report->plan->list_count; i++)
		writer->list(report, &report->plan->lists[i]);
	if (writer->findings)
		writer->findings(report);
	writer->end(report);
}

const struct list_outcome *report_outcome(const struct report *report, const struct list_plan *list)
{
	return report->outcomes ? &report->outcomes[list - report->plan->lists] : NULL;
}

bool report_has_unknown_outcome(const struct report *report)
{
	for (size_t i = 0; report->outcomes && i < report->plan->list_count; i++) {
		if (report->outcomes[i].outcome_unknown)
			return true;
	}
	return false;
}

/* Take what failed off the totals. */
static void subtract_failures(struct totals *totals, const struct list_outcome *outcome)
{
	for (size_t i = 0; i < outcome->failure_count; i++) {
		size_t *total = outcome->failures[i].is_removal ? &totals->removed : &totals->added;

		(*total)--;
		totals->failed++;
	}
}

struct totals report_totals(const struct report *report)
{
	const struct plan *plan = report->plan;
	struct totals totals = {
		.added = plan->added,
		.removed = plan->removed,
		.kept = plan->kept,
		.held = plan->held_count,
	};

	if (report->stage == REPORT_REFUSED) {
		totals.refused = totals.added + totals.removed;
		totals.added = 0;
		totals.removed = 0;
	}
	for (size_t i = 0; report->outcomes && i < plan->list_count; i++)
		subtract_failures(&totals, &report->outcomes[i]);
	return totals;
}
