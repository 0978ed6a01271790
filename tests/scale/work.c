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
 *	dns          so many DNs, met twice, and looked for by their keys
 *	lists        so many lists of 50 people each, decided and compared with what is on them
 *	mailbox      a look at so many mails that have little in common: subjects, tags, Message-IDs, loops, bounces
 *	rounds       what is missing for one whose absent deputies are a chain of so many, up to what one search looks at, and
 *	             for a group in so many groups, one in the other: each must be read before the next is known
 *	wide         what is missing for so many lists of 20 people each, who are in groups
 *	mass         so many people of two lists whom a new reading makes absent, and one who stands in
 *	chain        so many people of two lists, all away, each the deputy of the one before: what is missing, and the plan
 *	clique       so many times 100 pairs of people of two lists, all away, each the deputy of every other
 *	shared       so many people of two lists, all away, who have the same twenty deputies; these are a ring, and away, too
 *	departed     the same, and each names somebody who is not there any more; of these three also who is needed
 *	changed      so many people who changed at once, and were read again: the names that they bear are doubted
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/dn.h"
#include "decide/decide.h"
#include "decide/diff.h"
#include "decide/feed_absences.h"
#include "decide/feed_counts.h"
#include "decide/forecast.h"
#include "decide/mass_absence.h"
#include "decide/missing.h"
#include "decide/needed_people.h"
#include "decide/next_change.h"
#include "decide/snapshot_update.h"
#include "feed/cache.h"
#include "feed/cache_json.h"
#include "feed/reading_trust.h"
#include "feed_case.h"
#include "mail/imap/imap.h"
#include "mailbox/mailbox.h"
#include "matcher/mail_header.h"
#include "matcher/matcher.h"
#include "model/plan.h"
#include "model/policy.h"
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

		person.identity = person.dn = person.key = arena_format(arena, "uid=p%zu,dc=x", i);
		person.known_as = arena_get(arena, sizeof(*person.known_as));
		person.known_as[0] = name_key(arena, "id", arena_format(arena, "%zu", i), false);
		snapshot_add_person(snapshot, &person);
	}
	return snapshot;
}

/* Count the people. */
static size_t changed(size_t number)
{
	struct snapshot *snapshot = add_known(number);
	size_t count = snapshot_person_count(snapshot);

	for (size_t i = 0; i < count; i++)
		snapshot_invalidate_names(snapshot, snapshot_person_at(snapshot, i)->identity);
	snapshot_free(snapshot);
	return count;
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

	if (strcmp(kind, "chain") == 0)
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
	struct needed_people needed = {0};
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
	if (strcmp(kind, "chain") != 0)
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

/* A directory of people and groups by their numbers, which is read as far as it is asked for. */

#define CHAIN_MAX 900 /* deputies: fewer than one search looks at */

static void read_person(struct snapshot *snapshot, const struct reference *reference, size_t i)
{
	struct arena *arena = snapshot_arena(snapshot);
	struct person person = {.enabled = true, .mail = "x@x.dk"};
	size_t room = 0;

	person.key = reference_dn_key(reference);
	person.name = person.dn = person.identity = person.key;
	person.absences = arena_get(arena, sizeof(*person.absences));
	person.absences[person.absence_count++] =
		(struct absence){.start = NOW - 60, .end = NOW + 86400};
	if (i % CHAIN_MAX > 0)
		references_add(&person.deputies, arena, &room,
			arena_format(arena, "uid=p%zu,dc=x,dc=dk", i - 1));
	snapshot_add_person(snapshot, &person);
}

static void add_member(struct snapshot *snapshot, struct resolved_ref *group, const char *dn)
{
	member_values_add(&group->members, snapshot_arena(snapshot),
		snapshot_member(snapshot, dn, strlen(dn)));
}

/* Of "rounds" the group inside it, of "wide" 20 people. */
static void read_group(struct snapshot *snapshot, const struct reference *reference, size_t i,
	bool is_wide)
{
	struct arena *arena = snapshot_arena(snapshot);
	struct resolved_ref group = {.kind = REF_GROUP, .dn = reference->text};

	for (size_t j = 0; is_wide && j < 20; j++)
		add_member(snapshot, &group,
			arena_format(arena, "uid=p%zu,dc=x,dc=dk", (7 * i + j) / 10 * CHAIN_MAX));
	if (!is_wide && i > 0)
		add_member(snapshot, &group, arena_format(arena, "cn=g%zu,dc=x,dc=dk", i - 1));
	snapshot_resolve(snapshot, reference->key, &group);
}

static void read_wanted(struct snapshot *snapshot, const struct reference *reference, bool is_wide)
{
	const char *key = reference_dn_key(reference);
	size_t number = (size_t)strtoul(key + strlen("uid=p"), NULL, 10);

	if (*key == 'u')
		read_person(snapshot, reference, number);
	else
		read_group(snapshot, reference, (size_t)strtoul(key + strlen("cn=g"), NULL, 10),
			is_wide);
}

/* One list, of a person and a group; or so many, of a group each. */
static void add_blocks(struct arena *arena, struct mapping *mapping, size_t number, bool is_wide)
{
	mapping->block_count = is_wide ? number : 1 + number / CHAIN_MAX;
	mapping->blocks = arena_get(arena, mapping->block_count * sizeof(*mapping->blocks));
	for (size_t i = 0; i < mapping->block_count; i++) {
		struct block *block = &mapping->blocks[i];
		size_t room = 0;

		block->list_key = block->list = arena_format(arena, "cn=l%zu,dc=x,dc=dk", i);
		block->groups = arena_get(arena, sizeof(*block->groups));
		block->groups[0].key = block->groups[0].dn =
			arena_format(arena, "cn=g%zu,dc=x,dc=dk", is_wide ? i : number);
		block->group_count = is_wide || i == 0;
		if (!is_wide)
			references_add(&block->people, arena, &room,
				arena_format(arena, "uid=p%zu,dc=x,dc=dk",
					i < number / CHAIN_MAX ? (i + 1) * CHAIN_MAX - 1
							       : number - 1));
	}
}

static size_t missing_of(size_t number, bool is_wide)
{
	struct arena *arena = arena_new();
	struct snapshot *snapshot = snapshot_new(0);
	const struct time_scope now = scope_at(NOW);
	const struct policy policy = {.mailbox_list = NULL};
	struct mapping mapping = {.blocks = NULL};
	struct missing_rounds *rounds = missing_rounds_new(&mapping, &policy, snapshot, &now);
	struct missing missing;
	size_t count = 0;

	add_blocks(arena, &mapping, number, is_wide);
	do {
		missing_rounds_next(rounds, &missing);
		for (size_t i = 0; i < missing.refs.count; i++)
			read_wanted(snapshot, &missing.refs.items[i], is_wide);
		for (size_t i = 0; i < missing.list_count; i++)
			snapshot_add_list(snapshot, missing.lists[i].key);
		count += missing.refs.count + missing.list_count;
	} while (missing.refs.count + missing.list_count > 0);
	missing_rounds_free(rounds);
	snapshot_free(snapshot);
	arena_free(arena);
	return count;
}

/* The DN of number `i`: mostly plain, a few that libldap must read. */
static const char *dn_of(struct arena *arena, size_t i)
{
	if (i % 50 == 0)
		return arena_format(arena, "CN=Lund\\, Anna %zu,OU=P%zu,DC=eksempel,DC=dk", i,
			i % 20);
	if (i % 2)
		return arena_format(arena, "CN=Søren Æbelø %zu,OU=Å %zu,DC=eksempel,DC=dk", i,
			i % 20);
	return arena_format(arena, "uid=p%zu,ou=Afdeling %zu,dc=eksempel,dc=dk", i, i % 20);
}

/* Each text twice, as it is on many lists, and once in another case. */
static size_t dns(size_t number)
{
	struct snapshot *snapshot = snapshot_new(0);
	struct arena *arena = arena_new();
	size_t count = 0;

	for (size_t round = 0; round < 2; round++) {
		for (size_t i = 0; i < number; i++) {
			const char *dn = dn_of(arena, i), *key = dn_key(arena, dn);

			count += snapshot_member(snapshot, dn, strlen(dn))->subject ==
				snapshot_member(snapshot, key, strlen(key))->subject;
		}
	}
	count += snapshot_subject_count(snapshot);
	arena_free(arena);
	snapshot_free(snapshot);
	return count;
}

#define GROUP_SIZE 50

/* A list with the people of one group: most of them are on it, one must join, and one leave. */
static void add_list(struct snapshot *snapshot, struct block *block, size_t number, size_t people)
{
	struct arena *arena = snapshot_arena(snapshot);
	struct resolved_ref group = {.kind = REF_GROUP};
	struct list *list;

	block->tag = "drift";
	block->at_least = 1;
	block->list = block->list_key = arena_format(arena, "cn=l%06zu,dc=x", number);
	block->groups = arena_get(arena, sizeof(*block->groups));
	block->groups[block->group_count++].dn = group.dn =
		arena_format(arena, "cn=g%06zu,dc=x", number);
	block->groups[0].key = group.dn;
	list = snapshot_add_list(snapshot, block->list_key);
	list->dn = block->list;
	list->exists = true;
	for (size_t i = 0; i <= GROUP_SIZE; i++) {
		const char *dn = arena_format(arena, "uid=p%zu,dc=x", (number * 7 + i) % people);
		const struct member_value *value = snapshot_member(snapshot, dn, strlen(dn));

		if (i > 0)
			member_values_add(&group.members, arena, value);
		if (i < GROUP_SIZE)
			member_values_add(&list->members, arena, value);
	}
	snapshot_resolve(snapshot, arena_format(arena, "dn:%s", group.dn), &group);
}

/* So many lists of one plan, and a fifth as many people, each on several of them. */
static size_t lists(size_t number)
{
	size_t people = GROUP_SIZE + 1 + number / 5, count;
	struct snapshot *snapshot = snapshot_new(0);
	struct arena *arena = snapshot_arena(snapshot);
	struct mapping mapping = {.block_count = number};
	const struct policy policy = {0};
	struct plan *plan = plan_new(NOW);

	for (size_t i = 0; i < people; i++) {
		struct person person = {.enabled = true, .mail = "x@x.dk"};

		person.name = person.dn = person.key = person.identity =
			arena_format(arena, "uid=p%zu,dc=x", i);
		snapshot_add_person(snapshot, &person);
	}
	mapping.blocks = arena_get(arena, number * sizeof(*mapping.blocks));
	for (size_t i = 0; i < number; i++)
		add_list(snapshot, &mapping.blocks[i], i, people);
	decide(plan, &mapping, &policy, snapshot);
	count = diff_needs_everyone(plan, snapshot);
	diff_lists(plan, &policy, snapshot, NULL);
	count += count_members(plan) + plan->added + plan->removed;
	plan_free(plan);
	snapshot_free(snapshot);
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
	else if (strcmp(argv[1], "dns") == 0)
		count = dns(number);
	else if (strcmp(argv[1], "lists") == 0)
		count = lists(number);
	else if (strcmp(argv[1], "mailbox") == 0)
		count = mailbox_mails(number);
	else if (strcmp(argv[1], "rounds") == 0 || strcmp(argv[1], "wide") == 0)
		count = missing_of(number, argv[1][0] == 'w');
	else if (strcmp(argv[1], "changed") == 0)
		count = changed(number);
	else if (strcmp(argv[1], "mass") == 0)
		count = mass(number);
	else if (strcmp(argv[1], "notified") == 0)
		count = remembered_notified(number);
	else if (strcmp(argv[1], "told") == 0)
		count = remembered_told(number);
	else if (strcmp(argv[1], "verified") == 0)
		count = remembered_verified(number);
	else if (strcmp(argv[1], "chain") == 0 || strcmp(argv[1], "clique") == 0 ||
		strcmp(argv[1], "shared") == 0 || strcmp(argv[1], "departed") == 0)
		count = away(argv[1], number);
	else
		count = calendar(argv[1], number);
	printf("%zu\n", count);
	return 0;
}
