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

enum severity {
	FINDING_WARNING,
	FINDING_ERROR,
};

struct finding {
	enum severity severity;
	const char *where; /* file:line:column, a DN, a feed and record */
	const char *what;  /* what was found, what was expected, what to do; one line */
	const char *
		about; /* a key of the person it is about, "attribute=value", not to be shown; NULL: of nobody */
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

/* Add one about a person, who stays unnamed until findings_name_people(). `about` may be NULL. */
void findings_add_about(struct findings *findings, enum severity severity, const char *where,
	const char *about, const char *what);

/*
 * Name in front of `what` those of the people whom findings are about that `names` has: from keys to what
 * they are called. Findings about others stay as they are; those that then say the same become one.
 */
void findings_name_people(struct findings *findings, const struct table *names);

/* Add copies of one finding, or of all that another collection holds, as findings_add() does. */
void findings_copy(struct findings *to, const struct finding *finding);
void findings_copy_all(struct findings *to, const struct findings *from);

/* Add a value as a finding shows it: 80 bytes at most, made safe (strbuf.h), and "…" where it goes on. */
void findings_add_value(struct strbuf *out, const char *value, size_t length);

/* Order by severity (errors first), where (line 2 before line 10), what: the same run gives the same list. */
void findings_sort(struct findings *findings);

/* Add a line a finding, "where: what", made safe for a terminal; print them so on standard error. */
void findings_add_lines(struct strbuf *out, const struct findings *findings);
void findings_print(const struct findings *findings);

#endif
