#include "watch/report_budget.h"

#include "base/text/moment.h"

static void begin_day(struct report_budget *budget, int64_t now)
{
	if (budget->reports == 0 || now - budget->since >= MOMENT_DAY * 1000)
		*budget = (struct report_budget){.since = now};
}

bool report_budget_waits(struct report_budget *budget, int64_t now)
{
	begin_day(budget, now);
	return now < budget->write_at;
}

bool report_budget_is_reached(struct report_budget *budget, int64_t now)
{
	begin_day(budget, now);
	return budget->reports >= REPORTS_PER_DAY || budget->bytes >= REPORT_BYTES_PER_DAY;
}

int64_t report_budget_next(const struct report_budget *budget)
{
	int64_t pause = budget->pause ? 2 * budget->pause : REPORT_PAUSE;

	return pause < REPORT_PAUSE_MAX ? pause : REPORT_PAUSE_MAX;
}

void report_budget_note(struct report_budget *budget, uint64_t bytes, int64_t now)
{
	begin_day(budget, now);
	budget->reports++;
	budget->bytes += bytes;
	if (!report_budget_is_reached(budget, now))
		return;
	budget->pause = report_budget_next(budget);
	budget->write_at = now + budget->pause;
}
