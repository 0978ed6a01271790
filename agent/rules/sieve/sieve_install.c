#include "rules/sieve/sieve_install.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "mail/managesieve/managesieve.h"
#include "model/settings.h"
#include "rules/model/installed_rules.h"
#include "rules/model/rules.h"
#include "rules/model/rules_text.h"
#include "rules/sieve/sieve.h"

/* A script that is being installed, or compared. */
struct install_ctx {
	const struct sieve_settings *settings;
	const struct rules *rules;
	struct arena *arena;
	struct managesieve server;
	struct managesieve_scripts scripts;
	struct strbuf text; /* as it is made now */
};

static enum error_kind open_server(struct install_ctx *ctx, const struct settings *settings,
	const struct rules *rules, struct error *err)
{
	enum error_kind failed;

	*ctx = (struct install_ctx){.settings = &settings->mailbox.sieve,
		.rules = rules,
		.arena = rules->arena,
		.text = STRBUF_INIT};
	failed = managesieve_open(&ctx->server, &ctx->settings->server, err);
	if (!failed)
		failed = managesieve_list(&ctx->server, ctx->arena, &ctx->scripts, err);
	return failed;
}

static void close_server(struct install_ctx *ctx)
{
	managesieve_close(&ctx->server);
	strbuf_release(&ctx->text);
}

/* A script's name, safe for a terminal. */
static const char *shown_name(struct install_ctx *ctx, const char *name)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, name);
	return strbuf_to_arena(&safe, ctx->arena);
}

/* Whether the server allows fewer addresses than a mail may need; how many, in *allowed. */
static bool has_few_redirects(const struct install_ctx *ctx, size_t *allowed)
{
	return managesieve_redirects(&ctx->server, allowed) &&
		*allowed < rules_most_targets(ctx->rules);
}

static enum error_kind compare_active(struct install_ctx *ctx, struct installed_rules *installed,
	struct error *err)
{
	const char *name = ctx->scripts.active ? shown_name(ctx, ctx->scripts.active) : NULL;
	struct strbuf text = STRBUF_INIT, expected = STRBUF_INIT;

	installed->has_few_redirects = has_few_redirects(ctx, &installed->redirects);
	if (!name) {
		installed->state = RULES_MISSING;
		installed->what = _("the server lists no active script");
		return ERROR_NONE;
	}
	installed->where =
		arena_format(ctx->arena, _("%s, script \"%s\""), ctx->settings->server.url, name);
	if (!managesieve_get(&ctx->server, ctx->scripts.active, &text, err)) {
		rules_add_sieve(&expected, ctx->rules);
		installed_rules_judge(installed, ctx->arena, expected.text, text.text);
		if (installed->state == RULES_MISSING)
			installed->what = arena_format(ctx->arena,
				_("the active script \"%s\" is not postvagt's"), name);
	}
	strbuf_release(&text);
	strbuf_release(&expected);
	return err->kind;
}

enum error_kind sieve_read_installed(const struct settings *settings, const struct rules *rules,
	struct installed_rules *installed, struct error *err)
{
	struct install_ctx ctx;
	enum error_kind failed = open_server(&ctx, settings, rules, err);

	installed->where = settings->mailbox.sieve.server.url;
	if (!failed)
		failed = compare_active(&ctx, installed, err);
	if (failed)
		installed->state = RULES_UNKNOWN;
	close_server(&ctx);
	return failed;
}

/* Only what postvagt made gives way to what it makes now. */
static enum error_kind check_owner(struct install_ctx *ctx, const char *name, bool is_active,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	const char *shown = shown_name(ctx, name);

	if (managesieve_get(&ctx->server, name, &text, err) || rules_text_is_ours(text.text)) {
		strbuf_release(&text);
		return err->kind;
	}
	strbuf_release(&text);
	if (is_active)
		return error_set(err, ERROR_TARGET,
			_("%s: the script \"%s\" is active, and it is not postvagt's; nothing was "
			  "changed. Mail goes through one script only: see what that one does, "
			  "deactivate it (on Dovecot: doveadm sieve deactivate -u MAILBOX), and run "
			  "this again"),
			ctx->settings->server.url, shown);
	return error_set(err, ERROR_TARGET,
		_("%s: there is a script \"%s\", and it is not postvagt's; nothing was changed. Write "
		  "another name in mailbox.sieve.script, or rename that script"),
		ctx->settings->server.url, shown);
}

static enum error_kind check_owners(struct install_ctx *ctx, struct error *err)
{
	const char *own = ctx->settings->script, *active = ctx->scripts.active;
	enum error_kind failed = ERROR_NONE;

	if (active)
		failed = check_owner(ctx, active, true, err);
	if (!failed && managesieve_has(&ctx->scripts, own) && !(active && strcmp(active, own) == 0))
		failed = check_owner(ctx, own, false, err);
	return failed;
}

/* What the script requires, the server must have. */
static enum error_kind check_extensions(const struct install_ctx *ctx, struct error *err)
{
	for (const char *const *name = rules_sieve_extensions; *name; name++) {
		if (!managesieve_has_extension(&ctx->server, *name))
			return error_set(err, ERROR_TARGET,
				_("%s: the server's Sieve lacks the extension \"%s\", which the script "
				  "needs (on Dovecot: sieve_extensions)"),
				ctx->settings->server.url, *name);
	}
	return ERROR_NONE;
}

/* Read it back: what a server took need not be what it keeps. */
static enum error_kind verify(struct install_ctx *ctx, struct error *err)
{
	struct installed_rules installed = {.state = RULES_UNKNOWN};
	enum error_kind failed = managesieve_list(&ctx->server, ctx->arena, &ctx->scripts, err);

	if (!failed)
		failed = compare_active(ctx, &installed, err);
	if (!failed && installed.state != RULES_CURRENT)
		failed = error_set(err, ERROR_TARGET,
			_("%s: the script was put there, but what is active now is another one: %s"),
			ctx->settings->server.url, installed.what);
	return failed;
}

/*
 * Dovecot does not list a script that somebody put in the place of its link, and renames it when another one is made
 * active.
 */
static void warn_of_renamed(struct install_ctx *ctx, const struct managesieve_scripts *before,
	struct findings *findings)
{
	for (size_t i = 0; i < ctx->scripts.count; i++) {
		const char *name = ctx->scripts.names[i];

		if (strcmp(name, ctx->settings->script) != 0 && !managesieve_has(before, name))
			findings_add(findings, FINDING_WARNING, ctx->settings->server.url,
				_("a script that the server did not list was active, and no longer "
				  "is; the server calls it \"%s\" now: see what it does"),
				shown_name(ctx, name));
	}
}

static void add_warnings(const struct install_ctx *ctx, const struct strbuf *warnings,
	struct findings *findings)
{
	size_t allowed;

	if (warnings->length > 0)
		findings_add(findings, FINDING_WARNING, ctx->settings->server.url, "%s",
			warnings->text);
	if (has_few_redirects(ctx, &allowed))
		findings_add(findings, FINDING_WARNING, ctx->settings->server.url,
			_("the server passes a mail on to %zu addresses at most, and one that carries "
			  "all tags would go to %zu: it would reach nobody. On Dovecot, set "
			  "sieve_max_redirects"),
			allowed, rules_most_targets(ctx->rules));
}

enum error_kind sieve_install(const struct settings *settings, const struct rules *rules,
	struct strbuf *said, struct findings *findings, struct error *err)
{
	const char *name = settings->mailbox.sieve.script;
	struct install_ctx ctx;
	struct managesieve_scripts before;
	struct strbuf warnings = STRBUF_INIT;
	enum error_kind failed;

	if (!settings->mailbox.sieve.server.url)
		return error_set(err, ERROR_USAGE,
			_("%s: mailbox.sieve is not given; to install the rules, write where: "
			  "sieve: {url: \"sieve://mail.eksempel.dk\", user: ..., password_file: ...}"),
			settings->file);
	if (!managesieve_is_name(name))
		return error_set(err, ERROR_USAGE,
			_("%s: mailbox.sieve.script cannot be the name of a script"),
			settings->file);
	failed = open_server(&ctx, settings, rules, err);
	before = ctx.scripts;
	rules_add_sieve(&ctx.text, rules);
	if (!failed)
		failed = check_owners(&ctx, err);
	if (!failed)
		failed = check_extensions(&ctx, err);
	if (!failed)
		failed = managesieve_check(&ctx.server, ctx.text.text, &warnings, err);
	strbuf_reset(&warnings); /* the same ones come again */
	if (!failed)
		failed = managesieve_put(&ctx.server, name, ctx.text.text, &warnings, err);
	if (!failed)
		failed = managesieve_activate(&ctx.server, name, err);
	if (!failed)
		failed = verify(&ctx, err);
	if (!failed) {
		add_warnings(&ctx, &warnings, findings);
		warn_of_renamed(&ctx, &before, findings);
		strbuf_addf(said, _("%s: the script \"%s\" is installed and active.\n"),
			settings->mailbox.sieve.server.url, name);
	}
	strbuf_release(&warnings);
	close_server(&ctx);
	return failed;
}
