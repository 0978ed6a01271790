/*
 * Coverage, told: as a calendar that fits a terminal, with the gaps in words, and as JSON
 * (CONTRACT section 6).
 */
#ifndef REPORT_TEXT_COVERAGE_H
#define REPORT_TEXT_COVERAGE_H

struct coverage;
struct report;
struct strbuf;

/* How much is told. */
enum coverage_detail {
	COVERAGE_GAPS,     /* nothing but the gaps */
	COVERAGE_CALENDAR, /* the calendar, the gaps, the findings */
	COVERAGE_PEOPLE,   /* also who answers when, and for whom */
};

/*
 * Add it as text to report->out; of `report`, also colour, findings and run->server count. `held` is
 * why not all absences are known, or NULL.
 */
void coverage_add_text(struct report *report, const struct coverage *coverage, const char *held,
	enum coverage_detail detail);

/* Add it as JSON: each day at its worst moment. */
void coverage_add_json(struct strbuf *out, const struct coverage *coverage);

#endif
