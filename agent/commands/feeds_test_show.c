#include "commands/feeds_test_show.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "cli/options.h"
#include "commands/feeds_show.h"
#include "decide/feed_absences.h"
#include "model/person.h"
#include "model/settings.h"
#include "report/phrases.h"
#include "report/text/json.h"
#include "run/session.h"

#define RECORDS_SHOWN 20 /* of a reading, without -v */

/* What a reading says of one record and person: an absence, a standing deputy, or a role. */
struct record_statement {
	size_t record;
	const char *person;
	bool is_absence;
	moment start, end;
	const char **deputies;
	size_t deputy_count;
	const char *role; /* NULL: none */
};

/* A reading that is shown: what it states and what is wrong with it, each in the order of the records. */
struct test_ctx {
	const struct feed *feed;
	const struct feed_reading *reading;
	const struct person *person; /* whose records are shown; NULL: everybody's */
	struct arena *arena;         /* owned */
	struct record_statement *statements;
	size_t statement_count, next_statement;
	const struct feed_problem **problems;
	size_t problem_count, next_problem;
	size_t next_zone;
	/*
	 * Findings of records that need not be said: the place of each, and what the record's line says; "" where the
	 * record is of somebody else than `person`.
	 */
	struct table *said;
};

/* What was stated of a record and person: `count` from the first one on; why it is unusable, its zone; or NULL. */
struct record_stated {
	const struct record_statement *first;
	size_t count;
	const char *why, *zone;
};

static int compare_names(size_t a, const char *person, size_t b, const char *other)
{
	return a != b ? (a > b) - (a < b) : strcmp(person, other);
}

static int compare_statements(const void *left, const void *right)
{
	const struct record_statement *a = left, *b = right;
	int order = compare_names(a->record, a->person, b->record, b->person);

	if (order == 0)
		order = b->is_absence - a->is_absence;
	if (order == 0)
		order = (a->start > b->start) - (a->start < b->start);
	return order;
}

static int compare_problems(const void *left, const void *right)
{
	const struct feed_problem *a = *(const struct feed_problem *const *)left,
				  *b = *(const struct feed_problem *const *)right;

	return (a->record > b->record) - (a->record < b->record);
}

static void add_statements(struct test_ctx *ctx)
{
	const struct feed_reading *reading = ctx->reading;

	ctx->statements = arena_get(ctx->arena,
		(reading->absences.count + reading->standing_count + reading->roles.count) *
			sizeof(*ctx->statements));
	for (size_t i = 0; i < reading->absences.count; i++) {
		const struct feed_absence *absence = &reading->absences.items[i];

		if (!absence->kept)
			ctx->statements[ctx->statement_count++] = (struct record_statement){
				absence->record, absence->person, true, absence->start,
				absence->end, absence->deputies, absence->deputy_count, NULL};
	}
	for (size_t i = 0; i < reading->standing_count; i++) {
		const struct feed_standing *standing = &reading->standing[i];

		if (!standing->kept)
			ctx->statements[ctx->statement_count++] = (struct record_statement){
				standing->record, standing->person, false, standing->start,
				standing->end, standing->deputies, standing->deputy_count, NULL};
	}
	for (size_t i = 0; i < reading->roles.count; i++) {
		const struct feed_role *role = &reading->roles.items[i];

		if (!role->kept)
			ctx->statements[ctx->statement_count++] =
				(struct record_statement){role->record, role->person, false,
					role->start, role->end, NULL, 0, role->role};
	}
	qsort(ctx->statements, ctx->statement_count, sizeof(*ctx->statements), compare_statements);
}

/* Whether it says from when or until when; an absence always does. */
static bool has_times(const struct record_statement *stated)
{
	return stated->is_absence || stated->start != MOMENT_EARLIEST ||
		stated->end != MOMENT_LATEST;
}

static void begin(struct test_ctx *ctx, const struct feed *feed, const struct person *person)
{
	*ctx = (struct test_ctx){.feed = feed,
		.reading = &feed->pending.says,
		.person = person,
		.arena = arena_new()};
	ctx->said = table_new(ctx->arena);
	add_statements(ctx);
	ctx->problems = arena_get(ctx->arena,
		ctx->reading->problem_count * sizeof(const struct feed_problem *));
	for (size_t i = 0; i < ctx->reading->problem_count; i++)
		ctx->problems[ctx->problem_count++] = &ctx->reading->problems[i];
	qsort(ctx->problems, ctx->problem_count, sizeof(struct feed_problem *), compare_problems);
}

/* What is wrong with the record, as far as it is of that person. */
static const char *find_problem(struct test_ctx *ctx, const struct feed_record *record)
{
	while (ctx->next_problem < ctx->problem_count &&
		ctx->problems[ctx->next_problem]->record < record->number)
		ctx->next_problem++;
	for (size_t i = ctx->next_problem;
		i < ctx->problem_count && ctx->problems[i]->record == record->number; i++) {
		const char *person = ctx->problems[i]->person;

		if (!person || (record->person && strcmp(person, record->person) == 0))
			return ctx->problems[i]->what;
	}
	return NULL;
}

/* The zone that the record names. */
static const char *find_zone(struct test_ctx *ctx, const struct feed_record *record)
{
	const struct feed_reading *reading = ctx->reading;

	while (ctx->next_zone < reading->zone_count &&
		reading->zones[ctx->next_zone].record < record->number)
		ctx->next_zone++;
	return ctx->next_zone < reading->zone_count &&
			reading->zones[ctx->next_zone].record == record->number
		? reading->zones[ctx->next_zone].name
		: NULL;
}

/* Of one record after the other, in their order. */
static struct record_stated find_stated(struct test_ctx *ctx, const struct feed_record *record)
{
	struct record_stated stated = {.count = 0};

	if (record->state == RECORD_UNUSABLE)
		stated.why = find_problem(ctx, record);
	stated.zone = find_zone(ctx, record);
	if (!record->person)
		return stated;
	for (; ctx->next_statement < ctx->statement_count; ctx->next_statement++) {
		const struct record_statement *at = &ctx->statements[ctx->next_statement];
		int order = compare_names(at->record, at->person, record->number, record->person);

		if (order > 0)
			break;
		if (order == 0 && stated.count++ == 0)
			stated.first = at;
	}
	return stated;
}

static const char *key_of(struct test_ctx *ctx, const struct feed_record *record)
{
	const struct feed_absences *absences = &ctx->reading->absences;

	return record->person
		? name_key(ctx->arena, absences->match, record->person, absences->as_number)
		: NULL;
}

/* Whether the directory has the person of a record. */
static bool is_matched(struct test_ctx *ctx, const char *key)
{
	return key && ctx->feed->people && table_find(ctx->feed->people, key);
}

/* Whether a record is one of those that are shown. */
static bool is_wanted(const struct test_ctx *ctx, const char *key)
{
	if (!ctx->person)
		return true;
	for (size_t i = 0; key && i < ctx->person->known_as_count; i++) {
		if (strcmp(ctx->person->known_as[i], key) == 0)
			return true;
	}
	return false;
}

/* What became of a record. One about whom a feed was asked, and who has no record in the answer, is at work. */
static const char *record_text(const struct feed *feed, enum feed_record_state state,
	bool is_matched)
{
	switch (state) {
	case RECORD_SET_ASIDE:
		return feed->settings->asks == ASKS_PEOPLE &&
				feed->settings->gives == GIVES_ABSENCES
			? _("not absent")
			: _("set aside");
	case RECORD_UNUSABLE:
		return _("unusable");
	case RECORD_READABLE:
		break;
	}
	return is_matched ? _("read") : _("of an unknown person");
}

static const char *record_word(enum feed_record_state state)
{
	static const char *const words[] = {[RECORD_READABLE] = "read",
		[RECORD_SET_ASIDE] = "set aside",
		[RECORD_UNUSABLE] = "unusable"};

	return words[state];
}

static void add_statement(struct strbuf *out, const struct record_statement *stated, size_t more)
{
	if (stated->role) {
		strbuf_adds(out, _(", role "));
		findings_add_value(out, stated->role, strlen(stated->role));
	}
	if (has_times(stated)) {
		strbuf_adds(out, ", ");
		phrase_interval(out, stated->start, stated->end);
	}
	if (more > 0)
		strbuf_addf(out, _(", and %zu more"), more);
	for (size_t i = 0; i < stated->deputy_count; i++) {
		strbuf_adds(out, i == 0 ? _("; deputies: ") : ", ");
		findings_add_value(out, stated->deputies[i], strlen(stated->deputies[i]));
	}
}

static void add_record_head(struct strbuf *out, const struct feed *feed,
	const struct feed_record *record, bool is_matched)
{
	strbuf_addf(out, _("  record %zu: "), (size_t)record->number);
	if (record->person)
		findings_add_value(out, record->person, strlen(record->person));
	else
		strbuf_adds(out, _("nobody"));
	strbuf_addf(out, ": %s", record_text(feed, record->state, is_matched));
}

/* A line for a record; of one person a line for all that it states. */
static void add_record(struct test_ctx *ctx, struct strbuf *out, const struct feed_record *record,
	const char *key, const struct record_stated *stated)
{
	size_t lines = ctx->person && stated->count > 1 ? stated->count : 1;

	for (size_t i = 0; i < lines; i++) {
		add_record_head(out, ctx->feed, record, is_matched(ctx, key));
		if (stated->why)
			strbuf_addf(out, ": %s", stated->why);
		if (stated->count > 0)
			add_statement(out, stated->first + i, stated->count - lines);
		if (stated->zone) {
			strbuf_adds(out, _("; zone: "));
			findings_add_value(out, stated->zone, strlen(stated->zone));
		}
		strbuf_addc(out, '\n');
	}
}

/* A finding about this record says no more than its line does, or `what` is "" and nothing about it is asked for. */
static void note_said(struct test_ctx *ctx, const struct feed_record *record, const char *what)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_addf(&where, _("feed %s, record %zu"), ctx->feed->settings->name,
		(size_t)record->number);
	if (*what || !table_find(ctx->said, where.text))
		table_put(ctx->said, arena_string(ctx->arena, where.text), (void *)what);
	strbuf_release(&where);
}

static void add_findings(struct test_ctx *ctx, struct strbuf *out)
{
	const struct findings *findings = &ctx->feed->findings;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		const char *said = table_find(ctx->said, finding->where);

		if (!said || (*said && strcmp(said, finding->what) != 0))
			strbuf_addf(out, "  ! %s: %s\n", finding->where, finding->what);
	}
}

static void add_records(struct test_ctx *ctx, struct strbuf *out, size_t most)
{
	size_t shown = 0, left_out = 0;

	for (size_t i = 0; i < ctx->reading->record_count; i++) {
		const struct feed_record *record = &ctx->reading->records[i];
		const struct record_stated stated = find_stated(ctx, record);
		const char *key = key_of(ctx, record);

		if (!is_wanted(ctx, key)) {
			note_said(ctx, record, "");
			continue;
		}
		if (shown < most) {
			add_record(ctx, out, record, key, &stated);
			if (stated.why)
				note_said(ctx, record, stated.why);
		} else {
			left_out++;
		}
		shown++;
	}
	if (left_out > 0)
		strbuf_addf(out, _("  and %zu more (-v shows them all)\n"), left_out);
	if (ctx->person && shown == 0 && ctx->feed->has_counts)
		strbuf_adds(out, _("  No record is about that person.\n"));
}

static json_t *json_of_deputies(const struct record_statement *stated)
{
	json_t *deputies = json_array();

	for (size_t i = 0; stated && i < stated->deputy_count; i++)
		json_array_append_new(deputies, json_of_text(stated->deputies[i]));
	return deputies;
}

/* `stated` NULL: nothing was. */
static void set_stated(json_t *object, const struct record_statement *stated)
{
	bool has = stated && has_times(stated);

	json_object_set_new(object, "from", has ? feeds_json_of_time(stated->start) : json_null());
	json_object_set_new(object, "until", has ? feeds_json_of_time(stated->end) : json_null());
	json_object_set_new(object, "role",
		stated && stated->role ? json_of_text(stated->role) : json_null());
}

static json_t *json_of_stated(const struct record_stated *stated)
{
	json_t *list = json_array();

	for (size_t i = 0; i < stated->count; i++) {
		json_t *object = json_object();

		set_stated(object, stated->first + i);
		json_object_set_new(object, "deputies", json_of_deputies(stated->first + i));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_of_record(struct test_ctx *ctx, const struct feed_record *record,
	const char *key, const struct record_stated *stated)
{
	json_t *object = json_object();

	json_object_set_new(object, "record", json_integer((json_int_t)record->number));
	json_object_set_new(object, "person",
		record->person ? json_of_text(record->person) : json_null());
	json_object_set_new(object, "matched", json_boolean(is_matched(ctx, key)));
	json_object_set_new(object, "state", json_of_text(record_word(record->state)));
	json_object_set_new(object, "zone",
		stated->zone ? json_of_text(stated->zone) : json_null());
	json_object_set_new(object, "why", stated->why ? json_of_text(stated->why) : json_null());
	set_stated(object, stated->first);
	json_object_set_new(object, "more",
		json_integer((json_int_t)(stated->count > 1 ? stated->count - 1 : 0)));
	json_object_set_new(object, "deputies", json_of_deputies(stated->first));
	if (ctx->person)
		json_object_set_new(object, "stated", json_of_stated(stated));
	return object;
}

static json_t *json_of_records(struct test_ctx *ctx)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ctx->reading->record_count; i++) {
		const struct feed_record *record = &ctx->reading->records[i];
		const struct record_stated stated = find_stated(ctx, record);
		const char *key = key_of(ctx, record);

		if (is_wanted(ctx, key))
			json_array_append_new(list, json_of_record(ctx, record, key, &stated));
	}
	return list;
}

static void print_json(struct test_ctx *ctx, const struct session *session)
{
	const struct feed *feed = ctx->feed;
	json_t *root = feeds_json_of(session, feed);

	json_object_set_new(root, "address",
		feed->pending.address ? json_of_text(feed->pending.address) : json_null());
	json_object_set_new(root, "pages", json_integer((json_int_t)feed->pending.pages));
	json_object_set_new(root, "read_at",
		feed->has_counts ? feeds_json_of_time(feed->pending.at) : json_null());
	json_object_set_new(root, "read",
		feed->has_counts ? feeds_json_of_counts(&feed->counts) : json_null());
	if (ctx->person)
		json_object_set_new(root, "dn", json_of_text(ctx->person->dn));
	json_object_set_new(root, "records", json_of_records(ctx));
	feeds_print_json(root);
}

/* What was asked, when, and how much came. */
static void add_head(struct strbuf *out, const struct feed *feed)
{
	const struct reading *reading = &feed->pending;
	struct strbuf when = STRBUF_INIT;

	strbuf_add_safe(out, feed->settings->name);
	strbuf_addf(out, ": %s\n  ", feeds_state_text(feed));
	strbuf_add_safe(out, reading->address ? reading->address : feed->settings->url);
	strbuf_addc(out, '\n');
	if (!feed->has_counts)
		return;
	moment_add_human(&when, reading->at);
	strbuf_addf(out, _("  read %s, pages: %zu; "), when.text, reading->pages);
	feeds_add_counts(out, &feed->counts);
	strbuf_addc(out, '\n');
	strbuf_release(&when);
}

static void print_text(struct test_ctx *ctx, const struct session *session)
{
	struct strbuf out = STRBUF_INIT;

	add_head(&out, ctx->feed);
	if (ctx->person) {
		strbuf_adds(&out, "  ");
		phrase_name(&out, ctx->person, ctx->person->dn);
		strbuf_adds(&out, ", ");
		strbuf_add_safe(&out, ctx->person->dn);
		strbuf_addc(&out, '\n');
	}
	add_records(ctx, &out,
		session->config.options->verbose || ctx->person ? ctx->reading->record_count
								: RECORDS_SHOWN);
	add_findings(ctx, &out);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

void feeds_test_show(const struct session *session, const struct feed *feed,
	const struct person *person)
{
	struct test_ctx ctx;

	begin(&ctx, feed, person);
	if (session->config.options->json)
		print_json(&ctx, session);
	else
		print_text(&ctx, session);
	arena_free(ctx.arena);
}
