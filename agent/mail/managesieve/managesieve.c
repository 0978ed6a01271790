#include "mail/managesieve/managesieve.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/system/loopback.h"
#include "base/text/hidden.h"
#include "base/text/language.h"
#include "mail/managesieve/login.h"
#include "model/settings.h"

#define QUOTED_MAX 1024 /* bytes of a quoted string (section 4) */
#define SAID_MAX   500  /* bytes of a server's words that are shown */

static const char *url_of(const struct managesieve *server)
{
	return server->settings->url;
}

static enum error_kind fail_garbled(const struct managesieve *server, struct error *err)
{
	return error_set(err, ERROR_TARGET, _("%s: the server's answer is not ManageSieve's"),
		url_of(server));
}

/* What to do about a refusal that has this code (section 1.3); NULL: its words say it. */
static const char *advice_for(const struct managesieve_end *end)
{
	if (strcasecmp(end->code, "QUOTA/MAXSIZE") == 0)
		return _("the script is larger than it takes (on Dovecot: sieve_max_script_size)");
	if (strncasecmp(end->code, "QUOTA", 5) == 0)
		return _(
			"there is no room left for the script (on Dovecot: sieve_quota_max_storage and "
			"sieve_quota_max_scripts)");
	if (strcasecmp(end->code, "NONEXISTENT") == 0)
		return _("there is no script of that name");
	if (strcasecmp(end->code, "ENCRYPT-NEEDED") == 0 ||
		strcasecmp(end->code, "AUTH-TOO-WEAK") == 0)
		return _("it wants TLS, or another kind of login");
	if (strncasecmp(end->code, "TRYLATER", 8) == 0)
		return _("it may pass; try again later");
	if (strcasecmp(end->code, "REFERRAL") == 0)
		return _(
			"it names another server; if that one is yours, write it in mailbox.sieve.url");
	return NULL;
}

/* Add a server's words, safe for a terminal, on one line: Dovecot's errors about a script are several. */
static void add_said(struct strbuf *out, const char *words)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; words[i] && i < SAID_MAX; i++) {
		bool is_end = words[i] == '\r' || words[i] == '\n';

		if (!is_end)
			strbuf_addc(&line, words[i]);
		else if (line.length > 0 && line.text[line.length - 1] != ' ')
			strbuf_addc(&line, ' ');
	}
	if (line.length > 0 && line.text[line.length - 1] == ' ')
		line.text[--line.length] = '\0';
	strbuf_add_safe(out, line.text);
	strbuf_release(&line);
}

enum error_kind managesieve_refused(const struct managesieve *server, const char *what,
	struct error *err)
{
	const char *advice = advice_for(&server->end);
	struct strbuf said = STRBUF_INIT;

	add_said(&said, server->end.words);
	if (*server->end.argument) {
		strbuf_adds(&said, said.length > 0 ? ": " : "");
		add_said(&said, server->end.argument);
	}
	if (said.length == 0)
		add_said(&said, *server->end.code ? server->end.code : _("no reason is given"));
	if (advice)
		strbuf_addf(&said, "; %s", advice);
	error_set(err, ERROR_TARGET, _("%s: the server refuses %s: %s"), url_of(server), what,
		said.text);
	strbuf_release(&said);
	return ERROR_TARGET;
}

/* Have one whole line in the buffer. */
static enum error_kind next_line(struct managesieve *server, struct managesieve_line *line,
	struct error *err)
{
	struct channel *channel = &server->channel;
	enum error_kind failed = ERROR_NONE;

	while (!failed) {
		switch (managesieve_read(channel->buffer.text + channel->used,
			channel->buffer.length - channel->used, line)) {
		case MANAGESIEVE_WHOLE:
			channel->used += line->end;
			return ERROR_NONE;
		case MANAGESIEVE_BAD:
			return fail_garbled(server, err);
		case MANAGESIEVE_MORE:
			failed = channel_receive(channel, err);
			break;
		}
	}
	return failed;
}

/* Read an answer to its end. */
static enum error_kind read_answer(struct managesieve *server, managesieve_take *take, void *place,
	struct error *err)
{
	struct managesieve_line line;
	enum error_kind failed;

	for (;;) {
		enum managesieve_taken taken = MANAGESIEVE_ODD;

		failed = next_line(server, &line, err);
		if (failed)
			return failed;
		if (managesieve_read_end(&line, server->arena, &server->end))
			break;
		if (take)
			taken = take(place, &line);
		if (taken == MANAGESIEVE_ODD)
			return fail_garbled(server, err);
		if (taken == MANAGESIEVE_LAST)
			return ERROR_NONE;
	}
	if (server->end.result == MANAGESIEVE_BYE) {
		server->is_open = false;
		return managesieve_refused(server, _("to go on"), err);
	}
	return ERROR_NONE;
}

enum error_kind managesieve_command(struct managesieve *server, const struct strbuf *command,
	managesieve_take *take, void *place, struct error *err)
{
	enum error_kind failed;

	channel_begin(&server->channel);
	failed = channel_send(&server->channel, command->text, command->length, err);
	if (!failed)
		failed = channel_send(&server->channel, "\r\n", 2, err);
	if (failed)
		server->is_open = false;
	return failed ? failed : read_answer(server, take, place, err);
}

/* The same of a command without a secret, where NO is a failure. */
static enum error_kind run_command(struct managesieve *server, const struct strbuf *command,
	const char *what, managesieve_take *take, void *place, struct error *err)
{
	enum error_kind failed = managesieve_command(server, command, take, place, err);

	if (!failed && server->end.result != MANAGESIEVE_OK)
		failed = managesieve_refused(server, what, err);
	return failed;
}

void managesieve_add_string(struct strbuf *command, const char *text)
{
	if (strpbrk(text, "\r\n") || strlen(text) > QUOTED_MAX) {
		strbuf_addf(command, "{%zu+}\r\n", strlen(text));
		strbuf_adds(command, text);
		return;
	}
	strbuf_addc(command, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addc(command, '\\');
		strbuf_addc(command, *text);
	}
	strbuf_addc(command, '"');
}

/* A capability: its name, and mostly a value, both strings. */
static enum managesieve_taken take_capability(void *place, const struct managesieve_line *line)
{
	struct managesieve *server = place;
	struct managesieve_capabilities *capabilities = &server->capabilities;
	const char *name, *value = NULL;

	if (!managesieve_is_string(&line->values[0]))
		return MANAGESIEVE_ODD;
	name = managesieve_text(server->arena, &line->values[0]);
	if (line->count > 1 && managesieve_is_string(&line->values[1]))
		value = managesieve_text(server->arena, &line->values[1]);
	if (strcasecmp(name, "STARTTLS") == 0)
		capabilities->has_starttls = true;
	else if (strcasecmp(name, "VERSION") == 0)
		capabilities->has_version = true;
	else if (value && strcasecmp(name, "IMPLEMENTATION") == 0)
		capabilities->is_pigeonhole = strstr(value, "Pigeonhole") != NULL;
	else if (value && strcasecmp(name, "SASL") == 0)
		capabilities->sasl = value;
	else if (value && strcasecmp(name, "SIEVE") == 0)
		capabilities->extensions = value;
	else if (value && strcasecmp(name, "MAXREDIRECTS") == 0)
		capabilities->max_redirects = value;
	return MANAGESIEVE_TAKEN;
}

/* Forget what the server said before, and hear it again; `command` NULL: it says it unasked. */
static enum error_kind read_capabilities(struct managesieve *server, const char *command,
	struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	enum error_kind failed;

	server->capabilities = (struct managesieve_capabilities){.sasl = NULL};
	if (command) {
		strbuf_adds(&text, command);
		failed = managesieve_command(server, &text, take_capability, server, err);
		strbuf_release(&text);
	} else {
		channel_begin(&server->channel);
		failed = read_answer(server, take_capability, server, err);
	}
	if (!failed && server->end.result != MANAGESIEVE_OK)
		failed = managesieve_refused(server, _("to say what it can do"), err);
	return failed;
}

static enum error_kind go_over_to_tls(struct managesieve *server, struct error *err)
{
	struct strbuf command = STRBUF_INIT;
	enum error_kind failed;

	if (!server->capabilities.has_starttls)
		return error_set(err, ERROR_TARGET,
			server->settings->ca_file && url_is_loopback(url_of(server))
				? _("%s: the server offers no STARTTLS, which ca_file asks for")
				: _("%s: the server offers no STARTTLS, and only on this machine "
				    "scripts go without"),
			url_of(server));
	strbuf_adds(&command, "STARTTLS");
	failed = run_command(server, &command, "STARTTLS", NULL, NULL, err);
	strbuf_release(&command);
	if (!failed)
		failed = channel_start_tls(&server->channel, err);
	if (failed)
		server->is_open = false;
	return failed ? failed : read_capabilities(server, NULL, err);
}

static enum error_kind connect_once(struct managesieve *server, bool *may_retry, struct error *err)
{
	const struct server_settings *settings = server->settings;
	bool may_be_clear = url_is_loopback(settings->url) && !settings->ca_file;
	enum error_kind failed;

	*may_retry = false;
	server->is_open = false;
	failed = channel_open(&server->channel, settings, err);
	if (!failed)
		failed = read_capabilities(server, NULL, err);
	server->is_open = !failed;
	if (!failed && !may_be_clear)
		failed = go_over_to_tls(server, err);
	if (!failed)
		failed = managesieve_login(server, may_retry, err);
	return failed ? failed : read_capabilities(server, "CAPABILITY", err);
}

enum error_kind managesieve_open(struct managesieve *server, const struct server_settings *settings,
	struct error *err)
{
	struct error first = ERROR_INIT;
	bool may_retry;

	*server = (struct managesieve){.channel = {.buffer = STRBUF_INIT},
		.settings = settings,
		.arena = arena_new(),
		.has_secret = settings->user != NULL};
	if (server->has_secret)
		memory_secret_begin();
	if (!connect_once(server, &may_retry, &first))
		return ERROR_NONE;
	if (may_retry) {
		error_release(&first);
		channel_close(&server->channel);
		connect_once(server, &may_retry, &first);
	}
	if (first.kind)
		error_set(err, first.kind, "%s", first.text.text);
	error_release(&first);
	return err->kind;
}

void managesieve_close(struct managesieve *server)
{
	struct error err = ERROR_INIT;

	if (server->is_open) {
		channel_begin(&server->channel);
		channel_send(&server->channel, "LOGOUT\r\n", strlen("LOGOUT\r\n"), &err);
	}
	channel_close(&server->channel);
	arena_free(server->arena);
	if (server->has_secret)
		memory_secret_end();
	error_release(&err);
	*server = (struct managesieve){.channel = {.buffer = STRBUF_INIT}};
}

bool managesieve_has_extension(const struct managesieve *server, const char *name)
{
	const char *at = server->capabilities.extensions ? server->capabilities.extensions : "";

	for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (length == strlen(name) && strncmp(at, name, length) == 0)
			return true;
		at += length;
	}
	return false;
}

bool managesieve_redirects(const struct managesieve *server, size_t *most)
{
	const char *text = server->capabilities.max_redirects;
	size_t digits = text ? strspn(text, "0123456789") : 0;

	*most = 0;
	if (!text && server->capabilities.is_pigeonhole)
		return true;
	if (digits == 0 || digits > 7 || text[digits])
		return false;
	*most = strtoul(text, NULL, 10);
	return true;
}

bool managesieve_is_name(const char *name)
{
	return *name && strlen(name) <= MANAGESIEVE_NAME_MAX && !hidden_in(name);
}

/* What take_script() fills. */
struct list_ctx {
	struct arena *arena;
	struct managesieve_scripts *scripts;
	size_t room;
};

static enum managesieve_taken take_script(void *place, const struct managesieve_line *line)
{
	struct list_ctx *ctx = place;
	struct managesieve_scripts *scripts = ctx->scripts;

	if (!managesieve_is_string(&line->values[0]) || scripts->count == MANAGESIEVE_SCRIPTS_MAX)
		return MANAGESIEVE_ODD;
	scripts->names = arena_grow(ctx->arena, scripts->names, scripts->count, &ctx->room,
		sizeof(*scripts->names));
	scripts->names[scripts->count] = managesieve_text(ctx->arena, &line->values[0]);
	if (line->count > 1 && managesieve_is(&line->values[1], "ACTIVE"))
		scripts->active = scripts->names[scripts->count];
	scripts->count++;
	return MANAGESIEVE_TAKEN;
}

enum error_kind managesieve_list(struct managesieve *server, struct arena *arena,
	struct managesieve_scripts *scripts, struct error *err)
{
	struct list_ctx ctx = {.arena = arena, .scripts = scripts};
	struct strbuf command = STRBUF_INIT;
	enum error_kind failed;

	*scripts = (struct managesieve_scripts){.names = NULL};
	strbuf_adds(&command, "LISTSCRIPTS");
	failed = run_command(server, &command, _("to list its scripts"), take_script, &ctx, err);
	strbuf_release(&command);
	return failed;
}

bool managesieve_has(const struct managesieve_scripts *scripts, const char *name)
{
	for (size_t i = 0; i < scripts->count; i++) {
		if (strcmp(scripts->names[i], name) == 0)
			return true;
	}
	return false;
}

/* One string, the script. A NUL would hide what is behind it. */
static enum managesieve_taken take_text(void *place, const struct managesieve_line *line)
{
	struct strbuf *text = place;
	const struct managesieve_value *value = &line->values[0];
	struct arena *arena;

	if (line->count != 1 || !managesieve_is_string(value) || text->length > 0 ||
		memchr(value->bytes, '\0', value->length))
		return MANAGESIEVE_ODD;
	arena = arena_new();
	strbuf_adds(text, managesieve_text(arena, value));
	arena_free(arena);
	return MANAGESIEVE_TAKEN;
}

enum error_kind managesieve_get(struct managesieve *server, const char *name, struct strbuf *text,
	struct error *err)
{
	struct strbuf command = STRBUF_INIT, what = STRBUF_INIT, found = STRBUF_INIT;
	enum error_kind failed;

	strbuf_adds(&command, "GETSCRIPT ");
	managesieve_add_string(&command, name);
	strbuf_addf(&what, _("to give the script \"%s\""), name);
	failed = run_command(server, &command, what.text, take_text, &found, err);
	if (!failed)
		strbuf_adds(text, found.text);
	strbuf_release(&command);
	strbuf_release(&what);
	strbuf_release(&found);
	return failed;
}

/* A command that ends with a script; its warnings come with OK (section 1.3). */
static enum error_kind send_script(struct managesieve *server, struct strbuf *command,
	const char *text, const char *what, struct strbuf *warnings, struct error *err)
{
	enum error_kind failed;

	strbuf_addf(command, " {%zu+}\r\n", strlen(text));
	strbuf_adds(command, text);
	failed = run_command(server, command, what, NULL, NULL, err);
	if (!failed && strcasecmp(server->end.code, "WARNINGS") == 0)
		add_said(warnings, server->end.words);
	return failed;
}

enum error_kind managesieve_check(struct managesieve *server, const char *text,
	struct strbuf *warnings, struct error *err)
{
	struct strbuf command = STRBUF_INIT;
	enum error_kind failed;

	if (!server->capabilities.has_version)
		return ERROR_NONE;
	strbuf_adds(&command, "CHECKSCRIPT");
	failed = send_script(server, &command, text, _("the script"), warnings, err);
	strbuf_release(&command);
	return failed;
}

enum error_kind managesieve_put(struct managesieve *server, const char *name, const char *text,
	struct strbuf *warnings, struct error *err)
{
	struct strbuf command = STRBUF_INIT, what = STRBUF_INIT;
	enum error_kind failed;

	strbuf_adds(&command, "PUTSCRIPT ");
	managesieve_add_string(&command, name);
	strbuf_addf(&what, _("to keep the script \"%s\""), name);
	failed = send_script(server, &command, text, what.text, warnings, err);
	strbuf_release(&command);
	strbuf_release(&what);
	return failed;
}

enum error_kind managesieve_activate(struct managesieve *server, const char *name,
	struct error *err)
{
	struct strbuf command = STRBUF_INIT, what = STRBUF_INIT;
	enum error_kind failed;

	strbuf_adds(&command, "SETACTIVE ");
	managesieve_add_string(&command, name);
	strbuf_addf(&what, _("to make the script \"%s\" the active one"), name);
	failed = run_command(server, &command, what.text, NULL, NULL, err);
	strbuf_release(&command);
	strbuf_release(&what);
	return failed;
}
