/*
 * The rules as a Sieve script: RFC 5228, with the extensions copy (RFC 3894), encoded-character,
 * envelope, fileinto, imap4flags (RFC 5232), mailbox (RFC 5490), regex (draft-ietf-sieve-regex) and
 * variables (RFC 5229), all of which Pigeonhole has enabled by default.
 *
 * sieve_subject.h reads the subject, and says what a script cannot do. Variables say what was found:
 * `found`, the numbers of the tags that have a route, "<1><3>", or "<*>"; critical. One for each tag would be too many:
 * Pigeonhole has 255 in a script. Each address has one `redirect` in any way through the
 * script, so no mail reaches it twice.
 */
#include "rules/model/rules.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/system/version.h"
#include "base/text/strbuf.h"
#include "matcher/vocabulary.h"
#include "model/mapping.h"
#include "rules/sieve/sieve.h"
#include "rules/sieve/sieve_pattern.h"
#include "rules/sieve/sieve_subject.h"
#include "rules/sieve/sieve_text.h"

/* Pigeonhole's sieve_max_redirects and sieve_max_actions, unless its settings have others. */
#define REDIRECTS_MAX 4
#define ACTIONS_MAX   32

/* What is in quotes is no parameter (RFC 2045 section 5.1). */
#define CALENDAR_REPLY                                                                \
	"^[[:space:]]*text/calendar([^[:alnum:]\"]([^\"]|\"[^\"]*\")*)?;[[:space:]]*" \
	"method[[:space:]]*=[[:space:]]*\"?reply\"?[[:space:]]*(;|$)"

/* The keyword of mail that is passed on; it must be there before the mail is filed. */
#define FORWARDED "\"$Forwarded\""

const char *const rules_sieve_extensions[] = {"copy", "encoded-character", "envelope", "fileinto",
	"imap4flags", "mailbox", "regex", "variables", NULL};

/* What Pigeonhole must be set to. */
static void add_limits(struct strbuf *out, const struct rules *rules)
{
	size_t redirects = rules_most_targets(rules), actions = redirects + 1;

	for (size_t i = 0; i < rules->tag_count; i++)
		actions += rules->tags[i].folder != NULL;
	strbuf_adds(out,
		"#\n"
		"# Settings of Pigeonhole (plugin { } of dovecot.conf):\n"
		"#   sieve_redirect_envelope_from = recipient\n"
		"#     Bounces of what is passed on come back to the mailbox; by default the sender gets them.\n");
	if (redirects > REDIRECTS_MAX)
		strbuf_addf(out,
			"#   sieve_max_redirects = %zu\n"
			"#     A mail that carries every tag is passed on to that many addresses. By default it is %d,\n"
			"#     and a mail with more is passed on to nobody.\n",
			redirects, REDIRECTS_MAX);
	if (actions > ACTIONS_MAX)
		strbuf_addf(out,
			"#   sieve_max_actions = %zu\n"
			"#     The same mail is also filed under each tag. By default it is %d.\n",
			actions, ACTIONS_MAX);
}

static void add_head(struct strbuf *out, const struct rules *rules)
{
	const struct mapping *mapping = rules->mapping;

	sieve_text_add_comment(out, "",
		arena_format(rules->arena, "The rules of the mailbox %s.", rules->address));
	strbuf_adds(out, RULES_STAMP_MARK);
	strbuf_adds(out, rules->stamp);
	strbuf_addf(out,
		"\n"
		"# mapping, by SHA-256:\n"
		"#   tags   %s\n"
		"#   routes %s\n"
		"# Made by postvagt %s: \"postvagt rules --for sieve\". Do not change it here; change the\n"
		"# mapping, and make it again.\n",
		mapping->sha256.tags, mapping->sha256.routes, POSTVAGT_VERSION);
	add_limits(out, rules);
	strbuf_adds(out, "\nrequire [");
	for (const char *const *name = rules_sieve_extensions; *name; name++)
		sieve_text_add_listed(out, *name, name == rules_sieve_extensions);
	strbuf_adds(out, "];\n");
}

/* An earlier passage left the mailbox's address, and not only a part of a longer one. */
static void add_loop_test(struct strbuf *out, const struct rules *rules)
{
	struct strbuf pattern = STRBUF_INIT;

	strbuf_adds(&pattern, "(^|[[:space:],;<>])");
	sieve_pattern_add(&pattern, rules->address);
	strbuf_adds(&pattern, "([[:space:],;<>]|$)");
	strbuf_adds(out, "header :regex [");
	for (const char *const *name = vocabulary_loop_fields; *name; name++)
		sieve_text_add_listed(out, *name, name == vocabulary_loop_fields);
	strbuf_adds(out, "]\n\t\t");
	sieve_text_add_pattern(out, pattern.text);
	strbuf_release(&pattern);
}

/*
 * Notices that a mail could not be delivered have no sender (RFC 5321 section 4.5.5); answers while
 * somebody is out are auto-replied (RFC 3834), or say so otherwise. A ticket system's own mail is
 * auto-generated, and is passed on.
 */
static void add_stay(struct strbuf *out, const struct rules *rules)
{
	strbuf_adds(out,
		"\n"
		"# What was passed on from here already, and answers of machines, stay where they are.\n"
		"if anyof (\n\t");
	add_loop_test(out, rules);
	strbuf_adds(out, ",\n\tenvelope :is \"from\" \"\",\n");
	for (const struct field_row *row = vocabulary_answer_fields; row->name; row++) {
		strbuf_addc(out, '\t');
		sieve_subject_add_field(out, row);
		strbuf_adds(out, ",\n");
	}
	strbuf_adds(out, "\theader :regex \"Content-Type\"\n\t\t");
	sieve_text_add_pattern(out, CALENDAR_REPLY);
	strbuf_adds(out, ",\n\t");
	sieve_subject_add_answer(out);
	strbuf_adds(out, ") {\n\tstop;\n}\n");
}

/*
 * A probe stays in the mailbox, too, marked as passed on: one that did not arrive was not lost by these rules, and a
 * stranger's mail that looks like one is there to be seen.
 */
static void add_probe(struct strbuf *out, const struct rules *rules)
{
	if (!rules->probe)
		return;
	strbuf_adds(out,
		"\n# A probe of \"postvagt mailbox --probe\".\n"
		"if header :contains \"Subject\" ");
	sieve_text_add(out, vocabulary_probe);
	strbuf_adds(out, " {\n\taddflag " FORWARDED ";\n\tredirect :copy ");
	sieve_text_add(out, rules->probe);
	strbuf_adds(out, ";\n\tstop;\n}\n");
}

/* A tag: found, filed, and noted. */
static void add_tag(struct strbuf *out, const struct rules *rules, size_t number)
{
	const struct rules_tag *tag = &rules->tags[number];

	sieve_text_add_comment(out, "", tag->id);
	strbuf_adds(out, "if ");
	sieve_subject_add_tag(out, tag);
	strbuf_adds(out, " {\n");
	if (tag->has_route && !rules->has_rest)
		strbuf_adds(out, "\taddflag " FORWARDED ";\n");
	if (tag->folder) {
		strbuf_adds(out, "\tfileinto :create ");
		sieve_text_add(out, tag->folder);
		strbuf_adds(out, ";\n");
	}
	if (tag->has_route)
		strbuf_addf(out, "\tset \"found\" \"${found}<%zu>\";\n", number + 1);
	sieve_subject_add_carried(out, rules, tag);
	strbuf_adds(out, "}\n");
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
		"\n# No tag that has a route.\n"
		"if string :is \"${found}\" \"\" {\n"
		"\tset \"found\" \"<*>\";\n"
		"}\n");
}

/* Pass on to a target the mail of these tags. */
static void add_target(struct strbuf *out, const struct rules *rules,
	const struct rules_target *target, const bool *tags, const char *indent)
{
	struct strbuf found = STRBUF_INIT;

	for (size_t i = 0; i < rules->tag_count; i++) {
		if (tags[i])
			strbuf_addf(&found, "%s\"<%zu>\"", found.length > 0 ? ", " : "", i + 1);
	}
	if (tags[rules->tag_count])
		strbuf_add_item(&found, ", ", "\"<*>\"");
	sieve_text_add_comment(out, indent, target->lists);
	strbuf_addf(out,
		strchr(found.text, ',') ? "%sif string :contains \"${found}\" [%s] {\n"
					: "%sif string :contains \"${found}\" %s {\n",
		indent, found.text);
	strbuf_release(&found);
	strbuf_addf(out, "%s\tredirect :copy ", indent);
	sieve_text_add(out, target->address);
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

	sieve_subject_add_ready(&body, rules);
	add_stay(&body, rules);
	add_probe(&body, rules);
	add_tags(&body, rules);
	sieve_subject_add_priority(&body);
	add_targets(&body, rules);
	add_head(out, rules);
	if (strstr(body.text, "${dollar}"))
		strbuf_adds(out, "\nset \"dollar\" \"$\";\n");
	strbuf_adds(out, body.text);
	strbuf_release(&body);
}
