#include "feed/format/json/json_scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/memory.h"

/* More members in one object: none of the plain kind. */
#define MEMBERS_MAX 64

/* Fields, one bit each by their place in scan->fields. */
typedef uint64_t field_set;

/* An object or array being passed. */
struct scan_place {
	size_t depth;     /* objects and arrays around it, the record's own too */
	size_t step;      /* the step of a path that its names are compared with */
	field_set wanted; /* whose path leads into it */
};

/* The names of one object so far. */
struct scan_names {
	uint64_t marks; /* two of one name have one mark */
	struct json_scan_name items[MEMBERS_MAX];
	size_t count;
};

static const char *pass_value(struct json_scan *scan, const char *at,
	const struct scan_place *inside, field_set here);

void json_scan_init(struct json_scan *scan)
{
	scan->count = scan->asked_count = 0;
	scan->is_wide = false;
	scan->texts = (struct strbuf)STRBUF_INIT;
}

void json_scan_want(struct json_scan *scan, const char *name)
{
	struct json_scan_field *field = &scan->fields[scan->count];
	size_t room = 0;

	if (scan->count == JSON_SCAN_FIELDS_MAX) {
		scan->is_wide = true;
		return;
	}
	if (name)
		scan->asked[scan->asked_count++] = scan->count;
	scan->count++;
	*field = (struct json_scan_field){.whole = {name, name ? strlen(name) : SIZE_MAX}};
	while (name) {
		size_t length = strcspn(name, ".");

		field->steps =
			memory_grow(field->steps, field->step_count, &room, sizeof(*field->steps));
		field->steps[field->step_count++] = (struct json_scan_name){name, length};
		name = name[length] ? name + length + 1 : NULL;
	}
}

void json_scan_release(struct json_scan *scan)
{
	for (size_t i = 0; i < scan->count; i++)
		free(scan->fields[i].steps);
	scan->count = 0;
	strbuf_release(&scan->texts);
}

static const char *pass_blanks(const char *at)
{
	while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
		at++;
	return at;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *pass_digits(const char *at)
{
	if (!is_digit(*at))
		return NULL;
	while (is_digit(*at))
		at++;
	return at;
}

/* RFC 8259 section 6. */
static const char *pass_number(const char *at)
{
	at += *at == '-';
	at = *at == '0' ? at + 1 : pass_digits(at);
	if (at && *at == '.')
		at = pass_digits(at + 1);
	if (at && (*at == 'e' || *at == 'E')) {
		at++;
		at += *at == '+' || *at == '-';
		at = pass_digits(at);
	}
	return at;
}

/* Characters of a string that are not as all others: its end, an escape, what may not be, and what is no ASCII. */
enum { PLAIN, STOPS, NO_ASCII };

#define EIGHT(kind)   kind, kind, kind, kind, kind, kind, kind, kind
#define SIXTEEN(kind) EIGHT(kind), EIGHT(kind)
#define MANY(kind)    SIXTEEN(kind), SIXTEEN(kind), SIXTEEN(kind), SIXTEEN(kind)

static const unsigned char kinds[256] = {SIXTEEN(STOPS), SIXTEEN(STOPS), /* up to the blank */
	PLAIN, PLAIN, STOPS /* the quote */, PLAIN, PLAIN, PLAIN, PLAIN, PLAIN, EIGHT(PLAIN),
	SIXTEEN(PLAIN), SIXTEEN(PLAIN), EIGHT(PLAIN), PLAIN, PLAIN, PLAIN, PLAIN,
	STOPS /* the backslash */, PLAIN, PLAIN, PLAIN, SIXTEEN(PLAIN), SIXTEEN(PLAIN),
	MANY(NO_ASCII), MANY(NO_ASCII)};

/* Past a string's plain characters, up to its closing quote, a backslash, a control character, or the end. */
static const char *pass_characters(const char *at, bool *is_ascii)
{
	for (;;) {
		while (kinds[(unsigned char)*at] == PLAIN)
			at++;
		if (kinds[(unsigned char)*at] == STOPS)
			return at;
		*is_ascii = false;
		at++;
	}
}

/* The value of four hexadecimal digits; -1: they are none. */
static int read_hex(const char *at)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef", c = at[i];
		const char *found =
			c ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

		if (!found)
			return -1;
		value = value * 16 + (int)(found - digits);
	}
	return value;
}

/* Past \uXXXX, of which a character outside the first plane has two; NULL: half of one, or NUL. */
static const char *pass_unicode(const char *at, struct strbuf *into)
{
	int first = read_hex(at + 2), second;
	ucs4_t c = (ucs4_t)first;
	uint8_t bytes[4];
	int length;

	if (first <= 0 || (first >= 0xDC00 && first <= 0xDFFF))
		return NULL;
	at += 6;
	if (first >= 0xD800 && first <= 0xDBFF) {
		second = at[0] == '\\' && at[1] == 'u' ? read_hex(at + 2) : -1;
		if (second < 0xDC00 || second > 0xDFFF)
			return NULL;
		c = 0x10000 + (((ucs4_t)first - 0xD800) << 10) + ((ucs4_t)second - 0xDC00);
		at += 6;
	}
	length = u8_uctomb(bytes, c, sizeof(bytes));
	if (into && length > 0)
		strbuf_add(into, bytes, (size_t)length);
	return at;
}

static const char *pass_escape(const char *at, struct strbuf *into)
{
	const char *const letters = "\"\\/bfnrt", *const mean = "\"\\/\b\f\n\r\t";
	const char *found = at[1] ? strchr(letters, at[1]) : NULL;

	if (at[1] == 'u')
		return pass_unicode(at, into);
	if (!found)
		return NULL;
	if (into)
		strbuf_addc(into, mean[found - letters]);
	return at + 2;
}

/* Past a string; what it says is added to `into`, unless that is NULL. */
static const char *pass_string(const char *at, struct strbuf *into)
{
	for (at++;;) {
		const char *start = at;
		bool is_ascii = true;

		at = pass_characters(at, &is_ascii);
		if (!is_ascii && u8_check((const uint8_t *)start, (size_t)(at - start)))
			return NULL;
		if (into)
			strbuf_add(into, start, (size_t)(at - start));
		if (*at == '"')
			return at + 1;
		if (*at != '\\')
			return NULL;
		at = pass_escape(at, into);
		if (!at)
			return NULL;
	}
}

static bool is_name(const struct json_scan_name *a, const struct json_scan_name *b)
{
	return a->length == b->length && (a->length == 0 || a->text[0] == b->text[0]) &&
		memcmp(a->text, b->text, a->length) == 0;
}

/* Note a name of an object; false where it has it already, or too many. */
static bool note_name(struct scan_names *names, const struct json_scan_name *name)
{
	const unsigned char *text = (const unsigned char *)name->text;
	size_t ends = name->length > 0
		? text[0] * 7U + text[name->length - 1] * 3U + text[name->length / 2]
		: 0;
	uint64_t mark = UINT64_C(1) << ((ends + name->length * 11) & 63);

	for (size_t i = 0; names->marks & mark && i < names->count; i++) {
		if (is_name(&names->items[i], name))
			return false;
	}
	if (names->count == MEMBERS_MAX)
		return false;
	names->marks |= mark;
	names->items[names->count++] = *name;
	return true;
}

/* Past a member's name, which has no escapes, and its colon. */
static const char *pass_name(const char *at, struct json_scan_name *name)
{
	bool is_ascii = true;
	const char *end;

	if (*at != '"')
		return NULL;
	end = pass_characters(at + 1, &is_ascii);
	*name = (struct json_scan_name){at + 1, (size_t)(end - at) - 1};
	if (*end != '"' || (!is_ascii && u8_check((const uint8_t *)name->text, name->length)))
		return NULL;
	at = pass_blanks(end + 1);
	return *at == ':' ? pass_blanks(at + 1) : NULL;
}

/* Set the value of the fields `here`. */
static void set_values(struct json_scan *scan, field_set here, const struct json_scan_value *value)
{
	for (size_t i = 0; here; i++, here >>= 1) {
		if (here & 1 && (!scan->values[i].is_exact || value->is_exact))
			scan->values[i] = *value;
	}
}

/* Which fields a member is the value of, and into which fields' paths it leads. */
static void find_fields(const struct json_scan *scan, const struct scan_place *place,
	const struct json_scan_name *name, field_set *here, field_set *into)
{
	*here = *into = 0;
	for (size_t i = 0; i < scan->asked_count; i++) {
		const struct json_scan_field *field = &scan->fields[scan->asked[i]];
		const field_set bit = UINT64_C(1) << scan->asked[i];

		if (place->depth == 0 && is_name(&field->whole, name))
			*here |= bit;
		if (!(place->wanted & bit) || field->step_count <= 1 ||
			!is_name(&field->steps[place->step], name))
			continue;
		if (place->step + 1 == field->step_count)
			*here |= bit;
		else
			*into |= bit;
	}
}

static const char *pass_object(struct json_scan *scan, const char *at,
	const struct scan_place *place)
{
	struct scan_names names;

	names.marks = names.count = 0;
	at = pass_blanks(at + 1);
	if (*at == '}')
		return at + 1;
	for (;;) {
		struct scan_place inside = {place->depth + 1, place->step + 1, 0};
		struct json_scan_name name;
		field_set here;

		at = pass_name(at, &name);
		if (!at || !note_name(&names, &name))
			return NULL;
		find_fields(scan, place, &name, &here, &inside.wanted);
		at = pass_value(scan, at, &inside, here);
		if (!at)
			return NULL;
		at = pass_blanks(at);
		if (*at == '}')
			return at + 1;
		if (*at != ',')
			return NULL;
		at = pass_blanks(at + 1);
	}
}

static const char *pass_array(struct json_scan *scan, const char *at, size_t depth)
{
	const struct scan_place inside = {depth + 1, 0, 0};

	at = pass_blanks(at + 1);
	if (*at == ']')
		return at + 1;
	for (;;) {
		at = pass_value(scan, at, &inside, 0);
		if (!at)
			return NULL;
		at = pass_blanks(at);
		if (*at == ']')
			return at + 1;
		if (*at != ',')
			return NULL;
		at = pass_blanks(at + 1);
	}
}

static const char *pass_word(const char *at, const char *word)
{
	size_t length = strlen(word);

	return strncmp(at, word, length) == 0 ? at + length : NULL;
}

/* Add a text as it stands, and the NUL behind it. */
static void add_whole(struct strbuf *texts, const char *text, size_t length)
{
	strbuf_reserve(texts, length + 1);
	memcpy(texts->text + texts->length, text, length);
	texts->length += length;
	texts->text[texts->length++] = '\0';
}

/* Past a text or number, which is added to the texts, unless nobody wants it. */
static const char *pass_text(struct json_scan *scan, const char *at, bool is_wanted)
{
	const char *start = at;
	bool is_ascii = true;

	if (*at != '"') {
		at = pass_number(at);
		if (at && is_wanted)
			add_whole(&scan->texts, start, (size_t)(at - start));
		return at;
	}
	at = pass_characters(start + 1, &is_ascii);
	if (*at == '"' && is_ascii) {
		if (is_wanted)
			add_whole(&scan->texts, start + 1, (size_t)(at - start) - 1);
		return at + 1;
	}
	at = pass_string(start, is_wanted ? &scan->texts : NULL);
	if (is_wanted)
		strbuf_addc(&scan->texts, '\0');
	return at;
}

/* Past null, true or false; NULL: it is none of them. */
static const char *pass_constant(const char *at, enum json_scan_kind *kind)
{
	*kind = *at == 't' ? JSON_SCAN_TRUE : *at == 'f' ? JSON_SCAN_FALSE : JSON_SCAN_NULL;
	return pass_word(at, *at == 't' ? "true" : *at == 'f' ? "false" : "null");
}

/* Past an array of texts, which is the value of the fields `here`. */
static const char *pass_texts(struct json_scan *scan, const char *at, struct json_scan_value *value)
{
	value->kind = JSON_SCAN_TEXTS;
	at = pass_blanks(at + 1);
	if (*at == ']')
		return at + 1;
	for (;;) {
		value->has_number = value->has_number || *at != '"';
		value->count++;
		at = pass_text(scan, at, true);
		if (!at)
			return NULL;
		at = pass_blanks(at);
		if (*at == ']')
			return at + 1;
		if (*at != ',')
			return NULL;
		at = pass_blanks(at + 1);
	}
}

/* Past a value that is the one of the fields `here`. */
static const char *pass_wanted(struct json_scan *scan, const char *at, bool is_exact,
	field_set here)
{
	struct json_scan_value value = {.is_exact = is_exact, .at = scan->texts.length};

	if (*at == '[') {
		at = pass_texts(scan, at, &value);
	} else if (*at == 't' || *at == 'f' || *at == 'n') {
		at = pass_constant(at, &value.kind);
	} else {
		value.kind = JSON_SCAN_TEXT;
		value.has_number = *at != '"';
		value.count = 1;
		at = pass_text(scan, at, true);
	}
	if (at)
		set_values(scan, here, &value);
	return at;
}

/* Past a value; `inside` is the place in it, should it be an object or array. */
static const char *pass_value(struct json_scan *scan, const char *at,
	const struct scan_place *inside, field_set here)
{
	enum json_scan_kind kind;

	if (here)
		return pass_wanted(scan, at, inside->depth == 1, here);
	if (*at == 't' || *at == 'f' || *at == 'n')
		return pass_constant(at, &kind);
	if (*at != '{' && *at != '[')
		return pass_text(scan, at, false);
	if (inside->depth == JSON_SCAN_DEPTH_MAX)
		return NULL;
	return *at == '{' ? pass_object(scan, at, inside) : pass_array(scan, at, inside->depth);
}

size_t json_scan_record(struct json_scan *scan, const char *text)
{
	const struct scan_place record = {0, 0, ~(field_set)0};
	const char *end;

	if (*text != '{' || scan->is_wide)
		return 0;
	strbuf_reset(&scan->texts);
	memset(scan->values, 0, scan->count * sizeof(scan->values[0]));
	end = pass_object(scan, text, &record);
	return end ? (size_t)(end - text) : 0;
}

const char *json_scan_text(const struct json_scan *scan, size_t field)
{
	const struct json_scan_value *value = &scan->values[field];

	return value->kind == JSON_SCAN_TEXT ? scan->texts.text + value->at : NULL;
}

void json_scan_texts(const struct json_scan *scan, size_t field, const char **texts)
{
	const struct json_scan_value *value = &scan->values[field];
	const char *at = scan->texts.text + value->at;

	for (size_t i = 0; i < value->count; i++, at += strlen(at) + 1)
		texts[i] = at;
}
