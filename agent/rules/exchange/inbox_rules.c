#include "rules/exchange/inbox_rule.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "matcher/vocabulary.h"
#include "rules/exchange/inbox_words.h"
#include "rules/model/rules.h"

/* Bytes of addresses in a rule's name: it has 512 characters at most (New-InboxRule). */
#define ADDRESSES_MAX 300

#define BARE_MIN   4   /* characters of a tag without brackets that are seldom inside a word */
#define RULE_BYTES 200 /* of a rule beside its texts, about */
#define TEXT_BYTES 32  /* of a text beside its characters */

/* Of which priority mail a section passes on. */
enum inbox_part {
	PART_BOTH,
	PART_ORDINARY,
	PART_HIGH,
};

/* What inbox_rules_make() works on. */
struct inbox_ctx {
	struct inbox_rules *inbox;
	const struct rules *rules;
	struct arena *arena;
	struct inbox_words words;
	struct findings *findings;
	const char *section; /* of the next rule; NULL: the section before */
};

/* Add a rule; `part` numbers those of one name, from 1. */
static struct inbox_rule *add_rule(struct inbox_ctx *ctx, const char *what, size_t part)
{
	struct inbox_rules *inbox = ctx->inbox;
	struct inbox_rule *rule;

	inbox->items = arena_grow(ctx->arena, inbox->items, inbox->count, &inbox->room,
		sizeof(*inbox->items));
	rule = &inbox->items[inbox->count++];
	*rule = (struct inbox_rule){.section = ctx->section};
	ctx->section = NULL;
	rule->name = part > 1 ? arena_format(ctx->arena, "%s%s (%zu)", inbox->prefix, what, part)
			      : arena_format(ctx->arena, "%s%s", inbox->prefix, what);
	return rule;
}

/* The texts from number `from` on, up to `end`. */
static struct strings take_part(const struct strings *texts, size_t from, size_t end)
{
	return (struct strings){.items = texts->items + from, .count = end - from};
}

static const struct strings *one_address(struct inbox_ctx *ctx, const char *address)
{
	struct strings *list = arena_get(ctx->arena, sizeof(*list));

	list->items = arena_get(ctx->arena, sizeof(*list->items));
	list->items[list->count++] = address;
	return list;
}

/* For a rule's name, in which no two rules have the same text for different addresses. */
static const char *join_addresses(struct arena *arena, const struct strings *list)
{
	struct strbuf text = STRBUF_INIT;
	const char *joined;

	for (size_t i = 0; i < list->count; i++)
		strbuf_add_item(&text, ", ",
			text_fold(arena, list->items[i], strlen(list->items[i])));
	joined = strbuf_to_arena(&text, arena);
	if (list->count == 0)
		return "nobody";
	if (strlen(joined) <= ADDRESSES_MAX)
		return joined;
	return arena_format(arena, "%.*s ~%.8s",
		(int)text_cut(joined, strlen(joined), ADDRESSES_MAX), joined,
		hash_hex(arena, joined, strlen(joined)));
}

/* Rules that stop where one of the texts is found. */
static void add_stops(struct inbox_ctx *ctx, const char *what, const struct strings *texts,
	bool is_header)
{
	size_t part = 1;

	for (size_t from = 0; from < texts->count;) {
		size_t end = inbox_list_end(texts, from);
		struct inbox_rule *rule = add_rule(ctx, what, part++);

		if (is_header)
			rule->conditions.header = take_part(texts, from, end);
		else
			rule->conditions.subject = take_part(texts, from, end);
		rule->stops = true;
		from = end;
	}
}

static void except_high(struct inbox_ctx *ctx, struct inbox_rule *rule)
{
	rule->exceptions.is_high = true;
	rule->exceptions.header = ctx->words.high_headers;
	rule->exceptions.subject = ctx->words.high_subjects;
}

/* What bears the mailbox's address in this field, and not a longer one. */
static void add_loop(struct inbox_ctx *ctx, const char *field)
{
	const char *address = ctx->rules->address,
		   **items = arena_get(ctx->arena, 4 * sizeof(*items));
	struct inbox_rule *rule =
		add_rule(ctx, arena_format(ctx->arena, "stop: passed on already, %s", field), 1);

	items[0] = arena_format(ctx->arena, "%s: %s", field, address);
	items[1] = arena_format(ctx->arena, "%s: <%s>", field, address);
	items[2] = arena_format(ctx->arena, "%s: %s.", field, address);
	items[3] = arena_format(ctx->arena, "%s: %s-", field, address);
	rule->conditions.header = (struct strings){items, 2};
	rule->exceptions.header = (struct strings){items + 2, 2};
	rule->stops = true;
}

/* 1. and 2. of the head of inbox_rule.h. */
static void add_front(struct inbox_ctx *ctx)
{
	static const struct {
		const char *what;
		enum inbox_message_type type;
	} types[] = {
		{"stop: automatic reply", INBOX_AUTOMATIC_REPLY},
		{"stop: non-delivery report", INBOX_NON_DELIVERY_REPORT},
		{"stop: read receipt", INBOX_READ_RECEIPT},
		{"stop: meeting response", INBOX_MEETING_RESPONSE},
	};

	ctx->section = _("What was passed on already, and answers of machines: to nobody.");
	for (size_t i = 0; vocabulary_loop_fields[i]; i++)
		add_loop(ctx, vocabulary_loop_fields[i]);
	add_stops(ctx, "stop: answer", &ctx->words.answers, true);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct inbox_rule *rule = add_rule(ctx, types[i].what, 1);

		rule->conditions.type = types[i].type;
		rule->stops = true;
	}
	add_stops(ctx, "stop: answer by its subject", &ctx->words.answer_headers, true);
	add_stops(ctx, "stop: answer behind a mark", &ctx->words.answer_subjects, false);
	if (ctx->rules->probe) {
		static const char *mark[] = {
			"[postvagt-probe"}; /* vocabulary_probe without its blank */
		struct inbox_rule *rule;

		ctx->section = _("The agent's own probes.");
		rule = add_rule(ctx,
			arena_format(ctx->arena, "probe to %s",
				join_addresses(ctx->arena, one_address(ctx, ctx->rules->probe))),
			1);
		rule->conditions.subject = (struct strings){mark, 1};
		rule->redirect_to = *one_address(ctx, ctx->rules->probe);
		rule->stops = true;
	}
}

/* Whether the target belongs to a section, and by which flags. */
static const bool *flags_in(const struct rules_target *target, enum inbox_part part)
{
	if (part == PART_BOTH)
		return target->is_same ? target->ordinary : NULL;
	if (target->is_same)
		return NULL;
	return part == PART_ORDINARY ? target->ordinary : target->critical;
}

/* Pass the mail of some tags on to one address. */
static void add_target(struct inbox_ctx *ctx, const struct rules_target *target,
	enum inbox_part part)
{
	static const char *const words[] = {"to", "ordinary to", "high priority to"};
	const bool *flags = flags_in(target, part);
	const char *what = arena_format(ctx->arena, "%s %s", words[part],
		join_addresses(ctx->arena, one_address(ctx, target->address)));
	struct strings texts, before = {0};
	size_t number = 1;

	if (!flags)
		return;
	texts = inbox_tag_texts(ctx->arena, ctx->rules, flags, ctx->inbox->ways);
	for (size_t from = 0; from < texts.count; number++) {
		size_t end = inbox_list_end(&texts, from);
		struct inbox_rule *rule = add_rule(ctx, what, number);

		rule->conditions.subject = take_part(&texts, from, end);
		if (part == PART_ORDINARY)
			except_high(ctx, rule);
		else
			rule->exceptions.subject = before;
		rule->redirect_to = *one_address(ctx, target->address);
		before = rule->conditions.subject;
		from = end;
	}
	if (number > (part == PART_ORDINARY ? 2 : 3))
		findings_add(ctx->findings, FINDING_WARNING, target->address,
			_("its tags are too long for one condition of an Inbox rule, so there are "
			  "%zu rules: a mail that carries tags of several of them is redirected "
			  "more than once, and Exchange removes the second copy in mailboxes; use "
			  "fewer or shorter spellings"),
			number - 1);
}

/* To whom mail goes that carries no routed tag. */
static struct strings find_rest(struct inbox_ctx *ctx, bool is_high)
{
	const struct rules *rules = ctx->rules;
	struct strings list = {arena_get(ctx->arena, rules->target_count * sizeof(*list.items)), 0};

	for (size_t i = 0; i < rules->target_count; i++) {
		const struct rules_target *target = &rules->targets[i];

		if ((is_high ? target->critical : target->ordinary)[rules->tag_count])
			list.items[list.count++] = target->address;
	}
	return list;
}

/* 5. and 7.: nothing that carries a routed tag goes to "*". */
static void add_end(struct inbox_ctx *ctx, bool is_ordinary, bool is_last)
{
	const struct rules *rules = ctx->rules;
	bool *routed = arena_get(ctx->arena, (rules->tag_count + 1) * sizeof(*routed));
	struct strings texts, rest = find_rest(ctx, !is_ordinary);
	size_t first = ctx->inbox->count;
	struct inbox_rule *rule;

	for (size_t i = 0; i < rules->tag_count; i++)
		routed[i] = rules->tags[i].has_route;
	texts = inbox_tag_texts(ctx->arena, rules, routed, ctx->inbox->ways);
	ctx->section = is_ordinary && !is_last ? _("Ordinary mail ends here: \"*\".")
					       : _("What carries no tag with a route: \"*\".");
	if (rest.count > 0)
		add_stops(ctx, is_last ? "stop: a tag" : "stop: a tag, ordinary", &texts, false);
	if (rest.count > 0 || !is_last) {
		rule = add_rule(ctx,
			arena_format(ctx->arena, "the rest%s to %s", is_last ? "" : ", ordinary,",
				join_addresses(ctx->arena, &rest)),
			1);
		rule->redirect_to = rest;
		rule->stops = true;
	}
	for (size_t i = first; i < ctx->inbox->count && !is_last; i++)
		except_high(ctx, &ctx->inbox->items[i]);
	ctx->section = NULL;
}

static void add_targets(struct inbox_ctx *ctx, enum inbox_part part, const char *section)
{
	ctx->section = section;
	for (size_t i = 0; i < ctx->rules->target_count; i++)
		add_target(ctx, &ctx->rules->targets[i], part);
	ctx->section = NULL;
}

static bool has_priorities(const struct rules *rules)
{
	for (size_t i = 0; i < rules->target_count; i++) {
		if (!rules->targets[i].is_same)
			return true;
	}
	return false;
}

static void check_spellings(struct inbox_ctx *ctx)
{
	const struct rules *rules = ctx->rules;

	for (size_t i = 0; i < rules->tag_count; i++) {
		const struct rules_tag *tag = &rules->tags[i];

		for (size_t j = 0; tag->has_route && j < tag->spelling_count; j++) {
			const struct strings one = {&tag->spellings[j], 1};

			if (tag->spellings[j][0] != '[' && inbox_list_length(&one) < BARE_MIN)
				findings_add(ctx->findings, FINDING_WARNING, tag->id,
					_("its spelling \"%s\" has no brackets, and Inbox rules also find "
					  "it inside words, so that other mail goes to its lists; write it "
					  "in brackets in tags.yaml if KOMBIT does"),
					tag->spellings[j]);
			if (inbox_list_length(&one) > INBOX_LIST_MAX)
				findings_add(ctx->findings, FINDING_ERROR, tag->id,
					_("its spelling is longer than the %d characters that a "
					  "condition of an Inbox rule takes; shorten it in tags.yaml"),
					INBOX_LIST_MAX);
		}
	}
}

static size_t strings_bytes(const struct strings *list)
{
	size_t bytes = 0;

	for (size_t i = 0; i < list->count; i++)
		bytes += 2 * strlen(list->items[i]) + TEXT_BYTES;
	return bytes;
}

/* About what the rules take in the mailbox: texts in UTF-16, and some bytes for what is around them. */
static size_t count_bytes(const struct inbox_rules *inbox)
{
	size_t bytes = 0;

	for (size_t i = 0; i < inbox->count; i++) {
		const struct inbox_rule *rule = &inbox->items[i];

		bytes += RULE_BYTES + 2 * strlen(rule->name);
		bytes += strings_bytes(&rule->conditions.subject) +
			strings_bytes(&rule->conditions.header);
		bytes += strings_bytes(&rule->exceptions.subject) +
			strings_bytes(&rule->exceptions.header) + strings_bytes(&rule->redirect_to);
	}
	return bytes;
}

static void refuse_size(struct inbox_ctx *ctx)
{
	findings_add(ctx->findings, FINDING_ERROR, ctx->rules->address,
		_("the Inbox rules take more than the %zu KB that a mailbox has for them; use fewer "
		  "tags, spellings or lists"),
		INBOX_BYTES_MAX / 1024);
}

/* What is too much at first sight, before each list is held against each tag. */
static void check_counts(struct inbox_ctx *ctx)
{
	const struct rules *rules = ctx->rules;
	size_t members = 0;

	for (size_t i = 0; i < rules->target_count; i++) {
		for (size_t j = 0; j < rules->tag_count; j++)
			members += rules->targets[i].ordinary[j] + rules->targets[i].critical[j];
	}
	if (members * TEXT_BYTES / 2 > INBOX_BYTES_MAX ||
		rules->target_count * RULE_BYTES + rules->tag_count * 2 * TEXT_BYTES >
			INBOX_BYTES_MAX)
		refuse_size(ctx);
}

static const char *make_prefix(struct arena *arena, const struct rules *rules)
{
	char hex[SHA256_HEX];
	struct hash hash;

	hash_init(&hash);
	hash_add_text(&hash, text_fold(arena, rules->address, strlen(rules->address)));
	hash_end(&hash, hex);
	return arena_format(arena, "postvagt %.8s ", hex);
}

bool inbox_rules_make(struct inbox_rules *inbox, struct arena *arena, const struct rules *rules,
	struct findings *findings)
{
	struct inbox_ctx ctx = {
		.inbox = inbox, .rules = rules, .arena = arena, .findings = findings};
	size_t errors = findings->errors;

	*inbox = (struct inbox_rules){
		.arena = arena, .rules = rules, .prefix = make_prefix(arena, rules)};
	inbox_words_make(&ctx.words, arena, rules);
	check_spellings(&ctx);
	check_counts(&ctx);
	if (findings->errors > errors)
		return false;
	inbox->ways = inbox_choose_ways(arena, rules);
	add_front(&ctx);
	add_targets(&ctx, PART_BOTH, _("Lists for which priority makes no difference."));
	if (has_priorities(rules)) {
		add_targets(&ctx, PART_ORDINARY, _("Ordinary mail."));
		add_end(&ctx, true, false);
		add_targets(&ctx, PART_HIGH, _("Mail of high priority: all that is left."));
	}
	add_end(&ctx, !has_priorities(rules), true);
	if (count_bytes(inbox) > INBOX_BYTES_MAX)
		refuse_size(&ctx);
	return findings->errors == errors;
}
