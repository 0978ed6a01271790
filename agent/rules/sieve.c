/*
 * The rules as a Sieve script: RFC 5228, with the extensions copy (RFC 3894),
 * envelope, fileinto, imap4flags (RFC 5232), mailbox (RFC 5490) and variables (RFC 5229).
 *
 * Servers decode and unfold the Subject themselves, and compare it without the
 * case of ASCII letters (i;ascii-casemap); what else may differ is in
 * rules_ways(). A variable tells what was found: tag1, tag2, ..., rest, critical.
 * Each address has one `redirect` in any way through the script, so no mail
 * reaches it twice.
 */
#include "rules/rules.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/system/version.h"
#include "base/text/hidden.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "rules/spelling.h"

#define SIEVE_LINE_MAX 100

/* Pigeonhole's sieve_max_redirects, unless its settings have another. */
#define REDIRECTS_MAX 4

/* The keyword of mail that is passed on; it must be there before the mail is filed. */
#define FORWARDED "\"$Forwarded\""

#define DOLLAR  "${dollar}"
#define ENCODED "${unicode:"

/* One character of a quoted string; hidden ones are encoded (RFC 5228 section 2.4.2.4). */
static void add_character(struct strbuf *out, const char *text, size_t length, uint32_t c)
{
	if (hidden_character(c))
		strbuf_addf(out, ENCODED "%x}", (unsigned int)c);
	else if (c == '$' && text[1] == '{')
		strbuf_adds(out, DOLLAR);
	else
		strbuf_addf(out, c == '"' || c == '\\' ? "\\%.*s" : "%.*s", (int)length, text);
}

/* As a quoted string. "${" would begin a variable, or an encoded character, so its $ comes from a variable. */
static void add_quoted(struct strbuf *out, const char *text)
{
	size_t left = strlen(text), length;
	uint32_t c = 0;

	strbuf_addc(out, '"');
	for (; left > 0; text += length, left -= length) {
		length = hidden_next(&c, text, left);
		if (length > 0)
			add_character(out, text, length, c);
		length = length > 0 ? length : 1; /* what YAML reads is UTF-8 */
	}
	strbuf_addc(out, '"');
}

static void add_comment(struct strbuf *out, const char *indent, const char *text)
{
	strbuf_addf(out, "%s# ", indent);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

/* How far the last line of `out` has come, in bytes. */
static size_t current_column(const struct strbuf *out)
{
	const char *newline = strrchr(out->text, '\n');

	return newline ? out->length - (size_t)(newline + 1 - out->text) : out->length;
}

/* One more string of a list; a line that gets too long is broken before it. */
static void add_listed(struct strbuf *out, const char *text, bool first)
{
	struct strbuf quoted = STRBUF_INIT;

	add_quoted(&quoted, text);
	if (!first)
		strbuf_addc(out, ',');
	if (current_column(out) + quoted.length + 4 > SIEVE_LINE_MAX)
		strbuf_adds(out, "\n\t\t");
	else if (!first)
		strbuf_addc(out, ' ');
	strbuf_adds(out, quoted.text);
	strbuf_release(&quoted);
}

static void add_head(struct strbuf *out, const struct rules *rules, bool encodes)
{
	const struct mapping *mapping = rules->mapping;

	add_comment(out, "",
		arena_format(rules->arena, "The rules of the mailbox %s.", rules->address));
	strbuf_adds(out, RULES_STAMP_MARK);
	strbuf_adds(out, rules->stamp);
	strbuf_addf(out,
		"\n"
		"# mapping, by SHA-256:\n"
		"#   tags   %s\n"
		"#   routes %s\n"
		"# Made by postvagt %s: \"postvagt rules --for sieve\". Do not change it here; change the\n"
		"# mapping, and make it anew.\n",
		mapping->sha256.tags, mapping->sha256.routes, POSTVAGT_VERSION);
	if (rules_most_targets(rules) > REDIRECTS_MAX)
		strbuf_addf(out,
			"#\n"
			"# A mail that carries many tags is passed on to many addresses, %zu at most. Pigeonhole\n"
			"# allows %d, and passes a mail with more on to nobody: set sieve_max_redirects = %zu there.\n",
			rules_most_targets(rules), REDIRECTS_MAX, rules_most_targets(rules));
	strbuf_addf(out,
		"\nrequire [\"copy\", %s\"envelope\", \"fileinto\", \"imap4flags\", \"mailbox\", \"variables\"];\n",
		encodes ? "\"encoded-character\", " : "");
}

/*
 * Notices that a mail could not be delivered, or was read, have no sender (RFC 5321 section
 * 4.5.5); answers while somebody is out are auto-replied (RFC 3834), or say so otherwise.
 * A ticket system's own mail is auto-generated, and is passed on.
 */
static void add_stay(struct strbuf *out, const struct rules *rules)
{
	strbuf_adds(out,
		"\n"
		"# What answers by itself, and what was passed on from here already, stays where it is.\n"
		"if anyof (\n"
		"\tenvelope :is \"from\" \"\",\n"
		"\theader :matches \"Auto-Submitted\" [\"auto-replied*\", \"auto-notified*\"],\n"
		"\theader :is \"Precedence\" [\"auto_reply\", \"auto-reply\", \"junk\"],\n"
		"\texists \"X-Autoreply\", exists \"X-Autorespond\", exists \"X-Autoresponder\",\n"
		"\theader :matches \"Subject\" [\"Automatic reply:*\", \"Automatisk svar:*\", \"Autosvar:*\",\n"
		"\t\t\"Auto-reply:*\", \"Autoreply:*\", \"Out of office:*\", \"Ikke til stede:*\"],\n"
		"\theader :contains [\"X-Loop\", \"X-Sieve-Redirected-From\",\n"
		"\t\t\"X-MS-Exchange-Inbox-Rules-Loop\"] ");
	add_quoted(out, rules->address);
	strbuf_adds(out,
		") {\n"
		"\tstop;\n"
		"}\n");
}

static void add_critical(struct strbuf *out)
{
	strbuf_adds(out,
		"\n"
		"# High priority.\n"
		"if anyof (\n"
		"\theader :matches \"Importance\" [\"high\", \"high *\"],\n"
		"\theader :matches \"X-Priority\" [\"1\", \"1 *\", \"1(*\", \"2\", \"2 *\", \"2(*\"],\n"
		"\theader :matches \"Priority\" [\"urgent\", \"urgent *\"],\n"
		"\theader :matches \"X-MSMail-Priority\" [\"high\", \"high *\"],\n"
		"\theader :matches \"Subject\" [\"!*\", \" !*\", \"  !*\", \"\t!*\"]) {\n"
		"\tset \"critical\" \"yes\";\n"
		"}\n");
}

/* A tag: found, filed, and noted. */
static void add_tag(struct strbuf *out, const struct rules *rules, size_t number)
{
	const struct rules_tag *tag = &rules->tags[number];
	bool first = true;

	add_comment(out, "", tag->id);
	strbuf_adds(out, "if header :contains \"Subject\" [");
	for (size_t i = 0; i < tag->spelling_count; i++) {
		const char **ways;
		size_t count = rules_ways(rules->arena, tag->spellings[i], &ways);

		for (size_t j = 0; j < count; j++, first = false)
			add_listed(out, ways[j], first);
	}
	strbuf_adds(out, "] {\n");
	if (tag->has_route && !rules->has_rest)
		strbuf_adds(out, "\taddflag " FORWARDED ";\n");
	if (tag->folder) {
		strbuf_adds(out, "\tfileinto :create ");
		add_quoted(out, tag->folder);
		strbuf_adds(out, ";\n");
	}
	if (tag->has_route)
		strbuf_addf(out, "\tset \"tag%zu\" \"yes\";\n", number + 1);
	else
		strbuf_adds(out, "\tset \"rest\" \"yes\"; # no route names it\n");
	strbuf_adds(out, "\tset \"known\" \"yes\";\n}\n");
}

static void add_tags(struct strbuf *out, const struct rules *rules)
{
	if (rules->has_rest)
		strbuf_adds(out,
			"\n# All that comes so far is passed on.\naddflag " FORWARDED ";\n");
	strbuf_adds(out,
		"\n# Tags, in every spelling. Mail is filed under each that its subject carries.\n");
	for (size_t i = 0; i < rules->tag_count; i++)
		add_tag(out, rules, i);
	strbuf_adds(out,
		"\n# No tag, or none that is known.\n"
		"if string :is \"${known}\" \"\" {\n"
		"\tset \"rest\" \"yes\";\n"
		"}\n");
}

/* Pass on to a target the mail of these tags. */
static void add_target(struct strbuf *out, const struct rules *rules,
	const struct rules_target *target, const bool *tags, const char *indent)
{
	struct strbuf found = STRBUF_INIT;

	for (size_t i = 0; i < rules->tag_count; i++) {
		if (tags[i])
			strbuf_addf(&found, "%s\"${tag%zu}\"", found.length > 0 ? ", " : "", i + 1);
	}
	if (tags[rules->tag_count])
		strbuf_add_item(&found, ", ", "\"${rest}\"");
	add_comment(out, indent, target->lists);
	strbuf_addf(out,
		strchr(found.text, ',') ? "%sif string :is [%s] \"yes\" {\n"
					: "%sif string :is %s \"yes\" {\n",
		indent, found.text);
	strbuf_release(&found);
	strbuf_addf(out, "%s\tredirect :copy ", indent);
	add_quoted(out, target->address);
	strbuf_addf(out, ";\n%s}\n", indent);
}

/* The targets for which priority makes a difference, of one priority. */
static void add_of_priority(struct strbuf *out, const struct rules *rules, bool critical)
{
	for (size_t i = 0; i < rules->target_count; i++) {
		const struct rules_target *target = &rules->targets[i];

		if (!target->is_same && (critical ? target->is_critical : target->is_ordinary))
			add_target(out, rules, target,
				critical ? target->critical : target->ordinary, "\t");
	}
}

static void add_targets(struct strbuf *out, const struct rules *rules)
{
	struct strbuf critical = STRBUF_INIT, ordinary = STRBUF_INIT;

	add_of_priority(&critical, rules, true);
	add_of_priority(&ordinary, rules, false);
	strbuf_adds(out, "\n# Pass it on, to each address once. Whatever its priority is, to:\n");
	for (size_t i = 0; i < rules->target_count; i++) {
		const struct rules_target *target = &rules->targets[i];

		if (target->is_same)
			add_target(out, rules, target, target->ordinary, "");
	}
	if (critical.length + ordinary.length > 0)
		strbuf_addf(out,
			"\n# With high priority to the first of these, else to the second:\n"
			"if string :is \"${critical}\" \"yes\" {\n%s} else {\n%s}\n",
			critical.text, ordinary.text);
	strbuf_release(&critical);
	strbuf_release(&ordinary);
}

void rules_add_sieve(struct strbuf *out, const struct rules *rules)
{
	struct strbuf body = STRBUF_INIT;

	add_stay(&body, rules);
	add_critical(&body);
	add_tags(&body, rules);
	add_targets(&body, rules);
	add_head(out, rules, strstr(body.text, ENCODED) != NULL);
	if (strstr(body.text, DOLLAR))
		strbuf_adds(out, "\nset \"dollar\" \"$\";\n");
	strbuf_adds(out, body.text);
	strbuf_release(&body);
}
