#include "rules/installed.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file/file.h"
#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/settings.h"
#include "rules/exchange/inbox_graph.h"
#include "rules/exchange/inbox_rule.h"
#include "rules/exchange/transport_rules.h"
#include "rules/model/rules.h"
#include "rules/model/rules_text.h"
#include "rules/sieve/sieve.h"
#include "rules/sieve/sieve_install.h"

bool rules_can_read_installed(const struct settings *settings)
{
	return settings->mailbox.sieve.server.url || settings->mailbox.graph.user ||
		settings->mailbox.rules_file;
}

/*
 * Read a file. Links are followed, by whomever they were made: a mailbox's owner may link to the script that is in force.
 */
static enum error_kind read_file(const char *file, struct strbuf *text, struct error *err)
{
	const struct file_rules rules = {.max = RULES_TEXT_MAX};
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct error refusal = ERROR_INIT;

	if (fd < 0 || file_read_open(fd, text, file, &rules, &refusal) != FILE_READ)
		error_set(err, ERROR_USAGE, _("%s: cannot be read: %s"), file, file_refusal());
	if (fd >= 0)
		close(fd);
	error_release(&refusal);
	return err->kind;
}

/* What cannot be made is in no file, so findings do not matter. */
static void add_transport(struct strbuf *out, const struct rules *rules, struct arena *arena)
{
	struct findings ignored;

	findings_init(&ignored, arena);
	rules_add_transport(out, rules, &ignored);
}

void rules_judge_text(const struct rules *rules, const char *text, struct arena *arena,
	struct installed_rules *installed)
{
	struct strbuf expected = STRBUF_INIT;

	if (strstr(text, "New-InboxRule"))
		rules_add_exchange(&expected, rules);
	else if (strstr(text, "\nrequire ") || strncmp(text, "require ", strlen("require ")) == 0)
		rules_add_sieve(&expected, rules);
	else
		add_transport(&expected, rules, arena);
	installed_rules_judge(installed, arena, expected.text, text);
	strbuf_release(&expected);
}

static enum error_kind read_from_file(const struct settings *settings, const struct rules *rules,
	struct arena *arena, struct installed_rules *installed, struct error *err)
{
	struct strbuf text = STRBUF_INIT;

	installed->where = settings->mailbox.rules_file;
	if (!read_file(settings->mailbox.rules_file, &text, err)) {
		rules_judge_text(rules, text.text, arena, installed);
		if (installed->state == RULES_MISSING)
			installed->what = _("postvagt rules did not make what is in this file");
	}
	strbuf_release(&text);
	return err->kind;
}

enum error_kind rules_read_installed(const struct settings *settings, const struct rules *rules,
	struct arena *arena, struct installed_rules *installed, struct error *err)
{
	*installed = (struct installed_rules){.state = RULES_UNKNOWN};
	findings_init(&installed->others, arena);
	if (settings->mailbox.sieve.server.url)
		return sieve_read_installed(settings, rules, installed, err);
	if (settings->mailbox.graph.user)
		return inbox_read_installed(settings, rules, arena, installed, err);
	if (settings->mailbox.rules_file)
		return read_from_file(settings, rules, arena, installed, err);
	return error_set(err, ERROR_USAGE,
		_("%s: none of mailbox.sieve, mailbox.graph and mailbox.rules_file says where the installed rules are"),
		settings->file);
}
