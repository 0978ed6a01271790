/*
 * Placeholders in the texts of a feed's request: {today}, {today+90d:%d.%m.%Y}, {cursor}, or one of the feed's
 * own `values`. Here they are found and read; feed/request/ puts something in their place.
 */
#ifndef CONFIG_FEED_PLACEHOLDER_H
#define CONFIG_FEED_PLACEHOLDER_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Days that {today+90d} may count, either way: ten years. */
#define PLACEHOLDER_DAYS_MAX 3650

/* Bytes of a format of strftime(3). */
#define PLACEHOLDER_FORMAT_MAX 64

enum placeholder_kind {
	PLACEHOLDER_TODAY,
	PLACEHOLDER_NOW,
	PLACEHOLDER_UUID,
	PLACEHOLDER_CURSOR,
	PLACEHOLDER_PAGE,
	PLACEHOLDER_PERSON,
	PLACEHOLDER_PEOPLE,
	PLACEHOLDER_EACH,
	PLACEHOLDER_INDEX,
	PLACEHOLDER_OTHER, /* a name that is none of these: one of the feed's values, or unknown */
	PLACEHOLDER_WRONG, /* one of these names, with something behind it that cannot be read */
};

#define PLACEHOLDER_KINDS PLACEHOLDER_OTHER

/* One in a text; the pointers lead into that text. */
struct placeholder {
	enum placeholder_kind kind;
	const char *start; /* at its brace */
	size_t length;     /* both braces included */
	const char *name;
	size_t name_length;
	int days;                                /* of {today} */
	char format[PLACEHOLDER_FORMAT_MAX + 1]; /* of {today} and {now}; "": the usual one */
};

/*
 * Find the next placeholder of a text, from *at on, and move *at behind it. It is a name (a letter, then
 * letters, digits, - and _) between braces, without blanks, and what may follow the name. Any other braces are passed over.
 */
bool placeholder_next(const char **at, struct placeholder *found);

/* Whether a text is one placeholder and nothing else. */
bool placeholder_is_all(const char *text, struct placeholder *found);

/* The name of a kind before PLACEHOLDER_OTHER, as it stands in braces: "today". */
const char *placeholder_name(enum placeholder_kind kind);

/* Whether a text can be the name of one of a feed's values; a kind's own name cannot. */
bool placeholder_is_free_name(const char *name);

#endif
