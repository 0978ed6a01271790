/* Microsoft Graph, as a server on loopback plays it that may lie. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file_case.h"
#include "liar.h"
#include "model/settings.h"
#include "net/graph.h"
#include "net/oauth.h"

#define HEAD(status) "HTTP/1.1 " status "\r\nConnection: close\r\n"
#define OK(body)     HEAD("200 OK") "\r\n" body
#define NO(status, code, words)                                              \
	HEAD(status)                                                         \
	"Content-Type: application/json\r\n\r\n{\"error\":{\"code\":\"" code \
	"\",\"message\":\"" words "\"}}"
#define TOKEN(text) \
	OK("{\"access_token\":\"" text "\",\"token_type\":\"Bearer\",\"expires_in\":300}")
#define LIES(...)                          \
	(const struct lie[]){__VA_ARGS__}, \
		sizeof((const struct lie[]){__VA_ARGS__}) / sizeof(struct lie)

static struct folder folder;
static struct strbuf secret_file = STRBUF_INIT;

static int set_up(void **state)
{
	(void)state;
	folder_make(&folder);
	folder_write(&folder, "secret", "hemmelig-4711\n", strlen("hemmelig-4711\n"));
	folder_path(&folder, "secret", &secret_file);
	return chmod(secret_file.text, 0600);
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(&folder, "secret");
	folder_release(&folder);
	strbuf_release(&secret_file);
	return 0;
}

static const struct lie tokens[] = {{.text = TOKEN("eyJ0.et")}, {.text = TOKEN("eyJ0.to")}};

/* A service, a token server, and what came of the last call. */
struct trial {
	struct liar service, login;
	char url[100], token_url[100];
	struct graph_settings graph;
	struct graph_reply reply;
	struct error err;
};

static void trial_init(struct trial *trial, const struct lie *lies, size_t count)
{
	*trial = (struct trial){.reply = GRAPH_REPLY_INIT, .err = ERROR_INIT};
	oauth_forget();
	liar_start(&trial->service, lies, count);
	liar_start(&trial->login, tokens, ROWS(tokens));
	snprintf(trial->url, sizeof(trial->url), "http://127.0.0.1:%d/v1.0/", trial->service.port);
	snprintf(trial->token_url, sizeof(trial->token_url), "http://127.0.0.1:%d/token",
		trial->login.port);
	trial->graph = (struct graph_settings){.user = "infra@eksempel.dk",
		.url = trial->url,
		.http.oauth = {.token_url = trial->token_url,
			.client_id = "postvagt",
			.secret_file = secret_file.text}};
}

static void trial_call(struct trial *trial, enum http_method method, const char *body,
	enum error_kind expected)
{
	const struct graph_body json = {"application/json", body};

	error_release(&trial->err);
	graph_call(&trial->graph, method, "/users/x/rules", body ? &json : NULL, &trial->reply,
		&trial->err);
	if (trial->err.kind != expected)
		print_error("%s\n", trial->err.text.text);
	assert_int_equal(trial->err.kind, expected);
	assert_null(strstr(trial->err.text.text, "eyJ0"));
	assert_null(strstr(trial->err.text.text, "hemmelig"));
}

static void assert_says(const struct trial *trial, const char *text)
{
	if (!strstr(trial->err.text.text, text))
		print_error("\"%s\" is not in \"%s\"\n", text, trial->err.text.text);
	assert_non_null(strstr(trial->err.text.text, text));
}

static void assert_asked(const struct trial *trial, size_t request, const char *text)
{
	if (!strstr(trial->service.requests[request], text))
		print_error("\"%s\" is not in:\n%s\n", text, trial->service.requests[request]);
	assert_non_null(strstr(trial->service.requests[request], text));
}

static void trial_end(struct trial *trial, size_t service, size_t login)
{
	graph_reply_release(&trial->reply);
	error_release(&trial->err);
	liar_stop(&trial->service);
	liar_stop(&trial->login);
	assert_int_equal(trial->service.count, service);
	assert_int_equal(trial->login.count, login);
}

static void test_methods(void **state)
{
	static const struct {
		enum http_method method;
		const char *body, *answer, *line;
		long status;
	} cases[] = {
		{HTTP_GET, NULL, OK("{\"a\":1}"), "GET /v1.0/users/x/rules HTTP/1.1\r\n", 200},
		{HTTP_POST, "{\"b\":2}", HEAD("201 Created") "\r\n{\"a\":1}",
			"POST /v1.0/users/x/rules HTTP/1.1\r\n", 201},
		{HTTP_PATCH, "{\"b\":2}", OK("{\"a\":1}"), "PATCH /v1.0/users/x/rules HTTP/1.1\r\n",
			200},
		{HTTP_DELETE, NULL, HEAD("204 No Content") "\r\n",
			"DELETE /v1.0/users/x/rules HTTP/1.1\r\n", 204},
		{HTTP_POST, "{\"b\":2}", HEAD("202 Accepted") "Content-Length: 0\r\n\r\n",
			"POST /v1.0/users/x/rules HTTP/1.1\r\n", 202},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].line); i++) {
		struct trial trial;
		json_t *json;

		trial_init(&trial, LIES({.text = cases[i].answer}));
		trial_call(&trial, cases[i].method, cases[i].body, ERROR_NONE);
		assert_int_equal(trial.reply.status, cases[i].status);
		json = json_object_get(trial.reply.json, "a");
		assert_int_equal(json_is_integer(json), strstr(cases[i].answer, "\"a\"") != NULL);
		assert_false(trial.reply.is_unknown);
		assert_asked(&trial, 0, cases[i].line);
		assert_asked(&trial, 0, "\r\nAuthorization: Bearer eyJ0.et\r\n");
		assert_asked(&trial, 0, "\r\nAccept: application/json\r\n");
		if (cases[i].body) {
			assert_asked(&trial, 0, "\r\nContent-Type: application/json\r\n");
			assert_asked(&trial, 0, "\r\n\r\n{\"b\":2}");
		}
		trial_end(&trial, 1, 1);
	}
}

/* Items of all pages, at one host, and not for ever. */
static void test_pages(void **state)
{
	static char circle[200], two[200], three[200], elsewhere[200];
	struct trial trial;
	struct liar other;

	trial_init(&trial,
		LIES({.text = two}, {.text = three}, {.text = OK("{\"value\":[4],\"x\":5}")}));
	snprintf(two, sizeof(two),
		OK("{\"value\":[1,2],\"@odata.nextLink\":\"%susers/x/rules?$skip=2\"}"), trial.url);
	snprintf(three, sizeof(three), OK("{\"value\":[3],\"@odata.nextLink\":\"?$skip=3\"}"));
	trial_call(&trial, HTTP_GET, NULL, ERROR_NONE);
	assert_int_equal(json_array_size(json_object_get(trial.reply.json, "value")), 4);
	assert_null(json_object_get(trial.reply.json, "@odata.nextLink"));
	assert_asked(&trial, 1, "GET /v1.0/users/x/rules?$skip=2 HTTP/1.1\r\n");
	assert_asked(&trial, 2, "GET /v1.0/users/x/rules?$skip=3 HTTP/1.1\r\n");
	trial_end(&trial, 3, 1);

	liar_start(&other, LIES({.text = OK("{\"value\":[]}")}));
	snprintf(elsewhere, sizeof(elsewhere),
		OK("{\"value\":[],\"@odata.nextLink\":\"http://127.0.0.1:%d/x\"}"), other.port);
	trial_init(&trial, LIES({.text = elsewhere}));
	trial_call(&trial, HTTP_GET, NULL, ERROR_TARGET);
	assert_says(&trial, "another host or port");
	trial_end(&trial, 1, 1);
	liar_stop(&other);
	assert_int_equal(other.count, 0);

	/* What an answer to a change names is not followed. */
	snprintf(circle, sizeof(circle), OK("{\"value\":[1],\"@odata.nextLink\":\"?a\"}"));
	trial_init(&trial, LIES({.text = circle}));
	trial_call(&trial, HTTP_PATCH, "{}", ERROR_NONE);
	trial_end(&trial, 1, 1);

	trial_init(&trial, LIES({.text = circle}, {.text = OK("{\"value\":7}")}));
	trial_call(&trial, HTTP_GET, NULL, ERROR_TARGET);
	assert_says(&trial, "not the JSON of Microsoft Graph");
	trial_end(&trial, 2, 1);
}

static void test_bounds(void **state)
{
	static char big[1 << 20];
	struct trial trial;

	memset(big, ' ', sizeof(big));
	trial_init(&trial, LIES({.text = big, .length = sizeof(big), .times = 10}));
	memcpy(big, OK("{"), strlen(OK("{")));
	trial_call(&trial, HTTP_GET, NULL, ERROR_TARGET);
	assert_says(&trial, "more than 8388608 bytes");
	trial_end(&trial, 1, 1);
	for (size_t i = 0; i < 3; i++) {
		static const char *const bad[] = {OK("[1]"), OK("{\"a\":"), OK("<html>")};

		trial_init(&trial, LIES({.text = bad[i]}));
		trial_call(&trial, HTTP_GET, NULL, ERROR_TARGET);
		assert_says(&trial, "not the JSON of Microsoft Graph");
		trial_end(&trial, 1, 1);
	}
}

static void test_refusals(void **state)
{
	static const struct {
		const char *answer;
		enum error_kind kind;
		const char *says, *code;
	} cases[] = {
		{NO("403 Forbidden", "ErrorAccessDenied", "Access is denied."), ERROR_TARGET,
			"GET /users/x/rules: the server answered 403 (ErrorAccessDenied: Access is "
			"denied.): the application lacks a permission, or no role assignment",
			"ErrorAccessDenied"},
		{NO("404 Not Found", "ErrorInvalidUser", "No such user."), ERROR_TARGET,
			"404 (ErrorInvalidUser: No such user.): there is no such mailbox",
			"ErrorInvalidUser"},
		{NO("400 Bad Request", "ErrorInvalidArgument", "ab\\u001b[31mc"), ERROR_TARGET,
			"ab\\1b[31mc", "ErrorInvalidArgument"},
		{HEAD("418 X") "\r\n", ERROR_TARGET,
			"418 (without a reason): the server does not accept what was sent", ""},
		{HEAD("302 X") "Location: /y\r\n\r\n", ERROR_TARGET, "a redirect, which is not",
			""},
		{HEAD("501 X") "\r\n", ERROR_LOST, "the server's own trouble", ""},
		{NO("403 Forbidden", "x", "your token was eyJ0.et, was it not"), ERROR_TARGET,
			"your token was [...], was it not", "x"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].says); i++) {
		struct trial trial;

		trial_init(&trial, LIES({.text = cases[i].answer}));
		trial_call(&trial, HTTP_GET, NULL, cases[i].kind);
		assert_says(&trial, cases[i].says);
		assert_string_equal(trial.reply.code.text, cases[i].code);
		assert_null(trial.reply.json);
		trial_end(&trial, 1, 1);
	}
}

static void test_token(void **state)
{
	struct trial trial;

	trial_init(&trial,
		LIES({.text = NO("401 X", "InvalidAuthenticationToken", "expired")},
			{.text = OK("{}")}));
	trial_call(&trial, HTTP_POST, "{}", ERROR_NONE);
	trial_call(&trial, HTTP_GET, NULL, ERROR_NONE); /* the token is kept */
	trial_end(&trial, 3, 2);
	assert_asked(&trial, 0, "Bearer eyJ0.et\r\n");
	assert_asked(&trial, 1, "Bearer eyJ0.to\r\n");
	assert_asked(&trial, 2, "Bearer eyJ0.to\r\n");
	trial_init(&trial, LIES({.text = NO("401 X", "InvalidAuthenticationToken", "no")}));
	trial_call(&trial, HTTP_GET, NULL, ERROR_TARGET);
	assert_says(&trial, "401");
	trial_end(&trial, 2, 2);
}

/* Throttling is waited out; what may have been done is not done twice. */
static void test_retries(void **state)
{
	static const struct {
		const char *first;
		enum http_method method;
		size_t requests;
		bool is_unknown;
	} cases[] = {
		{HEAD("429 X") "Retry-After: 1\r\n\r\n", HTTP_POST, 2, false},
		{HEAD("429 X") "\r\n", HTTP_GET, 2, false},
		{HEAD("503 X") "\r\n", HTTP_POST, 2, false},
		{HEAD("504 X") "\r\n", HTTP_PATCH, 2, false},
		{HEAD("504 X") "\r\n", HTTP_POST, 1, true},
		{HEAD("500 X") "\r\n", HTTP_POST, 1, true},
		{"", HTTP_POST, 1, true},
		{"", HTTP_DELETE, 2, false},
		{HEAD("200 X") "Content-Length: 99\r\n\r\n{", HTTP_POST, 1, true},
		{HEAD("429 X") "Retry-After: 3600\r\n\r\n", HTTP_GET, 1, false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].first); i++) {
		bool is_done = cases[i].requests == 2;
		struct trial trial;

		trial_init(&trial, LIES({.text = cases[i].first}, {.text = OK("{}")}));
		trial_call(&trial, cases[i].method, cases[i].method == HTTP_POST ? "{}" : NULL,
			is_done ? ERROR_NONE : ERROR_LOST);
		assert_int_equal(trial.reply.is_unknown, cases[i].is_unknown);
		trial_end(&trial, cases[i].requests, 1);
	}
}

static void test_unreachable(void **state)
{
	struct trial trial;

	trial_init(&trial, LIES({.text = OK("{}")}));
	trial.graph.url = "http://127.0.0.1:1/v1.0";
	trial_call(&trial, HTTP_POST, "{}", ERROR_LOST);
	assert_false(trial.reply.is_unknown);
	trial.graph.url = "http://graph.eksempel.invalid/v1.0";
	trial_call(&trial, HTTP_GET, NULL, ERROR_USAGE);
	assert_says(&trial, "https:// only");
	trial.graph.url = trial.url;
	trial.graph.http.oauth.secret_file = "/nonexistent/secret";
	oauth_forget();
	trial_call(&trial, HTTP_GET, NULL, ERROR_USAGE);
	assert_says(&trial, "/nonexistent/secret");
	trial_end(&trial, 0, 1);
}

static void test_segment(void **state)
{
	struct strbuf path = STRBUF_INIT;

	graph_add_user(&path, &(const struct graph_settings){.user = "a/b?c#d@\xc3\xa6 ..~"});
	assert_string_equal(path.text, "/users/a%2Fb%3Fc%23d%40%C3%A6%20..~");
	strbuf_release(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_retries),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_segment),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
