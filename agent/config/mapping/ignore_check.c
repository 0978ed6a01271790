#include "config/mapping/ignore_check.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "config/schema/fault.h"
#include "matcher/text/ignore_mark.h"
#include "model/mapping.h"
#include "model/settings.h"

/* A mark of the settings, while it is held against the tags. */
struct mark_ctx {
	const struct settings *settings;
	struct findings *findings;
	const struct ignore_mark *mark;
	size_t number; /* of the settings' */
};

/* Whether it fits a subject of a tag; adds the finding. */
static bool fits_subject(const struct mark_ctx *ctx, const char *subject, const char *id)
{
	const struct mailbox_settings *mailbox = &ctx->settings->mailbox;
	struct arena *arena = ctx->settings->arena;

	if (!ignore_mark_fits(ctx->mark, arena, subject))
		return false;
	fault_add(ctx->findings, FINDING_ERROR, &mailbox->ignore_marks[ctx->number],
		_("the mark %s fits the subject %s of the tag %s, and no mail would have that tag; "
		  "make the mark longer, or remove it"),
		fault_quote(arena, mailbox->ignore.items[ctx->number]), fault_quote(arena, subject),
		fault_quote(arena, id));
	return true;
}

static bool fits_catalogue(const struct mark_ctx *ctx, const struct mapping *mapping)
{
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		for (size_t j = 0; j < tag->subject_count; j++) {
			if (fits_subject(ctx, tag->subjects[j], tag->id))
				return true;
		}
	}
	return false;
}

static void check_routes(const struct mark_ctx *ctx, const struct mapping *mapping)
{
	for (size_t i = 0; i < mapping->route_count; i++) {
		const struct route *route = &mapping->routes[i];

		for (size_t j = 0; j < route->tag_count; j++) {
			const char *id = route->tags[j].id;

			if (!route->tags[j].known && strcmp(id, "*") != 0 &&
				fits_subject(ctx, arena_format(ctx->settings->arena, "[%s]", id),
					id))
				return;
		}
	}
}

void ignore_check(const struct settings *settings, const struct mapping *mapping,
	struct findings *findings)
{
	struct mark_ctx ctx = {.settings = settings, .findings = findings};

	for (; ctx.number < settings->mailbox.ignore.count; ctx.number++) {
		ctx.mark = ignore_mark_read(settings->arena,
			settings->mailbox.ignore.items[ctx.number]);
		if (ctx.mark && !fits_catalogue(&ctx, mapping))
			check_routes(&ctx, mapping);
	}
}
