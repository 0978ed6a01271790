/* Which refusals of Microsoft Graph give a mail up. */
#include "unit.h"

#include <string.h>

#include "mail/graph_send.h"
#include "net/graph.h"

static void test_judge(void **state)
{
	static const struct {
		long status;
		const char *code;
		enum send_result result;
		const char *advises; /* NULL: nothing besides what graph_call() says */
	} cases[] = {
		{400, "ErrorInvalidRecipients", SEND_REFUSED, NULL},
		{403, "ErrorSendAsDenied", SEND_DOWN, "Send As"},
		{403, "ErrorAccessDenied", SEND_DOWN, NULL},
		{400, "ErrorAccessDenied", SEND_DOWN, NULL},
		{403, "ErrorQuotaExceeded", SEND_DOWN, "full"},
		{507, "ErrorQuotaExceeded", SEND_DOWN, "full"},
		{400, "ErrorSubmissionQuotaExceeded", SEND_DOWN, NULL},
		{401, "InvalidAuthenticationToken", SEND_DOWN, NULL},
		{404, "ErrorInvalidUser", SEND_DOWN, NULL},
		{404, "", SEND_DOWN, NULL},
		{429, "ApplicationThrottled", SEND_DOWN, NULL},
		{503, "ServiceUnavailable", SEND_DOWN, NULL},
		{400, "ErrorMimeContentInvalid", SEND_DEFERRED, NULL},
		{400, "errorinvalidrecipients", SEND_DEFERRED, NULL},
		{413, "ErrorMessageSizeExceeded", SEND_DEFERRED, NULL},
		{413, "", SEND_DEFERRED, NULL},
		{0, "", SEND_DOWN, NULL},
		{302, "", SEND_DOWN, NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%ld %s", cases[i].status, cases[i].code);
		i++) {
		struct graph_reply reply = GRAPH_REPLY_INIT;
		const char *advice;

		reply.status = cases[i].status;
		strbuf_adds(&reply.code, cases[i].code);
		assert_int_equal(graph_reply_judge(&reply, &advice), cases[i].result);
		assert_true(cases[i].advises
				? advice != NULL && strstr(advice, cases[i].advises) != NULL
				: advice == NULL);
		graph_reply_release(&reply);
	}
}

/* The connection went within the call, or a gateway gave up on the service: it may have been taken. */
static void test_unknown(void **state)
{
	struct graph_reply reply = GRAPH_REPLY_INIT;
	const char *advice;

	reply.is_unknown = true;
	assert_int_equal(graph_reply_judge(&reply, &advice), SEND_LOST);
	reply.status = 504;
	assert_int_equal(graph_reply_judge(&reply, &advice), SEND_LOST);
	strbuf_adds(&reply.code, "ErrorQuotaExceeded");
	assert_int_equal(graph_reply_judge(&reply, &advice), SEND_DOWN);
	graph_reply_release(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
