/* postvagt back: ends, in the directory, every absence of a person that is on now. */
#include "cli/command.h"

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "cli/options.h"
#include "config/settings.h"
#include "model/person.h"
#include "person_edit/absence_edit.h"
#include "person_edit/edit.h"
#include "report/phrases.h"

/* Part the absences into those that are on and those to come; they are sorted by start. */
static void note_absences(struct person_edit *edit)
{
	struct person_report *report = &edit->report;
	moment now = edit->session.work.now;
	struct arena *arena = edit->session.work.arena;
	struct absence *all, *on, *coming;
	size_t count = absence_edit_list(arena, &edit->values, edit->separator, &all);

	on = arena_get(arena, count * sizeof(*on));
	coming = arena_get(arena, count * sizeof(*coming));
	for (size_t i = 0; i < count; i++) {
		if (all[i].start > now)
			coming[report->coming_count++] = all[i];
		else if (all[i].end > now)
			on[report->ended_count++] = all[i];
	}
	report->ended = on;
	report->coming = coming;
}

/* The deputy is for the next time, too, and other absences may lean on it. */
static void note_deputy(struct person_edit *edit)
{
	const struct person_attribute *deputy = &edit->values.deputy;
	struct strbuf values = STRBUF_INIT;

	for (size_t i = 0; i < deputy->values.count; i++)
		strbuf_add_item(&values, ", ", deputy->values.items[i]);
	if (edit->change.count > 0 && values.length > 0)
		findings_add(&edit->notes, FINDING_WARNING, edit->values.dn,
			_("%s stays as it is: %s"), deputy->type, values.text);
	strbuf_release(&values);
}

/* The feed that an absence is of, by its place among the records of all of them. */
static const char *feed_of(const struct feeds *feeds, const struct absence *absence)
{
	size_t before = 0;

	for (size_t i = 0; i < feeds->count; i++) {
		const struct kept_reading *serving = feed_serving(&feeds->items[i]);

		before += serving ? serving->absences.count : 0;
		if (absence->order <= before)
			return feeds->items[i].settings->name;
	}
	return "";
}

/* What feeds say, only they can end. */
static void note_feeds(struct person_edit *edit)
{
	const struct person *person = person_edit_person_now(edit, edit->report.person);
	moment now = edit->session.work.now;

	for (size_t i = 0; i < person->absence_count; i++) {
		const struct absence *absence = &person->absences[i];
		struct strbuf when = STRBUF_INIT;

		if (absence->order == 0 || absence->start > now || absence->end <= now)
			continue;
		phrase_interval(&when, absence->start, absence->end);
		findings_add(&edit->notes, FINDING_WARNING, person->dn,
			_("feed %s has an absence that is on, %s: it can be ended there only"),
			feed_of(&edit->session.sources.feeds, absence), when.text);
		strbuf_release(&when);
	}
}

/* Nothing is on, and the person is away all the same: between two absences. */
static void note_bridged(struct person_edit *edit)
{
	const struct person *person = person_edit_person_now(edit, edit->report.person);
	moment now = edit->session.work.now, until;
	struct strbuf state = STRBUF_INIT;

	for (size_t i = 0; i < person->absence_count; i++) {
		if (person->absences[i].start <= now && now < person->absences[i].end)
			return;
	}
	if (person_is_absent(person, now, &until)) {
		moment_add_away(&state, until);
		findings_add(&edit->notes, FINDING_WARNING, person->dn,
			_("%s all the same: absence.bridge joins the absence before with the next "
			  "one, which can be removed"),
			state.text);
	}
	strbuf_release(&state);
}

int command_back(const struct options *options)
{
	struct person_edit edit = PERSON_EDIT_INIT;
	int status = person_edit_start(&edit, options);

	if (!status)
		status = person_edit_read(&edit, NULL);
	if (!status) {
		note_absences(&edit);
		absence_edit_end(&edit.change, edit.session.work.arena, &edit.values,
			edit.separator, edit.session.work.now);
		note_deputy(&edit);
		status = person_edit_write(&edit);
		note_feeds(&edit);
		note_bridged(&edit);
		person_edit_print(&edit);
	}
	person_edit_end(&edit);
	return status;
}
