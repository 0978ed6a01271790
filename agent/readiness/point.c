#include "readiness/point.h"

#include <stdarg.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"

struct point *point_begin(struct judge_ctx *ctx, enum readiness_step step, const char *id,
	const char *title)
{
	struct readiness *readiness = ctx->readiness;

	readiness->points = arena_grow(ctx->arena, readiness->points, readiness->count,
		&readiness->room, sizeof(*readiness->points));
	readiness->points[readiness->count] = (struct point){
		.id = id,
		.title = title,
		.step = step,
		.evidence = "",
	};
	return &readiness->points[readiness->count++];
}

static const char *format_text(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

static const char *format_text(struct arena *arena, const char *format, va_list args)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_vaddf(&text, format, args);
	return strbuf_to_arena(&text, arena);
}

void point_evidence(struct judge_ctx *ctx, struct point *point, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	point->evidence = format_text(ctx->arena, format, args);
	va_end(args);
}

void point_misses(struct judge_ctx *ctx, struct point *point, const char *format, ...)
{
	va_list args;

	point->state = POINT_MISSING;
	point->details = arena_grow(ctx->arena, point->details, point->detail_count,
		&point->detail_room, sizeof(const char *));
	va_start(args, format);
	point->details[point->detail_count++] = format_text(ctx->arena, format, args);
	va_end(args);
}

void point_unknown(struct point *point)
{
	if (point->state == POINT_DONE)
		point->state = POINT_UNKNOWN;
}

static bool is_same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void add_mend(struct judge_ctx *ctx, struct point *point, struct mend mend)
{
	for (size_t i = 0; i < point->mend_count; i++) {
		const struct mend *other = &point->mends[i];

		if (is_same(other->command, mend.command) && is_same(other->where, mend.where) &&
			is_same(other->lines, mend.lines))
			return;
	}
	point->mends = arena_grow(ctx->arena, point->mends, point->mend_count, &point->mend_room,
		sizeof(*point->mends));
	point->mends[point->mend_count++] = mend;
}

void point_command(struct judge_ctx *ctx, struct point *point, const char *command)
{
	add_mend(ctx, point, (struct mend){.command = command});
}

static const char *with_newline(struct arena *arena, const char *lines)
{
	size_t length = strlen(lines);

	return length > 0 && lines[length - 1] == '\n' ? lines : arena_format(arena, "%s\n", lines);
}

void point_lines(struct judge_ctx *ctx, struct point *point, const char *where, const char *format,
	...)
{
	struct mend mend = {.where = where};
	va_list args;

	va_start(args, format);
	mend.lines = with_newline(ctx->arena, format_text(ctx->arena, format, args));
	va_end(args);
	add_mend(ctx, point, mend);
}

/* A comment is one line, however long a DN is. */
static void add_comment(struct strbuf *out, const char *text)
{
	strbuf_adds(out, "# ");
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

void point_modify(struct judge_ctx *ctx, struct point *point, const char *dn, const char *verb,
	const char *attribute, const char *value)
{
	const char *example = ctx->facts->example.person;
	struct strbuf lines = STRBUF_INIT, record = STRBUF_INIT, comment = STRBUF_INIT;

	quote_ldif(&record, "dn", dn ? dn : example);
	if (strncmp(record.text, "dn:: ", 5) == 0)
		add_comment(&lines, dn ? dn : example);
	if (!dn || !value) {
		strbuf_addf(&comment, _("put the DN of a person in place of %s"), example);
		add_comment(&lines, comment.text);
	}
	strbuf_adds(&lines, record.text);
	quote_ldif(&lines, "changetype", "modify");
	quote_ldif(&lines, verb, attribute);
	quote_ldif(&lines, attribute, value ? value : example);
	point_lines(ctx, point, "LDIF", "%s", lines.text);
	strbuf_release(&lines);
	strbuf_release(&record);
	strbuf_release(&comment);
}
