/* Tags that a subject seems to carry and that nobody knows. Part of matcher.h, which says what they are. */
#ifndef MATCHER_UNKNOWN_TAGS_H
#define MATCHER_UNKNOWN_TAGS_H

#include <stddef.h>

struct arena;
struct priority_words;
struct subject_tags;
struct subject_text;

/* Find them: how many, SUBJECT_UNKNOWN_MAX at most, in *unknown, which is in `arena`. */
size_t unknown_tags_find(struct arena *arena, const struct subject_text *subject,
	const struct subject_tags *tags, const struct priority_words *words, const char ***unknown);

#endif
