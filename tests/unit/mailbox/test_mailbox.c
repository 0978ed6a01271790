/* What a look finds in mails, at a moment: no network. */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "mail/imap/imap.h"
#include "mailbox/mailbox.h"
#include "model/mapping.h"
#include "model/settings.h"

#define HOUR  ((moment)3600)
#define DAY   (24 * HOUR)
#define NOW   ((moment)1767225600)
#define AFTER (24 * 3600)

static const char *sp[] = {"[SP]"}, *drift[] = {"[Drift]"}, *old[] = {"[Gammel]"};

static struct tag tags[] = {
	{.id = "sp", .subjects = sp, .subject_count = 1},
	{.id = "drift", .subjects = drift, .subject_count = 1},
	{.id = "gammel", .subjects = old, .subject_count = 1, .retired = true},
};

static struct route_tag routed[] = {{.id = "gammel"}, {.id = "sp"}, {.id = "*"}};
static const struct block blocks[] = {{.list = "cn=a"}, {.list = "cn=b"}};
static struct route routes[] = {
	{.tag = "gammel", .tags = routed, .tag_count = 2, .ordinary = &blocks[0]},
	{.tag = "*", .tags = &routed[2], .tag_count = 1, .ordinary = &blocks[1]}};
static const struct mailbox_settings mailbox = {.imap.unread_after = AFTER};

static const struct imap_folder box = {"INBOX", "INBOX", true, false},
				filed = {"SP", "SP", false, false},
				junk = {"Junk", "Junk", false, true};

/* A look with a route for sp, and one for "*" where `has_rest`. */
static void begin(struct mailbox_look *look, struct mapping *mapping, bool has_rest)
{
	*mapping = (struct mapping){.tags = tags,
		.tag_count = sizeof(tags) / sizeof(tags[0]),
		.routes = routes,
		.route_count = has_rest ? 2 : 1,
		.block_count = has_rest ? 2 : 1};
	mailbox_look_begin(look, &mailbox, mapping, NOW);
}

static bool add(struct mailbox_look *look, const struct imap_folder *folder, const char *header,
	moment age, unsigned int flags)
{
	const struct imap_mail mail = {.uid = 1,
		.flags = flags,
		.has_flags = true,
		.arrived = NOW - age,
		.has_arrived = true,
		.header = {header, strlen(header)}};

	return mailbox_look_add(look, folder, &mail);
}

/* One mail, unread for two days: is it late, and why? */
static void test_who_took_it(void **state)
{
	static const struct {
		bool has_rest;
		const struct imap_folder *folder;
		const char *header;
		unsigned int flags;
		const char *told; /* "": a list took it, or it is read */
	} cases[] = {
		{true, &box, "Subject: [SP] a\r\n", 0, "not passed on"},
		{true, &box, "Subject: [SP] a\r\n", IMAP_SEEN, ""},
		{true, &box, "Subject: [SP] a\r\n", IMAP_DELETED, ""},
		{true, &box, "Subject: [SP] a\r\n", IMAP_PASSED_ON, ""},
		{true, &box, "Subject: [SP] a\r\nX-Postvagt-Known: 1\r\n", 0, "not passed on"},
		{true, &box, "Subject: a\r\nX-Postvagt-Rest: 1\r\n", 0, "not passed on"},
		{false, &box, "Subject: a\r\nX-Postvagt-Rest: 1\r\n", 0, "no list, not passed on"},
		{true, &filed, "Subject: [SP] a\r\n", 0, ""},
		{false, &filed, "Subject: [SP] a\r\n", 0, ""},
		{false, &filed, "Subject: [Drift] a\r\n", 0, "no list"},
		{true, &filed, "Subject: [Drift] a\r\n", 0, ""},
		{true, &junk, "Subject: [SP] a\r\n", 0, "not passed on"},
		{true, &junk, "Subject: [SP] a\r\n", IMAP_SEEN, ""},
		{true, &junk, "Subject: [SP] a\r\n", IMAP_PASSED_ON, ""},
		{false, &box, "Subject: a\r\n", 0, "no list, not passed on"},
		{true, &box, "Subject: a\r\n", 0, "not passed on"},
		{true, &box, "", 0, "not passed on"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].header); i++) {
		struct mailbox_look look;
		struct mapping mapping;
		struct strbuf told = STRBUF_INIT;

		begin(&look, &mapping, cases[i].has_rest);
		add(&look, cases[i].folder, cases[i].header, 2 * DAY, cases[i].flags);
		mailbox_look_end(&look);
		for (size_t j = 0; j < look.late.shown; j++) {
			if (!look.late.items[j].has_list)
				strbuf_add_item(&told, ", ", "no list");
			if (!look.late.items[j].is_passed)
				strbuf_add_item(&told, ", ", "not passed on");
		}
		if (strcmp(told.text, cases[i].told) != 0)
			print_error("%zu: %s\n", i, cases[i].header);
		assert_string_equal(told.text, cases[i].told);
		assert_int_equal(mailbox_is_read(&look), !*cases[i].told);
		assert_int_equal(mailbox_is_well(&look),
			!*cases[i].told && !strstr(cases[i].header, "[Drift]"));
		strbuf_release(&told);
		mailbox_look_release(&look);
	}
}

/* At the second: late from unread_after on; what came after the moment is not there yet. */
static void test_moment(void **state)
{
	struct mailbox_look look;
	struct mapping mapping;

	begin(&look, &mapping, true);
	add(&look, &box, "Subject: a\r\n", AFTER - 1, 0);
	assert_true(mailbox_is_read(&look));
	add(&look, &box, "Subject: a\r\n", AFTER, 0);
	assert_int_equal(look.late.count, 1);
	add(&look, &box, "Subject: [Ukendt] a\r\n", -1, 0);
	assert_int_equal(look.mails, 2);
	assert_int_equal(look.unread, 2);
	add(&look, &box, "Subject: [Ukendt] a\r\n", 0, 0);
	mailbox_look_end(&look);
	assert_int_equal(look.unknown_count, 1);
	assert_int_equal(look.unknown[0]->count, 1);
	mailbox_look_release(&look);
}

static void test_counts(void **state)
{
	struct mailbox_look look;
	struct mapping mapping;

	begin(&look, &mapping, true);
	add(&look, &box, "Subject: [SP] [Drift] to\r\n", DAY, IMAP_SEEN);
	add(&look, &filed, "Subject: [sp] en\r\n", 30 * DAY - 1, IMAP_SEEN);
	add(&look, &filed, "Subject: [SP] for gammel\r\n", 30 * DAY, IMAP_SEEN);
	add(&look, &box, "Subject: ingen\r\n", DAY, IMAP_SEEN);
	add(&look, &box, "Subject: [Drfit] a\r\n", 90 * DAY, IMAP_SEEN);
	add(&look, &box, "Subject: [DRFIT] b\r\n", 40 * DAY, IMAP_SEEN);
	add(&look, &box, "Subject: [Noget andet]\r\n", 3 * DAY, IMAP_SEEN);
	mailbox_look_end(&look);
	assert_int_equal(look.recent, 4);
	assert_int_equal(look.untagged, 2);
	assert_int_equal(look.by_tag[0], 2);
	assert_int_equal(look.by_tag[1], 1);
	assert_int_equal(look.by_tag[2], 0);
	assert_int_equal(look.unknown_count, 2);
	assert_string_equal(look.unknown[0]->text, "[Drfit]");
	assert_int_equal(look.unknown[0]->count, 2);
	assert_int_equal(look.unknown[0]->last, NOW - 40 * DAY);
	assert_string_equal(look.unknown[0]->nearest->id, "drift");
	assert_string_equal(look.unknown[1]->text, "[Noget andet]");
	assert_null(look.unknown[1]->nearest);
	assert_int_equal(look.unrouted_count, 1);
	assert_string_equal(look.unrouted[1].text, "drift");
	assert_int_equal(look.unrouted[1].count, 1);
	assert_int_equal(look.unrouted[1].last, NOW - DAY);
	assert_true(mailbox_is_read(&look));
	assert_false(mailbox_is_well(&look));
	mailbox_look_release(&look);
}

/* A tag in use that no route names; a retired one needs none. */
static void test_without_a_route(void **state)
{
	struct mailbox_look look;
	struct mapping mapping;

	begin(&look, &mapping, true);
	add(&look, &box, "Subject: [SP] [Gammel] a\r\n", DAY, IMAP_SEEN);
	assert_true(mailbox_is_well(&look));
	add(&look, &filed, "Subject: [Drift] a\r\n", 50 * DAY, IMAP_SEEN);
	add(&look, &filed, "Subject: [DRIFT] [SP] b\r\n", 40 * DAY, IMAP_SEEN);
	mailbox_look_end(&look);
	assert_int_equal(look.unrouted_count, 1);
	assert_int_equal(look.unrouted[1].count, 2);
	assert_int_equal(look.unrouted[1].last, NOW - 40 * DAY);
	assert_true(mailbox_is_read(&look));
	assert_false(mailbox_is_well(&look));
	mailbox_look_release(&look);
}

static void test_high(void **state)
{
	struct mailbox_look look;
	struct mapping mapping;

	begin(&look, &mapping, true);
	add(&look, &filed, "Subject: [SP] a\r\nX-Priority: 2\r\n", DAY, 0);
	add(&look, &box, "Subject: ! b\r\n", HOUR, 0);
	add(&look, &box, "Subject: ! c\r\n", HOUR, IMAP_SEEN);
	add(&look, &box, "Subject: d\r\n", HOUR, 0);
	assert_int_equal(look.high.count, 2);
	assert_string_equal(look.high.items[0].folder, "SP");
	assert_string_equal(look.high.items[1].subject.text, "! b");
	assert_null(look.high.items[1].folder);
	assert_true(mailbox_is_well(&look));
	mailbox_look_release(&look);
}

/* Of many, the oldest are shown, in whatever order they come; a long subject is cut at a letter. */
static void test_bounds(void **state)
{
	struct mailbox_look look;
	struct mapping mapping;
	struct strbuf header = STRBUF_INIT;

	begin(&look, &mapping, true);
	for (int i = 0; i < 1000; i++) {
		strbuf_reset(&header);
		strbuf_addf(&header, "Subject: [ukendt %c%c%c]\r\n", 'a' + i % 10,
			'a' + i / 10 % 10, 'a' + i / 100);
		add(&look, &box, header.text, 2 * DAY + i * 7919 % 1000, 0);
	}
	assert_int_equal(look.late.count, 1000);
	assert_int_equal(look.late.shown, MAILBOX_MAILS_MAX);
	for (size_t i = 0; i < look.late.shown; i++)
		assert_int_equal(look.late.items[i].arrived, NOW - 2 * DAY - 999 + (moment)i);
	strbuf_reset(&header);
	strbuf_adds(&header, "Subject: a");
	for (int i = 0; i < 150; i++)
		strbuf_adds(&header, "\xC3\xA5");
	add(&look, &box, header.text, 9 * DAY, 0);
	mailbox_look_end(&look);
	assert_int_equal(look.unknown_count, MAILBOX_UNKNOWN_MAX);
	assert_true(look.has_more_unknown);
	assert_int_equal(look.late.items[0].subject.length, 199 + strlen("…"));
	strbuf_release(&header);
	mailbox_look_release(&look);
}

#define ID_A "Message-ID: <a@kombit.example>\r\n"
#define LOOP "X-Loop: infra@eksempel.dk\r\n"

/* Mails of one look, all unread for two days, in a town whose rules are for infra@eksempel.dk. */
struct mailbox_row {
	const char *what;
	struct {
		const struct imap_folder *folder;
		const char *header;
		unsigned int flags;
		int days; /* older than two */
	} mails[6];
	const char *expected; /* counts that are not 0 */
};

static void add_counts(struct strbuf *out, const struct mailbox_look *look)
{
	const struct {
		const char *name;
		size_t count;
	} counts[] = {{"late", look->late.count}, {"answers", look->answers},
		{"loops", look->loops}, {"back", look->came_back}, {"nobody", look->nobody.count},
		{"differ", look->differing.count}, {"repeat", look->repeated.count},
		{"bounced", look->bounced}, {"maybe", look->maybe.count}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i].count > 0)
			strbuf_addf(out, "%s%s %zu", out->length > 0 ? ", " : "", counts[i].name,
				counts[i].count);
	}
}

static void run_row(const struct mailbox_row *test, const struct mailbox_settings *settings)
{
	struct mailbox_look look;
	struct mapping mapping;
	struct strbuf told = STRBUF_INIT;

	begin(&look, &mapping, true);
	mailbox_look_release(&look);
	mailbox_look_begin(&look, settings, &mapping, NOW);
	for (size_t i = 0; i < 6 && test->mails[i].header; i++) {
		const struct imap_mail bounce = {.flags = test->mails[i].flags, .arrived = NOW};

		if (add(&look, test->mails[i].folder, test->mails[i].header,
			    (2 + test->mails[i].days) * DAY, test->mails[i].flags))
			mailbox_look_add_bounce(&look, &bounce);
	}
	mailbox_look_end(&look);
	add_counts(&told, &look);
	assert_string_equal(told.text, test->expected);
	strbuf_release(&told);
	mailbox_look_release(&look);
}

static void test_ways(void **state)
{
	static const struct mailbox_settings settings = {.imap.unread_after = AFTER,
		.address = "infra@eksempel.dk",
		.probe = "p@eksempel.dk"};
	static const struct mailbox_row rows[] = {
		{"an answer", {{&box, "Subject: Automatisk svar: [SP]\r\n", 0, 0}},
			"late 1, answers 1, nobody 1"},
		{"an answer that is read",
			{{&box, "Subject: x\r\nAuto-Submitted: auto-replied\r\n", IMAP_SEEN, 0}},
			"answers 1, nobody 1"},
		{"an old answer", {{&box, "Subject: Automatisk svar: x\r\n", IMAP_SEEN, 40}}, ""},
		{"an answer that was filed", {{&filed, "Subject: Automatisk svar: x\r\n", 0, 0}},
			"answers 1, nobody 1"},
		{"an answer that the rules passed on",
			{{&box, "Subject: Automatisk svar: x\r\n", IMAP_PASSED_ON, 0}},
			"answers 1, nobody 1, differ 1"},
		{"a copy that came back",
			{{&box, ID_A LOOP "Subject: [SP] a\r\n", 0, 0},
				{&filed, ID_A "Subject: [SP] a\r\n", IMAP_PASSED_ON, 0}},
			"loops 1, back 1"},
		{"in the other order",
			{{&filed, ID_A "Subject: [SP] a\r\n", IMAP_PASSED_ON, 0},
				{&box, ID_A LOOP "Subject: [SP] a\r\n", 0, 0}},
			"loops 1, back 1"},
		{"a stranger's claim that it was here",
			{{&box, ID_A LOOP "Subject: [SP] a\r\n", 0, 0}},
			"late 1, loops 1, nobody 1"},
		{"two that only vouch for each other",
			{{&box, ID_A LOOP "Subject: [SP] a\r\n", 0, 0},
				{&box, ID_A LOOP "Subject: [SP] a\r\n", 0, 0}},
			"late 2, loops 2, nobody 2"},
		{"without a Message-ID",
			{{&box, LOOP "Subject: [SP] a\r\n", 0, 0},
				{&filed, "Subject: [SP] a\r\n", 0, 0}},
			"late 1, loops 1, nobody 1"},
		{"another's address",
			{{&box, "X-Loop: x-infra@eksempel.dk\r\nSubject: a\r\n", 0, 0}}, "late 1"},
		{"a new tag on an old Message-ID",
			{{&filed, ID_A "Subject: [SP] a\r\n", IMAP_PASSED_ON, 0},
				{&filed, ID_A "Subject: [SP] [Drift] a\r\n", IMAP_PASSED_ON, 0}},
			"repeat 1"},
		{"filed under two tags",
			{{&filed, ID_A "Subject: [SP] [Drift] a\r\n", IMAP_PASSED_ON, 0},
				{&filed, ID_A "Subject: SV: [drift] [SP] a\r\n", IMAP_PASSED_ON,
					0}},
			""},
		{"a new tag without a Message-ID",
			{{&filed, "Subject: [SP] a\r\n", 0, 0},
				{&filed, "Subject: [Drift] a\r\n", 0, 0}},
			""},
		{"left since the rules work",
			{{&filed, "Subject: [SP] a\r\n", IMAP_PASSED_ON, 9},
				{&box, "Subject: [SP] b\r\n", IMAP_SEEN, 8}},
			"differ 1"},
		{"left before they did",
			{{&filed, "Subject: [SP] a\r\n", IMAP_PASSED_ON, 7},
				{&box, "Subject: [SP] b\r\n", IMAP_SEEN, 8}},
			""},
		{"left, and no rules at all", {{&box, "Subject: [SP] b\r\n", IMAP_SEEN, 8}}, ""},
		{"a tag that the rules did not see",
			{{&box, "Subject: [SP] b\r\n", IMAP_PASSED_ON, 0},
				{&filed, "Subject: [SP] b\r\n", IMAP_PASSED_ON, 0}},
			"differ 1"},
		{"where nothing is filed by tag",
			{{&box, "Subject: [SP] b\r\n", IMAP_PASSED_ON, 0}}, ""},
		{"without a tag, passed on",
			{{&box, "Subject: b\r\n", IMAP_PASSED_ON, 0},
				{&filed, "Subject: [SP] b\r\n", IMAP_PASSED_ON, 0}},
			""},
		{"a bounce",
			{{&box,
				"Subject: Undelivered\r\nContent-Type: multipart/report; "
				"report-type=\"delivery-status\"\r\n",
				0, 0}},
			"bounced 1"},
		{"a read receipt",
			{{&box,
				"Subject: Read\r\nContent-Type: multipart/report; "
				"report-type=disposition-notification\r\n",
				0, 0}},
			"late 1, answers 1, nobody 1"},
		{"a bounce in Junk",
			{{&junk,
				"Subject: Undelivered\r\nContent-Type: multipart/report; "
				"report-type=delivery-status\r\n",
				0, 0}},
			"late 1"},
		{"a probe that was not passed on",
			{{&box, "Subject: [postvagt-probe a]\r\n", 0, 0}}, "late 1, nobody 1"},
		{"a probe that was", {{&box, "Subject: [postvagt-probe a]\r\n", IMAP_PASSED_ON, 0}},
			"nobody 1"},
	};

	for (size_t i = 0; i < ROWS(rows) && row(i, "%s", rows[i].what); i++)
		run_row(&rows[i], &settings);
}

/* Exchange's Inbox rules leave no trace: whether they passed mail on is not known, but for what they pass on to nobody. */
static void test_without_a_trace(void **state)
{
	static const struct mailbox_settings kinds[] = {
		{.imap.unread_after = AFTER, .graph.user = "infra@eksempel.dk"},
		{.imap.unread_after = AFTER, .rules_file = "regler.PS1"},
		{.imap.unread_after = AFTER, .imap.server.url = "imaps://outlook.office365.com/"}};
	static const struct mailbox_row rows[] = {
		{"a mail with a list", {{&box, "Subject: [SP] a\r\n", 0, 0}}, "maybe 1"},
		{"in Junk", {{&junk, "Subject: [SP] a\r\n", 0, 0}}, "late 1"},
		{"an answer", {{&box, "Subject: Automatisk svar: a\r\n", 0, 0}},
			"late 1, answers 1, nobody 1"},
		{"one that a person passed on",
			{{&box, "Subject: a\r\n", IMAP_PASSED_ON, 0},
				{&box, "Subject: b\r\n", IMAP_SEEN, 0}},
			""},
	};

	for (size_t i = 0; i < ROWS(rows) && row(i, "%s", rows[i].what); i++) {
		for (size_t j = 0; j < ROWS(kinds); j++)
			run_row(&rows[i], &kinds[j]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_took_it),
		cmocka_unit_test(test_moment),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_without_a_route),
		cmocka_unit_test(test_high),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_without_a_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
