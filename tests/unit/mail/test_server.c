#include "file_case.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "liar.h"
#include "mail/smtp/server.h"
#include "model/settings.h"
#include "net/oauth.h"
#include "net/oauth_state.h"
#include "talker.h"

/* A conversation with the talker under a name that is not loopback's, unless `host` is. */
struct trial {
	struct talker talker;
	struct server_settings settings;
	const char *const *again; /* what the talker says when it is called a second time */
	struct error err;
	enum error_kind failed;
	char url[100];
};

static void run(struct trial *trial, const char *scheme, const char *host,
	const char *const *answers)
{
	struct curl_slist *to = NULL;
	struct server server;
	char place[60];

	trial->err = (struct error)ERROR_INIT;
	talker_start(&trial->talker, answers, trial->again);
	snprintf(trial->url, sizeof(trial->url), "%s://%s:%d", scheme, host, trial->talker.port);
	snprintf(place, sizeof(place), "::127.0.0.1:%d", trial->talker.port);
	trial->settings.url = trial->url;
	trial->failed = server_init(&server, &trial->settings, &trial->err);
	if (!trial->failed) {
		to = curl_slist_append(NULL, place);
		curl_easy_setopt(server.easy, CURLOPT_CONNECT_TO, to);
		curl_easy_setopt(server.easy, CURLOPT_NOBODY, 1L);
		trial->failed = server_run(&server, &trial->err);
	}
	server_release(&server);
	curl_slist_free_all(to);
	talker_stop(&trial->talker);
}

static void expect(struct trial *trial, enum error_kind kind, const char *said, const char *heard)
{
	if (trial->failed != kind || !strstr(trial->err.text.text, said) ||
		(heard && !strstr(trial->talker.heard, heard)))
		print_error("%d: %s\n%s\n", trial->failed, trial->err.text.text,
			trial->talker.heard);
	assert_int_equal(trial->failed, kind);
	assert_non_null(strstr(trial->err.text.text, said));
	assert_null(strstr(trial->err.text.text, "hemmelig"));
	if (heard)
		assert_non_null(strstr(trial->talker.heard, heard));
	error_release(&trial->err);
}

/* A secret's file, named by password_file or token_file; ended by secret_release(). */
struct secret {
	struct folder folder;
	struct strbuf path;
};

static void secret_write(struct secret *secret, const char *text)
{
	folder_make(&secret->folder);
	folder_write(&secret->folder, "secret", text, strlen(text));
	secret->path = (struct strbuf)STRBUF_INIT;
	folder_path(&secret->folder, "secret", &secret->path);
	assert_int_equal(chmod(secret->path.text, 0600), 0);
}

static void secret_release(struct secret *secret)
{
	folder_remove(&secret->folder, "secret");
	strbuf_release(&secret->path);
	folder_release(&secret->folder);
}

#define SMTP_HELLO "250-mail\r\n250 AUTH GSSAPI NTLM PLAIN LOGIN XOAUTH2\r\n"
#define SMTP_BYE   "221 2.0.0 bye\r\n"

/* Elsewhere than on loopback nothing is said before TLS: no login, no sender. */
static void test_no_starttls(void **state)
{
	static const char *const smtp[] = {
		"220 mail\r\n", SMTP_HELLO, "250 ok\r\n", "250 ok\r\n", NULL};
	static const char *const imap[] = {"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN]\r\n",
		"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nA001 OK\r\n", "A002 OK\r\n", NULL};
	struct secret secret;
	struct trial trial = {.settings = {.user = "postvagt"}};

	secret_write(&secret, "hemmelig\n");
	trial.settings.password_file = secret.path.text;
	run(&trial, "smtp", "mail.eksempel.dk", smtp);
	expect(&trial, ERROR_TARGET, "offers no STARTTLS", "EHLO ");
	assert_null(strstr(trial.talker.heard, "AUTH"));
	assert_null(strstr(trial.talker.heard, "MAIL"));
	run(&trial, "imap", "mail.eksempel.dk", imap);
	expect(&trial, ERROR_TARGET, "offers no STARTTLS", "CAPABILITY");
	assert_null(strstr(trial.talker.heard, "LOGIN"));
	assert_null(strstr(trial.talker.heard, "AUTHENTICATE"));
	secret_release(&secret);
}

/* On loopback, a ca_file asks for TLS all the same. */
static void test_ca_file_on_loopback(void **state)
{
	static const char *const smtp[] = {"220 mail\r\n", SMTP_HELLO, "250 ok\r\n", NULL};
	struct trial trial = {.settings = {.ca_file = "/dev/null"}};

	run(&trial, "smtp", "127.0.0.1", smtp);
	expect(&trial, ERROR_TARGET, "offers no STARTTLS", "EHLO ");
}

static void test_password(void **state)
{
	static const char *const smtp[] = {"220 mail\r\n", SMTP_HELLO, "334 \r\n", "235 ok\r\n",
		"214 help\r\n", SMTP_BYE, NULL};
	static const char *const imap[] = {"* OK hello\r\n",
		"* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=GSSAPI AUTH=NTLM\r\nA001 OK\r\n", "+ \r\n",
		"A002 OK\r\n", "A003 OK\r\n", "* BYE\r\nA004 OK\r\n", NULL};
	struct secret secret;
	struct trial trial = {.settings = {.user = "postvagt@eksempel.dk"}};

	secret_write(&secret, "hemmelig\n");
	trial.settings.password_file = secret.path.text;
	run(&trial, "smtp", "127.0.0.1", smtp);
	expect(&trial, ERROR_NONE, "",
		"AUTH PLAIN\r\nAHBvc3R2YWd0QGVrc2VtcGVsLmRrAGhlbW1lbGln\r\n");
	run(&trial, "imap", "127.0.0.1", imap);
	expect(&trial, ERROR_NONE, "",
		"A002 AUTHENTICATE PLAIN\r\nAHBvc3R2YWd0QGVrc2VtcGVsLmRrAGhlbW1lbGln\r\n");
	secret_release(&secret);
}

/* RFC 7628 section 3.1, and Microsoft's and Google's XOAUTH2. */
static void test_token(void **state)
{
	static const char *const smtp[] = {"220 mail\r\n", SMTP_HELLO, "334 \r\n", "235 ok\r\n",
		"214 help\r\n", SMTP_BYE, NULL};
	struct secret secret;
	struct trial trial = {.settings = {.user = "u@x"}};

	secret_write(&secret, "eyJ0\n");
	trial.settings.token_file = secret.path.text;
	run(&trial, "smtp", "127.0.0.1", smtp);
	expect(&trial, ERROR_NONE, "", "AUTH XOAUTH2\r\ndXNlcj11QHgBYXV0aD1CZWFyZXIgZXlKMAEB\r\n");
	secret_release(&secret);
	secret_write(&secret, "to ord\n");
	trial.settings.token_file = secret.path.text;
	run(&trial, "smtp", "127.0.0.1", smtp);
	expect(&trial, ERROR_USAGE, "no bearer token", NULL);
	assert_int_equal(trial.talker.length, 0);
	secret_release(&secret);
}

#define OK_HEAD      "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define GIVES(token) OK_HEAD "{\"access_token\":\"" token "\",\"token_type\":\"Bearer\"}"

/* A mail server that answers so, and a token server that does so, too. */
static void run_oauth(struct trial *trial, const char *const *answers, const struct lie *lies,
	size_t lie_count, size_t tokens, enum oauth_outcome outcome)
{
	struct secret secret;
	struct liar login;
	char url[100];

	secret_write(&secret, "hemmelig\n");
	liar_start(&login, lies, lie_count);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/token", login.port);
	trial->settings = (struct server_settings){.user = "u@x",
		.oauth = {.token_url = url, .client_id = "c", .secret_file = secret.path.text}};
	run(trial, "smtp", "127.0.0.1", answers);
	liar_stop(&login);
	assert_int_equal(login.count, tokens);
	assert_int_equal(oauth_state_find(&trial->settings.oauth).outcome, outcome);
	oauth_forget();
	secret_release(&secret);
}

static const char *const accepts[] = {
	"220 mail\r\n", SMTP_HELLO, "334 \r\n", "235 ok\r\n", "214 help\r\n", SMTP_BYE, NULL};
static const char *const denies[] = {
	"220 mail\r\n", SMTP_HELLO, "334 \r\n", "535 5.7.8 no\r\n", SMTP_BYE, NULL};

static void test_oauth(void **state)
{
	static const struct lie lies[] = {{.text = GIVES("eyJ0")}, {.text = GIVES("eyJ1")}};
	struct trial trial = {.again = NULL};

	run_oauth(&trial, accepts, lies, 1, 1, OAUTH_VALID);
	expect(&trial, ERROR_NONE, "", "AUTH XOAUTH2\r\ndXNlcj11QHgBYXV0aD1CZWFyZXIgZXlKMAEB\r\n");
	trial.again = accepts;
	run_oauth(&trial, denies, lies, 2, 2, OAUTH_VALID);
	expect(&trial, ERROR_NONE, "", "dXNlcj11QHgBYXV0aD1CZWFyZXIgZXlKMQEB\r\n");
	trial.again = denies;
	run_oauth(&trial, denies, lies, 2, 2, OAUTH_REFUSED);
	expect(&trial, ERROR_TARGET, "does not let u@x log in with the token of oauth", NULL);
}

/* No token: nothing is said to the mail server, and the token server's words are passed on. */
static void test_no_token(void **state)
{
	static const struct lie lie = {
		.text = "HTTP/1.1 401 X\r\nConnection: close\r\n\r\n{\"error\":\"invalid_client\"}"};
	struct trial trial = {.again = NULL};

	run_oauth(&trial, accepts, &lie, 1, 1, OAUTH_DENIED);
	expect(&trial, ERROR_TARGET, "the server answered 401 (invalid_client): ", NULL);
	assert_int_equal(trial.talker.length, 0);
}

/* A server that knows no token is not given one as a password. */
static void test_token_unknown(void **state)
{
	static const char *const smtp[] = {"220 mail\r\n", "250-mail\r\n250 AUTH PLAIN LOGIN\r\n",
		"334 \r\n", "334 \r\n", "334 \r\n", NULL};
	struct secret secret;
	struct trial trial = {.settings = {.user = "u@x"}};

	secret_write(&secret, "eyJ0\n");
	trial.settings.token_file = secret.path.text;
	run(&trial, "smtp", "127.0.0.1", smtp);
	expect(&trial, ERROR_TARGET, "does not let u@x log in", "EHLO ");
	assert_null(strstr(trial.talker.heard, "AUTH"));
	secret_release(&secret);
}

static void test_denied(void **state)
{
	static const char *const smtp[] = {
		"220 mail\r\n", SMTP_HELLO, "334 \r\n", "535 5.7.8 no\r\n", SMTP_BYE, NULL};
	struct secret secret;
	struct trial trial = {.settings = {.user = "u@x"}};

	secret_write(&secret, "hemmelig");
	trial.settings.password_file = secret.path.text;
	run(&trial, "smtp", "127.0.0.1", smtp);
	expect(&trial, ERROR_TARGET, "does not let u@x log in", NULL);
	secret_release(&secret);
}

static void test_unreachable(void **state)
{
	static const char *const hangs_up[] = {"220 mail\r\n", NULL};
	struct trial trial = {.settings = {.url = NULL}};

	run(&trial, "smtp", "127.0.0.1", hangs_up);
	expect(&trial, ERROR_LOST, "cannot be reached", NULL);
}

static void test_files(void **state)
{
	static const char *const smtp[] = {"220 mail\r\n", NULL};
	struct trial trial = {.settings = {.user = "u", .password_file = "/nonexistent/secret"}};

	run(&trial, "smtp", "127.0.0.1", smtp);
	expect(&trial, ERROR_USAGE, "/nonexistent/secret: cannot be read", NULL);
	assert_int_equal(trial.talker.length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_starttls),
		cmocka_unit_test(test_ca_file_on_loopback),
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_token_unknown),
		cmocka_unit_test(test_oauth),
		cmocka_unit_test(test_no_token),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
