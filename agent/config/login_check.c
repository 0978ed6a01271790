#include "config/login_check.h"

#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/system/loopback.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "config/schema/fault.h"
#include "config/schema/yaml.h"
#include "model/settings.h"

static void fault_at(struct schema_reader *reader, const struct yaml_node *node, const char *path,
	const char *what)
{
	fault_add(reader->findings, FINDING_ERROR, yaml_place(node, path), "%s", what);
}

static bool begins_with(const char *text, const char *start)
{
	return strncasecmp(text, start, strlen(start)) == 0;
}

/* On http:// anyone on the way can read and change what is sent. */
static bool is_exposed(const char *url)
{
	return url && begins_with(url, "http:") && !url_is_loopback(url);
}

/* Placeholders may be in it; what they stand for is looked at in login_check_feed(). */
const char *login_check_token_url(const struct schema_reader *reader, const char *text)
{
	const char *host = strstr(text, "://");
	bool is_good =
		(begins_with(text, "https://") || begins_with(text, "http://") || *text == '{') &&
		!strpbrk(text, " \t\"<>\\^`|");

	(void)reader;
	if (!is_good)
		return _("an https:// URL");
	if (host && memchr(host, '@', strcspn(host + 3, "/?#") + 3))
		return _("a URL without a login: a secret is never a value");
	return NULL;
}

/* Whether a key has a value, be it a wrong one, which is said already. */
static bool is_given(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *value = yaml_find(node, key);

	return value && value->kind != YAML_NULL;
}

/* The section oauth below `node`; NULL: it is not given, or says nothing. */
static const struct yaml_node *find_oauth(const struct yaml_node *node)
{
	const struct yaml_node *oauth = node ? yaml_find(node, "oauth") : NULL;

	return oauth && oauth->kind == YAML_MAPPING && oauth->count > 0 ? oauth : NULL;
}

static void check_oauth(struct schema_reader *reader, const struct yaml_node *node,
	const struct oauth_settings *oauth)
{
	static const char *const needed[] = {"token_url", "client_id"};
	const struct yaml_node *section = find_oauth(node);

	if (!section)
		return;
	for (size_t i = 0; i < COUNT(needed); i++) {
		if (!is_given(section, needed[i]))
			fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "oauth"),
				"oauth: %s",
				arena_format(reader->arena, _("the key \"%s\" is missing"),
					needed[i]));
	}
	if (is_exposed(oauth->token_url))
		fault_at(reader, node, "oauth.token_url",
			_("a secret goes with https:// only: on http:// anyone can read it"));
	else if (oauth->token_url && !begins_with(oauth->token_url, "https://") &&
		!begins_with(oauth->token_url, "http://"))
		schema_expected(reader, yaml_find(section, "token_url"), _("an https:// URL"));
	if (oauth->secret_file && oauth->cert_file)
		fault_at(reader, node, "oauth",
			_("either secret_file, or cert_file, whose key signs; not both"));
	if (!oauth->secret_file && !oauth->cert_file)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "oauth"), "oauth: %s",
			_("secret_file is missing, or cert_file, whose key signs"));
	if (oauth->key_file && !oauth->cert_file)
		fault_at(reader, node, "oauth.key_file", _("key_file goes with cert_file"));
}

/* Fields that libcurl writes itself, again for each request. */
static bool is_own_field(const char *name)
{
	static const char *const names[] = {"Connection", "Content-Length", "Expect", "Host", "TE",
		"Trailer", "Transfer-Encoding", "Upgrade"};

	for (size_t i = 0; i < COUNT(names); i++) {
		if (strcasecmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Whether a field's name says that its value is a secret. */
static bool is_secret_field(const char *name)
{
	static const char *const words[] = {"authorization", "apikey", "api-key", "api_key",
		"access-key", "cookie", "credential", "password", "secret", "subscription-key",
		"token"};

	for (size_t i = 0; i < COUNT(words); i++) {
		if (strcasestr(name, words[i]))
			return true;
	}
	return false;
}

/* RFC 9110 section 5.6.2. */
static bool is_field_name(const char *name)
{
	static const char letters[] = "!#$%&'*+-.^_`|~0123456789"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	return *name && name[strspn(name, letters)] == '\0';
}

static void check_header(struct schema_reader *reader, const struct yaml_node *node,
	const struct header_settings *header)
{
	const bool has_value = is_given(node, "value"), has_file = is_given(node, "value_file");
	const char *what = NULL;

	if (!is_field_name(header->name))
		what = _("no name of a header field: letters, digits and - are expected");
	else if (is_own_field(header->name))
		what = _("this header field is written by postvagt itself");
	else if (has_value && has_file)
		what = _("either value or value_file, not both");
	else if (!has_value && !has_file)
		what = _("value is missing, or value_file for a secret");
	else if (has_value && is_secret_field(header->name))
		what = _("a secret is never a value: use value_file");
	if (what)
		fault_add(reader->findings, FINDING_ERROR, &header->mark, "%s", what);
}

static void check_headers(struct schema_reader *reader, const struct yaml_node *node,
	const struct http_settings *http)
{
	const struct yaml_node *list = yaml_find(node, "headers");
	struct table *names = table_new(reader->arena);

	for (size_t i = 0; i < http->header_count; i++) {
		const struct header_settings *header = &http->headers[i];

		if (!header->name)
			continue;
		check_header(reader, list->items[i], header);
		fault_if_taken(reader->findings, names,
			text_fold(reader->arena, header->name, strlen(header->name)), header->name,
			&header->mark, header);
	}
}

static const struct header_settings *find_authorization(const struct http_settings *http)
{
	for (size_t i = 0; i < http->header_count; i++) {
		if (http->headers[i].name &&
			strcasecmp(http->headers[i].name, "Authorization") == 0)
			return &http->headers[i];
	}
	return NULL;
}

/* Each of them is sent as the one field Authorization. */
static void check_ways(struct schema_reader *reader, const struct yaml_node *node,
	const struct http_settings *http)
{
	const struct header_settings *header = find_authorization(http);
	const struct {
		const char *key;
		bool is_given;
	} ways[] = {
		{"user", http->user != NULL},
		{"token_file", http->token_file != NULL},
		{"oauth", find_oauth(node) != NULL},
		{"negotiate", http->negotiate},
		{"headers", header != NULL},
	};
	const char *first = NULL;

	for (size_t i = 0; i < COUNT(ways); i++) {
		const bool is_header = strcmp(ways[i].key, "headers") == 0;

		if (!ways[i].is_given)
			continue;
		if (first)
			fault_add(reader->findings, FINDING_ERROR,
				is_header ? &header->mark : yaml_place(node, ways[i].key),
				_("%s and %s are two ways to log in; only one can be used"), first,
				is_header ? "Authorization" : ways[i].key);
		else
			first = ways[i].key;
	}
}

/* RFC 7617 section 2. */
static void check_user(struct schema_reader *reader, const struct yaml_node *node,
	const struct http_settings *http)
{
	if (http->user && !http->password_file)
		fault_at(reader, node, "user", _("user goes with password_file"));
	if (http->password_file && !http->user)
		fault_at(reader, node, "password_file", _("password_file goes with user"));
	if (http->user && strchr(http->user, ':'))
		fault_at(reader, node, "user", _("a user name cannot have a colon here"));
}

static void check_exposure(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	const struct http_settings *http = &feed->http;
	const struct {
		const char *key;
		bool is_given;
	} secrets[] = {
		{"password_file", http->password_file != NULL},
		{"oauth", find_oauth(node) != NULL},
		{"negotiate", http->negotiate},
	};

	if (!is_exposed(feed->url))
		return;
	if (http->token_file)
		fault_at(reader, node, "token_file",
			_("a token goes with https:// only: on http:// anyone can read it"));
	for (size_t i = 0; i < COUNT(secrets); i++) {
		if (secrets[i].is_given)
			fault_at(reader, node, secrets[i].key,
				_("a secret goes with https:// only: on http:// anyone can read "
				  "it"));
	}
	for (size_t i = 0; i < http->header_count; i++) {
		if (http->headers[i].name && http->headers[i].value_file)
			fault_add(reader->findings, FINDING_ERROR, &http->headers[i].mark, "%s",
				_("a secret goes with https:// only: on http:// anyone can read "
				  "it"));
	}
}

void login_check_feed(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	const struct http_settings *http = &feed->http;

	check_ways(reader, node, http);
	check_user(reader, node, http);
	check_oauth(reader, node, &http->oauth);
	check_headers(reader, node, http);
	check_exposure(reader, node, feed);
	if (http->key_file && !http->cert_file)
		fault_at(reader, node, "key_file", _("key_file goes with cert_file"));
	if (http->keytab_file && !http->negotiate)
		fault_at(reader, node, "keytab_file", _("keytab_file goes with negotiate: true"));
	if (http->principal && !http->negotiate)
		fault_at(reader, node, "principal", _("principal goes with negotiate: true"));
}

void login_check_server(struct schema_reader *reader, const struct yaml_node *root,
	const char *section, const struct server_settings *server)
{
	const struct yaml_node *node = yaml_find(root, section);
	const bool has_oauth = find_oauth(node) != NULL;
	const int ways = (server->password_file != NULL) + (server->token_file != NULL) + has_oauth;

	if (!server->user != (ways == 0))
		fault_at(reader, root, section,
			_("user goes with password_file, token_file or oauth, and these with user"));
	if (server->password_file && server->token_file)
		fault_at(reader, root, section, _("either password_file or token_file, not both"));
	else if (ways > 1)
		fault_add(reader->findings, FINDING_ERROR, yaml_place(node, "oauth"),
			_("%s and %s are two ways to log in; only one can be used"),
			server->password_file ? "password_file" : "token_file", "oauth");
	check_oauth(reader, node, &server->oauth);
}

void login_check_graph(struct schema_reader *reader, const struct yaml_node *root,
	const char *section, const struct graph_settings *graph)
{
	const struct yaml_node *node = yaml_find(root, section);

	if (!node)
		return;
	if (is_exposed(graph->url))
		fault_at(reader, node, "url",
			_("a secret goes with https:// only: on http:// anyone can read it"));
	if (!find_oauth(node))
		fault_at(reader, root, section,
			_("oauth is missing: Microsoft Graph takes a token only"));
	check_oauth(reader, node, &graph->http.oauth);
}
