/* Whose an event is: addresses as they are written, who is left out, and whose calendar it is. */
#include "base/memory/memory.h"
#include "feed/format/ics/ics_component.h"
#include "feed/format/ics/ics_people.h"
#include "ics_case.h"

static const struct feed_settings plain = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "ATTENDEE"}};

static const struct feed_settings organized = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "ORGANIZER", .deputy = "ATTENDEE"}};

static const struct feed_settings summarized = {
	.name = "ferie", .format = FEED_ICS, .fields = {.person = "SUMMARY"}};

static const struct feed_settings personal = {.name = "ferie",
	.format = FEED_ICS,
	.fields = {.person = "ATTENDEE"},
	.person = "anna@x.dk"};

static void test_addresses(void **state)
{
	static const char *const spellings[] = {
		"ATTENDEE:mailto:anna@x.dk",
		"ATTENDEE:MAILTO:anna@x.dk",
		"attendee;cn=Anna:MailTo:anna@x.dk",
		"ATTENDEE:mailto:anna%40x.dk",
		"ATTENDEE:mailto%3Aanna%40x.dk",
		"ATTENDEE:anna%40x.dk",
		"ATTENDEE:mailto: anna@x.dk ",
		"ATTENDEE: mailto:anna@x.dk",
		"ATTENDEE:mailto:<anna@x.dk>",
		"ATTENDEE:<mailto:anna@x.dk>",
		"ATTENDEE:mailto:Anna <anna@x.dk>",
		"ATTENDEE:mailto:%3Canna@x.dk%3E",
		"ATTENDEE:'mailto:anna@x.dk'",
		"ATTENDEE:mailto:'anna@x.dk'",
		"ATTENDEE:\"mailto:anna@x.dk\"",
		"ATTENDEE:mailto:mailto:anna@x.dk",
		"ATTENDEE:mailto:anna@x.dk?subject=ferie&body=x",
		"ATTENDEE:SMTP:anna@x.dk",
		"ATTENDEE:smtp:anna@x.dk",
		"ATTENDEE:anna@x.dk",
		"ATTENDEE;EMAIL=anna@x.dk:urn:uuid:1",
		"ATTENDEE;EMAIL=\"mailto:anna@x.dk\";CN=\"A; B\":/principals/1/",
		"ATTENDEE;EMAIL=bo@x.dk:mailto:anna@x.dk",
		"ATTENDEE;EMAIL=:mailto:anna@x.dk",
		"ATTENDEE;CN=\"Anna; mail: x\":mail\r\n\tto:anna@\r\n x.dk",
	};

	for (size_t i = 0; i < ROWS(spellings) && row(i, "%s", spellings[i]); i++) {
		struct arena *arena = arena_new();
		struct ics_component component;
		char *text =
			arena_format(arena, "BEGIN:VEVENT\r\n%s\r\nEND:VEVENT\r\n", spellings[i]);

		ics_component_parse(&component, arena, text, strlen(text));
		assert_int_equal(component.count, 1);
		assert_string_equal(ics_address(&component.properties[0], arena), "anna@x.dk");
		arena_free(arena);
	}
}

static void test_odd_addresses(void **state)
{
	static const char *const odd[][2] = {
		{"ATTENDEE:1001", "1001"},
		{"ATTENDEE:invalid:nomail", "invalid:nomail"},
		{"ATTENDEE:mailto:a%00b%4", "a%00b%4"},
		{"ATTENDEE:mailto:s%C3%B8ren@x.dk", "s\xC3\xB8ren@x.dk"},
		{"ATTENDEE:mailto:<", "<"},
		{"ATTENDEE:mailto:>", ""},
		{"ATTENDEE:'", ""},
		{"ATTENDEE:mailto:?", ""},
		{"ATTENDEE:100%25", "100%25"},
	};

	for (size_t i = 0; i < ROWS(odd) && row(i, "%s", odd[i][0]); i++) {
		struct arena *arena = arena_new();
		struct ics_component component;
		char *text = arena_format(arena, "BEGIN:VEVENT\n%s\nEND:VEVENT", odd[i][0]);

		ics_component_parse(&component, arena, text, strlen(text));
		assert_string_equal(ics_address(&component.properties[0], arena), odd[i][1]);
		arena_free(arena);
	}
}

static void test_people(void **state)
{
	static const struct ics_case attendees[] = {
		{CALENDAR(EVENT("ATTENDEE;CN=A:MAILTO:a@x.dk\r\nattendee:b\r\n" DAY_OFF)),
			"1 a@x.dk " CHRISTMAS "1 b " CHRISTMAS},
		{CALENDAR(
			 EVENT("ATTENDEE:a@x.dk\r\nATTENDEE;ROLE=CHAIR:mailto:A@X.dk\r\n" DAY_OFF)),
			"1 a@x.dk " CHRISTMAS},
		{CALENDAR(EVENT(
			 "ATTENDEE;PARTSTAT=DECLINED:mailto:a\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:b\r\n" DAY_OFF)),
			"1 b " CHRISTMAS "1 a aside\n"},
		{CALENDAR(EVENT("ATTENDEE;PARTSTAT=declined:mailto:a\r\n" DAY_OFF)), "1 a aside\n"},
		{CALENDAR(EVENT(
			 "ATTENDEE;PARTSTAT=TENTATIVE:a\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:b\r\n" DAY_OFF)),
			"1 a " CHRISTMAS "1 b " CHRISTMAS},
		{CALENDAR(EVENT(
			 "ATTENDEE;CUTYPE=ROOM:mailto:room\r\nATTENDEE;CUTYPE=resource:car\r\n"
			 "ATTENDEE;ROLE=NON-PARTICIPANT:boss\r\nATTENDEE;CUTYPE=INDIVIDUAL:a\r\n"
			 "ATTENDEE;ROLE=OPT-PARTICIPANT;CUTYPE=\"UNKNOWN\":b\r\n" DAY_OFF)),
			"1 a " CHRISTMAS "1 b " CHRISTMAS},
		{CALENDAR(EVENT("ATTENDEE;CUTYPE=ROOM:room\r\n" DAY_OFF)),
			"record 1: line 3: names nobody: ATTENDEE is missing"},
		{CALENDAR(EVENT(DAY_OFF)), "record 1: names nobody: ATTENDEE is missing"},
		{CALENDAR(EVENT("ATTENDEE:mailto:\r\n" DAY_OFF)), "record 1: names nobody"},
		{CALENDAR(EVENT("ATTENDEE:mailto:\xE6\r\n" DAY_OFF)),
			"record 1: line 3: ATTENDEE is not UTF-8"},
		{CALENDAR(EVENT("ATTENDEE:a\r\n" DAY_OFF
				"BEGIN:VALARM\r\nATTENDEE:alarm\r\nEND:VALARM\r\n")),
			"1 a " CHRISTMAS},
	};
	static const struct ics_case organizers[] = {
		{CALENDAR(EVENT(
			 "ORGANIZER:mailto:o@x\r\nATTENDEE:mailto:bo\r\nATTENDEE:mailto:eva\r\n" DAY_OFF)),
			"1 o@x 20261223T230000Z-20261224T230000Z bo;eva\n"},
	};
	static const struct ics_case summaries[] = {
		{CALENDAR(EVENT("SUMMARY:S\xC3\xB8rensen\\, Anna\r\n" DAY_OFF)),
			"1 S\xC3\xB8rensen, Anna " CHRISTMAS},
		{CALENDAR(EVENT("SUMMARY: \r\n" DAY_OFF)), "record 1: names nobody: SUMMARY"},
	};
	static const struct ics_case owners[] = {
		{CALENDAR(EVENT(DAY_OFF)), "1 anna@x.dk " CHRISTMAS},
		{CALENDAR(EVENT("ORGANIZER:mailto:anna@x.dk\r\n" DAY_OFF)),
			"1 anna@x.dk " CHRISTMAS},
		{CALENDAR(EVENT("ATTENDEE;CUTYPE=ROOM:room\r\n" DAY_OFF)),
			"1 anna@x.dk " CHRISTMAS},
		/* whom the owner invites is not away by that; what the owner declined is no absence */
		{CALENDAR(EVENT("ATTENDEE:bo@x.dk\r\nATTENDEE:anna@x.dk\r\n" DAY_OFF)),
			"1 anna@x.dk " CHRISTMAS},
		{CALENDAR(EVENT(
			 "ORGANIZER:bo@x.dk\r\nATTENDEE;PARTSTAT=DECLINED:mailto:Anna@x.dk\r\n" DAY_OFF)),
			"1 anna@x.dk aside\n"},
	};

	CHECK_ALL(&plain, attendees);
	CHECK_ALL(&organized, organizers);
	CHECK_ALL(&summarized, summaries);
	CHECK_ALL(&personal, owners);
}

/* The values of the fields of `only`, as "name=value|value". */
static void test_only(void **state)
{
	static struct only_field fields[] = {{.name = "busystatus"}, {.name = "transp"},
		{.name = "STATUS"}, {.name = "class"}, {.name = "categories"}, {.name = "summary"},
		{.name = "x-godkendt"}};
	static const struct feed_settings only = {.name = "ferie",
		.format = FEED_ICS,
		.fields = {.person = "ATTENDEE"},
		.only = fields,
		.only_count = COUNT(fields)};
	static const struct {
		const char *text, *values;
	} cases[] = {
		{"", ";OPAQUE;;PUBLIC;;;"},
		{"X-MICROSOFT-CDO-BUSYSTATUS:OOF\nTRANSP:TRANSPARENT\nSTATUS:CONFIRMED\nCLASS:PRIVATE\n"
		 "CATEGORIES:Ferie\nSUMMARY:Anna\\, ferie\nX-GODKENDT:Ja\n",
			"OOF;TRANSPARENT;CONFIRMED;PRIVATE;Ferie;Anna, ferie;Ja"},
		{"CATEGORIES;LANGUAGE=da:Ferie,Syg\\,dom,Kursus\ncategories:Andet\n",
			";OPAQUE;;PUBLIC;Ferie|Syg,dom|Kursus|Andet;;"},
		{"x-godkendt:a\nX-Godkendt:b,c\n", ";OPAQUE;;PUBLIC;;;a|b,c"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();
		struct ics_component component;
		struct strbuf got = STRBUF_INIT;
		char *text = arena_format(arena, "BEGIN:VEVENT\n%sEND:VEVENT\n", cases[i].text);
		const struct strings *values;

		ics_component_parse(&component, arena, text, strlen(text));
		values = ics_only_values(&only, &component, arena);
		for (size_t j = 0; j < COUNT(fields); j++) {
			strbuf_adds(&got, j ? ";" : "");
			for (size_t k = 0; k < values[j].count; k++)
				strbuf_addf(&got, "%s%s", k ? "|" : "", values[j].items[k]);
		}
		assert_string_equal(got.text, cases[i].values);
		assert_null(ics_only_values(&plain, &component, arena));
		strbuf_release(&got);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_odd_addresses),
		cmocka_unit_test(test_people),
		cmocka_unit_test(test_only),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
