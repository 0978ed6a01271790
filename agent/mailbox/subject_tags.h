/*
 * What a mail's subject says: the tags of the catalogue that it carries, and those that it seems
 * to carry and no one knows.
 *
 * The subject is given decoded and unfolded (mail/imap/header.h). It carries a spelling of a tag where
 * the spelling's text is anywhere in it; upper and lower case, the Unicode form of
 * a letter (NFC or not) and the number of blanks are all the same, as text_fold() has them. A tag is
 * carried where one of its spellings is, also a tag that is retired; a subject may carry several.
 *
 * A tag that nobody knows is a text in [brackets], with a letter in it and of SUBJECT_UNKNOWN_LONGEST bytes at
 * most, in which no spelling is, and which is no part of a spelling that the subject carries.
 *
 * "!" in front, before anything but blanks, marks high priority.
 */
#ifndef MAILBOX_SUBJECT_TAGS_H
#define MAILBOX_SUBJECT_TAGS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct mapping;
struct subjects;
struct tag;

#define SUBJECT_UNKNOWN_MAX     16 /* of one subject; those past it are passed over */
#define SUBJECT_UNKNOWN_LONGEST 120

struct subject_tags {
	const struct tag **tags; /* in the catalogue's order, each once */
	size_t tag_count;
	const char **unknown; /* as written, with their brackets; each once, but for case */
	size_t unknown_count;
	bool is_marked; /* "!" in front */
};

/* The catalogue's spellings, made ready; in `arena`, borrows the mapping. */
const struct subjects *subjects_new(struct arena *arena, const struct mapping *mapping);

/* Read a subject, which is UTF-8. The result is in `arena`. */
void subject_tags_read(const struct subjects *subjects, struct arena *arena, const char *text,
	struct subject_tags *result);

/*
 * The tag of the catalogue that an unknown one was most likely meant for: one of its spellings, its id or
 * a title is near (text_nearest()). NULL where none is. `arena` for scratch.
 */
const struct tag *subjects_nearest(const struct subjects *subjects, struct arena *arena,
	const char *unknown);

#endif
