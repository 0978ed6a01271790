#include "notices/gap_text.h"

#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "model/person.h"
#include "model/plan.h"
#include "report/phrases.h"

/* Nothing where mail can reach the person, who is there. */
static void add_state(struct strbuf *out, const struct person *person, moment at)
{
	if (person_state(person, at, NULL) == PERSON_AWAY)
		strbuf_adds(out, _("away"));
	else
		person_add_trouble(out, person, at);
}

void gap_text_add(struct strbuf *out, const struct gap *gap, const struct gap_search *search,
	moment at)
{
	struct gap known = *gap;

	known.search = search;
	known.passed_over = 0;
	phrase_gap_by(out, &known, add_state, at);
}
