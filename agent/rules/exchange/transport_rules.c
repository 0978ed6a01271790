/*
 * The rules as a PowerShell script that makes transport rules, for Exchange on premises (2013 or newer). In Exchange
 * Online they cannot deliver: "you can't add a distribution group as a recipient" to the actions BlindCopyTo,
 * AddToRecipients and CopyTo (mail-flow-rule-actions.md), a note that the page for on-premises Exchange does not have.
 *
 * A transport rule has each condition at most once, and all of them must hold; so what is
 * "one of several headers" here is several rules that leave a mark in the message, a
 * header whose value is the mailbox's own, and later rules ask for the mark:
 *
 *	X-Postvagt-Stay      not to be passed on, or passed on already
 *	X-Postvagt-Critical  high priority
 *	X-Postvagt-Known     carries a tag that has a route
 *	X-Postvagt-Rest      goes where "*" goes: all other mail
 *
 * Copies go out as blind copies, one recipient each however many rules name it.
 *
 * What New-TransportRule.md rules out is not used: "Trying to search for empty From addresses using this parameter doesn't
 * work" (FromAddressMatchesPatterns), and SenderAddressLocation, whose default is the From field. A mail with the empty sender is
 * known by Return-Path, where a server in front has written one, and a bounce by its Content-Type.
 * MessageTypeMatches knows OOF, "auto-reply messages configured by the user", and ReadReceipt.
 *
 * Regular expressions see decoded subjects, but no page promises lookbehind, so that not all of the contract (section 7) can be
 * said: a "!" behind any bracketed tags that stand first is high priority, whether they are known or not, and a word behind
 * "ikke" spoils the others.
 */
#include "rules/model/rules.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/system/version.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "matcher/vocabulary.h"
#include "model/mapping.h"
#include "rules/exchange/powershell.h"
#include "rules/exchange/transport_rules.h"

/* What Exchange takes: 64 characters of a rule's name, less "postvagt 01234567 "; all patterns of a rule, well below it. */
#define NAME_ROOM    46
#define PATTERNS_MAX 4000

/*
 * Exchange Online's limits ("Journal, transport, and inbox rule limits", and KB 3003043: 8192 characters a rule, 20 KB of all
 * regular expressions). No page has others for Exchange on premises, so these are kept there, too.
 */
#define TRANSPORT_RULES_MAX 300
#define RULE_MAX            8192
#define ALL_PATTERNS_MAX    ((size_t)20 * 1024)

/* What may stand before the words that make a subject an answer or high priority: reply prefixes and ignored marks. */
#define PREFIX "((sv|vs|re|aw|wg|fw|fwd|antw|vb|vl|tr|rv|enc) ?(\\[[0-9]+\\]|\\([0-9]+\\))? ?:\\s*"

#define BANG "([!\xef\xbc\x81]|\\[\\s*[!\xef\xbc\x81]+\\s*\\]|\\(\\s*[!\xef\xbc\x81]+\\s*\\))"

/* The script being written. */
struct script {
	struct strbuf *out;
	const struct rules *rules;
	char mark[9];       /* of this mailbox, a word of hexadecimal digits */
	const char *prefix; /* an expression: the start of a subject, behind prefixes and marks */
	size_t rule_count;
	size_t rule_start, longest; /* bytes of the output: where the rule begins; of the longest */
	size_t patterns;            /* bytes of all */
};

/* A letter that has a decomposed form may stand in either. */
static void add_letter_pattern(struct strbuf *out, const uint8_t *letter, size_t bytes)
{
	size_t length = 0;
	uint8_t *apart = u8_normalize(UNINORM_NFD, letter, bytes, NULL, &length);
	bool has_two = apart && apart[0] < 0x80;

	if (has_two)
		strbuf_addc(out, '(');
	strbuf_add(out, letter, bytes);
	if (has_two) {
		strbuf_addc(out, '|');
		strbuf_add(out, apart, length);
		strbuf_addc(out, ')');
	}
	free(apart);
}

/* A text as a regular expression, in which any run of blanks is any other. */
static void add_pattern(struct strbuf *out, const char *text)
{
	const uint8_t *at = (const uint8_t *)text;

	while (*at) {
		ucs4_t c;
		size_t bytes = (size_t)u8_mbtouc(&c, at, strlen((const char *)at));

		if (c == ' ') {
			strbuf_adds(out, "\\s+");
		} else if (c >= 0x80) {
			add_letter_pattern(out, at, bytes);
		} else {
			if (strchr("\\^$.|?*+()[]{}", (int)c))
				strbuf_addc(out, '\\');
			strbuf_addc(out, (char)c);
		}
		at += bytes;
	}
}

/* A tag: with blanks inside its brackets, or whole words. */
static void add_tag_pattern(struct strbuf *out, const char *spelling)
{
	size_t length = strlen(spelling);
	bool is_bracketed = length > 2 && spelling[0] == '[' && spelling[length - 1] == ']';
	struct strbuf inside = STRBUF_INIT;

	if (is_bracketed)
		strbuf_add(&inside, spelling + 1, length - 2);
	else
		strbuf_adds(&inside, spelling);
	strbuf_adds(out, is_bracketed ? "\\[\\s*" : "(^|\\W)");
	add_pattern(out, inside.text);
	strbuf_adds(out, is_bracketed ? "\\s*\\]" : "(\\W|$)");
	strbuf_release(&inside);
}

/* The start of a subject, behind reply prefixes and ignored marks; "*" in a mark stands for no bracket. */
static const char *make_prefix(const struct rules *rules)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, "^\\s*(" PREFIX);
	for (size_t i = 0; i < rules->ignore_count; i++) {
		const char *at = rules->ignore[i];

		strbuf_addc(&out, '|');
		while (*at) {
			struct strbuf part = STRBUF_INIT;
			size_t length = strcspn(at, "*");

			strbuf_add(&part, at, length);
			add_pattern(&out, part.text);
			strbuf_release(&part);
			at += length;
			if (*at)
				strbuf_adds(&out, at[1] ? "[^\\[\\]]*" : "[^\\[\\]\\s]*");
			at += *at != '\0';
		}
		strbuf_adds(&out, "\\s*");
	}
	strbuf_adds(&out, "))*");
	return strbuf_to_arena(&out, rules->arena);
}

/* Rules: begin one, give it parameters, end it. */

/* The name as far as it fits; what is cut off is told apart by a few digits of a hash. */
static void add_name(struct script *script, const char *what)
{
	struct strbuf name = STRBUF_INIT;
	const uint8_t *at = (const uint8_t *)what;
	size_t room = u8_mbsnlen(at, strlen(what)) <= NAME_ROOM ? NAME_ROOM : NAME_ROOM - 5;

	strbuf_addf(&name, "postvagt %s ", script->mark);
	for (; *at && room > 0; room--) {
		size_t bytes = (size_t)u8_mblen(at, strlen((const char *)at));

		strbuf_add(&name, at, bytes);
		at += bytes;
	}
	if (*at)
		strbuf_addf(&name, "~%.4s", hash_hex(script->rules->arena, what, strlen(what)));
	strbuf_adds(script->out, "        Name = ");
	powershell_add_text(script->out, name.text);
	strbuf_addc(script->out, '\n');
	strbuf_release(&name);
}

/* Of several rules that differ in their patterns only, `part` tells which, from 1. */
static void begin_rule(struct script *script, const char *what, size_t part)
{
	script->rule_count++;
	script->rule_start = script->out->length;
	strbuf_adds(script->out, "    @{\n");
	add_name(script,
		part > 1 ? arena_format(script->rules->arena, "%s (%zu)", what, part) : what);
}

static void add_parameter(struct script *script, const char *name, const char *value)
{
	if (strstr(name, "Patterns"))
		script->patterns += strlen(value);
	strbuf_addf(script->out, "        %s = ", name);
	powershell_add_text(script->out, value);
	strbuf_addc(script->out, '\n');
}

static void end_rule(struct script *script)
{
	size_t length = script->out->length - script->rule_start;

	script->longest = length > script->longest ? length : script->longest;
	strbuf_adds(script->out, "    }\n");
}

/* The mark that a rule leaves, or that it asks for by one of the two ways that Exchange has. */
static void set_mark(struct script *script, const char *header)
{
	add_parameter(script, "SetHeaderName", header);
	add_parameter(script, "SetHeaderValue", script->mark);
	end_rule(script);
}

static void ask_contains(struct script *script, const char *prefix, const char *header)
{
	strbuf_addf(script->out,
		"        %sHeaderContainsMessageHeader = '%s'\n"
		"        %sHeaderContainsWords = '%s'\n",
		prefix, header, prefix, script->mark);
}

static void ask_matches(struct script *script, const char *prefix, const char *header)
{
	strbuf_addf(script->out,
		"        %sHeaderMatchesMessageHeader = '%s'\n"
		"        %sHeaderMatchesPatterns = '^%s$'\n",
		prefix, header, prefix, script->mark);
}

/* A rule of one condition, its second parameter NULL where it has but one, that leaves a mark. */
struct exchange_marking {
	const char *what;
	const char *parameter, *value;
	const char *second, *second_value;
};

#define HEADER(name, pattern) "HeaderMatchesMessageHeader", name, "HeaderMatchesPatterns", pattern

/* Exchange's own words for what it knows by itself, and headers of those that it does not. */
static const struct exchange_marking stays[] = {
	{"stays: no sender", HEADER("Return-Path", "^\\s*<\\s*>\\s*$")},
	{"stays: out of office", "MessageTypeMatches", "OOF", NULL, NULL},
	{"stays: receipt", "MessageTypeMatches", "ReadReceipt", NULL, NULL},
	{"stays: Auto-Submitted", HEADER("Auto-Submitted", "^\\s*auto-(replied|notified)(\\W|$)")},
	{"stays: report", HEADER("Content-Type", "^\\s*multipart/report(\\W|$)")},
	{"stays: calendar reply",
		HEADER("Content-Type",
			"^\\s*text/calendar\\s*(;\\s*[^;=\"]+=(\"[^\"]*\"|[^;\"]*)\\s*)*;\\s*method\\s*=\\s*"
			"\"?reply\"?\\s*(;|$)")},
	{"stays: X-Autoreply", HEADER("X-Autoreply", ".")},
	{"stays: X-Autorespond", HEADER("X-Autorespond", ".")},
	{"stays: X-Autogenerated", HEADER("X-Autogenerated", "^\\s*reply(\\W|$)")},
};

static const struct exchange_marking criticals[] = {
	{"critical: Importance", "WithImportance", "High", NULL, NULL},
	{"critical: X-Priority", HEADER("X-Priority", "^\\s*(1|2|high|highest)(\\W|$)")},
	{"critical: Priority", HEADER("Priority", "^\\s*urgent(\\W|$)")},
	{"critical: X-MSMail-Priority", HEADER("X-MSMail-Priority", "^\\s*(high|urgent)(\\W|$)")},
};

static void add_markings(struct script *script, const struct exchange_marking *markings,
	size_t count, const char *header)
{
	for (size_t i = 0; i < count; i++) {
		begin_rule(script, markings[i].what, 1);
		add_parameter(script, markings[i].parameter, markings[i].value);
		if (markings[i].second)
			add_parameter(script, markings[i].second, markings[i].second_value);
		set_mark(script, header);
	}
}

/* What comes back, by a way that says where it was. */
static void add_loop(struct script *script)
{
	struct strbuf pattern = STRBUF_INIT;

	strbuf_adds(&pattern, "(^|[\\s,;<])");
	add_pattern(&pattern, script->rules->address);
	strbuf_adds(&pattern, "([\\s,;>]|$)");
	for (size_t i = 0; vocabulary_loop_fields[i]; i++) {
		const char *field = vocabulary_loop_fields[i];

		begin_rule(script, arena_format(script->rules->arena, "stays: %s", field), 1);
		add_parameter(script, "HeaderMatchesMessageHeader", field);
		add_parameter(script, "HeaderMatchesPatterns", pattern.text);
		set_mark(script, "X-Postvagt-Stay");
	}
	strbuf_release(&pattern);
}

/* The patterns of the tags that `flags` has: how many, in *patterns. */
static size_t find_patterns(struct script *script, const bool *flags, const char ***patterns)
{
	struct arena *arena = script->rules->arena;
	size_t count = 0, room = 0;

	*patterns = NULL;
	for (size_t i = 0; i < script->rules->tag_count; i++) {
		const struct rules_tag *tag = &script->rules->tags[i];

		for (size_t j = 0; flags[i] && j < tag->spelling_count; j++) {
			struct strbuf pattern = STRBUF_INIT;

			add_tag_pattern(&pattern, tag->spellings[j]);
			*patterns = arena_grow(arena, *patterns, count, &room, sizeof(**patterns));
			(*patterns)[count++] = strbuf_to_arena(&pattern, arena);
		}
	}
	return count;
}

/* Begin a rule on subjects with as many of the patterns, from number *from on, as one may have. */
static void begin_subject_rule(struct script *script, const char *what, size_t part,
	const char **patterns, size_t count, size_t *from)
{
	size_t length = 0;

	begin_rule(script, what, part);
	strbuf_adds(script->out, "        SubjectMatchesPatterns = @(\n");
	do {
		strbuf_adds(script->out, "            ");
		powershell_add_text(script->out, patterns[*from]);
		length += strlen(patterns[(*from)++]);
		strbuf_adds(script->out, *from < count && length < PATTERNS_MAX ? ",\n" : "\n");
	} while (*from < count && length < PATTERNS_MAX);
	script->patterns += length;
	strbuf_adds(script->out, "        )\n");
}

/* Mark mail that carries a tag with a route. */
static void add_known(struct script *script)
{
	const struct rules *rules = script->rules;
	bool *known = arena_get(rules->arena, (rules->tag_count + 1) * sizeof(*known));
	const char **patterns;
	size_t count;

	for (size_t i = 0; i < rules->tag_count; i++)
		known[i] = rules->tags[i].has_route;
	count = find_patterns(script, known, &patterns);
	for (size_t from = 0, part = 1; from < count; part++) {
		begin_subject_rule(script, "tag: known", part, patterns, count, &from);
		set_mark(script, "X-Postvagt-Known");
	}
	begin_rule(script, "tag: none", 1);
	ask_contains(script, "ExceptIf", "X-Postvagt-Known");
	set_mark(script, "X-Postvagt-Rest");
}

/* Words of the vocabulary as one expression, joined too. */
static const char *join_words(const struct rules *rules, const char *const *words)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; words[i]; i++) {
		struct strbuf pattern = STRBUF_INIT;

		strbuf_adds(&out, i > 0 ? "|" : "");
		add_pattern(&pattern, words[i]);
		for (const char *at = pattern.text; *at; at++) {
			bool is_blank = strncmp(at, "\\s+", 3) == 0;

			strbuf_add(&out, is_blank ? "\\s*" : at, is_blank ? 3 : 1);
			at += is_blank ? 2 : 0;
		}
		strbuf_release(&pattern);
	}
	return strbuf_to_arena(&out, rules->arena);
}

/* One rule on subjects that leaves a mark; `except` may be NULL. */
static void mark_subjects(struct script *script, const char *what, const char *pattern,
	const char *except, const char *header)
{
	begin_rule(script, what, 1);
	add_parameter(script, "SubjectMatchesPatterns", pattern);
	if (except)
		add_parameter(script, "ExceptIfSubjectMatchesPatterns", except);
	set_mark(script, header);
}

/* What only a subject says. */
static void add_subject_marks(struct script *script, bool is_critical)
{
	const struct rules *rules = script->rules;
	struct arena *arena = rules->arena;
	const char *prefix = script->prefix, *words;

	if (!is_critical) {
		words = join_words(rules, vocabulary_answer_words);
		mark_subjects(script, "stays: subject of an answer",
			arena_format(arena, "%s(%s)(\\W|$)", prefix, words), NULL,
			"X-Postvagt-Stay");
		return;
	}
	words = join_words(rules, vocabulary_priority_words);
	mark_subjects(script, "critical: ! in front", arena_format(arena, "%s" BANG, prefix), NULL,
		"X-Postvagt-Critical");
	mark_subjects(script, "critical: ! behind the first tags",
		arena_format(arena, "%s(\\[[^\\[\\]]*\\]\\s*)+" BANG, prefix), NULL,
		"X-Postvagt-Critical");
	mark_subjects(script, "critical: ! before a tag",
		arena_format(arena, "%s([^\\[\\]]*[\\]:-]\\s*)+" BANG "\\s*\\[", prefix),
		arena_format(arena, "[^\\s\\]:-]\\s*" BANG "\\s*\\["), "X-Postvagt-Critical");
	mark_subjects(script, "critical: words",
		arena_format(arena, "(%s|\\]\\s*|[\\[(]\\s*)(%s)(\\W|$)|(^|\\W)(%s)\\s*(:|\\[)",
			prefix, words, words),
		arena_format(arena, "(^|\\W)%s\\s+(%s)", vocabulary_priority_not, words),
		"X-Postvagt-Critical");
}

/* A probe goes to its own address, and nowhere else. */
static void add_probe(struct script *script)
{
	static const char pattern[] = "\\[\\s*postvagt-probe\\s";

	if (!script->rules->probe)
		return;
	begin_rule(script, "probe: to its address", 1);
	add_parameter(script, "SubjectMatchesPatterns", pattern);
	ask_contains(script, "ExceptIf", "X-Postvagt-Stay");
	add_parameter(script, "BlindCopyTo", script->rules->probe);
	end_rule(script);
	mark_subjects(script, "probe: nowhere else", pattern, NULL, "X-Postvagt-Stay");
}

/* Of which priority mail a rule passes on. */
enum priority {
	PRIORITY_ANY,
	PRIORITY_ORDINARY,
	PRIORITY_CRITICAL,
};

/* What remains of a rule that passes mail on. */
static void pass_on(struct script *script, const struct rules_target *target,
	enum priority priority)
{
	if (priority == PRIORITY_CRITICAL)
		ask_contains(script, "", "X-Postvagt-Critical");
	if (priority == PRIORITY_ORDINARY)
		ask_matches(script, "ExceptIf", "X-Postvagt-Critical");
	ask_contains(script, "ExceptIf", "X-Postvagt-Stay");
	add_parameter(script, "BlindCopyTo", target->address);
	end_rule(script);
}

static void add_target(struct script *script, const struct rules_target *target, const bool *tags,
	enum priority priority)
{
	static const char *const words[] = {"to", "ordinary to", "critical to"};
	const char **patterns;
	size_t count = find_patterns(script, tags, &patterns);
	const char *what =
		arena_format(script->rules->arena, "%s %s", words[priority], target->address);

	for (size_t from = 0, part = 1; from < count; part++) {
		begin_subject_rule(script, what, part, patterns, count, &from);
		pass_on(script, target, priority);
	}
	if (tags[script->rules->tag_count]) {
		begin_rule(script, arena_format(script->rules->arena, "no tag: %s", what), 1);
		ask_matches(script, "", "X-Postvagt-Rest");
		pass_on(script, target, priority);
	}
}

static void add_targets(struct script *script)
{
	for (size_t i = 0; i < script->rules->target_count; i++) {
		const struct rules_target *target = &script->rules->targets[i];

		strbuf_adds(script->out, "    ");
		powershell_add_comment(script->out, target->lists);
		if (target->is_same) {
			add_target(script, target, target->ordinary, PRIORITY_ANY);
			continue;
		}
		add_target(script, target, target->ordinary, PRIORITY_ORDINARY);
		add_target(script, target, target->critical, PRIORITY_CRITICAL);
	}
}

static void add_rules(struct script *script)
{
	strbuf_adds(script->out,
		"$rules = @(\n"
		"    # What is not passed on.\n");
	add_markings(script, stays, sizeof(stays) / sizeof(stays[0]), "X-Postvagt-Stay");
	add_subject_marks(script, false);
	add_loop(script);
	add_probe(script);
	strbuf_adds(script->out, "    # High priority.\n");
	add_markings(script, criticals, sizeof(criticals) / sizeof(criticals[0]),
		"X-Postvagt-Critical");
	add_subject_marks(script, true);
	strbuf_adds(script->out, "    # Tags.\n");
	add_known(script);
	add_targets(script);
	strbuf_adds(script->out, "    # Once is enough, also where a copy comes back.\n");
	begin_rule(script, "passed on", 1);
	set_mark(script, "X-Postvagt-Stay");
	strbuf_adds(script->out, ")\n");
}

static void add_head(struct script *script)
{
	const struct rules *rules = script->rules;
	const struct mapping *mapping = rules->mapping;

	powershell_add_comment(script->out,
		arena_format(rules->arena, "The rules of the mailbox %s.", rules->address));
	strbuf_addf(script->out,
		"%s%s\n"
		"# mapping, by SHA-256:\n"
		"#   tags   %s\n"
		"#   routes %s\n"
		"# Made by postvagt %s: \"postvagt rules --for exchange-transport\". Do not change it here; change the\n"
		"# mapping, and make it anew.\n",
		RULES_STAMP_MARK, rules->stamp, mapping->sha256.tags, mapping->sha256.routes,
		POSTVAGT_VERSION);
	strbuf_adds(script->out,
		"#\n"
		"# For Exchange on premises only: in Exchange Online transport rules cannot pass mail on to a list\n"
		"# (use \"postvagt rules --for exchange\" there).\n"
		"#\n"
		"# Run it in the Exchange Management Shell (2013 or newer). -WhatIf shows what it would do. Run again it makes the same rules,\n"
		"# and removes those of its own that are no more; those of others it leaves alone. Mail stays in\n"
		"# the mailbox, too. A transport rule cannot file it: it is all in the Inbox.\n"
		"\n"
		"[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]\n"
		"param()\n"
		"\n"
		"Set-StrictMode -Version 2.0\n"
		"$ErrorActionPreference = 'Stop'\n"
		"\n"
		"$mailbox = ");
	powershell_add_text(script->out, rules->address);
	strbuf_addf(script->out,
		"\n"
		"$prefix = 'postvagt %s '\n"
		"$comments = 'postvagt rules: sha256:%s'\n"
		"\n",
		script->mark, rules->stamp);
}

/* What is done with the rules is the same for every mailbox. */
static const char tail[] =
	"\n"
	"if (-not (Get-Command -Name New-TransportRule -ErrorAction SilentlyContinue)) {\n"
	"    throw 'New-TransportRule was not found: use the Exchange Management Shell'\n"
	"}\n"
	"\n"
	"# Set-TransportRule leaves alone what it is not given, so it is given what a rule does not have, too.\n"
	"$parameters = 'MessageTypeMatches', 'WithImportance', 'SubjectMatchesPatterns', 'ExceptIfSubjectMatchesPatterns',\n"
	"    'HeaderMatchesMessageHeader', 'HeaderMatchesPatterns', 'HeaderContainsMessageHeader', 'HeaderContainsWords',\n"
	"    'ExceptIfHeaderMatchesMessageHeader', 'ExceptIfHeaderMatchesPatterns',\n"
	"    'ExceptIfHeaderContainsMessageHeader', 'ExceptIfHeaderContainsWords',\n"
	"    'SetHeaderName', 'SetHeaderValue', 'BlindCopyTo'\n"
	"$before = @(Get-TransportRule | Where-Object { $_.Name.StartsWith($prefix, [StringComparison]::Ordinal) })\n"
	"\n"
	"foreach ($rule in $rules) {\n"
	"    $name = $rule['Name']\n"
	"    $arguments = @{ SentTo = $mailbox; Comments = $comments; Mode = 'Enforce'; Confirm = $false }\n"
	"    $existing = $before | Where-Object { $_.Name -ceq $name }\n"
	"    if ($existing) {\n"
	"        foreach ($parameter in $parameters) { $arguments[$parameter] = $rule[$parameter] }\n"
	"        if ($PSCmdlet.ShouldProcess($name, 'Set-TransportRule')) {\n"
	"            Set-TransportRule -Identity $name @arguments\n"
	"            if ($existing.State -eq 'Disabled') { Enable-TransportRule -Identity $name -Confirm:$false }\n"
	"        }\n"
	"    } else {\n"
	"        foreach ($parameter in $rule.Keys) { $arguments[$parameter] = $rule[$parameter] }\n"
	"        if ($PSCmdlet.ShouldProcess($name, 'New-TransportRule')) {\n"
	"            New-TransportRule @arguments | Out-Null\n"
	"        }\n"
	"    }\n"
	"}\n"
	"\n"
	"# Its own that are no more.\n"
	"$names = @($rules | ForEach-Object { $_['Name'] })\n"
	"foreach ($rule in $before) {\n"
	"    if ($names -cnotcontains $rule.Name -and $PSCmdlet.ShouldProcess($rule.Name, 'Remove-TransportRule')) {\n"
	"        Remove-TransportRule -Identity $rule.Name -Confirm:$false\n"
	"    }\n"
	"}\n"
	"\n"
	"# In their order, from the place of the first of them on.\n"
	"$own = @(Get-TransportRule | Where-Object { $_.Name.StartsWith($prefix, [StringComparison]::Ordinal) })\n"
	"if (-not $WhatIfPreference -and $own.Count -gt 0) {\n"
	"    $place = ($own | Measure-Object -Property Priority -Minimum).Minimum\n"
	"    foreach ($name in $names) {\n"
	"        $rule = Get-TransportRule -Identity $name\n"
	"        if ($rule.Priority -ne $place -and $PSCmdlet.ShouldProcess($name, \"Priority $place\")) {\n"
	"            Set-TransportRule -Identity $name -Priority $place -Confirm:$false\n"
	"        }\n"
	"        $place++\n"
	"    }\n"
	"}\n";

/* What Exchange would refuse is not written. */
static bool check_limits(const struct script *script, struct findings *findings)
{
	const char *address = script->rules->address;
	size_t errors = findings->errors;

	if (script->rule_count > TRANSPORT_RULES_MAX)
		findings_add(findings, FINDING_ERROR, address,
			_("%zu transport rules would be needed, and Exchange takes %d; use fewer lists"),
			script->rule_count, TRANSPORT_RULES_MAX);
	if (script->longest > RULE_MAX)
		findings_add(findings, FINDING_ERROR, address,
			_("a transport rule would have %zu characters, and Exchange takes %d; use fewer "
			  "or shorter spellings"),
			script->longest, RULE_MAX);
	if (script->patterns > ALL_PATTERNS_MAX)
		findings_add(findings, FINDING_ERROR, address,
			_("the patterns of all transport rules would have %zu characters, and Exchange "
			  "takes %zu; use fewer or shorter spellings, or fewer lists a tag"),
			script->patterns, ALL_PATTERNS_MAX);
	return findings->errors == errors;
}

bool rules_add_transport(struct strbuf *out, const struct rules *rules, struct findings *findings)
{
	struct script script = {.out = out, .rules = rules};
	char hex[SHA256_HEX];
	struct hash hash;

	hash_init(&hash);
	hash_add_text(&hash, text_fold(rules->arena, rules->address, strlen(rules->address)));
	hash_end(&hash, hex);
	memcpy(script.mark, hex, sizeof(script.mark) - 1);
	script.prefix = make_prefix(rules);
	add_head(&script);
	add_rules(&script);
	strbuf_adds(out, tail);
	return check_limits(&script, findings);
}
