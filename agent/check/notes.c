#include "check/notes.h"

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "check/rights.h"
#include "model/mapping.h"
#include "model/reference.h"
#include "model/settings.h"
#include "run/session.h"
#include "verify/note.h"

#define NAMES_SHOWN_MAX 3

/* Names that somebody else may come to bear, each once. */
struct loose_names {
	struct table *seen;
	struct strbuf shown; /* the first few */
	size_t count;
};

static void add_names(struct loose_names *names, const struct references *references)
{
	for (size_t i = 0; i < references->count; i++) {
		const struct reference *reference = &references->items[i];

		if (reference_is_dn(reference) || table_find(names->seen, reference->key))
			continue;
		table_put(names->seen, reference->key, names);
		if (names->count++ < NAMES_SHOWN_MAX)
			strbuf_add_item(&names->shown, ", ", reference->text);
	}
}

/* Nobody else can bear a DN (CONTRACT section 4, References). */
static const char *names_note(struct session *session)
{
	const struct mapping *mapping = session->config.mapping;
	struct loose_names names = {.seen = table_new(session->work.arena), .shown = STRBUF_INIT};
	const char *note = NULL;

	add_names(&names, &session->config.settings->policy.fallback);
	for (size_t i = 0; i < mapping->block_count; i++) {
		add_names(&names, &mapping->blocks[i].people);
		add_names(&names, &mapping->blocks[i].keep);
	}
	if (names.count > 0)
		note = arena_format(session->work.arena,
			_("Names under people, keep and mailbox.fallback that are not DNs: %zu (%s%s). "
			  "Somebody else may come to bear a login or a mail address; a DN is one "
			  "entry's alone."),
			names.count, names.shown.text, names.count > NAMES_SHOWN_MAX ? ", …" : "");
	strbuf_release(&names.shown);
	return note;
}

void check_notes(struct session *session, struct notes *notes)
{
	const char *names = names_note(session);

	if (!rights_are_shown(session))
		note_add(notes, "%s",
			_("Not tested: this account's rights to groups other than the lists, which the "
			  "server does not show."));
	if (names)
		note_add(notes, "%s", names);
}
