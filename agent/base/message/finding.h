/*
 * Findings: what is odd or wrong, where, and what to do about it, collected
 * rather than returned, so that one bad thing hides no other.
 *
 * Files, directory values, feeds and the decision all report here. The
 * struct and its texts live in an arena of the caller's.
 */
#ifndef BASE_MESSAGE_FINDING_H
#define BASE_MESSAGE_FINDING_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct strbuf;
struct table;

/* In the order in which they matter. */
enum severity {
	FINDING_WARNING,
	FINDING_IMPORTANT, /* a warning that costs mail or an absence; "warning" to programs */
	FINDING_ERROR,
};

struct finding {
	enum severity severity;
	const char *where; /* file:line:column, a DN, a feed and record */
	const char *what;  /* what was found, what was expected, what to do; one line */
	const char *
		about; /* a key of the person it is about, "attribute=value", not to be shown; NULL: of nobody */
	const char *
		subject; /* the DN in `what` that the finding is about, or several, a line each; NULL: none */
	const char *cause; /* findings of one severity and cause are alike (finding_fold.h) */
	/* What people read instead, set by findings_set_names(); NULL: as they are. */
	const char *where_named, *what_named, *subject_named;
};

struct findings {
	struct arena *arena; /* borrowed */
	struct table *known; /* of what is there already; NULL until the first */
	struct finding *items;
	size_t count, room;
	size_t errors; /* how many are FINDING_ERROR */
};

/* Start an empty collection whose texts go into `arena`. Takes no memory. */
void findings_init(struct findings *findings, struct arena *arena);

/* Add one, unless the same (severity, where, what) is there already. */
void findings_add(struct findings *findings, enum severity severity, const char *where,
	const char *what_format, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same, at an entry of the directory, about another one whose DN is `subject` and occurs in what is said; NULL: none;
 * of several, a line each, in the order in which they occur.
 * `cause` tells what is alike from what is not; NULL: the format does, or where that is "%s", all that is said.
 */
void findings_add_of(struct findings *findings, enum severity severity, const char *where,
	const char *subject, const char *cause, const char *what_format, ...)
	__attribute__((format(printf, 6, 7)));

/* Add one about a person, who stays unnamed until findings_name_people(). `about` may be NULL. */
void findings_add_about(struct findings *findings, enum severity severity, const char *where,
	const char *about, const char *what);

/*
 * Name in front of `what` those of the people whom findings are about that `names` has: from keys to what
 * they are called. Findings about others stay as they are; those that then say the same become one.
 */
void findings_name_people(struct findings *findings, const struct table *names);

/*
 * Give each finding what people read instead of DNs: `name_of` returns what an entry is called, made safe
 * (strbuf.h) and in an arena that lives as long as the findings; NULL where its argument is not the DN of an entry, or is
 * to be read as it is.
 */
typedef const char *(*finding_name_fn)(const void *context, const char *dn);
void findings_set_names(struct findings *findings, finding_name_fn name_of, const void *context);

/* Add copies of one finding, or of all that another collection holds, as findings_add() does. */
void findings_copy(struct findings *to, const struct finding *finding);
void findings_copy_all(struct findings *to, const struct findings *from);

/* Add a value as a finding shows it: 80 bytes at most, made safe (strbuf.h), and "…" where it goes on. */
void findings_add_value(struct strbuf *out, const char *value, size_t length);

/* Order by severity (errors first), where (line 2 before line 10), what: the same run gives the same list. */
void findings_sort(struct findings *findings);

/* Add where a finding is, and what it says, made safe for a terminal; with names instead of DNs unless `with_dns`. */
void finding_add_where(struct strbuf *out, const struct finding *finding, bool with_dns);
void finding_add_what(struct strbuf *out, const struct finding *finding, bool with_dns);

/* Add a line a finding, "where: what", so; print them on standard error. */
void findings_add_lines(struct strbuf *out, const struct findings *findings);
void findings_print(const struct findings *findings);

#endif
