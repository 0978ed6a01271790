#include "mail/smtp/mime.h"

#include <ctype.h>
#include <string.h>

#include "base/text/strbuf.h"

#define PLAIN_MAX 66 /* bytes of a text that stands as it is, with no need to fold it */
#define WORD_MAX \
	62 /* of an encoded word; a line has 76 at most, its field's name included (RFC 2047 section 2) */
#define LINE_MAX    76 /* of an encoded line, RFC 2045 section 6.7 (5) */
#define ADDRESS_MAX 254
#define LOCAL_MAX   64

#define WORD_START "=?utf-8?Q?"
#define WORD_END   "?="

static bool is_plain(const char *text)
{
	if (strlen(text) > PLAIN_MAX || strstr(text, "=?") || *text == ' ')
		return false;
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

/* The letters that stand for themselves in an encoded word, also in a display name (RFC 2047 section 5 (3)). */
static bool is_word_letter(unsigned char c)
{
	return c < 0x80 && (isalnum(c) || strchr("!*+-/", c));
}

/* Bytes of the character that begins at `text`; what is cut off ends with the text. */
static size_t character_length(const char *text)
{
	size_t length = 1;

	while (((unsigned char)text[length] & 0xc0) == 0x80)
		length++;
	return length;
}

static void add_character(struct strbuf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == ' ')
			strbuf_addc(out, '_');
		else if (is_word_letter(c))
			strbuf_addc(out, (char)c);
		else
			strbuf_addf(out, "=%02X", c);
	}
}

/* No character is cut in two; words on lines of their own are one text (RFC 2047 section 6.2). */
static void add_words(struct strbuf *out, const char *text)
{
	struct strbuf word = STRBUF_INIT, character = STRBUF_INIT;

	strbuf_adds(&word, WORD_START);
	while (*text) {
		size_t length = character_length(text);

		strbuf_reset(&character);
		add_character(&character, text, length);
		if (word.length + character.length + strlen(WORD_END) > WORD_MAX) {
			strbuf_addf(out, "%s" WORD_END "\r\n ", word.text);
			strbuf_reset(&word);
			strbuf_adds(&word, WORD_START);
		}
		strbuf_add(&word, character.text, character.length);
		text += length;
	}
	strbuf_addf(out, "%s" WORD_END, word.text);
	strbuf_release(&word);
	strbuf_release(&character);
}

void mime_add_text(struct strbuf *out, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, text);
	if (is_plain(safe.text))
		strbuf_adds(out, safe.text);
	else
		add_words(out, safe.text);
	strbuf_release(&safe);
}

/* RFC 5322 section 3.2.4. */
static void add_quoted(struct strbuf *out, const char *text)
{
	strbuf_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *text);
	}
	strbuf_addc(out, '"');
}

void mime_add_mailbox(struct strbuf *out, const char *name, const char *address)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, name ? name : "");
	if (*safe.text && is_plain(safe.text))
		add_quoted(out, safe.text);
	else if (*safe.text)
		add_words(out, safe.text);
	strbuf_addf(out, *safe.text ? "\r\n <%s>" : "<%s>", address);
	strbuf_release(&safe);
}

static bool is_body_letter(const char *text)
{
	bool ends = text[1] == '\0' || text[1] == '\n';

	if (*text == ' ' || *text == '\t')
		return !ends;
	return *text > ' ' && *text <= '~' && *text != '=';
}

void mime_add_body(struct strbuf *out, const char *text)
{
	size_t line = 0;

	for (; *text; text++) {
		size_t length = is_body_letter(text) ? 1 : 3;

		if (*text == '\n') {
			strbuf_adds(out, "\r\n");
			line = 0;
			continue;
		}
		if (line + length > LINE_MAX - 1) {
			strbuf_adds(out, "=\r\n");
			line = 0;
		}
		if (length == 1)
			strbuf_addc(out, *text);
		else
			strbuf_addf(out, "=%02X", (unsigned char)*text);
		line += length;
	}
	if (line > 0)
		strbuf_adds(out, "\r\n");
}

/* Dots stand between other letters only. */
static bool is_dotted(const char *text, size_t length, const char *others)
{
	char before = '.';

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '.' ? before == '.' : c >= 0x80 || (!isalnum(c) && !strchr(others, c)))
			return false;
		before = text[i];
	}
	return before != '.';
}

bool mime_is_address(const char *text)
{
	const char *at = strchr(text, '@');
	size_t local = at ? (size_t)(at - text) : 0;

	return at && strlen(text) <= ADDRESS_MAX && local <= LOCAL_MAX &&
		is_dotted(text, local, "!#$%&'*+-/=?^_`{|}~") &&
		is_dotted(at + 1, strlen(at + 1), "-");
}
