#include "report/ldif/legacy.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "report/ldif/last_line.h"
#include "report/ldif/reader.h"

enum legacy_label {
	LABEL_JOINS,
	LABEL_LEAVES,
	LABEL_STAYS,
	LABEL_TOTAL,
	LABEL_FAILED,
	LABEL_SETTINGS,
	LABEL_DIRECTORY,
	LABEL_TAKES_BACK,
	LABEL_SEAL,
	LABEL_SEAL_TAGS,
	LABEL_SEAL_ROUTES,
	LABEL_SIGNATURE,
};

static const char *const labels[][2] = {
	[LABEL_JOINS] = {"joins", "tilf\xc3\xb8jes"},
	[LABEL_LEAVES] = {"leaves", "fjernes"},
	[LABEL_STAYS] = {"stays",
		"bliver st\xc3\xa5"
		"ende"},
	[LABEL_TOTAL] = {"total", "i alt"},
	[LABEL_FAILED] = {"failed", "mislykket"},
	[LABEL_SETTINGS] = {"settings", "indstillinger"},
	[LABEL_DIRECTORY] = {"directory", "katalog"},
	[LABEL_TAKES_BACK] = {"takes back run", "tager k\xc3\xb8rsel tilbage"},
	[LABEL_SEAL] = {"SHA-256 of all above", "SHA-256 af alt ovenfor"},
	[LABEL_SEAL_TAGS] = {"SHA-256 of tags", "SHA-256 af emner"},
	[LABEL_SEAL_ROUTES] = {"SHA-256 of routes", "SHA-256 af ruter"},
	[LABEL_SIGNATURE] = {"signature", "underskrift"},
};

/* What stands behind "label: ", in either language; NULL where it is another label. */
static const char *behind_label(const char *text, enum legacy_label label)
{
	for (size_t i = 0; i < 2; i++) {
		size_t length = strlen(labels[label][i]);

		if (strncmp(text, labels[label][i], length) == 0 &&
			strncmp(text + length, ": ", 2) == 0)
			return text + length + 2;
	}
	return NULL;
}

/* People */

/* A value's DN as it is, and as comments show it. */
struct shown_dn {
	const char *dn, *safe;
};

/* What stands behind the DN in a comment that begins with it; NULL: it does not. */
static const char *behind_dn(const char *text, const struct shown_dn *shown)
{
	if (strncmp(text, shown->safe, strlen(shown->safe)) == 0)
		return text + strlen(shown->safe);
	return strncmp(text, shown->dn, strlen(shown->dn)) == 0 ? text + strlen(shown->dn) : NULL;
}

/* Where the bracket that opens at `text` closes; NULL: nowhere. */
static const char *find_closing(const char *text)
{
	int depth = 0;

	for (; *text; text++) {
		depth += (*text == '(') - (*text == ')');
		if (depth == 0)
			return text;
	}
	return NULL;
}

static void set_why(struct machine_value *value, struct arena *arena, const char *why)
{
	if (value->verb == MACHINE_LEAVES) {
		value->leaves = arena_get(arena, sizeof(*value->leaves));
		value->leaves->kind = LEAVES_FROM_FILE;
		value->leaves->told = arena_string(arena, why);
	} else if (value->verb == MACHINE_JOINS) {
		value->reasons = arena_get(arena, sizeof(*value->reasons));
		value->reasons->kind = REASON_FROM_FILE;
		value->reasons->what = arena_string(arena, why);
		value->reason_count = 1;
	}
}

/* Take "(name)" or "(name): why", what follows a DN, apart. */
static bool take_name(struct machine_value *value, struct arena *arena, const char *text)
{
	const char *end = find_closing(text);

	if (!end || (end[1] && strncmp(end + 1, ": ", 2) != 0))
		return false;
	value->name = arena_bytes(arena, text + 1, (size_t)(end - text - 1));
	if (end[1])
		set_why(value, arena, end + 3);
	return true;
}

/* Of one who stays, the DN is known from the comment alone: it ends where a whole name begins. */
static void take_staying(struct machine_list *list, struct arena *arena, const char *text)
{
	struct machine_value *value =
		machine_value_new(list, arena, MACHINE_STAYS, arena_string(arena, text));

	for (const char *at = text; (at = strstr(at, " (")); at += 2) {
		const char *dn = arena_bytes(arena, text, (size_t)(at - text));

		if (dn_is_entry(dn) && take_name(value, arena, at + 1)) {
			value->dn = dn;
			break;
		}
	}
}

/* Take what a comment says of a value: "dn (name): why", or "dn: why"; false: it is about another one. */
static bool take_comment(struct machine_value *value, const struct shown_dn *shown,
	struct arena *arena, const char *text)
{
	const char *label = behind_label(text, LABEL_JOINS), *behind;

	label = label ? label : behind_label(text, LABEL_LEAVES);
	behind = label ? behind_dn(label, shown) : NULL;
	if (!behind)
		return false;
	if (strncmp(behind, " (", 2) == 0)
		return take_name(value, arena, behind + 1);
	if (strncmp(behind, ": ", 2) == 0)
		set_why(value, arena, behind + 2);
	return strncmp(behind, ": ", 2) == 0;
}

/* Records */

/* The comments above a record, which are in the order of its values; `next`: behind the last value's. */
struct above_ctx {
	const struct read_comment *comments;
	size_t count, next;
};

static void find_comment(struct above_ctx *above, struct machine_value *value, struct arena *arena)
{
	struct strbuf safe = STRBUF_INIT;
	struct shown_dn shown;

	strbuf_add_safe(&safe, value->dn);
	shown = (struct shown_dn){value->dn, safe.text};
	for (size_t i = 0; i < above->count; i++) {
		size_t at = (above->next + i) % above->count;

		if (take_comment(value, &shown, arena, above->comments[at].text)) {
			above->next = at + 1;
			break;
		}
	}
	strbuf_release(&safe);
}

static void take_record(struct machine_list *list, const struct read_record *record,
	struct above_ctx *above, struct arena *arena)
{
	for (size_t i = 0; i < record->comment_count; i++) {
		const char *stays = behind_label(above->comments[i].text, LABEL_STAYS);

		if (stays)
			take_staying(list, arena, stays);
	}
	for (size_t i = 0; i < record->count; i++) {
		const struct read_values *values = &record->values[i];

		for (size_t j = 0; j < values->count; j++) {
			struct machine_value *value;

			if (record->kind != READ_MODIFY && !dn_is_entry(values->items[j]))
				continue;
			value = machine_value_new(list, arena,
				values->verb == READ_ADD ? MACHINE_JOINS : MACHINE_LEAVES,
				arena_string(arena, values->items[j]));
			value->state = record->commented_out ? MACHINE_FAILED : MACHINE_DONE;
			find_comment(above, value, arena);
		}
	}
}

/* A list's second record, of more values than one takes, has no comments of its own: it goes on with the first's. */
static void move_on(struct above_ctx *above, const struct read_report *report,
	const struct read_record *record)
{
	bool goes_on = record > report->records && record->comment_count == 0 &&
		strcmp(record->dn, record[-1].dn) == 0;

	if (goes_on)
		return;
	*above = (struct above_ctx){.count = record->comment_count};
	if (above->count > 0)
		above->comments = &report->comments[record->first_comment];
}

void legacy_read(struct read_report *report, struct arena *arena)
{
	struct table *known = table_new(arena); /* by key: the list's place */
	struct machine *machine = &report->machine;
	struct above_ctx above = {NULL, 0, 0};

	for (size_t i = 0; i < report->count; i++) {
		const struct read_record *record = &report->records[i];
		const char *key = dn_key(arena, record->dn);
		size_t *place = key ? table_find(known, key) : NULL;

		move_on(&above, report, record);
		if (!key)
			continue;
		if (!place) {
			place = arena_get(arena, sizeof(*place));
			*place = machine->count;
			machine_list_new(machine, arena, arena_string(arena, record->dn));
			table_put(known, key, place);
		}
		take_record(&machine->lists[*place], record, &above, arena);
	}
}

bool legacy_names(const struct read_report *report, const char *text)
{
	for (size_t i = report->head_count; i < report->comment_count; i++) {
		if (strcasestr(report->comments[i].text, text))
			return true;
	}
	return false;
}

size_t legacy_head_rest(const struct read_report *report)
{
	size_t first = report->head_count;

	for (size_t i = 0; i < report->head_count; i++) {
		const char *text = report->comments[i].text;

		if (behind_label(text, LABEL_SETTINGS) || behind_label(text, LABEL_DIRECTORY) ||
			behind_label(text, LABEL_TAKES_BACK))
			first = i + 1;
	}
	return first;
}

bool legacy_is_total(const char *line)
{
	return strncmp(line, "# ", 2) == 0 &&
		(behind_label(line + 2, LABEL_TOTAL) || behind_label(line + 2, LABEL_FAILED));
}

bool legacy_is_first_total(const char *line)
{
	return strncmp(line, "# ", 2) == 0 && behind_label(line + 2, LABEL_TOTAL);
}

/* Saved plans */

/* What the line from `line` to `end` says behind a label, in `arena`; NULL where it has another. */
static const char *value_behind(struct arena *arena, const char *line, const char *end,
	enum legacy_label label)
{
	size_t length = (size_t)(end - line);

	if (length < strlen("# x\n") || strncmp(line, "# ", 2) != 0 || length > 200)
		return NULL;
	return behind_label(arena_bytes(arena, line + 2, length - 3), label);
}

enum saved_plan_state legacy_seal_read(struct saved_plan *saved, const char *text, size_t length,
	struct arena *arena)
{
	const char *end = last_line_find_end(text, length), *line;
	const char *hash;

	if (!end)
		return SAVED_PLAN_CUT;
	line = last_line_before(text, end);
	saved->signature = value_behind(arena, line, end, LABEL_SIGNATURE);
	if (saved->signature) {
		end = line;
		line = last_line_before(text, end);
	}
	saved->seal = value_behind(arena, line, end, LABEL_SEAL);
	hash = hash_hex(arena, text, (size_t)(line - text));
	return saved->seal && strcmp(saved->seal, hash) == 0 ? SAVED_PLAN_STALE
							     : SAVED_PLAN_ALTERED;
}

bool legacy_seal_was_there(const char *text, size_t length)
{
	const char *end = text + length;
	struct arena *arena = arena_new();
	bool is_there = false;

	for (const char *line = text, *next; line < end && !is_there; line = next) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));

		next = newline ? newline + 1 : end;
		if ((size_t)(next - line) > strlen("# SHA-256") &&
			memcmp(line, "# SHA-256", strlen("# SHA-256")) == 0)
			is_there = value_behind(arena, line, next, LABEL_SEAL) ||
				value_behind(arena, line, next, LABEL_SEAL_TAGS) ||
				value_behind(arena, line, next, LABEL_SEAL_ROUTES);
	}
	arena_free(arena);
	return is_there;
}
