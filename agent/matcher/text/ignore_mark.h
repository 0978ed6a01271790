/*
 * Marks of mailbox.ignore: "[EKSTERN]", "[Ticket#*]", "INC*". They are no tags and are cut out of a subject
 * before anything is looked for in it (CONTRACT section 7).
 *
 * A mark is compared as a tag is (subject_text.h): one that begins or ends with a letter or digit begins or ends a
 * whole word there. `*` stands for as little as possible, and never for a bracket [ or ]: in
 * "[Ticket#*]" for "123", and at the end of "INC*" for what is left of the word. In front it stands for nothing.
 */
#ifndef MATCHER_TEXT_IGNORE_MARK_H
#define MATCHER_TEXT_IGNORE_MARK_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct subject_text;

struct ignore_mark;

/* Read a mark as the settings have it, in `arena`; NULL where it has nothing but `*` and blanks. */
const struct ignore_mark *ignore_mark_read(struct arena *arena, const char *text);

/*
 * Cut it out of a subject wherever it is, each time leaving SUBJECT_CUT; from the left, and not twice over the
 * same characters. Linear in the subject's length times the mark's.
 */
void ignore_mark_cut(const struct ignore_mark *mark, struct arena *arena,
	struct subject_text *subject);

/* Whether it is in a text: a spelling that has it would be cut apart, and never be found. */
bool ignore_mark_fits(const struct ignore_mark *mark, struct arena *arena, const char *spelling);

#endif
