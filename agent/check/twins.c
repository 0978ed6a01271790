#include "check/twins.h"

#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "model/mapping.h"
#include "model/person.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "run/session.h"

/* Names of one place in the files; each name is said once, at its first place. */
static void advise(struct session *session, const char *where, const struct references *references,
	struct table *said)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];
		const struct resolved_ref *ref =
			snapshot_ref(session->sources.snapshot, reference->key);
		const struct person *meant = ref_person(ref, session->work.at);

		if (!ref || ref->kind != REF_SEVERAL || !meant || table_find(said, reference->key))
			continue;
		table_put(said, reference->key, session);
		findings_add_of(&session->work.findings, FINDING_WARNING, where, meant->dn, NULL,
			_("%s is a name that %zu people bear; it means %s now, and somebody else or nobody "
			  "when their accounts or addresses change; write a DN instead, which nobody else "
			  "can bear"),
			reference->text, ref->bearers.count, meant->dn);
	}
}

void check_twins(struct session *session)
{
	const struct mapping *mapping = session->config.mapping;
	struct table *said = table_new(session->work.arena);

	for (size_t i = 0; i < mapping->block_count; i++) {
		const struct block *block = &mapping->blocks[i];

		advise(session, block->list, &block->people, said);
		advise(session, block->list, &block->deputies, said);
		advise(session, block->list, &block->keep, said);
	}
	advise(session, "mailbox.fallback", &session->config.settings->policy.fallback, said);
}
