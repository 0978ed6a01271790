#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "config/filter.h"
#include "config/schema/value.h"
#include "config/settings.h"
#include "file_case.h"
#include "model/settings.h"

static struct folder folder;

static int set_up(void **state)
{
	unsetenv("CREDENTIALS_DIRECTORY");
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	folder_remove(&folder, "a.yaml");
	folder_remove(&folder, "secret");
	folder_release(&folder);
	return 0;
}

struct loaded {
	struct arena *arena;
	struct strbuf path;
	struct findings findings;
	struct settings *settings;
};

static struct loaded load(const char *text)
{
	struct loaded loaded = {.arena = arena_new(), .path = STRBUF_INIT};

	folder_write(&folder, "a.yaml", text, strlen(text));
	folder_path(&folder, "a.yaml", &loaded.path);
	findings_init(&loaded.findings, loaded.arena);
	loaded.settings = settings_load(loaded.path.text, &loaded.findings);
	return loaded;
}

static void release(struct loaded *loaded)
{
	settings_free(loaded->settings);
	arena_free(loaded->arena);
	strbuf_release(&loaded->path);
}

static void check_cases(const struct file_case *cases, size_t count, const char *head)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < count && row(i, "%s", cases[i].text); i++) {
		struct loaded loaded;

		strbuf_reset(&text);
		strbuf_adds(&text, head);
		strbuf_adds(&text, cases[i].text);
		loaded = load(text.text);
		assert_found(&loaded.findings, loaded.path.text, cases[i].found);
		assert_int_equal(loaded.settings == NULL, *cases[i].found != '\0');
		release(&loaded);
	}
	strbuf_release(&text);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define BIND      "  bind: {dn: \"cn=a,dc=dk\", password_file: secret}\n"
#define DIRECTORY "directory:\n  url: ldap://localhost\n  base: dc=dk\n" BIND

static void test_directory(void **state)
{
	static const struct file_case cases[] = {
		{DIRECTORY, ""},
		{"", "1:1: the key \"directory\" is missing"},
		{"directory: here\n",
			"1:12: found \"here\", expected keys with values\n"
			"1:12: url or domain is missing\n"
			"1:12: the key \"base\" is missing\n"
			"1:12: simple needs dn and password_file"},
		{"directory:\n  base: dc=dk\n" BIND, "1:1: url or domain is missing"},
		{"directory:\n  url: []\n  base: dc=dk\n" BIND, "1:1: url or domain is missing"},
		{"directory:\n  domain: x.dk\n  base: dc=dk\n" BIND, ""},
		{DIRECTORY "  domain: x.dk\n", "5:11: either url or domain, not both"},
		{"directory:\n  domain: x.dk\n" BIND, "1:1: the key \"base\" is missing"},
		{"directory:\n  domain: x.dk\n" BIND "people: {base: \"ou=p,dc=dk\"}\n", ""},
		{"directory:\n  url: [ldap://a, http://b, ldap://, ldaps://c d]\n  base: dc=dk\n" BIND,
			"2:19: found \"http://b\", expected an ldap://\n"
			"2:29: found \"ldap://\"\n"
			"2:38: found \"ldaps://c d\""},
		{"directory:\n  url: ldaps://a\n  starttls: true\n  base: dc=dk\n" BIND,
			"3:13: starttls goes with ldap:// only"},
		{"directory:\n  url: ldapi:///\n  base: dc=dk\n  bind: {mechanism: EXTERNAL}\n",
			""},
		{"directory:\n  url: ldapi:///\n  base: dc=dk\n  bind: {mechanism: digest}\n",
			"4:21: found \"digest\", expected one of: simple, EXTERNAL, GSSAPI, GSS-SPNEGO"},
		{"directory:\n  url: ldapi:///\n  base: dc=dk\n  bind: {mechanism: [simple]}\n",
			"4:21: found a list, expected one of"},
		{"directory:\n  url: ldapi:///\n  base: dc=dk\n",
			"1:1: simple needs dn and password_file"},
		{"directory:\n  url: ldapi:///\n  base: dc=dk\n  bind:\n    dn: cn=a\n",
			"4:3: simple needs dn and password_file"},
		{"directory:\n  url: ldap://a\n  base: dc=dk\n"
		 "  bind: {dn: vagt@x.dk, password_file: secret}\n",
			""},
		{"directory:\n  url: ldap://a\n  base: dc=dk\n"
		 "  bind: {dn: 'X\\vagt', password_file: secret}\n",
			""},
		{"directory:\n  url: ldap://a\n  base: dc=dk\n"
		 "  bind: {dn: \"@x.dk\", password_file: secret}\n",
			"4:14: found \"@x.dk\", expected a DN"},
		{"directory:\n  url: ldap://a\n  base: dc=dk\n"
		 "  bind: {dn: vagt, password_file: secret}\n",
			"4:14: found \"vagt\", expected a DN"},
		{"directory:\n  url: ldap://a\n  base: dc=dk\n"
		 "  bind: {mechanism: GSSAPI, keytab_file: k, principal: a@B}\n",
			""},
		{"directory:\n  url: ldap://a\n  base: dc=dk\n"
		 "  bind: {mechanism: GSSAPI, principal: a@B}\n",
			"4:40: principal goes with keytab_file"},
		{"directory:\n  url: ldapi:///\n  base: hansen\n" BIND,
			"3:9: found \"hansen\", expected a DN"},
		{DIRECTORY "  timeout: 30\n", "5:12: found \"30\", expected a duration such as"},
		{DIRECTORY "  timeout: 0s\n", "5:12: found \"0s\", expected a duration such as"},
		{DIRECTORY "  timeout: 24d\n", ""},
		{DIRECTORY "  timeout: 25d\n",
			"5:12: found \"25d\", expected a duration such as 30s, 15m, 24h or 7d, "
			"from 1s to 24d"},
		{DIRECTORY "  timeout: 600h\n", "5:12: found \"600h\""},
		{DIRECTORY "  tiemout: 30s\n",
			"5:3: unknown key \"tiemout\"; did you mean \"timeout\"?"},
		{DIRECTORY "  colour: red\n",
			"5:3: unknown key \"colour\"; the keys here: url, "
			"domain, kind, base, starttls, ca_file, bind, timeout"},
		{DIRECTORY "  starttls: on\n", "5:13: found \"on\", expected true or false"},
		{DIRECTORY "  starttls: yes\n", ""},
		{DIRECTORY "  kind: novell\n",
			"5:9: found \"novell\", expected one of: auto, active-"},
		{DIRECTORY "  ca_file: [a, b]\n", "5:12: found a list, expected a text"},
		{DIRECTORY "  ca_file:\n", ""},
		{DIRECTORY "  ca_file: \"\"\n", "5:12: found \"\", expected a text"},
	};

	check_cases(cases, COUNT(cases), "");
}

static void test_secret_as_value(void **state)
{
	static const struct file_case cases[] = {
		{"directory: {url: ldap://a, base: dc=dk, bind: {dn: cn=a, password: hunter2}}\n",
			"1:58: unknown key \"password\"; a secret is never a value: use \"password_file\"\n"
			"1:41: simple needs dn and password_file"},
		{DIRECTORY
			"absence:\n  feeds:\n"
			"    - {name: a, url: https://a, format: ics, match: b, token: hunter2}\n",
			"7:56: unknown key \"token\"; a secret is never a value: use \"token_file\""},
		{DIRECTORY "mail: {smtp: smtp://u:p@x, from: a@b}\n",
			"5:14: a secret is never a value"},
	};

	check_cases(cases, COUNT(cases), "");
}

static void test_people_and_lists(void **state)
{
	static const struct file_case cases[] = {
		{"people: {filter: \"\"}\n", "5:18: found \"\", expected a text"},
		{"people: {filter: (a=b}\n", "5:18: found \"(a=b\", expected an LDAP filter"},
		{"people: {separator: \"\"}\n", ""},
		{"people: {mailboxes: \"\"}\n", ""},
		{"people: {mailboxes: (a=b)}\n", ""},
		{"people: {mailboxes: (a=b}\n", "5:21: found \"(a=b\", expected an LDAP filter"},
		{"people: {separator: \"\\n\"}\n", "5:21: a text on one line"},
		{"people: {attributes: {role: \"a)(b\"}}\n",
			"5:29: expected the name of an attribute"},
		{"people: {attributes: {role: [title, \"a)(b\"]}}\n",
			"5:37: expected the name of an attribute"},
		{"people: {attributes: {role: [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, "
		 "a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]}}\n",
			"5:29: 37 attributes; postvagt reads 36 at most"},
		{"people:\n", ""},
		{"people: [x]\n", "5:9: found a list, expected keys with values"},
		{"people: {base: [dc=dk, x]}\n", "5:24: found \"x\", expected a DN"},
		{"lists: {member_attribute: uniqueMember, create: maybe}\n",
			"5:49: found \"maybe\", expected true or false"},
		{"limits: {removals_per_list: -1, removals_per_run: many}\n",
			"5:29: found \"-1\", expected a whole number, 0 or more\n"
			"5:51: found \"many\""},
		{"limits: {additions_per_list: -1}\n",
			"5:30: found \"-1\", expected a whole number, 0 or more"},
		{"limits: {removals_per_list: 0, removals_per_run: 99999999999}\n",
			"5:50: expected a whole number"},
		{"language: fr\nmetrics_file: {}\n",
			"5:11: expected one of: da, en\n6:15: found keys with values, expected a text"},
		{"limits: {}\nlimits: {}\n", "6:1: \"limits\" is here a second time"},
		{"<<: {}\n", "5:1: unknown key \"<<\"; the keys here: language, "},
	};

	check_cases(cases, COUNT(cases), DIRECTORY);
}

#define MAIL_OAUTH(more, oauth)                                    \
	"mail: {smtp: \"smtps://x\", from: a@b, " more ", oauth: " \
	"{token_url: \"https://login/token\", client_id: c, " oauth "}}\n"

#define GRAPH_OAUTH "oauth: {token_url: \"https://login/token\", client_id: c, secret_file: s}"

#define MAIL_GRAPH(keys, more) "mail: {graph: {" keys "}, from: a@b" more "}\n"

static void test_mail(void **state)
{
	static const struct file_case cases[] = {
		{"mail: {smtp: \"smtps://x\", from: a@b}\n", ""},
		{"mail: {from: a@b}\n", "5:1: smtp or graph is missing"},
		{MAIL_GRAPH("user: x, " GRAPH_OAUTH, ""), ""},
		{MAIL_GRAPH("user: x, " GRAPH_OAUTH, ", smtp: \"smtps://x\""),
			"5:8: either smtp or graph, not both"},
		{MAIL_GRAPH("user: x, " GRAPH_OAUTH, ", user: x, password_file: p"),
			"5:116: goes with smtp; graph has its own\n5:134: goes with smtp"},
		{MAIL_GRAPH("user: x", ""), "5:8: oauth is missing"},
		{MAIL_GRAPH(GRAPH_OAUTH, ""), "5:8: the key \"user\" is missing"},
		{"mail: {smtp: \"smtps://x\"}\n", "5:1: the key \"from\" is missing"},
		{"mail: {smtp: \"smtps://x\"}\nmailbox: {address: a@b}\n", ""},
		{"mail: {smtp: \"http://x\", from: nobody}\n",
			"5:14: expected an smtp:// or smtps:// URL\n5:32: expected a mail address"},
		{"mail: {smtp: \"smtps://x\", from: a@b, user: x}\n",
			"5:1: user goes with password_file, token_file or oauth, and these with user"},
		{"mailbox:\n  imap: {unread_after: 1d}\n", "6:3: the key \"url\" is missing"},
		{"mailbox:\n  imap: {url: \"imaps://x/INBOX\", password_file: x}\n",
			"6:3: user goes with password_file, token_file or oauth, and these with user"},
		{"mail: {smtp: \"smtps://x\", from: a@b, user: x, token_file: y}\n", ""},
		{"mail: {smtp: \"smtps://x\", from: a@b, user: x, token_file: y, password_file: z}\n",
			"5:1: either password_file or token_file, not both"},
		{MAIL_OAUTH("user: x", "secret_file: s"), ""},
		{MAIL_OAUTH("user: x", "cert_file: s"), ""},
		{MAIL_OAUTH("ca_file: x", "secret_file: s"),
			"5:1: user goes with password_file, token_file or oauth"},
		{MAIL_OAUTH("user: x, token_file: t", "secret_file: s"),
			"5:62: token_file and oauth are two ways to log in"},
		{MAIL_OAUTH("user: x", "key_file: s"),
			"5:47: secret_file is missing, or cert_file\n5:113: key_file goes with cert_file"},
		{"mail: {smtp: \"smtps://x\", from: a@b, user: x,\n"
		 "  oauth: {token_url: \"http://login\", secret: hunter2}}\n",
			"6:3: the key \"client_id\" is missing\n"
			"6:22: a secret goes with https:// only\n"
			"6:3: secret_file is missing\n"
			"6:38: unknown key \"secret\"; a secret is never a value: use \"secret_file\""},
		{"mailbox: {list: x, fallback: {a: b}}\n",
			"5:17: found \"x\", expected a DN\n5:30: found keys with values, expected a text"},
	};

	check_cases(cases, COUNT(cases), DIRECTORY);
}

#define FEED(url, more) \
	"absence:\n  feeds:\n    - {name: a, url: \"" url "\", format: ics, match: b, " more "}\n"

#define HTTPS(more) FEED("https://hr.dk", more)

static void test_logins(void **state)
{
	static const struct file_case cases[] = {
		{HTTPS("user: u, password_file: p"), ""},
		{HTTPS("user: u"), "7:68: user goes with password_file"},
		{HTTPS("password_file: p"), "7:77: password_file goes with user"},
		{HTTPS("user: \"a:b\", password_file: p"), "7:68: a user name cannot have a colon"},
		{HTTPS("user: u, password_file: p, token_file: t"),
			"7:101: user and token_file are two ways to log in"},
		{HTTPS("token_file: t, negotiate: true"),
			"7:88: token_file and negotiate are two ways to log in"},
		{HTTPS("negotiate: true, keytab_file: k, principal: p"), ""},
		{HTTPS("keytab_file: k, principal: p"),
			"7:75: keytab_file goes with negotiate: true\n"
			"7:89: principal goes with negotiate: true"},
		{HTTPS("oauth: {token_urll: https://login, client_id: c, secret_file: s}"),
			"7:62: oauth: the key \"token_url\" is missing\n"
			"7:70: unknown key \"token_urll\"; did you mean \"token_url\"?"},
		{HTTPS("headers: [{name: ApiKey, value_file: k}, {name: Prefer, value: x}]"), ""},
		{HTTPS("headers: [{name: Authorization, value_file: k}]"), ""},
		{HTTPS("headers: [{name: authorization, value_file: k}], token_file: t"),
			"7:79: token_file and Authorization are two ways to log in"},
		{HTTPS("headers: [{name: a, value: b}, {name: A, value_file: b}]"),
			"7:100: \"A\" is here a second time"},
		{HTTPS("headers: [{name: Authorization, value: hunter2}]"),
			"7:79: a secret is never a value: use value_file"},
		{HTTPS("headers: [{name: X-Api-Key, value: hunter2}]"),
			"7:79: a secret is never a value: use value_file"},
		{HTTPS("headers: [{name: Ocp-Apim-Subscription-Key, value: hunter2}]"),
			"7:79: a secret is never a value: use value_file"},
		{HTTPS("headers: [{name: X-Access-Key, value: hunter2}]"),
			"7:79: a secret is never a value: use value_file"},
		{HTTPS("headers: [{name: Idempotency-Key, value: \"{uuid}\"}]"), ""},
		{HTTPS("headers: [{name: a}, {name: b, value: c, value_file: d}, {value: e}]"),
			"7:79: value is missing, or value_file for a secret\n"
			"7:90: either value or value_file, not both\n"
			"7:119: the key \"name\" is missing"},
		{HTTPS("headers: [{name: \"a b\", value: c}, {name: \"a:\", value: c}]"),
			"7:79: no name of a header field\n7:79: no name of a header field"},
		{HTTPS("headers: [{name: content-length, value: \"1\"}]"),
			"7:79: this header field is written by postvagt itself"},
		{HTTPS("headers: [{name: a, value: \"b\\r\\nc: d\"}]"), "7:89: a text on one line"},
		{FEED("http://hr.dk", "user: u, password_file: p"),
			"7:85: a secret goes with https"},
		{FEED("http://hr.dk", "negotiate: true"), "7:72: a secret goes with https"},
		{FEED("http://hr.dk", "headers: [{name: ApiKey, value_file: k}]"),
			"7:78: a secret goes with https"},
		{FEED("http://hr.dk", "headers: [{name: Prefer, value: k}]"), ""},
		{FEED("http://127.0.0.1", "user: u, password_file: p"), ""},
		{FEED("http://hr.dk",
			 "oauth: {token_url: https://l, client_id: c, secret_file: s}"),
			"7:61: a secret goes with https"},
		{HTTPS("oauth: {token_url: https://l, client_id: c, secret_file: s, scope: s, "
		       "audience: a, ca_file: f}"),
			""},
		{HTTPS("oauth: {token_url: https://l, client_id: c, cert_file: s, key_file: k}"),
			""},
		{HTTPS("oauth: {token_url: http://127.0.0.1/t, client_id: c, secret_file: s}"), ""},
		{HTTPS("oauth: {token_url: http://l, client_id: c, secret_file: s}"),
			"7:81: a secret goes with https"},
		{HTTPS("oauth: {token_url: file:///l, client_id: c, secret_file: s}"),
			"7:81: found \"file:///l\", expected an https:// URL"},
		{HTTPS("oauth: {token_url: \"https://u:p@l/t\", client_id: c, secret_file: s}"),
			"7:81: a URL without a login"},
		{HTTPS("oauth: {scope: x}"),
			"7:62: the key \"token_url\" is missing\n"
			"7:62: the key \"client_id\" is missing\n7:62: secret_file is missing"},
		{HTTPS("oauth: {}"), ""},
		{HTTPS("oauth: {token_url: https://l, client_id: c, secret_file: s, cert_file: x}"),
			"7:62: either secret_file, or cert_file"},
	};

	check_cases(cases, COUNT(cases), DIRECTORY);
}

static void test_absence(void **state)
{
	static const struct file_case cases[] = {
		{FEED("https://hr.eksempel.dk/a", "every: 3651d"), "7:80: found \"3651d\""},
		{FEED("https://hr.eksempel.dk/a", "max_age: 3651d"), "7:82: found \"3651d\""},
		{"absence: {timezone: Mars/Olympus}\n",
			"5:21: this machine knows no time zone \"Mars/Olympus\""},
		{"absence: {when_absent: ignore}\n", "5:24: expected one of: replace, add"},
		{"absence:\n  feeds: {name: a}\n", "6:10: found keys with values, expected a list"},
		{"absence:\n  feeds:\n    - fields: {deputy: x}\n",
			"7:7: the key \"name\" is missing\n7:7: the key \"url\" is missing\n"
			"7:7: the key \"format\" is missing\n7:7: the key \"match\" is missing"},
		{"absence:\n  feeds:\n    - {name: a, url: https://a, format: json, match: b}\n",
			"7:7: the key \"person\" is missing\n7:7: from or until is missing"},
		{"absence:\n  feeds:\n    - {name: a, url: ftp://a, format: doc, match: b c}\n",
			"7:22: expected an https://, http:// or file:// URL\n"
			"7:39: found \"doc\", expected one of: json, csv, ics, xml\n"
			"7:51: expected the name of an attribute\n"
			"7:7: the key \"person\" is missing\n7:7: from or until is missing"},
		{"absence:\n  feeds:\n"
		 "    - {name: a, url: https://a, format: ics, match: b}\n"
		 "    - {name: b, url: https://a, format: ics, match: b}\n"
		 "    - {name: a, url: https://a, format: ics, match: b}\n",
			"9:14: \"a\" is here a second time; the first is at "},
		{"absence:\n  feeds:\n"
		 "    - {name: a, url: file:///a, format: csv, match: b, charset: ebcdic,\n"
		 "       records: data, every: 0s, max_age: 0s, fields: {person: p, until: u}}\n",
			"7:65: expected one of: utf-8, utf-16, windows-1252\n"
			"8:17: found \"data\", expected a JSON pointer\n"
			"8:30: found \"0s\", expected a duration"},
		{FEED("http://hr.eksempel.dk/a", "token_file: t"),
			"7:84: a token goes with https://"},
		{FEED("HTTP://127.0.0.1.eksempel.dk/", "token_file: t"),
			"7:90: a token goes with https://"},
		{FEED("http://127.0.0.1:8080/a", "token_file: t"), ""},
		{FEED("https://hr.eksempel.dk/a", "token_file: t"), ""},
		{FEED("https://hr.eksempel.dk/a", "key_file: k"),
			"7:83: key_file goes with cert_file"},
		{FEED("https://hr.eksempel.dk/a", "cert_file: c"), ""},
		{"absence:\n  feeds:\n    - {name: a, url: https://a, format: json, match: b, covers: now,\n"
		 "       open: absent, fields: {person: p}}\n",
			""},
		{FEED("https://hr.eksempel.dk/a", "header_row: 2"),
			"7:85: header_row goes with format: csv"},
		{FEED("https://hr.eksempel.dk/a", "only: [a]"),
			"7:79: found a list, expected fields"},
		{FEED("https://hr.eksempel.dk/a", "only: {status: }"), "7:88: expected a value"},
		{FEED("https://hr.eksempel.dk/a", "only: {status: [a, {b: c}]}"),
			"7:92: found keys with values, expected a text"},
		{FEED("https://hr.eksempel.dk/a", "only: {status: a, class: [b, \"\"]}"), ""},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%d.%m.%y'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%d.%m'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%Y%%m%%d'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%b %e %Y %H:%M'"), ""},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%F'"), ""},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%m/%d/%Y %I:%M %p'"), ""},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%A %d. %B %Y %T %z%%'"), ""},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%d.%m.%Y %I:%M'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%d.%m.%Y %H:%M %Z'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%d.%m.%Y %Q'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%-d.%d.%m.%Y'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "date_format: '%d.%m.%Y%'"),
			"7:86: expected a format of strptime(3)"},
		{FEED("https://hr.eksempel.dk/a", "person_pattern: '(a)(b)'"),
			"7:89: expected an extended regular expression"},
		{FEED("https://hr.eksempel.dk/a", "person_pattern: '(a'"),
			"7:89: expected an extended regular expression"},
		{FEED("https://hr.eksempel.dk/a", "person_pattern: '^(.*) - Ferie'"), ""},
	};

	check_cases(cases, COUNT(cases), DIRECTORY);
}

/* A text of the file stays harmless, and short. */
static void test_quoting(void **state)
{
	static const struct file_case cases[] = {
		{"\"\\e[2J\": 1\n", "5:1: unknown key \"\\1b[2J\""},
		{"limits: {removals_per_run: "
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaøøø}\n",
			"5:28: found "
			"\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…\""},
	};

	check_cases(cases, COUNT(cases), DIRECTORY);
}

static void check_under(const char *path, const char *name)
{
	struct strbuf expected = STRBUF_INIT;

	folder_path(&folder, name, &expected);
	assert_string_equal(path, expected.text);
	strbuf_release(&expected);
}

static void test_defaults(void **state)
{
	struct loaded loaded = load(DIRECTORY);
	const struct settings *settings = loaded.settings;

	assert_non_null(settings);
	assert_string_equal(settings->file, loaded.path.text);
	assert_false(settings->has_language);
	assert_int_equal(settings->directory.urls.count, 1);
	assert_int_equal(settings->directory.timeout, 30);
	assert_int_equal(settings->directory.kind, DIRECTORY_AUTO);
	check_under(settings->directory.bind.password_file, "secret");
	assert_null(settings->directory.ca_file);
	assert_int_equal(settings->people.bases.count, 1);
	assert_string_equal(settings->people.bases.items[0], "dc=dk");
	assert_string_equal(settings->people.filter, "(objectClass=person)");
	assert_string_equal(settings->people.separator, ";");
	assert_int_equal(settings->people.attributes.role.count, 0);
	assert_string_equal(settings->member_attribute, "member");
	assert_string_equal(settings->mailbox.name, "infrastrukturpostkassen");
	assert_null(settings->mailbox.imap.server.url);
	assert_string_equal(settings->timezone, "Europe/Copenhagen");
	assert_int_equal(settings->policy.when_absent, ABSENT_REPLACE);
	assert_int_equal(settings->policy.limits[CHANGE_REMOVES].per_list, 5);
	assert_int_equal(settings->policy.limits[CHANGE_REMOVES].per_run, 25);
	assert_int_equal(settings->policy.limits[CHANGE_ADDS].per_list, 500);
	assert_int_equal(settings->policy.limits[CHANGE_ADDS].per_run, 2000);
	assert_null(settings->policy.mailbox_list);
	check_under(settings->routes_file, "mappings/routes.yaml");
	check_under(settings->reports_directory, "reports");
	assert_null(settings->mail.server.url);
	release(&loaded);
}

static const char everything[] =
	"language: da\n"
	"directory:\n"
	"  url: [ldaps://dc1.eksempel.dk, ldaps://dc2.eksempel.dk]\n"
	"  kind: active-directory\n"
	"  base: DC=eksempel,DC=dk\n"
	"  ca_file: /etc/ca.pem\n"
	"  bind: {mechanism: gssapi, keytab_file: k, principal: p@X}\n"
	"  timeout: 2m\n"
	"people:\n"
	"  base: [\"OU=A,DC=dk\", \"OU=B,DC=dk\"]\n"
	"  attributes: {login: sAMAccountName, deputy: [extensionAttribute11, secretary, assistant]}\n"
	"mailbox:\n"
	"  address: infra@eksempel.dk\n"
	"  list: CN=Alle, OU=Lister,DC=dk\n"
	"  fallback: vagt@eksempel.dk\n"
	"  imap: {url: imaps://mail/INBOX, user: u, password_file: p, unread_after: 2d}\n"
	"absence:\n"
	"  when_absent: add\n"
	"  feeds:\n"
	"    - {name: loen, url: https://hr/a.json, format: json, records: /data/items, match: no,\n"
	"       fields: {person: p, from: f, until: u, deputy: d}, every: 1m, charset: UTF-8}\n"
	"    - {name: kalender, url: file:///srv/a.ics, format: ics, match: mail}\n"
	"mapping: {tags: t.yaml, roles: /r.yaml}\n"
	"limits: {removals_per_list: 0, additions_per_run: 0}\n"
	"mail: {smtp: smtp://mail, notices: false}\n"
	"metrics_file: /var/lib/m.prom\n";

/* Every attribute that the file names, at its own place; none of the defaults. */
static void check_named_attributes(const struct settings *settings)
{
	static const struct {
		const char *name;
		size_t line, column;
	} named[] = {{"sAMAccountName", 11, 23}, {"extensionAttribute11", 11, 48},
		{"secretary", 11, 70}, {"assistant", 11, 81}, {"no", 20, 87}, {"mail", 22, 68}};

	assert_int_equal(settings->named_attribute_count, COUNT(named));
	for (size_t i = 0; i < ROWS(named) && row(i, "%s", named[i].name); i++) {
		assert_string_equal(settings->named_attributes[i].name, named[i].name);
		assert_int_equal(settings->named_attributes[i].mark.line, named[i].line);
		assert_int_equal(settings->named_attributes[i].mark.column, named[i].column);
	}
}

static void test_everything(void **state)
{
	struct loaded loaded = load(everything);
	const struct settings *settings = loaded.settings;

	assert_found(&loaded.findings, loaded.path.text, "");
	assert_true(settings->has_language);
	assert_int_equal(settings->language, LANGUAGE_DANISH);
	assert_string_equal(settings->directory.urls.items[1], "ldaps://dc2.eksempel.dk");
	assert_int_equal(settings->directory.bind.mechanism, BIND_GSSAPI);
	assert_int_equal(settings->directory.timeout, 120);
	assert_string_equal(settings->directory.ca_file, "/etc/ca.pem");
	assert_int_equal(settings->people.bases.count, 2);
	assert_int_equal(settings->people.attributes.login.count, 1);
	assert_string_equal(settings->people.attributes.login.items[0], "sAMAccountName");
	assert_int_equal(settings->people.attributes.deputy.count, 3);
	assert_string_equal(settings->people.attributes.deputy.items[0], "extensionAttribute11");
	assert_string_equal(settings->people.attributes.deputy.items[2], "assistant");
	assert_null(settings->people.mailboxes);
	check_named_attributes(settings);
	assert_string_equal(settings->policy.mailbox_list_key, "cn=alle,ou=lister,dc=dk");
	assert_string_equal(settings->policy.fallback.items[0].text, "vagt@eksempel.dk");
	assert_int_equal(settings->mailbox.imap.unread_after, 2 * 24 * 3600);
	assert_int_equal(settings->policy.when_absent, ABSENT_ADD);
	check_under(settings->tags_file, "t.yaml");
	assert_string_equal(settings->roles_file, "/r.yaml");
	assert_int_equal(settings->policy.limits[CHANGE_REMOVES].per_list, 0);
	assert_int_equal(settings->policy.limits[CHANGE_ADDS].per_run, 0);
	assert_string_equal(settings->mail.from, "infra@eksempel.dk");
	assert_false(settings->mail.notices);
	assert_string_equal(settings->metrics_file, "/var/lib/m.prom");
	release(&loaded);
}

static void test_feeds(void **state)
{
	struct loaded loaded = load(everything);
	const struct feed_settings *feed = loaded.settings->feeds;

	assert_int_equal(loaded.settings->feed_count, 2);
	assert_string_equal(feed[0].name, "loen");
	assert_int_equal(feed[0].mark.line, 20);
	assert_string_equal(feed[0].records, "/data/items");
	assert_string_equal(feed[0].fields.deputy, "d");
	assert_string_equal(feed[0].match, "no");
	assert_string_equal(feed[0].charset, "utf-8");
	assert_int_equal(feed[0].every, 60);
	assert_int_equal(feed[0].max_age, 14 * 24 * 3600);
	assert_int_equal(feed[0].doubt, 72 * 3600);
	assert_int_equal(feed[0].only_count, 0);
	assert_int_equal(feed[1].format, FEED_ICS);
	assert_string_equal(feed[1].fields.person, "ATTENDEE");
	assert_null(feed[1].fields.from);
	assert_int_equal(feed[1].every, 300);
	release(&loaded);
}

/* The same faults again, into the same findings, are not taken for none. */
static void test_same_file_twice(void **state)
{
	struct loaded loaded = load("directory: 1\n");
	size_t count = loaded.findings.count;

	assert_null(loaded.settings);
	assert_null(settings_load(loaded.path.text, &loaded.findings));
	assert_int_equal(loaded.findings.count, count);
	release(&loaded);
}

static void test_filter(void **state)
{
	static const char *const good[] = {"(a=b)", "(a=*)", "(a=)", "(&(a=b)(|(c>=1)(d~=x)))",
		"(!(a=b))", "(&)", "(cn:dn:2.5.13.5:=x)", "(a=x\\28y\\29)", "(& (a=b) (c=d) )",
		"(userAccountControl:1.2.840.113556.1.4.803:=2)", "(cn=Øl & vin)",
		"(cn;lang-da=*a*b*)", "(2.5.4.3=a)", "(:dn:2.5.13.5:=x)"};
	static const char *const bad[] = {"", "a=b", "(a=b", "(a=b))", "(a)", "()", "(=b)", "(!)",
		"((a=b))", "(a=b)(c=d)", "(a=\\2)", "(a=\\zz)", "(!(a=b)(c=d))", "(a=b(c)", "(~=x)",
		"(a b=c)", "(a=**)", "(a>=b*)", "(1a=b)", "(1..2=b)", "(a;=b)", "(:=b)",
		"(a:x_y:=b)"};
	struct strbuf deep = STRBUF_INIT;

	for (size_t i = 0; i < ROWS(good) && row(i, "%s", good[i]); i++)
		assert_true(filter_is_valid(good[i]));
	for (size_t i = 0; i < ROWS(bad) && row(i, "%s", bad[i]); i++)
		assert_false(filter_is_valid(bad[i]));
	for (size_t i = 0; i < 100000; i++)
		strbuf_adds(&deep, "(!");
	assert_false(filter_is_valid(deep.text));
	strbuf_release(&deep);
}

static void test_filter_attributes(void **state)
{
	static const struct {
		const char *filter, *names;
	} rows[] = {{"(a=b)", "a,"}, {"(&)", ""}, {"(a=*)", "a,"},
		{"(&(a=b)(|(c>=1)(d~=x)(e<=x)))", "a,c,d,e,"}, {"(!(a=b))", "a,"},
		{"(cn:dn:2.5.13.5:=x)", "cn,"}, {"(:dn:2.5.13.5:=x)", ""}, {"(cn:=x)", "cn,"},
		{"(userAccountControl:1.2.840.113556.1.4.803:=2)", "userAccountControl,"},
		{"(a=x\\28y=z\\29)", "a,"}, {"(& (a=b) ( c=d) )", NULL},
		{"(& (a=b&|!) (! (c==d)) )", "a,c,"}, {"(cn;lang-da;x=*a*b*)", "cn;lang-da;x,"},
		{"(2.5.4.3=a:b)", "2.5.4.3,"}};

	for (size_t i = 0; i < ROWS(rows) && row(i, "%s", rows[i].filter); i++) {
		struct strbuf names = STRBUF_INIT;
		const char *at = rows[i].filter, *name;
		size_t length;

		assert_int_equal(filter_is_valid(rows[i].filter), rows[i].names != NULL);
		while (rows[i].names && (name = filter_next_attribute(&at, &length)))
			strbuf_addf(&names, "%.*s,", (int)length, name);
		assert_string_equal(names.text, rows[i].names ? rows[i].names : "");
		strbuf_release(&names);
	}
}

static void test_value(void **state)
{
	static const char *const bad_integers[] = {"", "-", "1.5", "0x10", "010", "1 ", " 1", "+1",
		"2147483648", "99999999999999999999", "1_000"};
	static const char *const bad_durations[] = {
		"", "s", "30", "30 s", "1.5h", "1h30m", "-1s", "30S", "99999d", "1w", "01s"};
	int number = 0;

	assert_true(value_integer("-12", &number));
	assert_int_equal(number, -12);
	assert_true(value_integer("0", &number));
	assert_int_equal(number, 0);
	assert_true(value_duration("7d", &number));
	assert_int_equal(number, 7 * 86400);
	assert_true(value_duration("0m", &number));
	assert_int_equal(number, 0);
	for (size_t i = 0; i < ROWS(bad_integers) && row(i, "%s", bad_integers[i]); i++)
		assert_false(value_integer(bad_integers[i], &number));
	for (size_t i = 0; i < ROWS(bad_durations) && row(i, "%s", bad_durations[i]); i++)
		assert_false(value_duration(bad_durations[i], &number));
}

struct secret_case {
	const char *text;
	size_t length;
	mode_t mode;
	gid_t group;
	const char *secret; /* NULL: refused */
	const char *why;
};

static void check_secret(const char *path, const struct secret_case *expected)
{
	struct error err = ERROR_INIT;
	char *secret;

	if (expected->secret) {
		assert_int_equal(settings_secret(path, &secret, &err), ERROR_NONE);
		assert_string_equal(secret, expected->secret);
	} else {
		assert_int_equal(settings_secret(path, &secret, &err), ERROR_USAGE);
		assert_null(secret);
		assert_non_null(strstr(err.text.text, path));
		assert_non_null(strstr(err.text.text, expected->why));
		assert_null(strstr(err.text.text, "hunter2"));
	}
	settings_forget(secret);
	error_release(&err);
}

static void test_secret(void **state)
{
	const gid_t own = getegid();
	const struct secret_case cases[] = {
		{"hunter2\n", 8, 0600, own, "hunter2", NULL},
		{"hunter2", 7, 0400, own, "hunter2", NULL},
		{"hunter2\r\nmore\n", 14, 0600, own, "hunter2", NULL},
		{" hunter2 \n\n", 11, 0640, own, " hunter2 ", NULL},
		{"hunter2\n", 8, 0604, own, NULL, "others can read it"},
		{"hunter2\n", 8, 0602, own, NULL, "others can read it"},
		{"", 0, 0600, own, NULL, "its first line is empty"},
		{"\r\nhunter2\n", 10, 0600, own, NULL, "its first line is empty"},
		{"hunt\0er2\n", 9, 0600, own, NULL, "not a text"},
		/* Only root can give a file to a group that is not its own. */
		{"hunter2\n", 8, 0640, own + 12345, NULL, "a group can read it"},
		{"hunter2\n", 8, 0600, own + 12345, "hunter2", NULL},
	};
	struct strbuf path = STRBUF_INIT;

	folder_path(&folder, "secret", &path);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		folder_write(&folder, "secret", cases[i].text, cases[i].length);
		if (chown(path.text, (uid_t)-1, cases[i].group) != 0)
			continue;
		assert_int_equal(chmod(path.text, cases[i].mode), 0);
		check_secret(path.text, &cases[i]);
		folder_remove(&folder, "secret");
	}
	check_secret(path.text, &(struct secret_case){.why = "cannot be read: No such file"});
	check_secret(folder.path, &(struct secret_case){.why = "not a file"});
	strbuf_release(&path);
}

static void test_large_secret(void **state)
{
	struct strbuf path = STRBUF_INIT, text = STRBUF_INIT;

	folder_path(&folder, "secret", &path);
	for (size_t i = 0; i < 65537; i++)
		strbuf_addc(&text, 'x');
	folder_write(&folder, "secret", text.text, text.length);
	assert_int_equal(chmod(path.text, 0600), 0);
	check_secret(path.text, &(struct secret_case){.why = "larger than 65536 bytes"});
	strbuf_release(&text);
	strbuf_release(&path);
}

static void test_credential(void **state)
{
	struct strbuf path = STRBUF_INIT;

	folder_path(&folder, "secret", &path);
	folder_write(&folder, "secret", "hunter2\n", 8);
	assert_int_equal(chmod(path.text, 0400), 0);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", folder.path, 1), 0);
	check_secret("/no/such/folder/secret", &(struct secret_case){.secret = "hunter2"});
	check_secret("secret", &(struct secret_case){.secret = "hunter2"});
	check_secret("/no/such/other", &(struct secret_case){.why = "cannot be read"});
	unsetenv("CREDENTIALS_DIRECTORY");
	folder_remove(&folder, "secret");
	strbuf_release(&path);
}

/* Root alone can make such a file, and become someone who may read it by its group. */
static void try_as_another_user(const char *path)
{
	struct secret_case belongs = {.why = "belongs to another user"};
	struct secret_case good = {.secret = "hunter2"};

	assert_int_equal(setegid(2), 0);
	assert_int_equal(seteuid(2), 0);
	check_secret(path, &belongs);
	assert_int_equal(seteuid(0), 0);
	check_secret(path, &good);
	assert_int_equal(chown(path, 2, 2), 0);
	assert_int_equal(seteuid(2), 0);
	check_secret(path, &good);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(setegid(0), 0);
}

static void test_secret_of_another_user(void **state)
{
	struct strbuf path = STRBUF_INIT;

	folder_path(&folder, "secret", &path);
	folder_write(&folder, "secret", "hunter2\n", 8);
	assert_int_equal(chmod(path.text, 0640), 0);
	if (chown(path.text, 1, 2) == 0 && chmod(folder.path, 0711) == 0)
		try_as_another_user(path.text);
	folder_remove(&folder, "secret");
	strbuf_release(&path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_secret_as_value),
		cmocka_unit_test(test_people_and_lists),
		cmocka_unit_test(test_mail),
		cmocka_unit_test(test_logins),
		cmocka_unit_test(test_absence),
		cmocka_unit_test(test_quoting),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_feeds),
		cmocka_unit_test(test_same_file_twice),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_filter_attributes),
		cmocka_unit_test(test_value),
		cmocka_unit_test(test_secret),
		cmocka_unit_test(test_secret_of_another_user),
		cmocka_unit_test(test_large_secret),
		cmocka_unit_test(test_credential),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
