/*
 * The logins of mail that the settings make by OAuth 2.0, and what came of each in this process: for check, status and
 * metrics (net/oauth_state.h).
 */
#ifndef RUN_OAUTH_LOGINS_H
#define RUN_OAUTH_LOGINS_H

#include <stddef.h>

struct oauth_settings;
struct settings;

#define OAUTH_LOGINS_MAX 6

struct oauth_login {
	const char *name;                   /* of the section: "mail.smtp", "mailbox.imap", ... */
	const struct oauth_settings *oauth; /* borrowed from the settings */
};

struct oauth_logins {
	struct oauth_login items[OAUTH_LOGINS_MAX];
	size_t count;
};

/* Those that the settings have, in their order there. */
struct oauth_logins oauth_logins_of(const struct settings *settings);

/*
 * Ask for a token where none was asked for so far, so that the login's state is known. Waits 30 s at most; what
 * fails is the state's.
 */
void oauth_login_try(const struct oauth_login *login);

/* Let processes that are forked from now on set the state of each (oauth_state_share()). */
void oauth_logins_share(const struct settings *settings);

#endif
