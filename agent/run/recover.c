#include "run/recover.h"

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "cli/options.h"
#include "directory/connection/connect.h"
#include "directory/search/value_exists.h"
#include "ledger/chain.h"
#include "ledger/recovery.h"
#include "ledger/report_repair.h"
#include "ledger/run_line.h"
#include "model/mapping.h"
#include "model/settings.h"
#include "run/session.h"

static enum error_kind look_up_values(void *context, struct intended_value *values, size_t count,
	struct error *err)
{
	struct session *session = context;
	struct arena *arena = arena_new();
	struct presence *items = arena_get(arena, count * sizeof(*items));
	enum error_kind failed = ERROR_NONE;

	for (size_t i = 0; i < count; i++)
		items[i] = (struct presence){values[i].dn, values[i].type, values[i].value, false};
	if (!session->sources.connection.ld)
		failed = connection_open(&session->sources.connection, session->config.settings,
			err);
	if (!failed)
		failed = presence_look(&session->sources.connection, items, count, err);
	for (size_t i = 0; i < count; i++)
		values[i].is_there = items[i].is_there;
	arena_free(arena);
	return failed;
}

/* The lists that the directory is asked about. */
static struct table *lists_of(struct session *session, struct arena *arena)
{
	const struct mapping *mapping = session->config.mapping;
	const struct policy *policy = &session->config.settings->policy;
	struct table *lists = table_new(arena);

	for (size_t i = 0; mapping && i < mapping->block_count; i++)
		table_put(lists, mapping->blocks[i].list_key, &mapping->blocks[i]);
	if (policy->mailbox_list_key)
		table_put(lists, policy->mailbox_list_key, session);
	return lists;
}

/* The line that closes a run which is not proved: this run's, under an id of its own. */
static json_t *new_closing(struct session *session, struct arena *arena)
{
	const struct mapping *mapping = session->config.mapping;
	struct run run = session->work.run;

	run.id = session_new_id(arena);
	run.saved = NULL;
	run.undoes = NULL;
	return run_line_new(&run, session->config.options->command,
		&(struct run_line_directory){.url = session->sources.connection.url},
		&(struct run_line_files){session->config.settings->sha256,
			mapping ? mapping->sha256.tags : NULL,
			mapping ? mapping->sha256.roles : NULL,
			mapping ? mapping->sha256.routes : NULL});
}

enum error_kind recover_run(struct session *session, struct chain *chain,
	const struct sign_key *key, const struct sign_public *accepted, struct error *err)
{
	struct arena *arena = arena_new();
	const struct recovery recovery = {.chain = chain,
		.key = key,
		.accepted = accepted,
		.run = session->work.run.id,
		.now = session->work.now,
		.member_attribute = session->config.settings->member_attribute,
		.lists = lists_of(session, arena),
		.closing = new_closing(session, arena),
		.look = look_up_values,
		.context = session};

	recovery_run(&recovery, err);
	json_decref(recovery.closing);
	arena_free(arena);
	return err->kind;
}
