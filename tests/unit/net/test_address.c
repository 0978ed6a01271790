/* Addresses: where redirects and links may lead; retries: how long to wait. */
#include "unit.h"

#include <string.h>

#include "base/system/loopback.h"
#include "base/text/strbuf.h"
#include "net/address.h"
#include "net/retry.h"

static void test_leap(void **state)
{
	static const struct {
		const char *from, *target;
		bool has_secret;
		enum redirect_result leap;
		const char *to;
	} cases[] = {
		{"https://a.dk/x/y?z=1", "w", true, REDIRECT_MADE, "https://a.dk/x/w"},
		{"https://a.dk/x/y", "/w?a=1#top", true, REDIRECT_MADE, "https://a.dk/w?a=1"},
		{"https://a.dk/x/y", "?page=2", true, REDIRECT_MADE, "https://a.dk/x/y?page=2"},
		{"https://a.dk/", "//b.dk/x", false, REDIRECT_MADE, "https://b.dk/x"},
		{"https://a.dk/", "https://b.dk/x", false, REDIRECT_MADE, "https://b.dk/x"},
		{"https://a.dk/", "https://b.dk/x", true, REDIRECT_SECRET, ""},
		{"https://a.dk/", "//b.dk/x", true, REDIRECT_SECRET, ""},
		{"https://a.dk/", "https://a.dk:444/x", true, REDIRECT_SECRET, ""},
		{"https://a.dk/", "https://a.dk.b.dk/x", true, REDIRECT_SECRET, ""},
		{"https://a.dk/", "https://a.dk:443/x", true, REDIRECT_MADE, "https://a.dk:443/x"},
		{"https://a.dk/", "HTTPS://A.DK/x", true, REDIRECT_MADE, "https://A.DK/x"},
		{"https://a.dk/", "http://a.dk/x", false, REDIRECT_UNSAFE, ""},
		{"https://a.dk:80/", "http://a.dk/x", true, REDIRECT_UNSAFE, ""},
		{"http://a.dk/", "https://a.dk/x", false, REDIRECT_MADE, "https://a.dk/x"},
		{"http://127.0.0.1/", "https://127.0.0.1/x", true, REDIRECT_SECRET, ""},
		{"http://a.dk/", "http://b.dk/x", false, REDIRECT_MADE, "http://b.dk/x"},
		{"https://a.dk/", "file:///etc/passwd", false, REDIRECT_SCHEME, ""},
		{"https://a.dk/", "FILE:///etc/passwd", false, REDIRECT_SCHEME, ""},
		{"https://a.dk/", "ftp://a.dk/x", false, REDIRECT_SCHEME, ""},
		{"https://a.dk/", "gopher://a.dk/x", false, REDIRECT_SCHEME, ""},
		{"https://a.dk/", "unheard-of://a.dk/x", false, REDIRECT_SCHEME, ""},
		{"https://a.dk/", "https://me:secret@a.dk/x", false, REDIRECT_NO_ADDRESS, ""},
		{"https://a.dk/", "https://", false, REDIRECT_NO_ADDRESS, ""},
		{"https://a.dk/", "https://a.dk:x/", false, REDIRECT_NO_ADDRESS, ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].from); i++) {
		struct strbuf to = STRBUF_INIT;
		enum redirect_result leap =
			address_redirect(cases[i].from, cases[i].target, cases[i].has_secret, &to);

		if (leap != cases[i].leap)
			print_error("%s -> %s\n", cases[i].from, cases[i].target);
		assert_int_equal(leap, cases[i].leap);
		assert_string_equal(to.text, cases[i].to);
		if (leap)
			assert_true(*redirect_problem(leap));
		strbuf_release(&to);
	}
}

static void test_loopback(void **state)
{
	static const char *const here[] = {"http://127.0.0.1/", "http://127.9.9.9:8080/x",
		"http://localhost/", "http://LOCALHOST:1/", "http://[::1]:80/", "ldap://localhost",
		"ldap://127.0.0.1:389/dc=dk", "ldapi://%2Frun%2Fldapi", "ldap://%6cocalhost"};
	static const char *const elsewhere[] = {"http://hr.eksempel.dk/", "http://128.0.0.1/",
		"http://127.0.0.1.eksempel.dk/", "http://localhost.eksempel.dk/", "http://[::2]/",
		"http://eksempel.dk/?127.0.0.1", "", "http://", "ldap://localhost.evil.example",
		"ldap://127.evil.example", "ldap://localhost.", "ldap://127.0.0.1@evil.example",
		"ldap://evil.example@127.0.0.1", "ldap://[::ffff:127.0.0.1]",
		"ldap://localhost%2eevil.example", "ldap://[::1].evil.example", "ldapi.example"};

	for (size_t i = 0; i < ROWS(here) && row(i, "%s", here[i]); i++)
		assert_true(url_is_loopback(here[i]));
	for (size_t i = 0; i < ROWS(elsewhere) && row(i, "%s", elsewhere[i]); i++)
		assert_false(url_is_loopback(elsewhere[i]));
}

static void test_retry_after(void **state)
{
	static const char *const date = "Mon, 23 Nov 2026 10:00:00 GMT";
	static const struct {
		const char *field, *date;
		long long seconds;
	} cases[] = {
		{NULL, NULL, -1},
		{"0", NULL, 0},
		{"17", NULL, 17},
		{"-17", NULL, -1},
		{"17s", NULL, -1},
		{"soon", "Mon, 23 Nov 2026 10:00:00 GMT", -1},
		{"", NULL, -1},
		{"Mon, 23 Nov 2026 10:00:17 GMT", "Mon, 23 Nov 2026 10:00:00 GMT", 17},
		{"Mon, 23 Nov 2026 09:00:00 GMT", "Mon, 23 Nov 2026 10:00:00 GMT", 0},
		{"Mon, 23 Nov 2026 10:00:17 GMT", NULL, -1},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].field); i++)
		assert_int_equal(retry_after(cases[i].field, cases[i].date), cases[i].seconds);
	assert_true(retry_after("99999999999999999999999999", date) > 1000000);
}

static void test_pause(void **state)
{
	for (unsigned chance = 0; chance < 5000; chance += 7) {
		assert_in_range(retry_pause(500, 1, chance), 500, 999);
		assert_in_range(retry_pause(500, 2, chance), 1000, 1999);
	}
	assert_true(retry_pause(500, 1, 1) != retry_pause(500, 1, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leap),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_retry_after),
		cmocka_unit_test(test_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
