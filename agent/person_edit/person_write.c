#include "person_edit/person_write.h"

#include <ldap.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "directory/connection/connect.h"
#include "directory/connection/connection.h"
#include "directory/entry/entry.h"
#include "directory/read/attribute_schema.h"
#include "directory/read/person_entry.h"
#include "directory/search/search.h"
#include "directory/write/request.h"
#include "model/person.h"
#include "model/person_values.h"
#include "model/settings.h"
#include "model/snapshot.h"

/* An entry being read. */
struct values_ctx {
	struct arena *arena;
	const struct people_attributes *names;
	struct person_values *values;
	bool is_there;
};

/* All attributes of an entry's values. */
struct attribute_list {
	struct person_attribute *items[PERSON_ATTRIBUTES_MAX];
	size_t count;
};

static struct attribute_list attributes_of(struct person_values *values)
{
	struct attribute_list list = {.items = {&values->absent_from, &values->absent_until,
					      &values->absence, &values->deputy},
		.count = 4};

	for (size_t i = 0; i < values->more_count; i++)
		list.items[list.count++] = &values->more_absences[i];
	return list;
}

static struct strings read_attribute(const struct values_ctx *r, const struct dir_entry *entry,
	struct person_attribute *attribute)
{
	struct strings texts;

	entry_texts(r->arena, entry, attribute->type, SIZE_MAX, &texts);
	attribute->values = (struct value_set){.items = texts.items, .count = texts.count};
	return texts;
}

/* A start or an end: several attributes that have one are several values, which no one can tell apart. */
static void read_end(const struct values_ctx *r, const struct dir_entry *entry,
	const struct strings *names, struct person_attribute *attribute)
{
	struct value_set all = {0};

	attribute->type = arena_string(r->arena, names->items[0]);
	for (size_t i = 0; i < names->count; i++) {
		struct strings texts;

		entry_texts(r->arena, entry, names->items[i], SIZE_MAX, &texts);
		if (all.count == 0 && texts.count > 0)
			attribute->type = arena_string(r->arena, names->items[i]);
		for (size_t j = 0; j < texts.count; j++)
			value_set_add(&all, r->arena, texts.items[j]);
	}
	attribute->values = all;
}

static void on_entry(void *context, const struct dir_entry *entry)
{
	struct values_ctx *r = context;
	struct person_values *values = r->values;

	r->is_there = true;
	read_end(r, entry, &r->names->absent_from, &values->absent_from);
	read_end(r, entry, &r->names->absent_until, &values->absent_until);
	read_attribute(r, entry, &values->absence);
	read_attribute(r, entry, &values->deputy);
	for (size_t i = 0; i < values->more_count; i++)
		read_attribute(r, entry, &values->more_absences[i]);
}

/* What is too much to be read (directory/read/person_entry.h) is not written over either. */
static enum error_kind check_counts(const struct connection *connection,
	struct person_values *values, struct error *err)
{
	struct attribute_list attributes = attributes_of(values);

	for (size_t i = 0; i < attributes.count; i++) {
		const struct value_set *set = &attributes.items[i]->values;
		size_t parts = 0;

		for (size_t j = 0; j < set->count; j++)
			parts += text_count_parts(set->items[j],
				connection->settings->people.separator);
		if (parts > PERSON_VALUES_MAX)
			return error_set(err, ERROR_TARGET,
				_("%s: %s has more than %d values (the parts of a separated value "
				  "count); remove some first"),
				values->dn, attributes.items[i]->type, PERSON_VALUES_MAX);
	}
	return ERROR_NONE;
}

static size_t add_names(const char **asked, size_t count, const struct strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		asked[count++] = names->items[i];
	return count;
}

/* Read the values; the types of absences and deputies are known. */
static enum error_kind read_values(struct connection *connection, struct arena *arena,
	struct person_values *values, struct error *err)
{
	const struct people_attributes names = person_attribute_names(connection);
	const char *asked[4 * ATTRIBUTES_MAX + 1] = {NULL};
	struct search_queue *queue = search_queue_new(connection);
	struct values_ctx ctx = {.arena = arena, .names = &names, .values = values};
	enum error_kind kind;
	size_t count = add_names(asked, 0, &names.absent_from);

	count = add_names(asked, count, &names.absent_until);
	count = add_names(asked, count, &names.absence);
	asked[count] = values->deputy.type;
	search_add(queue,
		&(struct search){
			.what = _("read the absences of"),
			.base = values->dn,
			.scope = LDAP_SCOPE_BASE,
			.filter = "(objectClass=*)",
			.attributes = asked,
			.on_entry = on_entry,
			.context = &ctx,
		});
	kind = search_run(queue, err);
	search_queue_free(queue);
	if (kind == ERROR_NONE && !ctx.is_there)
		kind = error_set(err, ERROR_TARGET, _("%s: the entry is gone"), values->dn);
	return kind == ERROR_NONE ? check_counts(connection, values, err) : kind;
}

static void name_attributes(const struct connection *connection, struct arena *arena,
	struct person_values *values)
{
	const struct people_attributes names = person_attribute_names(connection);

	values->absence.type = arena_string(arena, names.absence.items[0]);
	values->deputy.type = arena_string(arena, names.deputy.items[0]);
	values->more_count = names.absence.count - 1;
	values->more_absences =
		arena_get(arena, values->more_count * sizeof(*values->more_absences));
	for (size_t i = 0; i < values->more_count; i++)
		values->more_absences[i].type = arena_string(arena, names.absence.items[i + 1]);
}

enum error_kind person_values_read(struct connection *connection, const char *dn,
	struct arena *arena, struct person_values *values, struct error *err)
{
	struct attribute_list attributes;
	enum error_kind kind;

	*values = (struct person_values){.dn = arena_string(arena, dn)};
	name_attributes(connection, arena, values);
	kind = read_values(connection, arena, values, err);
	if (kind != ERROR_NONE)
		return kind;
	attributes = attributes_of(values);
	return attribute_schema_read(connection, attributes.items, attributes.count, err);
}

static bool stands_as(struct person_values *now, struct person_values *values)
{
	struct attribute_list a = attributes_of(now), b = attributes_of(values);

	for (size_t i = 0; i < a.count; i++) {
		if (!value_set_same(&a.items[i]->values, &b.items[i]->values))
			return false;
	}
	return true;
}

/* Whether what goes is gone from an attribute, and what comes is there. */
static bool is_made_of(const struct person_attribute *attribute, const struct value_change *item)
{
	for (size_t i = 0; i < item->removed.count; i++) {
		if (value_set_has(&attribute->values, item->removed.items[i]))
			return false;
	}
	for (size_t i = 0; i < item->added.count; i++) {
		if (!value_set_has(&attribute->values, item->added.items[i]))
			return false;
	}
	return true;
}

static bool is_made(struct person_values *now, const struct entry_change *change)
{
	struct attribute_list attributes = attributes_of(now);

	for (size_t i = 0; i < change->count; i++) {
		for (size_t j = 0; j < attributes.count; j++) {
			if (strcasecmp(attributes.items[j]->type, change->items[i].type) == 0 &&
				!is_made_of(attributes.items[j], &change->items[i]))
				return false;
		}
	}
	return true;
}

static enum error_kind fail_write(const struct connection *connection,
	const struct entry_change *change, int result, struct error *err)
{
	struct strbuf what = STRBUF_INIT, types = STRBUF_INIT;
	struct error said = ERROR_INIT;
	enum error_kind kind;

	for (size_t i = 0; i < change->count; i++)
		strbuf_add_item(&types, ", ", change->items[i].type);
	strbuf_addf(&what, _("write %s of"), types.text);
	kind = connection_error(&said, connection, result, NULL, what.text, change->dn);
	if (result == LDAP_INSUFFICIENT_ACCESS)
		strbuf_addf(&said.text,
			connection->settings->binds_for_absences
				? _("; the account of absence.bind lacks the right to write %s of people")
				: _("; the account of directory.bind lacks the right to write %s of "
				    "people: give it to another account, named in absence.bind, not to "
				    "the one that runs apply"),
			types.text);
	else if (result == LDAP_OBJECT_CLASS_VIOLATION)
		strbuf_addf(&said.text, _("; no class of the entry allows %s"), types.text);
	error_set(err, kind, "%s", said.text.text);
	error_release(&said);
	strbuf_release(&what);
	strbuf_release(&types);
	return kind;
}

/* How the entry stands now. */
enum standing {
	STANDS_AS_BEFORE,
	STANDS_CHANGED, /* as asked for */
	STANDS_OTHERWISE,
};

static enum error_kind look_again(struct connection *connection, const struct person_values *values,
	const struct entry_change *change, enum standing *standing, struct error *err)
{
	struct arena *arena = arena_new();
	struct person_values now = {.dn = values->dn}, before = *values;
	enum error_kind kind;

	name_attributes(connection, arena, &now);
	kind = read_values(connection, arena, &now, err);
	if (is_made(&now, change))
		*standing = STANDS_CHANGED;
	else
		*standing = stands_as(&now, &before) ? STANDS_AS_BEFORE : STANDS_OTHERWISE;
	arena_free(arena);
	return kind;
}

/* After a refusal: was somebody there first? The entry decides, not the code; what is so already is done. */
static enum error_kind judge_refusal(struct connection *connection,
	const struct person_values *values, const struct entry_change *change, int result,
	struct error *err)
{
	struct error refusal = ERROR_INIT, unread = ERROR_INIT;
	enum standing standing = STANDS_AS_BEFORE;
	enum error_kind kind = fail_write(connection, change, result, &refusal);

	if (look_again(connection, values, change, &standing, &unread) != ERROR_NONE)
		standing = STANDS_AS_BEFORE;
	if (standing == STANDS_CHANGED)
		kind = ERROR_NONE;
	else if (standing == STANDS_OTHERWISE)
		kind = error_set(err, ERROR_TARGET,
			_("%s: somebody else changed the absences or deputies meanwhile; nothing was "
			  "written: look, and run it again"),
			change->dn);
	else
		error_set(err, kind, "%s", refusal.text.text);
	error_release(&refusal);
	error_release(&unread);
	return kind;
}

/* The connection is gone: whether the change was made, the entry tells. `*again`: it was not. */
static enum error_kind reconnect_and_read(struct connection *connection,
	const struct person_values *values, const struct entry_change *change,
	bool *outcome_unknown, bool *again, struct error *err)
{
	enum standing standing = STANDS_AS_BEFORE;
	enum error_kind kind;

	*outcome_unknown = connection->connected_once;
	kind = connection_reopen(connection, err);
	if (kind == ERROR_NONE)
		kind = look_again(connection, values, change, &standing, err);
	if (kind != ERROR_NONE)
		return kind;
	*outcome_unknown = false;
	*again = standing != STANDS_CHANGED;
	return ERROR_NONE;
}

enum error_kind person_write(struct connection *connection, const struct person_values *values,
	const struct entry_change *change, bool *outcome_unknown, struct error *err)
{
	int result = request_change(connection, change);
	bool again = false;

	*outcome_unknown = false;
	if (connection_is_gone(result)) {
		enum error_kind kind = reconnect_and_read(connection, values, change,
			outcome_unknown, &again, err);

		if (kind != ERROR_NONE || !again)
			return kind;
		result = request_change(connection, change);
		*outcome_unknown = connection_is_gone(result) && connection->connected_once;
	}
	if (result == LDAP_SUCCESS)
		return ERROR_NONE;
	if (connection_is_gone(result))
		return fail_write(connection, change, result, err);
	return judge_refusal(connection, values, change, result, err);
}
