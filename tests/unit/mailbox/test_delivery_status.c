/* Whom a bounce is about (RFC 3464). */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "mailbox/delivery_status.h"

#define HEAD "Reporting-MTA: dns; mail.eksempel.dk\r\n\r\n"
#define BO   "Final-Recipient: rfc822; bo@eksempel.dk\r\n"

static void test_read(void **state)
{
	static const struct {
		const char *what, *text, *expected; /* "?": nothing is said of any recipient */
	} cases[] = {
		{"Postfix",
			HEAD "Final-Recipient: rfc822; bo@eksempel.dk\r\n"
			     "Original-Recipient: rfc822;liste@eksempel.dk\r\nAction: failed\r\n"
			     "Status: 5.1.1\r\nDiagnostic-Code: X-Postfix; unknown user\r\n",
			"bo@eksempel.dk"},
		{"two of three",
			HEAD BO "Action: failed\r\n\r\nFinal-Recipient: rfc822;ib@eksempel.dk\r\n"
				"Action: delayed\r\n\r\nAction: FAILED\r\n"
				"final-recipient : RFC822 ; <eva@eksempel.dk>\r\n",
			"bo@eksempel.dk eva@eksempel.dk"},
		{"bare LF", "\nAction: failed\nFinal-Recipient: rfc822; bo@eksempel.dk\n",
			"bo@eksempel.dk"},
		{"delayed", HEAD BO "Action: delayed\r\n", ""},
		{"delivered", HEAD BO "Action: delivered\r\n", ""},
		{"no action", HEAD BO, "?"},
		{"an action of no address", HEAD "Action: failed\r\n", ""},
		{"an address without a type",
			"Final-Recipient: bo@eksempel.dk\r\nAction: failed\r\n", ""},
		{"no address", "Final-Recipient: rfc822; bo\r\nAction: failed\r\n", ""},
		{"a control character", "Final-Recipient: rfc822; b\x1b@x\r\nAction: failed\r\n",
			""},
		{"two addresses in one", "Final-Recipient: rfc822; a@x b@y\r\nAction: failed\r\n",
			""},
		{"a longer name", "X-Final-Recipient: rfc822; a@x\r\nAction: failed\r\n", ""},
		{"a shorter one", "Act: failed\r\n", "?"},
		{"a word that begins alike", BO "Action: failed-not\r\n", ""},
		{"nothing", "", "?"},
		{"no fields", "<html>\r\n\r\nfailed\r\n", "?"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		struct arena *arena = arena_new();
		struct delivery_status status;
		struct strbuf told = STRBUF_INIT;

		delivery_status_read(&status, arena, cases[i].text, strlen(cases[i].text));
		for (size_t j = 0; j < status.failed_count; j++)
			strbuf_add_item(&told, " ", status.failed[j]);
		if (!status.has_action)
			strbuf_adds(&told, "?");
		assert_string_equal(told.text, cases[i].expected);
		strbuf_release(&told);
		arena_free(arena);
	}
}

static void test_bounds(void **state)
{
	struct arena *arena = arena_new();
	struct delivery_status status;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 100; i++)
		strbuf_addf(&text, "Final-Recipient: rfc822; a%d@x\r\nAction: failed\r\n\r\n", i);
	delivery_status_read(&status, arena, text.text, text.length);
	assert_int_equal(status.failed_count, DELIVERY_ADDRESSES_MAX);
	assert_string_equal(status.failed[0], "a0@x");
	strbuf_release(&text);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
