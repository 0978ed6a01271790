/* Fetching as somebody: passwords, header fields, tokens; and token servers that lie. */
#include "unit.h"

#include <krb5.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_case.h"
#include "liar.h"
#include "model/settings.h"
#include "net/fetch.h"
#include "net/oauth.h"
#include "net/oauth_state.h"
#include "net/request.h"
#include "net/token_request.h"

#define OK_HEAD  "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define OK(body) OK_HEAD "\r\n" body
#define NO(what) "HTTP/1.1 " what "\r\nConnection: close\r\n"
#define TOKEN(text) \
	OK("{\"access_token\":\"" text "\",\"token_type\":\"Bearer\",\"expires_in\":300}")
#define MOVED(to) "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: " to "\r\n\r\n"
#define SECRET    "hemmelig-noegle-4711"

static const struct fetch_bounds quick = {
	.connect = 30000,
	.silence = 30,
	.total = 60000,
	.pause = 10,
	.pause_most = 3000,
	.bytes = 50000,
	.pages = 4,
};

/* A server of a feed, one of tokens, and a fetch between them. */
struct trial {
	struct liar feed, login;
	struct fetch_bounds bounds;
	struct http_settings http;
	struct http_request request;
	char url[100], token_url[100];
	struct fetches *fetches;
	struct fetch *fetch;
};

static struct folder folder;
static struct strbuf secret_file = STRBUF_INIT;

static int set_up(void **state)
{
	folder_make(&folder);
	folder_write(&folder, "secret", SECRET "\n", strlen(SECRET "\n"));
	folder_path(&folder, "secret", &secret_file);
	return chmod(secret_file.text, 0600);
}

static int tear_down(void **state)
{
	folder_remove(&folder, "secret");
	folder_release(&folder);
	strbuf_release(&secret_file);
	return 0;
}

#define LIES(...)                          \
	(const struct lie[]){__VA_ARGS__}, \
		sizeof((const struct lie[]){__VA_ARGS__}) / sizeof(struct lie)

static void trial_init(struct trial *trial, const struct lie *lies, size_t count)
{
	*trial = (struct trial){.bounds = quick, .request = HTTP_REQUEST_INIT};
	liar_start(&trial->feed, lies, count);
	snprintf(trial->url, sizeof(trial->url), "http://127.0.0.1:%d/feed", trial->feed.port);
	strbuf_adds(&trial->request.url, trial->url);
}

/* A token is wanted, from a server that answers so; none is kept. */
static void trial_wants_token(struct trial *trial, const struct lie *lies, size_t count)
{
	oauth_forget();
	liar_start(&trial->login, lies, count);
	snprintf(trial->token_url, sizeof(trial->token_url), "http://127.0.0.1:%d/token",
		trial->login.port);
	trial->http.oauth = (struct oauth_settings){.token_url = trial->token_url,
		.client_id = "postvagt",
		.secret_file = secret_file.text};
}

static void trial_run(struct trial *trial, enum fetch_state expected)
{
	if (!trial->fetches)
		trial->fetches = fetches_new(&trial->bounds);
	trial->fetch = fetch_start(trial->fetches, &trial->http, &trial->request, NULL, NULL);
	fetches_wait(trial->fetches);
	if (fetch_state(trial->fetch) != expected)
		print_error("%s\n", fetch_error(trial->fetch)->text.text);
	assert_int_equal(fetch_state(trial->fetch), expected);
}

static void assert_says(const struct trial *trial, const char *text)
{
	const char *said = fetch_error(trial->fetch)->text.text;

	if (!strstr(said, text))
		print_error("\"%s\" is not in \"%s\"\n", text, said);
	assert_non_null(strstr(said, text));
	assert_null(strstr(said, "hemmelig"));
	assert_null(strstr(said, "eyJ0"));
	assert_null(strchr(said, '\n'));
}

static void assert_asked(const struct liar *liar, size_t request, const char *text)
{
	const char *asked = liar->requests[request];

	if (!strstr(asked, text))
		print_error("\"%s\" is not in:\n%s\n", text, asked);
	assert_non_null(strstr(asked, text));
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part))) {
		count++;
		text++;
	}
	return count;
}

/* End it; the servers were asked so often. */
static void trial_end(struct trial *trial, size_t feed, size_t login)
{
	fetches_free(trial->fetches);
	http_request_release(&trial->request);
	liar_stop(&trial->feed);
	assert_int_equal(trial->feed.count, feed);
	if (trial->http.oauth.token_url) {
		liar_stop(&trial->login);
		assert_int_equal(trial->login.count, login);
	}
	oauth_forget();
}

static void test_basic(void **state)
{
	struct trial trial;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial.http.user = "sd-bruger";
	trial.http.password_file = secret_file.text;
	trial_run(&trial, FETCH_FRESH);
	trial_end(&trial, 1, 0);
	assert_asked(&trial.feed, 0,
		"Authorization: Basic c2QtYnJ1Z2VyOmhlbW1lbGlnLW5vZWdsZS00NzEx\r\n");
	assert_int_equal(count_of(trial.feed.requests[0], "Authorization:"), 1);
	trial_init(&trial, LIES({.text = NO("401 No") "\r\n"}));
	trial.http.user = "sd-bruger";
	trial.http.password_file = secret_file.text;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "password_file");
	trial_end(&trial, 1, 0);
}

static void test_headers(void **state)
{
	static struct header_settings headers[] = {
		{.name = "Prefer", .value = "x"}, /* not secret, so the request's own business */
		{.name = "ApiKey"},
		{.name = "company_id"},
	};
	struct trial trial;

	headers[1].value_file = headers[2].value_file = secret_file.text;
	trial_init(&trial, LIES({.text = MOVED("/a")}, {.text = OK("[]")}));
	trial.http.headers = headers;
	trial.http.header_count = ROWS(headers);
	trial_run(&trial, FETCH_FRESH);
	trial_end(&trial, 2, 0);
	for (size_t i = 0; i < 2; i++) {
		assert_asked(&trial.feed, i, "\r\nApiKey: " SECRET "\r\n");
		assert_asked(&trial.feed, i, "\r\ncompany_id: " SECRET "\r\n");
		assert_null(strstr(trial.feed.requests[i], "Prefer"));
	}
}

static void test_bad_headers(void **state)
{
	static const struct {
		const char *text;
		unsigned mode;
		const char *says;
	} cases[] = {
		{"hemmelig\rX: y\n", 0600, "control characters"},
		{"hemme\001lig\n", 0600, "control characters"},
		{"hemmelig\n", 0644, "others can read it"},
		{"\nhemmelig\n", 0600, "first line is empty"},
	};
	struct header_settings header = {.name = "ApiKey"};
	struct strbuf file = STRBUF_INIT;

	folder_path(&folder, "key", &file);
	header.value_file = file.text;
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct trial trial;

		folder_write(&folder, "key", cases[i].text, strlen(cases[i].text));
		assert_int_equal(chmod(file.text, cases[i].mode), 0);
		trial_init(&trial, LIES({.text = OK("[]")}));
		trial.http.headers = &header;
		trial.http.header_count = 1;
		trial_run(&trial, FETCH_FAILED);
		assert_says(&trial, cases[i].says);
		trial_end(&trial, 0, 0);
	}
	folder_remove(&folder, "key");
	strbuf_release(&file);
}

/* A cache of tickets that has an owner and nothing else, as the environment's. */
static void use_empty_cache(void)
{
	krb5_context context;
	krb5_principal owner;
	krb5_ccache cache;

	assert_int_equal(setenv("KRB5CCNAME", "MEMORY:test", 1), 0);
	assert_int_equal(krb5_init_context(&context), 0);
	assert_int_equal(krb5_parse_name(context, "postvagt@EKSEMPEL.DK", &owner), 0);
	assert_int_equal(krb5_cc_default(context, &cache), 0);
	assert_int_equal(krb5_cc_initialize(context, cache, owner), 0);
	krb5_cc_close(context, cache);
	krb5_free_principal(context, owner);
	krb5_free_context(context);
}

static void test_no_ticket(void **state)
{
	struct trial trial;

	assert_int_equal(setenv("KRB5CCNAME", "MEMORY:nobody", 1), 0);
	trial_init(&trial, LIES({.text = OK("[]")}));
	trial.http.negotiate = true;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "Kerberos: no ticket to log in with");
	trial.http.keytab_file = secret_file.text;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "Kerberos: log in as ");
	assert_int_equal(fetch_error(trial.fetch)->kind, ERROR_USAGE);
	trial_end(&trial, 0, 0);
}

/* Whatever is secret goes to its own host and port only. */
static void test_elsewhere(void **state)
{
	static struct header_settings header = {.name = "ApiKey"};
	const struct http_settings logins[] = {
		{.user = "x", .password_file = secret_file.text},
		{.headers = &header, .header_count = 1},
		{.negotiate = true},
	};

	header.value_file = secret_file.text;
	use_empty_cache();
	for (size_t i = 0; i < ROWS(logins) && row(i, "login"); i++) {
		struct trial trial;
		struct liar other;
		char location[200];

		liar_start(&other, LIES({.text = OK("[]")}));
		snprintf(location, sizeof(location), MOVED("http://127.0.0.1:%d/"), other.port);
		trial_init(&trial, LIES({.text = location}));
		trial.http = logins[i];
		trial_run(&trial, FETCH_FAILED);
		assert_says(&trial, "another host or port");
		trial_end(&trial, 1, 0);
		liar_stop(&other);
		assert_int_equal(other.count, 0);
	}
}

static void test_post(void **state)
{
	static const char *const moves[] = {NO("307 X") "Location: /b\r\n\r\n",
		NO("308 X") "Location: /b\r\n\r\n", NO("302 X") "Location: /b\r\n\r\n"};
	struct trial trial;

	for (size_t i = 0; i < ROWS(moves) && row(i, "%s", moves[i]); i++) {
		trial_init(&trial,
			LIES({.text = moves[i]}, {.text = NO("503 X") "\r\n"}, {.text = OK("[]")}));
		trial.request.method = HTTP_POST;
		strbuf_adds(&trial.request.body, "{\"a\":1}");
		strbuf_adds(&trial.request.content_type, "application/json");
		http_request_add_field(&trial.request, "Prefer", "x");
		trial_run(&trial, FETCH_FRESH);
		trial_end(&trial, 3, 0);
		assert_asked(&trial.feed, 0, "POST /feed HTTP/1.1\r\n");
		for (size_t j = 0; j < 3; j++) {
			assert_asked(&trial.feed, j, "\r\nContent-Type: application/json\r\n");
			assert_asked(&trial.feed, j, "\r\nPrefer: x\r\n");
			assert_asked(&trial.feed, j, "\r\n\r\n{\"a\":1}");
		}
	}
	trial_init(&trial, LIES({.text = NO("303 X") "Location: /b\r\n\r\n"}));
	trial.request.method = HTTP_POST;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "303");
	trial_end(&trial, 1, 0);
}

static void test_oauth(void **state)
{
	struct trial trial;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = TOKEN("eyJ0.a-b")}));
	trial.http.oauth.scope = "a b";
	trial_run(&trial, FETCH_FRESH);
	trial_run(&trial, FETCH_FRESH); /* the token is kept */
	trial_end(&trial, 2, 1);
	assert_asked(&trial.login, 0, "POST /token HTTP/1.1\r\n");
	assert_asked(&trial.login, 0, "\r\nContent-Type: application/x-www-form-urlencoded\r\n");
	assert_asked(&trial.login, 0, "\r\nAccept: application/json\r\n");
	assert_asked(&trial.login, 0,
		"\r\n\r\ngrant_type=client_credentials&client_id=postvagt&scope=a%20b"
		"&client_secret=" SECRET);
	assert_null(strstr(trial.login.requests[0], "Authorization"));
	assert_asked(&trial.feed, 0, "\r\nAuthorization: Bearer eyJ0.a-b\r\n");
	assert_asked(&trial.feed, 1, "\r\nAuthorization: Bearer eyJ0.a-b\r\n");
	assert_null(strstr(trial.feed.requests[0], SECRET));
}

static enum fetch_next find_next(void *context, size_t page, const struct strbuf *body,
	struct http_request *next, struct error *err)
{
	strbuf_reset(&next->url);
	strbuf_addf(&next->url, "/page%zu", page + 1);
	return page == 2 ? FETCH_NEXT_NONE : FETCH_NEXT_ADDRESS;
}

/* The token is no good any more in the middle of the pages, twice: each page is asked for again, once. */
static void test_expires_between_pages(void **state)
{
	static const struct fetch_pager pager = {.next = find_next};
	struct trial trial;

	trial_init(&trial,
		LIES({.text = OK("[1]")}, {.text = NO("401 X") "\r\n"}, {.text = OK("[2]")},
			{.text = NO("401 X") "\r\n"}, {.text = OK("[3]")}));
	trial_wants_token(&trial,
		LIES({.text = TOKEN("eyJ0a")}, {.text = TOKEN("eyJ0b")}, {.text = TOKEN("eyJ0c")}));
	trial.fetches = fetches_new(&quick);
	trial.fetch = fetch_start(trial.fetches, &trial.http, &trial.request, &pager, NULL);
	fetches_wait(trial.fetches);
	assert_int_equal(fetch_state(trial.fetch), FETCH_FRESH);
	assert_int_equal(fetch_page_count(trial.fetch), 3);
	trial_end(&trial, 5, 3);
	assert_asked(&trial.feed, 1, "/page1 ");
	assert_asked(&trial.feed, 1, "Bearer eyJ0a\r\n");
	assert_asked(&trial.feed, 2, "/page1 ");
	assert_asked(&trial.feed, 2, "Bearer eyJ0b\r\n");
	assert_asked(&trial.feed, 4, "Bearer eyJ0c\r\n");
}

static void test_refused_twice(void **state)
{
	struct trial trial;

	trial_init(&trial,
		LIES({.text = NO("401 X") "WWW-Authenticate: Bearer "
					  "error=\"invalid_token\", error_description="
					  "\"eyJ0x is bad\"\r\n\r\n"}));
	trial_wants_token(&trial, LIES({.text = TOKEN("eyJ0y")}, {.text = TOKEN("eyJ0x")}));
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "the server answered 401 (invalid_token: [...] is bad): the token");
	assert_int_equal(oauth_state_find(&trial.http.oauth).outcome, OAUTH_REFUSED);
	assert_string_equal(oauth_state_find(&trial.http.oauth).words,
		fetch_error(trial.fetch)->text.text);
	trial_end(&trial, 2, 2);
}

/* What Graph says is said again: which right is missing. */
static void test_missing_right(void **state)
{
	struct trial trial;

	trial_init(&trial,
		LIES({.text = NO(
			      "403 X") "\r\n{\"error\":{\"code\":\"Authorization_RequestDenied\","
				       "\"message\":\"Insufficient privileges, eyJ0y\"}}"}));
	trial_wants_token(&trial, LIES({.text = TOKEN("eyJ0y")}));
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial,
		"/feed: the server answered 403 (Authorization_RequestDenied: Insufficient "
		"privileges, [...]): the application lacks a permission");
	trial_end(&trial, 1, 1);
}

/* A body without an end does not hide the status. */
static void test_long_error(void **state)
{
	char endless[1000];
	struct trial trial;

	memset(endless, ' ', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	memcpy(endless, NO("403 X") "\r\n", strlen(NO("403 X") "\r\n"));
	trial_init(&trial, LIES({.text = endless, .times = 200}));
	trial.bounds.bytes = 1u << 20;
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "the server answered 403");
	trial_end(&trial, 1, 0);
}

static void test_token_servers(void **state)
{
	static const struct {
		const char *text; /* NULL: it says nothing */
		size_t requests;
		const char *says;
	} cases[] = {
		{NO("401 X") "\r\n{\"error\":\"invalid_client\",\"error_description\":"
			     "\"AADSTS7000215: Invalid client secret: " SECRET "\"}",
			1,
			"the server answered 401 (AADSTS7000215: Invalid client secret: [...]): the "
			"client secret is wrong"},
		{NO("400 X") "\r\n", 1, "the server answered 400: check oauth.token_url"},
		{NO("404 X") "\r\n<html>", 1, "the server answered 404: check oauth.token_url"},
		{NO("500 X") "\r\n", 3, "the server answered 500: the server's own trouble"},
		{NO("429 X") "Retry-After: 3600\r\n\r\n", 1,
			"the server answered 429, and to come back in 3600 seconds"},
		{NO("503 X") "Retry-After: 1\r\n\r\n", 3, "to come back in 1 seconds"},
		{MOVED("/other"), 1, "which is not followed"},
		{OK(""), 3, "tried 3 times"},
		{OK("<html>"), 1, "token endpoint"},
		{OK("{}"), 1, "expected an access_token"},
		{OK("{\"error\":\"invalid_scope\"}"), 1, "invalid_scope; "},
		{OK("{\"access_token\":\"eyJ0 y\",\"token_type\":\"Bearer\"}"), 1,
			"one word of ASCII"},
		{OK_HEAD "Content-Length: 99\r\n\r\n{\"access_token\":\"eyJ0y\"", 3,
			"tried 3 times"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct trial trial;

		trial_init(&trial, LIES({.text = OK("[]")}));
		trial_wants_token(&trial, LIES({.text = cases[i].text}));
		trial_run(&trial, FETCH_FAILED);
		assert_says(&trial, cases[i].says);
		assert_says(&trial, "/feed: no token from http://127.0.0.1:");
		assert_null(fetch_page_count(trial.fetch));
		trial_end(&trial, 0, cases[i].requests);
	}
}

static void test_token_too_long(void **state)
{
	char endless[1000];
	struct trial trial;

	memset(endless, ' ', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	memcpy(endless, OK("{"), strlen(OK("{")));
	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = endless, .times = 200}));
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "more than 65536 bytes");
	trial_end(&trial, 0, 1);
}

/* A token server that hangs ends with the fetch, and holds up nobody else. */
static void test_token_never_comes(void **state)
{
	struct http_settings nothing = {0};
	struct trial trial;
	struct fetch *other;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = NULL}));
	trial.bounds.total = 1500;
	trial.fetches = fetches_new(&trial.bounds);
	trial.fetch = fetch_start(trial.fetches, &trial.http, &trial.request, NULL, NULL);
	other = fetch_start(trial.fetches, &nothing, &trial.request, NULL, NULL);
	while (fetch_state(other) == FETCH_RUNNING)
		fetches_poll(trial.fetches, NULL, 0, -1);
	assert_int_equal(fetch_state(trial.fetch), FETCH_RUNNING);
	fetches_wait(trial.fetches);
	assert_int_equal(fetch_state(trial.fetch), FETCH_FAILED);
	assert_int_equal(fetch_error(trial.fetch)->kind, ERROR_LOST);
	trial_end(&trial, 1, 1);
}

/* Fetches of one client share a token; one that gives up takes nothing from the others. */
static void test_shared(void **state)
{
	struct http_settings again;
	struct trial trial;
	struct fetch *first, *third;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = TOKEN("eyJ0y"), .pause = 2}));
	again = trial.http;
	trial.fetches = fetches_new(&quick);
	first = fetch_start(trial.fetches, &trial.http, &trial.request, NULL, NULL);
	trial.fetch = fetch_start(trial.fetches, &again, &trial.request, NULL, NULL);
	third = fetch_start(trial.fetches, &again, &trial.request, NULL, NULL);
	fetches_poll(trial.fetches, NULL, 0, 10);
	fetch_end(first);
	memset(&trial.http, 0xff, sizeof(trial.http)); /* its settings are gone with it */
	fetches_wait(trial.fetches);
	assert_int_equal(fetch_state(trial.fetch), FETCH_FRESH);
	assert_int_equal(fetch_state(third), FETCH_FRESH);
	trial.http = again;
	trial_end(&trial, 2, 1);
}

/* All of them give up: the token request does, too. */
static void test_given_up(void **state)
{
	struct trial trial;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = NULL}));
	trial.fetches = fetches_new(&quick);
	trial.fetch = fetch_start(trial.fetches, &trial.http, &trial.request, NULL, NULL);
	for (int i = 0; i < 5; i++)
		fetches_poll(trial.fetches, NULL, 0, 20);
	fetch_end(trial.fetch);
	fetches_poll(trial.fetches, NULL, 0, 1);
	trial_end(&trial, 0, 1);
}

/* Where an address comes to be http:// after all, nothing is sent there. */
static void test_exposed(void **state)
{
	struct trial trial;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = TOKEN("eyJ0y")}));
	trial.http.oauth.token_url = "http://login.invalid/token";
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "no token from http://login.invalid/token: a secret goes with https");
	trial.http.oauth.token_url = trial.token_url;
	strbuf_reset(&trial.request.url);
	strbuf_adds(&trial.request.url, "http://hr.invalid/feed");
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "http://hr.invalid/feed: a secret goes with https");
	trial_end(&trial, 0, 1);
}

/* The secret cannot be read: nobody is asked. */
static void test_no_secret(void **state)
{
	struct trial trial;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = TOKEN("eyJ0y")}));
	trial.http.oauth.secret_file = "/nonexistent/secret";
	trial_run(&trial, FETCH_FAILED);
	assert_says(&trial, "/nonexistent/secret");
	assert_int_equal(fetch_error(trial.fetch)->kind, ERROR_USAGE);
	trial_end(&trial, 0, 0);
}

/* Mail waits for its token, and gets the one that is kept. */
static void test_wait(void **state)
{
	struct trial trial;
	struct strbuf token = STRBUF_INIT;
	struct error err = ERROR_INIT;
	unsigned serial;

	trial_init(&trial, LIES({.text = OK("[]")}));
	trial_wants_token(&trial, LIES({.text = TOKEN("eyJ0y")}, {.text = NO("400 X") "\r\n"}));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(token_request_wait(&trial.http.oauth, &token, &serial, &err),
			ERROR_NONE);
		assert_string_equal(token.text, "eyJ0y");
		strbuf_wipe(&token);
	}
	trial.http.oauth.scope = "other";
	assert_int_equal(token_request_wait(&trial.http.oauth, &token, &serial, &err),
		ERROR_TARGET);
	assert_non_null(strstr(err.text.text, "the server answered 400"));
	assert_int_equal(token.length, 0);
	error_release(&err);
	trial_end(&trial, 0, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_basic),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_no_ticket),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_post),
		cmocka_unit_test(test_oauth),
		cmocka_unit_test(test_expires_between_pages),
		cmocka_unit_test(test_refused_twice),
		cmocka_unit_test(test_missing_right),
		cmocka_unit_test(test_long_error),
		cmocka_unit_test(test_token_servers),
		cmocka_unit_test(test_token_too_long),
		cmocka_unit_test(test_token_never_comes),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_given_up),
		cmocka_unit_test(test_exposed),
		cmocka_unit_test(test_no_secret),
		cmocka_unit_test(test_wait),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
