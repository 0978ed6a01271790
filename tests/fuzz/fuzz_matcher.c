/* A mail's header, as a stranger wrote it: decoded, and its meaning found. */
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "fuzz.h"
#include "matcher/mail_header.h"
#include "matcher/matcher.h"
#include "model/mapping.h"
#include "model/settings.h"

static const char *sp[] = {"[Serviceplatformen]", "[SP]"};
static const char *security[] = {"[Sikkerhedshændelse]", "Sikkerhed nu"};

static struct tag tags[] = {
	{.id = "serviceplatformen", .subjects = sp, .subject_count = 2},
	{.id = "sikkerhed", .subjects = security, .subject_count = 2},
};

static const struct mapping mapping = {.tags = tags, .tag_count = 2};

static const char *ignored[] = {"[EKSTERN]", "[Ticket#*]", "INC*", "a*b*c", "*:*"};
static const struct mailbox_settings mailbox = {
	.address = "infra@eksempel.dk", .ignore = {ignored, 5}, .probe = "p@eksempel.dk"};

static void expect_plain(const char *text)
{
	for (; *text; text++)
		fuzz_expect((unsigned char)*text >= ' ' && *text != 0x7F,
			"no control character comes out");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const struct matcher *matcher = matcher_new(arena, &mapping, &mailbox);
	struct mail_header header;
	struct mail_meaning meaning, again;
	struct mail_lists lists;
	char *text = fuzz_text(data, size);

	mail_header_read(&header, arena, text, size);
	expect_plain(header.subject);
	fuzz_expect(!u8_check((const uint8_t *)header.subject, strlen(header.subject)),
		"a subject is UTF-8");
	fuzz_expect(strlen(header.subject) <= 3 * size, "decoding adds no more than it may");
	matcher_read(matcher, arena, &header, &meaning);
	matcher_lists(matcher, arena, &meaning, &lists);
	fuzz_expect(meaning.tag_count <= 2, "each tag once");
	fuzz_expect(lists.count == 0, "no list without a route");
	for (size_t i = 0; i < meaning.unknown_count; i++) {
		expect_plain(meaning.unknown[i]);
		fuzz_expect(strlen(meaning.unknown[i]) <= SUBJECT_UNKNOWN_LONGEST,
			"an unknown tag is short");
		header = (struct mail_header){.subject = meaning.unknown[i]};
		matcher_read(matcher, arena, &header, &again);
		fuzz_expect(again.tag_count == 0, "an unknown tag carries no tag");
	}
	free(text);
	arena_free(arena);
	return 0;
}
