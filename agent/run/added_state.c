#include "run/added_state.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/dn.h"
#include "base/text/json_value.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "config/state_folder.h"
#include "decide/added_members.h"
#include "ledger/added_reports.h"
#include "ledger/chain.h"
#include "ledger/run_line.h"
#include "ledger/sign.h"
#include "model/outcome.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "report/writer.h"

#define FORM            1
#define FOUND_BYTES_MAX 100000 /* of DNs in one line; of more, all of a list are said to be gone */

bool added_state_is_needed(const struct plan *plan)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (list->list->exists &&
			(list->block->membership == MEMBERSHIP_ADDITIVE ||
				list->protection.level != PROTECTION_NONE))
			return true;
	}
	return false;
}

static void begin_empty(struct added_state *state)
{
	arena_free(state->arena);
	*state = (struct added_state){.arena = arena_new()};
	state->added = added_members_new(state->arena);
}

static bool read_member(struct added_state *state, const json_t *object, moment now)
{
	struct added_member member = {
		.list = json_string_value(json_object_get(object, "list")),
		.dn = json_string_value(json_object_get(object, "dn")),
		.identity = json_string_value(json_object_get(object, "identity")),
		.when = json_moment_at(object, "when", MOMENT_EARLIEST),
		.stand_in = json_is_true(json_object_get(object, "stand_in")),
		.removed_by = json_string_value(json_object_get(object, "removed_by")),
	};

	member.key = member.dn ? dn_key(state->arena, member.dn) : NULL;
	member.gone = member.removed_by != NULL;
	if (!member.list || !member.key)
		return false;
	if (member.when >= now - ADDED_MEMBERS_TIME)
		added_members_put(state->added, &member);
	return true;
}

/* The text of the file; false where it is not the form of one. */
static bool read_text(struct added_state *state, const json_t *root, moment now)
{
	const json_t *members = json_object_get(root, "members");

	if (json_integer_value(json_object_get(root, "form")) != FORM || !json_is_array(members))
		return false;
	for (size_t i = 0; i < json_array_size(members); i++) {
		if (!read_member(state, json_array_get(members, i), now))
			return false;
	}
	return true;
}

static void note_status(struct added_state *state)
{
	struct stat status;
	bool is_there = stat(state->path, &status) == 0;

	state->inode = is_there ? (uint64_t)status.st_ino : 0;
	state->changed_at = is_there ? status.st_mtim : (struct timespec){0};
}

static bool has_status_of_before(const struct added_state *state)
{
	struct added_state now = {.path = state->path};

	note_status(&now);
	return now.inode == state->inode && now.changed_at.tv_sec == state->changed_at.tv_sec &&
		now.changed_at.tv_nsec == state->changed_at.tv_nsec;
}

/*
 * Read the reports: the file is not what the chain names. A chain without the run that wrote the file was cut off, which may
 * bring back what was: then nobody counts.
 */
static void read_reports(struct added_state *state, const struct added_source *source,
	struct error *err)
{
	bool is_cut;

	if (added_reports_read(state->added, source, &is_cut, err)) {
		state->trouble = arena_string(state->arena, err->text.text);
		return;
	}
	if (is_cut)
		state->trouble = arena_format(state->arena,
			_("%s/runs.jsonl has no line of run %s any more; postvagt audit verify tells more"),
			source->folder, source->run);
	state->is_known = true;
	state->is_changed = true;
}

/* Read the file where `last` names it, else the reports. */
static void read_source(struct added_state *state, struct added_source *source, const json_t *last,
	struct error *err)
{
	const char *named = run_line_text(last, ADDED_LINE_KEY, NULL);
	struct strbuf text = STRBUF_INIT;
	json_t *root = NULL;
	const char *hex;

	note_status(state);
	if (state_read(state->path, &text)) {
		root = json_loadb(text.text, text.length, JSON_REJECT_DUPLICATES, NULL);
		source->run = json_text_at(root, "run", state->arena);
	}
	hex = hash_hex(state->arena, text.text, text.length);
	if (root && strcmp(hex, named) == 0 &&
		(!source->accepted || chain_is_signed(last, source->accepted)) &&
		read_text(state, root, source->now)) {
		memcpy(state->sha256, hex, SHA256_HEX);
		state->is_known = true;
	} else {
		state->added = added_members_new(state->arena);
		read_reports(state, source, err);
	}
	json_decref(root);
	strbuf_release(&text);
}

/* Read all again, as of the line `last`; NULL: there is none. */
static void reload(struct added_state *state, const struct settings *settings, const char *host,
	moment now, const json_t *last)
{
	struct sign_key key = {.is_there = false};
	struct error err = ERROR_INIT;
	struct sign_public accepted;
	struct added_source source = {
		.folder = settings->reports_directory, .host = host, .now = now};

	begin_empty(state);
	state->path = state_file(settings, "additions", state->arena);
	if (last)
		chain_hash(last, state->line);
	if (sign_keys_load(&key, &accepted, settings, &err)) {
		state->trouble = arena_string(state->arena, err.text.text);
	} else {
		source.accepted = key.is_there ? &accepted : NULL;
		read_source(state, &source, last, &err);
	}
	sign_key_wipe(&key);
	error_release(&err);
}

void added_state_read(struct added_state *state, const struct settings *settings, const char *host,
	moment now)
{
	struct error err = ERROR_INIT;
	json_t *last;

	if (state->arena && state->is_known && has_status_of_before(state))
		return;
	last = added_reports_last(settings->reports_directory, &err);
	if (err.kind) {
		begin_empty(state);
		state->path = state_file(settings, "additions", state->arena);
		state->trouble = arena_string(state->arena, err.text.text);
	} else {
		reload(state, settings, host, now, last);
	}
	json_decref(last);
	error_release(&err);
}

/* One value of a list: whom postvagt put there is there, and perhaps in their own right by now. */
static void see_value(struct added_state *state, const struct list_plan *list,
	const struct member_value *value, const struct snapshot *snapshot)
{
	const struct resolved_ref *ref = snapshot_ref_of_dn(snapshot, value->key);
	const struct person *person = ref ? ref->person : NULL;
	struct added_member *member =
		added_members_find(state->added, list->list, value->key, person);

	if (!member)
		return;
	member->is_there = true;
	added_members_set_list(state->added, member, list->list);
	if (member->stand_in && person && list_plan_required(list, person)) {
		member->stand_in = false;
		member->found_own = true;
		state->is_changed = true;
	}
}

void added_state_compare(struct added_state *state, const struct plan *plan,
	const struct snapshot *snapshot)
{
	struct arena *own = arena_new();
	struct table *seen = table_new(own);

	for (size_t i = 0; state->is_known && i < state->added->count; i++)
		state->added->items[i]->is_there = false;
	for (size_t i = 0; state->is_known && i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		if (list->block->kind == BLOCK_MAILBOX || !list->list->exists ||
			list->list->members_hidden)
			continue;
		table_put(seen, list->list->key, state);
		if (list->list->identity)
			table_put(seen, list->list->identity, state);
		for (size_t j = 0; j < list->list->members.count; j++)
			see_value(state, list, list->list->members.items[j], snapshot);
	}
	for (size_t i = 0; state->is_known && i < state->added->count; i++) {
		struct added_member *member = state->added->items[i];

		if (member->gone || member->is_there || !table_find(seen, member->list))
			continue;
		member->gone = member->found_gone = true;
		state->is_changed = true;
	}
	arena_free(own);
}

void added_state_catch_up(struct added_state *state, const struct settings *settings,
	const char *host, moment now, const struct chain *chain)
{
	const char *named = run_line_text(chain->last_line, ADDED_LINE_KEY, NULL);

	if (!state->arena && !*named)
		return;
	if (state->arena && state->is_known &&
		strcmp(*state->sha256 ? state->sha256 : state->line,
			*state->sha256             ? named
				: chain->last_line ? chain->last
						   : "") == 0)
		return;
	reload(state, settings, host, now, chain->last_line);
}

static void note_addition(struct added_state *state, const struct list_plan *list,
	const struct plan_member *member, const struct run *run)
{
	const char *name = added_members_list(list->list);
	bool stands_in = true;
	struct added_member *known;

	if (run->undoes) { /* what the run that is taken back removed is as it was before */
		known = added_members_find_any(state->added, name, member->key, member->person);
		if (known && known->removed_by && strcmp(known->removed_by, run->undoes) == 0) {
			known->gone = false;
			known->removed_by = NULL;
		}
		return;
	}
	for (size_t i = 0; i < member->reason_count; i++)
		stands_in &= member->reasons[i].kind == REASON_STAND_IN ||
			member->reasons[i].kind == REASON_FILLS_UP ||
			member->reasons[i].kind == REASON_FALLBACK;
	added_members_put(state->added,
		&(struct added_member){
			.list = name,
			.dn = member->dn,
			.key = member->key,
			.identity = member->person->identity,
			.when = run->started,
			.stand_in = stands_in,
		});
}

static void note_removal(struct added_state *state, const struct list_plan *list,
	const struct removal *removal, const struct run *run)
{
	struct added_member *known =
		added_members_find(state->added, list->list, removal->key, removal->person);

	if (!known)
		return;
	known->gone = true;
	known->removed_by = arena_string(state->arena, run->id);
}

static void note_list(struct added_state *state, const struct list_plan *list,
	const struct list_outcome *outcome, const struct run *run)
{
	for (size_t i = 0; i < list->member_count; i++) {
		const struct plan_member *member = list->members[i];

		if (member->is_new && member->person &&
			!outcome_failed(outcome, member->key, false) &&
			!outcome_was_already_done(outcome, member->key, false))
			note_addition(state, list, member, run);
	}
	for (size_t i = 0; i < list->removal_count; i++) {
		if (!outcome_failed(outcome, list->removals[i].key, true))
			note_removal(state, list, &list->removals[i], run);
	}
}

void added_state_note(struct added_state *state, const struct plan *plan,
	const struct list_outcome *outcomes, const struct run *run)
{
	for (size_t i = 0; i < plan->list_count; i++) {
		if (outcomes[i].modifies == 0 || plan->lists[i].block->kind == BLOCK_MAILBOX)
			continue;
		if (state->is_known)
			note_list(state, &plan->lists[i], &outcomes[i], run);
		state->is_changed = true;
	}
}

bool added_state_has_news(const struct added_state *state)
{
	return state->is_known && state->is_changed;
}

/* One list of what was found. Where its DNs are too many, or one cannot be written as it is, all of it is gone. */
static json_t *make_found(struct added_state *state, const char *list, size_t *bytes)
{
	json_t *gone = json_array(), *own = json_array();
	struct strbuf safe = STRBUF_INIT;
	bool all = false;

	for (size_t i = 0; i < state->added->count; i++) {
		struct added_member *member = state->added->items[i];

		if ((!member->found_gone && !member->found_own) || strcmp(member->list, list) != 0)
			continue;
		strbuf_reset(&safe);
		strbuf_add_safe(&safe, member->dn);
		*bytes += safe.length;
		all |= strcmp(safe.text, member->dn) != 0 || *bytes > FOUND_BYTES_MAX;
		if (!all)
			json_array_append_new(member->found_gone ? gone : own,
				json_string(member->dn));
		member->found_gone = member->found_own = false;
	}
	strbuf_release(&safe);
	if (!all)
		return json_pack("{s:s, s:o, s:o}", "list", list, "gone", gone, "own", own);
	json_decref(gone);
	json_decref(own);
	for (size_t i = 0; i < state->added->count; i++) {
		if (strcmp(state->added->items[i]->list, list) == 0) {
			state->added->items[i]->gone = true;
			state->added->items[i]->removed_by = NULL;
		}
	}
	return json_pack("{s:s, s:b}", "list", list, "all", 1);
}

/* What comparisons found since the last line, in this one. */
static void add_found(struct added_state *state, json_t *line)
{
	json_t *found = json_array();
	size_t bytes = 0;

	for (size_t i = 0; i < state->added->count; i++) {
		const struct added_member *member = state->added->items[i];

		if (member->found_gone || member->found_own)
			json_array_append_new(found, make_found(state, member->list, &bytes));
	}
	if (json_array_size(found) > 0)
		json_object_set(line, ADDED_FOUND_KEY, found);
	json_decref(found);
}

static json_t *make_member(const struct added_member *member)
{
	json_t *object = json_pack("{s:s, s:s}", "list", member->list, "dn", member->dn);

	if (!object)
		return NULL; /* not UTF-8: it counts as a stranger */
	if (member->identity)
		json_object_set_new(object, "identity", json_string(member->identity));
	json_put_moment(object, "when", member->when, MOMENT_EARLIEST);
	if (member->stand_in)
		json_object_set_new(object, "stand_in", json_true());
	if (member->gone)
		json_object_set_new(object, "removed_by", json_string(member->removed_by));
	return object;
}

static void make_text(struct strbuf *out, const struct added_state *state, const char *run)
{
	const struct added_members *added = state->added;
	size_t first = added->count > ADDED_STATE_MAX ? added->count - ADDED_STATE_MAX : 0;
	json_t *members = json_array();
	json_t *root = json_pack("{s:i, s:s, s:o}", "form", FORM, "run", run, "members", members);

	for (size_t i = first; i < added->count; i++) {
		if (!added->items[i]->gone || added->items[i]->removed_by)
			json_array_append_new(members, make_member(added->items[i]));
	}
	json_add_line(out, root);
	json_decref(root);
}

enum error_kind added_state_write(struct added_state *state, json_t *line, struct error *err)
{
	struct strbuf text = STRBUF_INIT;

	if (!state->arena || !state->is_changed)
		return ERROR_NONE;
	json_object_set_new(line, ADDED_LINE_KEY, json_null());
	*state->sha256 = '\0';
	if (!state->is_known)
		return ERROR_NONE;
	add_found(state, line);
	make_text(&text, state, run_line_text(line, "run", NULL));
	if (!state_make_folder(folder_above(state->path, state->arena), err) &&
		!state_write_quickly(state->path, &text, err)) { /* the line has its hash */
		memcpy(state->sha256, hash_hex(state->arena, text.text, text.length), SHA256_HEX);
		json_object_set_new(line, ADDED_LINE_KEY, json_string(state->sha256));
		note_status(state);
		state->is_changed = false;
		state->trouble = NULL;
	}
	strbuf_release(&text);
	return err->kind;
}

void added_state_release(struct added_state *state)
{
	arena_free(state->arena);
	*state = (struct added_state)ADDED_STATE_INIT;
}
