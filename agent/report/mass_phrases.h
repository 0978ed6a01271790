/*
 * A mass absence in words (decide/mass_absence.h), in the language in force, for findings and mail.
 */
#ifndef REPORT_MASS_PHRASES_H
#define REPORT_MASS_PHRASES_H

struct findings;
struct mass_absence;
struct mass_absences;
struct strbuf;

/* How many names a sentence has; the rest is counted. */
#define MASS_NAMES_MAX 15

/*
 * "3 of the 5 people whom cn=... asks for are absent, from 24 December 2026 through ...: Anna, ...":
 * without an end. Names are made safe for a line.
 */
void phrase_mass_absence(struct strbuf *out, const struct mass_absence *mass);

/* Add a warning for each, and one where some were not looked for; `where` names the feeds. */
void mass_absences_note(const struct mass_absences *found, const char *where,
	struct findings *findings);

#endif
