/*
 * The task card's checklist (decide/readiness.h), told: as text for whoever must tick the task off,
 * and as JSON for programs.
 */
#ifndef REPORT_STATUS_H
#define REPORT_STATUS_H

struct readiness;
struct report;

/* How much is told. */
enum status_detail {
	STATUS_OPEN,    /* only what is not done; nothing where all is */
	STATUS_ALL,     /* every point; of long lists the beginning */
	STATUS_VERBOSE, /* all of it, and the findings */
};

/* Add it to report->out; of `report`, also colour, findings, plan->at and run->server count. */
void status_add_text(const struct report *report, const struct readiness *readiness,
	enum status_detail detail);
void status_add_json(const struct report *report, const struct readiness *readiness);

#endif
