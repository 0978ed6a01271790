/* The client of ManageSieve before servers that lie, hang up, or refer it elsewhere. */
#include "file_case.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory/arena.h"
#include "mail/managesieve/managesieve.h"
#include "model/settings.h"
#include "talker.h"

#define GREETING \
	"\"SASL\" \"PLAIN\"\r\n\"SIEVE\" \"fileinto regex\"\r\n\"VERSION\" \"1.0\"\r\nOK\r\n"
#define HIDDEN "hemmelig"

/* A conversation with the talker: open, list, get "a". */
struct trial {
	struct talker talker;
	struct server_settings settings;
	struct folder folder;
	struct strbuf secret, text;
	struct arena *arena;
	struct managesieve_scripts scripts;
	struct error err;
	char url[100];
};

static void run(struct trial *trial, const char *const *answers)
{
	struct managesieve server;

	*trial = (struct trial){.err = ERROR_INIT,
		.secret = STRBUF_INIT,
		.text = STRBUF_INIT,
		.arena = arena_new()};
	folder_make(&trial->folder);
	folder_write(&trial->folder, "secret", HIDDEN, strlen(HIDDEN));
	folder_path(&trial->folder, "secret", &trial->secret);
	assert_int_equal(chmod(trial->secret.text, 0600), 0);
	talker_start(&trial->talker, answers, NULL);
	snprintf(trial->url, sizeof(trial->url), "sieve://127.0.0.1:%d", trial->talker.port);
	trial->settings = (struct server_settings){
		.url = trial->url, .user = "box", .password_file = trial->secret.text};
	if (!managesieve_open(&server, &trial->settings, &trial->err) &&
		!managesieve_list(&server, trial->arena, &trial->scripts, &trial->err))
		managesieve_get(&server, "a", &trial->text, &trial->err);
	managesieve_close(&server);
	talker_stop(&trial->talker);
}

static void end(struct trial *trial)
{
	folder_remove(&trial->folder, "secret");
	folder_release(&trial->folder);
	strbuf_release(&trial->secret);
	strbuf_release(&trial->text);
	error_release(&trial->err);
	arena_free(trial->arena);
}

static void test_talk(void **state)
{
	/* The password's literal is two lines for the talker. */
	static const char *const answers[] = {GREETING, "", "OK \"Logged in.\"\r\n", GREETING,
		"\"b \\\"c\\\"\"\r\n{1}\r\na ACTIVE\r\nOK\r\n",
		"{7}\r\nkeep;\r\n\r\nOK \"Getscript completed.\"\r\n", "", NULL};
	struct trial trial;

	run(&trial, answers);
	assert_string_equal(trial.err.text.text, "");
	assert_int_equal(trial.scripts.count, 2);
	assert_string_equal(trial.scripts.names[0], "b \"c\"");
	assert_string_equal(trial.scripts.active, "a");
	assert_string_equal(trial.text.text, "keep;\r\n");
	assert_non_null(strstr(trial.talker.heard,
		"AUTHENTICATE \"PLAIN\" {20+}\r\nAGJveABoZW1tZWxpZw==\r\n"
		"CAPABILITY\r\nLISTSCRIPTS\r\nGETSCRIPT \"a\"\r\nLOGOUT\r\n"));
	end(&trial);
}

static void test_lies(void **state)
{
	static const struct {
		const char *says;
		const char *answers[8];
	} cases[] = {
		{"not ManageSieve's", {"* OK IMAP4rev1 ready\r\n", NULL}},
		{"not ManageSieve's", {"220 smtp\r\n", NULL}},
		{"hung up", {"\"SASL\" \"PLAIN\"\r\n", NULL}},
		{"hung up", {"", NULL}},
		{"refuses to go on: too many", {"BYE \"too many\"\r\n", NULL}},
		{"write it in mailbox.sieve.url",
			{"BYE (REFERRAL \"sieve://evil.example\") \"x\"\r\n", NULL}},
		{"x: sieve://evil.example; it names another server",
			{GREETING, "", "NO (REFERRAL \"sieve://evil.example\") \"x\"\r\n", NULL}},
		{"does not offer PLAIN", {"\"SASL\" \"PLAINER\"\r\nOK\r\n", NULL}},
		{"does not offer PLAIN", {"OK\r\n", NULL}},
		{"does not let box log in",
			{GREETING, "", "NO \"Authentication failed.\"\r\n", NULL}},
		{"does not let box log in",
			{GREETING, "", "\"Z28gb24=\"\r\n", "NO \"Authentication failed.\"\r\n",
				NULL}},
		{"it may pass; try again later",
			{GREETING, "", "NO (TRYLATER) \"busy\"\r\n", NULL}},
		{"not ManageSieve's", {GREETING, "", "+ go on\r\n", NULL}},
		{"not ManageSieve's", {GREETING, "", "OK\r\n", GREETING, "ACTIVE\r\nOK\r\n", NULL}},
		{"to list its scripts: no reason is given",
			{GREETING, "", "OK\r\n", GREETING, "NO\r\n", NULL}},
		{"to give the script \"a\": gone\\1b[2J; there is no script of that name",
			{GREETING, "", "OK\r\n", GREETING, "OK\r\n",
				"NO (NONEXISTENT) {8}\r\ngone\x1b[2J\r\n", NULL}},
		{"not ManageSieve's",
			{GREETING, "", "OK\r\n", GREETING, "OK\r\n", "\"a\"\r\n\"b\"\r\nOK\r\n",
				NULL}},
		{"not ManageSieve's",
			{GREETING, "", "OK\r\n", GREETING, "OK\r\n", "{9999999}\r\n", NULL}},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].says); i++) {
		struct trial trial;

		run(&trial, cases[i].answers);
		if (!strstr(trial.err.text.text, cases[i].says))
			print_error("%s\n", trial.err.text.text);
		assert_non_null(strstr(trial.err.text.text, cases[i].says));
		assert_int_equal(strncmp(trial.err.text.text, trial.url, strlen(trial.url)), 0);
		assert_null(strstr(trial.err.text.text, HIDDEN));
		end(&trial);
	}
}

/* With a ca_file there is no word in the clear behind the greeting. */
static void test_nothing_in_the_clear(void **state)
{
	static const struct {
		const char *says, *heard;
		const char *answers[4];
	} cases[] = {
		{"offers no STARTTLS, which ca_file asks for", "", {GREETING, NULL}},
		{"refuses STARTTLS: no", "STARTTLS\r\n",
			{"\"STARTTLS\"\r\nOK\r\n", "NO \"no\"\r\n", NULL}},
		{"said more before TLS began", "STARTTLS\r\n",
			{"\"STARTTLS\"\r\nOK\r\n", "OK\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n", NULL}},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].says); i++) {
		struct managesieve server;
		struct talker talker;
		char url[100];
		struct server_settings settings = {.url = url,
			.user = "box",
			.password_file = "/nowhere",
			.ca_file = "/nowhere"};
		struct error err = ERROR_INIT;

		talker_start(&talker, cases[i].answers, NULL);
		snprintf(url, sizeof(url), "sieve://localhost:%d", talker.port);
		assert_int_equal(managesieve_open(&server, &settings, &err), ERROR_TARGET);
		managesieve_close(&server);
		talker_stop(&talker);
		if (!strstr(err.text.text, cases[i].says))
			print_error("%s\n", err.text.text);
		assert_non_null(strstr(err.text.text, cases[i].says));
		talker.heard[talker.length] = '\0';
		assert_null(strstr(talker.heard, "AUTH"));
		assert_int_equal(strncmp(talker.heard, cases[i].heard, strlen(cases[i].heard)), 0);
		error_release(&err);
	}
}

static void test_names(void **state)
{
	char longest[MANAGESIEVE_NAME_MAX + 2];

	memset(longest, 'a', sizeof(longest));
	longest[MANAGESIEVE_NAME_MAX] = '\0';
	assert_true(managesieve_is_name(longest));
	longest[MANAGESIEVE_NAME_MAX] = 'a';
	longest[MANAGESIEVE_NAME_MAX + 1] = '\0';
	assert_false(managesieve_is_name(longest));
	assert_true(managesieve_is_name("post vagt \"\\"));
	assert_false(managesieve_is_name(""));
	assert_false(managesieve_is_name("a\r\nLOGOUT"));
	assert_false(managesieve_is_name("a\xff"));
}

static void test_strings(void **state)
{
	struct strbuf command = STRBUF_INIT;

	managesieve_add_string(&command, "a\"\\");
	managesieve_add_string(&command, "b\r\nc");
	assert_string_equal(command.text, "\"a\\\"\\\\\"{4+}\r\nb\r\nc");
	strbuf_release(&command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_talk),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_nothing_in_the_clear),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
