/* postvagt audit verify: whether anybody touched the reports. */
#include <stdio.h>

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

static void add_json(struct strbuf *out, const struct verify *verify)
{
	json_add_text(out,
		json_pack("{s:b, s:I, s:I, s:o, s:o, s:o}", "untouched",
			verify->findings->errors == 0, "lines", (json_int_t)verify->lines, "files",
			(json_int_t)verify->files, "signatures",
			verify->keys ? json_integer((json_int_t)verify->signatures) : json_null(),
			"last", json_of_text(verify->last), "findings",
			json_of_findings(verify->findings)));
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
	if (!audit_folder(options, 1, &folder, &err) && options->key) {
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
