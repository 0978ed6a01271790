#include "base/text/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/text/hidden.h"

char strbuf_empty[1] = "";

void strbuf_reserve(struct strbuf *b, size_t more)
{
	size_t need = b->length + more + 1;
	size_t room = b->room ? b->room : 64;

	if (need <= b->room)
		return;
	while (room < need)
		room *= 2;
	b->text = memory_resize(b->room ? b->text : NULL, room);
	b->room = room;
	b->text[b->length] = '\0';
}

void strbuf_release(struct strbuf *b)
{
	if (b->room)
		free(b->text);
	*b = (struct strbuf)STRBUF_INIT;
}

void strbuf_wipe(struct strbuf *b)
{
	if (b->room)
		explicit_bzero(b->text, b->room);
	strbuf_release(b);
}

void strbuf_reset(struct strbuf *b)
{
	b->length = 0;
	if (b->room)
		b->text[0] = '\0';
}

char *strbuf_detach(struct strbuf *b)
{
	char *text;

	strbuf_reserve(b, 0);
	text = b->text;
	*b = (struct strbuf)STRBUF_INIT;
	return text;
}

char *strbuf_to_arena(struct strbuf *b, struct arena *arena)
{
	char *text = arena_bytes(arena, b->text, b->length);

	strbuf_release(b);
	return text;
}

void strbuf_add(struct strbuf *b, const void *bytes, size_t length)
{
	if (length == 0)
		return;
	strbuf_reserve(b, length);
	memcpy(b->text + b->length, bytes, length);
	b->length += length;
	b->text[b->length] = '\0';
}

void strbuf_adds(struct strbuf *b, const char *text)
{
	strbuf_add(b, text, strlen(text));
}

void strbuf_addc(struct strbuf *b, char c)
{
	strbuf_add(b, &c, 1);
}

void strbuf_addf(struct strbuf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_vaddf(b, format, args);
	va_end(args);
}

void strbuf_vaddf(struct strbuf *b, const char *format, va_list args)
{
	va_list again;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	if (length > 0) {
		strbuf_reserve(b, (size_t)length);
		vsnprintf(b->text + b->length, (size_t)length + 1, format, again);
		b->length += (size_t)length;
	}
	va_end(again);
}

void strbuf_pad(struct strbuf *b, size_t used, size_t width)
{
	for (; used < width; used++)
		strbuf_addc(b, ' ');
}

void strbuf_add_item(struct strbuf *b, const char *separator, const char *text)
{
	if (b->length > 0)
		strbuf_adds(b, separator);
	strbuf_adds(b, text);
}

void strbuf_add_safe(struct strbuf *b, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		uint32_t c = 0;
		size_t length = hidden_next(&c, text, left);
		bool shows = length > 0 && !hidden_character(c);

		length = length > 0 ? length : 1;
		for (size_t i = 0; i < length && !shows; i++)
			strbuf_addf(b, "\\%02x", (unsigned int)(unsigned char)text[i]);
		if (shows)
			strbuf_add(b, text, length);
		text += length;
		left -= length;
	}
}
