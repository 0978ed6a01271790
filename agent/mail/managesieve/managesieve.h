/*
 * A mailbox's Sieve scripts on its server, by ManageSieve (RFC 5804).
 *
 *	struct managesieve sieve;
 *	struct managesieve_scripts scripts;
 *	failed = managesieve_open(&sieve, &settings->mailbox.sieve.server, &err);
 *	if (!failed)
 *		failed = managesieve_list(&sieve, arena, &scripts, &err);
 *	managesieve_close(&sieve);
 *
 * Nothing is said before TLS (STARTTLS, section 2.2), but on loopback, where no ca_file is named. The login is by
 * password (PLAIN) or token (XOAUTH2, else OAUTHBEARER of RFC 7628), got as for mail/smtp/server.h. A referral
 * to another server is refused: a password is for the server that the settings name.
 *
 * Every answer is whole and within bounds (response.h, channel.h), or it is an error: 30 s without a byte, a minute or 4
 * MiB for one command. A failure's text begins with the URL: ERROR_LOST where the server cannot be reached or goes
 * away, ERROR_TARGET where it refuses, ERROR_USAGE where a file of the settings cannot be used.
 */
#ifndef MAIL_MANAGESIEVE_MANAGESIEVE_H
#define MAIL_MANAGESIEVE_MANAGESIEVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/strbuf.h"
#include "mail/managesieve/channel.h"
#include "mail/managesieve/response.h"

struct arena;
struct server_settings;

#define MANAGESIEVE_SCRIPTS_MAX 500
#define MANAGESIEVE_NAME_MAX    512 /* bytes; section 1.6 asks servers for that at least */

/* What a server says that it can do (section 1.7), in the arena of the connection. */
struct managesieve_capabilities {
	const char *sasl, *extensions; /* words with blanks between; NULL: not said */
	const char *max_redirects;     /* a number; NULL: not said */
	bool has_starttls, has_version, is_pigeonhole;
};

struct managesieve {
	struct channel channel;
	const struct server_settings *settings; /* borrowed */
	struct arena *arena;                    /* owned: of what the server said last */
	struct managesieve_capabilities capabilities;
	struct managesieve_end end; /* of the last command, in `arena` */
	bool is_open;               /* there is somebody to say LOGOUT to */
	bool has_secret;
	unsigned serial; /* of the token of oauth */
};

/* Connect and log in; a token of oauth that is refused is renewed, once. managesieve_close() frees all, also after a failure. */
enum error_kind managesieve_open(struct managesieve *server, const struct server_settings *settings,
	struct error *err);
void managesieve_close(struct managesieve *server);

/* Whether the server says that its Sieve has an extension. */
bool managesieve_has_extension(const struct managesieve *server, const char *name);

/*
 * Whether the server says to how many addresses one script may pass a mail on, in *most. Pigeonhole says nothing where
 * its sieve_max_redirects is 0, which is none at all.
 */
bool managesieve_redirects(const struct managesieve *server, size_t *most);

/* Whether a text can be the name of a script (section 1.6): UTF-8 without controls, not empty, not too long. */
bool managesieve_is_name(const char *name);

struct managesieve_scripts {
	const char **names;
	size_t count;
	const char *active; /* one of the names; NULL: none is */
};

/* The scripts that are there, in `arena`. */
enum error_kind managesieve_list(struct managesieve *server, struct arena *arena,
	struct managesieve_scripts *scripts, struct error *err);

/* Whether a script of this name is among them. */
bool managesieve_has(const struct managesieve_scripts *scripts, const char *name);

/* Add a script's text to `text`. */
enum error_kind managesieve_get(struct managesieve *server, const char *name, struct strbuf *text,
	struct error *err);

/*
 * Have a script checked and not kept (CHECKSCRIPT); where the server cannot, which it says by having no VERSION, that is ERROR_NONE, too.
 * The server's warnings, if any, are added to `warnings`.
 */
enum error_kind managesieve_check(struct managesieve *server, const char *text,
	struct strbuf *warnings, struct error *err);

/* Keep a script under a name, over one that has it (PUTSCRIPT). */
enum error_kind managesieve_put(struct managesieve *server, const char *name, const char *text,
	struct strbuf *warnings, struct error *err);

/* Make it the one that mail goes through (SETACTIVE). */
enum error_kind managesieve_activate(struct managesieve *server, const char *name,
	struct error *err);

/*
 * For login.h. Send a command, whose end of line is added, and read its answer up to its end, which is in server->end; `take` gets the
 * lines before it, and may be NULL. A NO is no failure here. `command` may hold a secret.
 */
enum managesieve_taken {
	MANAGESIEVE_TAKEN,
	MANAGESIEVE_ODD,  /* not what was asked for: a failure */
	MANAGESIEVE_LAST, /* the server waits for us: the answer is no longer read */
};
typedef enum managesieve_taken managesieve_take(void *place, const struct managesieve_line *line);
enum error_kind managesieve_command(struct managesieve *server, const struct strbuf *command,
	managesieve_take *take, void *place, struct error *err);

/* Record that the server refuses to do something, "to list its scripts", with its words and what to do. */
enum error_kind managesieve_refused(const struct managesieve *server, const char *what,
	struct error *err);

/* Add a text as a quoted string, or as a literal where it cannot be one (section 4). */
void managesieve_add_string(struct strbuf *command, const char *text);

#endif
