/* What a mail means: its tags, its priority, and whether it is passed on; and the blocks it goes to. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "matcher/mail_header.h"
#include "matcher/matcher.h"
#include "matcher/nearest_tag.h"
#include "model/mapping.h"
#include "model/settings.h"

static const char *sp[] = {"[Serviceplatformen]", "[SP]"};
static const char *security[] = {"[Sikkerhed]", "[Sikkerhedshændelse]"};
static const char *index_of_cases[] = {"[Sags- og Dokumentindeks]"};
static const char *bare[] = {"KOMBIT Valg", "SF1500"};
static const char *two[] = {"[KOMBIT] [Nyt]"};
static const char *old[] = {"[Gammel]"};
static const char *open_data[] = {"[Åbne data]"};

static struct tag tags[] = {
	{.id = "serviceplatformen",
		.subjects = sp,
		.subject_count = 2,
		.title = {{"The service platform", "Serviceplatformen"}}},
	{.id = "sikkerhed", .subjects = security, .subject_count = 2},
	{.id = "sdi", .subjects = index_of_cases, .subject_count = 1},
	{.id = "valg", .subjects = bare, .subject_count = 2},
	{.id = "nyt", .subjects = two, .subject_count = 1},
	{.id = "gammel", .subjects = old, .subject_count = 1, .retired = true},
	{.id = "aaben", .subjects = open_data, .subject_count = 1},
};

static const struct block blocks[] = {
	{.tag = "sp", .list = "sp"},
	{.tag = "sp", .list = "sp-critical"},
	{.tag = "sp", .list = "sp-inform"},
	{.tag = "valg", .list = "valg"},
	{.tag = "*", .list = "rest"},
	{.tag = "*", .list = "rest-critical"},
};

static struct route_tag of_sp[] = {{.id = "serviceplatformen", .known = &tags[0]}, {.id = "ny"}};
static struct route_tag of_valg[] = {{.id = "valg", .known = &tags[3]}};
static struct route_tag of_rest[] = {{.id = "*"}};

static struct route routes[] = {
	{.tag = "serviceplatformen",
		.tags = of_sp,
		.tag_count = 2,
		.ordinary = &blocks[0],
		.critical = &blocks[1],
		.inform = &blocks[2]},
	{.tag = "valg", .tags = of_valg, .tag_count = 1, .ordinary = &blocks[3]},
	{.tag = "*",
		.tags = of_rest,
		.tag_count = 1,
		.ordinary = &blocks[4],
		.critical = &blocks[5]},
};

static const struct mapping mapping = {.tags = tags,
	.tag_count = ROWS(tags),
	.routes = routes,
	.route_count = ROWS(routes),
	.block_count = ROWS(blocks)};

static const char *ignored[] = {
	"[EKSTERN]", "EXTERN:", "[Ticket#*]", "INC*", "[A * b *]", "*", "", " * "};

static const struct mailbox_settings mailbox = {.address = "infra@eksempel.dk",
	.ignore = {ignored, ROWS(ignored)},
	.probe = "postvagt@eksempel.dk"};

static void add_meaning(struct strbuf *out, const struct mail_meaning *meaning)
{
	static const char *const courses[] = {"", "loop", "answer", "probe"};

	for (size_t i = 0; i < meaning->tag_count; i++)
		strbuf_add_item(out, " ", meaning->tags[i]->id);
	for (size_t i = 0; i < meaning->unknown_count; i++)
		strbuf_add_item(out, " ", meaning->unknown[i]);
	if (meaning->is_high)
		strbuf_add_item(out, " ", "!");
	if (meaning->course != MAIL_TO_LISTS)
		strbuf_add_item(out, " ", courses[meaning->course]);
	if (meaning->field)
		strbuf_add_item(out, " ", meaning->field);
}

static void expect(const char *header_text, const char *expected)
{
	struct arena *arena = arena_new();
	const struct matcher *matcher = matcher_new(arena, &mapping, &mailbox);
	struct strbuf found = STRBUF_INIT;
	struct mail_header header;
	struct mail_meaning meaning;

	mail_header_read(&header, arena, header_text, strlen(header_text));
	matcher_read(matcher, arena, &header, &meaning);
	add_meaning(&found, &meaning);
	assert_string_equal(found.text, expected);
	strbuf_release(&found);
	arena_free(arena);
}

/* Expect of a subject: ids of tags, unknown tags, "!" for high priority. */
static void expect_subject(const char *subject, const char *expected)
{
	struct strbuf header = STRBUF_INIT;

	strbuf_addf(&header, "Subject: %s\r\n", subject);
	expect(header.text, expected);
	strbuf_release(&header);
}

static void test_tags(void **state)
{
	static const struct {
		const char *subject, *expected;
	} cases[] = {
		{"", ""},
		{"Driftsinformation", ""},
		{"[Serviceplatformen] Drift", "serviceplatformen"},
		{"SV: [serviceplatformen] drift", "serviceplatformen"},
		{"VS: [sp]", "serviceplatformen"},
		{"[SP] og [Serviceplatformen]", "serviceplatformen"},
		{"[Sikkerhed][SP]", "serviceplatformen sikkerhed"},
		{"[SIKKERHEDSHÆNDELSE]", "sikkerhed"},
		{"[Sikkerhedsh\xE6ndelse] nu", "sikkerhed"},
		{"=?utf-8?Q?[Sikkerhedsh=C3?=\r\n =?utf-8?Q?=A6ndelse]_nu?=", "sikkerhed"},
		{"[Sikker\r\n hed]", "[Sikker hed]"},
		{"[Støtte]", "[Støtte]"},
		{"[Sags-  og\tdokumentindeks]", "sdi"},
		{"[Sags-\xC2\xA0og\xE2\x80\x83 Dokumentindeks]", "sdi"},
		{"[ SP ]", "serviceplatformen"},
		{"[\xC2\xA0SP\xE2\x80\xAF]", "serviceplatformen"},
		{"[S\xC2\xADP]", "serviceplatformen"},
		{"[\xE2\x80\x8BSP\xEF\xBB\xBF]", "serviceplatformen"},
		{"\xE2\x80\xAA[SP]\xE2\x80\xAC x", "serviceplatformen"},
		{"[S P]", "[S P]"},
		{"[\xC3\x85"
		 "bne data]",
			"aaben"},
		{"[A\xCC\x8A"
		 "bne data]",
			"aaben"},
		{"[\xE2\x84\xAB"
		 "bne data]",
			"aaben"},
		{"[\xC3\xA5"
		 "BNE  DATA ]",
			"aaben"},
		{"[Abne data]", "[Abne data]"},
		{"Serviceplatformen", ""},
		{"(SP) x", ""},
		{"om KOMBIT VALG 2027", "valg"},
		{"[kombit valg] nu", "valg"},
		{"KOMBIT-valg", ""},
		{"KOMBIT Valgkort", ""},
		{"[KOMBIT Valgkort]", "[KOMBIT Valgkort]"},
		{"nyKOMBIT Valg", ""},
		{"KOMBIT Valg: nu", "valg"},
		{"sf1500", "valg"},
		{"(SF1500)", "valg"},
		{"SF1500-nedbrud", "valg"},
		{"SF15001 og SF1500x og xSF1500 og SF1500ø", ""},
		{"[SF 1500]", "[SF 1500]"},
		{"[KOMBIT] [Nyt] nu", "nyt"},
		{"[KOMBIT] nu", "[KOMBIT]"},
		{"[Gammel] post", "gammel"},
		{"[Ny] post", "ny"},
		{"[Sikerhed] [Sikerhed] [SIKERHED]", "[Sikerhed]"},
		{"[Ukendt] [SP] [Andet]", "serviceplatformen [Ukendt] [Andet]"},
		{"[Ukendt SF1500]", "valg"},
		{"[2026-117] [#12]", ""},
		{"[Sag 2026-117]", "[Sag 2026-117]"},
		{"[]", ""},
		{"[[Ukendt]]", "[Ukendt]"},
		{"[a [Ukendt] b]", "[Ukendt]"},
		{"[a [SP] b]", "serviceplatformen"},
		{"] [ Ukendt ]", "[Ukendt]"},
		{"[Ukendt", ""},
		{"[Høj prioritet] [SP]", "serviceplatformen !"},
		{"[postvagt-probe 12] x", "probe"},
		{"[Postvagt-Probe 12] [SP]", "serviceplatformen probe"},
		/* a probe is one by its exact text, as the rules know it; others are no probe of ours */
		{"[ postvagt-probe 12] [SP]", "serviceplatformen"},
		{"[postvagt-probe  12] [SP]", "serviceplatformen probe"},
		{"[postvagt-probe]", "[postvagt-probe]"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].subject); i++)
		expect_subject(cases[i].subject, cases[i].expected);
}

static void test_ignored(void **state)
{
	static const struct {
		const char *subject, *expected;
	} cases[] = {
		{"[EKSTERN] [SP] x", "serviceplatformen"},
		{"[ ekstern ]", ""},
		{"[EKSTERNT]", "[EKSTERNT]"},
		{"EXTERN: x", ""},
		{"NEXTERN: [x]", "[x]"},
		{"[Ticket#12] x", ""},
		{"[Ticket#12 SF1500] x", ""},
		{"[Ticket#] [Ukendt]", "[Ukendt]"},
		{"[Ticket#[SP]] x", "serviceplatformen"},
		{"[Ticket#1][Ticket#2] [Ukendt] [x]", "[Ukendt] [x]"},
		{"[Ticket#[EKSTERN]]", "[Ticket#[EKSTERN]]"},
		{"INC0012345 SF1500", "valg"},
		{"[INC0012345 SF1500]", "valg"},
		{"KOMBIT [EKSTERN] Valg", ""},
		{"[A 1 b 2]", ""},
		{"[A 1 [b 2]", "[b 2]"},
		{"[A a b b b c]", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].subject); i++)
		expect_subject(cases[i].subject, cases[i].expected);
}

static void test_priority(void **state)
{
	static const struct {
		const char *subject;
		bool is_high;
	} cases[] = {
		/* First. */
		{"! x", true},
		{"!x", true},
		{"!!! [SP] x", true},
		{"! ! x", true},
		{"[!] x", true},
		{"[ !! ] x", true},
		{"(!) x", true},
		{"\xEF\xBC\x81 x", true},
		{"\xEF\xBC\xBB\xEF\xBC\x81\xEF\xBC\xBD x", true},
		{"(!] x", false},
		{"SV: ! [SP] x", true},
		{"SV: VS:Re[2]: FW : ! x", true},
		{"AW: [EKSTERN] Fwd: EXTERN: ! x", true},
		{"[EKSTERN] ! [SP] x", true},
		{"[EKSTERN]! x", true},
		{"[Ticket#1] RE\xEF\xBC\x9A ! x", true},
		{"Svar ! x", false},
		{"Vedr: ! x", false},
		{"\xC2\xA0\xE2\x80\x8B! x", true},
		/* Behind the first tags. */
		{"[SP] ! x", true},
		{"[SP]! x", true},
		{"[SP]!", true},
		{"[SP][!] x", true},
		{"[SP] [Sikkerhed]! x", true},
		{"SV: [SP] [EKSTERN] ! x", true},
		{"SF1500 ! x", true},
		{"[SF1500] ! x", true},
		{"(SF1500)! x", true},
		{"[Ukendt] ! x", false},
		{"[SP] x ! y", false},
		{"[SP] Haster! x", false},
		{"[SP]: ! x", false},
		{"x [SP] ! y", false},
		{"x [SP]! [Sikkerhed] y", false},
		/* Before a tag. */
		{"[Ukendt] ! [SP] x", true},
		{"Ukendt: ![SP] x", true},
		{"Ukendt: [!] [EKSTERN] [SP] x", true},
		{"Haster! [SP] x", false},
		{"Haster ! [SP] x", false},
		{"Haster [EKSTERN] !! [SP] x", false},
		{"[Ukendt] ! x [SP]", false},
		{"[Ukendt] ! [Andet]", false},
		/* Words. */
		{"Høj prioritet: [SP] x", true},
		{"HØJ PRIORITET x", true},
		{"Højprioritet x", true},
		{"hoejprioritet x", true},
		{"SV: Højeste prioritet x", true},
		{"Prioritet: Høj x", true},
		{"Prioritet : høj x", true},
		{"Prioritet:hoej x", true},
		{"Prioritet 1 x", true},
		{"Prioritet1: x", true},
		{"Prioritet 10 x", false},
		{"Prioritet 2 x", false},
		{"Lav prioritet: x", false},
		{"Høj prioritering: x", false},
		{"Ny sag, høj prioritet: x", true},
		{"Ny sag, ikke høj prioritet: x", false},
		{"Ikke høj prioritet [SP] x", false},
		{"[ikke Høj prioritet: x", false},
		{"Mikke høj prioritet: x", true},
		{"Ny sag, høj prioritet x", false},
		{"Ny sag (høj prioritet) x", true},
		{"Ny sag [ Prioritet 1 ] x", true},
		{"Ny sag (om høj prioritet) x", false},
		{"Ny sag [SP] høj prioritet x", true},
		{"Ny sag høj prioritet [SP] x", true},
		{"Ny sag høj prioritet, [SP] x", false},
		{"uhøj prioritet: x", false},
		{"h\xC3\xB8j\xC2\xA0prioritet x", true},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].subject); i++) {
		struct arena *arena = arena_new();
		struct mail_header header = {.subject = cases[i].subject};
		struct mail_meaning meaning;

		matcher_read(matcher_new(arena, &mapping, &mailbox), arena, &header, &meaning);
		assert_int_equal(meaning.is_high, cases[i].is_high);
		assert_int_equal(meaning.course, MAIL_TO_LISTS);
		arena_free(arena);
	}
}

static void test_course(void **state)
{
	static const struct {
		const char *header, *expected;
	} cases[] = {
		{"Return-Path: <>\n", "answer Return-Path"},
		{"Return-Path: < >\n", "answer Return-Path"},
		{"Return-Path: <a@b.dk>\nReturn-Path: <>\n", ""},
		{"Return-Path:\n", ""},
		{"Auto-Submitted: auto-replied\n", "answer Auto-Submitted"},
		{"auto-submitted:  Auto-Replied (vacation)\n", "answer Auto-Submitted"},
		{"Auto-Submitted: auto-notified; owner-email=\"a\"\n", "answer Auto-Submitted"},
		{"Auto-Submitted: auto-generated\n", ""},
		{"Auto-Submitted: no\n", ""},
		{"Content-Type: multipart/report; report-type=delivery-status\n",
			"answer Content-Type"},
		{"Content-Type: Multipart/Report\n", "answer Content-Type"},
		{"Content-Type: multipart/reports\n", ""},
		{"Content-Type: text/calendar; method=REPLY\n", "answer Content-Type"},
		{"Content-Type: TEXT/CALENDAR; charset=utf-8;\n method=\"reply\"\n",
			"answer Content-Type"},
		{"Content-Type: text/calendar; method=REQUEST\n", ""},
		{"Content-Type: text/calendar; method=REQUEST; name=\"a;method=REPLY\"\n", ""},
		{"Content-Type: text/calendar; method=REPLYING\n", ""},
		{"Content-Type: text/calendar; x-method=REPLY\n", ""},
		{"Content-Type: text/plain; method=REPLY\n", ""},
		{"X-Autoreply: yes\n", "answer X-Autoreply"},
		{"X-Autorespond:\n", "answer X-Autorespond"},
		{"X-Autogenerated: Reply\n", "answer X-Autogenerated"},
		{"X-Autogenerated: Forward\n", ""},
		{"X-Auto-Response-Suppress: All\nPrecedence: junk\n", ""},
		{"Precedence: auto_reply\n", ""},
		{"Subject: Automatisk svar: [SP] x\n", "serviceplatformen answer"},
		{"Subject: SV: [EKSTERN] AUTOMATIC  REPLY: x\n", "answer"},
		{"Subject: Ikke p=?utf-8?Q?=C3=A5?= kontoret\n", "answer"},
		{"Subject: Ikke p\xE5 kontoret\n", "answer"},
		{"Subject: Automatisk svarer\n", ""},
		{"Subject: Om automatisk svar: x\n", ""},
		{"Subject: [SP] Automatisk svar: x\n", "serviceplatformen"},
		{"X-Loop: infra@eksempel.dk\n", "loop X-Loop"},
		{"X-Loop: <INFRA@eksempel.dk>\n", "loop X-Loop"},
		{"x-sieve-redirected-from: a@b.dk, infra@eksempel.dk\n",
			"loop X-Sieve-Redirected-From"},
		{"X-MS-Exchange-Inbox-Rules-Loop: infra@eksempel.dk\nX-Autoreply: yes\n",
			"loop X-MS-Exchange-Inbox-Rules-Loop"},
		{"X-Loop: xinfra@eksempel.dk\n", ""},
		{"X-Loop: infra@eksempel.dk.example\n", ""},
		{"X-Loop: infra@eksempel.dkx\n", ""},
		{"X-Loop: infra@eksempel\n", ""},
		{"Importance: high\n", "!"},
		{"X-Priority: 1 (Highest)\n", "!"},
		{"X-Priority: High\n", "!"},
		{"X-Priority: Highest\n", "!"},
		{"X-Priority: 10\n", ""},
		{"X-MSMail-Priority: Urgent\n", "!"},
		{"Priority: non-urgent\n", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].header); i++)
		expect(cases[i].header, cases[i].expected);
}

static void test_lists(void **state)
{
	static const struct {
		const char *header, *expected;
	} cases[] = {
		{"Subject: [SP]\n", "sp sp-inform"},
		{"Subject: ! [SP]\n", "sp-critical sp-inform"},
		{"Subject: [SP] [Serviceplatformen] [Ny]\n", "sp sp-inform"},
		{"Subject: [Ny] x\n", "sp sp-inform"},
		{"Subject: ! [SP] SF1500\n", "sp-critical sp-inform valg"},
		{"Subject: [SP] [Sikkerhed] [Ukendt]\n", "sp sp-inform"},
		{"Subject: [Sikkerhed]\n", "rest"},
		{"Subject: [Ukendt] x\nImportance: high\n", "rest-critical"},
		{"Subject: x\n", "rest"},
		{"", "rest"},
		{"Subject: [SP]\nX-Autoreply: yes\n", ""},
		{"Subject: [SP]\nX-Loop: infra@eksempel.dk\n", ""},
		{"Subject: [postvagt-probe 1] [SP]\n", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].header); i++) {
		struct arena *arena = arena_new();
		const struct matcher *matcher = matcher_new(arena, &mapping, &mailbox);
		struct strbuf found = STRBUF_INIT;
		struct mail_header header;
		struct mail_meaning meaning;
		struct mail_lists lists;

		mail_header_read(&header, arena, cases[i].header, strlen(cases[i].header));
		matcher_read(matcher, arena, &header, &meaning);
		matcher_lists(matcher, arena, &meaning, &lists);
		for (size_t j = 0; j < lists.count; j++)
			strbuf_add_item(&found, " ", lists.items[j]->list);
		assert_string_equal(found.text, cases[i].expected);
		strbuf_release(&found);
		arena_free(arena);
	}
}

/* Without an address no loop is found, without a probe address no probe. */
static void test_nothing_set(void **state)
{
	static const struct mailbox_settings bare_mailbox;
	static const struct mapping empty;
	struct arena *arena = arena_new();
	const struct matcher *matcher = matcher_new(arena, &empty, &bare_mailbox);
	static const char text[] = "Subject: [postvagt-probe 1]\nX-Loop: infra@eksempel.dk\n";
	struct mail_header header;
	struct mail_meaning meaning;
	struct mail_lists lists;

	mail_header_read(&header, arena, text, strlen(text));
	matcher_read(matcher, arena, &header, &meaning);
	matcher_lists(matcher, arena, &meaning, &lists);
	assert_int_equal(meaning.course, MAIL_TO_LISTS);
	assert_int_equal(meaning.tag_count + meaning.unknown_count + lists.count, 0);
	arena_free(arena);
}

static void test_bounds(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct arena *arena = arena_new();
	const struct matcher *matcher = matcher_new(arena, &mapping, &mailbox);
	struct mail_header header;
	struct mail_meaning meaning;

	for (int i = 0; i < 100; i++)
		strbuf_addf(&text, "[nr %d]", i);
	header = (struct mail_header){.subject = text.text};
	matcher_read(matcher, arena, &header, &meaning);
	assert_int_equal(meaning.unknown_count, SUBJECT_UNKNOWN_MAX);
	strbuf_reset(&text);
	strbuf_addc(&text, '[');
	for (int i = 0; i < SUBJECT_UNKNOWN_LONGEST; i++)
		strbuf_addc(&text, 'a');
	strbuf_addc(&text, ']');
	header.subject = text.text;
	matcher_read(matcher, arena, &header, &meaning);
	assert_int_equal(meaning.unknown_count, 0);
	strbuf_release(&text);
	arena_free(arena);
}

static void test_nearest(void **state)
{
	static const struct {
		const char *unknown, *id; /* NULL: none */
	} cases[] = {
		{"[Servicplatformen]", "serviceplatformen"},
		{"[the service platfrom]", "serviceplatformen"},
		{"[SIKKERHEDSHAENDELSE]", "sikkerhed"},
		{"[Sag- og Dokumentindeks]", "sdi"},
		{"[Noget helt andet]", NULL},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].unknown); i++) {
		const struct tag *tag = nearest_tag(&mapping, arena, cases[i].unknown);

		if (cases[i].id)
			assert_string_equal(tag ? tag->id : "(none)", cases[i].id);
		else
			assert_null(tag);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_course),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_nothing_set),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
