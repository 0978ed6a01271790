#include "rules/exchange/inbox_graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "model/settings.h"
#include "net/graph.h"
#include "rules/exchange/inbox_compare.h"
#include "rules/exchange/inbox_rule.h"
#include "rules/model/installed_rules.h"
#include "rules/model/rules.h"

/* A place in the order that ours are to have: what is wanted there, what was found, or both. */
struct inbox_place {
	const struct inbox_rule *wanted; /* NULL: it is to be deleted */
	struct found_rule *found;        /* NULL: it is to be created */
	bool is_widened;                 /* it has texts of before and of now */
	bool is_late;                    /* it is changed when all others are there */
};

/* Rules that are being read or installed. */
struct inbox_session {
	const struct graph_settings *graph;
	const char *path; /* of the rules */
	struct arena *arena;
	struct inbox_rules inbox;
	struct graph_reply reply; /* owned: of the last reading; `found` borrows it */
	struct found_rules found;
	struct inbox_place *places;
	size_t place_count;
	size_t created, changed, deleted;
	struct error *err;
};

static bool begin_session(struct inbox_session *session, const struct settings *settings,
	const struct rules *rules, struct findings *findings, struct error *err)
{
	struct strbuf path = STRBUF_INIT;

	*session = (struct inbox_session){.graph = &settings->mailbox.graph,
		.arena = rules->arena,
		.reply = GRAPH_REPLY_INIT,
		.err = err};
	graph_add_user(&path, session->graph);
	strbuf_adds(&path, "/mailFolders/inbox/messageRules");
	session->path = strbuf_to_arena(&path, session->arena);
	if (inbox_rules_make(&session->inbox, session->arena, rules, findings))
		return true;
	error_set(err, ERROR_TARGET, _("the Inbox rules cannot be made"));
	return false;
}

static void end_session(struct inbox_session *session)
{
	graph_reply_release(&session->reply);
}

static enum error_kind read_rules(struct inbox_session *session)
{
	if (graph_call(session->graph, HTTP_GET, session->path, NULL, &session->reply,
		    session->err))
		return session->err->kind;
	return inbox_find_rules(session->arena, &session->inbox, session->reply.json,
		&session->found, session->err);
}

enum error_kind inbox_read_installed(const struct settings *settings, const struct rules *rules,
	struct arena *arena, struct installed_rules *installed, struct error *err)
{
	struct inbox_session session;
	struct findings ignored;

	findings_init(&ignored, arena);
	installed->where = arena_format(arena, _("%s, the Inbox rules of %s"),
		settings->mailbox.graph.url, settings->mailbox.graph.user);
	if (begin_session(&session, settings, rules, &ignored, err) && !read_rules(&session)) {
		installed->what = inbox_difference(arena, &session.inbox, &session.found);
		installed->state = installed->what ? RULES_OLDER : RULES_CURRENT;
		if (session.found.own == 0) {
			installed->state = RULES_MISSING;
			installed->what = _("none of the mailbox's Inbox rules is postvagt's");
		}
		inbox_judge_others(arena, &session.inbox, &session.found, &installed->others);
	}
	end_session(&session);
	return err->kind;
}

/*
 * Put what is wanted and what was found in one order: what is to be deleted stays behind the rule that it is behind
 * now, so that it keeps its section until then.
 */
static void lay_out_places(struct inbox_session *session)
{
	size_t room = session->inbox.count + session->found.count;
	struct found_rule **of =
		arena_get(session->arena, (room + 1) * sizeof(struct found_rule *));
	const struct inbox_rule *items = session->inbox.items;
	struct inbox_place *places = arena_get(session->arena, (room + 1) * sizeof(*places));
	size_t *behind = arena_get(session->arena, (room + 1) * sizeof(*behind)), last = 0,
	       count = 0;

	/* The stale ones behind each wanted rule (from 1), or in front (0). */
	for (size_t i = 0; i < session->found.count; i++) {
		struct found_rule *rule = &session->found.items[i];

		if (rule->wanted) {
			last = (size_t)(rule->wanted - items) + 1;
			of[last - 1] = rule;
		}
		behind[i] = last;
	}
	for (size_t place = 0, i = 0; place <= session->inbox.count; place++) {
		if (place > 0)
			places[count++] = (struct inbox_place){
				.wanted = &items[place - 1], .found = of[place - 1]};
		/* Found rules come by sequence; where the order was right, so do their places. */
		for (; i < session->found.count && behind[i] <= place; i++) {
			struct found_rule *rule = &session->found.items[i];

			if (rule->is_ours && !rule->wanted)
				places[count++] = (struct inbox_place){.found = rule};
		}
	}
	session->places = places;
	session->place_count = count;
}

static const char *path_of(struct inbox_session *session, const char *id)
{
	struct strbuf path = STRBUF_INIT;

	strbuf_addf(&path, "%s/", session->path);
	graph_add_segment(&path, id);
	return strbuf_to_arena(&path, session->arena);
}

/* Send a change; `body` is released. */
static enum error_kind send_change(struct inbox_session *session, enum http_method method,
	const char *path, json_t *body)
{
	struct graph_reply reply = GRAPH_REPLY_INIT;
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	const struct graph_body json = {"application/json", text};

	graph_call(session->graph, method, path, text ? &json : NULL, &reply, session->err);
	graph_reply_release(&reply);
	free(text);
	json_decref(body);
	return session->err->kind;
}

static enum error_kind patch_rule(struct inbox_session *session, const struct found_rule *rule,
	json_t *body)
{
	if (!send_change(session, HTTP_PATCH, path_of(session, rule->id), body))
		session->changed++;
	return session->err->kind;
}

static enum error_kind move_rule(struct inbox_session *session, struct found_rule *rule,
	int sequence)
{
	if (patch_rule(session, rule, json_pack("{s:i}", "sequence", sequence)) == ERROR_NONE)
		rule->sequence = sequence;
	return session->err->kind;
}

/*
 * Number the places, behind the rules of others: first up, from the last on, then down, from the first on, so that no
 * rule overtakes another meanwhile.
 */
static enum error_kind number_places(struct inbox_session *session)
{
	int base = session->found.last_of_others;

	for (size_t i = session->place_count; i-- > 0 && !session->err->kind;) {
		struct found_rule *rule = session->places[i].found;

		if (rule && rule->sequence < base + (int)i + 1)
			move_rule(session, rule, base + (int)i + 1);
	}
	for (size_t i = 0; i < session->place_count && !session->err->kind; i++) {
		struct found_rule *rule = session->places[i].found;

		if (rule && rule->sequence > base + (int)i + 1)
			move_rule(session, rule, base + (int)i + 1);
	}
	return session->err->kind;
}

/* What a found rule lacks of what it is to be: a body for "Update rule", or NULL. */
static json_t *lacking(struct inbox_session *session, const struct inbox_place *place)
{
	static const char *const keys[] = {"conditions", "exceptions", "actions"};
	json_t *wanted = inbox_rule_to_json(place->wanted, place->found->sequence);
	json_t *body = json_object();

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		json_t *value = json_object_get(wanted, keys[i]);

		if (!inbox_is_same_property(session->arena,
			    json_object_get(place->found->json, keys[i]), value))
			json_object_set(body, keys[i], value);
	}
	if (strcmp(place->found->name, place->wanted->name) != 0)
		json_object_set(body, "displayName", json_object_get(wanted, "displayName"));
	if (!json_is_true(json_object_get(place->found->json, "isEnabled")))
		json_object_set_new(body, "isEnabled", json_true());
	/* One in error is written again whole. */
	if (json_is_true(json_object_get(place->found->json, "hasError")))
		json_object_update(body, wanted);
	json_decref(wanted);
	if (json_object_size(body) > 0)
		return body;
	json_decref(body);
	return NULL;
}

/* Shorter ones first: a tag as it is written is shorter than with blanks of another kind. */
static int compare_length(const void *left, const void *right)
{
	size_t a = strlen(*(const char *const *)left), b = strlen(*(const char *const *)right);

	return a == b ? text_compare(left, right) : a < b ? -1 : 1;
}

/* The texts of before and of now, in either case: each once, as many as one condition takes. The caller frees it. */
static json_t *merge_texts(struct arena *arena, const json_t *before, const json_t *now)
{
	size_t room = json_array_size(before) + json_array_size(now);
	const char **texts = arena_get(arena, (room + 1) * sizeof(*texts));
	struct table *known = table_new(arena);
	struct strings list = {arena_get(arena, (room + 1) * sizeof(*list.items)), 0};
	json_t *merged = json_array();
	size_t count = 0;

	for (size_t i = 0; i < room; i++) {
		const char *text = json_string_value(i < json_array_size(now)
				? json_array_get(now, i)
				: json_array_get(before, i - json_array_size(now)));
		const char *folded = text ? text_fold(arena, text, strlen(text)) : NULL;

		if (!folded || table_find(known, folded))
			continue;
		table_put(known, folded, known);
		texts[count++] = text;
	}
	qsort(texts, count, sizeof(*texts), compare_length);
	for (size_t i = 0; i < count; i++) {
		list.items[list.count++] = texts[i];
		if (inbox_list_length(&list) > INBOX_LIST_MAX)
			list.count--;
		else
			json_array_append_new(merged, json_string(texts[i]));
	}
	return merged;
}

/*
 * Where a list's rule would lose texts, keep those of before as well for now: the other rule that is to have
 * them may not be there yet. Returns whether it did.
 */
static bool widen(struct inbox_session *session, const struct inbox_place *place, json_t *body)
{
	const json_t *before = json_object_get(json_object_get(place->found->json, "conditions"),
		"subjectContains");
	json_t *conditions = json_object_get(body, "conditions");
	const json_t *now = json_object_get(conditions, "subjectContains");

	if (place->wanted->redirect_to.count == 0 || !json_is_array(before) || !now)
		return false;
	json_object_set_new(conditions, "subjectContains",
		merge_texts(session->arena, before, now));
	return true;
}

/* Create and change, from the first place on. */
static enum error_kind write_places(struct inbox_session *session)
{
	for (size_t i = 0; i < session->place_count && !session->err->kind; i++) {
		struct inbox_place *place = &session->places[i];
		int sequence = session->found.last_of_others + (int)i + 1;
		json_t *body;

		if (!place->wanted)
			continue;
		if (!place->found) {
			if (!send_change(session, HTTP_POST, session->path,
				    inbox_rule_to_json(place->wanted, sequence)))
				session->created++;
			continue;
		}
		/* A rule of all mail that is to be one of ordinary mail: those of high priority come first. */
		place->is_late = place->wanted->exceptions.is_high &&
			place->wanted->redirect_to.count > 0 &&
			strcmp(place->found->name, place->wanted->name) != 0;
		body = place->is_late ? NULL : lacking(session, place);
		if (!body)
			continue;
		place->is_widened = widen(session, place, body);
		patch_rule(session, place->found, body);
	}
	return session->err->kind;
}

/* Change what is late, narrow what was widened, and delete what is no longer needed. */
static enum error_kind narrow_places(struct inbox_session *session)
{
	for (size_t i = 0; i < session->place_count && !session->err->kind; i++) {
		struct inbox_place *place = &session->places[i];

		if (place->is_late)
			patch_rule(session, place->found, lacking(session, place));
	}
	for (size_t i = 0; i < session->place_count && !session->err->kind; i++) {
		struct inbox_place *place = &session->places[i];
		json_t *wanted;

		if (!place->is_widened)
			continue;
		wanted = inbox_rule_to_json(place->wanted, 0);
		patch_rule(session, place->found,
			json_pack("{s:O}", "conditions", json_object_get(wanted, "conditions")));
		session->changed--; /* the same rule as before */
		json_decref(wanted);
	}
	for (size_t i = 0; i < session->place_count && !session->err->kind; i++) {
		const struct inbox_place *place = &session->places[i];

		if (!place->wanted &&
			!send_change(session, HTTP_DELETE, path_of(session, place->found->id),
				NULL))
			session->deleted++;
	}
	return session->err->kind;
}

static bool needs_numbers(const struct inbox_session *session)
{
	for (size_t i = 0; i < session->place_count; i++) {
		if (!session->places[i].found)
			return true;
	}
	return !inbox_is_in_order(&session->found);
}

/* What is in force after a failure, as far as it can be read. */
static void say_what_is_in_force(struct inbox_session *session, struct strbuf *said)
{
	struct error failure = ERROR_INIT, *kept = session->err;
	const char *difference;

	session->err = &failure;
	if (read_rules(session)) {
		strbuf_addf(said, _("what is in force now could not be read: %s\n"),
			failure.text.text);
	} else {
		difference = inbox_difference(session->arena, &session->inbox, &session->found);
		if (session->found.own == 0)
			strbuf_adds(said, _("none of postvagt's rules is in force now\n"));
		else if (difference)
			strbuf_addf(said,
				_("in force now are %zu rules of postvagt's, of which:\n%s\n"),
				session->found.own, difference);
		else
			strbuf_adds(said, _("all rules are in force now\n"));
	}
	session->err = kept;
	error_release(&failure);
}

static enum error_kind install_rules(struct inbox_session *session, struct strbuf *said)
{
	const char *difference;

	lay_out_places(session);
	if (session->found.last_of_others > INBOX_SEQUENCE_MAX - (int)session->place_count)
		return error_set(session->err, ERROR_TARGET,
			_("a rule of the mailbox has the sequence %d, so that none can come behind "
			  "it; give it a lower one"),
			session->found.last_of_others);
	if ((needs_numbers(session) && number_places(session)) || write_places(session) ||
		narrow_places(session))
		return session->err->kind;
	if (session->created + session->changed + session->deleted == 0) {
		strbuf_addf(said, _("nothing to change; the mailbox has its %zu rules\n"),
			session->inbox.count);
		return ERROR_NONE;
	}
	if (read_rules(session))
		return session->err->kind;
	difference = inbox_difference(session->arena, &session->inbox, &session->found);
	if (difference)
		return error_set(session->err, ERROR_TARGET,
			_("the rules were written, but Exchange has others:\n%s"), difference);
	strbuf_addf(said,
		_("created %zu, changed %zu and deleted %zu rules; the mailbox has its %zu rules, as "
		  "read back\n"),
		session->created, session->changed, session->deleted, session->inbox.count);
	return ERROR_NONE;
}

enum error_kind inbox_install(const struct settings *settings, const struct rules *rules,
	struct strbuf *said, struct findings *findings, struct error *err)
{
	struct inbox_session session;

	if (!settings->mailbox.graph.user)
		return error_set(err, ERROR_USAGE,
			_("--install: write mailbox.graph, which says how Microsoft Graph is asked; or "
			  "run the script that is printed without --install"));
	if (begin_session(&session, settings, rules, findings, err) && !read_rules(&session)) {
		if (install_rules(&session, said))
			say_what_is_in_force(&session, said);
		inbox_judge_others(session.arena, &session.inbox, &session.found, findings);
	}
	end_session(&session);
	return err->kind;
}
