/* Machine lines, read: not trusted, anybody may have written them. */
#include <jansson.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "model/mapping.h"
#include "report/ldif/machine.h"
#include "report/ldif/machine_code.h"

#define COUNT_MAX ((json_int_t)1 << 40) /* what no list and no file of ours can pass */

struct machine_reader {
	struct machine *machine;
	struct machine_list *list; /* the last one; NULL: none came yet */
	struct arena *arena;
	size_t number; /* of the line */
	bool in_head;
	const json_t *line;
};

static const char *copy_text(const struct machine_reader *r, const char *text)
{
	return arena_string(r->arena, text);
}

/* A text, or NULL for null. */
static bool read_text(const struct machine_reader *r, const json_t *value, const char **text)
{
	*text = copy_text(r, json_string_value(value));
	return *text || json_is_null(value);
}

/* Find a name's place; false where it is none of them. */
static bool find_name(const char *const *names, const char *name, int *place)
{
	for (*place = 0; names[*place]; (*place)++) {
		if (strcmp(names[*place], name) == 0)
			return true;
	}
	return false;
}

static bool read_state(const char *name, enum machine_state *state)
{
	int place;

	if (!find_name(machine_states, name, &place))
		return false;
	*state = (enum machine_state)place;
	return true;
}

static bool read_kind(const char *name, enum block_kind *kind)
{
	for (int i = BLOCK_ORDINARY; i <= BLOCK_MAILBOX; i++) {
		*kind = (enum block_kind)i;
		if (strcmp(block_kind_name(*kind), name) == 0)
			return true;
	}
	return false;
}

static bool read_count(json_int_t number, size_t *count)
{
	*count = (size_t)number;
	return number >= 0 && number <= COUNT_MAX;
}

static bool read_moment(const char *text, moment *t)
{
	return moment_read(text, MOMENT_START, t, NULL);
}

/* The head */

static bool read_files(const struct machine_reader *r, json_t *files, struct machine_head *head)
{
	const char *settings, *tags, *roles, *routes;

	if (!files)
		return head->file != MACHINE_PLAN;
	if (json_unpack(files, "{s:s, s:s, s:s, s:s !}", "settings", &settings, "tags", &tags,
		    "roles", &roles, "routes", &routes) != 0)
		return false;
	head->settings_sha256 = copy_text(r, settings);
	head->tags_sha256 = copy_text(r, tags);
	head->roles_sha256 = copy_text(r, roles);
	head->routes_sha256 = copy_text(r, routes);
	return head->file == MACHINE_PLAN;
}

static bool read_head(struct machine_reader *r)
{
	struct machine_head *head = &r->machine->head;
	const char *file, *state, *run, *started, *at, *user, *host, *version, *settings,
		*attribute, *completed = NULL;
	json_t *case_text, *server, *files = NULL;
	int form, place;

	if (json_unpack((json_t *)r->line,
		    "{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:s, s?o, s?s !}",
		    "form", &form, "file", &file, "state", &state, "run", &run, "started", &started,
		    "at", &at, "user", &user, "host", &host, "version", &version, "case",
		    &case_text, "settings", &settings, "server", &server, "member_attribute",
		    &attribute, "sha256", &files, "completed_by", &completed) != 0)
		return false;
	if (r->number != 2 || form != MACHINE_FORM || !find_name(machine_files, file, &place))
		return false;
	*head = (struct machine_head){
		.file = (enum machine_file)place,
		.run = copy_text(r, run),
		.user = copy_text(r, user),
		.host = copy_text(r, host),
		.version = copy_text(r, version),
		.settings = copy_text(r, settings),
		.member_attribute = copy_text(r, attribute),
		.completed_by = copy_text(r, completed),
	};
	return read_text(r, case_text, &head->case_text) && read_text(r, server, &head->server) &&
		read_state(state, &head->state) && read_moment(started, &head->started) &&
		read_moment(at, &head->at) && read_files(r, files, head);
}

/* Only what is held back is used by a program of ours. */
static bool read_limits(struct machine_reader *r)
{
	json_t *limits, *passed, *moved, *held, *saved, *undoes;
	int let_past;

	if (json_unpack((json_t *)r->line, "{s:o, s:o, s:b, s:o, s:o, s:o, s:o !}", "limits",
		    &limits, "passed", &passed, "let_past", &let_past, "moved", &moved, "held",
		    &held, "saved_plan", &saved, "undoes", &undoes) != 0 ||
		!json_is_object(limits))
		return false;
	return read_text(r, held, &r->machine->held) && json_is_object(limits) &&
		json_is_array(passed) && json_is_array(moved);
}

/* Lists */

static bool read_entry(const struct machine_reader *r, const json_t *entry,
	struct machine_list *list)
{
	for (size_t i = 0; i < json_array_size(entry); i++) {
		const char *type, *value;

		if (json_unpack(json_array_get(entry, i), "[s, s !]", &type, &value) != 0)
			return false;
		list->entry = arena_grow(r->arena, list->entry, list->entry_count,
			&list->entry_room, sizeof(*list->entry));
		list->entry[list->entry_count++] =
			(struct attribute){copy_text(r, type), copy_text(r, value)};
	}
	return !entry || json_array_size(entry) > 0;
}

/* What counts for the limits: of both kinds; or, as before there were limits on additions, the number of removals. */
static bool read_unexplained(const json_t *value, struct machine_list *list)
{
	json_int_t removals, additions = 0;

	if (json_is_integer(value))
		removals = json_integer_value(value);
	else if (json_unpack((json_t *)value, "{s:I, s:I !}", "removals", &removals, "additions",
			 &additions) != 0)
		return false;
	return read_count(removals, &list->unexplained[CHANGE_REMOVES]) &&
		read_count(additions, &list->unexplained[CHANGE_ADDS]);
}

/* How the list was before the run, which an undo file does not say. */
static bool read_former(const struct machine_reader *r, json_t *line, struct machine_list *list)
{
	json_t *identity, *available, *unexplained;
	json_int_t before;
	int exists;

	if (json_unpack(line, "{s:b, s:o, s:I, s:o, s:o}", "exists", &exists, "identity", &identity,
		    "before", &before, "available", &available, "unexplained", &unexplained) != 0)
		return false;
	list->exists = exists;
	list->available_known = json_is_integer(available);
	return (list->available_known || json_is_null(available)) &&
		read_text(r, identity, &list->identity) && read_count(before, &list->before) &&
		read_count(json_integer_value(available), &list->available) &&
		read_unexplained(unexplained, list);
}

/* The tags of a list: `all`, the first of which is `tag`, where several share it; else `tag`. */
static bool read_tags(const struct machine_reader *r, const json_t *tag, const json_t *all,
	struct tag_ids *tags)
{
	const json_t *first =
		all && json_array_size(all) > 0 ? json_array_get(all, 0) : json_null();
	size_t count = all ? json_array_size(all) : json_is_string(tag);

	if ((!json_is_string(tag) && !json_is_null(tag)) ||
		(all && (!json_is_array(all) || !json_equal(tag, first))))
		return false;
	tags->items = arena_get(r->arena, count * sizeof(*tags->items));
	for (; tags->count < count; tags->count++) {
		const json_t *item = all ? json_array_get(all, tags->count) : tag;

		if (!json_is_string(item))
			return false;
		tags->items[tags->count] = copy_text(r, json_string_value(item));
	}
	return true;
}

static bool read_list(struct machine_reader *r)
{
	bool is_undo = r->machine->head.file == MACHINE_UNDO;
	const char *dn, *kind, *state;
	json_t *tag, *tags = NULL, *entry = NULL, *former[5] = {NULL};
	int removed = 0;
	struct machine_list *list;

	if (json_unpack((json_t *)r->line,
		    "{s:s, s:o, s?o, s:s, s:s, s?o, s?o, s?o, s?o, s?o, s?b, s?o !}", "list", &dn,
		    "tag", &tag, "tags", &tags, "kind", &kind, "state", &state, "exists",
		    &former[0], "identity", &former[1], "before", &former[2], "available",
		    &former[3], "unexplained", &former[4], "removed", &removed, "entry",
		    &entry) != 0)
		return false;
	list = machine_list_new(r->machine, r->arena, copy_text(r, dn));
	list->line = r->number;
	list->exists = true;
	list->removed = removed;
	for (size_t i = 0; i < 5; i++) {
		if (is_undo != (former[i] == NULL))
			return false;
	}
	return *dn && (is_undo || (!removed && read_former(r, (json_t *)r->line, list))) &&
		read_tags(r, tag, tags, &list->tags) && read_kind(kind, &list->kind) &&
		read_state(state, &list->state) && read_entry(r, entry, list);
}

static bool read_person(struct machine_reader *r)
{
	const char *dn, *state;
	struct machine_list *list;
	json_t *name;

	if (json_unpack((json_t *)r->line, "{s:s, s:o, s:s !}", "person", &dn, "name", &name,
		    "state", &state) != 0)
		return false;
	list = machine_list_new(r->machine, r->arena, copy_text(r, dn));
	list->line = r->number;
	list->is_person = true;
	list->exists = true;
	return *dn && read_text(r, name, &list->name) && read_state(state, &list->state);
}

/* Values */

static bool read_reasons(const struct machine_reader *r, const json_t *why,
	struct machine_value *value)
{
	size_t count = json_array_size(why);

	value->reasons = arena_get(r->arena, count * sizeof(*value->reasons));
	value->reason_count = count;
	for (size_t i = 0; i < count; i++) {
		if (!machine_code_read_reason(json_array_get(why, i), &value->reasons[i], r->arena))
			return false;
	}
	return json_is_array(why);
}

static bool read_why(const struct machine_reader *r, const json_t *why, struct machine_value *value)
{
	if (!why)
		return true;
	if (value->verb == MACHINE_JOINS)
		return read_reasons(r, why, value);
	value->leaves = arena_get(r->arena, sizeof(*value->leaves));
	return machine_code_read_removal(why, value->leaves, r->arena);
}

static bool read_change(struct machine_reader *r, const char *key, enum machine_verb verb)
{
	const char *dn, *state;
	json_t *name, *why = NULL;
	struct machine_value *value;

	if (!r->list || r->list->is_person ||
		json_unpack((json_t *)r->line, "{s:s, s:o, s:s, s?o !}", key, &dn, "name", &name,
			"state", &state, "why", &why) != 0)
		return false;
	value = machine_value_new(r->list, r->arena, verb, copy_text(r, dn));
	return read_text(r, name, &value->name) && read_state(state, &value->state) &&
		read_why(r, why, value);
}

static bool read_joins(struct machine_reader *r)
{
	return read_change(r, "joins", MACHINE_JOINS);
}

static bool read_leaves(struct machine_reader *r)
{
	return read_change(r, "leaves", MACHINE_LEAVES);
}

static bool read_stays(struct machine_reader *r)
{
	const char *dn;
	json_t *name;

	if (!r->list || r->list->is_person ||
		json_unpack((json_t *)r->line, "{s:s, s:o !}", "stays", &dn, "name", &name) != 0)
		return false;
	return read_text(r, name,
		&machine_value_new(r->list, r->arena, MACHINE_STAYS, copy_text(r, dn))->name);
}

static bool read_had(struct machine_reader *r)
{
	const char *dn;

	if (!r->list || r->list->is_person || r->machine->head.file != MACHINE_PLAN ||
		json_unpack((json_t *)r->line, "{s:s !}", "had", &dn) != 0)
		return false;
	machine_value_new(r->list, r->arena, MACHINE_HAD, copy_text(r, dn));
	return true;
}

static bool read_edit(struct machine_reader *r, const char *key, enum machine_verb verb)
{
	const char *text, *attribute, *state;
	struct machine_value *value;

	if (!r->list || !r->list->is_person ||
		json_unpack((json_t *)r->line, "{s:s, s:s, s:s !}", key, &text, "attribute",
			&attribute, "state", &state) != 0)
		return false;
	value = machine_value_new(r->list, r->arena, verb, copy_text(r, text));
	value->attribute = copy_text(r, attribute);
	return read_state(state, &value->state);
}

static bool read_adds(struct machine_reader *r)
{
	return read_edit(r, "adds", MACHINE_JOINS);
}

static bool read_deletes(struct machine_reader *r)
{
	return read_edit(r, "deletes", MACHINE_LEAVES);
}

static bool read_gap(struct machine_reader *r)
{
	struct machine_list *list = r->list;

	if (!list || list->is_person)
		return false;
	list->gaps = arena_grow(r->arena, list->gaps, list->gap_count, &list->gap_room,
		sizeof(*list->gaps));
	return machine_code_read_gap(r->line, &list->gaps[list->gap_count++], r->arena);
}

/* The end */

static bool read_finding(struct machine_reader *r)
{
	const char *severity, *where, *what;

	if (json_unpack((json_t *)r->line, "{s:s, s:s, s:s !}", "finding", &severity, "where",
		    &where, "what", &what) != 0 ||
		(strcmp(severity, "error") != 0 && strcmp(severity, "warning") != 0))
		return false;
	findings_add(&r->machine->findings, *severity == 'e' ? FINDING_ERROR : FINDING_WARNING,
		copy_text(r, where), "%s", what);
	return true;
}

static bool read_totals(struct machine_reader *r)
{
	struct totals *totals = &r->machine->totals;
	json_int_t added, removed, kept, held, refused, failed;

	return json_unpack((json_t *)r->line, "{s:{s:I, s:I, s:I, s:I, s:I, s:I !} !}", "totals",
		       "added", &added, "removed", &removed, "kept", &kept, "held", &held,
		       "refused", &refused, "failed", &failed) == 0 &&
		read_count(added, &totals->added) && read_count(removed, &totals->removed) &&
		read_count(kept, &totals->kept) && read_count(held, &totals->held) &&
		read_count(refused, &totals->refused) && read_count(failed, &totals->failed);
}

/* A seal and a signature are of the text: seal.h reads them. */
static bool read_seal(struct machine_reader *r)
{
	return r->machine->head.file == MACHINE_PLAN && json_object_size(r->line) == 1;
}

static const struct {
	const char *key;
	bool (*read)(struct machine_reader *r);
	bool in_head;
} rows[] = {
	{"joins", read_joins, false},
	{"leaves", read_leaves, false},
	{"stays", read_stays, false},
	{"had", read_had, false},
	{"list", read_list, false},
	{"gap", read_gap, false},
	{"person", read_person, false},
	{"adds", read_adds, false},
	{"deletes", read_deletes, false},
	{"finding", read_finding, false},
	{"totals", read_totals, false},
	{"limits", read_limits, true},
	{"seal", read_seal, false},
	{"signature", read_seal, false},
	{"form", read_head, true},
};

static bool read_line(struct machine_reader *r)
{
	const char *key = json_object_iter_key(json_object_iter((json_t *)r->line));

	if (!key || (r->number == 2) != (strcmp(key, "form") == 0))
		return false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].key, key) == 0)
			return rows[i].in_head == r->in_head && rows[i].read(r);
	}
	return false;
}

static json_t *parse_line(const char *text, size_t length)
{
	return length <= MACHINE_LINE_MAX ? json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL)
					  : NULL;
}

const char *machine_read(struct machine *machine, struct machine_place place, const char *text,
	size_t length, struct arena *arena)
{
	json_t *line = parse_line(text, length);
	struct machine_reader r = {.machine = machine,
		.list = machine->count > 0 ? &machine->lists[machine->count - 1] : NULL,
		.arena = arena,
		.number = place.number,
		.in_head = place.in_head,
		.line = line};
	bool good = json_is_object(line) && read_line(&r);

	json_decref(line);
	return good ? NULL : _("a machine line of this place");
}

int machine_form(const char *text, size_t length)
{
	const char *end = text + length, *line = memchr(text, '\n', length), *newline;
	json_t *head;
	int form = 0;

	line = line ? line + 1 : end;
	newline = memchr(line, '\n', (size_t)(end - line));
	newline = newline ? newline : end;
	if ((size_t)(newline - line) < strlen(MACHINE_PREFIX) ||
		memcmp(line, MACHINE_PREFIX, strlen(MACHINE_PREFIX)) != 0)
		return 1;
	line += strlen(MACHINE_PREFIX);
	head = parse_line(line, (size_t)(newline - line));
	if (json_unpack(head, "{s:i}", "form", &form) != 0 || form < MACHINE_FORM)
		form = 0;
	json_decref(head);
	return form;
}
