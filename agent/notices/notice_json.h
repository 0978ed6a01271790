/*
 * A notice as it waits on disk: JSON, made and read by nobody else. What is read is not
 * trusted: texts are copied, numbers bounded, and an address that could do more than be one
 * makes it none.
 */
#ifndef NOTICES_NOTICE_JSON_H
#define NOTICES_NOTICE_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct notice;
struct strbuf;

void notice_json_add(struct strbuf *out, const struct notice *notice);

/* Read one, all of it in `arena`, but for its `file`. False where it is none. */
bool notice_json_read(struct notice *notice, const char *text, size_t length, struct arena *arena);

#endif
