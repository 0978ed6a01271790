/* A mail's text: header fields and body, byte for byte; tests/scenario reads whole mails by another parser. */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "mail/smtp/message.h"
#include "mail/smtp/mime.h"

struct text_case {
	const char *text, *expected;
};

static void check(const struct text_case *cases, size_t count,
	void (*add)(struct strbuf *out, const char *text))
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		add(&out, cases[i].text);
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
	}
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define TEN "1234567890"

static void test_text(void **state)
{
	static const struct text_case cases[] = {
		{"Kommunal infrastrukturpostkasse", "Kommunal infrastrukturpostkasse"},
		{"", ""},
		{"Læsø", "=?utf-8?Q?L=C3=A6s=C3=B8?="},
		{"a=?utf-8?Q?b?=", "=?utf-8?Q?a=3D=3Futf-8=3FQ=3Fb=3F=3D?="},
		{"a\r\nBcc: x@y", "a\\0d\\0aBcc: x@y"},
		{"a\xff", "a\\ff"},
		{TEN TEN TEN TEN TEN TEN "1234567",
			"=?utf-8?Q?" TEN TEN TEN TEN TEN "?=\r\n =?utf-8?Q?" TEN "1234567?="},
		/* No letter is cut in two. */
		{TEN TEN TEN TEN "1234567ø",
			"=?utf-8?Q?" TEN TEN TEN TEN "1234567?=\r\n "
			"=?utf-8?Q?=C3=B8?="},
	};

	check(cases, COUNT(cases), mime_add_text);
}

static void test_body(void **state)
{
	static const struct text_case cases[] = {
		{"a\nb\n", "a\r\nb\r\n"},
		{"a", "a\r\n"},
		{"1+1=2\n", "1+1=3D2\r\n"},
		{"-- \nx \ty\t", "--=20\r\nx \ty=09\r\n"},
		{"æ\n.\n", "=C3=A6\r\n.\r\n"},
		{"a\rb\n", "a=0Db\r\n"},
		{TEN TEN TEN TEN TEN TEN TEN "123456",
			TEN TEN TEN TEN TEN TEN TEN "12345=\r\n6\r\n"},
		{TEN TEN TEN TEN TEN TEN TEN "1234æ",
			TEN TEN TEN TEN TEN TEN TEN "1234=\r\n=C3=A6\r\n"},
	};

	check(cases, COUNT(cases), mime_add_body);
}

static void test_mailbox(void **state)
{
	static const struct text_case cases[] = {
		{NULL, "<a@b.dk>"},
		{"", "<a@b.dk>"},
		{"Anna", "\"Anna\"\r\n <a@b.dk>"},
		{"A \"B\" \\ <x@y>, c", "\"A \\\"B\\\" \\\\ <x@y>, c\"\r\n <a@b.dk>"},
		{"Ægir, \"A\" <x@y>", "=?utf-8?Q?=C3=86gir=2C_=22A=22_=3Cx=40y=3E?=\r\n <a@b.dk>"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		mime_add_mailbox(&out, cases[i].text, "a@b.dk");
		assert_string_equal(out.text, cases[i].expected);
		strbuf_release(&out);
	}
}

static void test_address(void **state)
{
	static const char *const good[] = {"a@b", "anna.b+c@x-y.dk", "o'hara@x.dk", "a_b/c=d@x"};
	static const char *const bad[] = {"", "@", "a@", "@b", "a b@c", "a@b c", "a@b@c", "a@b>",
		"<a@b", "a@b\r\nRCPT TO:<c@d>", "a.@b", ".a@b", "a..b@c", "a@b.", "\"a\"@b",
		"a@[127.0.0.1]", "æ@b.dk", "a@læsø.dk", "a,b@c", "a;b@c", "a(b)@c",
		TEN TEN TEN TEN TEN TEN "12345@b"};

	for (size_t i = 0; i < ROWS(good) && row(i, "%s", good[i]); i++)
		assert_true(mime_is_address(good[i]));
	for (size_t i = 0; i < ROWS(bad) && row(i, "%s", bad[i]); i++)
		assert_false(mime_is_address(bad[i]));
}

static void test_message(void **state)
{
	struct strbuf out = STRBUF_INIT, id = STRBUF_INIT;

	message_add_id(&id, "0a-1b", "postvagt@eksempel.dk");
	message_add(&out,
		&(struct message){
			.from_name = "postkassen",
			.from = "postvagt@eksempel.dk",
			.to = "bo@eksempel.dk",
			.subject = "Ny",
			.id = id.text,
			.date = 951827696, /* a leap day */
			.list_name = "postkassen",
			.list_id = "postvagt.eksempel.dk",
			.is_automatic = true,
			.body = "Hej\n",
		});
	assert_string_equal(out.text,
		"Date: Tue, 29 Feb 2000 12:34:56 +0000\r\n"
		"From: \"postkassen\"\r\n <postvagt@eksempel.dk>\r\n"
		"To: <bo@eksempel.dk>\r\n"
		"Subject: Ny\r\n"
		"Message-ID: <postvagt.0a-1b@eksempel.dk>\r\n"
		"List-Id: \"postkassen\"\r\n <postvagt.eksempel.dk>\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"X-Auto-Response-Suppress: All\r\n"
		"User-Agent: postvagt/0.1.0\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"Hej\r\n");
	strbuf_release(&out);
	strbuf_release(&id);
}

/* The local date, on either side of a change of the clock and west of Greenwich. */
static void test_date(void **state)
{
	static const struct {
		const char *zone;
		moment date;
		const char *expected;
	} cases[] = {
		{"Europe/Copenhagen", 1796016600, "Date: Mon, 30 Nov 2026 06:30:00 +0100\r\n"},
		{"Europe/Copenhagen", 1792890000, "Date: Sun, 25 Oct 2026 02:00:00 +0100\r\n"},
		{"Europe/Copenhagen", 1792889999, "Date: Sun, 25 Oct 2026 02:59:59 +0200\r\n"},
		{"America/St_Johns", 1796016600, "Date: Mon, 30 Nov 2026 02:00:00 -0330\r\n"},
		{"UTC", 1796016600, "Date: Mon, 30 Nov 2026 05:30:00 +0000\r\n"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].expected); i++) {
		struct strbuf out = STRBUF_INIT;

		assert_true(moment_zone(cases[i].zone));
		message_add(&out,
			&(struct message){.from = "a@b",
				.to = "c@d",
				.subject = "x",
				.id = "i",
				.date = cases[i].date,
				.body = ""});
		assert_memory_equal(out.text, cases[i].expected, strlen(cases[i].expected));
		strbuf_release(&out);
	}
	assert_true(moment_zone("UTC"));
}

/* Where answers go, and the thread; Thread-Topic stands before Subject. */
static void test_thread(void **state)
{
	struct strbuf out = STRBUF_INIT;

	message_add(&out,
		&(struct message){
			.from = "postvagt@eksempel.dk",
			.reply_to = "vagt@eksempel.dk",
			.to = "bo@eksempel.dk",
			.subject = "[SP] Du er stedfortræder",
			.id = "1@x",
			.thread_id = "2@x",
			.topic = "SP",
			.body = "",
		});
	assert_non_null(strstr(out.text,
		"From: <postvagt@eksempel.dk>\r\n"
		"Reply-To: <vagt@eksempel.dk>\r\n"
		"To: <bo@eksempel.dk>\r\n"
		"Thread-Topic: SP\r\n"
		"Subject: =?utf-8?Q?"));
	assert_non_null(strstr(out.text,
		"Message-ID: <1@x>\r\nIn-Reply-To: <2@x>\r\nReferences: <2@x>\r\nUser-Agent"));
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_body),
		cmocka_unit_test(test_mailbox),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
