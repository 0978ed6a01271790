#include "matcher/encoded_word.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unistr.h>

#include "base/text/strbuf.h"

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define WORD_MAX    1000           /* bytes of one encoded word; the RFC has 75 */

/* A charset as mail names it, and as iconv() does; NULL: it is UTF-8 already. */
struct charset {
	const char *name, *iconv_name;
};

/*
 * Those with one byte a character. What calls itself Latin-1 is often Windows', which has characters
 * where that has controls.
 */
static const struct charset charsets[] = {{"utf-8", NULL}, {"utf8", NULL}, {"us-ascii", NULL},
	{"ascii", NULL}, {"ansi_x3.4-1968", NULL}, {"iso-8859-1", "WINDOWS-1252"},
	{"iso8859-1", "WINDOWS-1252"}, {"iso_8859-1", "WINDOWS-1252"},
	{"iso_8859-1:1987", "WINDOWS-1252"}, {"latin1", "WINDOWS-1252"},
	{"latin-1", "WINDOWS-1252"}, {"l1", "WINDOWS-1252"}, {"windows-1252", "WINDOWS-1252"},
	{"cp1252", "WINDOWS-1252"}, {"cp-1252", "WINDOWS-1252"}, {"ansi", "WINDOWS-1252"},
	{"iso-8859-2", "ISO-8859-2"}, {"iso-8859-3", "ISO-8859-3"}, {"iso-8859-4", "ISO-8859-4"},
	{"iso-8859-5", "ISO-8859-5"}, {"iso-8859-7", "ISO-8859-7"}, {"iso-8859-9", "ISO-8859-9"},
	{"iso-8859-10", "ISO-8859-10"}, {"iso-8859-13", "ISO-8859-13"},
	{"iso-8859-14", "ISO-8859-14"}, {"iso-8859-15", "ISO-8859-15"},
	{"iso8859-15", "ISO-8859-15"}, {"iso_8859-15", "ISO-8859-15"}, {"latin-9", "ISO-8859-15"},
	{"latin9", "ISO-8859-15"}, {"iso-8859-16", "ISO-8859-16"}, {"windows-1250", "CP1250"},
	{"cp1250", "CP1250"}, {"windows-1251", "CP1251"}, {"cp1251", "CP1251"},
	{"windows-1253", "CP1253"}, {"windows-1254", "CP1254"}, {"windows-1257", "CP1257"},
	{"koi8-r", "KOI8-R"}, {"macintosh", "MACINTOSH"}, {"x-mac-roman", "MACINTOSH"},
	{"ibm437", "CP437"}, {"cp437", "CP437"}, {"ibm850", "CP850"}, {"cp850", "CP850"},
	{"ibm865", "CP865"}, {"cp865", "CP865"}};

/* Any other: ASCII, which nearly all have in them, and U+FFFD for the rest. */
static const struct charset other_charset = {"", "US-ASCII"};

/* One encoded word, its parts borrowed. */
struct encoded_word {
	const struct charset *charset;
	char encoding;    /* 'b' or 'q' */
	const char *text; /* still encoded */
	size_t length;
	const char *end; /* behind its "?=" */
};

/* What is decoded and not yet converted: neighbours in one charset may share a character. */
struct pending_word {
	const struct charset *charset; /* NULL: nothing */
	struct strbuf bytes;
};

/* NULL: it has no name. */
static const struct charset *find_charset(const char *name, size_t length)
{
	const char *language = memchr(name, '*', length); /* RFC 2231 section 5 */

	if (language)
		length = (size_t)(language - name);
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++) {
		if (strlen(charsets[i].name) == length &&
			strncasecmp(charsets[i].name, name, length) == 0)
			return &charsets[i];
	}
	return length > 0 ? &other_charset : NULL;
}

/* A control character, and what breaks lines, is a blank. */
static void add_plain(struct strbuf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		strbuf_addc(out, (char)(c < ' ' || c == 0x7F ? ' ' : text[i]));
	}
}

/* Add text that is meant to be UTF-8; what is not becomes U+FFFD. */
static void add_utf8(struct strbuf *out, const char *text, size_t length)
{
	while (length > 0) {
		const uint8_t *bad = u8_check((const uint8_t *)text, length);
		size_t good = bad ? (size_t)(bad - (const uint8_t *)text) : length;

		add_plain(out, text, good);
		text += good;
		length -= good;
		if (length > 0) {
			strbuf_adds(out, REPLACEMENT);
			text++;
			length--;
		}
	}
}

/* Add text of a charset with one byte a character. */
static void add_converted(struct strbuf *out, const char *from, const char *text, size_t length)
{
	iconv_t converter = iconv_open("UTF-8", from);
	bool is_open = (intptr_t)converter != -1;
	char room[256], *in = (char *)text;

	while (is_open && length > 0) {
		char *at = room;
		size_t left = sizeof(room), before = length;
		size_t done = iconv(converter, &in, &length, &at, &left);

		add_plain(out, room, (size_t)(at - room));
		if (done == (size_t)-1 && (length == before || left > 4)) {
			strbuf_adds(out, REPLACEMENT); /* a byte that the charset does not have */
			in++;
			length--;
		}
	}
	if (is_open)
		iconv_close(converter);
	else
		add_utf8(out, text, length);
}

static void flush_pending(struct strbuf *out, struct pending_word *pending)
{
	const struct charset *charset = pending->charset;

	if (charset && charset->iconv_name)
		add_converted(out, charset->iconv_name, pending->bytes.text, pending->bytes.length);
	else if (charset)
		add_utf8(out, pending->bytes.text, pending->bytes.length);
	pending->charset = NULL;
	strbuf_reset(&pending->bytes);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 2047 section 4.2. An "=" with no two digits behind it is itself. */
static void decode_q(struct strbuf *out, const struct encoded_word *word)
{
	for (size_t i = 0; i < word->length; i++) {
		char c = word->text[i];
		int high = -1, low = -1;

		if (c == '=' && i + 2 < word->length) {
			high = hex_digit(word->text[i + 1]);
			low = hex_digit(word->text[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			strbuf_addc(out, (char)(high << 4 | low));
			i += 2;
		} else {
			strbuf_addc(out, (char)(c == '_' ? ' ' : c));
		}
	}
}

static int base64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static bool is_base64(const struct encoded_word *word)
{
	size_t length = word->length;

	while (length > 0 && word->text[length - 1] == '=')
		length--;
	for (size_t i = 0; i < length; i++) {
		if (base64_digit(word->text[i]) < 0)
			return false;
	}
	return true;
}

/* RFC 2047 section 4.1; bits that make no whole byte are padding. */
static void decode_b(struct strbuf *out, const struct encoded_word *word)
{
	unsigned int bits = 0, count = 0;

	for (size_t i = 0; i < word->length && word->text[i] != '='; i++) {
		bits = bits << 6 | (unsigned int)base64_digit(word->text[i]);
		count += 6;
		if (count >= 8) {
			count -= 8;
			strbuf_addc(out, (char)(bits >> count & 0xFF));
		}
		bits &= 0xFFF;
	}
}

/* Where a part of an encoded word ends: at '?', with nothing in it that breaks words; NULL: nowhere. */
static const char *part_end(const char *at, const char *end)
{
	if (end - at > WORD_MAX)
		end = at + WORD_MAX;
	while (at < end && *at != '?' && *at > ' ' && *at != 0x7F)
		at++;
	return at < end && *at == '?' ? at : NULL;
}

/* The text may hold blanks, as some write them there; it ends at "?=". */
static const char *text_end(const char *at, const char *end)
{
	if (end - at > WORD_MAX)
		end = at + WORD_MAX;
	for (; at + 1 < end; at++) {
		if (at[0] == '?' && at[1] == '=')
			return at;
	}
	return NULL;
}

/* Read the encoded word at `at`, which starts with "=?". */
static bool read_word(const char *at, const char *end, struct encoded_word *word)
{
	const char *charset = at + 2, *encoding = part_end(charset, end), *text_at;

	if (!encoding || end - encoding < 4 || encoding[2] != '?')
		return false;
	text_at = encoding + 3;
	*word = (struct encoded_word){
		.charset = find_charset(charset, (size_t)(encoding - charset)),
		.encoding = (char)(encoding[1] | 0x20),
		.text = text_at,
		.end = text_end(text_at, end),
	};
	if (!word->charset || !word->end)
		return false;
	word->length = (size_t)(word->end - text_at);
	word->end += 2;
	return word->encoding == 'q' || (word->encoding == 'b' && is_base64(word));
}

static void take_word(struct strbuf *out, struct pending_word *pending,
	const struct encoded_word *word)
{
	if (pending->charset != word->charset)
		flush_pending(out, pending);
	pending->charset = word->charset;
	if (word->encoding == 'q')
		decode_q(&pending->bytes, word);
	else
		decode_b(&pending->bytes, word);
}

/* What stands between two encoded words, or around them. */
static void add_raw(struct strbuf *out, const char *text, size_t length)
{
	if (u8_check((const uint8_t *)text, length))
		add_converted(out, "WINDOWS-1252", text, length);
	else
		add_plain(out, text, length);
}

static bool is_blank(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!strchr(" \t\r\n", text[i]) || !text[i])
			return false;
	}
	return true;
}

/* Where the next encoded word starts; `end`: nowhere. */
static const char *next_word(const char *at, const char *end, struct encoded_word *word)
{
	while (end - at > 2) {
		if (at[0] == '=' && at[1] == '?' && read_word(at, end, word))
			return at;
		at++;
	}
	return end;
}

void encoded_word_decode(struct strbuf *out, const char *text, size_t length)
{
	const char *at = text, *end = text + length;
	struct pending_word pending = {.bytes = STRBUF_INIT};

	while (at < end) {
		struct encoded_word word = {.charset = NULL};
		const char *start = next_word(at, end, &word);
		size_t between = (size_t)(start - at);

		/* Blanks between two encoded words are no part of the text (RFC 2047 section 6.2). */
		if (between > 0 && !(pending.charset && start < end && is_blank(at, between))) {
			flush_pending(out, &pending);
			add_raw(out, at, between);
		}
		if (start == end)
			break;
		take_word(out, &pending, &word);
		at = word.end;
	}
	flush_pending(out, &pending);
	strbuf_release(&pending.bytes);
}
