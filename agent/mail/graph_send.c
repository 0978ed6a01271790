#include "mail/graph_send.h"

#include <sodium.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/settings.h"
#include "net/graph.h"

/*
 * Codes of the answer's error. [EWS] is "ResponseCode" of the Exchange Web Services reference, whose
 * codes Graph passes on; ErrorSendAsDenied is in "Send Outlook messages from another user".
 */
enum send_result graph_reply_judge(const struct graph_reply *reply, const char **advice)
{
	static const struct {
		const char *code;
		enum send_result result;
	} codes[] = {
		{"ErrorInvalidRecipients", SEND_REFUSED}, /* [EWS] */
		{"ErrorSendAsDenied", SEND_DOWN},
		{"ErrorQuotaExceeded", SEND_DOWN},           /* [EWS]: of the sender's mailbox */
		{"ErrorSubmissionQuotaExceeded", SEND_DOWN}, /* [EWS]: of mails a day */
		{"ErrorAccessDenied", SEND_DOWN},
		{"ErrorMessageSizeExceeded", SEND_DEFERRED}, /* [EWS] */
	};
	const char *code = reply->code.text;

	*advice = NULL;
	if (strcmp(code, "ErrorSendAsDenied") == 0)
		*advice = _("the mailbox of mail.graph may not send as mail.from: write an address "
			    "of its own as mail.from, or give it Send As on that one");
	else if (strcmp(code, "ErrorQuotaExceeded") == 0)
		*advice = _("the mailbox of mail.graph is full: empty it, its Sent Items too");
	for (size_t i = 0; i < COUNT(codes); i++) {
		if (strcmp(code, codes[i].code) == 0)
			return codes[i].result;
	}
	if (reply->is_unknown)
		return SEND_LOST;
	return reply->status == 400 || reply->status == 413 ? SEND_DEFERRED : SEND_DOWN;
}

static void add_base64(struct strbuf *out, const struct strbuf *bytes)
{
	size_t size = sodium_base64_ENCODED_LEN(bytes->length, sodium_base64_VARIANT_ORIGINAL);

	strbuf_reserve(out, size);
	sodium_bin2base64(out->text + out->length, size, (const unsigned char *)bytes->text,
		bytes->length, sodium_base64_VARIANT_ORIGINAL);
	out->length += size - 1;
}

enum send_result graph_send_mail(const struct graph_settings *settings, const struct strbuf *mail,
	int seconds, struct error *err)
{
	struct graph_reply reply = GRAPH_REPLY_INIT;
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;
	struct error failure = ERROR_INIT;
	enum send_result result = SEND_DONE;
	const char *advice = NULL;

	add_base64(&text, mail);
	graph_add_user(&path, settings);
	strbuf_adds(&path, "/sendMail");
	if (graph_call_within(seconds, settings, HTTP_POST, path.text,
		    &(struct graph_body){.content_type = "text/plain", .text = text.text}, &reply,
		    &failure)) {
		result = graph_reply_judge(&reply, &advice);
		error_set(err, failure.kind, advice ? "%s; %s" : "%s", failure.text.text, advice);
	}
	error_release(&failure);
	graph_reply_release(&reply);
	strbuf_release(&path);
	strbuf_release(&text);
	return result;
}
