#include "run/run_record.h"

#include "base/arena.h"
#include "base/print.h"
#include "cli/options.h"
#include "config/settings.h"
#include "directory/read/change_number.h"
#include "ledger/run_line.h"
#include "ledger/store.h"
#include "model/mapping.h"
#include "run/feed_summaries.h"
#include "run/read.h"
#include "run/recover.h"

static void add_feeds(json_t *line, const struct feeds *feeds, struct arena *arena)
{
	const struct feed_summary *lines = feed_summaries(feeds, arena);

	for (size_t i = 0; i < feeds->count; i++)
		line_add_feed(line, &lines[i]);
}

static json_t *new_line(struct session *session)
{
	const struct mapping *mapping = session->mapping;
	struct change_number change;
	json_t *line;

	change_number_look(&session->connection, session->arena, &change);
	line = line_new(&session->run,
		session->run.undoes ? "audit undo" : session->options->command,
		&(struct line_directory){session->connection.url, change.number, change.invocation},
		&(struct line_files){session->settings->sha256,
			mapping ? mapping->sha256.tags : NULL,
			mapping ? mapping->sha256.roles : NULL,
			mapping ? mapping->sha256.routes : NULL});
	if (session->snapshot && !session->run.kept && !session->run.undoes) /* else not asked */
		add_feeds(line, &session->feeds, session->arena);
	if (session->plan)
		line_set_lists(line, session->plan);
	return line;
}

/* A disk that fails: what it means for the directory, and for the next run. */
static enum error_kind fail(const struct account *account, struct error *own, struct error *err)
{
	const char *then = account->is_stored
		? _("the report is not finished: the next apply looks in the directory what was "
		    "done, and finishes it")
		: _("nothing was changed in the directory");
	enum error_kind kind = error_set(err, own->kind, "%s; %s", own->text.text, then);

	error_release(own);
	return kind;
}

enum error_kind account_begin(struct account *account, struct session *session, struct error *err)
{
	struct error own = ERROR_INIT;

	account->session = session;
	if (sign_keys_load(&account->key, &account->accepted, session->settings, err))
		return err->kind;
	if (chain_open(&account->chain, session->settings->reports_directory, session->run.host,
		    &own))
		return fail(account, &own, err);
	if (account->chain.is_open &&
		settle(session, &account->chain, &account->key,
			account->key.is_there ? &account->accepted : NULL, err))
		return err->kind;
	account->line = new_line(session);
	return ERROR_NONE;
}

enum error_kind account_settle(struct session *session, struct error *err)
{
	struct account account = ACCOUNT_INIT;

	account_begin(&account, session, err);
	account_release(&account);
	return err->kind;
}

void account_outcome(struct account *account, const char *outcome, int status, const char *said)
{
	line_set_outcome(account->line, outcome, status, said);
}

void account_totals(struct account *account, const struct totals *totals)
{
	line_set_totals(account->line, totals);
}

static void set_file(struct account *account, const char *key, const char *ending,
	const struct strbuf *text)
{
	struct strbuf name = STRBUF_INIT;

	store_name(&name, &account->session->run, ending);
	line_set_file(account->line, key, name.text, text->text, text->length);
	strbuf_release(&name);
}

enum error_kind account_store(struct account *account, const struct strbuf *text,
	const struct strbuf *undo, struct strbuf *path, struct error *err)
{
	struct error own = ERROR_INIT;
	char hash[SHA256_HEX];

	line_note_draft(account->line);
	set_file(account, "report", ".ldif", text);
	set_file(account, "undo", ".undo.ldif", undo);
	if (chain_intend(&account->chain, account->line, &account->key, hash, &own))
		return fail(account, &own, err);
	if (!account->is_stored)
		line_set_text(account->line, "intent", hash);
	if (store_texts(account->chain.folder, &account->session->run, text, undo, path, &own))
		return fail(account, &own, err);
	account->is_stored = true;
	account->session->report_bytes = text->length + undo->length;
	return ERROR_NONE;
}

enum error_kind account_end(struct account *account, struct error *err)
{
	struct error own = ERROR_INIT;

	if (chain_append(&account->chain, account->line, &account->key, &own))
		return fail(account, &own, err);
	return ERROR_NONE;
}

void account_release(struct account *account)
{
	json_decref(account->line);
	sign_key_wipe(&account->key);
	chain_close(&account->chain);
	*account = (struct account)ACCOUNT_INIT;
}

void account_failure(struct session *session, int status, const char *said)
{
	struct account account = ACCOUNT_INIT;
	struct error err = ERROR_INIT;

	if (!account_begin(&account, session, &err)) {
		account_outcome(&account, "failed", status, said);
		account_end(&account, &err);
	}
	if (err.kind)
		error_print(&err);
	account_release(&account);
	error_release(&err);
}
