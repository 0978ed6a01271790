/*
 * The task card's checklist (readiness/readiness.h), told: as text for whoever must tick the task off,
 * as JSON for programs, and as a section of a page.
 */
#ifndef READINESS_STATUS_H
#define READINESS_STATUS_H

struct readiness;
struct report;
struct strbuf;

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

/* Whether the task can be ticked off, in a sentence. */
void status_add_summary(struct strbuf *out, const struct readiness *readiness);

/* Add it to a page, as a section's add() (page.h): `about` is the struct readiness. */
void status_add_section(struct strbuf *out, const void *about);

#endif
