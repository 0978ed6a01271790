/* Readiness: who has been told what is expected of them, and whether KOMBIT has been told the address. */
#include "readiness/point.h"

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/plan.h"

static const char *notified_key(struct judge_ctx *ctx, const char *list_key, const char *identity)
{
	return arena_format(ctx->arena, "%s\n%s", list_key, identity);
}

static struct table *notified_table(struct judge_ctx *ctx)
{
	const struct notified_facts *told = &ctx->facts->told;
	struct table *table = table_new(ctx->arena);

	for (size_t i = 0; i < told->count; i++)
		table_put(table,
			notified_key(ctx, told->items[i].list_key, told->items[i].identity), table);
	return table;
}

/* Whoever answers mail, list by list. */
static size_t judge_recipients(struct judge_ctx *ctx, struct point *point)
{
	const struct plan *plan = ctx->facts->plan;
	struct table *told = notified_table(ctx);
	size_t recipients = 0;

	for (size_t i = 0; i < plan->list_count; i++) {
		const struct list_plan *list = &plan->lists[i];

		for (size_t j = 0; j < list->member_count; j++) {
			const struct plan_member *member = list->members[j];

			if (!member->by_rule || !member->person ||
				list->block->kind == BLOCK_INFORM ||
				list->block->kind == BLOCK_MAILBOX)
				continue;
			recipients++;
			if (!table_find(told,
				    notified_key(ctx, list->block->list_key,
					    person_identity(member->person))))
				point_misses(ctx, point, "%s: %s",
					tag_ids_text(ctx->arena, &list->block->tags),
					person_called(member->person));
		}
	}
	return recipients;
}

void judge_notices(struct judge_ctx *ctx)
{
	const struct notified_facts *told = &ctx->facts->told;
	const char *domain = ctx->facts->example.domain;
	struct point *point = point_begin(ctx, STEP_READINESS, "told",
		_("Whoever gets mail has been told what is expected of them"));
	size_t recipients;

	switch (told->state) {
	case FACT_NOT_SET:
		point_unknown(point);
		point_evidence(ctx, point,
			_("neither mail.smtp nor mail.graph is set, or mail.notices is off, so postvagt told "
			  "nobody"));
		if (ctx->facts->mailbox_address) /* which mail.from is by default */
			point_lines(ctx, point, ctx->facts->files.settings,
				"mail: {smtp: \"smtps://mail.%s\", notices: true}", domain);
		else
			point_lines(ctx, point, ctx->facts->files.settings,
				"mail: {smtp: \"smtps://mail.%s\", from: postvagt@%s, notices: true}",
				domain, domain);
		break;
	case FACT_FAILED:
		point_unknown(point);
		point_evidence(ctx, point, "%s", told->why);
		break;
	case FACT_KNOWN:
		recipients = judge_recipients(ctx, point);
		if (point->state == POINT_MISSING)
			point_command(ctx, point, "postvagt apply --tell");
		point_evidence(ctx, point,
			told->why && *told->why
				? _("%zu of %zu recipients, list by list, have had a notice; %s")
				: _("%zu of %zu recipients, list by list, have had a notice"),
			recipients - point->detail_count, recipients, told->why);
		if (told->waiting > 0 && told->waiting_why && !told->trouble)
			point_misses(ctx, point,
				_("notices that wait to be sent: %zu; the last try failed: %s"),
				told->waiting, told->waiting_why);
		if (told->trouble) {
			point_misses(ctx, point, "%s", told->trouble);
			point_command(ctx, point, "postvagt check");
		}
		break;
	}
}

void judge_registered(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	const struct registered_facts *registered = &facts->registered;
	struct point *point =
		point_begin(ctx, STEP_KOMBIT, "registered", _("KOMBIT has the mailbox's address"));
	struct strbuf when = STRBUF_INIT;

	if (registered->state == FACT_FAILED) {
		point_unknown(point);
		point_evidence(ctx, point, "%s", registered->why);
	} else if (registered->state == FACT_NOT_SET) {
		point->state = POINT_MISSING;
		point_evidence(ctx, point, _("it was not sent by postvagt register"));
		point_command(ctx, point, "postvagt register --send");
	} else {
		moment_add_human(&when, registered->at);
		point_evidence(ctx, point, _("%s was sent on %s"), registered->address, when.text);
		if (!facts->mailbox_address ||
			!text_same(registered->address, facts->mailbox_address)) {
			point_misses(ctx, point, _("the address is %s now"),
				facts->mailbox_address ? facts->mailbox_address : "—");
			point_command(ctx, point, "postvagt register --send");
		}
	}
	strbuf_release(&when);
}
