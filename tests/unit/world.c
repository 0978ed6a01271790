#include "world.h"

#include <string.h>

#include "base/arena.h"
#include "base/dn.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "decide/absence.h"
#include "decide/decision.h"
#include "decide/difference.h"
#include "decide/limits.h"
#include "decide/reference.h"
#include "decide/want.h"
#include "unit.h"

/* One statement, cut into words. */
struct words {
	const char **items;
	size_t count;
};

static const char *const folders[] = {"ou=P", "ou=G", "ou=O", "ou=L"};

static void bad_script(const char *what)
{
	fail_msg("the script says: %s", what);
}

static struct words words_of(struct world *w, const char *statement)
{
	struct words words = {0};

	words.count = text_split(w->arena, statement, " ", &words.items);
	return words;
}

static const char *after(const char *word, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(word, prefix, length) == 0 ? word + length : NULL;
}

static const char *unblanked(struct world *w, const char *text)
{
	char *copy = arena_string(w->arena, text);

	for (char *c = copy; *c; c++)
		*c = *c == '_' ? ' ' : *c;
	return copy;
}

struct thing *world_thing(struct world *w, const char *name)
{
	const char *key = dn_is_entry(name) ? dn_key(w->arena, name) : NULL;

	for (size_t i = 0; i < w->count; i++) {
		struct thing *thing = &w->things[i];

		if (key ? strcmp(thing->key, key) == 0 : strcmp(thing->name, name) == 0)
			return thing;
		if (key && thing->alias && strcmp(dn_key(w->arena, thing->alias), key) == 0)
			return thing;
	}
	return NULL;
}

const struct person *world_person(struct world *w, const char *name)
{
	return &world_thing(w, name)->person;
}

static struct thing *make_thing(struct world *w, enum thing_kind kind, const char *name)
{
	struct thing *thing = world_thing(w, name);

	if (!thing) {
		w->things = arena_grow(w->arena, w->things, w->count, &w->room, sizeof(*thing));
		thing = &w->things[w->count++];
	}
	thing->kind = kind;
	thing->name = name;
	thing->dn = arena_format(w->arena, "%s=%s,%s,dc=x", kind == THING_PERSON ? "uid" : "cn",
		name, folders[kind]);
	thing->key = dn_key(w->arena, thing->dn);
	return thing;
}

static void make_person(struct world *w, const char *name, const struct words *words)
{
	struct thing *thing = make_thing(w, THING_PERSON, name);

	for (size_t i = 2; i < words->count; i++) {
		const char *dn = after(words->items[i], "dn=");

		thing->dn = dn ? unblanked(w, dn) : thing->dn;
	}
	thing->key = dn_key(w->arena, thing->dn);
	thing->person = (struct person){
		.dn = thing->dn,
		.key = thing->key,
		.identity = arena_format(w->arena, "uuid-%s", name),
		.name = name,
		.login = name,
		.mail = arena_format(w->arena, "%s@x.dk", name),
		.enabled = true,
	};
}

/* First all names, so that a statement may speak of what comes later. */
static void name_things(struct world *w, const struct words *words)
{
	static const char *const kinds[] = {"person", "group", "other", "list"};

	for (size_t i = 0; i < 4; i++) {
		if (strcmp(words->items[0], kinds[i]) != 0)
			continue;
		if (i == THING_PERSON)
			make_person(w, words->items[1], words);
		else
			make_thing(w, (enum thing_kind)i, words->items[1]);
	}
}

/* The DN of a name; one that nothing bears is the DN of a person who is not there. */
static const char *dn_of(struct world *w, const char *name)
{
	const struct thing *thing = strchr(name, '=') ? NULL : world_thing(w, name);

	if (thing)
		return thing->dn;
	return strchr(name, '=') ? name : arena_format(w->arena, "uid=%s,ou=P,dc=x", name);
}

static void add_reference(struct world *w, struct references *to, size_t *room, const char *name)
{
	const struct thing *thing = strchr(name, '=') ? NULL : world_thing(w, name);
	const char *text = thing && thing->kind != THING_PERSON ? thing->dn : name;

	references_add(to, w->arena, room, text);
	references_add(&w->references, w->arena, &w->reference_room, text);
}

/* Names between commas; a DN among them has its commas written as "|". */
static void add_references(struct world *w, struct references *to, size_t *room, const char *names)
{
	const char **parts;
	size_t count = text_split(w->arena, names, ",", &parts);

	for (size_t i = 0; i < count; i++) {
		char *name = arena_string(w->arena, parts[i]);

		for (char *c = name; *c; c++)
			*c = *c == '|' ? ',' : *c;
		add_reference(w, to, room, name);
	}
}

static void add_members(struct world *w, struct thing *thing, const struct words *words)
{
	for (size_t i = 2; i < words->count; i++) {
		struct member_value value = {.dn = unblanked(w, dn_of(w, words->items[i]))};
		struct references ignored = {0};
		size_t room = 0;

		value.key = dn_key(w->arena, value.dn);
		thing->members.items = arena_grow(w->arena, thing->members.items,
			thing->members.count, &thing->member_room, sizeof(value));
		thing->members.items[thing->members.count++] = value;
		add_reference(w, &ignored, &room, value.dn);
	}
}

/* "FROM/UNTIL", and for a feed ":deputy,deputy". */
static void add_absence(struct world *w, struct thing *thing, const char *text, bool is_feed)
{
	struct absence absence = {.start = MOMENT_EARLIEST, .end = MOMENT_LATEST};
	const char *colon = is_feed ? strrchr(text, ':') : NULL;
	size_t room = 0, length = colon ? (size_t)(colon - text) : strlen(text);
	const char *interval = arena_bytes(w->arena, text, length);

	if (*interval && absence_read_interval(interval, &absence.start, &absence.end))
		bad_script(text);
	if (colon)
		add_references(w, &absence.deputies, &room, colon + 1);
	absence.order = is_feed ? thing->person.absence_count + 1 : 0;
	thing->person.absences = arena_grow(w->arena, thing->person.absences,
		thing->person.absence_count, &thing->absence_room, sizeof(absence));
	thing->person.absences[thing->person.absence_count++] = absence;
}

static void add_role_values(struct world *w, struct thing *thing, const char *values)
{
	const char **parts;
	size_t count = text_split(w->arena, values, ",", &parts);

	for (size_t i = 0; i < count; i++) {
		thing->person.roles = arena_grow(w->arena, thing->person.roles,
			thing->person.role_count, &thing->role_room, sizeof(const char *));
		thing->person.roles[thing->person.role_count++] = unblanked(w, parts[i]);
	}
}

static void set_manager(struct world *w, struct thing *thing, const char *name)
{
	struct references managers = {0};
	size_t room = 0;

	add_references(w, &managers, &room, name);
	thing->person.manager = managers.items[0];
}

static void read_attribute(struct world *w, struct thing *thing, const char *word)
{
	struct person *person = &thing->person;
	const char *value;

	if ((value = after(word, "role=")))
		add_role_values(w, thing, value);
	else if ((value = after(word, "deputy=")))
		add_references(w, &person->deputies, &thing->deputy_room, value);
	else if ((value = after(word, "manager=")))
		set_manager(w, thing, value);
	else if ((value = after(word, "away=")))
		add_absence(w, thing, value, false);
	else if ((value = after(word, "feed=")))
		add_absence(w, thing, value, true);
	else if ((value = after(word, "login=")))
		person->login = value;
	else if ((value = after(word, "mail=")))
		person->mail = value;
	else if ((value = after(word, "alias=")))
		thing->alias = value;
	else if (strcmp(word, "away") == 0)
		add_absence(w, thing, "", false);
	else if (strcmp(word, "unmailed") == 0)
		person->mail = NULL;
	else if (strcmp(word, "disabled") == 0)
		person->enabled = false;
	else if (!after(word, "dn="))
		bad_script(word);
}

static void read_person(struct world *w, const struct words *words)
{
	struct thing *thing = world_thing(w, words->items[1]);

	for (size_t i = 2; i < words->count; i++)
		read_attribute(w, thing, words->items[i]);
}

static struct role *role_of(struct world *w, const char *id)
{
	struct mapping *m = &w->mapping;
	struct role *role;

	for (size_t i = 0; i < m->role_count; i++) {
		if (strcmp(m->roles[i].id, id) == 0)
			return &m->roles[i];
	}
	assert_true(m->role_count < w->role_room);
	role = &m->roles[m->role_count++];
	role->id = id;
	role->spellings = arena_get(w->arena, 8 * sizeof(const char *));
	role->spellings[role->spelling_count++] = text_fold(w->arena, id, strlen(id));
	return role;
}

static void read_spellings(struct world *w, const struct words *words)
{
	struct role *role = role_of(w, words->items[1]);

	for (size_t i = 2; i < words->count; i++) {
		const char *spelling = unblanked(w, words->items[i]);

		role->spellings[role->spelling_count++] =
			text_fold(w->arena, spelling, strlen(spelling));
	}
}

static void want_roles(struct world *w, struct block *block, const char *names)
{
	const char **parts;
	size_t count = text_split(w->arena, names, ",", &parts);

	block->roles = arena_get(w->arena, (count + 1) * sizeof(*block->roles));
	for (size_t i = 0; i < count; i++) {
		const char *slash = strchr(parts[i], '/');
		size_t length = slash ? (size_t)(slash - parts[i]) : strlen(parts[i]);

		block->roles[block->role_count++] = (struct role_wanted){
			.role = role_of(w, arena_bytes(w->arena, parts[i], length)),
			.scope = slash ? unblanked(w, slash + 1) : NULL,
			.text = parts[i],
		};
	}
}

static void want_groups(struct world *w, struct block *block, const char *names)
{
	struct references groups = {0};
	const char **parts;
	size_t room = 0, count = text_split(w->arena, names, ",", &parts);

	block->groups = arena_get(w->arena, (count + 1) * sizeof(*block->groups));
	for (size_t i = 0; i < count; i++) {
		const struct thing *thing = world_thing(w, parts[i]);
		const char *dn = thing ? thing->dn
				       : arena_format(w->arena, "cn=%s,ou=G,dc=x", parts[i]);

		block->groups[block->group_count++] =
			(struct group_wanted){.dn = dn, .key = dn_key(w->arena, dn)};
		add_reference(w, &groups, &room, dn);
	}
}

static void read_block_key(struct world *w, struct block *block, const char *word)
{
	const char *value;
	size_t room[3] = {0};

	if ((value = after(word, "role=")))
		want_roles(w, block, value);
	else if ((value = after(word, "group=")))
		want_groups(w, block, value);
	else if ((value = after(word, "people=")))
		add_references(w, &block->people, &room[0], value);
	else if ((value = after(word, "deputy=")))
		add_references(w, &block->deputies, &room[1], value);
	else if ((value = after(word, "keep=")))
		add_references(w, &block->keep, &room[2], value);
	else if ((value = after(word, "at_least=")))
		block->at_least = *value - '0';
	else if (strcmp(word, "additive") == 0)
		block->membership = MEMBERSHIP_ADDITIVE;
	else
		bad_script(word);
}

static const char *list_dn(struct world *w, const char *name)
{
	return arena_format(w->arena, "cn=%s,ou=L,dc=x", name);
}

static void read_block(struct world *w, enum block_kind kind, const struct words *words)
{
	struct mapping *m = &w->mapping;
	struct block *block;

	m->blocks = arena_grow(w->arena, m->blocks, m->block_count, &w->block_room, sizeof(*block));
	block = &m->blocks[m->block_count++];
	block->kind = kind;
	block->tag = words->items[1];
	block->list = list_dn(w, words->items[1]);
	block->list_key = dn_key(w->arena, block->list);
	block->at_least = kind == BLOCK_INFORM ? 0 : 1;
	for (size_t i = 2; i < words->count; i++)
		read_block_key(w, block, words->items[i]);
}

static void read_policy(struct world *w, const struct words *words)
{
	const char *verb = words->items[0], *value = words->count > 1 ? words->items[1] : "";

	if (strcmp(verb, "mailbox") == 0) {
		w->policy.mailbox_list = list_dn(w, value);
		w->policy.mailbox_list_key = dn_key(w->arena, w->policy.mailbox_list);
	} else if (strcmp(verb, "fallback") == 0) {
		add_references(w, &w->policy.fallback, &w->fallback_room, value);
	} else if (strcmp(verb, "limits") == 0) {
		w->policy.removals_per_list = *value - '0';
		w->policy.removals_per_run = *words->items[2] - '0';
	} else if (strcmp(verb, "at") == 0) {
		moment_read(value, MOMENT_START, &w->at, NULL);
	} else if (strcmp(verb, "held") == 0) {
		w->held = value;
	} else if (strcmp(verb, "add") == 0) {
		w->policy.when_absent = ABSENT_ADD;
	} else if (strcmp(verb, "create") == 0) {
		w->policy.create_lists = true;
	} else {
		bad_script(verb);
	}
}

static void read_statement(struct world *w, const struct words *words)
{
	const char *verb = words->items[0];

	if (strcmp(verb, "person") == 0)
		read_person(w, words);
	else if (strcmp(verb, "group") == 0 || strcmp(verb, "list") == 0)
		add_members(w, world_thing(w, words->items[1]), words);
	else if (strcmp(verb, "spell") == 0)
		read_spellings(w, words);
	else if (strcmp(verb, "route") == 0)
		read_block(w, BLOCK_ORDINARY, words);
	else if (strcmp(verb, "critical") == 0)
		read_block(w, BLOCK_CRITICAL, words);
	else if (strcmp(verb, "inform") == 0)
		read_block(w, BLOCK_INFORM, words);
	else if (strcmp(verb, "other") != 0)
		read_policy(w, words);
}

struct world *world_new(const char *script)
{
	struct arena *arena = arena_new();
	struct world *w = arena_get(arena, sizeof(*w));
	char *text = arena_string(arena, script);
	const char **statements;
	size_t count;

	w->arena = arena;
	moment_zone("Europe/Copenhagen");
	moment_read("2026-12-23T08:00", MOMENT_START, &w->at, NULL);
	w->policy.removals_per_list = w->policy.removals_per_run = 9;
	w->role_room = 16;
	w->mapping.roles = arena_get(arena, w->role_room * sizeof(*w->mapping.roles));
	for (char *c = text; *c; c++)
		*c = *c == '\n' ? ';' : *c == '\t' ? ' ' : *c;
	count = text_split(arena, text, ";", &statements);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < count; i++) {
			struct words words = words_of(w, statements[i]);

			if (pass == 0)
				name_things(w, &words);
			else
				read_statement(w, &words);
		}
	}
	return w;
}

void world_free(struct world *w)
{
	plan_free(w->plan);
	snapshot_free(w->snapshot);
	arena_free(w->arena);
}

const struct block *world_block(const struct world *w, const char *list)
{
	for (size_t i = 0; i < w->mapping.block_count; i++) {
		if (strcmp(w->mapping.blocks[i].tag, list) == 0)
			return &w->mapping.blocks[i];
	}
	return NULL;
}

static struct subject subject_of_thing(const struct thing *thing)
{
	switch (thing->kind) {
	case THING_PERSON:
		return (struct subject){SUBJECT_PERSON, thing->dn, &thing->person, {0}};
	case THING_GROUP:
	case THING_LIST:
		return (struct subject){SUBJECT_GROUP, thing->dn, NULL, thing->members};
	case THING_OTHER:
		break;
	}
	return (struct subject){SUBJECT_OTHER, thing->dn, NULL, {0}};
}

static bool answers_to(const struct thing *thing, const char *text)
{
	const struct person *person = &thing->person;

	return thing->kind == THING_PERSON && ((person->login && text_same(person->login, text)) ||
						     (person->mail && text_same(person->mail, text)));
}

struct subject world_subject(const struct world *w, const struct reference *reference)
{
	struct subject found = {.kind = SUBJECT_MISSING};
	const struct thing *thing;

	if (reference_is_dn(reference)) {
		thing = world_thing((struct world *)w, reference->text);
		return thing ? subject_of_thing(thing) : found;
	}
	for (size_t i = 0; i < w->count; i++) {
		if (!answers_to(&w->things[i], reference->text))
			continue;
		if (found.kind == SUBJECT_PERSON)
			return (struct subject){.kind = SUBJECT_AMBIGUOUS};
		found = subject_of_thing(&w->things[i]);
	}
	return found;
}

void world_answer(const struct world *w, struct snapshot *snapshot,
	const struct reference *reference)
{
	struct subject subject = world_subject(w, reference);

	if (subject.kind == SUBJECT_PERSON)
		subject.person = snapshot_add_person(snapshot, subject.person);
	snapshot_resolve(snapshot, reference->key, &subject);
}

static void new_snapshot(struct world *w)
{
	snapshot_free(w->snapshot);
	w->snapshot = snapshot_new();
	if (w->held)
		snapshot_hold(w->snapshot, w->held);
}

static void read_list(struct world *w, const char *dn, const char *key)
{
	const struct thing *thing = world_thing(w, dn);
	struct list *list = snapshot_add_list(w->snapshot, key);

	list->exists = thing != NULL;
	list->dn = thing ? thing->dn : dn;
	if (thing)
		list->members = thing->members;
}

void world_read(struct world *w)
{
	new_snapshot(w);
	for (size_t i = 0; i < w->count; i++) {
		if (w->things[i].kind == THING_PERSON)
			snapshot_add_person(w->snapshot, &w->things[i].person);
	}
	for (size_t i = 0; i < w->references.count; i++)
		world_answer(w, w->snapshot, &w->references.items[i]);
	for (size_t i = 0; i < w->mapping.block_count; i++)
		read_list(w, w->mapping.blocks[i].list, w->mapping.blocks[i].list_key);
	if (w->policy.mailbox_list)
		read_list(w, w->policy.mailbox_list, w->policy.mailbox_list_key);
}

void world_gather(struct world *w, const struct want_scope *scope)
{
	struct arena *arena = arena_new();
	struct wants wants;

	if (!scope->everyone || !w->snapshot)
		new_snapshot(w);
	for (size_t i = 0; i < w->count; i++) {
		if (w->things[i].person.role_count > 0)
			snapshot_add_person(w->snapshot, &w->things[i].person);
	}
	for (size_t round = 0;; round++) {
		wants_find(&wants, arena, &w->mapping, &w->policy, w->snapshot, scope);
		if (wants.subjects.count + wants.list_count == 0)
			break;
		assert_true(round < 1000);
		for (size_t i = 0; i < wants.subjects.count; i++)
			world_answer(w, w->snapshot, &wants.subjects.items[i]);
		for (size_t i = 0; i < wants.list_count; i++)
			read_list(w, wants.lists[i].dn, wants.lists[i].key);
	}
	arena_free(arena);
}

const struct plan *world_plan_again(struct world *w)
{
	plan_free(w->plan);
	w->plan = plan_new(w->at);
	decide(w->plan, &w->mapping, &w->policy, w->snapshot);
	difference(w->plan, &w->policy, w->snapshot);
	limits(w->plan, &w->policy);
	return w->plan;
}

const struct plan *world_plan(struct world *w)
{
	world_read(w);
	return world_plan_again(w);
}

static void apply_list(struct world *w, const struct list_plan *list)
{
	struct thing *thing = world_thing(w, list->dn);
	struct member_values members = {0};

	if (!thing)
		thing = make_thing(w, THING_LIST, dn_leaf(w->arena, list->dn));
	for (size_t i = 0; i < list->member_count; i++) {
		members.items = arena_grow(w->arena, members.items, members.count, &members.room,
			sizeof(*members.items));
		members.items[members.count++] = (struct member_value){
			.dn = arena_string(w->arena, list->members[i]->dn),
			.key = arena_string(w->arena, list->members[i]->key),
		};
	}
	thing->members = members;
}

void world_apply(struct world *w)
{
	for (size_t i = 0; i < w->plan->list_count; i++) {
		if (!w->plan->lists[i].list_missing)
			apply_list(w, &w->plan->lists[i]);
	}
}

static const char *name_of(const struct world *w, const char *dn)
{
	const struct thing *thing = world_thing((struct world *)w, dn);

	return thing ? thing->name : dn_leaf(w->arena, dn);
}

const struct list_plan *world_list(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->plan->list_count; i++) {
		if (strcmp(dn_leaf(w->arena, w->plan->lists[i].dn), name) == 0)
			return &w->plan->lists[i];
	}
	fail_msg("no list %s in the plan", name);
	return NULL;
}

static bool just_stays(const struct plan_member *member)
{
	enum reason_kind kind = member->reasons[0].kind;

	return kind == REASON_STRANGER || kind == REASON_NOBODY_ELSE ||
	       kind == REASON_GROUP_UNREAD || kind == REASON_HELD;
}

static void show_gap(const struct world *w, struct strbuf *out, const struct gap *gap)
{
	if (gap->kind == GAP_NO_STAND_IN)
		strbuf_addf(out, " !%s", name_of(w, gap->whom->dn));
	else if (gap->kind == GAP_TOO_FEW)
		strbuf_addf(out, " !%zu/%zu", gap->available, gap->wanted);
	else
		strbuf_adds(out, " !nobody");
}

const char *world_show_list(const struct world *w, const struct list_plan *list)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	if (list->list_missing)
		strbuf_adds(&out, " missing");
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		strbuf_addf(&out, " %s%s",
			member->is_new ? "+" : just_stays(member) ? "="
								  : "",
			name_of(w, member->dn));
	}
	for (size_t i = 0; i < list->removal_count; i++) {
		const struct removal *removal = &list->removals[i];
		bool said = removal->explained && list->block->kind != BLOCK_MAILBOX;

		strbuf_addf(&out, " %s%s", said ? "~" : "-", name_of(w, removal->dn));
	}
	for (size_t i = 0; i < list->gap_count; i++)
		show_gap(w, &out, &list->gaps[i]);
	text = arena_string(w->arena, out.length > 0 ? out.text + 1 : "");
	strbuf_release(&out);
	return text;
}

const char *world_show(const struct world *w)
{
	struct strbuf out = STRBUF_INIT;
	const char *text;

	if (w->plan->list_count == 1)
		return world_show_list(w, &w->plan->lists[0]);
	for (size_t i = 0; i < w->plan->list_count; i++) {
		strbuf_add_item(&out, "; ", dn_leaf(w->arena, w->plan->lists[i].dn));
		strbuf_addf(&out, ": %s", world_show_list(w, &w->plan->lists[i]));
	}
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

static const char *reason_text(const struct world *w, const struct reason *reason)
{
	static const char *const names[] = {"role", "group", "named", "stand-in", "fills up",
		"fallback", "stays beside", "no stand-in", "keep", "on list", "stranger",
		"nobody else", "group unread", "held"};
	const char *what = reason->whom ? reason->whom->dn : reason->what;

	if (!what)
		return names[reason->kind];
	return arena_format(w->arena, "%s %s", names[reason->kind],
		strchr(what, '=') ? name_of(w, what) : what);
}

const char *world_why(const struct world *w, const char *list, const char *name)
{
	const struct list_plan *plan = world_list(w, list);
	struct strbuf out = STRBUF_INIT;
	const char *text;

	for (size_t i = 0; i < plan->member_count; i++) {
		const struct plan_member *member = plan->members[i];

		if (strcmp(name_of(w, member->dn), name) != 0)
			continue;
		for (size_t j = 0; j < member->reason_count; j++)
			strbuf_add_item(&out, ", ", reason_text(w, &member->reasons[j]));
	}
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

const char *world_findings(const struct world *w)
{
	struct findings *findings = &w->plan->findings;
	struct strbuf out = STRBUF_INIT;
	const char *text;

	findings_sort(findings);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		strbuf_addf(&out, "%s %s: %s\n",
			finding->severity == FINDING_ERROR ? "error" : "warning", finding->where,
			finding->what);
	}
	text = arena_string(w->arena, out.text);
	strbuf_release(&out);
	return text;
}

void assert_world(const char *script, const char *expected)
{
	struct world *w = world_new(script);

	world_plan(w);
	if (strcmp(world_show(w), expected) != 0)
		print_error("in this world:\n%s\n", script);
	assert_string_equal(world_show(w), expected);
	world_free(w);
}
