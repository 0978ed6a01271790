#include "base/text/text.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/strbuf.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool text_is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return false;
	}
	return true;
}

bool text_is_token(const char *text)
{
	for (; *text; text++) {
		if (*text <= ' ' || *text > '~')
			return false;
	}
	return true;
}

int text_compare(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

size_t text_cut(const char *text, size_t length, size_t max)
{
	if (length <= max)
		return length;
	while (max > 0 && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

size_t text_mark_length(const char *text, size_t length)
{
	return length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

void text_trim(const char **text, size_t *length)
{
	while (*length > 0 && is_blank(**text)) {
		(*text)++;
		(*length)--;
	}
	while (*length > 0 && is_blank((*text)[*length - 1]))
		(*length)--;
}

/* Make every run of blanks one space. */
static void make_single_spaced(char *text)
{
	char *out = text;

	for (const char *at = text; *at; at++) {
		if (!is_blank(*at))
			*out++ = *at;
		else if (at == text || !is_blank(at[-1]))
			*out++ = ' ';
	}
	*out = '\0';
}

static void fold_ascii(char *text)
{
	for (; *text; text++) {
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text - 'A' + 'a');
	}
}

/* By libunistring, whose folding also makes blanks of other kinds spaces. NULL: not UTF-8. */
static uint8_t *fold_unicode(const char *text, size_t length, size_t *folded_length)
{
	if (u8_check((const uint8_t *)text, length))
		return NULL;
	return u8_casefold((const uint8_t *)text, length, NULL, UNINORM_NFKC, NULL, folded_length);
}

char *text_fold(struct arena *arena, const char *text, size_t length)
{
	uint8_t *folded = NULL;
	char *result;

	if (!text_is_ascii(text, length))
		folded = fold_unicode(text, length, &length);
	if (folded)
		text = (const char *)folded;
	text_trim(&text, &length);
	result = arena_bytes(arena, text, length);
	make_single_spaced(result);
	if (!folded)
		fold_ascii(result);
	free(folded);
	return result;
}

const char *text_number(struct arena *arena, const char *text)
{
	size_t length = strspn(text, "0123456789"), zeros = strspn(text, "0");
	const char *fraction = text + length;

	if (length > 0 && (*fraction == '.' || *fraction == ',') && fraction[1])
		fraction += 1 + strspn(fraction + 1, "0");
	if (length == 0 || *fraction)
		return text;
	if (zeros == length)
		zeros--;
	return arena_bytes(arena, text + zeros, length - zeros);
}

bool text_same(const char *a, const char *b)
{
	struct arena *arena = arena_new();
	bool same = strcmp(text_fold(arena, a, strlen(a)), text_fold(arena, b, strlen(b))) == 0;

	arena_free(arena);
	return same;
}

static size_t min_of_three(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Levenshtein's distance by one row; bytes, not characters, which is near enough for key names. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t width = strlen(b), *row = memory_get((width + 1) * sizeof(*row)), result;

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < width; j++) {
			size_t above = row[j + 1];

			row[j + 1] = min_of_three(above + 1, row[j] + 1,
				diagonal + (a[i] != b[j] ? 1 : 0));
			diagonal = above;
		}
	}
	result = row[width];
	free(row);
	return result;
}

const char *text_nearest(const char *word, const char *const *words, size_t count)
{
	size_t length = strlen(word), best = length / 3 + 1;
	const char *nearest = NULL;

	if (length > 200)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t d = edit_distance(word, words[i]);

		if (d < best || (d == best && (!nearest || strlen(words[i]) > strlen(nearest)))) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}

/* A backslash that is escaped itself escapes nothing: an odd number of them does. */
static bool is_escaped(const char *text, const char *at)
{
	size_t backslashes = 0;

	while (at > text && at[-1] == '\\') {
		backslashes++;
		at--;
	}
	return backslashes % 2 == 1;
}

static const char *next_separator(const char *text, const char *separator)
{
	const char *at = separator && *separator ? strstr(text, separator) : NULL;

	while (at && is_escaped(text, at))
		at = strstr(at + 1, separator);
	return at;
}

/* Take the next part off `*text`, which is NULL after the last; false where it is empty. */
static bool take_part(const char **text, const char *separator, const char **part, size_t *length)
{
	const char *end = next_separator(*text, separator);

	*part = *text;
	*length = end ? (size_t)(end - *text) : strlen(*text);
	text_trim(part, length);
	*text = end ? end + strlen(separator) : NULL;
	return *length > 0;
}

size_t text_split(struct arena *arena, const char *text, const char *separator, const char ***parts)
{
	size_t count = 0, room = 0, length;
	const char **list = NULL, *part;

	while (text) {
		if (!take_part(&text, separator, &part, &length))
			continue;
		list = arena_grow(arena, list, count, &room, sizeof(*list));
		list[count++] = arena_bytes(arena, part, length);
	}
	*parts = list;
	return count;
}

size_t text_count_parts(const char *text, const char *separator)
{
	size_t count = 0, length;
	const char *part;

	while (text)
		count += take_part(&text, separator, &part, &length);
	return count;
}

void text_place(const char *text, size_t at, size_t *line, size_t *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)text[i] & 0xC0) != 0x80) {
			(*column)++;
		}
	}
}
