/* Notices that wait on disk: what can be read is written and read the same, and makes a mail that is one. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "fuzz.h"
#include "mail/smtp/message.h"
#include "notices/notice.h"
#include "notices/notice_json.h"
#include "notices/notice_text.h"

static void expect_again(const struct notice *notice, struct arena *arena)
{
	struct strbuf text = STRBUF_INIT, second = STRBUF_INIT;
	struct notice again;

	notice_json_add(&text, notice);
	fuzz_expect(notice_json_read(&again, text.text, text.length, arena),
		"what was read can be kept");
	notice_json_add(&second, &again);
	fuzz_expect(strcmp(text.text, second.text) == 0, "what is kept is what was read");
	strbuf_release(&text);
	strbuf_release(&second);
}

/* Lines end with CRLF, are not too long, and one empty line ends the head; all of it is ASCII. */
static void expect_mail(const char *mail)
{
	size_t length = 0;

	fuzz_expect(strstr(mail, "\r\n\r\n") != NULL, "a head has an end");
	for (; *mail; mail++) {
		bool is_end = mail[0] == '\r' && mail[1] == '\n';

		fuzz_expect(is_end || (*mail >= ' ' && *mail <= '~') || *mail == '\t',
			"a mail is printing ASCII");
		length = is_end ? 0 : length + 1;
		fuzz_expect(length <= 400, "a line has an end");
		mail += is_end;
	}
}

static void try_mail(const struct notice *notice)
{
	static const struct mapping mapping = {.tag_count = 0};
	static const struct settings settings = {.mailbox = {.name = "postkassen"}};
	struct strbuf subject = STRBUF_INIT, body = STRBUF_INIT, mail = STRBUF_INIT;

	notice_text_subject(&subject, notice, &mapping, &settings, 1796016600);
	notice_text_body(&body, notice, &mapping, &settings, 1796016600);
	message_add(&mail,
		&(struct message){
			.from = "postvagt@eksempel.dk",
			.to_name = notice->name,
			.to = notice->mail,
			.subject = subject.text,
			.id = "1@eksempel.dk",
			.body = body.text,
		});
	expect_mail(mail.text);
	strbuf_release(&subject);
	strbuf_release(&body);
	strbuf_release(&mail);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = fuzz_text(data, size);
	struct notice notice;

	if (notice_json_read(&notice, text, size, arena)) {
		expect_again(&notice, arena);
		try_mail(&notice);
	}
	free(text);
	arena_free(arena);
	return 0;
}
