#include "base/library/library.h"

#include <fcntl.h>
#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/library/crypto.h"
#include "base/library/curl.h"
#include "base/library/gssapi_krb5.h"
#include "base/library/ical.h"
#include "base/library/jq.h"
#include "base/library/jwt.h"
#include "base/library/krb5.h"
#include "base/library/ssl.h"
#include "base/library/xml2.h"
#include "unit.h"

static union {
	alignas(LIBRARY_PAGE) void *symbols[2];
} table;

static const char *const two_names[] = {"jv_free", "jv_null"},
			 *const no_names[] = {"jv_free", "jv_that_nobody_wrote"};

/* Do something in a process of its own. Returns its status, and what it wrote to standard error. */
static int run_apart(void (*act)(void *), void *context, char *text, size_t size)
{
	size_t length = 0;
	ssize_t count;
	int status, ends[2];
	pid_t child;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		act(context);
		_exit(0);
	}
	close(ends[1]);
	while ((count = read(ends[0], text + length, size - 1 - length)) > 0)
		length += (size_t)count;
	text[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void load(void *library)
{
	library_load(library);
}

static void test_missing(void **state)
{
	struct library none = {.file = "libnobody.so.9",
		.package = "libnobody9",
		.names = two_names,
		.count = 2,
		.table = &table,
		.size = sizeof(table)};
	struct library less = none;
	char text[1000];

	assert_int_equal(run_apart(load, &none, text, sizeof(text)), 1 << 8);
	assert_non_null(strstr(text, "postvagt: cannot load the library libnobody.so.9: "));
	assert_non_null(strstr(text, "(Debian: libnobody9)"));
	less.file = "libjq.so.1";
	less.names = no_names;
	assert_int_equal(run_apart(load, &less, text, sizeof(text)), 1 << 8);
	assert_non_null(strstr(text, "jv_that_nobody_wrote"));
}

static void overwrite(void *place)
{
	signal(SIGSEGV, SIG_DFL); /* rather than cmocka's */
	*(void *volatile *)place = NULL;
}

/* Neither the first slot of a table nor its last one can be written once they are filled. */
static void test_read_only(void **state)
{
	const struct library library = {.file = "libjq.so.1",
		.package = "libjq1",
		.names = two_names,
		.count = 2,
		.table = &table,
		.size = sizeof(table)};
	char text[1000];
	int status;

	library_load(&library);
	for (size_t i = 0; i < 2; i++) {
		assert_non_null(table.symbols[i]);
		status = run_apart(overwrite, &table.symbols[i], text, sizeof(text));
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	}
}

/* Each loads, with all functions that its header names; otherwise the test's program exits. */
static void test_all(void **state)
{
	assert_non_null(library_crypto());
	assert_non_null(library_curl());
	assert_non_null(library_gssapi_krb5());
	assert_non_null(library_ical());
	assert_non_null(library_jq());
	assert_non_null(library_jwt());
	assert_non_null(library_krb5());
	assert_non_null(library_ssl());
	assert_non_null(library_xml2());
}

/* A value of each type reaches libcurl as it was given: what libcurl refuses, it has read. */
static void test_options(void **state)
{
	CURL *easy = curl_easy_init();
	char given[] = "given", *found = NULL;
	long most = 0;

	assert_int_equal(curl_easy_setopt(easy, CURLOPT_MAXREDIRS, -2L),
		CURLE_BAD_FUNCTION_ARGUMENT);
	assert_int_equal(curl_easy_setopt(easy, CURLOPT_MAXREDIRS, -1L), CURLE_OK);
	assert_int_equal(curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)-1),
		CURLE_BAD_FUNCTION_ARGUMENT);
	assert_int_equal(curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)1 << 40),
		CURLE_OK);
	assert_int_equal(curl_easy_setopt(easy, CURLOPT_PRIVATE, given), CURLE_OK);
	assert_int_equal(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &found), CURLE_OK);
	assert_ptr_equal(found, given);
	assert_int_equal(curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &most), CURLE_OK);
	curl_easy_cleanup(easy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
