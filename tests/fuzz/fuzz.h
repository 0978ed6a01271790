/*
 * What every fuzz target includes. A target is one C file, fuzz_NAME.c, with libFuzzer's one
 * function; its seeds, and every input that once broke something, are in corpus/NAME/, its
 * words (if it has any) in words/NAME.
 *
 * `make fuzz` links it with libFuzzer; `make check-fuzz` with replay.c, which feeds it the corpus.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct findings;

/* The target: reads one input. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy that ends, NUL-terminated, where its memory does, so that ASan sees a step too far. To be freed. */
char *fuzz_text(const uint8_t *data, size_t size);

/* The next part of the input, up to `separator` or its end, moved past it; to be freed. "" at the end. */
char *fuzz_part(const uint8_t **data, size_t *size, const char *separator);

/* A file in memory that holds the input, to be opened by its name; `which` (0 to 3) tells several apart. */
const char *fuzz_file(unsigned int which, const void *bytes, size_t size);

/* The example's zone and language; quick after the first time. */
void fuzz_at_home(void);

/* Abort where something that must always be so is not. */
void fuzz_expect(bool holds, const char *what);

/* No finding says anything that a terminal would take for its own. */
void fuzz_expect_safe(const struct findings *findings);
void fuzz_expect_safe_text(const char *text);

#endif
