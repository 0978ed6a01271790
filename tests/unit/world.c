/* From a script to a world: world.h says how one is written. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/text.h"
#include "decide/added_members.h"
#include "decide/kept_absences.h"
#include "model/absence.h"
#include "model/reference.h"
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

struct thing *world_thing(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->count; i++) {
		if (strcmp(w->things[i].name, name) == 0)
			return &w->things[i];
	}
	return NULL;
}

struct thing *world_thing_of_key(const struct world *w, const char *key)
{
	for (size_t i = 0; i < w->count; i++) {
		struct thing *thing = &w->things[i];

		if (strcmp(thing->key, key) == 0 ||
			(thing->alias_key && strcmp(thing->alias_key, key) == 0))
			return thing;
	}
	return NULL;
}

const struct person *world_person(const struct world *w, const char *name)
{
	return &world_thing(w, name)->person;
}

struct thing *world_make(struct world *w, enum thing_kind kind, const char *name)
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
	struct thing *thing = world_make(w, THING_PERSON, name);

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
			world_make(w, (enum thing_kind)i, words->items[1]);
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

/* A member by name or DN, or by login. */
static const struct member_value *member_of(struct world *w, const char *word)
{
	const char *login = after(word, "login:");
	struct member_value *value = arena_get(w->arena, sizeof(*value));

	value->dn = login ? login : unblanked(w, dn_of(w, word));
	value->is_login = login != NULL;
	value->key = login ? reference_key(w->arena, login) : dn_key(w->arena, value->dn);
	return value;
}

static void add_members(struct world *w, struct thing *thing, const struct words *words)
{
	for (size_t i = 2; i < words->count; i++) {
		const struct member_value *value;
		struct references ignored = {0};
		size_t room = 0;

		if (strcmp(words->items[i], "hidden") == 0) {
			thing->members_hidden = true;
			continue;
		}
		value = member_of(w, words->items[i]);
		member_values_add(&thing->members, w->arena, value);
		add_reference(w, &ignored, &room, value->dn);
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
	calendar_make(&thing->person.calendar, w->arena, thing->person.absences,
		thing->person.absence_count, w->policy.bridge);
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

/* The days in front of the last colon, "FROM/UNTIL"; always where there is none. Returns what is behind it. */
static const char *read_days(struct world *w, const char *text, moment *start, moment *end)
{
	const char *colon = strrchr(text, ':');

	*start = MOMENT_EARLIEST;
	*end = MOMENT_LATEST;
	if (colon &&
		absence_read_interval(arena_bytes(w->arena, text, (size_t)(colon - text)), start,
			end))
		bad_script(text);
	return colon ? colon + 1 : text;
}

static void add_standing(struct world *w, struct thing *thing, const char *text)
{
	struct standing_deputies standing = {0};
	size_t room = 0;

	text = read_days(w, text, &standing.start, &standing.end);
	add_references(w, &standing.deputies, &room, text);
	thing->person.standing = arena_grow(w->arena, thing->person.standing,
		thing->person.standing_count, &thing->standing_room, sizeof(standing));
	thing->person.standing[thing->person.standing_count++] = standing;
}

static void add_given(struct world *w, struct thing *thing, const char *text)
{
	struct given_role given = {.feed = "rk"};
	const char **parts;
	size_t count;

	text = read_days(w, text, &given.start, &given.end);
	count = text_split(w->arena, text, ",", &parts);
	for (size_t i = 0; i < count; i++) {
		given.role = unblanked(w, parts[i]);
		thing->person.given = arena_grow(w->arena, thing->person.given,
			thing->person.given_count, &thing->given_room, sizeof(given));
		thing->person.given[thing->person.given_count++] = given;
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
	else if ((value = after(word, "always=")))
		add_standing(w, thing, value);
	else if ((value = after(word, "gets=")))
		add_given(w, thing, value);
	else if ((value = after(word, "deputy=")))
		add_references(w, &person->deputies, &thing->deputy_room, value);
	else if ((value = after(word, "manager=")))
		set_manager(w, thing, value);
	else if ((value = after(word, "away=")))
		add_absence(w, thing, value, false);
	else if ((value = after(word, "feed=")))
		add_absence(w, thing, value, true);
	else if ((value = after(word, "expires=")))
		person->expires = moment_read(value, MOMENT_START, &person->expires_at, NULL);
	else if ((value = after(word, "login=")))
		person->login = value;
	else if ((value = after(word, "mail=")))
		person->mail = value;
	else if ((value = after(word, "also=")))
		thing->also = value;
	else if ((value = after(word, "alias=")))
		thing->alias_key = dn_key(w->arena, value);
	else if (strcmp(word, "away") == 0)
		add_absence(w, thing, "", false);
	else if (strcmp(word, "was") == 0)
		thing->was_away = true;
	else if (strcmp(word, "unmailed") == 0)
		person->mail = NULL;
	else if (strcmp(word, "disabled") == 0)
		person->enabled = false;
	else if (strcmp(word, "shared") == 0)
		person->is_mailbox = true;
	else if (!after(word, "dn="))
		bad_script(word);
}

static void add_known_as(struct world *w, struct thing *thing, const char *name)
{
	struct person *person = &thing->person;

	person->known_as = arena_grow(w->arena, person->known_as, person->known_as_count,
		&thing->known_as_room, sizeof(*person->known_as));
	person->known_as[person->known_as_count++] = reference_make(w->arena, name).key;
}

static void read_person(struct world *w, const struct words *words)
{
	struct thing *thing = world_thing(w, words->items[1]);

	for (size_t i = 2; i < words->count; i++)
		read_attribute(w, thing, words->items[i]);
	add_known_as(w, thing, thing->person.login);
	thing->person.login_count = 1;
	if (thing->person.mail)
		add_known_as(w, thing, thing->person.mail);
	thing->person.first_count = thing->person.known_as_count;
	if (thing->also)
		add_known_as(w, thing, thing->also);
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
	role->gallery = true;
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
		const char *dn =
			thing ? thing->dn : arena_format(w->arena, "cn=%s,ou=G,dc=x", parts[i]);

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

/* "a,b" */
static struct tag_ids read_tags(struct world *w, const char *text)
{
	struct tag_ids tags = {.items = arena_get(w->arena, strlen(text) * sizeof(*tags.items))};

	for (const char *at = text; *at; at += strcspn(at, ","), at += *at == ',')
		tags.items[tags.count++] = arena_bytes(w->arena, at, strcspn(at, ","));
	return tags;
}

static void read_block(struct world *w, enum block_kind kind, const struct words *words)
{
	struct mapping *m = &w->mapping;
	struct block *block;

	m->blocks = arena_grow(w->arena, m->blocks, m->block_count, &w->block_room, sizeof(*block));
	block = &m->blocks[m->block_count++];
	block->kind = kind;
	block->tags = read_tags(w, words->items[1]);
	block->tag = block->tags.items[0];
	block->list = list_dn(w, block->tag);
	block->list_key = dn_key(w->arena, block->list);
	block->at_least = kind == BLOCK_INFORM ? 0 : 1;
	for (size_t i = 2; i < words->count; i++)
		read_block_key(w, block, words->items[i]);
}

static void set_limits(struct world *w, const struct words *words)
{
	int *const limits[] = {&w->policy.limits[CHANGE_REMOVES].per_list,
		&w->policy.limits[CHANGE_REMOVES].per_run, &w->policy.limits[CHANGE_ADDS].per_list,
		&w->policy.limits[CHANGE_ADDS].per_run};

	for (size_t i = 1; i < words->count; i++)
		*limits[i - 1] = *words->items[i] - '0';
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
		set_limits(w, words);
	} else if (strcmp(verb, "at") == 0) {
		moment_read(value, MOMENT_START, &w->at, NULL);
	} else if (strcmp(verb, "bridge") == 0) {
		w->policy.bridge = atoi(value) * 3600;
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

static void read_other(struct thing *thing, const struct words *words)
{
	static const char *const kinds[] = {[REF_FILTERED] = "filtered",
		[REF_OUTSIDE] = "outside",
		[REF_UNREADABLE] = "unreadable",
		[REF_REFERRAL] = "referral"};

	thing->other = REF_OTHER;
	for (size_t i = 0; words->count > 2 && i < ROWS(kinds); i++) {
		if (kinds[i] && strcmp(words->items[2], kinds[i]) == 0)
			thing->other = (enum ref_kind)i;
	}
}

/* Whom postvagt put on a list: the person of that name, or one who is gone. */
static void read_added(struct world *w, const struct words *words)
{
	for (size_t i = 2; i < words->count; i++) {
		const char *dn = dn_of(w, words->items[i]);
		const struct thing *thing = world_thing_of_key(w, dn_key(w->arena, dn));

		added_members_put(w->added,
			&(struct added_member){
				.list = dn_key(w->arena, list_dn(w, words->items[1])),
				.dn = dn,
				.key = dn_key(w->arena, dn),
				.identity = thing ? thing->person.identity : NULL,
				.stand_in = strcmp(words->items[0], "stood") == 0,
			});
	}
}

static void read_statement(struct world *w, const struct words *words)
{
	const char *verb = words->items[0];

	if (strcmp(verb, "person") == 0)
		read_person(w, words);
	else if (strcmp(verb, "group") == 0 || strcmp(verb, "list") == 0)
		add_members(w, world_thing(w, words->items[1]), words);
	else if (strcmp(verb, "ban") == 0)
		world_thing(w, words->items[1])->is_banned = true;
	else if (strcmp(verb, "added") == 0 || strcmp(verb, "stood") == 0)
		read_added(w, words);
	else if (strcmp(verb, "spell") == 0)
		read_spellings(w, words);
	else if (strcmp(verb, "route") == 0)
		read_block(w, BLOCK_ORDINARY, words);
	else if (strcmp(verb, "critical") == 0)
		read_block(w, BLOCK_CRITICAL, words);
	else if (strcmp(verb, "inform") == 0)
		read_block(w, BLOCK_INFORM, words);
	else if (strcmp(verb, "other") == 0)
		read_other(world_thing(w, words->items[1]), words);
	else
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
	w->policy.limits[CHANGE_REMOVES] = (struct change_limit){9, 9};
	w->policy.limits[CHANGE_ADDS] = (struct change_limit){99, 99};
	w->kept = kept_absences_new(arena);
	w->added = added_members_new(arena);
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
