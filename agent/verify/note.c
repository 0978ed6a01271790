#include "verify/note.h"

#include <stdarg.h>

#include "base/memory/arena.h"
#include "base/text/strbuf.h"

void note_add(struct notes *notes, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_vaddf(&text, format, args);
	va_end(args);
	notes->items = arena_grow(notes->arena, notes->items, notes->count, &notes->room,
		sizeof(*notes->items));
	notes->items[notes->count++] = strbuf_to_arena(&text, notes->arena);
}
