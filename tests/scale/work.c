/*
 * work KIND NUMBER: does what grows with NUMBER, so that the runner (tests/scale/run) can count its
 * instructions. Pure: no directory, no network, no clock.
 *
 *	events       a calendar of so many events of one person
 *	exceptions   one event that recurs, with so many EXDATEs and RDATEs
 *	replaced     so many events that replace occurrences of one series
 *	json, csv    a feed of so many records, each of another person, and of another day
 *	reading      the same in JSON: what becomes of it behind the parser, and a copy that is kept and read
 *	records      so many records of one person in a feed, who has a stand-in for each
 *	ahead        the same, and coverage of the days that they are on
 *	subject      subjects of so many pieces, of each kind that a search could go over again and again
 *	catalogue    so many tags, each with a route, and a subject that carries them all
 *	mailbox      a look at so many mails that have little in common: subjects, tags, Message-IDs, loops, bounces
 *	mass         so many people of two lists whom a new reading makes absent, and one who stands in
 *	chain        so many people of two lists, all away, each the deputy of the one before
 *	ring         the same, each the deputy of both neighbours; the last one's deputy is here
 *	clique       so many times 100 pairs of people of two lists, all away, each the deputy of every other
 *	shared       so many people of two lists, all away, who have the same twenty deputies; these are a ring, and away, too
 *	departed     the same, and each names somebody who is not there any more
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "decide/feed_absences.h"
#include "decide/feed_counts.h"
#include "decide/forecast.h"
#include "decide/mass_absence.h"
#include "decide/missing.h"
#include "decide/needed_people.h"
#include "decide/next_change.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "feed/reading_trust.h"
#include "feed_case.h"
#include "mail/imap/imap.h"
#include "mailbox/mailbox.h"
#include "matcher/mail_header.h"
#include "matcher/matcher.h"
#include "model/reference.h"
#include "model/settings.h"
#include "remembered.h"
#include "world.h"

static const struct feed_settings ics = {
	.name = "kalender", .format = FEED_ICS, .fields = {.person = "ATTENDEE"}};

static const struct feed_settings json = {.name = "loen",
	.format = FEED_JSON,
	.records = "",
	.match = "id",
	.fields = {.person = "id", .from = "from", .until = "until", .deputy = "deputy"}};

#define NOW ((moment)1790000000) /* September 2026 */

/* The day of number `i`, in years around NOW. */
static void add_day(struct strbuf *out, size_t i)
{
	moment_add_basic_utc(out, NOW + (moment)i * 86400 / 16);
}

static void add_event(struct strbuf *out, size_t i, bool replaces)
{
	strbuf_addf(out, "BEGIN:VEVENT\r\nUID:u%zu\r\nATTENDEE:mailto:anna@x.dk\r\nDTSTART:",
		replaces ? 0 : i);
	add_day(out, i);
	strbuf_adds(out, "\r\nDURATION:PT1H\r\n");
	if (replaces) {
		strbuf_adds(out, "RECURRENCE-ID:");
		add_day(out, i);
		strbuf_adds(out, "\r\n");
	}
	strbuf_adds(out, "END:VEVENT\r\n");
}

static void add_exceptions(struct strbuf *out, size_t number)
{
	strbuf_adds(out,
		"BEGIN:VEVENT\r\nUID:u\r\nATTENDEE:mailto:anna@x.dk\r\n"
		"DTSTART:20260801T080000Z\r\nDURATION:PT1H\r\n");
	for (size_t i = 0; i < number; i++) {
		strbuf_adds(out, "EXDATE:");
		add_day(out, 2 * i);
		strbuf_adds(out, "\r\nRDATE:");
		add_day(out, 2 * i + 1);
		strbuf_adds(out, "\r\n");
	}
	strbuf_adds(out, "END:VEVENT\r\n");
}

static size_t read_feed(const struct feed_settings *settings, const struct strbuf *body,
	struct feed_page *page)
{
	feed_page_init(page, settings);
	feed_page_read(page, body->text, body->length, NOW);
	if (page->kind) {
		fprintf(stderr, "work: %s\n", page->err.text.text);
		exit(1);
	}
	return page->says.absences.count;
}

static size_t calendar(const char *kind, size_t number)
{
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;
	size_t count;

	strbuf_adds(&body, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n");
	if (strcmp(kind, "exceptions") == 0)
		add_exceptions(&body, number);
	for (size_t i = 0; i < number && strcmp(kind, "exceptions") != 0; i++)
		add_event(&body, i, strcmp(kind, "replaced") == 0);
	strbuf_adds(&body, "END:VCALENDAR\r\n");
	count = read_feed(&ics, &body, &page);
	feed_page_release(&page);
	strbuf_release(&body);
	return count;
}

static size_t records(size_t number, bool ahead)
{
	struct world *w = world_new(
		"person anna role=r; person bo; person cai; route infra role=r; list infra;"
		"fallback cai; at 2026-09-22T08:00");
	struct kept_reading reading;
	const struct kept_reading *readings[] = {&reading};
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;
	struct findings findings;
	size_t count = 0;

	strbuf_adds(&body, "[");
	for (size_t i = 0; i < number; i++) {
		strbuf_addf(&body, "%s{\"id\":\"anna\",\"deputy\":\"uid=bo,ou=P,dc=x\",\"from\":\"",
			i ? "," : "");
		add_day(&body, i);
		strbuf_adds(&body, "\",\"until\":\"");
		add_day(&body, i + 1);
		strbuf_adds(&body, "\"}");
	}
	strbuf_adds(&body, "]");
	read_feed(&json, &body, &page);
	page.says.absences.feed = json.name;
	page.says.absences.match = json.match;
	reading = (struct kept_reading){.absences = page.says.absences};
	world_person(w, "anna");
	world_thing(w, "anna")->person.known_as = arena_get(w->arena, sizeof(const char *));
	world_thing(w, "anna")->person.known_as[0] = name_key(w->arena, "id", "anna", false);
	world_thing(w, "anna")->person.known_as_count = 1;
	world_thing(w, "anna")->person.login_count = world_thing(w, "anna")->person.first_count = 0;
	world_read(w);
	findings_init(&findings, w->arena);
	feed_absences_attach(w->snapshot, readings, 1, NULL, NOW, &findings);
	world_plan_again(w);
	for (moment t = NOW; t < MOMENT_LATEST && count < number; count++)
		t = snapshot_next_change(w->snapshot, t);
	if (ahead) {
		struct coverage *coverage = coverage_find(&w->mapping, &w->policy, w->snapshot,
			w->at, (int)(number / 16) + 1);

		count += coverage->decisions;
		coverage_free(coverage);
	}
	feed_page_release(&page);
	strbuf_release(&body);
	world_free(w);
	return count;
}

static const struct feed_settings csv = {.name = "loen",
	.format = FEED_CSV,
	.charset = "utf-8",
	.match = "id",
	.fields = {.person = "id", .from = "from", .until = "until", .deputy = "deputy"}};

static void add_rows(struct strbuf *out, size_t number, bool is_json)
{
	strbuf_adds(out, is_json ? "[" : "id;from;until;deputy");
	for (size_t i = 0; i < number; i++) {
		strbuf_addf(out,
			is_json ? "%s{\"id\":\"%zu\",\"deputy\":\"%zu\",\"from\":\"" : "%s%zu;",
			is_json ? (i ? "," : "") : "\n", i, i / 2);
		add_day(out, i);
		strbuf_adds(out, is_json ? "\",\"until\":\"" : ";");
		add_day(out, i + 17);
		if (is_json)
			strbuf_adds(out, "\"}");
		else
			strbuf_addf(out, ";%zu", i / 2);
	}
	strbuf_adds(out, is_json ? "]" : "\n");
}

static size_t plain_feed(size_t number, bool is_json)
{
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;
	size_t count;

	add_rows(&body, number, is_json);
	count = read_feed(is_json ? &json : &csv, &body, &page);
	feed_page_end(&page);
	feed_page_release(&page);
	strbuf_release(&body);
	return count;
}

/* Half the people of a reading. */
static struct snapshot *add_known(size_t number)
{
	struct snapshot *snapshot = snapshot_new(0);
	struct arena *arena = snapshot_arena(snapshot);

	for (size_t i = 0; i < number; i += 2) {
		struct person person = {.enabled = true, .mail = "x@x.dk", .known_as_count = 1};

		person.identity = person.dn = arena_format(arena, "uid=p%zu,dc=x", i);
		person.known_as = arena_get(arena, sizeof(*person.known_as));
		person.known_as[0] = name_key(arena, "id", arena_format(arena, "%zu", i), false);
		snapshot_add_person(snapshot, &person);
	}
	return snapshot;
}

/* Write a copy with two readings, and read it; return the absences of the first. */
static size_t keep_reading(const struct kept_reading *reading, struct arena *arena)
{
	struct feed_cache cache = {.trusted_count = 0}, again = {.trusted_count = 0};
	struct strbuf text = STRBUF_INIT;

	feed_cache_trust(&cache, reading, false);
	feed_cache_doubt(&cache, reading, DOUBT_SHRUNK, "why");
	feed_cache_copy(&cache, arena);
	feed_cache_json_add(&text, &cache, &json, "s");
	feed_cache_json_read(&again, text.text, text.length, "s", arena);
	strbuf_release(&text);
	return again.trusted_count > 0 ? again.trusted[0].absences.count : 0;
}

static size_t reading(size_t number)
{
	struct snapshot *snapshot = add_known(number);
	struct strbuf body = STRBUF_INIT;
	struct kept_reading kept = {.first_at = NOW, .last_at = NOW};
	const struct kept_reading *readings[] = {&kept};
	struct findings findings;
	struct reading_verdict verdict;
	struct feed_page page;
	struct table *people;
	size_t count;

	add_rows(&body, number, true);
	read_feed(&json, &body, &page);
	feed_page_end(&page);
	people = feed_people(snapshot, page.arena);
	feed_reading_count(&kept.counts, &page.says, people, NULL);
	memset(kept.sha256, 'a', SHA256_HEX - 1);
	kept.absences = page.says.absences;
	page.says.records[0].state = RECORD_UNUSABLE;
	reading_keep_stated(&page.says, &kept, GIVES_ABSENCES, NOW, page.arena);
	reading_judge(&verdict,
		&(struct reading_question){.reading = &page.says,
			.counts = &kept.counts,
			.sha256 = "b",
			.last = &kept,
			.people = people,
			.now = NOW});
	count = keep_reading(&kept, page.arena) + kept.counts.used;
	findings_init(&findings, page.arena);
	feed_absences_attach(snapshot, readings, 1, NULL, NOW, &findings);
	feed_page_release(&page);
	strbuf_release(&body);
	snapshot_free(snapshot);
	return count;
}

/* Person `i`, or the deputy of all, who is away never. */
static void add_person(struct snapshot *snapshot, size_t i, size_t number, bool is_away)
{
	struct arena *arena = snapshot_arena(snapshot);
	struct absence away = {
		.start = NOW + (moment)i * 60, .end = NOW + (moment)(number + i) * 60};
	const char **roles = arena_get(arena, sizeof(*roles));
	struct person person = {.enabled = true, .mail = "x@x.dk", .roles = roles, .role_count = 1};
	size_t room = 0;

	roles[0] = i == number ? "other" : "r";
	person.name = person.dn = person.key = person.identity =
		arena_format(arena, "uid=p%zu,dc=x", i);
	references_add(&person.deputies, arena, &room,
		arena_format(arena, "uid=p%zu,dc=x", number));
	if (is_away && i < number) {
		person.absences = arena_get(arena, sizeof(away));
		person.absences[person.absence_count++] = away;
	}
	snapshot_add_person(snapshot, &person);
}

static size_t mass(size_t number)
{
	struct world *w = world_new("route a role=r; critical b role=r");
	struct snapshot *before = snapshot_new(0), *after = snapshot_new(0);
	struct mass_absences found;
	size_t count = 0;

	for (size_t i = 0; i <= number; i++) {
		add_person(before, i, number, false);
		add_person(after, i, number, true);
	}
	mass_absence_find(&found, w->arena, &w->mapping, &w->policy, before, after, NOW);
	for (size_t i = 0; i < found.count; i++)
		count += found.items[i].count;
	snapshot_free(before);
	snapshot_free(after);
	world_free(w);
	return count;
}

/* Make a person of role r, away or not, whose identity is a number. */
static struct person away_person(struct arena *arena, size_t i, bool is_away)
{
	struct person person = {.enabled = true, .mail = "x@x.dk"};

	person.roles = arena_get(arena, sizeof(*person.roles));
	person.roles[person.role_count++] = "r";
	person.name = person.dn = person.key = person.identity =
		arena_format(arena, "uid=p%zu,dc=x", i);
	if (is_away) {
		person.absences = arena_get(arena, sizeof(*person.absences));
		person.absences[person.absence_count++] =
			(struct absence){.start = NOW - 60, .end = NOW + 86400};
	}
	return person;
}

static void add_deputy(struct arena *arena, struct person *person, size_t *room, size_t i)
{
	references_add(&person->deputies, arena, room, arena_format(arena, "uid=p%zu,dc=x", i));
}

/* How many people the side of a clique of that many pairs has. */
static size_t clique_side(size_t pairs)
{
	size_t side = 2;

	while (side * side < pairs)
		side++;
	return side;
}

/* The deputies of person `i` of `count`, by the kind of work. */
static void add_deputies(struct arena *arena, struct person *person, const char *kind, size_t i,
	size_t count)
{
	size_t room = 0;

	if (strcmp(kind, "ring") == 0 && i > 0)
		add_deputy(arena, person, &room, i - 1);
	if (strcmp(kind, "ring") == 0 || strcmp(kind, "chain") == 0)
		add_deputy(arena, person, &room, i + 1);
	for (size_t j = 0; strcmp(kind, "clique") == 0 && j < count; j++) {
		if (j != i)
			add_deputy(arena, person, &room, j);
	}
	for (size_t j = 0; (strcmp(kind, "shared") == 0 || strcmp(kind, "departed") == 0) && j < 20;
		j++)
		add_deputy(arena, person, &room, i < 20 ? (i + j) % 20 : j);
	if (strcmp(kind, "departed") == 0)
		add_deputy(arena, person, &room, count + 1);
}

static size_t count_members(const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->list_count; i++)
		count += plan->lists[i].member_count + plan->lists[i].gap_count;
	return count;
}

/* What is missing, who is needed, and the plan of people who are nearly all away. */
static size_t away(const char *kind, size_t number)
{
	struct world *w = world_new("route a role=r; route b role=r; list a; list b; fallback vagt;"
				    "person vagt; at 2026-09-22T08:00");
	size_t people = strcmp(kind, "clique") == 0 ? clique_side(100 * number) : number, count;
	struct missing_rounds *rounds;
	struct missing missing;
	struct needed_people needed;
	struct arena *arena;
	struct time_scope now;

	w->at = NOW;
	now = scope_at(NOW);
	world_read(w);
	arena = snapshot_arena(w->snapshot);
	for (size_t i = 0; i <= people; i++) {
		struct person person = away_person(arena, i, i < people);

		if (i < people)
			add_deputies(arena, &person, kind, i, people);
		snapshot_add_person(w->snapshot, &person);
	}
	if (strcmp(kind, "departed") == 0)
		snapshot_resolve(w->snapshot, arena_format(arena, "dn:uid=p%zu,dc=x", people + 1),
			&(struct resolved_ref){.kind = REF_MISSING});
	rounds = missing_rounds_new(&w->mapping, &w->policy, w->snapshot, &now);
	missing_rounds_next(rounds, &missing);
	needed_people_find(&needed, w->arena, &w->mapping, &w->policy, w->snapshot, &now);
	count = missing.refs.count + needed.count + count_members(world_plan_again(w));
	missing_rounds_free(rounds);
	world_free(w);
	return count;
}

/* How many tags a subject carries, and how many it seems to; and what decoding made of it. */
static size_t read_subject(const struct matcher *matcher, const struct strbuf *mail)
{
	struct arena *arena = arena_new();
	struct mail_header header;
	struct mail_meaning meaning;
	struct mail_lists lists;
	size_t count;

	mail_header_read(&header, arena, mail->text, mail->length);
	matcher_read(matcher, arena, &header, &meaning);
	matcher_lists(matcher, arena, &meaning, &lists);
	count = strlen(header.subject) + meaning.tag_count + meaning.unknown_count + lists.count;
	arena_free(arena);
	return count;
}

static size_t subject(size_t number)
{
	static const char *const pieces[] = {"[", "]", "[a", "[a]", "[[a]]", "a", "a ", "ab", "!",
		"! ", "[!", "(!) ", "x! [SP] ", "[SP]", "[SP] ! ", "sf1500 ", "re:", "[EKSTERN] ",
		"[Ticket#", "[Ticket#1] ", "hoej prioritet ",
		"ikke prioritet 1: ", "automatisk svar ", "*", "\xC2\xA0", "A\xCC\x8A", "\xCC\x8A",
		"\xE2\x80\x8B", "=?utf-8?Q?=C3?= =?utf-8?Q?=A6?= ", "=?", "=?utf-8?q?", "\xE6",
		"[postvagt-probe "};
	static const char *const ignored[] = {
		"[EKSTERN]", "[Ticket#*]", "INC*", "a*a*a*a*b", "[*a*a*a*]", "*a*", "! *:"};
	static const char *subjects[] = {"[SP]", "SF1500", "a a a a a a b", "[a"};
	static struct tag tag = {.id = "sp", .subjects = subjects, .subject_count = 4};
	static const struct mapping mapping = {.tags = &tag, .tag_count = 1};
	const struct mailbox_settings mailbox = {
		.ignore = {(const char **)ignored, 7}, .probe = "p@x.dk"};
	struct arena *arena = arena_new();
	const struct matcher *matcher = matcher_new(arena, &mapping, &mailbox);
	size_t count = 0;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct strbuf mail = STRBUF_INIT;

		strbuf_adds(&mail, "Subject: ");
		for (size_t j = 0; j < number; j++)
			strbuf_adds(&mail, pieces[i]);
		count += read_subject(matcher, &mail);
		strbuf_release(&mail);
	}
	arena_free(arena);
	return count;
}

static size_t catalogue(size_t number)
{
	struct arena *arena = arena_new();
	struct mapping mapping = {.tags = arena_get(arena, number * sizeof(struct tag)),
		.routes = arena_get(arena, number * sizeof(struct route)),
		.block_count = number};
	const struct mailbox_settings mailbox = {.name = NULL};
	struct block *blocks = arena_get(arena, number * sizeof(*blocks));
	struct route_tag *names = arena_get(arena, number * sizeof(*names));
	struct strbuf mail = STRBUF_INIT;
	size_t count;

	strbuf_adds(&mail, "Subject: ");
	for (size_t i = 0; i < number; i++) {
		struct tag *tag = &mapping.tags[mapping.tag_count++];

		tag->id = arena_format(arena, "tag %zu", i);
		tag->subjects = arena_get(arena, sizeof(*tag->subjects));
		tag->subjects[tag->subject_count++] = arena_format(arena, "[Emne %zu]", i);
		names[i] = (struct route_tag){.id = tag->id, .known = tag};
		mapping.routes[mapping.route_count++] = (struct route){
			.tag = tag->id, .tags = &names[i], .tag_count = 1, .ordinary = &blocks[i]};
		strbuf_addf(&mail, "[Emne %zu] ", i);
	}
	count = read_subject(matcher_new(arena, &mapping, &mailbox), &mail);
	strbuf_release(&mail);
	arena_free(arena);
	return count;
}

/* Letters that tell numbers apart where numbers do not count. */
static void add_letters(struct strbuf *out, size_t number)
{
	do {
		strbuf_addc(out, (char)('a' + number % 26));
		number /= 26;
	} while (number > 0);
}

/* One mail of many, with all that a look keeps: each sort of mail comes as often as the others. */
static void add_mail(struct strbuf *header, size_t number)
{
	static const char *const kinds[] = {"Subject: [Ukendt ", "Subject: Vedhaeftet ",
		"X-Loop: infra@eksempel.dk\r\nSubject: ", "Subject: Automatisk svar: ",
		"Content-Type: multipart/report; report-type=delivery-status\r\nSubject: ",
		"Subject: [Drift] "};

	strbuf_addf(header, "Message-ID: <%zu@kombit.example>\r\n%s", number,
		kinds[number % COUNT(kinds)]);
	add_letters(header, number);
	strbuf_adds(header, "] og noget: ");
	add_letters(header, number * 7919);
	strbuf_adds(header, "\r\n");
}

static size_t mailbox_mails(size_t number)
{
	static const char *subjects[] = {"[Drift]"};
	static struct tag tag = {.id = "drift", .subjects = subjects, .subject_count = 1};
	static const struct mapping mapping = {.tags = &tag, .tag_count = 1};
	static const struct imap_folder folders[] = {
		{"INBOX", "INBOX", true, false}, {"Drift", "Drift", false, false}};
	static const struct mailbox_settings mailbox = {.address = "infra@eksempel.dk"};
	struct mailbox_look look;
	size_t count;

	mailbox_look_begin(&look, &mailbox, &mapping, NOW);
	for (size_t i = 0; i < number; i++) {
		struct strbuf header = STRBUF_INIT, part = STRBUF_INIT;
		struct imap_mail mail = {
			.flags = i % 7 ? 0 : IMAP_PASSED_ON, .arrived = NOW - 2000000 + (moment)i};

		add_mail(&header, i);
		mail.header = (struct imap_text){header.text, header.length};
		strbuf_addf(&part, "Final-Recipient: rfc822; p%zu@x\r\nAction: failed\r\n", i);
		mail.part = (struct imap_text){part.text, part.length};
		if (mailbox_look_add(&look, &folders[i % 2], &mail))
			mailbox_look_add_bounce(&look, &mail);
		strbuf_release(&header);
		strbuf_release(&part);
	}
	mailbox_look_end(&look);
	count = look.mails + look.unknown_count + look.recurring_count;
	mailbox_look_release(&look);
	return count;
}

int main(int argc, char **argv)
{
	size_t number = argc == 3 ? (size_t)strtoul(argv[2], NULL, 10) : 0, count;

	if (argc == 3 && strcmp(argv[1], "append") == 0) {
		printf("%zu\n", remembered_append(argv[2]));
		return 0;
	}
	if (number == 0) {
		fputs("usage: work KIND NUMBER\n", stderr);
		return 2;
	}
	setenv("TZ", "Europe/Copenhagen", 1);
	tzset();
	if (strcmp(argv[1], "records") == 0 || strcmp(argv[1], "ahead") == 0)
		count = records(number, argv[1][0] == 'a');
	else if (strcmp(argv[1], "json") == 0 || strcmp(argv[1], "csv") == 0)
		count = plain_feed(number, argv[1][0] == 'j');
	else if (strcmp(argv[1], "reading") == 0)
		count = reading(number);
	else if (strcmp(argv[1], "subject") == 0)
		count = subject(number);
	else if (strcmp(argv[1], "catalogue") == 0)
		count = catalogue(number);
	else if (strcmp(argv[1], "mailbox") == 0)
		count = mailbox_mails(number);
	else if (strcmp(argv[1], "mass") == 0)
		count = mass(number);
	else if (strcmp(argv[1], "notified") == 0)
		count = remembered_notified(number);
	else if (strcmp(argv[1], "told") == 0)
		count = remembered_told(number);
	else if (strcmp(argv[1], "verified") == 0)
		count = remembered_verified(number);
	else if (strcmp(argv[1], "chain") == 0 || strcmp(argv[1], "ring") == 0 ||
		strcmp(argv[1], "clique") == 0 || strcmp(argv[1], "shared") == 0 ||
		strcmp(argv[1], "departed") == 0)
		count = away(argv[1], number);
	else
		count = calendar(argv[1], number);
	printf("%zu\n", count);
	return 0;
}
