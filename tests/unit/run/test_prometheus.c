/* The metrics file: what it says, its mode, and what is taken over from the one before. */
#include "file_case.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "run/prometheus.h"

static void read_back(const struct strbuf *path, char *text, size_t room)
{
	FILE *file = fopen(path->text, "r");

	assert_non_null(file);
	text[fread(text, 1, room - 1, file)] = '\0';
	fclose(file);
}

static const struct metrics sample = {
	.last_run = 1700000000,
	.last_success = MOMENT_EARLIEST,
	.people = 7,
	.errors = 2,
	.lag = 0.25,
	.runs = 3,
	.feeds = (const struct feed_metrics[]){{.name = "l\"\\\n", .read_at = MOMENT_EARLIEST}},
	.feed_count = 1,
	.logins =
		(const struct login_metrics[]){
			{.name = "mail.smtp", .is_valid = true, .until = 1700003600},
			{.name = "mailbox.imap", .until = 1700003600}},
	.login_count = 2,
};

static void write_sample(const struct metrics *metrics, const struct folder *folder, char *text,
	size_t room)
{
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct stat st;

	folder_path(folder, "x.prom", &path);
	assert_int_equal(metrics_write(path.text, metrics, &err), ERROR_NONE);
	assert_int_equal(stat(path.text, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	read_back(&path, text, room);
	strbuf_release(&path);
	error_release(&err);
}

static void says_what_is_known(void **state)
{
	struct folder folder;
	char text[8192];
	mode_t before = umask(077);

	folder_make(&folder);
	write_sample(&sample, &folder, text, sizeof(text));
	assert_non_null(strstr(text, "\npostvagt_last_run_timestamp_seconds 1700000000\n"));
	assert_non_null(strstr(text, "\npostvagt_people 7\n"));
	assert_non_null(strstr(text, "\npostvagt_feed_fresh{feed=\"l\\\"\\\\\\\\0a\"} 0\n"));
	assert_non_null(strstr(text, "\npostvagt_oauth_token_valid{login=\"mail.smtp\"} 1\n"));
	assert_non_null(strstr(text, "\npostvagt_oauth_token_valid{login=\"mailbox.imap\"} 0\n"));
	assert_non_null(strstr(text,
		"\npostvagt_oauth_token_expires_timestamp_seconds{login=\"mail.smtp\"} 1700003600\n"));
	assert_null(strstr(text,
		"postvagt_oauth_token_expires_timestamp_seconds{login=\"mailbox.imap\"}"));
	assert_null(strstr(text, "last_success"));
	assert_null(strstr(text, "postvagt_lists"));
	assert_null(strstr(text, "lag"));
	assert_null(strstr(text, "postvagt_feed_read_timestamp_seconds{"));
	folder_remove(&folder, "x.prom");
	folder_release(&folder);
	umask(before);
}

static void watch_says_more(void **state)
{
	struct metrics metrics = sample;
	struct folder folder;
	char text[8192];

	metrics.is_watching = true;
	folder_make(&folder);
	write_sample(&metrics, &folder, text, sizeof(text));
	assert_non_null(strstr(text, "\npostvagt_lag_seconds 0.25\n"));
	assert_non_null(strstr(text, "\npostvagt_runs_total 3\n"));
	assert_non_null(strstr(text, "\npostvagt_following 0\n"));
	folder_remove(&folder, "x.prom");
	folder_release(&folder);
}

static void last_success_is_taken_over(void **state)
{
	struct metrics metrics = sample;
	struct strbuf path = STRBUF_INIT;
	struct folder folder;
	char text[8192];

	folder_make(&folder);
	folder_path(&folder, "x.prom", &path);
	assert_true(metrics_last_success(path.text) == MOMENT_EARLIEST);
	write_sample(&metrics, &folder, text, sizeof(text));
	assert_true(metrics_last_success(path.text) == MOMENT_EARLIEST);
	metrics.last_success = 1699999999;
	write_sample(&metrics, &folder, text, sizeof(text));
	assert_true(metrics_last_success(path.text) == 1699999999);
	folder_remove(&folder, "x.prom");
	folder_release(&folder);
	strbuf_release(&path);
	assert_true(metrics_last_success("/dev/zero") == MOMENT_EARLIEST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_known),
		cmocka_unit_test(watch_says_more),
		cmocka_unit_test(last_success_is_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
