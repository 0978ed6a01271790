#include "rules/spelling.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "rules/rules.h"

#define NO_BREAK_SPACE "\xc2\xa0"

/* A character, and how else it may stand there; those that are NULL are the same as it is. */
struct unit {
	const char *text, *lower, *upper, *apart;
	bool is_blank;
	bool has_case; /* of its own, beyond ASCII */
};

struct units {
	struct unit *items;
	size_t count, blanks, cased;
	bool has_apart;
};

static void add_single_spaced(struct strbuf *out, const uint8_t *text, size_t length)
{
	while (length > 0) {
		ucs4_t c;
		int bytes = u8_mbtouc(&c, text, length);

		if (!uc_is_property_white_space(c))
			strbuf_add(out, text, (size_t)bytes);
		else if (out->length > 0 && out->text[out->length - 1] != ' ')
			strbuf_addc(out, ' ');
		text += bytes;
		length -= (size_t)bytes;
	}
	if (out->length > 0 && out->text[out->length - 1] == ' ')
		out->text[--out->length] = '\0';
}

const char *rules_spelling(struct arena *arena, const char *text)
{
	struct strbuf out = STRBUF_INIT;
	size_t length = strlen(text);
	uint8_t *composed = u8_normalize(UNINORM_NFC, (const uint8_t *)text, length, NULL, &length);
	const char *spelling;

	add_single_spaced(&out, composed ? composed : (const uint8_t *)text, length);
	spelling = strbuf_to_arena(&out, arena);
	free(composed);
	return spelling;
}

/* In arena what libunistring made; NULL where it is as `text`, or could not be made. */
static const char *take_made(struct arena *arena, uint8_t *made, size_t length, const char *text)
{
	const char *taken = made ? arena_bytes(arena, (const char *)made, length) : NULL;

	free(made);
	return taken && strcmp(taken, text) != 0 ? taken : NULL;
}

static void read_letter(struct arena *arena, struct units *units, struct unit *unit)
{
	const uint8_t *letter = (const uint8_t *)unit->text;
	size_t bytes = strlen(unit->text), length = 0;
	uint8_t *made = u8_tolower(letter, bytes, NULL, NULL, NULL, &length);

	unit->lower = take_made(arena, made, length, unit->text);
	made = u8_toupper(letter, bytes, NULL, NULL, NULL, &length);
	unit->upper = take_made(arena, made, length, unit->text);
	made = u8_normalize(UNINORM_NFD, letter, bytes, NULL, &length);
	unit->apart = take_made(arena, made, length, unit->text);
	unit->has_case = unit->lower || unit->upper;
	units->cased += unit->has_case;
	units->has_apart = units->has_apart || unit->apart;
}

static void find_units(struct arena *arena, const char *spelling, struct units *units)
{
	const uint8_t *at = (const uint8_t *)spelling;
	size_t left = strlen(spelling);

	*units = (struct units){.items = arena_get(arena, left * sizeof(*units->items))};
	while (left > 0) {
		ucs4_t c;
		size_t bytes = (size_t)u8_mbtouc(&c, at, left);
		struct unit *unit = &units->items[units->count++];

		unit->text = arena_bytes(arena, (const char *)at, bytes);
		unit->is_blank = c == ' ';
		units->blanks += unit->is_blank;
		if (c >= 0x80)
			read_letter(arena, units, unit);
		at += bytes;
		left -= bytes;
	}
}

/* How many ways the blanks have: single; one or another, or all, doubled; all tabs; all no-break. */
static size_t blank_ways(const struct units *units)
{
	return units->blanks == 0 ? 1 : units->blanks + (units->blanks > 1) + 3;
}

/* Blank number `blank` in way number `way`. */
static const char *blank_in(const struct units *units, size_t way, size_t blank)
{
	size_t last = blank_ways(units) - 1;

	if (way == 0)
		return " ";
	if (way == last)
		return NO_BREAK_SPACE;
	if (way == last - 1)
		return "\t";
	return way == blank + 1 || way > units->blanks ? "  " : " ";
}

/* How many ways the cases of letters have: each its own, or past the limit as it is, all lower, all upper. */
static size_t case_ways(const struct units *units)
{
	return units->cased <= RULES_CASED_MAX ? (size_t)1 << units->cased : 3;
}

/* The letter in way number `way`, being number `place` of those with cases. */
static const char *letter_in(const struct units *units, const struct unit *unit, size_t way,
	size_t place)
{
	const char *other = unit->lower ? unit->lower : unit->upper;
	bool changed = units->cased <= RULES_CASED_MAX
		? way >> place & 1
		: (way == 1 && unit->lower) || (way == 2 && unit->upper);

	return unit->has_case && changed ? other : unit->text;
}

static const char *make_way(struct arena *arena, const struct units *units, size_t blanks,
	size_t cases, bool apart)
{
	struct strbuf out = STRBUF_INIT;
	size_t blank = 0, place = 0;

	for (size_t i = 0; i < units->count; i++) {
		const struct unit *unit = &units->items[i];

		if (unit->is_blank)
			strbuf_adds(&out, blank_in(units, blanks, blank++));
		else if (apart && unit->apart)
			strbuf_adds(&out, unit->apart);
		else
			strbuf_adds(&out, letter_in(units, unit, cases, place));
		place += unit->has_case;
	}
	return strbuf_to_arena(&out, arena);
}

/* Add a way unless it is there: cases of a letter that is apart make no difference. */
static void add_way(struct arena *arena, const char ***ways, size_t *count, size_t *room,
	const char *way)
{
	for (size_t i = 0; i < *count; i++) {
		if (strcmp((*ways)[i], way) == 0)
			return;
	}
	*ways = arena_grow(arena, *ways, *count, room, sizeof(**ways));
	(*ways)[(*count)++] = way;
}

size_t rules_ways(struct arena *arena, const char *spelling, const char ***ways)
{
	struct units units;
	size_t count = 0, room = 0;

	*ways = NULL;
	find_units(arena, spelling, &units);
	for (size_t apart = 0; apart <= units.has_apart; apart++) {
		for (size_t cases = 0; cases < case_ways(&units); cases++) {
			for (size_t blanks = 0; blanks < blank_ways(&units); blanks++)
				add_way(arena, ways, &count, &room,
					make_way(arena, &units, blanks, cases, apart));
		}
	}
	return count;
}
