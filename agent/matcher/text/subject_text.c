#include "matcher/text/subject_text.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/hidden.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"

#define FOLDED_MAX 4 /* room for what one character is folded to; Unicode has 3 at most */

static bool is_blank(uint32_t c)
{
	return c <= ' ' || c == 0x7f || (c >= 0x80 && uc_is_property_white_space(c));
}

/* Copy without invisible characters, every run of blanks made one space, and none at the ends. */
static void add_visible(struct strbuf *out, const uint8_t *text, size_t length)
{
	bool has_blank = false;

	while (length > 0) {
		ucs4_t c;
		size_t bytes = (size_t)u8_mbtouc(&c, text, length);

		if (is_blank(c)) {
			has_blank = out->length > 0;
		} else if (c == 0xfffd || !hidden_character(c)) {
			if (has_blank)
				strbuf_addc(out, ' ');
			has_blank = false;
			if (c == 0xfffd)
				strbuf_adds(out, "\xEF\xBF\xBD");
			else
				strbuf_add(out, text, bytes);
		}
		text += bytes;
		length -= bytes;
	}
}

static void compose(struct strbuf *text)
{
	size_t length = 0;
	uint8_t *composed;

	if (text_is_ascii(text->text, text->length))
		return;
	composed =
		u8_normalize(UNINORM_NFC, (const uint8_t *)text->text, text->length, NULL, &length);
	if (!composed)
		return;
	strbuf_reset(text);
	strbuf_add(text, composed, length);
	free(composed);
}

static void add_folded(struct subject_text *text, ucs4_t c, size_t at)
{
	ucs4_t folded[FOLDED_MAX] = {c};
	size_t count = FOLDED_MAX;

	if (c < 0x80) {
		folded[0] = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
		count = 1;
	} else if (!u32_casefold(&c, 1, NULL, NULL, folded, &count)) {
		count = 1;
	}
	for (size_t i = 0; i < count; i++) {
		text->chars[text->count] = folded[i];
		text->at[text->count++] = (uint32_t)at;
	}
}

void subject_text_read(struct subject_text *text, struct arena *arena, const char *bytes,
	size_t length)
{
	struct strbuf visible = STRBUF_INIT, shown = STRBUF_INIT;
	const uint8_t *at, *end;
	ucs4_t last = 0;

	add_visible(&visible, (const uint8_t *)bytes, length);
	compose(&visible);
	/* Three characters come from two bytes or more. */
	*text = (struct subject_text){
		.chars = arena_get(arena, (visible.length * 2 + 1) * sizeof(*text->chars)),
		.at = arena_get(arena, (visible.length * 2 + 1) * sizeof(*text->at))};
	at = (const uint8_t *)visible.text;
	end = at + visible.length;
	while (at < end) {
		ucs4_t c;
		size_t width = (size_t)u8_mbtouc(&c, at, (size_t)(end - at));
		bool is_inner = c == ' ' && (last == '[' || at[width] == ']');

		if (!is_inner) {
			add_folded(text, c, shown.length);
			strbuf_add(&shown, at, width);
			last = c;
		}
		at += width;
	}
	text->at[text->count] = (uint32_t)shown.length;
	text->shown = strbuf_to_arena(&shown, arena);
	strbuf_release(&visible);
}

const char *subject_text_key(struct arena *arena, const char *text)
{
	struct subject_text own;
	struct strbuf key = STRBUF_INIT;

	subject_text_read(&own, arena, text, strlen(text));
	for (size_t i = 0; i < own.count; i++) {
		uint8_t bytes[6];
		int width = u8_uctomb(bytes, own.chars[i], sizeof(bytes));

		if (width > 0)
			strbuf_add(&key, bytes, (size_t)width);
	}
	return strbuf_to_arena(&key, arena);
}

bool subject_text_is_word(uint32_t c)
{
	if (c < 0x80)
		return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return uc_is_general_category_withtable(c,
		UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_M);
}

bool subject_text_is_edge(const struct subject_text *text, size_t place)
{
	return place == 0 || place >= text->count ||
		!subject_text_is_word(text->chars[place - 1]) ||
		!subject_text_is_word(text->chars[place]);
}

bool subject_text_has(const struct subject_text *text, size_t place, const uint32_t *chars,
	size_t count)
{
	if (place > text->count || count > text->count - place)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (text->chars[place + i] != chars[i])
			return false;
	}
	return true;
}

size_t subject_text_skip(const struct subject_text *text, size_t place)
{
	while (place < text->count &&
		(text->chars[place] == ' ' || text->chars[place] == SUBJECT_CUT))
		place++;
	return place;
}

size_t subject_text_skip_back(const struct subject_text *text, size_t place)
{
	while (place > 0 &&
		(text->chars[place - 1] == ' ' || text->chars[place - 1] == SUBJECT_CUT))
		place--;
	return place;
}
