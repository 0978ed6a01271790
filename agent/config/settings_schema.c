#include "config/settings_schema.h"

#include "base/memory/memory.h"
#include "config/login_check.h"
#include "config/settings_check.h"
#include "model/settings.h"

/* Seconds that poll(2) takes as milliseconds in an int. */
#define TIMEOUT_MAX (24 * 24 * 60 * 60)

/* All sections but the feeds read into the one struct, so each row says where, from its start. */
#define AT(field)   offsetof(struct settings, field)
#define FEED(field) offsetof(struct feed_settings, field)

#define SECTION(keys) (&(const struct schema){keys, COUNT(keys), 0})

static const struct choice languages[] = {
	{"da", LANGUAGE_DANISH}, {"en", LANGUAGE_ENGLISH}, {NULL, 0}};

static const struct choice kinds[] = {{"auto", DIRECTORY_AUTO},
	{"active-directory", DIRECTORY_ACTIVE_DIRECTORY}, {"openldap", DIRECTORY_OPENLDAP},
	{NULL, 0}};

static const struct choice mechanisms[] = {{"simple", BIND_SIMPLE}, {"EXTERNAL", BIND_EXTERNAL},
	{"GSSAPI", BIND_GSSAPI}, {"GSS-SPNEGO", BIND_GSS_SPNEGO}, {NULL, 0}};

static const struct choice absent_ways[] = {
	{"replace", ABSENT_REPLACE}, {"add", ABSENT_ADD}, {NULL, 0}};

static const struct choice feed_formats[] = {
	{"json", FEED_JSON}, {"csv", FEED_CSV}, {"ics", FEED_ICS}, {"xml", FEED_XML}, {NULL, 0}};

static const struct choice methods[] = {{"get", METHOD_GET}, {"post", METHOD_POST}, {NULL, 0}};

static const struct choice ends_ways[] = {
	{"missing", ENDS_MISSING}, {"empty", ENDS_EMPTY}, {NULL, 0}};

static const struct choice gives_ways[] = {{"absences", GIVES_ABSENCES},
	{"deputies", GIVES_DEPUTIES}, {"roles", GIVES_ROLES}, {NULL, 0}};

static const struct choice asks_ways[] = {{"all", ASKS_ALL}, {"people", ASKS_PEOPLE}, {NULL, 0}};

static const struct choice charsets[] = {
	{"utf-8", 0}, {"utf-16", 0}, {"windows-1252", 0}, {NULL, 0}};

static const struct choice match_ways[] = {
	{"text", MATCH_TEXT}, {"number", MATCH_NUMBER}, {NULL, 0}};

static const struct choice until_ways[] = {{"moment", UNTIL_MOMENT}, {"day", UNTIL_DAY}, {NULL, 0}};

static const struct choice open_ways[] = {
	{"refuse", OPEN_REFUSED}, {"absent", OPEN_ABSENT}, {NULL, 0}};

static const struct choice covers_ways[] = {
	{"ahead", COVERS_AHEAD}, {"now", COVERS_NOW}, {NULL, 0}};

/* How to log in, at a field of the settings. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a field takes none */
#define BIND_KEYS(field)                                                                             \
	{"mechanism", KEY_CHOICE, AT(field.mechanism), .choices = mechanisms,                        \
		.standard = "simple", .help = "simple, EXTERNAL, GSSAPI or GSS-SPNEGO"},             \
		{"dn", KEY_TEXT, AT(field.dn), .check = settings_check_bind_name,                    \
			.help = "simple: as whom to bind; a DN, on Active Directory a UPN as well"}, \
		{"password_file", KEY_PATH, AT(field.password_file),                                 \
			.help = "simple: the file whose first line is the password"},                \
		{"keytab_file", KEY_PATH, AT(field.keytab_file),                                     \
			.help = "GSSAPI, GSS-SPNEGO: the keys; default: the ticket of kinit"},       \
		{"principal", KEY_TEXT, AT(field.principal),                                         \
			.help = "which of the keytab's principals to be; default: the first"},

/* NOLINTEND(bugprone-macro-parentheses) */
/* How to get a token, at a field of a struct whose AT is `at`. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a field takes none */
#define OAUTH_KEYS(at, field)                                                                    \
	{"token_url", KEY_TEXT, at(field.token_url), .check = login_check_token_url,             \
		.help = "the address that gives tokens for client credentials"},                 \
		{"client_id", KEY_TEXT, at(field.client_id), .help = "the client's id"},         \
		{"secret_file", KEY_PATH, at(field.secret_file),                                 \
			.help = "the file whose first line is the client's secret"},             \
		{"cert_file", KEY_PATH, at(field.cert_file),                                     \
			.help = "instead of a secret: the certificate, PEM, of what signs"},     \
		{"key_file", KEY_PATH, at(field.key_file),                                       \
			.help = "the certificate's key; default: in cert_file"},                 \
		{"scope", KEY_TEXT, at(field.scope), .help = "which scope to ask for"},          \
		{"audience", KEY_TEXT, at(field.audience), .help = "which audience to ask for"}, \
		{"ca_file", KEY_PATH, at(field.ca_file),                                         \
			.help = "certificates that token_url's is checked against; default: ca_file beside oauth"},

/* NOLINTEND(bugprone-macro-parentheses) */
static const struct key feed_oauth_keys[] = {OAUTH_KEYS(FEED, http.oauth)};

static const struct key imap_oauth_keys[] = {OAUTH_KEYS(AT, mailbox.imap.server.oauth)};

static const struct key mail_oauth_keys[] = {OAUTH_KEYS(AT, mail.server.oauth)};

static const struct key probe_oauth_keys[] = {OAUTH_KEYS(AT, mailbox.probe_imap.server.oauth)};

static const struct key sieve_oauth_keys[] = {OAUTH_KEYS(AT, mailbox.sieve.server.oauth)};

static const struct key mailbox_graph_oauth_keys[] = {OAUTH_KEYS(AT, mailbox.graph.http.oauth)};

static const struct key mail_graph_oauth_keys[] = {OAUTH_KEYS(AT, mail.graph.http.oauth)};

static const struct key bind_keys[] = {BIND_KEYS(directory.bind)};

static const struct key absence_bind_keys[] = {BIND_KEYS(absence_bind)};

static const struct key directory_keys[] = {
	{"url", KEY_TEXTS, AT(directory.urls.items), AT(directory.urls.count),
		.check = settings_check_ldap_url,
		.help = "servers, tried in order: ldap://, ldaps:// or ldapi://"},
	{"domain", KEY_TEXT, AT(directory.domain),
		.help = "instead of url: the domain whose SRV records name the servers"},
	{"kind", KEY_CHOICE, AT(directory.kind), .choices = kinds, .standard = "auto",
		.help = "auto, active-directory or openldap"},
	{"base", KEY_TEXT, AT(directory.base), .check = schema_check_dn,
		.help = "below which everything is looked for"},
	{"starttls", KEY_BOOL, AT(directory.starttls), .standard = "false",
		.help = "turn an ldap:// connection into TLS, or fail"},
	{"ca_file", KEY_PATH, AT(directory.ca_file),
		.help = "certificates that the server's is checked against; default: the system's"},
	{"bind", KEY_SECTION, 0, .of = SECTION(bind_keys), .help = "how to log in"},
	{"timeout", KEY_DURATION, AT(directory.timeout), .minimum = 1, .maximum = TIMEOUT_MAX,
		.standard = "30s", .help = "how long to wait for the server"},
};

/* One attribute or several, in the order to read them. */
#define ATTRIBUTES(field)                                                                \
	KEY_TEXTS, AT(people.attributes.field.items), AT(people.attributes.field.count), \
		.check = settings_check_attribute

static const struct key attribute_keys[] = {
	{"name", ATTRIBUTES(name), .help = "the name to show"},
	{"mail", ATTRIBUTES(mail), .help = "the mail address"},
	{"login", ATTRIBUTES(login), .help = "the login"},
	{"role", ATTRIBUTES(role), .help = "the roles held, such as systemansvarlig/SAPA"},
	{"deputy", ATTRIBUTES(deputy), .help = "the deputies, as DN, login or mail address"},
	{"manager", ATTRIBUTES(manager), .help = "the manager's DN"},
	{"absent_from", ATTRIBUTES(absent_from), .help = "when an absence starts"},
	{"absent_until", ATTRIBUTES(absent_until), .help = "when it ends; a date counts in full"},
	{"absence", ATTRIBUTES(absence), .help = "absences as FROM/UNTIL"},
};

static const struct key people_keys[] = {
	{"base", KEY_TEXTS, AT(people.bases.items), AT(people.bases.count),
		.check = schema_check_dn,
		.help = "below which people are; default: directory.base"},
	{"filter", KEY_TEXT, AT(people.filter), .check = settings_check_filter,
		.standard = "(objectClass=person)", .help = "which entries are people"},
	{"attributes", KEY_SECTION, 0, .of = SECTION(attribute_keys),
		.help = "where a person's facts are; each has a default by kind of directory"},
	{"mailboxes", KEY_TEXT, AT(people.mailboxes), .flags = KEY_MAY_BE_EMPTY,
		.check = settings_check_filter_or_none,
		.help = "which entries are shared mailboxes; default on Active Directory: those of Exchange"},
	{"separator", KEY_TEXT, AT(people.separator), .flags = KEY_MAY_BE_EMPTY, .standard = ";",
		.help = "splits one value into several; \"\": none does"},
};

static const struct key lists_keys[] = {
	{"member_attribute", KEY_TEXT, AT(member_attribute), .check = settings_check_attribute,
		.standard = "member", .help = "where a list keeps its members"},
	{"create", KEY_BOOL, AT(policy.create_lists), .standard = "false",
		.help = "make a list that does not exist"},
};

/* How to log in to a mail server, at a field that is a struct server_settings. */
/* NOLINTBEGIN(bugprone-macro-parentheses): a field takes none */
#define SERVER_KEYS(field, oauth_keys)                                                             \
	{"user", KEY_TEXT, AT(field.user), .help = "as whom to log in"},                           \
		{"password_file", KEY_PATH, AT(field.password_file),                               \
			.help = "the file whose first line is the password"},                      \
		{"oauth", KEY_SECTION, 0, .of = SECTION(oauth_keys),                               \
			.help = "instead of a password: how to get an OAuth 2.0 token"},           \
		{"token_file", KEY_PATH, AT(field.token_file),                                     \
			.help = "instead of a password: the file whose first line is an OAuth "    \
				"2.0 token"},                                                      \
		{"ca_file", KEY_PATH, AT(field.ca_file),                                           \
			.help = "certificates that the server's is checked against; default: the " \
				"system's"},

/* Microsoft Graph, at a field that is a struct graph_settings. */
#define GRAPH_KEYS(field, oauth_keys)                                                              \
	{"user", KEY_TEXT, AT(field.user), .flags = KEY_REQUIRED,                                  \
		.help = "whose mailbox: its id or user principal name"},                           \
		{"url", KEY_TEXT, AT(field.url), .check = settings_check_graph_url,                \
			.standard = "https://graph.microsoft.com/v1.0",                            \
			.help = "the address of the service and its version"},                     \
		{"oauth", KEY_SECTION, 0, .of = SECTION(oauth_keys),                               \
			.help = "how to get an OAuth 2.0 token"},                                  \
		{"ca_file", KEY_PATH, AT(field.http.ca_file),                                      \
			.help = "certificates that the server's is checked against; default: the " \
				"system's"},

/* NOLINTEND(bugprone-macro-parentheses) */
static const struct key imap_keys[] = {
	{"url", KEY_TEXT, AT(mailbox.imap.server.url), .flags = KEY_REQUIRED,
		.check = settings_check_imap_url,
		.help = "the mailbox: imap:// or imaps://, and the folder"},
	SERVER_KEYS(mailbox.imap.server, imap_oauth_keys){"unread_after", KEY_DURATION,
		AT(mailbox.imap.unread_after), .standard = "24h",
		.help = "how old unread mail must be to be said"},
};

static const struct key probe_imap_keys[] = {
	{"url", KEY_TEXT, AT(mailbox.probe_imap.server.url), .flags = KEY_REQUIRED,
		.check = settings_check_imap_url,
		.help = "the mailbox of probe: imap:// or imaps://, and the folder"},
	SERVER_KEYS(mailbox.probe_imap.server, probe_oauth_keys)};

static const struct key sieve_keys[] = {
	{"url", KEY_TEXT, AT(mailbox.sieve.server.url), .flags = KEY_REQUIRED,
		.check = settings_check_sieve_url,
		.help = "the server of ManageSieve: sieve://HOST, port 4190 where none is given"},
	SERVER_KEYS(mailbox.sieve.server, sieve_oauth_keys){"script", KEY_TEXT,
		AT(mailbox.sieve.script), .standard = "postvagt",
		.help = "what the script is called there"},
};

static const struct key mailbox_graph_keys[] = {
	GRAPH_KEYS(mailbox.graph, mailbox_graph_oauth_keys)};

static const struct key mail_graph_keys[] = {GRAPH_KEYS(mail.graph, mail_graph_oauth_keys)};

static const struct key mailbox_keys[] = {
	{"name", KEY_TEXT, AT(mailbox.name), .standard = "infrastrukturpostkassen",
		.help = "what the mailbox is called"},
	{"address", KEY_TEXT, AT(mailbox.address), .check = settings_check_address,
		.help = "the address that KOMBIT has"},
	{"municipality", KEY_TEXT, AT(mailbox.municipality),
		.help = "the municipality's name, for the mail that tells KOMBIT the address"},
	{"list", KEY_TEXT, AT(policy.mailbox_list), .check = schema_check_dn,
		.help = "the list of everyone who answers some tag"},
	{"fallback", KEY_PERSONS, AT(policy.fallback.items), AT(policy.fallback.count),
		.help = "the last stand-ins, for every tag"},
	{"ignore", KEY_TEXTS, AT(mailbox.ignore.items), AT(mailbox.ignore.count),
		.check = settings_check_ignore,
		.help = "marks in subjects that are no tags, such as \"[EKSTERN]\"; * stands for anything"},
	{"rules_file", KEY_PATH, AT(mailbox.rules_file),
		.help = "what postvagt rules wrote and the mail system has; check holds it up"},
	{"folder_prefix", KEY_TEXT, AT(mailbox.folder_prefix),
		.help = "how the names of its folders begin on the server, such as \"INBOX.\""},
	{"imap", KEY_SECTION, 0, .of = SECTION(imap_keys), .help = "how to look into it"},
	{"sieve", KEY_SECTION, 0, .of = SECTION(sieve_keys),
		.help = "how its Sieve script is installed and read back"},
	{"graph", KEY_SECTION, 0, .of = SECTION(mailbox_graph_keys),
		.help = "how its Inbox rules are installed and read back, on Exchange Online"},
	{"probe", KEY_TEXT, AT(mailbox.probe), .check = settings_check_address,
		.help = "the agent's own address, which the rules pass a probe on to"},
	{"probe_imap", KEY_SECTION, 0, .of = SECTION(probe_imap_keys),
		.help = "where the mail of probe is read; default: imap"},
	{"probe_timeout", KEY_DURATION, AT(mailbox.probe_timeout), .minimum = 1, .maximum = 60 * 60,
		.standard = "2m", .help = "how long mailbox --probe waits for its mail"},
};

static const struct key field_keys[] = {
	{"person", KEY_TEXT, FEED(fields.person), .help = "who is away; ics: ATTENDEE"},
	{"from", KEY_TEXT, FEED(fields.from), .help = "when the absence starts"},
	{"until", KEY_TEXT, FEED(fields.until), .help = "when it ends; a date counts in full"},
	{"deputy", KEY_TEXT, FEED(fields.deputy), .help = "who stands in"},
	{"zone", KEY_TEXT, FEED(fields.zone), .help = "the zone of from and until without one"},
	{"role", KEY_TEXT, FEED(fields.role), .help = "gives roles: which one the person holds"},
	{"unread", KEY_TEXT, FEED(fields.unread),
		.help = "a record with it says that the person could not be read"},
};

static const struct key header_keys[] = {
	{"name", KEY_TEXT, offsetof(struct header_settings, name),
		.mark = offsetof(struct header_settings, mark), .flags = KEY_REQUIRED,
		.help = "the field's name"},
	{"value", KEY_TEXT, offsetof(struct header_settings, value), .help = "its value"},
	{"value_file", KEY_PATH, offsetof(struct header_settings, value_file),
		.help = "the file whose first line is its value, a secret"},
};

static const struct schema header_schema = {
	header_keys, COUNT(header_keys), sizeof(struct header_settings)};

static const struct key answer_keys[] = {
	{"list", KEY_TEXT, FEED(answers.list), .check = settings_check_pointer,
		.help = "RFC 6901 pointer to the array of answers; default: the reply is one answer"},
	{"id", KEY_TEXT, FEED(answers.id), .help = "the member that holds {index}"},
	{"person", KEY_TEXT, FEED(answers.person),
		.help = "the member that holds the value of the person who was asked about"},
	{"status", KEY_TEXT, FEED(answers.status), .help = "the member that holds the HTTP status"},
	{"body", KEY_TEXT, FEED(answers.body),
		.help = "the member that holds the document; default: the answer itself"},
	{"error", KEY_TEXT, FEED(answers.error),
		.help = "the member that says why a person could not be read"},
};

static const struct key feed_keys[] = {
	{"name", KEY_TEXT, FEED(name), .mark = FEED(mark), .flags = KEY_REQUIRED,
		.help = "what messages and reports call it; default: the preset's name"},
	{"url", KEY_TEXT, FEED(url), .flags = KEY_REQUIRED, .check = settings_check_feed_url,
		.help = "where it is: https://, http:// or file://; file://./ is beside this file"},
	{"format", KEY_CHOICE, FEED(format), .flags = KEY_REQUIRED, .choices = feed_formats,
		.help = "json, csv, ics or xml"},
	{"preset", KEY_TEXT, FEED(preset),
		.help = "whose keys it has besides: mappings/feeds/NAME.yaml, or an installed one"},
	{"values", KEY_OWN, FEED(values), .read = settings_read_named_texts,
		.help = "what placeholders of such names stand for, in url, headers and body"},
	{"method", KEY_CHOICE, FEED(method), .choices = methods,
		.help = "get or post; default: post where there is a body"},
	{"body", KEY_OWN, FEED(body), .read = settings_read_node,
		.help = "what is posted: a text, or a mapping or list that is sent as JSON"},
	{"user", KEY_TEXT, FEED(http.user), .help = "as whom to log in (HTTP Basic)"},
	{"password_file", KEY_PATH, FEED(http.password_file),
		.help = "the file whose first line is the password"},
	{"negotiate", KEY_BOOL, FEED(http.negotiate), .standard = "false",
		.help = "log in by Kerberos (SPNEGO)"},
	{"keytab_file", KEY_PATH, FEED(http.keytab_file),
		.help = "negotiate: the keys; default: those of directory.bind, else the ticket of kinit"},
	{"principal", KEY_TEXT, FEED(http.principal),
		.help = "negotiate: which of the keytab's principals to be; default: the first"},
	{"headers", KEY_SEQUENCE, FEED(http.headers), FEED(http.header_count), .of = &header_schema,
		.help = "header fields of each request"},
	{"oauth", KEY_SECTION, 0, .of = SECTION(feed_oauth_keys),
		.help = "how to get an OAuth 2.0 token"},
	{"records", KEY_TEXT, FEED(records), .flags = KEY_MAY_BE_EMPTY, .standard = "",
		.help = "json: RFC 6901 pointer to the array, default: the document is it; xml: XPath"},
	{"jq", KEY_TEXT, FEED(jq), .flags = KEY_MANY_LINES,
		.help = "json: a program of jq that makes the records, instead of records and fields"},
	{"root", KEY_TEXT, FEED(root), .help = "xml: the root element that is expected"},
	{"namespaces", KEY_OWN, FEED(namespaces), .read = settings_read_named_texts,
		.help = "xml: the prefixes of XPath"},
	{"ends", KEY_CHOICE, FEED(ends), .choices = ends_ways, .standard = "missing",
		.help = "the last page: missing, it names no next one; empty, it has no records"},
	{"first_page", KEY_INTEGER, FEED(first_page), .standard = "1",
		.help = "the number of the first {page}"},
	{"gives", KEY_CHOICE, FEED(gives), .choices = gives_ways, .standard = "absences",
		.help = "absences, deputies or roles"},
	{"asks", KEY_CHOICE, FEED(asks), .choices = asks_ways, .standard = "all",
		.help = "all: everybody at once; people: about those whom a list could need"},
	{"batch", KEY_INTEGER, FEED(batch), .minimum = 1, .standard = "1",
		.help = "asks people: how many in one request"},
	{"each", KEY_OWN, FEED(each), .read = settings_read_node,
		.help = "asks people: the part of the body for each person, {each} being all of them"},
	{"answers", KEY_SECTION, 0, .of = SECTION(answer_keys),
		.help = "asks people: where in a reply each person's answer is"},
	{"next", KEY_TEXT, FEED(next), .check = settings_check_pointer,
		.help = "json: RFC 6901 pointer to the next page's address or, with {cursor}, to its cursor"},
	{"fields", KEY_SECTION, 0, .of = SECTION(field_keys),
		.help = "which fields, columns or properties say what"},
	{"match", KEY_TEXT, FEED(match), .flags = KEY_REQUIRED, .check = settings_check_attribute,
		.help = "the directory attribute that field person is compared with"},
	{"ca_file", KEY_PATH, FEED(http.ca_file),
		.help = "certificates that the server's is checked against; default: the system's"},
	{"token_file", KEY_PATH, FEED(http.token_file),
		.help = "the file whose first line is sent as a bearer token"},
	{"cert_file", KEY_PATH, FEED(http.cert_file), .help = "the client's certificate, PEM"},
	{"key_file", KEY_PATH, FEED(http.key_file),
		.help = "the certificate's key; default: in cert_file"},
	{"charset", KEY_WORD, FEED(charset), .choices = charsets, .standard = "utf-8",
		.help = "csv: utf-8, utf-16 or windows-1252"},
	{"header_row", KEY_INTEGER, FEED(header_row), .minimum = 1,
		.help = "csv: which line names the columns; default: the first that is not blank"},
	{"only", KEY_OWN, FEED(only), .read = settings_read_only,
		.help = "which records count: a field, and its values; * stands for anything"},
	{"match_as", KEY_CHOICE, FEED(match_as), .choices = match_ways, .standard = "text",
		.help = "text, or number: leading zeros and a trailing .0 do not count"},
	{"until_is", KEY_CHOICE, FEED(dates.until_is), .choices = until_ways, .standard = "moment",
		.help = "moment, or day: an end at midnight includes its day"},
	{"date_format", KEY_TEXT, FEED(dates.date_format), .check = settings_check_date_format,
		.help = "how its dates are written, as in strptime(3); the usual forms are read too"},
	{"person", KEY_TEXT, FEED(person),
		.help = "ics: whose calendar it is: the events are that person's"},
	{"person_pattern", KEY_TEXT, FEED(person_pattern), .check = settings_check_pattern,
		.help = "an expression with one group, which is the person in field person"},
	{"open", KEY_CHOICE, FEED(open), .choices = open_ways, .standard = "refuse",
		.help = "a record with neither end nor deputy: refuse, or absent"},
	{"covers", KEY_CHOICE, FEED(covers), .choices = covers_ways, .standard = "ahead",
		.help = "ahead: all that has not ended; now: only who is away at this moment"},
	{"every", KEY_DURATION, FEED(every), .minimum = 1, .standard = "5m",
		.help = "watch: how often it is asked"},
	{"max_age", KEY_DURATION, FEED(max_age), .standard = "14d",
		.help = "how long the last trusted reading may serve"},
	{"doubt", KEY_DURATION, FEED(doubt), .standard = "72h",
		.help = "how long a reading that lost most absences is doubted; at most max_age"},
};

static const struct schema feed_schema = {
	feed_keys, COUNT(feed_keys), sizeof(struct feed_settings)};

static const struct key absence_keys[] = {
	{"timezone", KEY_TEXT, AT(timezone), .standard = "Europe/Copenhagen",
		.help = "the zone of dates, and of times without one"},
	{"when_absent", KEY_CHOICE, AT(policy.when_absent), .choices = absent_ways,
		.standard = "replace",
		.help = "replace: the stand-in instead of the absent; add: beside them"},
	{"bridge", KEY_DURATION, AT(policy.bridge), .maximum = 7 * 24 * 60 * 60, .standard = "0h",
		.help = "gaps up to this between two absences of a person count as absence"},
	{"bind", KEY_SECTION, 0, .of = SECTION(absence_bind_keys),
		.help = "how absent and back log in; default: as directory.bind says"},
	{"feeds", KEY_SEQUENCE, AT(feeds), AT(feed_count), .of = &feed_schema,
		.help = "where else absences are kept"},
};

static const struct key mapping_keys[] = {
	{"tags", KEY_PATH, AT(tags_file), .standard = "mappings/tags.yaml",
		.help = "KOMBIT's tags"},
	{"roles", KEY_PATH, AT(roles_file), .standard = "mappings/roles.yaml",
		.help = "KOMBIT's role gallery"},
	{"routes", KEY_PATH, AT(routes_file), .standard = "mappings/routes.yaml",
		.help = "who gets which tag"},
};

static const struct key limit_keys[] = {
	{"removals_per_list", KEY_INTEGER, AT(policy.limits[CHANGE_REMOVES].per_list),
		.standard = "5", .help = "most removals from one list that no absence explains"},
	{"removals_per_run", KEY_INTEGER, AT(policy.limits[CHANGE_REMOVES].per_run),
		.standard = "25", .help = "most of them in one run"},
	{"additions_per_list", KEY_INTEGER, AT(policy.limits[CHANGE_ADDS].per_list),
		.standard = "500", .help = "most additions to one list that no absence explains"},
	{"additions_per_run", KEY_INTEGER, AT(policy.limits[CHANGE_ADDS].per_run),
		.standard = "2000", .help = "most of them in one run"},
};

static const struct key report_keys[] = {
	{"directory", KEY_PATH, AT(reports_directory), .standard = "reports",
		.help = "where the change reports are kept"},
	{"sign_key_file", KEY_PATH, AT(sign_key_file),
		.help = "the Ed25519 key (PEM) that signs them; default: unsigned"},
	{"old_keys", KEY_PATHS, AT(old_keys.items), AT(old_keys.count),
		.help = "public keys (PEM) that signed them before, and are still accepted"},
};

static const struct key mail_keys[] = {
	{"smtp", KEY_TEXT, AT(mail.server.url), .check = settings_check_smtp_url,
		.help = "the server: smtp:// or smtps://"},
	{"from", KEY_TEXT, AT(mail.from), .check = settings_check_address,
		.help = "the sender; default: mailbox.address"},
	SERVER_KEYS(mail.server, mail_oauth_keys){"graph", KEY_SECTION, 0,
		.of = SECTION(mail_graph_keys),
		.help = "instead of smtp: how mail is sent by Microsoft Graph"},
	{"reply_to", KEY_TEXT, AT(mail.reply_to), .check = settings_check_address,
		.help = "whom answers to postvagt's mail go to"},
	{"contact", KEY_TEXT, AT(mail.contact),
		.help = "whom KOMBIT can ask: a name and a telephone number"},
	{"notices", KEY_BOOL, AT(mail.notices), .standard = "true",
		.help = "tell people who join a list, are back on it, or need not stand in any more"},
	{"register_to", KEY_TEXT, AT(mail.register_to), .check = settings_check_address,
		.help = "who gets the mailbox's address from register --send; no default: ask KOMBIT"},
};

static const struct key settings_keys[] = {
	{"language", KEY_CHOICE, AT(language), .given = AT(has_language), .choices = languages,
		.help = "of messages, reports and mail; default: that of the environment"},
	{"directory", KEY_SECTION, 0, .flags = KEY_REQUIRED, .of = SECTION(directory_keys),
		.help = "the directory"},
	{"people", KEY_SECTION, 0, .of = SECTION(people_keys), .help = "who is a person"},
	{"lists", KEY_SECTION, 0, .of = SECTION(lists_keys), .help = "the distribution lists"},
	{"mailbox", KEY_SECTION, 0, .of = SECTION(mailbox_keys),
		.help = "the mailbox that KOMBIT writes to"},
	{"absence", KEY_SECTION, 0, .of = SECTION(absence_keys), .help = "who is away"},
	{"mapping", KEY_SECTION, 0, .of = SECTION(mapping_keys), .help = "the mapping's files"},
	{"limits", KEY_SECTION, 0, .of = SECTION(limit_keys),
		.help = "what a run may remove; 0: nothing"},
	{"reports", KEY_SECTION, 0, .of = SECTION(report_keys), .help = "the change reports"},
	{"mail", KEY_SECTION, 0, .of = SECTION(mail_keys), .help = "how to send mail"},
	{"trusted_group", KEY_TEXTS, AT(trusted_groups.items), AT(trusted_groups.count),
		.check = settings_check_group,
		.help = "groups that may write the mapping files, where the agent is root or a service"},
	{"metrics_file", KEY_PATH, AT(metrics_file),
		.help = "where figures for Prometheus are left; default: nowhere"},
	{"coverage_file", KEY_PATH, AT(coverage_file),
		.help = "where watch and apply keep the page of coverage --html; default: nowhere"},
};

const struct schema settings_schema = {
	settings_keys, COUNT(settings_keys), sizeof(struct settings)};
