/* What an IMAP server says: framed in pieces and as a whole, and read; and names of folders. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "fuzz.h"
#include "mail/imap/imap_name.h"
#include "mail/imap/imap_response.h"

static void expect_inside(const char *bytes, size_t length, struct imap_text text)
{
	if (text.bytes && text.length > 0)
		fuzz_expect(text.length <= length, "a text is no longer than what it is from");
	(void)bytes;
}

static void try_name(struct imap_text name)
{
	struct strbuf readable = STRBUF_INIT, wire = STRBUF_INIT;

	imap_name_decode(&readable, name.bytes, name.length);
	imap_name_encode(&wire, readable.text);
	imap_name_quote(&wire, readable.text);
	fuzz_expect(!strpbrk(wire.text, "\r\n"), "a name does not end a command");
	strbuf_release(&readable);
	strbuf_release(&wire);
}

static void read_response(const char *bytes, size_t length)
{
	struct arena *arena = arena_new();
	struct imap_response response;
	const char *expected = NULL;

	if (!imap_response_read(bytes, length, arena, &response, &expected)) {
		fuzz_expect(expected != NULL, "what was expected is told");
	} else {
		expect_inside(bytes, length, response.words);
		expect_inside(bytes, length, response.mail.header);
		fuzz_expect(response.found_count <= length, "each mail found takes a byte");
		fuzz_expect(response.namespace_count <= IMAP_NAMESPACES_MAX &&
				response.limit_count <= IMAP_LIMITS_MAX,
			"lists of extensions are bounded");
		for (size_t i = 0; i < response.namespace_count; i++)
			try_name(response.namespaces[i].prefix);
		if (response.kind == IMAP_LIST)
			try_name(response.folder.name);
	}
	arena_free(arena);
}

/* However the bytes come in, the responses are the same. */
static size_t frame(const char *bytes, size_t length, size_t step)
{
	struct imap_frame frame = {0};
	enum imap_framing framing = IMAP_FRAME_MORE;

	for (size_t have = 0; framing == IMAP_FRAME_MORE && have <= length; have += step)
		framing = imap_frame(&frame, bytes, have);
	if (framing == IMAP_FRAME_MORE)
		framing = imap_frame(&frame, bytes, length);
	fuzz_expect(frame.end <= length || framing == IMAP_FRAME_BAD, "a frame ends in its bytes");
	return framing == IMAP_FRAME_WHOLE ? frame.end : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	size_t at = 0, end;

	while (at < size && (end = frame(text + at, size - at, size)) > 0) {
		fuzz_expect(frame(text + at, size - at, 7) == end, "pieces make no difference");
		read_response(text + at, end);
		at += end;
	}
	try_name((struct imap_text){text, size});
	free(text);
	return 0;
}
