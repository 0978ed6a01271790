/* What tells a probe from other mails, and what is concluded from where it was found: no network. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "file_case.h"
#include "mailbox/probe/probe.h"
#include "mailbox/probe/probe_header.h"
#include "mailbox/probe/probe_log.h"
#include "mailbox/probe/probe_mail.h"
#include "mailbox/probe/probe_place.h"
#include "mailbox/probe/probe_report.h"
#include "model/settings.h"

#define A   "0123456789abcdef0123456789abcdef"
#define B   "ffffffffffffffffffffffffffffffff"
#define BOX "infrapost@eksempel.dk"

static void test_token(void **state)
{
	static const struct {
		const char *subject;
		bool is_marked;
		const char *token;
	} cases[] = {
		{"", false, ""},
		{"[SP] nede", false, ""},
		{"[postvagt-probe]", false, ""},
		{"[postvagt-probe " A "]", true, A},
		{"[EKSTERN] [postvagt-probe " A "]", true, A},
		{"[Postvagt-Probe 0123456789ABCDEF0123456789abcdef]", true, A},
		{"[postvagt-probe ]", true, ""},
		{"[postvagt-probe " A "0]", true, ""},
		{"[postvagt-probe " A, true, ""},
		{"[postvagt-probe  " A "]", true, ""},
		{"[postvagt-probe hej] [postvagt-probe " B "] [postvagt-probe " A "]", true, B},
	};
	char token[PROBE_TOKEN_LENGTH + 1], other[PROBE_TOKEN_LENGTH + 1];

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].subject); i++) {
		assert_int_equal(probe_token_find(cases[i].subject, token), cases[i].is_marked);
		assert_string_equal(token, cases[i].token);
	}
	assert_true(probe_token_make(token) && probe_token_make(other));
	assert_true(probe_token_is(token) && probe_token_is(other));
	assert_string_not_equal(token, other);
	assert_false(probe_token_is("") || probe_token_is(A "0") || probe_token_is("x" A));
}

/* Who passed it on: an exact address, in a field that a redirect leaves. */
static void test_header(void **state)
{
	static const struct {
		const char *fields;
		bool is_by, is_answer;
	} cases[] = {
		{"", false, false},
		{"X-Sieve-Redirected-From: " BOX "\r\n", true, false},
		{"X-MS-Exchange-Inbox-Rules-Loop: " BOX "\r\n", true, false},
		{"x-sieve-redirected-from:\tInfraPost@Eksempel.DK\r\n", true, false},
		{"X-Sieve-Redirected-From:\r\n <" BOX ">\r\n", true, false},
		{"X-Sieve-Redirected-From: bo@eksempel.dk\r\nX-Sieve-Redirected-From: " BOX "\r\n",
			true, false},
		{"X-Sieve-Redirected-From: ny" BOX "\r\n", false, false},
		{"X-Sieve-Redirected-From: " BOX ".example\r\n", false, false},
		{"X-Sieve-Redirected-From: bo@eksempel.dk\r\n", false, false},
		{"X-Sieve-Redirected-From: bo@eksempel.dk\r\nTo: " BOX "\r\n", false, false},
		{"X-Sieve-Redirected-Fro: " BOX "\r\n", false, false},
		{"X-Sieve-Redirected-From\r\n", false, false},
		{"To: " BOX "\r\n X-Sieve-Redirected-From: " BOX "\r\n", false, false},
		{"\r\nX-Sieve-Redirected-From: " BOX "\r\n", false, false},
		{"In-Reply-To: <1@eksempel.dk>\r\n", false, true},
		{"references : <1@eksempel.dk>\r\n", false, true},
	};
	struct probe_header header;

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].fields); i++) {
		struct arena *arena = arena_new();
		const char *text = arena_format(arena, "Subject: [postvagt-probe\r\n " A "]\r\n%s",
			cases[i].fields);

		probe_header_read(&header, arena, text, strlen(text));
		assert_string_equal(header.token, A);
		assert_int_equal(probe_header_is_by(&header, BOX), cases[i].is_by);
		assert_int_equal(header.is_answer, cases[i].is_answer);
		arena_free(arena);
	}
}

static void test_judge(void **state)
{
	enum { BOX_SEEN = 1, AT = 2, PASSED = 4, THROUGH = 8, BY = 16 };
	static const struct {
		const char *what;
		unsigned int sightings[3]; /* ended by 0 */
		enum probe_outcome outcome;
	} cases[] = {
		{"nowhere", {0}, PROBE_UNSEEN},
		{"in the mailbox", {BOX_SEEN}, PROBE_STAYED},
		{"in the mailbox, whose alias it is", {BOX_SEEN | AT}, PROBE_STAYED},
		{"marked as passed on", {BOX_SEEN | AT | PASSED}, PROBE_ASTRAY},
		{"and arrived", {BOX_SEEN | AT | PASSED, BOX_SEEN | AT | THROUGH}, PROBE_CAME},
		{"arrived elsewhere", {BOX_SEEN | PASSED, AT | THROUGH}, PROBE_CAME},
		{"arrived elsewhere, without a mark", {AT}, PROBE_BYPASSED},
		{"the same, and in the mailbox", {BOX_SEEN, AT}, PROBE_BYPASSED},
		{"by somebody else's rule", {AT | BY}, PROBE_BYPASSED},
		{"the same at the alias", {BOX_SEEN | AT | BY}, PROBE_BYPASSED},
		{"in the mailbox by somebody else's rule", {BOX_SEEN | BY}, PROBE_STAYED},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		struct probe_sighting sightings[3] = {{.folder = NULL}};
		size_t count = 0;

		for (; count < 3 && cases[i].sightings[count]; count++) {
			unsigned int bits = cases[i].sightings[count];

			sightings[count] = (struct probe_sighting){.folder = "INBOX",
				.in_mailbox = bits & BOX_SEEN,
				.at_probe = bits & AT,
				.is_passed = bits & PASSED,
				.is_through = bits & THROUGH,
				.by = bits & BY ? "bo@eksempel.dk" : NULL};
		}
		assert_int_equal(probe_judge(sightings, count), cases[i].outcome);
	}
}

/* Of too many the oldest is dropped; what is over is not written. */
static void test_log(void **state)
{
	char token[PROBE_TOKEN_LENGTH + 1];
	const moment now = 1796000000;
	struct arena *arena = arena_new();
	struct probe_log *log = arena_get(arena, sizeof(*log));
	struct settings settings = {.arena = arena};
	struct error err = ERROR_INIT;
	struct folder folder;
	int lock;

	folder_make(&folder);
	settings.reports_directory = arena_format(arena, "%s/reports", folder.path);
	lock = probe_log_lock(&settings, &err);
	assert_true(lock >= 0);
	probe_log_load(log, &settings, arena);
	assert_int_equal(log->count, 0);
	for (int i = 0; i <= PROBE_LOG_MAX; i++) {
		snprintf(token, sizeof(token), "%032x", i);
		probe_log_add(log, token, now - PROBE_LOG_MAX + i);
	}
	assert_int_equal(log->count, PROBE_LOG_MAX);
	assert_null(probe_log_find(log, "00000000000000000000000000000000"));
	assert_non_null(probe_log_find(log, token));
	log->count = 0;
	probe_log_add(log, A, now - 13 * MOMENT_DAY);
	probe_log_add(log, B, now - 2 * MOMENT_DAY)->has_come = true;
	probe_log_add(log, "00000000000000000000000000000001", now - 15 * MOMENT_DAY);
	probe_log_add(log, "00000000000000000000000000000002", now - 60)->has_come = true;
	probe_log_add(log, "00000000000000000000000000000003", now + 2 * MOMENT_DAY);
	assert_int_equal(probe_log_save(log, now, &err), ERROR_NONE);
	probe_log_load(log, &settings, arena);
	assert_int_equal(log->count, 2);
	assert_int_equal(probe_log_find(log, A)->at, now - 13 * MOMENT_DAY);
	assert_false(probe_log_find(log, A)->has_come);
	assert_true(probe_log_find(log, "00000000000000000000000000000002")->has_come);
	close(lock);
	folder_remove(&folder, "state/probes-reports.json");
	folder_remove(&folder, "state/probes-reports.json.lock");
	assert_int_equal(rmdir(arena_format(arena, "%s/state", folder.path)), 0);
	folder_release(&folder);
	error_release(&err);
	arena_free(arena);
}

static void test_alias(void **state)
{
	static const struct {
		const char *box, *user, *probe, *probe_user;
		bool is_alias;
	} cases[] = {
		{"imaps://mail/INBOX", "a@b", NULL, NULL, true},
		{NULL, NULL, NULL, NULL, true},
		{NULL, NULL, "imaps://mail", "a@b", false},
		{"imaps://mail/INBOX", "a@b", "imaps://mail", "a@b", true},
		{"imaps://mail/INBOX", "a@b", "imaps://mail/Probe", "a@b", true},
		{"imaps://mail/INBOX", "a@b", "imaps://mail/INBOX", "c@b", false},
		{"imaps://mail/INBOX", "a@b", "imaps://mail2/INBOX", "a@b", false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%zu", i); i++) {
		struct settings settings = {.file = "x"};

		settings.mailbox.imap.server.url = cases[i].box;
		settings.mailbox.imap.server.user = cases[i].user;
		settings.mailbox.probe_imap.server.url = cases[i].probe;
		settings.mailbox.probe_imap.server.user = cases[i].probe_user;
		assert_int_equal(probe_is_alias(&settings), cases[i].is_alias);
	}
}

static void test_metrics_file(void **state)
{
	static const char *const cases[][2] = {
		{"/var/lib/node/postvagt.prom", "/var/lib/node/postvagt-probe.prom"},
		{"metrics", "metrics-probe"}, {".prom", ".prom-probe"},
		{"a.prom.d/x", "a.prom.d/x-probe"}};
	struct arena *arena = arena_new();
	struct settings settings = {.file = "x"};

	assert_null(probe_metrics_file(&settings, arena));
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i][0]); i++) {
		settings.metrics_file = cases[i][0];
		assert_string_equal(probe_metrics_file(&settings, arena), cases[i][1]);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_log),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_metrics_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
