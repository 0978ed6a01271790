/*
 * Coverage as a file: the page of `coverage --html`, and the one that `apply` and `watch` keep
 * fresh at coverage_file of the settings.
 */
#ifndef READINESS_COVERAGE_FILE_H
#define READINESS_COVERAGE_FILE_H

#include "base/message/error.h"
#include "readiness/facts.h"

struct coverage;
struct read_request;
struct session;
struct settings;
struct strbuf;

/* How many days, where nobody says; the checklist's point "coming" is about as many. */
#define COVERAGE_DAYS 14

/* Add the page of a session's coverage, and of the task card, to `out`. The session has looked at everyone. */
void coverage_file_add(struct strbuf *out, struct session *session, const struct coverage *coverage,
	enum checklist_purpose purpose);

/* Request what the page needs, where the settings name one: for watch and apply, before they plan. */
void coverage_file_request(const struct settings *settings, struct read_request *request);

/* Then, after a plan: write it as of now, from what was read; nothing where the settings name none. */
enum error_kind coverage_file_refresh(struct session *session, struct error *err);

#endif
