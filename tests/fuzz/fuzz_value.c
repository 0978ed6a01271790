/* Single values of a directory or a file: ranges, numbers of AD, names, texts that are folded or split. */
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "config/schema/value.h"
#include "directory/entry/ad_value.h"
#include "directory/entry/range.h"
#include "fuzz.h"
#include "model/reference.h"

static void try_range(const char *text)
{
	struct range range;

	if (range_read(text, "member", &range) == RANGE_READ)
		fuzz_expect(range.is_end || range.first <= range.last, "a range has an order");
}

static void try_numbers(const char *text)
{
	int number;
	moment at;
	bool yes;

	ad_is_disabled(text);
	ad_can_be_primary(text);
	ad_expires(text, &at);
	value_bool(text, &yes);
	value_integer(text, &number);
	if (value_duration(text, &number))
		fuzz_expect(number >= 0, "a duration is not negative");
}

static void try_names(struct arena *arena, const char *text)
{
	struct strbuf safe = STRBUF_INIT;
	const char *folded = text_fold(arena, text, strlen(text)), **parts;
	size_t count = text_split(arena, text, ";", &parts);

	fuzz_expect(strcmp(folded, text_fold(arena, folded, strlen(folded))) == 0 ||
			u8_check((const uint8_t *)text, strlen(text)),
		"what is folded stays so");
	for (size_t i = 0; i < count; i++)
		fuzz_expect(*parts[i], "a part is not empty");
	strbuf_add_safe(&safe, text);
	fuzz_expect_safe_text(safe.text);
	fuzz_expect(!u8_check((const uint8_t *)safe.text, safe.length), "what is safe is UTF-8");
	ad_account_name(arena, text);
	strbuf_release(&safe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	char *text = fuzz_text(data, size);

	try_range(text);
	try_numbers(text);
	try_names(arena, text);
	free(text);
	arena_free(arena);
	return 0;
}
