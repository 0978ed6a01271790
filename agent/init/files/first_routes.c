/* The first routes.yaml. */
#include "init/files/first_files.h"

#include <stdbool.h>
#include <string.h>

#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "init/files/comment.h"
#include "init/proposal/proposal.h"
#include "init/survey/survey.h"
#include "model/mapping.h"

/* Groups beside the lists that are named, for those who write the routes. */
#define OTHERS_MAX 20

static const char *title_of(const struct first_files *files, const struct tag *tag)
{
	size_t own = strcmp(files->language, "da") == 0 ? LANGUAGE_DANISH : LANGUAGE_ENGLISH;

	return tag->title.in[own] ? tag->title.in[own] : tag->id;
}

/* The roles */

/* Why an account that holds a role gets no mail. */
static const char *reason_of(const struct proposed_holder *holder)
{
	const struct surveyed_person *person = holder->person;

	switch (person->kind) {
	case ACCOUNT_SHARED:
		return _("a shared mailbox");
	case ACCOUNT_SERVICE:
		return _("a service account");
	case ACCOUNT_ADMIN:
		return _("an admin account");
	default:
		break;
	}
	if (person->is_disabled)
		return _("the account is disabled");
	if (person->is_expired)
		return _("the account has expired");
	return holder->is_inside ? _("no mail address") : _("outside people.base");
}

static void add_left_out(struct strbuf *out, const struct proposal *proposal)
{
	size_t shown = proposal->left_out_holder_count < PROPOSED_SHOWN_MAX
		? proposal->left_out_holder_count
		: PROPOSED_SHOWN_MAX;
	struct strbuf line = STRBUF_INIT;

	if (shown == 0)
		return;
	comment_add(out, "# ",
		_("These hold the role that answers for the mailbox, and get no mail (%zu in all):"),
		proposal->left_out_holder_count);
	for (size_t i = 0; i < shown; i++) {
		strbuf_reset(&line);
		strbuf_addf(&line, "%s (%s)", proposal->left_out_holders[i].person->dn,
			reason_of(&proposal->left_out_holders[i]));
		comment_add_line(out, "#   ", line.text);
	}
	strbuf_adds(out, "#\n");
	strbuf_release(&line);
}

static void add_roles(struct strbuf *out, const struct proposal *proposal)
{
	struct strbuf id = STRBUF_INIT;

	comment_add(out, "# ",
		_("Roles of the gallery: how many people hold each, and how many accounts that get no "
		  "mail."));
	strbuf_adds(out, "#\n");
	for (size_t i = 0; i < proposal->role_count; i++) {
		strbuf_reset(&id);
		strbuf_add_safe(&id, proposal->roles[i].role->id);
		strbuf_addf(out, "#   %-24s %zu", id.text, proposal->roles[i].people);
		if (proposal->roles[i].left_out > 0)
			strbuf_addf(out, "  (+ %zu)", proposal->roles[i].left_out);
		strbuf_addc(out, '\n');
	}
	strbuf_release(&id);
	strbuf_adds(out, "#\n");
	add_left_out(out, proposal);
	if (proposal->answers)
		comment_add(out, "# ",
			_("Each route asks for %s, to begin with. Who answers a tag is yours to say."),
			proposal->answers->id);
	else
		comment_add(out, "# ",
			_("Nobody who gets mail was found to hold the role that answers for the mailbox, "
			  "so no route is in force: say in each who answers, by roles, groups or people, "
			  "and take away the signs in front."));
}

/* The routes */

/* Whom a block asks for, to begin with. */
static void add_to(struct strbuf *out, const char *mark, const struct role *role)
{
	strbuf_addf(out, "\n%sto: {roles: [", mark);
	if (role)
		quote_yaml_word(out, role->id);
	strbuf_adds(out, role ? "]}\n" : "...]}\n");
}

/* What is to be known of a list before anybody is put on it. */
static void add_notes(struct strbuf *out, const char *before, const struct proposed_list *list,
	const struct proposal *proposal)
{
	if (list->is_similar)
		comment_add(out, before,
			_("The name is only similar to the tag's: check that this is its list."));
	if (list->group->is_security)
		comment_add(out, before,
			_("WARNING: this is a security group. Who is put on it also gets the rights of "
			  "the group. A distribution group is safer."));
	if (list->has_joins && proposal->answers)
		comment_add(out, before,
			_("Holders of %s: %zu. On the list already: %zu. Would join, with nobody away: "
			  "%zu."),
			proposal->answers->id, proposal->holder_count, list->there, list->joins);
}

/* `mark` is "" or the "# " of what is not in force. */
static void add_critical(struct strbuf *out, const struct first_files *files, const char *mark,
	const struct proposed_list *list)
{
	struct strbuf indent = STRBUF_INIT;

	if (!list->group)
		return;
	add_notes(out, "    # ", list, files->proposal);
	strbuf_addf(out, "    %scritical:\n      %slist: ", mark, mark);
	quote_yaml(out, list->group->dn);
	strbuf_addf(&indent, "      %s", mark);
	add_to(out, indent.text, files->proposal->answers);
	strbuf_release(&indent);
}

/* Who is informed is for the municipality to say: no role follows from anything. */
static void add_inform(struct strbuf *out, const struct proposed_list *list)
{
	if (!list->group)
		return;
	strbuf_adds(out, "    # inform:\n    #   list: ");
	quote_yaml(out, list->group->dn);
	strbuf_adds(out, "\n    #   to: {roles: [...]}\n");
}

static void add_tags(struct strbuf *out, const struct proposed_route *route)
{
	if (route->tag_count == 0)
		strbuf_adds(out, "\"*\"");
	strbuf_adds(out, route->tag_count > 1 ? "[" : "");
	for (size_t i = 0; i < route->tag_count; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		quote_yaml_word(out, route->tags[i]->id);
	}
	strbuf_adds(out, route->tag_count > 1 ? "]" : "");
}

static void add_title(struct strbuf *out, const struct first_files *files,
	const struct proposed_route *route)
{
	struct strbuf title = STRBUF_INIT;

	for (size_t i = 0; i < route->tag_count; i++)
		strbuf_addf(&title, "%s%s", i > 0 ? " + " : "", title_of(files, route->tags[i]));
	if (route->tag_count == 0)
		strbuf_adds(&title, _("Mail with no tag, or with one that no route knows"));
	comment_add_line(out, "  # ", title.text);
	strbuf_release(&title);
}

static void add_route(struct strbuf *out, const struct first_files *files,
	const struct proposed_route *route)
{
	const struct role *role = files->proposal->answers;
	const char *mark = role ? "" : "# ";
	struct strbuf indent = STRBUF_INIT;

	strbuf_addc(out, '\n');
	add_title(out, files, route);
	if (!route->ordinary.group) {
		strbuf_adds(out, "  # - tag: ");
		add_tags(out, route);
		strbuf_addf(out, "    %s\n", _("no mail group was found whose name is like it"));
		return;
	}
	add_notes(out, "  # ", &route->ordinary, files->proposal);
	strbuf_addf(out, "  %s- tag: ", mark);
	add_tags(out, route);
	strbuf_addf(out, "\n    %slist: ", mark);
	quote_yaml(out, route->ordinary.group->dn);
	strbuf_addf(out, "\n    %smembership: additive", mark);
	strbuf_addf(&indent, "    %s", mark);
	add_to(out, indent.text, role);
	strbuf_release(&indent);
	add_critical(out, files, mark, &route->critical);
	add_inform(out, &route->inform);
}

static void add_others(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *proposal = files->proposal;

	if (proposal->other_count == 0)
		return;
	strbuf_addc(out, '\n');
	comment_add(out, "# ",
		_("Other mail groups, which may be the ones that a route asks for (to: {groups: "
		  "[...]}):"));
	strbuf_adds(out, "#\n");
	for (size_t i = 0; i < proposal->other_count && i < OTHERS_MAX; i++)
		comment_add_line(out, "#   ", proposal->others[i]->dn);
	if (proposal->other_count > OTHERS_MAX || files->survey->more_groups)
		comment_add(out, "#   ", _("and more"));
}

void first_files_routes(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *proposal = files->proposal;
	bool any = false;

	for (size_t i = 0; i < proposal->route_count; i++)
		any = any || (proposal->answers && proposal->routes[i].ordinary.group);
	comment_add(out, "# ",
		_("Who gets which mail, proposed by \"postvagt init\"; see postvagt-mapping(5). A list is "
		  "named where a mail group is called like the tag; built-in and critical groups and those "
		  "of adminCount 1 never are. \"additive\" leaves on it who is there today; drop that line "
		  "when \"postvagt check\" no longer names anybody who belongs there."));
	strbuf_adds(out, "#\n");
	add_roles(out, proposal);
	strbuf_adds(out, "\nroutes:");
	if (!any)
		strbuf_addf(out, " []    # %s", _("drop the brackets with the first route"));
	strbuf_addc(out, '\n');
	for (size_t i = 0; i < proposal->route_count; i++)
		add_route(out, files, &proposal->routes[i]);
	add_others(out, files);
}
