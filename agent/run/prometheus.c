#include "run/prometheus.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file/file.h"
#include "base/text/strbuf.h"
#include "model/plan.h"

/* The collector is somebody else. */
#define FILE_MAX ((size_t)1 << 20) /* bytes that are read back */

static void begin_metric(struct strbuf *out, const char *name, const char *type, const char *help)
{
	strbuf_addf(out, "# HELP postvagt_%s %s\n# TYPE postvagt_%s %s\n", name, help, name, type);
}

static void add_number(struct strbuf *out, const char *name, const char *type, const char *help,
	double value)
{
	begin_metric(out, name, type, help);
	strbuf_addf(out, "postvagt_%s %.17g\n", name, value);
}

static void add_moment(struct strbuf *out, const char *name, const char *help, moment t)
{
	if (t == MOMENT_EARLIEST)
		return;
	begin_metric(out, name, "gauge", help);
	strbuf_addf(out, "postvagt_%s %" PRId64 "\n", name, t);
}

/* A label's value, which alarms show: made safe; backslash and quote escaped, as the format asks. */
static void add_label(struct strbuf *out, const char *text)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, text);
	for (const char *at = safe.text; *at; at++) {
		if (*at == '"' || *at == '\\')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *at);
	}
	strbuf_release(&safe);
}

static size_t count_gaps(const struct plan *plan)
{
	size_t gaps = 0;

	for (size_t i = 0; i < plan->list_count; i++)
		gaps += plan->lists[i].gap_count;
	return gaps;
}

static void add_plan(struct strbuf *out, const struct plan *plan)
{
	add_number(out, "lists", "gauge", "Distribution lists that are kept.",
		(double)plan->list_count);
	add_number(out, "gaps", "gauge", "Gaps: nobody stands in, or too few answer.",
		(double)count_gaps(plan));
	add_number(out, "held", "gauge", "Removals held back, as a feed cannot be read.",
		(double)plan->held_count);
	add_number(out, "removals_held_back", "gauge", "1 while no removal is made.",
		plan->held ? 1 : 0);
	add_number(out, "refused", "gauge", "1 while the plan passes a limit and is not done.",
		plan->refused ? 1 : 0);
}

static void add_feed_line(struct strbuf *out, const char *name, const struct feed_metrics *feed,
	int64_t value)
{
	strbuf_addf(out, "postvagt_%s{feed=\"", name);
	add_label(out, feed->name);
	strbuf_addf(out, "\"} %" PRId64 "\n", value);
}

static void add_record_line(struct strbuf *out, const struct feed_metrics *feed, const char *state,
	size_t count)
{
	strbuf_adds(out, "postvagt_feed_records{feed=\"");
	add_label(out, feed->name);
	strbuf_addf(out, "\",state=\"%s\"} %zu\n", state, count);
}

static void add_records(struct strbuf *out, const struct metrics *metrics)
{
	begin_metric(out, "feed_records", "gauge",
		"Records of the last reading, by what became of them.");
	for (size_t i = 0; i < metrics->feed_count; i++) {
		const struct feed_metrics *feed = &metrics->feeds[i];

		if (!feed->has_counts)
			continue;
		add_record_line(out, feed, "used", feed->counts.used);
		add_record_line(out, feed, "unusable", feed->counts.unusable);
		add_record_line(out, feed, "unmatched",
			feed->counts.readable - feed->counts.used - feed->counts.unasked);
		add_record_line(out, feed, "set_aside", feed->counts.set_aside);
		if (feed->counts.unasked > 0)
			add_record_line(out, feed, "unasked", feed->counts.unasked);
	}
}

static void add_feeds(struct strbuf *out, const struct metrics *metrics)
{
	if (metrics->feed_count == 0)
		return;
	begin_metric(out, "feed_fresh", "gauge", "1 where the feed was read at the last asking.");
	for (size_t i = 0; i < metrics->feed_count; i++)
		add_feed_line(out, "feed_fresh", &metrics->feeds[i], metrics->feeds[i].is_fresh);
	begin_metric(out, "feed_doubted", "gauge",
		"1 where what the feed says now is doubted, and an earlier reading serves.");
	for (size_t i = 0; i < metrics->feed_count; i++)
		add_feed_line(out, "feed_doubted", &metrics->feeds[i],
			metrics->feeds[i].is_doubted);
	add_records(out, metrics);
	begin_metric(out, "feed_read_timestamp_seconds", "gauge",
		"When the feed said what counts now.");
	for (size_t i = 0; i < metrics->feed_count; i++) {
		if (metrics->feeds[i].read_at != MOMENT_EARLIEST)
			add_feed_line(out, "feed_read_timestamp_seconds", &metrics->feeds[i],
				metrics->feeds[i].read_at);
	}
}

static void add_login_line(struct strbuf *out, const char *name, const char *login, int64_t value)
{
	strbuf_addf(out, "postvagt_%s{login=\"", name);
	add_label(out, login);
	strbuf_addf(out, "\"} %" PRId64 "\n", value);
}

static void add_logins(struct strbuf *out, const struct metrics *metrics)
{
	if (metrics->login_count == 0)
		return;
	begin_metric(out, "oauth_token_valid", "gauge",
		"1 where a token was got and not refused, of each login that was tried.");
	for (size_t i = 0; i < metrics->login_count; i++)
		add_login_line(out, "oauth_token_valid", metrics->logins[i].name,
			metrics->logins[i].is_valid);
	begin_metric(out, "oauth_token_expires_timestamp_seconds", "gauge",
		"When the token of the login expires; it is renewed before that.");
	for (size_t i = 0; i < metrics->login_count; i++) {
		if (metrics->logins[i].is_valid)
			add_login_line(out, "oauth_token_expires_timestamp_seconds",
				metrics->logins[i].name, metrics->logins[i].until);
	}
}

static void add_watch(struct strbuf *out, const struct metrics *metrics)
{
	add_number(out, "lag_seconds", "gauge",
		"From hearing of a change to having done what it asks for, at the last run.",
		metrics->lag);
	add_number(out, "following", "gauge", "1 while the directory tells of its changes.",
		metrics->is_following ? 1 : 0);
	add_number(out, "runs_total", "counter", "Runs since the start.", (double)metrics->runs);
	add_number(out, "added_total", "counter", "Members added since the start.",
		(double)metrics->added);
	add_number(out, "removed_total", "counter", "Members removed since the start.",
		(double)metrics->removed);
}

moment metrics_last_success(const char *path)
{
	static const char name[] = "\npostvagt_last_success_timestamp_seconds ";
	struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	moment t = MOMENT_EARLIEST;
	const char *at;

	strbuf_addc(&text, '\n');
	file_read(&text, path, &(struct file_rules){.max = FILE_MAX}, &err);
	at = strstr(text.text, name);
	if (at)
		t = strtoll(at + strlen(name), NULL, 10);
	strbuf_release(&text);
	error_release(&err);
	return t;
}

enum error_kind metrics_write(const char *path, const struct metrics *metrics, struct error *err)
{
	struct strbuf out = STRBUF_INIT;
	enum error_kind failed;

	add_moment(&out, "last_run_timestamp_seconds", "When a run last ended.", metrics->last_run);
	add_moment(&out, "last_success_timestamp_seconds",
		"When a run last did all that was to do.", metrics->last_success);
	if (metrics->plan)
		add_plan(&out, metrics->plan);
	add_number(&out, "people", "gauge", "People read of the directory.",
		(double)metrics->people);
	add_number(&out, "errors", "gauge",
		"What is wrong: errors among the findings, and a run that failed.",
		(double)metrics->errors);
	if (metrics->has_notices)
		add_number(&out, "notices_waiting", "gauge", "Notices that wait to be sent.",
			(double)metrics->notices);
	if (metrics->is_watching)
		add_watch(&out, metrics);
	add_feeds(&out, metrics);
	add_logins(&out, metrics);
	failed = file_write(path, &out, FILE_MODE_ALL, FILE_RENAMED, err);
	strbuf_release(&out);
	return failed;
}
