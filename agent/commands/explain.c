/* postvagt explain: who gets a tag's mail and why, or which mail a person gets and why, or why not. */
#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/message/print.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "cli/options.h"
#include "model/reference.h"
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
	const struct explanation explanation = {
		.report = &report, .snapshot = session->sources.snapshot};

	report.colour = text_wants_colour();
	if (tag)
		print_tag(&explanation, tag, session->config.options->json);
	else
		print_person(&explanation, person, session->config.options->json);
	print_lines(stdout, out.text);
	strbuf_release(&out);
}

static int say_unknown(const struct session *session, const struct reference *reference)
{
	const struct resolved_ref *ref = snapshot_ref(session->sources.snapshot, reference->key);
	struct error err = ERROR_INIT;

	error_set(&err, ERROR_USAGE, _("\"%s\" is no tag of the mapping, and no person: %s"),
		reference->text, ref ? ref_problem(ref->kind) : "");
	error_print(&err);
	error_release(&err);
	return EXIT_USAGE;
}

static int explain_name(struct session *session, const char *text)
{
	const char *tag = find_tag(session->config.mapping, text);
	struct reference reference = reference_make(session->work.arena, text);
	const struct references also = {.items = &reference, .count = 1};
	const struct read_request request = {.also = tag ? NULL : &also};
	const struct person *person = NULL;
	int status = session_plan_or_say(session, &request);

	if (status)
		return status;
	if (!tag)
		person = snapshot_person(session->sources.snapshot, &reference, session->work.at);
	if (!tag && !person)
		return say_unknown(session, &reference);
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
