#include "report/entry_names.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "model/snapshot.h"
#include "report/phrases.h"

struct entry_names_ctx {
	const struct snapshot *snapshot;
	struct arena *arena; /* of the findings */
};

static const char *name_entry(const void *context, const char *dn)
{
	const struct entry_names_ctx *ctx = context;
	struct arena *arena = arena_new();
	const char *key = dn_is_entry(dn) ? dn_key(arena, dn) : NULL;
	const struct resolved_ref *ref = key ? snapshot_ref_of_dn(ctx->snapshot, key) : NULL;
	bool is_person = ref && ref->person;
	bool is_named = key && (is_person || strlen(dn) > PHRASE_DN_MAX);
	struct strbuf name = STRBUF_INIT;

	if (is_named)
		phrase_name(&name, ref ? ref->person : NULL, dn);
	arena_free(arena);
	return is_named ? strbuf_to_arena(&name, ctx->arena) : NULL;
}

void entry_names_set(struct findings *findings, const struct snapshot *snapshot)
{
	const struct entry_names_ctx ctx = {snapshot, findings->arena};

	findings_set_names(findings, name_entry, &ctx);
}
