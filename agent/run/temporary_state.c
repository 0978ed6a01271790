#include "run/temporary_state.h"

#include <jansson.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/state_folder.h"
#include "decide/temporary_deputies.h"
#include "model/person.h"
#include "model/settings.h"

#define FORM 1

static bool read_values(struct value_set *values, const json_t *list, struct arena *arena)
{
	if (!json_is_array(list) || json_array_size(list) > PERSON_VALUES_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *value = json_string_value(json_array_get(list, i));

		if (!value)
			return false;
		value_set_add(values, arena, arena_string(arena, value));
	}
	return true;
}

static bool read_person(struct temporary_deputies *all, struct arena *arena, const json_t *object)
{
	const json_t *deputies = json_object_get(object, "deputies");
	struct temporary_person person = {.identity = json_text_at(object, "person", arena),
		.dn = json_text_at(object, "dn", arena),
		.count = json_array_size(deputies)};

	if (!person.identity || !person.dn || person.count == 0 ||
		person.count > TEMPORARY_DEPUTIES_MAX ||
		temporary_deputies_find(all, person.identity) ||
		!read_values(&person.standing, json_object_get(object, "standing"), arena) ||
		!read_values(&person.written, json_object_get(object, "written"), arena))
		return false;
	person.items = arena_get(arena, person.count * sizeof(*person.items));
	for (size_t i = 0; i < person.count; i++) {
		const json_t *item = json_array_get(deputies, i);

		person.items[i] =
			(struct temporary_deputy){.name = json_text_at(item, "name", arena),
				.replaces = json_text_at(item, "replaces", arena),
				.from = json_moment_at(item, "from", MOMENT_EARLIEST),
				.until = json_moment_at(item, "until", MOMENT_LATEST)};
		if (!person.items[i].name)
			return false;
	}
	temporary_deputies_put(all, arena, &person);
	return true;
}

const char *temporary_state_parse(struct temporary_deputies *all, struct arena *arena,
	const char *text, size_t length)
{
	json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	const json_t *people = json_object_get(root, "people");
	bool is_whole = json_is_array(people);
	const char *why = NULL;

	if (is_whole && json_integer_value(json_object_get(root, "form")) != FORM)
		why = _("another version of postvagt made it");
	for (size_t i = 0; is_whole && !why && i < json_array_size(people); i++)
		is_whole = read_person(all, arena, json_array_get(people, i));
	json_decref(root);
	return is_whole ? why : _("it is damaged");
}

void temporary_state_read(struct temporary_state *state, const struct settings *settings)
{
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	enum file_state found;
	const char *why;

	temporary_state_release(state);
	state->arena = arena_new();
	state->all = temporary_deputies_new(state->arena);
	state->path = state_file(settings, "deputies", state->arena);
	found = state_load(state->path, &text, &err);
	if (found == FILE_REFUSED)
		state->trouble = arena_string(state->arena, err.text.text);
	why = found == FILE_READ
		? temporary_state_parse(state->all, state->arena, text.text, text.length)
		: NULL;
	if (why)
		state->trouble = arena_format(state->arena, "%s: %s", state->path, why);
	if (state->trouble)
		state->all = temporary_deputies_new(state->arena);
	error_release(&err);
	strbuf_release(&text);
}

static json_t *make_values(const struct value_set *values)
{
	json_t *list = json_array();

	for (size_t i = 0; i < values->count; i++)
		json_array_append_new(list, json_string(values->items[i]));
	return list;
}

static json_t *make_person(const struct temporary_person *person)
{
	json_t *deputies = json_array();

	for (size_t i = 0; i < person->count; i++) {
		const struct temporary_deputy *deputy = &person->items[i];
		json_t *item = json_pack("{s:s, s:s*}", "name", deputy->name, "replaces",
			deputy->replaces);

		json_put_moment(item, "from", deputy->from, MOMENT_EARLIEST);
		json_put_moment(item, "until", deputy->until, MOMENT_LATEST);
		json_array_append_new(deputies, item);
	}
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "person", person->identity, "dn", person->dn,
		"standing", make_values(&person->standing), "written",
		make_values(&person->written), "deputies", deputies);
}

void temporary_state_add(struct strbuf *out, const struct temporary_deputies *all)
{
	json_t *people = json_array();
	json_t *root = json_pack("{s:i, s:o}", "form", FORM, "people", people);

	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i]->count > 0)
			json_array_append_new(people, make_person(all->items[i]));
	}
	json_add_line(out, root);
	json_decref(root);
}

enum error_kind temporary_state_write(const struct settings *settings,
	const struct temporary_person *person, struct error *err)
{
	struct temporary_state state = TEMPORARY_STATE_INIT;
	struct strbuf text = STRBUF_INIT;

	temporary_state_read(&state, settings);
	if (state.trouble) {
		error_set(err, ERROR_OURS,
			_("until when deputies are named cannot be kept: %s; move the file away"),
			state.trouble);
	} else {
		temporary_deputies_put(state.all, state.arena, person);
		temporary_state_add(&text, state.all);
		if (!state_make_folder(folder_above(state.path, state.arena), err))
			state_write(state.path, &text, err);
	}
	strbuf_release(&text);
	temporary_state_release(&state);
	return err->kind;
}

void temporary_state_release(struct temporary_state *state)
{
	arena_free(state->arena);
	*state = (struct temporary_state)TEMPORARY_STATE_INIT;
}
