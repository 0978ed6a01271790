/*
 * A string that grows. Every string the agent builds is built here.
 *
 * Start with `struct strbuf b = STRBUF_INIT;`, add to it, read `b.text`
 * (always a valid, NUL-terminated string), end with strbuf_release(). Out of
 * memory ends the program (memory.h).
 */
#ifndef BASE_TEXT_STRBUF_H
#define BASE_TEXT_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct strbuf {
	char *text;    /* owned once room > 0, else a shared empty string; never NULL */
	size_t length; /* bytes before the final NUL */
	size_t room;   /* bytes allocated */
};

extern char strbuf_empty[];

#define STRBUF_INIT                                          \
	{                                                    \
		.text = strbuf_empty, .length = 0, .room = 0 \
	}

/* Free the contents; `b` is as after STRBUF_INIT. */
void strbuf_release(struct strbuf *b);

/* Overwrite all of its room, then release it: for a secret, which strbuf_reserve() kept in one place. */
void strbuf_wipe(struct strbuf *b);

/* Make room for `more` bytes. Adding no more than that moves nothing, so no copy is left behind. */
void strbuf_reserve(struct strbuf *b, size_t more);

/* Make it the empty string again; the room is kept. */
void strbuf_reset(struct strbuf *b);

/* Give the contents to the caller, who frees them by free(); `b` is empty after. */
char *strbuf_detach(struct strbuf *b);

/* Give the contents, copied into an arena; `b` is released. */
char *strbuf_to_arena(struct strbuf *b, struct arena *arena);

/* Add `length` bytes, a string, one byte, a formatted text. */
void strbuf_add(struct strbuf *b, const void *bytes, size_t length);
void strbuf_adds(struct strbuf *b, const char *text);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Add blanks behind what takes `used` columns, up to `width` of them: none where it is as wide. */
void strbuf_pad(struct strbuf *b, size_t used, size_t width);

/* Add `separator` unless the string is empty, then `text`: for lists in a sentence. */
void strbuf_add_item(struct strbuf *b, const char *separator, const char *text);

/*
 * Add a text from outside so that it stays on its line and does nothing to a terminal: each byte of
 * a hidden character (hidden.h), and each byte that is not UTF-8, becomes "\xx", as in a DN
 * (RFC 4514 section 2.4). So a DN that is made safe is still the same DN, and what is safe stays as it is.
 */
void strbuf_add_safe(struct strbuf *b, const char *text);

#endif
