#include "report/ldif/machine_code.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "model/plan.h"
#include "report/json_text.h"

/* A kind: its code, the keys of the text and the person that belong to it; NULL: none does. */
struct code_row {
	const char *code, *text, *person;
};

static const struct code_row reason_rows[] = {
	[REASON_ROLE] = {"role", "role", NULL},
	[REASON_GROUP] = {"group", "group", NULL},
	[REASON_NAMED] = {"named", "as", NULL},
	[REASON_STAND_IN] = {"stand_in", NULL, "for"},
	[REASON_FILLS_UP] = {"fills_up", NULL, NULL},
	[REASON_FALLBACK] = {"fallback", NULL, NULL},
	[REASON_STAYS_BESIDE] = {"stays_beside", NULL, "person"},
	[REASON_NO_STAND_IN] = {"no_stand_in", NULL, "person"},
	[REASON_KEEP] = {"keep", NULL, NULL},
	[REASON_ON_LIST] = {"tag", "tag", NULL},
	[REASON_STRANGER] = {"additive", NULL, NULL},
	[REASON_NOBODY_ELSE] = {"nobody_else", NULL, NULL},
	[REASON_PROTECTED] = {"protected", "by", NULL},
	[REASON_GROUP_EMPTY] = {"group_empty", "group", NULL},
	[REASON_HELD] = {"held", NULL, NULL},
	[REASON_CHANGED_BACK] = {"changed_back", NULL, NULL},
	[REASON_PLAN_LEAVES] = {"plan_leaves", NULL, NULL},
	[REASON_UNDO_LEAVES] = {"undo_leaves", NULL, NULL},
	[REASON_TAKEN_BACK] = {"taken_back", "run", NULL},
	[REASON_FROM_FILE] = {"words", "text", NULL},
};

static const struct code_row removal_rows[] = {
	[LEAVES_ABSENT] = {"absent", NULL, "person"},
	[LEAVES_UNREACHABLE] = {"unreachable", NULL, "person"},
	[LEAVES_STAND_IN] = {"not_needed", NULL, NULL},
	[LEAVES_UNWANTED] = {"no_rule", NULL, NULL},
	[LEAVES_MAILBOX] = {"shared_mailbox", NULL, NULL},
	[LEAVES_NO_TAG] = {"no_tag", NULL, NULL},
	[LEAVES_GONE] = {"no_entry", NULL, NULL},
	[LEAVES_NOT_PERSON] = {"no_person", NULL, NULL},
	[LEAVES_TAKEN_BACK] = {"taken_back", "run", NULL},
	[LEAVES_FROM_FILE] = {"words", "text", NULL},
};

static const struct code_row gap_rows[] = {
	[GAP_NO_STAND_IN] = {"no_stand_in", NULL, "for"},
	[GAP_TOO_FEW] = {"too_few", NULL, NULL},
	[GAP_NOBODY] = {"nobody", NULL, NULL},
	[GAP_FROM_FILE] = {"words", "text", NULL},
};

#define GROUP_DEPTH_MAX 1000000000 /* groups in groups that a file may claim */

#define COUNT_OF(rows) (sizeof(rows) / sizeof(*(rows)))

/* Writing */

static json_t *moment_or_null(moment t)
{
	return t == MOMENT_LATEST ? json_null() : json_of_moment(t);
}

static json_t *code_of_person(const struct person *person, moment at)
{
	json_t *code = json_pack("{s:o, s:o, s:s}", "dn", json_of_text(person->dn), "name",
		json_of_text(person_called(person)), "state", "available");
	moment until;

	switch (person_state(person, at, &until)) {
	case PERSON_AVAILABLE:
		break;
	case PERSON_AWAY:
		json_object_set_new(code, "state", json_string("away"));
		json_object_set_new(code, "until", moment_or_null(until));
		break;
	case PERSON_DISABLED:
		json_object_set_new(code, "state", json_string("disabled"));
		break;
	case PERSON_EXPIRED:
		json_object_set_new(code, "state", json_string("expired"));
		json_object_set_new(code, "since", json_of_moment(person->expires_at));
		break;
	case PERSON_NO_MAIL:
		json_object_set_new(code, "state", json_string("no_mail"));
		break;
	case PERSON_MAILBOX_NO_MAIL:
		json_object_set_new(code, "state", json_string("mailbox_no_mail"));
		break;
	}
	return code;
}

static json_t *code_of_row(const char *key, const struct code_row *row, const char *text,
	const struct person *person, moment at)
{
	json_t *code = json_pack("{s:s}", key, row->code);

	if (row->text)
		json_object_set_new(code, row->text, json_of_text(text ? text : ""));
	if (row->person && person)
		json_object_set_new(code, row->person, code_of_person(person, at));
	return code;
}

/* The last steps of a way through groups, outer ones first; "depth" is of the last, where not all are there. */
static void add_way(json_t *code, const struct group_step *last)
{
	json_t *through = json_array();
	const struct group_step *step = last;

	for (size_t i = 0; step && i < GROUP_STEPS_MAX; step = step->from, i++)
		json_array_insert_new(through, 0, json_of_text(step->dn));
	json_object_set_new(code, "through", through);
	if (last->depth > json_array_size(through))
		json_object_set_new(code, "depth", json_integer((json_int_t)last->depth));
}

json_t *machine_code_of_reason(const struct reason *reason, const struct person *self, moment at)
{
	json_t *code = code_of_row("reason", &reason_rows[reason->kind], reason->what,
		reason->whom ? reason->whom : self, at);

	if (reason->through)
		add_way(code, reason->through);
	if (reason->feed)
		json_object_set_new(code, "feed", json_of_text(reason->feed));
	return code;
}

json_t *machine_code_of_removal(const struct removal *removal, moment at)
{
	json_t *code = code_of_row("reason", &removal_rows[removal->kind], removal->told,
		removal->then ? removal->then : removal->person, at);

	if (removal->kind == LEAVES_ABSENT)
		json_object_set_new(code, "stand_in", code_of_person(removal->stand_in, at));
	return code;
}

json_t *machine_code_of_gap(const struct gap *gap, moment at)
{
	json_t *code = code_of_row("gap", &gap_rows[gap->kind], gap->told, gap->whom, at);

	if (gap->kind == GAP_TOO_FEW) {
		json_object_set_new(code, "available", json_integer((json_int_t)gap->available));
		json_object_set_new(code, "wanted", json_integer((json_int_t)gap->wanted));
	}
	return code;
}

/* Reading */

static bool read_moment(const json_t *value, moment *t)
{
	*t = MOMENT_LATEST;
	return json_is_null(value) ||
		(json_is_string(value) &&
			moment_read(json_string_value(value), MOMENT_START, t, NULL));
}

/* Give a person the state that phrases.h tells of them. */
static bool read_state(const json_t *code, const char *state, struct person *person,
	struct arena *arena)
{
	struct span *away;

	person->enabled = strcmp(state, "disabled") != 0;
	person->is_mailbox = strcmp(state, "mailbox_no_mail") == 0;
	person->mail = strcmp(state, "no_mail") != 0 && !person->is_mailbox ? "" : NULL;
	if (strcmp(state, "expired") == 0) {
		person->expires = true;
		return read_moment(json_object_get(code, "since"), &person->expires_at);
	}
	if (strcmp(state, "away") != 0)
		return strcmp(state, "available") == 0 || !person->enabled || !person->mail;
	away = arena_get(arena, sizeof(*away));
	away->start = MOMENT_EARLIEST;
	person->calendar.away = away;
	person->calendar.away_count = 1;
	return read_moment(json_object_get(code, "until"), &away->end);
}

static bool read_person(const json_t *code, const struct person **result, struct arena *arena)
{
	struct person *person = arena_get(arena, sizeof(*person));
	const char *dn, *name, *state;
	json_t *until = NULL, *since = NULL;

	if (json_unpack((json_t *)code, "{s:s, s:s, s:s, s?o, s?o !}", "dn", &dn, "name", &name,
		    "state", &state, "until", &until, "since", &since) != 0)
		return false;
	if ((until != NULL) != (strcmp(state, "away") == 0) ||
		(since != NULL) != (strcmp(state, "expired") == 0))
		return false;
	person->dn = arena_string(arena, dn);
	person->key = dn_key(arena, dn);
	if (!person->key)
		person->key = person->dn;
	person->name = arena_string(arena, name);
	*result = person;
	return read_state(code, state, person, arena);
}

/* The rows of one kind of code, which stands behind `key`. */
struct code_table {
	const char *key;
	const struct code_row *rows;
	size_t count;
};

/* What a row says. */
struct code_read {
	const char *text;
	const struct person *person;
	struct arena *arena;
};

/* Read one; it has `others` keys besides. Returns its number; table->count: none fits. */
static size_t read_row(const json_t *code, const struct code_table *table, size_t others,
	struct code_read *read)
{
	const char *name = json_string_value(json_object_get(code, table->key));
	const struct code_row *row = table->rows;
	size_t i = 0;

	for (; i < table->count && name && strcmp(row->code, name) != 0; i++)
		row++;
	if (!name || i == table->count ||
		json_object_size(code) != 1 + others + (row->text != NULL) + (row->person != NULL))
		return table->count;
	if (row->text) {
		read->text = arena_string(read->arena,
			json_string_value(json_object_get(code, row->text)));
		if (!read->text)
			return table->count;
	}
	if (row->person &&
		!read_person(json_object_get(code, row->person), &read->person, read->arena))
		return table->count;
	return i;
}

bool machine_code_read_removal(const json_t *code, struct removal *removal, struct arena *arena)
{
	const struct code_table table = {"reason", removal_rows, COUNT_OF(removal_rows)};
	const json_t *stand_in = json_object_get(code, "stand_in");
	struct code_read read = {.arena = arena};
	size_t row = read_row(code, &table, stand_in ? 1 : 0, &read);

	*removal = (struct removal){
		.kind = (enum leaving_kind)row, .told = read.text, .then = read.person};
	if (row == table.count || (stand_in != NULL) != (row == LEAVES_ABSENT))
		return false;
	return !stand_in || read_person(stand_in, &removal->stand_in, arena);
}

static bool read_count(const json_t *code, const char *key, size_t *count)
{
	const json_t *value = json_object_get(code, key);

	*count = (size_t)json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

/* The steps of a way through groups, of which those in the middle may be left out. */
static bool read_way(const json_t *through, const json_t *depth, const struct group_step **last,
	struct arena *arena)
{
	size_t count = json_array_size(through);
	json_int_t all = depth ? json_integer_value(depth) : (json_int_t)count;

	*last = NULL;
	if (count == 0 || count > GROUP_STEPS_MAX || all > GROUP_DEPTH_MAX ||
		(depth && all <= (json_int_t)count))
		return false;
	for (size_t i = 0; i < count; i++) {
		const char *dn = json_string_value(json_array_get(through, i));
		struct group_step *step = arena_get(arena, sizeof(*step));

		if (!dn)
			return false;
		*step = (struct group_step){.dn = arena_string(arena, dn),
			.from = *last,
			.depth = (size_t)all - count + i + 1};
		*last = step;
	}
	return true;
}

bool machine_code_read_reason(const json_t *code, struct reason *reason, struct arena *arena)
{
	const struct code_table table = {"reason", reason_rows, COUNT_OF(reason_rows)};
	const json_t *through = json_object_get(code, "through");
	const json_t *depth = json_object_get(code, "depth"), *feed = json_object_get(code, "feed");
	struct code_read read = {.arena = arena};
	size_t row =
		read_row(code, &table, (through != NULL) + (depth != NULL) + (feed != NULL), &read);

	*reason = (struct reason){.kind = (enum reason_kind)row,
		.what = read.text,
		.feed = arena_string(arena, json_string_value(feed)),
		.whom = read.person};
	if (row == table.count || (depth && !through) || (through && row != REASON_GROUP) ||
		(feed && (!reason->feed || (row != REASON_ROLE && row != REASON_STAND_IN))))
		return false;
	return !through || read_way(through, depth, &reason->through, arena);
}

bool machine_code_read_gap(const json_t *code, struct gap *gap, struct arena *arena)
{
	const struct code_table table = {"gap", gap_rows, COUNT_OF(gap_rows)};
	bool has_counts = json_object_get(code, "wanted") != NULL;
	struct code_read read = {.arena = arena};
	size_t row = read_row(code, &table, has_counts ? 2 : 0, &read);

	*gap = (struct gap){.kind = (enum gap_kind)row, .told = read.text, .whom = read.person};
	if (row == table.count || has_counts != (row == GAP_TOO_FEW))
		return false;
	return !has_counts ||
		(read_count(code, "available", &gap->available) &&
			read_count(code, "wanted", &gap->wanted));
}
