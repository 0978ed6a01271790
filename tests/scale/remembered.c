#include "remembered.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/strbuf.h"
#include "ledger/added_reports.h"
#include "ledger/chain.h"
#include "ledger/first_use.h"
#include "ledger/registered.h"
#include "ledger/runs.h"
#include "ledger/sign.h"
#include "ledger/verify.h"
#include "model/outcome.h"
#include "model/person.h"
#include "model/plan.h"
#include "notices/history.h"
#include "notices/notice.h"

#define NOW ((moment)1790000000) /* September 2026 */

static const struct sign_key no_key;

/* Notices */

static struct person *make_person(struct arena *arena, size_t i)
{
	struct person *person = arena_get(arena, sizeof(*person));

	person->enabled = true;
	person->mail = "x@x.dk";
	person->name = person->dn = person->key = person->identity =
		arena_format(arena, "uid=p%07zu,dc=x", i * 7919 % 10000019);
	return person;
}

/* Somebody who joins in their own right, or for the one before, who is away; each tenth is back. */
static void add_member(struct plan *plan, struct list_plan *list, const struct person *person,
	const struct person *whom)
{
	struct plan_member *member = list_plan_add(plan, list, person->dn, person->key, person);

	member->is_new = member->by_rule = true;
	plan_member_reason(plan, member,
		(struct reason){.kind = whom ? REASON_STAND_IN : REASON_ROLE,
			.what = whom ? NULL : "r",
			.whom = whom});
	if (whom)
		plan_member_stands_in(plan, member, whom);
}

static void add_required(struct plan *plan, struct list_plan *list, const struct person *person,
	const struct person *stand_in)
{
	struct required *required = arena_get(plan->arena, sizeof(*required));

	required->person = person;
	required->available = !stand_in;
	required->stand_in = stand_in;
	list->required = arena_grow(plan->arena, list->required, list->required_count,
		&list->required_room, sizeof(struct required *));
	list->required[list->required_count++] = required;
}

static void add_removal(struct plan *plan, struct list_plan *list, const struct person *person)
{
	list->removals = arena_grow(plan->arena, list->removals, list->removal_count,
		&list->removal_room, sizeof(*list->removals));
	list->removals[list->removal_count++] = (struct removal){
		.dn = person->dn, .key = person->key, .person = person, .kind = LEAVES_STAND_IN};
}

static struct plan *make_plan(const struct block *blocks, size_t number)
{
	static const struct list there = {.exists = true};
	struct plan *plan = plan_new(NOW);

	plan->lists = arena_get(plan->arena, 2 * sizeof(*plan->lists));
	plan->list_count = 2;
	for (size_t i = 0; i < 2; i++)
		plan->lists[i] = (struct list_plan){.block = &blocks[i],
			.list = &there,
			.dn = blocks[i].list_key,
			.by_key = table_new(plan->arena)};
	for (size_t i = 0; i + 4 <= number; i += 4) {
		const struct person *own = make_person(plan->arena, i),
				    *away = make_person(plan->arena, i + 1),
				    *deputy = make_person(plan->arena, i + 2),
				    *leaves = make_person(plan->arena, i + 3);

		for (size_t j = 0; j < 2; j++) {
			add_member(plan, &plan->lists[j], own, NULL);
			add_member(plan, &plan->lists[j], deputy, away);
			add_required(plan, &plan->lists[j], own, NULL);
			add_required(plan, &plan->lists[j], away, deputy);
			add_removal(plan, &plan->lists[j], leaves);
		}
	}
	return plan;
}

size_t remembered_notified(size_t number)
{
	struct block blocks[2] = {{.kind = BLOCK_ORDINARY, .tag = "t", .list_key = "cn=a"},
		{.kind = BLOCK_CRITICAL, .tag = "t", .list_key = "cn=b"}};
	struct route_tag name = {.id = "t"};
	struct route route = {.tag = "t",
		.tags = &name,
		.tag_count = 1,
		.ordinary = &blocks[0],
		.critical = &blocks[1]};
	const struct mapping mapping = {.routes = &route, .route_count = 1};
	struct plan *plan = make_plan(blocks, number);
	const struct list_outcome outcomes[2] = {{.done = true}, {.done = true}};
	struct notice_history history;
	struct notices found;
	size_t count = 0;

	notice_history_init(&history);
	for (size_t i = 0; i < plan->lists[0].removal_count; i++) {
		const struct removal *removal = &plan->lists[0].removals[i];

		notice_history_note(&history, "cn=a", removal->key, removal->person->identity, 7);
		notice_history_cover(&history, "cn=a", plan->lists[0].required[i]->person->identity,
			"x", NOW);
		promises_add(notice_history_promises(&history), history.arena,
			&(struct promise){.kind = PROMISE_STAND_IN,
				.list = "cn=a",
				.whom = removal->key,
				.to = removal->key,
				.from = 7});
	}
	notices_find(&(struct notice_source){.plan = plan,
			     .outcomes = outcomes,
			     .mapping = &mapping,
			     .history = &history,
			     .scope = NOTICE_DONE,
			     .tell_all = true},
		plan->arena, &found);
	notices_remember(plan, outcomes, &history);
	for (size_t i = 0; i < found.count; i++)
		count += found.items[i].count;
	notice_history_release(&history);
	plan_free(plan);
	return count;
}

/* A folder of our own. */

static void make_folder(char folder[64])
{
	snprintf(folder, 64, "%s/postvagt-scale-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (!mkdtemp(folder))
		exit(1);
}

static void remove_folder(const char *folder)
{
	static const char *const names[] = {"told.log", "runs.jsonl", "runs.head",
		"runs-2020.jsonl", "runs-2021.jsonl", "runs-2022.jsonl"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	rmdir(folder);
}

static bool is_even(const void *context, const struct told_list *list,
	const struct told_person *person)
{
	return person->at % 2 == 0;
}

size_t remembered_told(size_t number)
{
	char folder[64], path[128];
	struct error err = ERROR_INIT;
	size_t count = 0;

	make_folder(folder);
	snprintf(path, sizeof(path), "%s/told.log", folder);
	for (int round = 0; round < 2; round++) {
		struct arena *arena = arena_new();
		struct told told;

		told_init(&told, path, arena);
		for (size_t i = 0; i < number; i++) {
			const char *name = arena_format(arena, "uid=p%zu,dc=x", i);
			const char *list = arena_format(arena, "cn=l%zu", i % 25);

			if (round > 0)
				count += told_when(&told, list, name) != MOMENT_EARLIEST;
			if (round > 0 && i % 3 == 0)
				told_forget(&told, list, name, NULL);
			else
				told_note(&told, list, name, name, (moment)i);
		}
		if (told_is_long(&told) ? told_write_kept(&told, is_even, NULL, &err)
					: told_write(&told, &err))
			exit(1);
		told_release(&told);
		arena_free(arena);
	}
	remove_folder(folder);
	return count;
}

/* A chain of four years, made without the program's own way, which syncs each line. */
static void make_chain(const char *folder, size_t number)
{
	char previous[SHA256_HEX] = CHAIN_NOTHING, path[128];
	struct error err = ERROR_INIT;
	struct strbuf text = STRBUF_INIT;
	size_t begun = 0;

	for (size_t i = 0; i <= number; i++) {
		size_t year = i * 4 / number;
		json_t *line;
		char *dump;

		if (year != begun) {
			if (year < 4)
				snprintf(path, sizeof(path), "%s/runs-202%zu.jsonl", folder, begun);
			else
				snprintf(path, sizeof(path), "%s/runs.jsonl", folder);
			if (file_write(path, &text, 0600, FILE_RENAMED, &err))
				exit(1);
			strbuf_reset(&text);
			begun = year;
		}
		if (i == number)
			break;
		line = json_pack("{s:I, s:s, s:s, s:o}", "number", (json_int_t)i + 1, "previous",
			previous, "run", "00000001", "started",
			json_sprintf("202%zu-06-01T12:00:00+02:00", year));
		dump = chain_text(line);
		chain_hash(line, previous);
		strbuf_addf(&text, "%s\n", dump);
		free(dump);
		json_decref(line);
	}
	strbuf_reset(&text);
	strbuf_addf(&text, "%s\n", previous);
	snprintf(path, sizeof(path), "%s/runs.head", folder);
	if (file_write(path, &text, 0600, FILE_RENAMED, &err))
		exit(1);
	strbuf_release(&text);
}

size_t remembered_verified(size_t number)
{
	char folder[64];
	struct arena *arena = arena_new();
	struct findings findings;
	struct error err = ERROR_INIT;
	struct verify verify = {.folder = folder, .findings = &findings};

	make_folder(folder);
	make_chain(folder, number < 8 ? 8 : number);
	findings_init(&findings, arena);
	if (verify_folder(&verify, &err) || findings.count > 0)
		exit(1);
	remove_folder(folder);
	arena_free(arena);
	return verify.lines;
}

size_t remembered_append(const char *folder)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	json_t *line =
		json_pack("{s:s, s:s}", "run", "0000000a", "started", "2026-12-31T12:00:00Z");
	json_t *last = added_reports_last(folder, &err), *newest;
	struct registered registered;
	struct chain chain;
	size_t made;

	if (chain_open(&chain, folder, "host", &err) ||
		chain_intend(&chain, line, &no_key, NULL, &err) ||
		chain_append(&chain, line, &no_key, &err) ||
		registered_find(&registered, folder, arena, &err))
		exit(1);
	first_use_find(folder);
	runs_keep_absences(folder);
	runs_trusted_feed(folder, "loen");
	newest = runs_load_from(folder, "0000000a", &err);
	made = json_array_size(newest) + (last ? 1 : 0);
	json_decref(newest);
	json_decref(last);
	json_decref(line);
	chain_close(&chain);
	arena_free(arena);
	return made;
}
