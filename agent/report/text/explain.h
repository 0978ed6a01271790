/*
 * Explanations: who gets a tag's mail and why; which mail a person gets and
 * why, or why not. From a plan: as rows of text for a pipe, as a drawing of the
 * path from tag to list for a terminal, or as JSON.
 */
#ifndef REPORT_TEXT_EXPLAIN_H
#define REPORT_TEXT_EXPLAIN_H

struct list_plan;
struct person;
struct policy;
struct report;
struct required;
struct snapshot;
struct strbuf;

/* All of it borrowed. `report->writer` is not used. */
struct explanation {
	const struct report *report;
	const struct snapshot *snapshot;
	const struct policy *policy;
};

/* Explain every list of the tag (an id of the catalogue, or of a route). */
void explain_tag_text(const struct explanation *explanation, const char *tag);
void explain_tag_drawing(const struct explanation *explanation, const char *tag);
void explain_tag_json(const struct explanation *explanation, const char *tag);

/* Explain every list that has to do with the person. */
void explain_person_text(const struct explanation *explanation, const struct person *person);
void explain_person_drawing(const struct explanation *explanation, const struct person *person);
void explain_person_json(const struct explanation *explanation, const struct person *person);

#endif
