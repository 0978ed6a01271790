/* Change reports, undo files and kept plans, read back. */
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "fuzz.h"
#include "report/ldif/reader.h"

static void expect_record(const struct read_report *report, const struct read_record *record)
{
	fuzz_expect(record->line > 0 && record->dn && *record->dn, "a record has a place and a DN");
	fuzz_expect(record->first_comment + record->comment_count <= report->comment_count,
		"a record's comments are the report's");
	fuzz_expect(record->kind != READ_MAKE || record->count > 0, "an entry has attributes");
	for (size_t i = 0; i < record->count; i++) {
		fuzz_expect(record->values[i].count > 0, "an attribute has values");
		for (size_t j = 0; j < record->values[i].count; j++)
			fuzz_expect(record->values[i].items[j] != NULL, "a value is a text");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct error err = ERROR_INIT;
	struct read_report report;
	char *text = fuzz_text(data, size);

	if (reader_parse(&report, "r", text, size, arena, &err) == ERROR_NONE) {
		fuzz_expect(report.head_count <= report.comment_count, "the head is of the report");
		for (size_t i = 0; i < report.count; i++)
			expect_record(&report, &report.records[i]);
	} else {
		fuzz_expect(err.kind == ERROR_USAGE && strncmp(err.text.text, "r:", 2) == 0,
			"an error says where");
	}
	error_release(&err);
	free(text);
	arena_free(arena);
	return 0;
}
