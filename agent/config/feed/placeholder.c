#include "config/feed/placeholder.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[PLACEHOLDER_KINDS] = {
	[PLACEHOLDER_TODAY] = "today",
	[PLACEHOLDER_NOW] = "now",
	[PLACEHOLDER_UUID] = "uuid",
	[PLACEHOLDER_CURSOR] = "cursor",
	[PLACEHOLDER_PAGE] = "page",
	[PLACEHOLDER_PERSON] = "person",
	[PLACEHOLDER_PEOPLE] = "people",
	[PLACEHOLDER_EACH] = "each",
	[PLACEHOLDER_INDEX] = "index",
};

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) && (unsigned char)c < 0x80;
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	if (!is_letter(*text))
		return 0;
	while (is_letter(text[length]) || (text[length] && strchr("0123456789-_", text[length])))
		length++;
	return length;
}

static enum placeholder_kind find_kind(const char *name, size_t length)
{
	int kind = 0;

	while (kind < PLACEHOLDER_KINDS &&
		(strlen(names[kind]) != length || memcmp(names[kind], name, length) != 0))
		kind++;
	return (enum placeholder_kind)kind;
}

/* Past "+90d", where it stands. False where the sign begins something else. */
static bool read_days(const char **at, int *days)
{
	const char *digits = *at + 1;
	size_t count;

	if (**at != '+' && **at != '-')
		return true;
	count = strspn(digits, "0123456789");
	if (count == 0 || count > 4 || digits[count] != 'd')
		return false;
	*days = (int)strtol(digits, NULL, 10) * (**at == '-' ? -1 : 1);
	*at = digits + count + 1;
	return abs(*days) <= PLACEHOLDER_DAYS_MAX;
}

/*
 * Whether a format has some directive, and only such as depend on nothing but the day and the time; "-" leaves
 * out a zero or a blank in front.
 */
static bool is_format(const char *format)
{
	const char *directive = strchr(format, '%');

	if (!directive)
		return false;
	for (; directive; directive = strchr(directive + 1, '%')) {
		directive += directive[1] == '-' ? 2 : 1;
		if (!*directive || !strchr("aAbBCdDeFgGhHIjklmMpPrRSTuUVwWyYzZ%", *directive))
			return false;
	}
	return true;
}

/* Past ":%d.%m.%Y", where it stands, up to `end`. */
static bool read_format(const char **at, const char *end, char *format)
{
	size_t length = (size_t)(end - *at) - 1;

	if (**at != ':')
		return true;
	if (length > PLACEHOLDER_FORMAT_MAX)
		return false;
	memcpy(format, *at + 1, length);
	format[length] = '\0';
	*at = end;
	return is_format(format);
}

/* Read what stands between a name and its brace. */
static bool read_rest(struct placeholder *found, const char *at, const char *end)
{
	bool has_days = found->kind == PLACEHOLDER_TODAY;
	bool has_format = has_days || found->kind == PLACEHOLDER_NOW;

	return (!has_days || read_days(&at, &found->days)) &&
		(!has_format || read_format(&at, end, found->format)) && at == end;
}

/* `-` is part of a name, and the sign of {today-1d}. */
static size_t known_length(const char *name, size_t length)
{
	size_t today = strlen(names[PLACEHOLDER_TODAY]);

	return length > today + 1 && strncmp(name, names[PLACEHOLDER_TODAY], today) == 0 &&
			name[today] == '-' && isdigit((unsigned char)name[today + 1])
		? today
		: length;
}

bool placeholder_next(const char **at, struct placeholder *found)
{
	const char *brace = *at;

	while ((brace = strchr(brace, '{'))) {
		const char *name = ++brace, *end = name + strcspn(name, "{}");
		size_t length = name_length(name);

		if (*end != '}' || length == 0)
			continue;
		length = known_length(name, length);
		*found = (struct placeholder){.kind = find_kind(name, length),
			.start = name - 1,
			.length = (size_t)(end + 1 - name) + 1,
			.name = name,
			.name_length = length};
		if (found->kind == PLACEHOLDER_OTHER && name + length != end)
			continue;
		if (found->kind != PLACEHOLDER_OTHER && !read_rest(found, name + length, end)) {
			found->kind = PLACEHOLDER_WRONG;
			found->days = 0;
			*found->format = '\0';
		}
		*at = end + 1;
		return true;
	}
	return false;
}

bool placeholder_is_all(const char *text, struct placeholder *found)
{
	const char *at = text;

	return *text == '{' && placeholder_next(&at, found) && found->start == text && !*at;
}

const char *placeholder_name(enum placeholder_kind kind)
{
	return names[kind];
}

bool placeholder_is_free_name(const char *name)
{
	size_t length = name_length(name);

	return length > 0 && name[length] == '\0' && find_kind(name, length) == PLACEHOLDER_OTHER &&
		known_length(name, length) == length;
}
