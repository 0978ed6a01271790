/*
 * The tags that a subject carries, and where they are in it. Part of matcher.h, which says what a tag is.
 */
#ifndef MATCHER_SUBJECT_TAGS_H
#define MATCHER_SUBJECT_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct mapping;
struct route;
struct subject_text;
struct tag;
struct tag_index;

/* A tag of the catalogue, or one that only a route names. */
struct mail_tag {
	const char *id;
	const struct tag
		*known; /* NULL: the catalogue lacks it, and a subject carries it as "[id]" */
	const struct route *route; /* NULL: it has none */
};

/* Where tags are in a subject, and which. */
struct subject_tags {
	bool *is_carried; /* of each tag of the index */
	uint32_t *end; /* by place: where the longest tag that starts there ends; 0: none starts */
	bool *is_end;  /* by place, one more than characters: whether a tag ends there */
};

/* Make ready the spellings of all tags of a mapping, in `arena`; borrows the mapping. */
const struct tag_index *tag_index_new(struct arena *arena, const struct mapping *mapping);

/* The tags: the catalogue's in its order, then those that only routes name. */
const struct mail_tag *tag_index_tags(const struct tag_index *index, size_t *count);

/*
 * Find them. A tag spelt without brackets, and put in [brackets] or (parentheses) by the subject,
 * starts and ends with these as well. The result is in `arena`.
 */
void subject_tags_find(struct subject_tags *tags, struct arena *arena,
	const struct tag_index *index, const struct subject_text *subject);

#endif
