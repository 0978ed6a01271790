#include "report/seal.h"

#include <string.h>

#include "base/hash.h"
#include "base/language.h"
#include "base/strbuf.h"
#include "report/reader.h"
#include "report/record.h"

#define END "# end\n"

void seal_add(struct strbuf *out)
{
	char hex[SHA256_HEX];
	struct hash hash;

	hash_init(&hash);
	hash_add(&hash, out->text, out->length);
	hash_end(&hash, hex);
	record_comment(out, _("SHA-256 of all above"), hex);
}

static bool is_line_of(const char *line, size_t length, const char *label)
{
	char copy[200];

	/* In every language; most lines need no look at the table of translations. */
	if (length < strlen("# SHA-256") || length >= sizeof(copy) ||
		memcmp(line, "# SHA-256", strlen("# SHA-256")) != 0)
		return false;
	memcpy(copy, line + 2, length - 2);
	copy[length - 2] = '\0';
	return reader_label(copy, label) != NULL;
}

/* The start of the line before `end`, which is the start of one. */
static const char *line_before(const char *text, const char *end)
{
	const char *at = end > text ? end - 1 : text;

	while (at > text && at[-1] != '\n')
		at--;
	return at;
}

/* Where the last line starts; NULL where it is not "# end". */
static const char *find_end(const char *text, size_t length)
{
	size_t end = strlen(END);

	if (length <= end || memcmp(text + length - end, END, end) != 0 ||
		text[length - end - 1] != '\n')
		return NULL;
	return text + length - end;
}

bool seal_was_there(const char *text, size_t length)
{
	const char *end = text + length;

	for (const char *line = text; line < end;) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		size_t size = (size_t)((newline ? newline : end) - line);

		if (is_line_of(line, size, N_("SHA-256 of all above")) ||
			is_line_of(line, size, N_("SHA-256 of tags")) ||
			is_line_of(line, size, N_("SHA-256 of routes")))
			return true;
		line += size + 1;
	}
	return false;
}

enum kept_state seal_state(const char *text, size_t length)
{
	const char *end = find_end(text, length), *seal;
	char hex[SHA256_HEX], line[200] = "";
	const char *said;
	struct hash hash;

	if (!end)
		return KEPT_CUT;
	seal = line_before(text, end);
	if (!is_line_of(seal, (size_t)(end - seal) - 1, N_("SHA-256 of all above")))
		return KEPT_ALTERED;
	memcpy(line, seal + 2, (size_t)(end - seal) - 3);
	said = reader_label(line, N_("SHA-256 of all above"));
	hash_init(&hash);
	hash_add(&hash, text, (size_t)(seal - text));
	hash_end(&hash, hex);
	return strcmp(said, hex) == 0 ? KEPT_WHOLE : KEPT_ALTERED;
}
