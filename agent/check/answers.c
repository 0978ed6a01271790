#include "check/answers.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "decide/holders.h"
#include "model/person.h"
#include "model/plan.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "readiness/unreachable.h"
#include "report/phrases.h"
#include "run/session.h"

/* A tag of the catalogue without a route goes where "*" goes, which may be meant. */
void check_tags(struct session *session)
{
	const struct mapping *mapping = session->config.mapping;

	if (mapping->route_count == 0)
		findings_add(&session->work.findings, FINDING_WARNING,
			session->config.settings->routes_file,
			_("no route is in the file, so no list is kept"));
	for (size_t i = 0; i < mapping->tag_count; i++) {
		const struct tag *tag = &mapping->tags[i];

		if (!tag->retired && !mapping_route(mapping, tag->id))
			findings_add(&session->work.findings, FINDING_WARNING, tag->id,
				mapping_route(mapping, "*")
					? _("no route names this tag; its mail goes where \"*\" goes")
					: _("no route names this tag, and there is no route \"*\": "
					    "its mail reaches nobody"));
	}
}

/* How many people whom mail reaches hold a role as a route asks for it. */
static size_t count_wanted(const struct holders *holders, const struct role_wanted *wanted,
	moment at)
{
	size_t count, matching = 0;
	const struct holder *items = holders_of(holders, wanted->role, &count);

	for (size_t i = 0; i < count; i++)
		matching +=
			holder_is_wanted(&items[i], wanted) && !person_is_lost(items[i].person, at);
	return matching;
}

static void check_roles(struct session *session)
{
	const struct mapping *mapping = session->config.mapping;
	const struct holders *holders =
		holders_find(session->work.arena, mapping, session->sources.snapshot);

	for (size_t i = 0; i < mapping->block_count; i++) {
		const struct block *block = &mapping->blocks[i];

		if (block->role_count + block->group_count + block->people.count == 0)
			findings_add(&session->work.findings, FINDING_WARNING, block->list,
				_("asks for nobody: `to` is empty"));
		for (size_t j = 0; j < block->role_count; j++) {
			if (count_wanted(holders, &block->roles[j], session->work.at) == 0)
				findings_add(&session->work.findings, FINDING_WARNING,
					block->roles[j].text, _("nobody holds this role"));
		}
	}
	for (size_t i = 0; i < mapping->role_count; i++) {
		const struct role_wanted any = {.role = &mapping->roles[i]};
		size_t count = count_wanted(holders, &any, session->work.at);

		if (count < (size_t)any.role->at_least)
			findings_add(&session->work.findings, FINDING_WARNING, any.role->id,
				any.role->gallery
					? _("%zu hold this role, where the gallery asks for %d")
					: _("%zu hold this role, where roles.yaml asks for %d"),
				count, any.role->at_least);
	}
}

/* What nobody would answer today is worth a word before the first apply. */
static void check_gaps(struct session *session)
{
	for (size_t i = 0; i < session->work.plan->list_count; i++) {
		const struct list_plan *list = &session->work.plan->lists[i];

		for (size_t j = 0; j < list->gap_count; j++) {
			struct strbuf gap = STRBUF_INIT;

			phrase_gap(&gap, &list->gaps[j], session->work.at);
			findings_add(&session->work.findings, FINDING_IMPORTANT, list->dn, "%s",
				gap.text);
			strbuf_release(&gap);
		}
	}
}

static bool is_said(const struct findings *findings, const char *text)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (strstr(findings->items[i].what, text))
			return true;
	}
	return false;
}

/* Stand-ins who would be needed and cannot be reached; names that the plan's findings have are not said twice. */
static void check_unreachable(struct session *session)
{
	const size_t before = session->work.findings.count;
	struct unreachables found;

	unreachable_find(&found, session->work.arena, session->work.plan,
		&session->config.settings->policy, session->sources.snapshot);
	for (size_t i = 0; i < found.count; i++) {
		const struct unreachable *one = &found.items[i];
		const struct findings said = {
			.items = session->work.findings.items, .count = before};
		struct strbuf why = STRBUF_INIT;

		unreachable_add(&why, one, session->work.at);
		if (one->person)
			findings_add_of(&session->work.findings, FINDING_IMPORTANT, one->person->dn,
				NULL,
				arena_format(session->work.arena, "no stand-in %d",
					(int)person_state(one->person, session->work.at, NULL)),
				_("cannot be reached, so will not stand in: %s"), why.text);
		else if (!is_said(&said, one->text))
			findings_add(&session->work.findings, FINDING_IMPORTANT, one->text,
				_("names nobody who can be reached, so nobody will stand in: %s"),
				why.text);
		strbuf_release(&why);
	}
}

void check_answers(struct session *session)
{
	check_roles(session);
	check_gaps(session);
	check_unreachable(session);
}
