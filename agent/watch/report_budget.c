#include "watch/report_budget.h"

#define DAY ((int64_t)86400 * 1000)

static void begin_day(struct report_budget *budget, int64_t now)
{
	if (budget->reports == 0 || now - budget->since >= DAY)
		*budget = (struct report_budget){.since = now};
}

bool report_budget_waits(struct report_budget *budget, int64_t now)
{
	begin_day(budget, now);
	return now < budget->write_at;
}

void report_budget_note(struct report_budget *budget, uint64_t bytes, int64_t now)
{
	begin_day(budget, now);
	budget->reports++;
	budget->bytes += bytes;
	if (budget->reports < REPORTS_PER_DAY && budget->bytes < REPORT_BYTES_PER_DAY)
		return;
	budget->pause = budget->pause ? 2 * budget->pause : REPORT_PAUSE;
	if (budget->pause > REPORT_PAUSE_MAX)
		budget->pause = REPORT_PAUSE_MAX;
	budget->write_at = now + budget->pause;
}
