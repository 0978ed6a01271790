/*
 * Explanations: who gets a tag's mail and why; which mail a person gets and
 * why, or why not. As text or JSON, from a plan.
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

struct person;
struct report;

/* Explain every list of the tag (an id of the catalogue, or of a route). `report->writer` is not used. */
void explain_tag_text(const struct report *report, const char *tag);
void explain_tag_json(const struct report *report, const char *tag);

/* Explain every list that has to do with the person. */
void explain_person_text(const struct report *report, const struct person *person);
void explain_person_json(const struct report *report, const struct person *person);

#endif
