/*
 * The settings: postvagt.yaml, read, checked and complete with defaults
 * (CONTRACT section 2). One table (settings_schema.c) says which keys there are,
 * how they are read and what they mean.
 *
 * Paths are resolved already, against the folder of the file that names them.
 * Secrets are not read here: settings_secret() reads one when it is needed.
 */
#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "model/absence.h"
#include "model/mapping.h"
#include "model/policy.h"

struct agent;
struct arena;
struct trust;

/* Several texts. */
struct strings {
	const char **items;
	size_t count;
};

enum directory_kind {
	DIRECTORY_AUTO,
	DIRECTORY_ACTIVE_DIRECTORY,
	DIRECTORY_OPENLDAP,
};

enum bind_mechanism {
	BIND_SIMPLE,
	BIND_EXTERNAL,
	BIND_GSSAPI,
	BIND_GSS_SPNEGO,
};

/* How to log in. */
struct bind_settings {
	enum bind_mechanism mechanism;
	const char *dn, *password_file; /* simple */
	const char *keytab_file, *principal;
};

struct directory_settings {
	struct strings urls; /* in the order to try; none where `domain` names them */
	const char *domain;  /* NULL: not given */
	enum directory_kind kind;
	const char *base; /* NULL: not given, as people.base may be instead */
	bool starttls;
	const char *ca_file; /* NULL: the system's */
	struct bind_settings bind;
	int timeout; /* seconds */
};

/* The names of the attributes, read in this order; none: the dialect's own (directory/dialect/dialect.h). */
struct people_attributes {
	struct strings name, mail, login, role, deputy, manager;
	struct strings absent_from, absent_until, absence;
};

/* An attribute that the file names, and where. */
struct named_attribute {
	const char *name;
	struct mark mark;
};

struct people_settings {
	struct strings bases; /* one or more; directory.base where not given */
	const char *filter;
	struct people_attributes attributes;
	const char *separator; /* "": values are not split */
	const char
		*mailboxes; /* which entries are shared mailboxes; "": none; NULL: the dialect's */
};

/* A text that the file gives a name: one of `values` or `namespaces`. */
struct named_text {
	const char *name, *text; /* text NULL: no value */
	struct mark mark;        /* of the name */
	bool is_of_preset;       /* the feed's preset has it, too */
};

/* Texts by name, in the file's order. */
struct named_texts {
	struct named_text *items;
	size_t count;
};

/* How a token is got by client credentials (RFC 6749 section 4.4). */
struct oauth_settings {
	const char *token_url; /* NULL: no token is asked for */
	const char *client_id;
	const char *secret_file; /* the client's secret, or: */
	const char *cert_file,
		*key_file; /* what signs an assertion (RFC 7523); key_file NULL: in cert_file */
	const char *scope, *audience; /* NULL: not sent */
	const char *ca_file;          /* of the token server; NULL: the system's */
};

/* A header field of each request. */
struct header_settings {
	const char *name;
	const char *value, *value_file; /* one of them; value_file is a secret */
	struct mark mark;
};

/* How a server of HTTP is spoken to. */
struct http_settings {
	const char *ca_file;                 /* NULL: the system's */
	const char *token_file;              /* a bearer token */
	const char *cert_file, *key_file;    /* the client's; key_file NULL: in cert_file */
	const char *user, *password_file;    /* Basic (RFC 7617) */
	bool negotiate;                      /* Kerberos (RFC 4559) */
	const char *keytab_file, *principal; /* negotiate: NULL: those of directory.bind */
	struct header_settings *headers;
	size_t header_count;
	struct oauth_settings oauth;
};

/* A mail server (mail/smtp/server.h). */
struct server_settings {
	const char *url;
	const char *user;                       /* NULL: nobody logs in */
	const char *password_file, *token_file; /* one of them, or oauth, where there is a user */
	struct oauth_settings oauth;
	const char *ca_file; /* NULL: the system's */
};

struct imap_settings {
	struct server_settings server; /* url NULL: no mailbox to look into */
	int unread_after;              /* seconds */
};

/* Where a script is installed by ManageSieve (mail/managesieve/). */
struct sieve_settings {
	struct server_settings server; /* url sieve://HOST[:PORT]; NULL: not given */
	const char *script;            /* its name there */
};

/* Microsoft Graph, and whose mailbox is meant there (net/graph.h). */
struct graph_settings {
	const char *user;          /* id or user principal name; NULL: the section is not given */
	const char *url;           /* of the service and its version */
	struct http_settings http; /* of these: oauth and ca_file */
};

struct mailbox_settings {
	const char *name;
	const char *address;       /* NULL: not given */
	const char *municipality;  /* its name, for KOMBIT; NULL: not given */
	struct strings ignore;     /* marks in subjects that are no tags (matcher/matcher.h) */
	struct mark *ignore_marks; /* where in the file each of them is */
	const char *
		folder_prefix; /* with which the names of the mailbox's folders begin; NULL: none */
	struct imap_settings imap;
	const char *probe; /* whom the rules pass a probe on to; NULL: no probes are sent */
	struct imap_settings probe_imap; /* where that mail is read; url NULL: as `imap` */
	int probe_timeout;               /* seconds that a probe is waited for */
	struct sieve_settings sieve;
	struct graph_settings graph;
	const char *rules_file; /* as they are installed; NULL: not given */
};

enum feed_format {
	FEED_JSON,
	FEED_CSV,
	FEED_ICS,
	FEED_XML,
};

enum feed_method {
	METHOD_AUTO, /* POST where there is a body */
	METHOD_GET,
	METHOD_POST,
};

/* How the last page is known. */
enum feed_ends {
	ENDS_MISSING, /* it names no next one */
	ENDS_EMPTY,   /* it has no records */
};

/* What a feed gives. */
enum feed_gives {
	GIVES_ABSENCES,
	GIVES_DEPUTIES,
	GIVES_ROLES,
};

/* Whom a feed is asked about. */
enum feed_asks {
	ASKS_ALL,    /* everybody at once */
	ASKS_PEOPLE, /* those whom the decision could need */
};

/* asks: people: where in a reply each person's answer is; pointers (RFC 6901) and, within an answer, names. */
struct answer_settings {
	const char *list;        /* of the answers; NULL: the reply is the one answer */
	const char *id, *person; /* says whose it is: {index}, or the value that was asked with */
	const char *status;      /* its HTTP status; NULL: none */
	const char *body;        /* the document; NULL: the answer itself */
	const char *error; /* what says that the person could not be read; NULL: nothing does */
};

/* A field that a record must have, with one of these values, to count. */
struct only_field {
	const char *name;
	struct strings values; /* compared without regard to case; * stands for anything */
};

enum feed_match_as {
	MATCH_TEXT,
	MATCH_NUMBER, /* leading zeros and a trailing ".0" do not count */
};

/* What a record with neither end nor deputy is. */
enum feed_open {
	OPEN_REFUSED,
	OPEN_ABSENT, /* an absence until further notice */
};

/* What a feed states. */
enum feed_covers {
	COVERS_AHEAD, /* all absences that have not ended */
	COVERS_NOW,   /* only who is away at this moment */
};

struct feed_settings {
	const char *name, *url;
	const char *preset; /* whose keys it has besides, merged already (preset.h); NULL: none */
	struct http_settings http;
	struct named_texts values; /* what placeholders of such names stand for */
	enum feed_method method;
	const struct yaml_node *body; /* NULL: none; a text, or a tree that is sent as JSON */
	enum feed_format format;
	const char *records; /* json: RFC 6901 pointer, "": the whole document; xml: XPath */
	const char *jq;      /* json: a program that makes the records; NULL: none */
	const char *root;    /* xml: the root element that is expected; NULL: any */
	struct named_texts namespaces; /* xml: prefixes of XPath */
	struct {
		/* person is never NULL; with FEED_ICS from and until may both be: DTSTART, DTEND */
		const char *person, *from, *until, *deputy;
		const char *zone;   /* of from and until, where these have none */
		const char *role;   /* gives: roles */
		const char *unread; /* a record with it says that the person could not be read */
	} fields;
	const char *
		next; /* json: RFC 6901 pointer to the next page's address, or, where the request has {cursor}, to the next cursor; NULL: by Link header alone */
	enum feed_ends ends;
	int first_page; /* the number of the first {page} */
	enum feed_gives gives;
	enum feed_asks asks;
	int batch;                    /* people in one request */
	const struct yaml_node *each; /* a part of the body for each person; NULL: none */
	struct answer_settings answers;
	const char *match;
	const char *charset; /* csv: "utf-8", "utf-16" or "windows-1252" */
	int header_row;      /* csv: which line names the columns; 0: the first that is not blank */
	struct only_field *only; /* which records count: all of these fields must agree */
	size_t only_count;
	enum feed_match_as match_as;
	struct absence_rules dates;
	const char *person; /* ics: whose calendar the feed is; NULL: its events say it */
	const char *
		person_pattern; /* the one group of this expression is the person; NULL: the whole field */
	enum feed_open open;
	enum feed_covers covers;
	int every, max_age, doubt; /* seconds; CONTRACT section 4, rule 8 */
	struct mark mark;
};

struct mail_settings {
	struct server_settings server; /* url, the key `smtp`, NULL: no mail can be sent */
	const char *from;              /* mailbox.address where not given */
	struct graph_settings graph;   /* in the place of `server` */
	const char *reply_to;          /* of our mail; NULL: not given */
	const char *contact;           /* whom KOMBIT can ask, in words; NULL: not given */
	const char *register_to;       /* who gets the mailbox's address; NULL: not given */
	bool notices;
};

struct settings {
	struct arena *arena; /* owned: everything below */
	struct trust *trust; /* who can write the files that were read (trust.h) */
	const char *file;    /* as given */
	const char *
		sha256; /* of the file as it was read, in hexadecimal; with presets preset_merge()'s */
	bool has_language; /* `language` was in the file */
	enum language language;
	struct directory_settings directory;
	struct people_settings people;
	const char *member_attribute;             /* lists.member_attribute */
	struct named_attribute *named_attributes; /* of people, lists and feeds */
	size_t named_attribute_count;
	struct mailbox_settings mailbox;
	const char *timezone;
	struct bind_settings
		absence_bind; /* absence.bind, of `absent` and `back`: settings_has_absence_bind() */
	bool binds_for_absences; /* it is in the place of directory.bind */
	struct feed_settings *feeds;
	size_t feed_count;
	/* mailbox.list, mailbox.fallback, absence.when_absent, limits, lists.create */
	struct policy policy;
	const char *tags_file, *roles_file, *routes_file;
	const char *reports_directory;
	const char *sign_key_file; /* NULL: reports are not signed */
	struct strings old_keys;   /* files of public keys that are accepted, too */
	struct mail_settings mail;
	struct strings trusted_groups; /* that may write mapping files */
	const char *metrics_file;      /* NULL: none */
	const char *coverage_file;     /* NULL: none */
};

#endif
