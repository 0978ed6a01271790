/*
 * A mail server of the settings, for SMTP or IMAP, as one of libcurl's easy handles: reached
 * as its settings say, and as it must be.
 *
 *	failed = server_init(&server, &settings->mail.server, &err);
 *	if (!failed) {
 *		// curl_easy_setopt() on server.easy: what is asked, and where the answer goes
 *		failed = server_run(&server, &err);
 *	}
 *	server_release(&server);
 *
 * TLS is 1.2 or newer, and the server's certificate is checked, always. smtp:// and imap://
 * begin in the clear and must go over to TLS by STARTTLS (RFC 3207, RFC 9051 section 6.2.1)
 * before anything is said. Only a server on loopback is spoken to in the clear, and not
 * there either where a ca_file is named. The login is by password, or by token (XOAUTH2, or
 * OAUTHBEARER, RFC 7628), which is read from a file or got from a token server (oauth). No proxy is asked, and no .netrc.
 */
#ifndef MAIL_SMTP_SERVER_H
#define MAIL_SMTP_SERVER_H

#include <stdbool.h>

#include "base/library/curl.h"
#include "base/message/error.h"

struct server_settings;
struct strbuf;

/* A secret as it is, in base64, and in the base64 of the first messages of PLAIN (RFC 4616) and XOAUTH2. */
#define SERVER_SECRET_FORMS 4

struct server {
	CURL *easy;                             /* owned */
	const struct server_settings *settings; /* borrowed */
	bool has_secret;                        /* what is freed is wiped as long as it lives */
	unsigned serial;                        /* of the token of oauth */
	struct strbuf *secrets;        /* owned: SERVER_SECRET_FORMS; NULL: nobody logs in */
	char trouble[CURL_ERROR_SIZE]; /* curl's own words */
};

/*
 * Make a handle of the settings' URL ready, logged in as they say; answers are dropped unless
 * the caller sets CURLOPT_WRITEFUNCTION. ERROR_USAGE where a file named there cannot be used. With
 * oauth, this waits for a token, 30 s at most; ERROR_TARGET or ERROR_LOST where there is none.
 * server_release() frees and wipes all, also after a failure; it closes the connection, which
 * otherwise is kept from one server_run() to the next.
 */
enum error_kind server_init(struct server *server, const struct server_settings *settings,
	struct error *err);
void server_release(struct server *server);

/*
 * Do what the handle was told. A failure is told with the server's URL first: ERROR_LOST where
 * the server cannot be reached, or went away, ERROR_TARGET where it refuses. A token of oauth that
 * is refused is renewed, once.
 */
enum error_kind server_run(struct server *server, struct error *err);

/*
 * The same of a handle that was run by other means, and ended with `code`. A token that was refused
 * is forgotten, so that the next server_init() gets a new one.
 */
enum error_kind server_failed(const struct server *server, CURLcode code, struct error *err);

/*
 * Say that the server does not let the settings' user log in, and forget the token of that serial where it is
 * one of oauth.
 */
enum error_kind server_refuses_login(const struct server_settings *settings, unsigned serial,
	struct error *err);

/*
 * Add what a server said, on one line and safe for a terminal, at most `max` bytes of it, and without the secret of the login,
 * should it repeat that.
 */
void server_add_said(const struct server *server, struct strbuf *out, const char *said, size_t max);

/*
 * For callers that run the handle: whether it ended as it does where the server refuses the token of
 * oauth, and the same handle with a new token. ERROR_TARGET or ERROR_LOST where there is none.
 */
bool server_may_renew(const struct server *server, CURLcode code);
enum error_kind server_renew(struct server *server, struct error *err);

#endif
