/* postvagt audit verify: whether anybody touched the reports. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "cli/command.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "ledger/sign.h"
#include "ledger/verify.h"
#include "report/text/json.h"

static json_t *json_of_start(moment from)
{
	struct strbuf text = STRBUF_INIT;
	json_t *value;

	if (from != MOMENT_EARLIEST)
		moment_add_iso(&text, from);
	value = text.length > 0 ? json_string(text.text) : json_null();
	strbuf_release(&text);
	return value;
}

static void add_json(struct strbuf *out, const struct verify *verify)
{
	json_add_text(out,
		json_pack("{s:b, s:I, s:o, s:I, s:I, s:o, s:o, s:o}", "untouched",
			verify->findings->errors == 0, "first", verify->first, "since",
			json_of_start(verify->from), "lines", (json_int_t)verify->lines, "files",
			(json_int_t)verify->files, "signatures",
			verify->keys ? json_integer((json_int_t)verify->signatures) : json_null(),
			"last", json_of_text(verify->last), "findings",
			json_of_findings(verify->findings)));
}

static void add_from(struct strbuf *out, const struct verify *verify)
{
	struct strbuf from = STRBUF_INIT;

	moment_add_human(&from, verify->from);
	strbuf_addf(out, _("The first line that was looked at is number %lld, of %s.\n"),
		(long long)verify->first, from.text);
	strbuf_release(&from);
}

static void add_text(struct strbuf *out, const struct options *options, const struct verify *verify)
{
	findings_add_lines(out, verify->findings);
	if (verify->findings->errors > 0)
		strbuf_adds(out, _("The reports have been touched, or are not whole.\n"));
	else if (!options->quiet)
		strbuf_addf(out,
			_("The reports are untouched: %zu lines, %zu files; the last line is %s\n"),
			verify->lines, verify->files, verify->last);
	if (!options->quiet && verify->first > 1)
		add_from(out, verify);
	if (!options->quiet && verify->keys)
		strbuf_addf(out, _("%zu signatures hold.\n"), verify->signatures);
	else if (!options->quiet)
		strbuf_adds(out, _("Signatures were not looked at: --key was not given.\n"));
}

static void print_result(const struct options *options, const struct verify *verify)
{
	struct strbuf out = STRBUF_INIT;

	if (options->json)
		add_json(&out, verify);
	else
		add_text(&out, options, verify);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

/* Read the year of --since; 0: it was not given. */
static enum error_kind read_year(const char *text, int *year, struct error *err)
{
	*year = 0;
	if (!text)
		return ERROR_NONE;
	if (strlen(text) != 4 || strspn(text, "0123456789") != 4 || text[0] == '0')
		return error_set(err, ERROR_USAGE,
			_("--since: \"%s\" is not a year such as 2025: audit verify proves whole years"),
			text);
	*year = (int)strtol(text, NULL, 10);
	return ERROR_NONE;
}

int audit_verify(const struct options *options)
{
	struct arena *arena = arena_new();
	struct findings findings;
	struct sign_public keys;
	struct strbuf folder = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct verify verify = {.expect = options->expect, .findings = &findings};
	int status = EXIT_DONE;

	findings_init(&findings, arena);
	if (!audit_folder(options, 1, &folder, &err) &&
		!read_year(options->since, &verify.since, &err) && options->key) {
		sign_public_load(&keys, options->key, &err);
		verify.keys = &keys;
	}
	verify.folder = folder.text;
	if (!err.kind && !verify_folder(&verify, &err))
		print_result(options, &verify);
	if (err.kind) {
		error_print(&err);
		status = exit_status_of(err.kind);
	} else if (findings.errors > 0) {
		status = EXIT_BAD;
	}
	error_release(&err);
	strbuf_release(&folder);
	arena_free(arena);
	return status;
}
