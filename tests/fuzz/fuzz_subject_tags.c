/* A mail's header, as a stranger wrote it: decoded, and its tags found. */
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "fuzz.h"
#include "mail/imap/header.h"
#include "mailbox/subject_tags.h"
#include "model/mapping.h"

static const char *sp[] = {"[Serviceplatformen]", "[SP]"};
static const char *security[] = {"[Sikkerhedshændelse]", "Sikkerhed nu"};

static struct tag tags[] = {
	{.id = "serviceplatformen", .subjects = sp, .subject_count = 2},
	{.id = "sikkerhed", .subjects = security, .subject_count = 2},
};

static const struct mapping mapping = {.tags = tags, .tag_count = 2};

static void expect_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		fuzz_expect((unsigned char)text[i] >= ' ' && text[i] != 0x7F,
			"no control character comes out");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const struct subjects *subjects = subjects_new(arena, &mapping);
	struct header header = HEADER_INIT;
	struct subject_tags subject;
	char *text = fuzz_text(data, size);

	header_read(&header, text, size);
	expect_plain(header.subject.text, header.subject.length);
	fuzz_expect(!u8_check((const uint8_t *)header.subject.text, header.subject.length),
		"a subject is UTF-8");
	fuzz_expect(header.subject.length <= 3 * size, "decoding adds no more than it may");
	subject_tags_read(subjects, arena, header.subject.text, &subject);
	fuzz_expect(subject.tag_count <= 2, "each tag once");
	for (size_t i = 0; i < subject.unknown_count; i++) {
		fuzz_expect(strlen(subject.unknown[i]) <= SUBJECT_UNKNOWN_LONGEST,
			"an unknown tag is short");
		subjects_nearest(subjects, arena, subject.unknown[i]);
	}
	free(text);
	header_release(&header);
	arena_free(arena);
	return 0;
}
