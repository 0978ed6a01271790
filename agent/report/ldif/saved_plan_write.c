#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory/memory.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "model/plan.h"
#include "report/ldif/record.h"
#include "report/ldif/saved_plan.h"
#include "report/writer.h"

void saved_plan_head(struct report *report)
{
	struct strbuf *out = report->out;
	const struct mapping *mapping = report->mapping;

	record_comment(out, _("SHA-256 of settings"), report->run->settings_sha256);
	record_comment(out, _("SHA-256 of tags"), mapping->sha256.tags);
	record_comment(out, _("SHA-256 of roles"), mapping->sha256.roles);
	record_comment(out, _("SHA-256 of routes"), mapping->sha256.routes);
	strbuf_addf(out, "# %s: removals_per_list %d, removals_per_run %d\n", _("limits"),
		report->plan->removals_per_list, report->plan->removals_per_run);
}

static void add_base64(struct strbuf *out, const char *value)
{
	size_t length = strlen(value);
	size_t room = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);
	char *text = memory_get(room);

	sodium_bin2base64(text, room, (const unsigned char *)value, length,
		sodium_base64_VARIANT_ORIGINAL);
	strbuf_adds(out, text);
	free(text);
}

/* "# label: value", or "# label:: base64": the very bytes can be read back. */
static void add_exact(struct strbuf *out, const char *label, const char *value)
{
	struct strbuf safe = STRBUF_INIT;

	strbuf_add_safe(&safe, value);
	if (strcmp(safe.text, value) == 0) {
		strbuf_addf(out, "# %s: %s\n", label, value);
	} else {
		strbuf_addf(out, "# %s:: ", label);
		add_base64(out, value);
		strbuf_addc(out, '\n');
	}
	strbuf_release(&safe);
}

void saved_plan_basis(struct report *report, const struct list_plan *list)
{
	struct strbuf *out = report->out;
	const struct list *now = list->list;

	if (!list_plan_has_changes(list) || list->list_missing)
		return;
	add_exact(out, _("basis of"), list->dn);
	if (!now->exists)
		record_comment(out, _("not there"), _("it is to be made"));
	if (now->exists && now->identity)
		add_exact(out, _("identity"), now->identity);
	if (list->unexplained > 0)
		strbuf_addf(out, "# %s: %zu\n", _("for no absence"), list->unexplained);
	for (size_t i = 0; i < now->members.count; i++)
		add_exact(out, _("had"), now->members.items[i].dn);
	strbuf_addc(out, '\n');
}
