/*
 * Findings as people read them: many that are alike become one line, with how many they are and the first names.
 *
 *	struct finding_lines lines = findings_fold(findings, arena);
 *	for (size_t i = 0; i < lines.count; i++)
 *		finding_line_add_more(&out, lines.items[i]);	// behind what its first finding says
 *
 * Programs, files and -v have each finding by itself.
 */
#ifndef BASE_MESSAGE_FINDING_FOLD_H
#define BASE_MESSAGE_FINDING_FOLD_H

#include <stddef.h>

struct arena;
struct finding;
struct findings;
struct strbuf;

/* As many findings of one severity and cause become one line; of fewer each has its own. */
#define FINDING_FOLD_MIN 6

/* As many do where all are at one place, a list, say, and each is about an entry of its own. */
#define FINDING_FOLD_MIN_AT_ONE 3

/* How many names such a line has. */
#define FINDING_NAMES_MAX 5

/* A line: one finding, or many that are alike. */
struct finding_line {
	const struct finding **members; /* in the order of the findings */
	size_t count, room;
};

struct finding_lines {
	struct finding_line **items;
	size_t count, room;
};

/*
 * Fold sorted findings: those alike stand together, where the first of them is. In `arena`, the findings are borrowed.
 */
struct finding_lines findings_fold(const struct findings *findings, struct arena *arena);

/* Add how many more there are than the first, and the first names of them: "and 599 more: Bo, Carl, …"; nothing for one. */
void finding_line_add_more(struct strbuf *out, const struct finding_line *line);

#endif
