#include "base/jq/jq_output.h"

#include <stdlib.h>
#include <string.h>

#include "base/jq/jq_protocol.h"
#include "base/memory/memory.h"

void jq_output_init(struct jq_output *output, struct jq_result *result, struct strbuf *records,
	size_t records_max)
{
	*result = (struct jq_result){.end = JQ_BROKEN, .words = STRBUF_INIT};
	*output = (struct jq_output){.result = result,
		.records = records,
		.records_max = records_max,
		.rest = STRBUF_INIT};
}

void jq_output_release(struct jq_output *output)
{
	strbuf_release(&output->rest);
}

/* Whether jq's words begin with `start`, which is passed over then. */
static bool skip_words(const char **words, const char *start)
{
	size_t length = strlen(start);

	if (strncmp(*words, start, length) != 0)
		return false;
	*words += length;
	return true;
}

/* "jq: error: syntax error, unexpected '|' (Unix shell quoting issues?) at <top-level>, line 1:" */
static void keep_compile_error(struct jq_result *result, const char *words)
{
	static const char place[] = " at <top-level>, line ",
			  shell[] = " (Unix shell quoting issues?)";
	const char *end, *cut;

	skip_words(&words, "jq: ");
	skip_words(&words, "error: ");
	end = strstr(words, place);
	result->number = end ? (int)strtol(end + strlen(place), NULL, 10) : 0;
	end = end ? end : words + strlen(words);
	cut = strstr(words, shell);
	if (cut && cut + strlen(shell) == end)
		end = cut;
	strbuf_add(&result->words, words, (size_t)(end - words));
}

/* Keep of jq's words what names kinds of values only: they may quote what was read. */
static void keep_failure(struct jq_result *result, const char *words)
{
	static const char *const deeds[] = {"Cannot iterate over ", "Cannot index "};
	static const char *const kinds[] = {
		"null", "boolean", "number", "string", "array", "object"};

	for (size_t i = 0; i < COUNT(deeds); i++) {
		const char *rest = words;

		if (!skip_words(&rest, deeds[i]))
			continue;
		for (size_t j = 0; j < COUNT(kinds); j++) {
			if (strncmp(rest, kinds[j], strlen(kinds[j])) == 0)
				strbuf_addf(&result->words, "%s%s", deeds[i], kinds[j]);
		}
		return;
	}
}

static bool add_record(struct jq_output *output, const char *text, size_t length)
{
	if (output->records_max > 0 && output->record_count == output->records_max) {
		output->result->end = JQ_RECORDS;
		return false;
	}
	if (output->record_count++ > 0)
		strbuf_addc(output->records, ',');
	strbuf_add(output->records, text, length);
	return true;
}

/* Take a line that is the last one. False: it says nothing that is known. */
static bool take_end(struct jq_output *output, const char *line)
{
	switch (*line) {
	case JQ_SAYS_DONE:
		output->result->end = JQ_DONE;
		break;
	case JQ_SAYS_FAILED:
		output->result->end = JQ_FAILED;
		keep_failure(output->result, line + 1);
		break;
	case JQ_SAYS_NOTHING:
		output->result->end = JQ_NOTHING;
		break;
	case JQ_SAYS_HALTED:
		output->result->end = JQ_HALTED;
		break;
	case JQ_SAYS_NOT_COMPILED:
		output->result->end = JQ_NOT_COMPILED;
		keep_compile_error(output->result, line + 1);
		break;
	default:
		return false;
	}
	output->is_ended = true;
	return true;
}

static bool take_line(struct jq_output *output, const char *line, size_t length)
{
	if (output->is_ended) {
		output->result->end = JQ_BROKEN;
		return false;
	}
	if (*line == JQ_SAYS_RECORD)
		return add_record(output, line + 1, length - 1);
	if (*line == JQ_SAYS_PAGE)
		output->result->page++;
	return *line == JQ_SAYS_PAGE || take_end(output, line);
}

bool jq_output_add(struct jq_output *output, const char *bytes, size_t length)
{
	struct strbuf *rest = &output->rest;
	const char *newline = memchr(bytes, '\n', length);

	if (length > JQ_OUTPUT_MAX - output->count) {
		output->result->end = JQ_OUTPUT;
		return false;
	}
	output->count += length;
	for (; newline; newline = memchr(bytes, '\n', length)) {
		size_t part = (size_t)(newline - bytes);

		strbuf_add(rest, bytes, part);
		if (!take_line(output, rest->text, rest->length))
			return false;
		strbuf_reset(rest);
		bytes += part + 1;
		length -= part + 1;
	}
	strbuf_add(rest, bytes, length);
	return true;
}

bool jq_output_is_whole(const struct jq_output *output)
{
	return output->is_ended && output->rest.length == 0;
}
