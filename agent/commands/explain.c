/* postvagt explain: who gets a tag's mail and why, or which mail a person gets and why, or why not. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "cli/exit_status.h"
#include "cli/options.h"
#include "directory/read/gather.h"
#include "directory/read/name_search.h"
#include "model/reference.h"
#include "model/settings.h"
#include "model/snapshot.h"
#include "report/text/explain.h"
#include "report/text/text.h"
#include "run/session.h"

/* The tag that is meant, in its own spelling; a route's before the catalogue's. NULL: none. */
static const char *find_tag(const struct mapping *mapping, const char *text)
{
	for (size_t i = 0; i < mapping->route_count; i++) {
		const struct route *route = &mapping->routes[i];

		for (size_t j = 0; j < route->tag_count; j++) {
			if (text_same(route->tags[j].id, text))
				return route->tags[j].id;
		}
	}
	for (size_t i = 0; i < mapping->tag_count; i++) {
		if (text_same(mapping->tags[i].id, text))
			return mapping->tags[i].id;
	}
	return NULL;
}

static void print_tag(const struct explanation *explanation, const char *tag, bool json)
{
	if (json)
		explain_tag_json(explanation, tag);
	else if (text_is_on_terminal())
		explain_tag_drawing(explanation, tag);
	else
		explain_tag_text(explanation, tag);
}

static void print_person(const struct explanation *explanation, const struct person *person,
	bool json)
{
	if (json)
		explain_person_json(explanation, person);
	else if (text_is_on_terminal())
		explain_person_drawing(explanation, person);
	else
		explain_person_text(explanation, person);
}

static void print_explanation(struct session *session, const char *tag, const struct person *person)
{
	struct strbuf out = STRBUF_INIT;
	struct report report = session_report(session, NULL, REPORT_PLANNED, &out);
	const struct explanation explanation = {.report = &report,
		.snapshot = session->sources.snapshot,
		.policy = &session->config.settings->policy};

	report.colour = text_wants_colour();
	if (tag)
		print_tag(&explanation, tag, session->config.options->json);
	else
		print_person(&explanation, person, session->config.options->json);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

/* Whom a command line that names nobody may mean, to be added to what is wrong. */
static void add_matches(struct strbuf *out, struct arena *arena, const struct name_matches *matches)
{
	for (size_t i = 0; i < matches->count && i < NAME_MATCHES_MAX; i++)
		strbuf_add_item(out, ", ", name_match_text(arena, &matches->items[i]));
	if (matches->count > NAME_MATCHES_MAX)
		strbuf_adds(out, ", …");
}

/* The tag or the person that is nearest; NULL: none is near. */
static const char *find_nearest(struct session *session, const char *text,
	const struct name_match *person)
{
	const struct mapping *mapping = session->config.mapping;
	struct arena *arena = session->work.arena;
	const char *folded = text_fold(arena, text, strlen(text)), *nearest;
	const char **tags = arena_get(arena, (mapping->tag_count + 2) * sizeof(*tags));
	size_t count = 0;

	if (person->dn) {
		tags[count++] = text_fold(arena, person->name, strlen(person->name));
		if (person->login)
			tags[count++] = text_fold(arena, person->login, strlen(person->login));
	}
	nearest = text_nearest(folded, tags, count);
	if (nearest)
		tags[0] = nearest;
	count = nearest != NULL;
	for (size_t i = 0; i < mapping->tag_count; i++)
		tags[count++] = mapping->tags[i].id;
	if (nearest && text_nearest(folded, tags, count) == nearest)
		return name_match_text(arena, person);
	return text_nearest(folded, tags, count);
}

/* What is wrong with a name that is neither a tag nor a person, and whom or what it may mean. */
static enum error_kind fail_unknown(struct session *session, const struct reference *reference,
	const struct name_search *found, struct error *err)
{
	const struct resolved_ref *ref = snapshot_ref(session->sources.snapshot, reference->key);
	const char *nearest = NULL;
	struct strbuf people = STRBUF_INIT;

	if (found->called.count > 1) {
		add_matches(&people, session->work.arena, &found->called);
		error_set(err, ERROR_USAGE,
			_("%zu people are called \"%s\"; name one by login: %s"),
			found->called.count, reference->text, people.text);
	} else {
		add_matches(&people, session->work.arena, &found->containing);
		if (people.length == 0 && ref && ref->kind == REF_MISSING)
			nearest = find_nearest(session, reference->text, &found->nearest);
		if (nearest)
			strbuf_adds(&people, nearest);
		error_set(err, ERROR_USAGE,
			people.length
				? _("\"%s\" is no tag of the mapping, and no person: %s; did you "
				    "mean %s?")
				: _("\"%s\" is no tag of the mapping, and no person: %s"),
			reference->text, ref ? ref_problem(ref->kind) : "", people.text);
	}
	strbuf_release(&people);
	return err->kind;
}

/* The one person who is called so, by the directory; else an error that suggests others. */
static enum error_kind find_by_name(struct session *session, const struct reference *reference,
	const struct person **person, struct error *err)
{
	const struct resolved_ref *ref = snapshot_ref(session->sources.snapshot, reference->key);
	struct arena *arena = session->work.arena;
	struct name_search found = {.nearest.dn = NULL};
	struct reference by_dn;
	enum error_kind failed = ERROR_NONE;

	if (ref && ref->kind == REF_MISSING && !reference_is_dn(reference) &&
		*text_fold(arena, reference->text, strlen(reference->text)))
		failed = name_search(&session->sources.connection, arena, reference->text, &found,
			err);
	if (!failed && found.called.count != 1)
		return fail_unknown(session, reference, &found, err);
	if (failed)
		return failed;
	by_dn = reference_make(arena, found.called.items[0].dn);
	failed = gather_references(&session->sources.connection, session->sources.snapshot,
		&(const struct references){.items = &by_dn, .count = 1}, err);
	*person = snapshot_person(session->sources.snapshot, &by_dn, session->work.at);
	if (!failed && !*person)
		return fail_unknown(session, reference, &(struct name_search){.nearest.dn = NULL},
			err);
	return failed;
}

static int explain_name(struct session *session, const char *text)
{
	const char *tag = find_tag(session->config.mapping, text);
	struct reference reference = reference_make(session->work.arena, text);
	const struct references also = {.items = &reference, .count = 1};
	const struct read_request request = {.also = tag ? NULL : &also};
	const struct person *person = NULL;
	struct error err = ERROR_INIT;
	int status = session_plan_or_say(session, &request);

	if (status)
		return status;
	if (!tag)
		person = snapshot_person(session->sources.snapshot, &reference, session->work.at);
	if (!tag && !person && find_by_name(session, &reference, &person, &err)) {
		status = exit_status_of(err.kind);
		error_print(&err);
		error_release(&err);
		return status;
	}
	print_explanation(session, tag, person);
	return session_is_held(session) ? EXIT_HELD : EXIT_DONE;
}

int command_explain(const struct options *options)
{
	struct session session = SESSION_INIT;
	int status = session_start(&session, options, false);

	if (!status)
		status = explain_name(&session, options->arguments[0]);
	session_end(&session);
	return status;
}
