#include "feed/format/only.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/text.h"
#include "model/settings.h"

/* Bytes of a value that is folded in place, and its NUL; a longer one takes memory for that. */
#define PLAIN_MAX 64

/* A text with stars, cut at them: what it begins with, what follows in this order, what it ends with. */
struct glob {
	const char **parts; /* folded; one alone is the whole text */
	size_t count;
	bool is_anything; /* nothing but stars */
};

/* One field, and what may stand in it. */
struct only_wanted {
	struct glob *globs;
	size_t count;
	bool may_be_missing;
};

struct only {
	struct only_wanted *fields;
	size_t count;
};

static void read_glob(struct glob *glob, const char *text, struct arena *arena)
{
	size_t room = 0;

	glob->is_anything = *text == '*' && text[strspn(text, "*")] == '\0';
	for (;;) {
		size_t length = strcspn(text, "*");

		glob->parts =
			arena_grow(arena, glob->parts, glob->count, &room, sizeof(*glob->parts));
		glob->parts[glob->count++] = arena_bytes(arena, text, length);
		if (text[length] == '\0')
			return;
		text += length + strspn(text + length, "*");
	}
}

struct only *only_new(const struct only_field *fields, size_t count, struct arena *arena)
{
	struct only *only = arena_get(arena, sizeof(*only));

	only->count = count;
	only->fields = arena_get(arena, count * sizeof(*only->fields));
	for (size_t i = 0; i < count; i++) {
		const struct strings *values = &fields[i].values;
		struct only_wanted *wanted = &only->fields[i];

		wanted->count = values->count;
		wanted->globs = arena_get(arena, values->count * sizeof(*wanted->globs));
		for (size_t j = 0; j < values->count; j++) {
			const char *text =
				text_fold(arena, values->items[j], strlen(values->items[j]));

			read_glob(&wanted->globs[j], text, arena);
			if (*text == '\0')
				wanted->may_be_missing = true;
		}
	}
	return only;
}

/* Each part is looked for behind the one before it, so a text is walked once. */
static bool glob_agrees(const struct glob *glob, const char *text)
{
	const char *last = glob->parts[glob->count - 1];
	size_t first_length = strlen(glob->parts[0]), last_length = strlen(last);

	if (glob->count == 1)
		return strcmp(text, last) == 0;
	if (strncmp(text, glob->parts[0], first_length) != 0)
		return false;
	text += first_length;
	for (size_t i = 1; i + 1 < glob->count; i++) {
		text = strstr(text, glob->parts[i]);
		if (!text)
			return false;
		text += strlen(glob->parts[i]);
	}
	return strlen(text) >= last_length && strcmp(text + strlen(text) - last_length, last) == 0;
}

/* Fold a short value of ASCII whose blanks are as they are compared, as text_fold() does; false: it is another. */
static bool fold_plain(const char *value, char folded[PLAIN_MAX])
{
	size_t i = 0;

	for (; value[i]; i++) {
		const char c = value[i];

		if (i + 1 == PLAIN_MAX || c < ' ' || c > '~' ||
			(c == ' ' && (i == 0 || value[i + 1] == ' ' || value[i + 1] == '\0')))
			return false;
		folded[i] = c;
		if (c >= 'A' && c <= 'Z')
			folded[i] = (char)(c - 'A' + 'a');
	}
	folded[i] = '\0';
	return true;
}

static bool folded_agrees(const struct only_wanted *wanted, const char *folded)
{
	for (size_t i = 0; i < wanted->count; i++) {
		const struct glob *glob = &wanted->globs[i];

		if (folded ? glob_agrees(glob, folded) : glob->is_anything)
			return true;
	}
	return false;
}

static bool value_agrees(const struct only_wanted *wanted, const char *value)
{
	char folded[PLAIN_MAX];
	struct arena *arena;
	bool agrees;

	if (!value || fold_plain(value, folded))
		return folded_agrees(wanted, value ? folded : NULL);
	arena = arena_new();
	agrees = folded_agrees(wanted, text_fold(arena, value, strlen(value)));
	arena_free(arena);
	return agrees;
}

static bool field_agrees(const struct only_wanted *wanted, const struct strings *values)
{
	if (!values || values->count == 0)
		return wanted->may_be_missing;
	for (size_t i = 0; i < values->count; i++) {
		if (value_agrees(wanted, values->items[i]))
			return true;
	}
	return false;
}

bool only_agrees(const struct only *only, const struct strings *values)
{
	for (size_t i = 0; i < only->count; i++) {
		if (!field_agrees(&only->fields[i], values ? &values[i] : NULL))
			return false;
	}
	return true;
}
