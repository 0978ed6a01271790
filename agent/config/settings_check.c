#include "config/settings_check.h"

#include <ctype.h>
#include <grp.h>
#include <ldap.h>
#include <regex.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "base/text/moment.h"
#include "base/text/text.h"
#include "config/feed/asks_check.h"
#include "config/feed/jq_settings.h"
#include "config/feed/request_check.h"
#include "config/feed/request_texts.h"
#include "config/feed/settings_gives.h"
#include "config/feed/settings_xml.h"
#include "config/filter.h"
#include "config/login_check.h"
#include "config/schema/fault.h"
#include "config/schema/yaml.h"
#include "matcher/text/ignore_mark.h"
#include "model/person_values.h"
#include "model/settings.h"

static bool has_scheme(const char *url, const char *scheme)
{
	size_t length = strlen(scheme);

	return strncasecmp(url, scheme, length) == 0 && strncmp(url + length, "://", 3) == 0;
}

/* Whether a URL has one of the schemes (ended by NULL), something behind it, and no blanks. */
static bool is_url(const char *url, const char *const *schemes)
{
	for (; *schemes; schemes++) {
		if (has_scheme(url, *schemes))
			return url[strlen(*schemes) + 3] && !strpbrk(url, " \t\"<>\\^`{|}");
	}
	return false;
}

/* A login in a URL, user:password@host, would be a secret in the settings. */
static bool has_login(const char *url)
{
	const char *host = strstr(url, "://");
	size_t length = host ? strcspn(host + 3, "/?#") : 0;

	return memchr(host ? host + 3 : url, '@', length) != NULL;
}

static const char *check_url(const char *url, const char *const *schemes, const char *expected)
{
	if (!is_url(url, schemes))
		return expected;
	return has_login(url) ? _("a URL without a login: a secret is never a value") : NULL;
}

const char *settings_check_ldap_url(const struct schema_reader *reader, const char *text)
{
	static const char *const schemes[] = {"ldap", "ldaps", "ldapi", NULL};
	LDAPURLDesc *url = NULL;
	bool is_good = is_url(text, schemes) && ldap_url_parse(text, &url) == LDAP_URL_SUCCESS &&
		(has_scheme(text, "ldapi") || (url->lud_host && *url->lud_host));

	(void)reader;
	ldap_free_urldesc(url);
	return is_good ? NULL : _("an ldap://, ldaps:// or ldapi:// URL");
}

const char *settings_check_imap_url(const struct schema_reader *reader, const char *text)
{
	static const char *const schemes[] = {"imap", "imaps", NULL};

	(void)reader;
	return check_url(text, schemes, _("an imap:// or imaps:// URL"));
}

const char *settings_check_smtp_url(const struct schema_reader *reader, const char *text)
{
	static const char *const schemes[] = {"smtp", "smtps", NULL};

	(void)reader;
	return check_url(text, schemes, _("an smtp:// or smtps:// URL"));
}

const char *settings_check_sieve_url(const struct schema_reader *reader, const char *text)
{
	static const char *const schemes[] = {"sieve", NULL};

	(void)reader;
	return check_url(text, schemes, _("a sieve:// URL"));
}

const char *settings_check_graph_url(const struct schema_reader *reader, const char *text)
{
	static const char *const schemes[] = {"https", "http", NULL};

	(void)reader;
	return check_url(text, schemes, _("an https:// URL"));
}

const char *settings_check_feed_url(const struct schema_reader *reader, const char *text)
{
	static const char *const schemes[] = {"https", "http", "file", NULL};

	return check_url(request_plain_url(reader->arena, text), schemes,
		_("an https://, http:// or file:// URL"));
}

/*
 * Active Directory takes a UPN and DOMAIN\\login for a name as well (MS-ADTS section 5.1.1.1.1).
 * A DN has a '=', and these have none.
 */
const char *settings_check_bind_name(const struct schema_reader *reader, const char *text)
{
	size_t before = strcspn(text, "@\\");
	bool is_login = before > 0 && text[before] && text[before + 1] && !strchr(text, '=');

	if (is_login || !schema_check_dn(reader, text))
		return NULL;
	return _(
		"a DN, such as CN=postvagt,DC=eksempel,DC=dk, or on Active Directory postvagt@eksempel.dk");
}

const char *settings_check_group(const struct schema_reader *reader, const char *text)
{
	(void)reader;
	return getgrnam(text) ? NULL : _("a group of this machine (getent group)");
}

/* RFC 4512 section 2.5: a name or an OID, and options. */
const char *settings_check_attribute(const struct schema_reader *reader, const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-.;_";
	bool is_good = isalnum((unsigned char)*text) && text[strspn(text, letters)] == '\0';

	(void)reader;
	return is_good ? NULL : _("the name of an attribute");
}

const char *settings_check_filter(const struct schema_reader *reader, const char *text)
{
	(void)reader;
	return filter_is_valid(text) ? NULL : _("an LDAP filter, such as (objectClass=person)");
}

const char *settings_check_filter_or_none(const struct schema_reader *reader, const char *text)
{
	return *text ? settings_check_filter(reader, text) : NULL;
}

const char *settings_check_address(const struct schema_reader *reader, const char *text)
{
	const char *at = strchr(text, '@');

	(void)reader;
	if (!at || at == text || !at[1] || strchr(at + 1, '@') || strpbrk(text, " \t\r\n<>,;\"()"))
		return _("a mail address");
	return NULL;
}

const char *settings_check_ignore(const struct schema_reader *reader, const char *text)
{
	return ignore_mark_read(reader->arena, text)
		? NULL
		: _("a mark with more than blanks and *, such as [EKSTERN] or [Ticket#*]");
}

const char *settings_check_pointer(const struct schema_reader *reader, const char *text)
{
	bool is_good = *text == '/' || *text == '\0';

	(void)reader;
	for (const char *tilde = strchr(text, '~'); tilde; tilde = strchr(tilde + 1, '~'))
		is_good = is_good && (tilde[1] == '0' || tilde[1] == '1');
	return is_good ? NULL : _("a JSON pointer, such as /data/items");
}

static void fault_at(struct schema_reader *reader, const struct yaml_node *root, const char *path,
	const char *what)
{
	fault_add(reader->findings, FINDING_ERROR, yaml_place(root, path), "%s", what);
}

static void missing_at(struct schema_reader *reader, const struct yaml_node *root, const char *path,
	const char *key)
{
	fault_add(reader->findings, FINDING_ERROR, yaml_place(root, path),
		_("the key \"%s\" is missing"), key);
}

static bool has_ldaps(const struct strings *urls)
{
	for (size_t i = 0; i < urls->count; i++) {
		if (has_scheme(urls->items[i], "ldaps"))
			return true;
	}
	return false;
}

/* Whether a key has a value, be it a wrong one, which is said already. */
static bool is_given(const struct yaml_node *root, const char *path)
{
	const struct yaml_node *node = yaml_find(root, path);

	return node && node->kind != YAML_NULL;
}

/* The login at `section`, whose keys must go together. Simple is what it is where the file does not say. */
static void check_bind(struct schema_reader *reader, const struct yaml_node *root,
	const char *section, const struct bind_settings *bind)
{
	const struct yaml_node *node = yaml_find(root, section), *mechanism;
	bool is_simple;

	mechanism = node ? yaml_find(node, "mechanism") : NULL;
	is_simple = !mechanism || mechanism->kind == YAML_NULL ||
		(mechanism->kind == YAML_SCALAR && strcasecmp(mechanism->text, "simple") == 0);
	if (is_simple && !(node && is_given(node, "dn") && is_given(node, "password_file")))
		fault_at(reader, root, section, _("simple needs dn and password_file"));
	if (bind->principal && !bind->keytab_file)
		fault_at(reader, node, "principal", _("principal goes with keytab_file"));
}

static void check_directory(struct schema_reader *reader, const struct yaml_node *root,
	const struct directory_settings *directory)
{
	bool has_url = is_given(root, "directory.url"),
	     has_domain = is_given(root, "directory.domain");

	if (!yaml_find(root, "directory"))
		return;
	if (has_url && has_domain)
		fault_at(reader, root, "directory.domain", _("either url or domain, not both"));
	if (!has_domain && (!has_url || yaml_count(yaml_find(root, "directory.url")) == 0))
		fault_at(reader, root, "directory", _("url or domain is missing"));
	if (!is_given(root, "directory.base") && !is_given(root, "people.base"))
		missing_at(reader, root, "directory", "base");
	if (directory->starttls && has_ldaps(&directory->urls)) {
		fault_at(reader, root, "directory.starttls",
			_("starttls goes with ldap:// only: ldaps:// is TLS already"));
	}
	check_bind(reader, root, "directory.bind", &directory->bind);
}

/* By SMTP, or by Graph; the keys of a login to SMTP go with it only. */
static void check_mail_way(struct schema_reader *reader, const struct yaml_node *root)
{
	static const char *const smtp_keys[] = {
		"mail.user", "mail.password_file", "mail.token_file", "mail.oauth", "mail.ca_file"};
	const bool has_smtp = is_given(root, "mail.smtp"), has_graph = is_given(root, "mail.graph");

	if (!yaml_find(root, "mail"))
		return;
	if (has_smtp && has_graph)
		fault_at(reader, root, "mail.graph", _("either smtp or graph, not both"));
	if (!has_smtp && !has_graph)
		fault_at(reader, root, "mail", _("smtp or graph is missing"));
	for (size_t i = 0; has_graph && !has_smtp && i < COUNT(smtp_keys); i++) {
		if (is_given(root, smtp_keys[i]))
			fault_at(reader, root, smtp_keys[i],
				_("goes with smtp; graph has its own user, oauth and ca_file"));
	}
}

static void check_mail(struct schema_reader *reader, const struct yaml_node *root,
	const struct settings *settings)
{
	check_mail_way(reader, root);
	login_check_server(reader, root, "mail", &settings->mail.server);
	login_check_server(reader, root, "mailbox.imap", &settings->mailbox.imap.server);
	login_check_server(reader, root, "mailbox.probe_imap",
		&settings->mailbox.probe_imap.server);
	login_check_server(reader, root, "mailbox.sieve", &settings->mailbox.sieve.server);
	login_check_graph(reader, root, "mailbox.graph", &settings->mailbox.graph);
	login_check_graph(reader, root, "mail.graph", &settings->mail.graph);
	if (yaml_find(root, "mail") && !is_given(root, "mail.from") &&
		!is_given(root, "mailbox.address"))
		missing_at(reader, root, "mail", "from");
}

static void check_feed(struct schema_reader *reader, const struct yaml_node *node,
	const struct feed_settings *feed)
{
	bool has_format = is_given(node, "format");

	login_check_feed(reader, node, feed);
	request_check(reader, node, feed);
	settings_check_gives(reader, node, feed);
	if (feed->person && has_format && feed->format != FEED_ICS)
		fault_at(reader, node, "person",
			_("person goes with format: ics; elsewhere fields.person names the field"));
	if (feed->records && feed->format != FEED_XML &&
		settings_check_pointer(reader, feed->records))
		schema_expected(reader, yaml_find(node, "records"),
			settings_check_pointer(reader, feed->records));
	if (feed->header_row && has_format && feed->format != FEED_CSV)
		fault_at(reader, node, "header_row", _("header_row goes with format: csv"));
	if (feed->fields.zone && has_format && feed->format == FEED_ICS)
		fault_at(reader, node, "fields.zone",
			_("a calendar's times have their own zones: fields.zone goes with the other formats"));
	if (feed->fields.unread && has_format && feed->format == FEED_ICS)
		fault_at(reader, node, "fields.unread",
			_("a calendar does not say whom it lacks: fields.unread goes with the other formats"));
	asks_check(reader, node, feed);
	if (feed->jq)
		jq_settings_check(reader, node, feed);
	if (has_format)
		settings_check_xml(reader, node, feed);
	if (!has_format || feed->format == FEED_ICS || feed->jq)
		return;
	if (!is_given(node, "fields.person"))
		missing_at(reader, node, "fields", "person");
	if (feed->gives == GIVES_ABSENCES && !is_given(node, "fields.from") &&
		!is_given(node, "fields.until") && !is_given(node, "fields.deputy") &&
		feed->open != OPEN_ABSENT)
		fault_at(reader, node, "fields", _("from or until is missing"));
}

static void check_feeds(struct schema_reader *reader, const struct yaml_node *root,
	const struct settings *settings)
{
	const struct yaml_node *list = yaml_find(root, "absence.feeds");
	struct table *names = table_new(reader->arena);

	for (size_t i = 0; i < settings->feed_count; i++) {
		const struct feed_settings *feed = &settings->feeds[i];

		check_feed(reader, list->items[i], feed);
		if (feed->name) {
			fault_if_taken(reader->findings, names, feed->name, feed->name, &feed->mark,
				feed);
		}
	}
}

/* The keys that name attributes of people. */
static const char *const attribute_keys[] = {"name", "mail", "login", "role", "deputy", "manager",
	"absent_from", "absent_until", "absence"};

static const struct yaml_node *attribute_node(const struct yaml_node *root, size_t i)
{
	return yaml_find(yaml_find(root, "people.attributes"), attribute_keys[i]);
}

static void check_attributes(struct schema_reader *reader, const struct yaml_node *root)
{
	for (size_t i = 0; i < sizeof(attribute_keys) / sizeof(attribute_keys[0]); i++) {
		const struct yaml_node *node = attribute_node(root, i);

		if (node && yaml_count(node) > ATTRIBUTES_MAX)
			fault_add(reader->findings, FINDING_ERROR, &node->mark,
				_("%zu attributes; postvagt reads %d at most"), yaml_count(node),
				ATTRIBUTES_MAX);
	}
}

/* A growing array of what is named, in the settings' arena. */
struct named_ctx {
	struct settings *settings;
	struct arena *arena;
	size_t room;
};

static void name_attribute(struct named_ctx *ctx, const char *name, const struct mark *mark)
{
	struct settings *settings = ctx->settings;

	settings->named_attributes = arena_grow(ctx->arena, settings->named_attributes,
		settings->named_attribute_count, &ctx->room, sizeof(*settings->named_attributes));
	settings->named_attributes[settings->named_attribute_count++] =
		(struct named_attribute){.name = name, .mark = *mark};
}

static void name_attributes(struct named_ctx *ctx, const struct yaml_node *node)
{
	for (size_t i = 0; node && i < yaml_count(node); i++) {
		const struct yaml_node *item = yaml_item(node, i);

		name_attribute(ctx, item->text, &item->mark);
	}
}

/* Each once: a filter may list a thousand logins. */
static void name_attributes_of_filter(struct named_ctx *ctx, const struct yaml_node *node)
{
	struct table *seen = table_new(ctx->arena);
	const char *at, *name;
	size_t length;

	if (!node)
		return;
	at = node->text;
	while ((name = filter_next_attribute(&at, &length))) {
		const char *key = text_fold(ctx->arena, name, length);

		if (table_find(seen, key))
			continue;
		name = arena_bytes(ctx->arena, name, length);
		table_put(seen, key, (void *)name);
		name_attribute(ctx, name, &node->mark);
	}
}

void settings_name_attributes(struct arena *arena, const struct yaml_node *root,
	struct settings *settings)
{
	struct named_ctx ctx = {.settings = settings, .arena = arena};
	const struct yaml_node *feeds = yaml_find(root, "absence.feeds");

	for (size_t i = 0; i < sizeof(attribute_keys) / sizeof(attribute_keys[0]); i++)
		name_attributes(&ctx, attribute_node(root, i));
	name_attributes_of_filter(&ctx, yaml_find(root, "people.filter"));
	name_attributes_of_filter(&ctx, yaml_find(root, "people.mailboxes"));
	name_attributes(&ctx, yaml_find(root, "lists.member_attribute"));
	for (size_t i = 0; feeds && i < feeds->count; i++)
		name_attributes(&ctx, yaml_find(feeds->items[i], "match"));
}

void settings_check(struct schema_reader *reader, const struct yaml_node *root,
	const struct settings *settings)
{
	check_directory(reader, root, &settings->directory);
	if (is_given(root, "absence.bind"))
		check_bind(reader, root, "absence.bind", &settings->absence_bind);
	check_mail(reader, root, settings);
	check_feeds(reader, root, settings);
	check_attributes(reader, root);
	if (settings->timezone && !moment_zone(settings->timezone)) {
		fault_add(reader->findings, FINDING_ERROR, yaml_place(root, "absence.timezone"),
			_("this machine knows no time zone %s"),
			fault_quote(reader->arena, settings->timezone));
	}
}

/* The next directive of a format of strptime(3), or NULL; moves on behind it. */
static const char *next_directive(const char **format)
{
	const char *sign = strchr(*format, '%');

	if (!sign)
		return NULL;
	*format = sign[1] ? sign + 2 : sign + 1;
	return sign + 1;
}

static bool has_directive(const char *format, const char *letters)
{
	const char *directive;

	while ((directive = next_directive(&format))) {
		if (*directive && strchr(letters, *directive))
			return true;
	}
	return false;
}

static bool has_only_directives(const char *format, const char *letters)
{
	const char *directive;

	while ((directive = next_directive(&format))) {
		if (!*directive || !strchr(letters, *directive))
			return false;
	}
	return true;
}

/* A year of two digits, half a day without its name, and the name of a zone would each be a guess. */
const char *settings_check_date_format(const struct schema_reader *reader, const char *text)
{
	bool is_whole = has_directive(text, "F") ||
		(has_directive(text, "Y") && has_directive(text, "mbBh") &&
			has_directive(text, "de"));
	bool is_clear = has_only_directives(text, "aAbBhdeFmYHIklMprRSTzXnt%") &&
		(!has_directive(text, "Il") || has_directive(text, "p"));

	(void)reader;
	return is_whole && is_clear
		? NULL
		: _("a format of strptime(3) with day, month and a year of four digits, such as "
		    "%d.%m.%Y");
}

const char *settings_check_pattern(const struct schema_reader *reader, const char *text)
{
	regex_t pattern;
	bool is_good;

	(void)reader;
	if (regcomp(&pattern, text, REG_EXTENDED))
		return _("an extended regular expression with one group, such as ^(.*) - Ferie");
	is_good = pattern.re_nsub == 1;
	regfree(&pattern);
	return is_good ? NULL
		       : _("an extended regular expression with one group, such as ^(.*) - Ferie");
}

void settings_read_only(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	static const struct key value = {.type = KEY_TEXT, .flags = KEY_MAY_BE_EMPTY};
	struct feed_settings *feed = object;

	(void)key;
	if (node->kind != YAML_MAPPING) {
		schema_expected(reader, node,
			_("fields with their values, such as {status: approved}"));
		return;
	}
	feed->only = arena_get(reader->arena, node->count * sizeof(*feed->only));
	for (size_t i = 0; i < node->count; i++) {
		struct only_field *field = &feed->only[feed->only_count++];
		const struct yaml_node *values = node->entries[i].value;

		field->name = node->entries[i].key;
		field->values.items =
			arena_get(reader->arena, yaml_count(values) * sizeof(*field->values.items));
		for (size_t j = 0; j < yaml_count(values); j++) {
			const char *text = schema_text(reader, &value, yaml_item(values, j));

			if (text)
				field->values.items[field->values.count++] = text;
		}
		if (field->values.count == 0)
			schema_expected(reader, values, _("a value, or a list of them"));
	}
}

void settings_read_named_texts(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	static const struct key value = {.type = KEY_TEXT, .flags = KEY_MAY_BE_EMPTY};
	struct named_texts *texts = (struct named_texts *)((char *)object + key->offset);

	if (node->kind != YAML_MAPPING) {
		schema_expected(reader, node, _("names with their texts, such as {server: hr.dk}"));
		return;
	}
	texts->items = arena_get(reader->arena, node->count * sizeof(*texts->items));
	for (size_t i = 0; i < node->count; i++) {
		const struct yaml_entry *entry = &node->entries[i];

		texts->items[texts->count++] = (struct named_text){.name = entry->key,
			.text = entry->value->kind == YAML_NULL
				? NULL
				: schema_text(reader, &value, entry->value),
			.mark = entry->mark,
			.is_of_preset = entry->is_of_preset};
	}
}

void settings_read_node(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object)
{
	const struct yaml_node **field =
		(const struct yaml_node **)(void *)((char *)object + key->offset);

	(void)reader;
	*field = node;
}
