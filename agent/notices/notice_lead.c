#include "notices/notice_lead.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/hash.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "notices/notice.h"

#define MARKS_MAX  2 /* in a subject */
#define THREAD_HEX 24

/* The first of these that a notice has is what it is about. */
static const enum notice_change by_weight[] = {NOTICE_JOINS, NOTICE_STAYS, NOTICE_RETURNS,
	NOTICE_WILL_STAND_IN, NOTICE_UNCOVERED, NOTICE_GAP, NOTICE_NOT_NEEDED, NOTICE_COVERED,
	NOTICE_RELIEVED};

const struct notice_part *notice_lead_part(const struct notice *notice)
{
	for (size_t i = 0; i < sizeof(by_weight) / sizeof(*by_weight); i++) {
		for (size_t j = 0; j < notice->count; j++) {
			if (notice->parts[j].change == by_weight[i])
				return &notice->parts[j];
		}
	}
	return &notice->parts[0];
}

/* The shortest spelling that subjects carry, in brackets: there is little room. */
static void add_mark(struct strbuf *out, const struct mapping *mapping, const char *id)
{
	const struct tag *tag = mapping_tag(mapping, id);
	const char *mark = id;

	if (strcmp(id, "*") == 0)
		mark = _("other mail");
	for (size_t i = 0; tag && i < tag->subject_count; i++) {
		if (mark == id || strlen(tag->subjects[i]) < strlen(mark))
			mark = tag->subjects[i];
	}
	strbuf_adds(out, out->length > 0 ? " " : "");
	strbuf_adds(out, *mark == '[' ? "" : "[");
	strbuf_add_safe(out, mark);
	strbuf_adds(out, *mark == '[' ? "" : "]");
}

/* Whether both parts make the same sentence. */
static bool says_the_same(const struct notice_part *a, const struct notice_part *b)
{
	return a->change == b->change && a->way == b->way && a->from == b->from &&
		a->gap == b->gap && notice_has_same_behalf(a, b);
}

/* The tags that the sentence is about, each once; of more than two the first, and how many more. */
static void add_marks(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, const struct notice_part *lead)
{
	const char *marked[MARKS_MAX];
	size_t count = 0, more = 0;

	for (size_t i = 0; i < notice->count; i++) {
		const struct notice_part *part = &notice->parts[i];

		for (size_t j = 0; says_the_same(part, lead) && j < part->tags.count; j++) {
			bool is_known = false;

			for (size_t k = 0; k < i && !is_known; k++)
				is_known = says_the_same(&notice->parts[k], lead) &&
					tag_ids_have(&notice->parts[k].tags, part->tags.items[j]);
			if (is_known)
				continue;
			if (count < MARKS_MAX)
				marked[count++] = part->tags.items[j];
			else
				more++;
		}
	}
	if (more > 0) { /* a phone has room for one, and what it is about */
		more += count - 1;
		count = 1;
	}
	for (size_t i = 0; i < count; i++)
		add_mark(out, mapping, marked[i]);
	if (more > 0)
		strbuf_addf(out, " +%zu", more);
}

/* "today", "tomorrow, 1 December 2026", "tomorrow at 12:00", "3 December 2026 12:00". */
static void add_when(struct strbuf *out, moment from, moment now, bool with_day)
{
	bool is_today = moment_day(from, 0) == moment_day(now, 0);
	bool is_tomorrow = moment_day(from, 0) == moment_day(now, 1);
	bool has_begun = is_today && from <= now;
	struct strbuf iso = STRBUF_INIT;

	if (is_today || is_tomorrow) {
		strbuf_adds(out, is_today ? _("today") : _("tomorrow"));
		strbuf_adds(out, with_day ? ", " : "");
	}
	if (with_day || (!is_today && !is_tomorrow)) {
		if (moment_is_midnight(from) || has_begun)
			moment_add_human_day(out, from);
		else
			moment_add_human(out, from);
	} else if (!moment_is_midnight(from) && !has_begun) {
		moment_add_iso(&iso, from);
		strbuf_addf(out, _(" at %.5s"), iso.text + strlen("2026-12-24T"));
	}
	strbuf_release(&iso);
}

/* "Anna Møller", "Anna Møller and 2 more". */
static void add_behalf(struct strbuf *out, const struct notice_part *part)
{
	strbuf_add_safe(out, part->behalf[0].name);
	if (part->behalf_count > 1)
		strbuf_addf(out, _(" and %zu more"), part->behalf_count - 1);
}

/* What is so on a list from now on. */
static void add_present(struct strbuf *out, const struct notice_part *part, const char *whom,
	const char *when)
{
	bool stands_in = part->way == NOTICE_STANDS_IN && *whom;

	switch (part->change) {
	case NOTICE_STAYS:
		if (stands_in)
			strbuf_addf(out, _("You stand in for %s"), whom);
		else
			strbuf_adds(out, _("You get KOMBIT's mail"));
		break;
	case NOTICE_RETURNS:
		strbuf_addf(out, _("You get KOMBIT's mail again from %s"), when);
		break;
	case NOTICE_RELIEVED:
		strbuf_adds(out,
			part->way == NOTICE_STANDS_IN ? _("You no longer stand in")
						      : _("You no longer get KOMBIT's mail"));
		break;
	default:
		if (stands_in)
			strbuf_addf(out, _("You stand in for %s from %s"), whom, when);
		else
			strbuf_addf(out, _("You get KOMBIT's mail from %s"), when);
		break;
	}
}

static void add_gap(struct strbuf *out, const struct notice_part *part, const char *whom,
	const char *when)
{
	if (part->gap == GAP_NO_STAND_IN && *whom)
		strbuf_addf(out, _("Nobody stands in for %s from %s"), whom, when);
	else if (part->gap == GAP_TOO_FEW)
		strbuf_addf(out, _("Too few get KOMBIT's mail from %s"), when);
	else
		strbuf_addf(out, _("Nobody gets KOMBIT's mail from %s"), when);
}

/* What is ahead, or is not any more. */
static void add_ahead(struct strbuf *out, const struct notice_part *part, const char *whom,
	const char *when)
{
	switch (part->change) {
	case NOTICE_UNCOVERED:
		strbuf_addf(out, _("Nobody stands in for you from %s"), when);
		break;
	case NOTICE_GAP:
		add_gap(out, part, whom, when);
		break;
	case NOTICE_NOT_NEEDED:
		strbuf_addf(out, _("You need not stand in for %s after all"), whom);
		break;
	case NOTICE_COVERED:
		if (*whom)
			strbuf_addf(out, _("%s stands in for you from %s"), whom, when);
		else
			strbuf_adds(out, _("You no longer need a stand-in"));
		break;
	default:
		strbuf_addf(out, _("You stand in for %s from %s"), whom, when);
		break;
	}
}

static void add_lead(struct strbuf *out, const struct notice *notice, const struct mapping *mapping,
	moment now, bool with_day)
{
	const struct notice_part *lead = notice_lead_part(notice);
	bool is_ahead = lead->change >= NOTICE_WILL_STAND_IN;
	struct strbuf marks = STRBUF_INIT, whom = STRBUF_INIT, when = STRBUF_INIT;

	add_marks(&marks, notice, mapping, lead);
	if (lead->behalf_count > 0)
		add_behalf(&whom, lead);
	add_when(&when, is_ahead ? lead->from : moment_day(notice->made, 0), now, with_day);
	strbuf_addf(out, "%s ", marks.text);
	if (is_ahead)
		add_ahead(out, lead, whom.text, when.text);
	else
		add_present(out, lead, whom.text, when.text);
	strbuf_release(&marks);
	strbuf_release(&whom);
	strbuf_release(&when);
}

void notice_lead_subject(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, moment now)
{
	add_lead(out, notice, mapping, now, false);
}

void notice_lead_line(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, moment now)
{
	add_lead(out, notice, mapping, now, true);
	strbuf_adds(out, ".\n");
}

const char *notice_lead_thread(const struct notice *notice, struct arena *arena)
{
	const char *duty =
		arena_format(arena, "%s\n%s", notice_lead_part(notice)->tag, notice->identity);

	return arena_format(arena, "duty-%.*s", THREAD_HEX, hash_hex(arena, duty, strlen(duty)));
}

void notice_lead_topic(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping)
{
	struct strbuf mark = STRBUF_INIT;

	add_mark(&mark, mapping, notice_lead_part(notice)->tag);
	strbuf_addf(out, "%s postvagt", mark.text);
	strbuf_release(&mark);
}
