/* Readiness: the catalogue and its routes, the mailbox, and what passes its mail on. */
#include "readiness/point.h"

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"
#include "readiness/tag_changes.h"

/* The name that the card asks for. */
#define MAILBOX_NAME "infrastrukturpostkassen"

static const char *or_unnamed(const char *text)
{
	return text ? text : _("without a name");
}

static void judge_change(struct judge_ctx *ctx, struct point *point,
	const struct tag_change *change)
{
	const struct mapping *mapping = ctx->facts->mapping;
	struct strbuf lines = STRBUF_INIT;

	switch (change->kind) {
	case TAG_NEW:
		point_misses(ctx, point, _("%s has no route"), change->tag->id);
		break;
	case TAG_RENAMED:
		point_misses(ctx, point, _("%s has no route; the one of %s may be meant for it"),
			change->tag->id, change->names->id);
		break;
	case TAG_UNKNOWN:
		point_misses(ctx, point, _("%s has a route, and the catalogue does not know it"),
			change->names->id);
		break;
	case TAG_RETIRED:
		point_misses(ctx, point, _("%s has a route, and is retired"), change->names->id);
		break;
	}
	tag_change_add_lines(&lines, change, mapping);
	point_lines(ctx, point, ctx->facts->files.routes, "%s", lines.text);
	strbuf_release(&lines);
}

static void judge_routes(struct judge_ctx *ctx)
{
	const struct mapping *mapping = ctx->facts->mapping;
	const struct tag_changes changes = tag_changes_find(ctx->arena, mapping);
	struct point *point = point_begin(ctx, STEP_TAGS, "tags",
		_("Every tag of the catalogue has a route, and every route a tag"));
	size_t in_use = 0;

	for (size_t i = 0; i < mapping->tag_count; i++)
		in_use += !mapping->tags[i].retired;
	for (size_t i = 0; i < changes.count; i++)
		judge_change(ctx, point, &changes.items[i]);
	if (mapping->route_count == 0)
		point_misses(ctx, point, _("no route is in the file"));
	point_evidence(ctx, point, _("%zu tags in use, %zu routes"), in_use, mapping->route_count);
}

/* "4 days ago" says more than a date alone. */
static const char *catalogue_age(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	struct strbuf day = STRBUF_INIT;
	const char *text;

	if (facts->catalogue_since == MOMENT_EARLIEST || facts->catalogue_since > facts->at)
		return _("its age is not known");
	moment_add_human_day(&day, facts->catalogue_since);
	text = arena_format(ctx->arena, _("in use since %s, %lld days"), day.text,
		(long long)((facts->at - facts->catalogue_since) / MOMENT_DAY));
	strbuf_release(&day);
	return text;
}

static void judge_catalogue(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	const struct catalogue_source *source = &facts->mapping->tag_source;
	struct point *point = point_begin(ctx, STEP_TAGS, "catalogue",
		_("The catalogue of tags says which version of KOMBIT's it is"));

	for (size_t i = 0; i < facts->box.unknown_tag_count; i++)
		point_misses(ctx, point, _("mail came with the tag %s, which the catalogue lacks"),
			facts->box.unknown_tags[i]);
	if (facts->box.unknown_tag_count > 0)
		point_command(ctx, point, "postvagt mailbox");
	if (!source->version) {
		point_unknown(point);
		point_evidence(ctx, point, _("%s says no version; %s"), facts->files.tags,
			catalogue_age(ctx));
		point_lines(ctx, point, facts->files.tags,
			"source: {name: \"KOMBIT, bilag 1\", version: \"2019-03-01\"}");
		return;
	}
	point_evidence(ctx, point, _("%s, version %s; %s"), or_unnamed(source->name),
		source->version, catalogue_age(ctx));
}

void judge_tags(struct judge_ctx *ctx)
{
	judge_routes(ctx);
	judge_catalogue(ctx);
}

static void judge_name(struct judge_ctx *ctx, struct point *point)
{
	const struct readiness_facts *facts = ctx->facts;

	if (!facts->mailbox_name || !text_same(facts->mailbox_name, MAILBOX_NAME)) {
		point_misses(ctx, point, _("the card asks for the name %s, not %s"), MAILBOX_NAME,
			or_unnamed(facts->mailbox_name));
		point_lines(ctx, point, facts->files.settings, "mailbox: {name: " MAILBOX_NAME "}");
	}
	if (!facts->mailbox_address) {
		point_misses(ctx, point, _("no address is in the settings"));
		point_lines(ctx, point, facts->files.settings,
			"mailbox: {address: " MAILBOX_NAME "@…}");
	}
}

static void judge_mailbox_list(struct judge_ctx *ctx, struct point *point, const struct list *list)
{
	const char *address = ctx->facts->mailbox_address;

	if (!list->exists) {
		point_misses(ctx, point, _("its list is not there: %s"), list->dn);
		if (!ctx->facts->policy->create_lists)
			point_lines(ctx, point, ctx->facts->files.settings,
				"lists: {create: true}");
		point_command(ctx, point, "postvagt apply");
	} else if (address && !(list->mail && text_same(list->mail, address))) {
		point_misses(ctx, point, _("its list has the address %s, not %s: %s"),
			list->mail ? list->mail : _("none"), address, list->dn);
		point_modify(ctx, point, list->dn, "replace", "mail", address);
	} else if (address) {
		point_evidence(ctx, point, _("%s, the address of %s"), address, list->dn);
	}
}

/* A mailbox that was opened is there, whatever its list is called. */
void judge_mailbox(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	const char *key = facts->policy->mailbox_list_key;
	const struct list *list = key ? snapshot_list(facts->snapshot, key) : NULL;
	struct point *point = point_begin(ctx, STEP_MAILBOX, "mailbox",
		_("The mailbox is there, under its name and with an address"));

	judge_name(ctx, point);
	if (facts->box.state == FACT_KNOWN && facts->mailbox_address) {
		point_evidence(ctx, point, _("%s, opened by IMAP"), facts->mailbox_address);
	} else if (list) {
		judge_mailbox_list(ctx, point, list);
	} else {
		point_unknown(point);
		point_evidence(ctx, point,
			_("neither mailbox.list nor mailbox.imap is set, so nothing shows that it "
			  "is there"));
		point_lines(ctx, point, facts->files.settings, "mailbox: {list: cn=%s,…}",
			MAILBOX_NAME);
	}
}

/* A list that could not be put in order by the next apply. */
static void judge_list_that_is_stuck(struct judge_ctx *ctx, struct point *point,
	const struct list_plan *list)
{
	if (list->protection.level == PROTECTION_ERROR)
		point_misses(ctx, point, _("%s: nobody is removed, as %s is not found"), list->dn,
			list->protection.by);
	if (!list->list_missing)
		return;
	if (list->list->ban) {
		struct strbuf why = STRBUF_INIT;

		list_add_ban(&why, list->list);
		point_misses(ctx, point, "%s: %s", list->dn, why.text);
		strbuf_release(&why);
		return;
	}
	if (list->list->exists) {
		point_misses(ctx, point, _("%s: its members may not be read"), list->dn);
		return;
	}
	point_misses(ctx, point, _("%s is not there, or may not be read"), list->dn);
	point_lines(ctx, point, ctx->facts->files.settings, "lists: {create: true}");
	point_command(ctx, point, "postvagt apply");
}

/* A plan that is refused never is. */
static bool is_carried_out(const struct readiness_facts *facts)
{
	return facts->carried_out && !facts->plan->refused;
}

static void judge_list(struct judge_ctx *ctx, struct point *point, const struct list_plan *list)
{
	if (list->list_missing || list->protection.level == PROTECTION_ERROR)
		judge_list_that_is_stuck(ctx, point, list);
	else if (list_plan_has_changes(list) && !is_carried_out(ctx->facts))
		point_misses(ctx, point,
			list->list->exists ? _("%s: %zu to add, %zu to remove")
					   : _("%s: to be made, with %zu members"),
			list->dn, list->added, list->removal_count);
}

/* Who passes a limit must be let past it, by somebody who answers for that. */
static void mend_lists(struct judge_ctx *ctx, struct point *point)
{
	const struct plan *plan = ctx->facts->plan;

	if (plan->refused) {
		point_command(ctx, point, "postvagt plan -o plan.ldif");
		point_command(ctx, point, "postvagt apply plan.ldif --over-limit --case TEXT");
	} else if (plan_has_changes(plan) && !is_carried_out(ctx->facts)) {
		point_command(ctx, point, "postvagt apply");
	}
}

static void judge_lists(struct judge_ctx *ctx)
{
	const struct plan *plan = ctx->facts->plan;
	struct point *point = point_begin(ctx, STEP_PASSED_ON, "lists",
		_("Every list is there, and has the members that it should have"));
	size_t right = 0;

	for (size_t i = 0; i < plan->list_count; i++) {
		size_t before = point->detail_count;

		judge_list(ctx, point, &plan->lists[i]);
		right += point->detail_count == before;
	}
	mend_lists(ctx, point);
	if (plan->list_count == 0)
		point_misses(ctx, point, _("no route, and so no list"));
	if (plan->held && point->state == POINT_DONE) {
		point_unknown(point);
		point->waits_for_feed = true;
		point_evidence(ctx, point, _("removals are held back: %s"), plan->held);
	} else {
		point_evidence(ctx, point, _("%zu of %zu lists"), right, plan->list_count);
	}
}

static void judge_rules(struct judge_ctx *ctx)
{
	const struct rules_facts *rules = &ctx->facts->rules;
	const char *remake =
		rules->remake ? rules->remake : "postvagt rules --for sieve > postvagt.sieve";
	struct point *point = point_begin(ctx, STEP_PASSED_ON, "rules",
		_("The mail system's rules are made from this mapping"));

	switch (rules->state) {
	case FACT_NOT_SET:
		point_unknown(point);
		point_evidence(ctx, point,
			_("mailbox.rules_file does not say where the installed rules are"));
		point_command(ctx, point, remake);
		point_lines(ctx, point, ctx->facts->files.settings,
			"mailbox: {rules_file: postvagt.sieve}");
		break;
	case FACT_FAILED:
		point_unknown(point);
		point_evidence(ctx, point, "%s", rules->why);
		point_command(ctx, point, remake);
		break;
	case FACT_KNOWN:
		point_evidence(ctx, point, "%s", rules->why);
		if (!rules->current) {
			point->state = POINT_MISSING;
			point_command(ctx, point, remake);
		}
		break;
	}
}

/* The card asks for it where mail is not passed on. */
static void judge_unset_box(struct judge_ctx *ctx, struct point *point)
{
	const struct readiness_facts *facts = ctx->facts;

	if (facts->rules.state == FACT_KNOWN && facts->rules.current &&
		mapping_route(facts->mapping, "*")) {
		point_evidence(ctx, point,
			_("it need not be: the rules pass all mail on, also what has no tag"));
		return;
	}
	point_unknown(point);
	point_evidence(ctx, point, _("mailbox.imap is not set, so postvagt cannot look"));
	point_lines(ctx, point, facts->files.settings,
		"mailbox: {imap: {url: \"imaps://…/INBOX\", user: …, password_file: imap-secret}}");
}

static void judge_read(struct judge_ctx *ctx)
{
	const struct box_facts *box = &ctx->facts->box;
	struct point *point =
		point_begin(ctx, STEP_PASSED_ON, "read", _("The mailbox is read every day"));

	switch (box->state) {
	case FACT_NOT_SET:
		judge_unset_box(ctx, point);
		break;
	case FACT_FAILED:
		point_unknown(point);
		point_evidence(ctx, point, "%s", box->why);
		point_command(ctx, point, "postvagt mailbox");
		break;
	case FACT_KNOWN:
		point_evidence(ctx, point, "%s", box->why);
		if (box->unread > 0) {
			point->state = POINT_MISSING;
			point_command(ctx, point, "postvagt mailbox");
		}
		break;
	}
}

void judge_passing_on(struct judge_ctx *ctx)
{
	judge_lists(ctx);
	judge_rules(ctx);
	judge_read(ctx);
}
