/* Readiness: the catalogue and its routes, the mailbox, and what passes its mail on. */
#include "readiness/point.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "directory/read/address_bearer.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "model/policy.h"
#include "model/snapshot.h"
#include "readiness/shipped_catalogue.h"
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

/* Since when this municipality's own runs keep lists; "4 days" says more than a date alone. */
static const char *use_text(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	struct strbuf day = STRBUF_INIT;
	const char *text;

	if (facts->in_use_since == MOMENT_EARLIEST || facts->in_use_since > facts->at)
		return _("no list is kept by it here yet");
	moment_add_human_day(&day, facts->in_use_since);
	text = arena_format(ctx->arena,
		facts->in_use_longer ? _("in use here at least since %s, %lld days")
				     : _("in use here since %s, %lld days"),
		day.text, (long long)((facts->at - facts->in_use_since) / MOMENT_DAY));
	strbuf_release(&day);
	return text;
}

static void propose_source(struct judge_ctx *ctx, struct point *point)
{
	point_lines(ctx, point, ctx->facts->files.tags,
		"source: {name: \"KOMBIT, bilag 1\", version: \"2019-03-01\"}");
}

/* Tags that the file itself marks as guesses say nothing about KOMBIT's list. */
static void note_unconfirmed(struct judge_ctx *ctx, struct point *point)
{
	const struct mapping *mapping = ctx->facts->mapping;
	size_t count = 0;

	for (size_t i = 0; i < mapping->tag_count; i++)
		count += !mapping->tags[i].confirmed && !mapping->tags[i].retired;
	if (count == 0)
		return;
	point_misses(ctx, point,
		_("of %zu tags no public source says that KOMBIT uses them (confirmed: false); "
		  "compare them with bilag 1 and with the mail that comes"),
		count);
	point_command(ctx, point, "postvagt mailbox --propose");
}

/* A version that the file states is all that can be seen: KOMBIT signs no catalogue. One that is known to be made up is not done. */
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
	if (!catalogue_is_shipped(facts->mapping))
		note_unconfirmed(ctx, point);
	if (catalogue_is_shipped(facts->mapping)) {
		point_misses(ctx, point,
			_("its %zu tags are those that come with postvagt, made of public names; put "
			  "KOMBIT's own list, bilag 1 of the task card, in their place"),
			facts->mapping->tag_count);
		propose_source(ctx, point);
	} else if (!source->version) {
		point_unknown(point);
		point_evidence(ctx, point, _("%s says no version; %s"), facts->files.tags,
			use_text(ctx));
		propose_source(ctx, point);
		return;
	} else if (!catalogue_names_kombit(source)) {
		point_unknown(point);
		point_evidence(ctx, point,
			_("%s, version %s, %zu tags: nothing says that they are KOMBIT's; %s"),
			or_unnamed(source->name), source->version, facts->mapping->tag_count,
			use_text(ctx));
		propose_source(ctx, point);
		return;
	}
	point_evidence(ctx, point, _("it says: %s, version %s, %zu tags; %s"),
		or_unnamed(source->name), source->version ? source->version : _("none"),
		facts->mapping->tag_count, use_text(ctx));
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
			"mailbox: {address: " MAILBOX_NAME "@%s}", facts->example.domain);
	}
}

/* Mail to the mailbox must reach the mailbox: its list has no such address (CONTRACT section 4, 11). */
static void judge_mailbox_list(struct judge_ctx *ctx, struct point *point, const struct list *list)
{
	const char *address = ctx->facts->mailbox_address;

	for (size_t i = 0; i < list->addresses.count; i++) {
		const char *own = list->addresses.items[i];

		if (!text_same(own, address))
			continue;
		point_misses(ctx, point,
			_("its list has the mailbox's address, so mail to it may go to the list: %s"),
			list->dn);
		if (list->mail && text_same(list->mail, address))
			point_modify(ctx, point, list->dn, "delete", "mail", list->mail);
		else
			point_modify(ctx, point, list->dn, "delete", "proxyAddresses",
				arena_format(ctx->arena, "smtp:%s", own));
		return;
	}
}

static void propose_imap(struct judge_ctx *ctx, struct point *point)
{
	if (ctx->facts->box.state != FACT_NOT_SET) { /* the settings have it, and it was refused */
		point_command(ctx, point, "postvagt check");
		return;
	}
	point_lines(ctx, point, ctx->facts->files.settings,
		"mailbox: {imap: {url: \"imaps://mail.%s/INBOX\", user: " MAILBOX_NAME
		", password_file: imap-secret}}",
		ctx->facts->example.domain);
}

/* The one entry that bears the mailbox's address, but for the mailbox's list, which has been judged. */
static void judge_bearer(struct judge_ctx *ctx, struct point *point,
	const struct address_bearer *bearer)
{
	const char *address = ctx->facts->mailbox_address;

	switch (bearer->sign) {
	case MAILBOX_SHARED:
		point_evidence(ctx, point, _("%s, a shared mailbox: %s"), address, bearer->dn);
		break;
	case MAILBOX_OTHER:
		point_evidence(ctx, point, _("%s, a mailbox: %s"), address, bearer->dn);
		break;
	case MAILBOX_NOT:
		point_misses(ctx, point,
			_("%s is the address of %s, which is a group, a contact or a user without a "
			  "mailbox"),
			address, bearer->dn);
		point_command(ctx, point, "postvagt check");
		break;
	case MAILBOX_UNSEEN:
		point_unknown(point);
		point_evidence(ctx, point,
			_("%s is the address of %s; whether that is a mailbox cannot be seen in the "
			  "directory"),
			address, bearer->dn);
		propose_imap(ctx, point);
		break;
	}
}

static void judge_bearers(struct judge_ctx *ctx, struct point *point, const struct list *list)
{
	const struct readiness_facts *facts = ctx->facts;
	const struct address_bearer *found = NULL;
	size_t count = 0;

	for (const struct address_bearer *b = facts->mailbox_entry.bearers; b; b = b->next) {
		if (list && strcmp(b->key, list->key) == 0)
			continue;
		found = b;
		count++;
	}
	if (count == 1) {
		judge_bearer(ctx, point, found);
	} else if (count > 1) {
		point_misses(ctx, point, _("%zu entries have the address %s; one is %s"), count,
			facts->mailbox_address, found->dn);
		point_command(ctx, point, "postvagt check");
	} else {
		point_unknown(point);
		if (facts->mailbox_entry.state == FACT_FAILED)
			point_evidence(ctx, point, "%s", facts->mailbox_entry.why);
		else
			point_evidence(ctx, point,
				_("no entry that this account may see has the address %s"),
				facts->mailbox_address);
		propose_imap(ctx, point);
	}
}

/* A mailbox that was opened is there; else the directory may know it. */
void judge_mailbox(struct judge_ctx *ctx)
{
	const struct readiness_facts *facts = ctx->facts;
	const char *key = facts->policy->mailbox_list_key;
	const struct list *list = key ? snapshot_list(facts->snapshot, key) : NULL;
	struct point *point = point_begin(ctx, STEP_MAILBOX, "mailbox",
		_("The mailbox is there, under its name and with an address"));

	judge_name(ctx, point);
	if (!facts->mailbox_address)
		return;
	if (list)
		judge_mailbox_list(ctx, point, list);
	if (facts->box.state == FACT_KNOWN)
		point_evidence(ctx, point, _("%s, opened by IMAP"), facts->mailbox_address);
	else
		judge_bearers(ctx, point, list);
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

/* What is wrong with the mailbox's own address, or its list's, is the mailbox's point. */
static bool is_about_mailbox(const struct readiness_facts *facts, const struct finding *finding)
{
	for (size_t i = 0; i < facts->plan->list_count; i++) {
		const struct list_plan *list = &facts->plan->lists[i];

		if (list->block->kind == BLOCK_MAILBOX && strcmp(list->dn, finding->where) == 0)
			return true;
	}
	return facts->mailbox_address && text_same(finding->where, facts->mailbox_address);
}

/* Mail that the rules pass on must come through to the list. */
static void judge_list_mail(struct judge_ctx *ctx, struct point *point)
{
	const struct findings *found = ctx->facts->list_mail;

	for (size_t i = 0; found && i < found->count; i++) {
		const struct finding *one = &found->items[i];

		if (one->severity != FINDING_ERROR || is_about_mailbox(ctx->facts, one))
			continue;
		point_misses(ctx, point, "%s: %s", one->where, one->what);
		point_command(ctx, point, "postvagt check");
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
	judge_list_mail(ctx, point);
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

/* One thing a line. */
static void miss_lines(struct judge_ctx *ctx, struct point *point, const char *lines)
{
	while (lines && *lines) {
		size_t length = strcspn(lines, "\n");

		point_misses(ctx, point, "%.*s", (int)length, lines);
		lines += length + (lines[length] == '\n');
	}
}

/* Exchange goes with Active Directory, Sieve with all else. */
static void judge_rules(struct judge_ctx *ctx)
{
	const struct rules_facts *rules = &ctx->facts->rules;
	bool is_exchange = ctx->facts->is_active_directory;
	const char *remake = rules->remake ? rules->remake
		: is_exchange              ? "postvagt rules --for exchange > postvagt.ps1"
					   : "postvagt rules --for sieve > postvagt.sieve";
	struct point *point = point_begin(ctx, STEP_PASSED_ON, "rules",
		_("The mail system's rules are made from this mapping"));

	switch (rules->state) {
	case FACT_NOT_SET:
		point_unknown(point);
		point_evidence(ctx, point,
			_("no setting says where the installed rules are: mailbox.sieve, mailbox.graph "
			  "or mailbox.rules_file"));
		point_command(ctx, point, remake);
		point_lines(ctx, point, ctx->facts->files.settings, "mailbox: {rules_file: %s}",
			is_exchange ? "postvagt.ps1" : "postvagt.sieve");
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
			miss_lines(ctx, point, rules->what);
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
	propose_imap(ctx, point);
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
		if (box->percent_full > 0) {
			point_misses(ctx, point,
				_("it is %u %% full: a full mailbox takes no mail, and passes none on"),
				box->percent_full);
			point_command(ctx, point, "postvagt check");
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
