/*
 * What jq's process says, as if somebody else had written it: taken as a whole and in parts it comes to the same, and of
 * a program's failure no more is kept than kinds of values.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jq/jq_output.h"
#include "base/jq/jq_process.h"
#include "base/text/strbuf.h"
#include "fuzz.h"

#define RECORDS_MAX 20

struct jq_taken {
	struct jq_result result;
	struct strbuf records;
	bool is_good, is_whole;
};

/* Take it in parts of so many bytes. */
static struct jq_taken take(const uint8_t *data, size_t size, size_t part)
{
	struct jq_taken taken = {.records = STRBUF_INIT, .is_good = true};
	struct jq_output output;

	jq_output_init(&output, &taken.result, &taken.records, RECORDS_MAX);
	for (size_t at = 0; taken.is_good && at < size; at += part)
		taken.is_good = jq_output_add(&output, (const char *)data + at,
			part < size - at ? part : size - at);
	taken.is_whole = jq_output_is_whole(&output);
	jq_output_release(&output);
	return taken;
}

static void release(struct jq_taken *taken)
{
	strbuf_release(&taken->result.words);
	strbuf_release(&taken->records);
}

static void check(const struct jq_taken *taken)
{
	const struct jq_result *result = &taken->result;
	struct jq_run run = {.result = *result, .records_max = RECORDS_MAX};
	struct strbuf problem = STRBUF_INIT;

	fuzz_expect(taken->is_good || result->end == JQ_BROKEN || result->end == JQ_RECORDS,
		"what is not taken is not done");
	fuzz_expect(result->end != JQ_DONE || result->words.length == 0, "a good end has no words");
	fuzz_expect(result->end != JQ_FAILED || result->words.length == 0 ||
			strncmp(result->words.text, "Cannot i", 8) == 0,
		"a failure quotes nothing");
	jq_run_add_problem(&problem, &run, 2);
	fuzz_expect_safe_text(problem.text);
	strbuf_release(&problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct jq_taken whole = take(data, size, size + 1);

	check(&whole);
	for (size_t part = 1; part < 8; part += 3) {
		struct jq_taken parts = take(data, size, part);

		check(&parts);
		fuzz_expect(parts.is_good == whole.is_good && parts.is_whole == whole.is_whole &&
				parts.result.end == whole.result.end &&
				parts.result.page == whole.result.page &&
				strcmp(parts.result.words.text, whole.result.words.text) == 0 &&
				strcmp(parts.records.text, whole.records.text) == 0,
			"parts come to the same as the whole");
		release(&parts);
	}
	release(&whole);
	return 0;
}
