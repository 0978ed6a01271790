/* An IMAP server's words: framed, read, and refused. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "mail/imap/imap_name.h"
#include "mail/imap/imap_response.h"

/* The frame of a text that comes a byte at a time must be that of the text as a whole. */
static enum imap_framing frame_slowly(const char *text, size_t length, size_t *end)
{
	struct imap_frame frame = {0};
	enum imap_framing result = IMAP_FRAME_MORE;

	for (size_t have = 0; have <= length && result == IMAP_FRAME_MORE; have++)
		result = imap_frame(&frame, text, have);
	*end = frame.end;
	return result;
}

static void test_frame(void **state)
{
	static const struct {
		const char *text;
		enum imap_framing framing;
		size_t end; /* where IMAP_FRAME_WHOLE */
	} cases[] = {
		{"", IMAP_FRAME_MORE, 0},
		{"* OK", IMAP_FRAME_MORE, 0},
		{"* OK ready\r\n* more", IMAP_FRAME_WHOLE, 12},
		{"* OK ready\n", IMAP_FRAME_WHOLE, 11},
		{"* 1 FETCH (BODY[] {3}\r\nabc)\r\nrest", IMAP_FRAME_WHOLE, 29},
		{"* 1 FETCH (BODY[] {3}\r\nab", IMAP_FRAME_MORE, 0},
		{"* 1 FETCH (BODY[] {3}\r\n\r\n\n)\r\n", IMAP_FRAME_WHOLE, 29},
		{"* 1 FETCH (A {1}\r\na B {2+}\r\nbb)\r\n", IMAP_FRAME_WHOLE, 33},
		{"* LIST () \"/\" {0}\r\n\r\n", IMAP_FRAME_WHOLE, 21},
		{"* OK a human may say {5}\r\n", IMAP_FRAME_WHOLE, 26},
		{"p1 NO {5}\r\n", IMAP_FRAME_WHOLE, 11},
		{"+ {5}\r\n", IMAP_FRAME_WHOLE, 7},
		{"p1 NO\n", IMAP_FRAME_WHOLE, 6},
		{"nonsense\r\np2 NO {5}\r\n", IMAP_FRAME_WHOLE, 10},
		{"x{1}\r\n OK {5}\r\nabc", IMAP_FRAME_MORE, 0},
		{"* 1 FETCH (BODY[] {65537}\r\n", IMAP_FRAME_BAD, 0},
		{"* 1 FETCH (BODY[] {99999999999999999999}\r\n", IMAP_FRAME_BAD, 0},
		{"* 1 FETCH (BODY[] {-1}\r\n", IMAP_FRAME_WHOLE, 24},
		{"* 1 FETCH (BODY[] {}\r\n", IMAP_FRAME_WHOLE, 22},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct imap_frame frame = {0};
		size_t slow_end, length = strlen(cases[i].text);
		enum imap_framing framing = imap_frame(&frame, cases[i].text, length);

		if (framing != cases[i].framing)
			print_error("%s\n", cases[i].text);
		assert_int_equal(framing, cases[i].framing);
		assert_int_equal(frame_slowly(cases[i].text, length, &slow_end), framing);
		if (framing == IMAP_FRAME_WHOLE) {
			assert_int_equal(frame.end, cases[i].end);
			assert_int_equal(slow_end, cases[i].end);
		}
	}
}

static void test_endless_line(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct imap_frame frame = {0};

	for (size_t i = 0; i <= IMAP_RESPONSE_MAX; i++)
		strbuf_addc(&text, '1');
	assert_int_equal(imap_frame(&frame, text.text, text.length), IMAP_FRAME_BAD);
	strbuf_release(&text);
}

static void add_text(struct strbuf *out, struct imap_text text)
{
	if (text.bytes)
		strbuf_add(out, text.bytes, text.length);
	else
		strbuf_adds(out, "NIL");
}

static void add_mail(struct strbuf *out, const struct imap_mail *mail)
{
	strbuf_addf(out, "fetch %u %s%s%s ", mail->uid, mail->has_flags ? "" : "?",
		mail->flags & IMAP_SEEN ? "seen" : "", mail->flags & IMAP_DELETED ? "deleted" : "");
	if (mail->flags & IMAP_PASSED_ON)
		strbuf_adds(out, "passed ");
	if (mail->has_arrived)
		strbuf_addf(out, "%lld ", (long long)mail->arrived);
	add_text(out, mail->header);
}

static void add_namespace(struct strbuf *out, const struct imap_namespace *namespace)
{
	static const char *const kinds[] = {"own", "others", "shared"};

	strbuf_addf(out, " %s:", kinds[namespace->kind]);
	add_text(out, namespace->prefix);
	strbuf_addc(out, ':');
	add_text(out, namespace->separator);
}

static void add_limit(struct strbuf *out, const struct imap_quota_limit *limit)
{
	strbuf_addc(out, ' ');
	add_text(out, limit->resource);
	strbuf_addf(out, " %llu/%llu", (unsigned long long)limit->used,
		(unsigned long long)limit->limit);
}

/* A response in one line. */
static void tell(struct strbuf *out, const struct imap_response *response)
{
	static const char *const results[] = {"ok", "no", "bad"};

	switch (response->kind) {
	case IMAP_NOISE:
		strbuf_adds(out, "noise");
		break;
	case IMAP_TAGGED:
		add_text(out, response->tag);
		strbuf_addf(out, " %s ", results[response->result]);
		add_text(out, response->words);
		break;
	case IMAP_BYE:
		strbuf_adds(out, "bye ");
		add_text(out, response->words);
		break;
	case IMAP_CONTINUE:
		strbuf_adds(out, "continue");
		break;
	case IMAP_EXISTS:
		strbuf_addf(out, "exists %u", response->number);
		break;
	case IMAP_SEARCH:
		strbuf_adds(out, "search");
		for (size_t i = 0; i < response->found_count; i++)
			strbuf_addf(out, " %u", response->found[i]);
		break;
	case IMAP_LIST:
		strbuf_addf(out, "list %u ", response->folder.flags);
		add_text(out, response->folder.separator);
		strbuf_addc(out, ' ');
		add_text(out, response->folder.name);
		break;
	case IMAP_FETCH:
		add_mail(out, &response->mail);
		break;
	case IMAP_CAPABILITY:
		strbuf_addf(out, "can %u", response->capabilities);
		break;
	case IMAP_NAMESPACE:
		strbuf_adds(out, "namespace");
		for (size_t i = 0; i < response->namespace_count; i++)
			add_namespace(out, &response->namespaces[i]);
		break;
	case IMAP_QUOTA:
		strbuf_adds(out, "quota");
		for (size_t i = 0; i < response->limit_count; i++)
			add_limit(out, &response->limits[i]);
		break;
	}
}

static void test_read(void **state)
{
	static const struct {
		const char *text, *told; /* NULL: refused */
	} cases[] = {
		{"* OK [UIDNEXT 5] predicted\r\n", "noise"},
		{"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", "can 0"},
		{"* CAPABILITY IMAP4rev1 quota NAMESPACE \r\n", "can 3"},
		{"* CAPABILITY IMAP4rev2 QUOTASET\r\n", "can 1"},
		{"* CAPABILITY\r\n", "can 0"},
		{"* CAPABILITY (QUOTA)\r\n", NULL},
		{"* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n", "namespace own::/"},
		{"* NAMESPACE ((\"INBOX.\" \".\")(\"x\" NIL)) ((\"~\" \"/\" \"X-P\" (\"a\" \"b\"))) "
		 "((\"Public/\" \"/\"))\r\n",
			"namespace own:INBOX.:. own:x:NIL others:~:/ shared:Public/:/"},
		{"* NAMESPACE nil NIL NIL\r\n", "namespace"},
		{"* NAMESPACE (({2}\r\na/ \"/\")) NIL NIL\r\n", "namespace own:a/:/"},
		{"* NAMESPACE NIL NIL\r\n", NULL},
		{"* NAMESPACE ((NIL \"/\")) NIL NIL\r\n", NULL},
		{"* NAMESPACE () NIL NIL\r\n", NULL},
		{"* NAMESPACE ((\"\" \"/\") NIL NIL\r\n", NULL},
		{"* NAMESPACE ((\"\" \"/\")) NIL NIL NIL\r\n", NULL},
		{"* QUOTA \"User quota\" (STORAGE 10 512 MESSAGE 3 9223372036854775807)\r\n",
			"quota STORAGE 10/512 MESSAGE 3/9223372036854775807"},
		{"* QUOTA \"\" ()\r\n", "quota"},
		{"* QUOTA x (STORAGE 1 9223372036854775808)\r\n", NULL},
		{"* QUOTA x (STORAGE 1 92233720368547758070)\r\n", NULL},
		{"* QUOTA x (STORAGE -1 5)\r\n", NULL},
		{"* QUOTA x (STORAGE 1)\r\n", NULL},
		{"* QUOTA x (STORAGE 1 2\r\n", NULL},
		{"* QUOTA x\r\n", NULL},
		{"* QUOTAROOT INBOX \"\"\r\n", "noise"},
		{"* FLAGS (\\Answered \\Seen)\r\n", "noise"},
		{"* 12 EXISTS\r\n", "exists 12"},
		{"* 0 recent\r\n", "noise"},
		{"* 3 EXPUNGE\r\n", "noise"},
		{"* 4294967296 EXISTS\r\n", NULL},
		{"* 12 EXISTS more\r\n", NULL},
		{"* BYE see you\r\n", "bye see you"},
		{"+ go on\r\n", "continue"},
		{"p1 OK done\r\n", "p1 ok done"},
		{"p1 NO [NOPERM] not you\r\n", "p1 no [NOPERM] not you"},
		{"p1 BAD\r\n", "p1 bad "},
		{"p1 MAYBE\r\n", NULL},
		{"p1\r\n", NULL},
		{"\r\n", NULL},
		{"*\r\n", NULL},
		{"* \r\n", NULL},
		{"* SEARCH\r\n", "search"},
		{"* SEARCH 1 22 3\r\n", "search 1 22 3"},
		{"* SEARCH 1 \r\n", "search 1"},
		{"* SEARCH 1 (MODSEQ 17)\r\n", "search 1"},
		{"* SEARCH 0\r\n", NULL},
		{"* SEARCH x\r\n", NULL},
		{"* SEARCH 99999999999\r\n", NULL},
		{"* LIST (\\HasNoChildren) \".\" INBOX\r\n", "list 0 . INBOX"},
		{"* LIST () NIL \"a b\"\r\n", "list 0 NIL a b"},
		{"* LIST (\\Noselect) \"/\" \"a\\\"b\"\r\n", "list 1 / a\"b"},
		{"* LIST (\\Sent \\HasChildren) \"/\" {4}\r\nSent\r\n", "list 10 / Sent"},
		{"* LIST (\\NonExistent \\Trash) \"/\" x (\"CHILDINFO\" (\"A\"))\r\n",
			"list 3 / x"},
		{"* LIST () \"/\" NIL\r\n", NULL},
		{"* LIST () \"/\"\r\n", NULL},
		{"* LIST ( \"/\" x\r\n", NULL},
		{"* LIST () \"/\" \"x\r\n", NULL},
		{"* 1 FETCH (UID 7 FLAGS (\\Seen $Forwarded) INTERNALDATE \"17-Jul-1996 02:44:25 "
		 "-0700\" BODY[HEADER.FIELDS (SUBJECT)]<0> {11}\r\nSubject: a\n)\r\n",
			"fetch 7 seen passed 837596665 Subject: a\n"},
		{"* 1 FETCH (BODY[HEADER.FIELDS (\"SUBJECT\")] \"\" UID 7 FLAGS () INTERNALDATE "
		 "\" 1-Jan-2026 00:00:00 +0100\")\r\n",
			"fetch 7  1767222000 "},
		{"* 1 FETCH (FLAGS (\\Deleted))\r\n", "fetch 0 deleted NIL"},
		{"* 1 FETCH (UID 7 MODSEQ (12) ENVELOPE (\"a\" (NIL NIL) {2}\r\n)( NIL))\r\n",
			"fetch 7 ? NIL"},
		{"* 1 FETCH (UID x)\r\n", NULL},
		{"* 1 FETCH (UID 7\r\n", NULL},
		{"* 1 FETCH UID 7\r\n", NULL},
		{"* 1 FETCH (INTERNALDATE \"yesterday\")\r\n", NULL},
		{"* 1 FETCH (INTERNALDATE \"32-Jul-1996 02:44:25 -0700\")\r\n", NULL},
		{"* 1 FETCH (INTERNALDATE \"17-Jux-1996 02:44:25 -0700\")\r\n", NULL},
		{"* 1 FETCH (INTERNALDATE \"17-Jul-1996 24:44:25 -0700\")\r\n", NULL},
		{"* 1 FETCH (BODY[HEADER.FIELDS (SUBJECT) {3}\r\nabc)\r\n", NULL},
		{"* 1 FETCH (X ((((((((((((((((((((a))))))))))))))))))))))\r\n", NULL},
		{"* 1 FETCH (X )))\r\n", NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct arena *arena = arena_new();
		struct strbuf told = STRBUF_INIT;
		struct imap_response response;
		const char *expected = NULL;
		bool is_good = imap_response_read(cases[i].text, strlen(cases[i].text), arena,
			&response, &expected);

		if (is_good != (cases[i].told != NULL))
			print_error("%s", cases[i].text);
		assert_int_equal(is_good, cases[i].told != NULL);
		if (is_good) {
			tell(&told, &response);
			assert_string_equal(told.text, cases[i].told);
		} else {
			assert_non_null(expected);
		}
		strbuf_release(&told);
		arena_free(arena);
	}
}

/* Each string takes memory for its own length, not for all that follows it. */
static void test_many_strings(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct imap_response response;
	const char *expected = NULL;

	strbuf_adds(&text, "* 1 FETCH (X (");
	while (text.length < IMAP_RESPONSE_MAX / 4)
		strbuf_adds(&text, "\"\" ");
	strbuf_adds(&text, ") UID 7)\r\n");
	assert_true(imap_response_read(text.text, text.length, arena, &response, &expected));
	assert_int_equal(response.mail.uid, 7);
	arena_free(arena);
	strbuf_release(&text);
}

static void test_names(void **state)
{
	static const struct {
		const char *name, *wire;
	} cases[] = {
		{"INBOX", "INBOX"},
		{"Ærø & Øer", "&AMY-r&APg- &- &ANg-er"},
		{"~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"},
		{"æøå", "&AOYA+ADl-"},
		{"\xF0\x9F\x93\xAE", "&2D3c7g-"},
		{"", ""},
	};
	static const char *const odd[] = {"&", "&AOY", "a&b", "&!!-", "&2D0-"};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].name); i++) {
		struct strbuf wire = STRBUF_INIT, name = STRBUF_INIT;

		imap_name_encode(&wire, cases[i].name);
		assert_string_equal(wire.text, cases[i].wire);
		imap_name_decode(&name, wire.text, wire.length);
		assert_string_equal(name.text, cases[i].name);
		strbuf_release(&wire);
		strbuf_release(&name);
	}
	for (size_t i = 0; i < ROWS(odd) && row(i, "%s", odd[i]); i++) {
		struct strbuf name = STRBUF_INIT;

		imap_name_decode(&name, odd[i], strlen(odd[i]));
		assert_string_equal(name.text, odd[i]);
		strbuf_release(&name);
	}
}

static void test_quotes(void **state)
{
	struct strbuf out = STRBUF_INIT;

	imap_name_quote(&out, "a \"b\" \\ c\r\nq LOGOUT");
	assert_string_equal(out.text, "\"a \\\"b\\\" \\\\ cq LOGOUT\"");
	strbuf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_many_strings),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_quotes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
