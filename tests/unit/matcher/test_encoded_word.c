/* Subjects as Outlook, Exchange, Gmail, ticket systems and worse write them, decoded. */
#include "unit.h"

#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "matcher/encoded_word.h"
#include "matcher/mail_header.h"
#include "matcher/priority.h"

static void test_decode(void **state)
{
	static const struct {
		const char *text, *decoded;
	} cases[] = {
		{"", ""},
		{"[Serviceplatformen] Drift", "[Serviceplatformen] Drift"},
		{"=?utf-8?B?W1NpS2tlcmhlZF0gw6bDuMOl?=", "[SiKkerhed] æøå"},
		{"=?UTF-8?q?=5BSikkerhedsh=C3=A6ndelse=5D_nu?=", "[Sikkerhedshændelse] nu"},
		{"=?iso-8859-1?Q?St=F8ttesystem?=", "Støttesystem"},
		{"=?ISO-8859-1*da?Q?=E6=f8=E5?=", "æøå"},
		{"=?windows-1252?Q?=93citat=94_=80?=", "“citat” €"},
		{"=?iso-8859-1?Q?=93?=", "“"},
		{"=?iso-8859-15?Q?=A4?=", "€"},
		{"=?windows-1252?Q?a=81b?=",
			"a\xEF\xBF\xBD"
			"b"},
		/* blanks between two encoded words go, those beside other text stay */
		{"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
		{"=?utf-8?Q?a?=\t  =?iso-8859-1?Q?=E5?=", "aå"},
		{"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c"},
		{"=?utf-8?Q?a_?= =?utf-8?Q?b?=", "a b"},
		/* a character cut in two by its encoder */
		{"=?utf-8?Q?=C3?= =?utf-8?Q?=A6?=", "æ"},
		{"=?utf-8?B?w6Y=?= =?utf-8?B?w7g=?=", "æø"},
		/* anywhere, also without blanks around it */
		{"[=?utf-8?Q?St=C3=B8tte?=]x", "[Støtte]x"},
		/* without padding; with bits over */
		{"=?utf-8?B?w6Y?=", "æ"},
		{"=?utf-8?B?YQ?=", "a"},
		/* what is none stays as it is */
		{"=?utf-8?Q?a", "=?utf-8?Q?a"},
		{"=?utf-8?X?a?=", "=?utf-8?X?a?="},
		{"=?utf-8?B?a b?=", "=?utf-8?B?a b?="},
		/* other charsets of one byte, by their names; ASCII of the rest */
		{"=?ISO_8859-1?B?W1Npa2tlcmhlZHNo5m5kZWxzZV0=?=", "[Sikkerhedshændelse]"},
		{"=?iso-8859-10?B?W1Npa2tlcmhlZHNo5m5kZWxzZV0=?=", "[Sikkerhedshændelse]"},
		{"=?macintosh?Q?[Sikkerhedsh=BEndelse]?=", "[Sikkerhedshændelse]"},
		{"=?windows-1250?B?W1NQXSBaYb/zs+Y=?=", "[SP] Zażółć"},
		{"=?koi8-r?B?W1NQXSDUxdPU?=", "[SP] тест"},
		{"=?gb2312?B?W1NQXSC5yg==?= [x]", "[SP] \xEF\xBF\xBD\xEF\xBF\xBD [x]"},
		{"=?iso-2022-cn-ext?B?YQ==?=", "a"},
		{"=?*da?Q?a?=", "=?*da?Q?a?="},
		{"=?"
		 "?Q?a?=",
			"=?"
			"?Q?a?="},
		{"=?utf-8?Q?"
		 "?=",
			""},
		{"=?", "=?"},
		{"=?utf-8?Q?50=_af?=", "50= af"},
		{"=?utf-8?Q?a b?=", "a b"},
		/* neither ASCII nor encoded */
		{"r\xC3\xA5 tekst", "rå tekst"},
		{"r\xE5 tekst", "rå tekst"},
		/* no control character comes out */
		{"=?utf-8?Q?a=00b=0D=0AX-Evil:_1=1B[31m?=", "a b  X-Evil: 1 [31m"},
		{"=?utf-8?Q?=FF=E5a?=",
			"\xEF\xBF\xBD\xEF\xBF\xBD"
			"a"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf out = STRBUF_INIT;

		encoded_word_decode(&out, cases[i].text, strlen(cases[i].text));
		assert_string_equal(out.text, cases[i].decoded);
		strbuf_release(&out);
	}
}

static void test_long_words(void **state)
{
	struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;

	for (int i = 0; i < 20000; i++)
		strbuf_adds(&text, "=?utf-8?Q?a ");
	encoded_word_decode(&out, text.text, text.length);
	assert_string_equal(out.text, text.text);
	strbuf_release(&text);
	strbuf_release(&out);
}

static void test_header(void **state)
{
	static const struct {
		const char *bytes, *subject;
		bool is_high;
	} cases[] = {
		{"", "", false},
		{"Subject: [SP] drift\r\n\r\n", "[SP] drift", false},
		{"SUBJECT:[SP]\n", "[SP]", false},
		{"Subject : [SP]", "[SP]", false},
		{"Subject: [Service\r\n platformen]\r\n drift\r\n", "[Service platformen] drift",
			false},
		{"Subject: =?utf-8?Q?[Ser?=\r\n\t=?utf-8?Q?vice]?=\r\n", "[Service]", false},
		{"Importance: High\r\nSubject: a\r\n", "a", true},
		{"importance:high\n", "", true},
		{"Importance: normal\n", "", false},
		{"Importance: highest\n", "", false},
		{"X-Priority: 1\n", "", true},
		{"X-Priority: 1 (Highest)\n", "", true},
		{"X-Priority: 2\n", "", true},
		{"X-Priority: 3 (Normal)\n", "", false},
		{"X-Priority: 10\n", "", false},
		{"Priority: urgent\n", "", true},
		{"Priority: non-urgent\n", "", false},
		{"X-MSMail-Priority: HIGH\n", "", true},
		{"X-MSMail-Priority: Low\n", "", false},
		{"X-Importance: high\n", "", false},
		{"Importance:\r\n high\r\n", "", true},
		{"Subject: a\nSubject: b\n", "a b", false},
		{"nothing\nSubject: a\n", "a", false},
		{"\r\nSubject: body\r\n", "", false},
		{" continued\nSubject: a\n", "a", false},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].bytes); i++) {
		struct mail_header header;

		mail_header_read(&header, arena, cases[i].bytes, strlen(cases[i].bytes));
		assert_string_equal(header.subject, cases[i].subject);
		assert_int_equal(priority_is_high_by_fields(&header), cases[i].is_high);
	}
	arena_free(arena);
}

/* What is behind a NUL is read, too. */
static void test_nul(void **state)
{
	static const char bytes[] = "Sub\0ject: a\nSubject: [EKS\0TERN] [SP]\nX-Loop:\0a\n";
	struct arena *arena = arena_new();
	struct mail_header header;

	mail_header_read(&header, arena, bytes, sizeof(bytes) - 1);
	assert_string_equal(header.subject, "[EKS TERN] [SP]");
	assert_string_equal(mail_header_body(&header, "x-loop"), "a");
	assert_null(mail_header_body(&header, "Sub"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
