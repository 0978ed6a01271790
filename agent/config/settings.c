#include "config/settings.h"
#include "model/settings.h"

#include <ctype.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>

#include "base/file/path.h"
#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "config/feed/jq_settings.h"
#include "config/feed/preset.h"
#include "config/feed/request_texts.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "config/settings_check.h"
#include "config/settings_schema.h"
#include "config/trust/agent.h"
#include "config/trust/trust.h"

#define HERE "file://./"

/* "file://./NAME" is beside the file that names it, as paths are; in a URL a path is absolute (RFC 8089). */
static const char *absolute_url(const struct settings *settings, const char *url, const char *file)
{
	struct strbuf folder = STRBUF_INIT, text = STRBUF_INIT;
	char *real;

	if (strncmp(url, HERE, strlen(HERE)) != 0)
		return url;
	path_add_folder(&folder, file);
	real = realpath(folder.text, NULL);
	strbuf_adds(&text, "file://");
	for (const char *at = real ? real : folder.text; *at; at++) {
		if (isalnum((unsigned char)*at) || strchr("/-._~", *at))
			strbuf_addc(&text, *at);
		else
			strbuf_addf(&text, "%%%02X", (unsigned char)*at);
	}
	strbuf_addf(&text, "/%s", url + strlen(HERE));
	free(real);
	strbuf_release(&folder);
	return strbuf_to_arena(&text, settings->arena);
}

/* Fill in what addresses have of the feeds' values, so that what is checked and said is the address itself. */
static void fill_addresses(struct settings *settings)
{
	for (size_t i = 0; i < settings->feed_count; i++) {
		struct feed_settings *feed = &settings->feeds[i];
		struct oauth_settings *oauth = &feed->http.oauth;

		if (feed->url)
			feed->url = request_fill_url(settings->arena, feed->url, &feed->values);
		if (oauth->token_url)
			oauth->token_url =
				request_fill_url(settings->arena, oauth->token_url, &feed->values);
	}
}

/* A token server is mostly beside what its tokens are for. */
static void complete_oauth(struct oauth_settings *oauth, const char *ca_file)
{
	if (!oauth->ca_file)
		oauth->ca_file = ca_file;
}

/* Negotiate as the directory's bind does, where the feed says nothing of its own. */
static void complete_http(struct http_settings *http, const struct bind_settings *bind)
{
	complete_oauth(&http->oauth, http->ca_file);
	if (http->negotiate && !http->keytab_file && bind->keytab_file) {
		http->keytab_file = bind->keytab_file;
		if (!http->principal)
			http->principal = bind->principal;
	}
}

/* Fill in what follows from other keys rather than from the table. */
static void settings_complete(struct settings *settings, const struct yaml_node *root)
{
	const struct yaml_node *feeds = yaml_find(root, "absence.feeds");
	const struct yaml_node *ignore = yaml_find(root, "mailbox.ignore");
	struct mailbox_settings *mailbox = &settings->mailbox;
	struct policy *policy = &settings->policy;

	if (settings->people.bases.count == 0) {
		settings->people.bases.items =
			arena_get(settings->arena, sizeof(*settings->people.bases.items));
		settings->people.bases.items[0] = settings->directory.base;
		settings->people.bases.count = 1;
	}
	if (!settings->mail.from && yaml_find(root, "mail"))
		settings->mail.from = settings->mailbox.address;
	mailbox->ignore_marks =
		arena_get(settings->arena, mailbox->ignore.count * sizeof(*mailbox->ignore_marks));
	for (size_t i = 0; i < mailbox->ignore.count; i++)
		mailbox->ignore_marks[i] = yaml_item(ignore, i)->mark;
	if (policy->mailbox_list)
		policy->mailbox_list_key = dn_key(settings->arena, policy->mailbox_list);
	for (size_t i = 0; i < settings->feed_count; i++) {
		struct feed_settings *feed = &settings->feeds[i];

		if (feed->format == FEED_ICS && !feed->fields.person)
			feed->fields.person = "ATTENDEE";
		if (feed->jq)
			jq_settings_name_fields(feed);
		if (request_uses(feed, PLACEHOLDER_PAGE))
			feed->ends = ENDS_EMPTY;
		feed->url = absolute_url(settings, feed->url,
			yaml_find(feeds->items[i], "url")->mark.file);
		complete_http(&feed->http, &settings->directory.bind);
	}
	complete_oauth(&settings->mail.server.oauth, settings->mail.server.ca_file);
	complete_oauth(&settings->mailbox.imap.server.oauth, settings->mailbox.imap.server.ca_file);
	complete_oauth(&settings->mailbox.probe_imap.server.oauth,
		settings->mailbox.probe_imap.server.ca_file);
	complete_oauth(&settings->mailbox.sieve.server.oauth,
		settings->mailbox.sieve.server.ca_file);
	complete_oauth(&settings->mailbox.graph.http.oauth, settings->mailbox.graph.http.ca_file);
	complete_oauth(&settings->mail.graph.http.oauth, settings->mail.graph.http.ca_file);
}

/*
 * Judge who can write the file, by the folder of reports that it names; only then its trusted groups count, and the files
 * that it names are read. What is wrong in it is said by who reads all of it. A folder whose owner cannot be found is
 * reported where that owner is needed (run/run_as.h).
 */
static bool judge_file(const struct settings *settings, const struct yaml_node *root,
	struct findings *faults)
{
	struct settings *first = arena_get(settings->arena, sizeof(*first));
	struct findings unsaid;
	struct schema_reader reader = {
		.arena = settings->arena, .findings = &unsaid, .file = settings->file};
	struct error err = ERROR_INIT;
	struct agent agent = agent_self();

	findings_init(&unsaid, settings->arena);
	schema_read_tree(&reader, &settings_schema, root, first);
	if (first->reports_directory && agent_find(first->reports_directory, &agent, &err))
		agent = agent_self();
	error_release(&err);
	trust_know_agent(settings->trust, &agent);
	if (!trust_judge(settings->trust, settings->file, faults))
		return false;
	for (size_t i = 0; i < first->trusted_groups.count; i++) {
		const struct group *group = getgrnam(first->trusted_groups.items[i]);

		if (group)
			trust_add_group(settings->trust, group->gr_gid);
	}
	return true;
}

struct settings *settings_load(const char *file, struct findings *findings)
{
	struct arena *arena = arena_new();
	struct settings *settings = arena_get(arena, sizeof(*settings));
	struct findings faults;
	struct schema_reader reader = {
		.arena = arena, .findings = &faults, .trust = trust_new(arena)};
	const struct yaml_node *root;

	findings_init(&faults, arena);
	settings->arena = arena;
	settings->trust = reader.trust;
	settings->file = reader.file = arena_string(arena, file);
	root = yaml_load(settings->file, reader.trust, arena, &faults);
	if (root && judge_file(settings, root, &faults)) {
		root = preset_merge(&reader, root);
		schema_read_tree(&reader, &settings_schema, root, settings);
		fill_addresses(settings);
		settings_check(&reader, root, settings);
	}
	findings_copy_all(findings, &faults);
	if (faults.errors > 0) {
		arena_free(arena);
		return NULL;
	}
	settings->sha256 = reader.sha256;
	settings_name_attributes(arena, root, settings);
	settings_complete(settings, root);
	return settings;
}

bool settings_has_absence_bind(const struct settings *settings)
{
	return settings->absence_bind.dn || settings->absence_bind.mechanism != BIND_SIMPLE;
}

void settings_bind_for_absences(struct settings *settings)
{
	if (!settings_has_absence_bind(settings))
		return;
	settings->directory.bind = settings->absence_bind;
	settings->binds_for_absences = true;
}

void settings_free(struct settings *settings)
{
	if (settings)
		arena_free(settings->arena);
}
