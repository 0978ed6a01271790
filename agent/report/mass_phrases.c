#include "report/mass_phrases.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/mass_absence.h"
#include "model/mapping.h"
#include "model/person.h"
#include "report/phrases.h"

/* The first names, and how many more there are. */
static void add_names(struct strbuf *out, const struct mass_absence *mass)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < mass->count && i < MASS_NAMES_MAX; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		strbuf_add_safe(out,
			mass->people ? person_called(mass->people[i])
				     : dn_leaf(arena, mass->blocks[i]->list));
	}
	if (mass->count > MASS_NAMES_MAX)
		strbuf_addf(out, _(" and %zu more"), mass->count - MASS_NAMES_MAX);
	arena_free(arena);
}

void phrase_mass_absence(struct strbuf *out, const struct mass_absence *mass)
{
	struct strbuf when = STRBUF_INIT, names = STRBUF_INIT, list = STRBUF_INIT,
		      stand_in = STRBUF_INIT;

	phrase_interval(&when, mass->from, mass->until);
	add_names(&names, mass);
	if (mass->block)
		strbuf_add_safe(&list, mass->block->list);
	if (mass->stand_in)
		strbuf_add_safe(&stand_in, person_called(mass->stand_in));
	switch (mass->kind) {
	case MASS_AWAY:
		strbuf_addf(out, _("%zu of the %zu people whom %s asks for are absent, %s: %s"),
			mass->count, mass->of, list.text, when.text, names.text);
		break;
	case MASS_STANDS_IN_FOR:
		strbuf_addf(out,
			_("%s stands in for %zu of the %zu people whom %s asks for, %s: %s"),
			stand_in.text, mass->count, mass->of, list.text, when.text, names.text);
		break;
	case MASS_STANDS_IN_ON:
		strbuf_addf(out, _("%s stands in on %zu of the %zu lists, %s: %s"), stand_in.text,
			mass->count, mass->of, when.text, names.text);
		break;
	}
	strbuf_release(&when);
	strbuf_release(&names);
	strbuf_release(&list);
	strbuf_release(&stand_in);
}

void mass_absences_note(const struct mass_absences *found, const char *where,
	struct findings *findings)
{
	struct strbuf what = STRBUF_INIT;

	for (size_t i = 0; i < found->count; i++) {
		strbuf_reset(&what);
		phrase_mass_absence(&what, &found->items[i]);
		findings_add(findings, FINDING_IMPORTANT, where,
			_("its new reading makes many absent: %s; if that is wrong, correct it in the "
			  "feed"),
			what.text);
	}
	if (found->is_cut)
		findings_add(findings, FINDING_IMPORTANT, where,
			_("its new reading has more absences and deputies than are looked through for "
			  "mass absence; postvagt coverage shows the days to come"));
	strbuf_release(&what);
}
