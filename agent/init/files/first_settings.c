/* The first postvagt.yaml. */
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
#include "model/settings.h"

/* Where comments behind attributes begin, about. */
#define COMMENT_COLUMN 34

/* "  key: "value"" */
static void add_value(struct strbuf *out, const char *key, const char *value)
{
	strbuf_addf(out, "%s: ", key);
	quote_yaml(out, value);
	strbuf_addc(out, '\n');
}

/* The directory */

static void add_urls(struct strbuf *out, const struct directory_settings *directory)
{
	if (directory->domain) {
		add_value(out, "  domain", directory->domain);
		return;
	}
	strbuf_adds(out, "  url: [");
	for (size_t i = 0; i < directory->urls.count; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		quote_yaml(out, directory->urls.items[i]);
	}
	strbuf_addf(out, "]    # %s\n",
		_("tried in order; name a second server, too, if there is one"));
}

static void add_bind(struct strbuf *out, const struct directory_settings *directory)
{
	static const char *const names[] = {[BIND_SIMPLE] = "simple",
		[BIND_EXTERNAL] = "EXTERNAL",
		[BIND_GSSAPI] = "GSSAPI",
		[BIND_GSS_SPNEGO] = "GSS-SPNEGO"};

	strbuf_addf(out, "  bind:\n    mechanism: %s\n", names[directory->bind.mechanism]);
	if (directory->bind.dn)
		add_value(out, "    dn", directory->bind.dn);
	if (directory->bind.password_file)
		add_value(out, "    password_file", directory->bind.password_file);
	if (directory->bind.keytab_file)
		add_value(out, "    keytab_file", directory->bind.keytab_file);
}

static void add_directory(struct strbuf *out, const struct first_files *files)
{
	const struct directory_settings *directory = files->directory;

	strbuf_adds(out, "directory:\n");
	add_urls(out, directory);
	strbuf_addf(out, "  kind: %s\n",
		files->survey->is_active_directory ? "active-directory" : "openldap");
	add_value(out, "  base", files->survey->base);
	if (directory->starttls)
		strbuf_adds(out, "  starttls: true\n");
	if (directory->ca_file)
		add_value(out, "  ca_file", directory->ca_file);
	add_bind(out, directory);
	strbuf_adds(out, "  timeout: 30s\n\n");
}

/* People */

static void describe_counts(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *p = files->proposal;

	if (files->survey->more_people)
		comment_add(out, "# ",
			_("The server has more accounts than the %zu that were looked at; the numbers "
			  "are of these. Name the OU that people are in, if there is one."),
			files->survey->people_count);
	comment_add(out, "# ",
		_("People: base and filter find %zu. Of these, %zu have an address in "
		  "proxyAddresses alone, and %zu have no address and get no mail."),
		p->people, p->proxy_alone, p->without_address);
	comment_add(out, "# ",
		_("Left out by base and filter: shared mailboxes and rooms %zu, service accounts %zu, "
		  "admin accounts %zu, disabled accounts of people %zu."),
		p->left_out[ACCOUNT_SHARED], p->left_out[ACCOUNT_SERVICE],
		p->left_out[ACCOUNT_ADMIN], p->left_out[ACCOUNT_DISABLED]);
	if (p->elsewhere > 0)
		comment_add(out, "# ",
			_("%zu people with an address are outside the base, and get no mail. Name "
			  "their OUs as well, base: [..., ...], if any of them shall:"),
			p->elsewhere);
	for (size_t i = 0; i < PROPOSED_SHOWN_MAX && p->elsewhere_at[i]; i++)
		comment_add_line(out, "#   ", p->elsewhere_at[i]);
}

static void describe_kinds(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *p = files->proposal;
	size_t others = p->still_in[ACCOUNT_SHARED] + p->still_in[ACCOUNT_SERVICE] +
		p->still_in[ACCOUNT_ADMIN];
	bool any = others > 0 || p->left_out[ACCOUNT_SHARED] + p->left_out[ACCOUNT_SERVICE] > 0 ||
		p->left_out[ACCOUNT_ADMIN] > 0;

	if (any)
		comment_add(out, "# ",
			_("The directory does not say what an account is; this was judged by "
			  "evidence. A shared mailbox: Exchange's attribute, a name or an OU such as "
			  "Fællespostkasser. A service account: a login such as svc-, a description "
			  "or an OU such as Servicekonti, a service principal name, or a password that "
			  "never expires and neither surname nor address. An admin account: a login "
			  "such as adm- or t1-, a description or an OU that says so, or "
			  "adminCount 1."));
	if (others > 0)
		comment_add(out, "# ",
			_("%zu shared, service or admin accounts are below the base, and no "
			  "filter finds them: their OU or what they lack shows it. They get mail only "
			  "if they have an address and a role."),
			others);
	if (p->kept_people > 0)
		comment_add(out, "# ",
			_("%zu people with a surname and an address have adminCount 1, a service "
			  "principal name, or a description of such an account. They are not left out."),
			p->kept_people);
	if (files->survey->is_active_directory)
		comment_add(out, "# ",
			_("Where accounts are disabled during leave, take the line with "
			  "userAccountControl away: then postvagt finds stand-ins for these people, "
			  "and reports leavers who still hold a role."));
}

static void add_bases(struct strbuf *out, const struct proposal *proposal)
{
	if (proposal->base_count == 1) {
		add_value(out, "  base", proposal->bases[0]);
		return;
	}
	strbuf_adds(out, "  base:\n");
	for (size_t i = 0; i < proposal->base_count; i++) {
		strbuf_adds(out, "    - ");
		quote_yaml(out, proposal->bases[i]);
		strbuf_addc(out, '\n');
	}
}

/*
 * Add the filter of accounts that match `with` and no rule, a rule a line, as a YAML scalar in quotes: a backslash ends
 * each of its lines but the last (YAML 1.1 section 5.7). Not negated: of accounts that any rule finds, on one line.
 */
static void add_filter(struct strbuf *out, const char *key, const char *with,
	unsigned long long rules, bool is_negated, const char *login)
{
	struct strbuf terms = STRBUF_INIT;
	size_t count = 0;

	for (size_t i = 0; i < account_rule_count; i++) {
		if (!(rules >> i & 1))
			continue;
		strbuf_adds(&terms, is_negated ? "\\\n    (!" : "");
		account_rule_filter(&terms, &account_rules[i], login);
		strbuf_adds(&terms, is_negated ? ")" : "");
		count++;
	}
	strbuf_addf(out, "  %s: \"", key);
	if (is_negated)
		strbuf_addf(out, "(&%s%s)", with, terms.text);
	else
		strbuf_addf(out, count > 1 ? "(|%s)" : "%s", terms.text);
	strbuf_adds(out, "\"\n");
	strbuf_release(&terms);
}

static void add_people_filter(struct strbuf *out, const struct first_files *files)
{
	bool is_ad = files->survey->is_active_directory;

	if (files->proposal->filter_rules == 0)
		strbuf_adds(out, "  filter: (objectClass=person)\n");
	else
		add_filter(out, "filter",
			is_ad ? "(objectCategory=person)(objectClass=user)"
			      : "(objectClass=person)",
			files->proposal->filter_rules, true, files->survey->login);
}

static void add_mailboxes(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *p = files->proposal;
	size_t shared = p->left_out[ACCOUNT_SHARED] + p->still_in[ACCOUNT_SHARED];

	if (shared == 0)
		return;
	if (p->has_exchange) {
		comment_add(out, "  # ",
			_("Shared mailboxes may be deputies and fallback. The default finds them "
			  "by Exchange's attribute; there is nothing to set."));
	} else if (p->mailbox_rules) {
		comment_add(out, "  # ",
			_("Shared mailboxes may be deputies and fallback, though they are "
			  "disabled. This finds %zu of %zu, by their names:"),
			p->mailboxes, shared);
		add_filter(out, "mailboxes", "", p->mailbox_rules, false, files->survey->login);
	} else {
		comment_add(out, "  # ",
			_("mailboxes: a filter for shared mailboxes, if any shall be a deputy or "
			  "fallback. Nothing but their OU tells the %zu that were found apart."),
			shared);
	}
}

static const struct {
	enum surveyed what;
	const char *key;
	const char *found;   /* behind the number of entries */
	const char *nothing; /* what it means that there is none */
} attribute_rows[] = {
	{SURVEYED_NAME, "name", N_("have it"), N_("no name to show was seen")},
	{SURVEYED_MAIL, "mail", N_("have an address"),
		N_("no mail address was seen: nobody can be reached")},
	{SURVEYED_LOGIN, "login", N_("have it"), N_("no login was seen")},
	{SURVEYED_ROLE, "role", N_("have a role of the gallery in it"),
		N_("no attribute was found to hold roles of the gallery")},
	{SURVEYED_DEPUTY, "deputy", N_("name somebody in it"),
		N_("no attribute was found to name deputies")},
	{SURVEYED_MANAGER, "manager", N_("have it; asked where no deputy can be found"),
		N_("no manager was seen")},
	{SURVEYED_ABSENCE, "absence", N_("have something in it"),
		N_("no attribute was found to hold absences")},
	{SURVEYED_ABSENT_FROM, "absent_from", N_("have a time in it"),
		N_("no attribute was found to say when an absence starts")},
	{SURVEYED_ABSENT_UNTIL, "absent_until", N_("have a time in it"),
		N_("no attribute was found to say when an absence ends")},
};

static void add_names(struct strbuf *out, const struct proposed_attribute *attribute)
{
	strbuf_adds(out, attribute->name_count > 1 ? "[" : "");
	for (size_t i = 0; i < attribute->name_count; i++) {
		strbuf_adds(out, i > 0 ? ", " : "");
		quote_yaml_word(out, attribute->names[i]);
	}
	strbuf_adds(out, attribute->name_count > 1 ? "]" : "");
}

static void add_attributes(struct strbuf *out, const struct proposal *proposal)
{
	struct strbuf names = STRBUF_INIT;

	strbuf_adds(out, "  attributes:\n");
	for (size_t i = 0; i < sizeof(attribute_rows) / sizeof(*attribute_rows); i++) {
		const struct proposed_attribute *a = &proposal->attributes[attribute_rows[i].what];
		const char *key = attribute_rows[i].key;
		int width = COMMENT_COLUMN - (int)strlen(key);

		if (a->name_count == 0) {
			strbuf_addf(out, "    # %s: %-*s # %s\n", key, width - 2, "",
				_(attribute_rows[i].nothing));
			continue;
		}
		strbuf_reset(&names);
		add_names(&names, a);
		strbuf_addf(out, "    %s: %-*s # %zu%s %s", key, width, names.text, a->entries,
			a->more ? _(" or more") : "", _(attribute_rows[i].found));
		if (attribute_rows[i].what == SURVEYED_ABSENCE)
			strbuf_addf(out, _("; %zu of %zu values can be read as FROM/UNTIL"),
				a->right, a->parts);
		strbuf_addc(out, '\n');
	}
	strbuf_release(&names);
}

static void add_people(struct strbuf *out, const struct first_files *files)
{
	describe_counts(out, files);
	describe_kinds(out, files);
	strbuf_adds(out, "people:\n");
	add_bases(out, files->proposal);
	add_people_filter(out, files);
	add_attributes(out, files->proposal);
	strbuf_adds(out, "  separator: \";\"\n");
	add_mailboxes(out, files);
	strbuf_addc(out, '\n');
}

/* The rest */

/* What stands behind a key in a comment, on the line of its own that the user may uncomment. */
static void add_commented(struct strbuf *out, const char *key, const char *value)
{
	strbuf_addf(out, "  # %s: ", key);
	quote_yaml(out, value);
	strbuf_addc(out, '\n');
}

static void add_fallback(struct strbuf *out, const struct proposal *proposal)
{
	if (!proposal->owner) {
		comment_add(out, "  # ",
			_("fallback: [\"CN=...\"]: the last stand-ins, for every tag. Name them by "
			  "their DNs, which nobody else can bear."));
		return;
	}
	comment_add(out, "  # ",
		_("The last stand-ins, for every tag, are yours to name, by their DNs. This one is the "
		  "infrastructure owner:"));
	strbuf_adds(out, "  # fallback: [");
	quote_yaml(out, proposal->owner);
	strbuf_adds(out, "]\n");
}

static void add_mailbox(struct strbuf *out, const struct proposal *proposal)
{
	comment_add(out, "# ", _("The mailbox whose address KOMBIT has."));
	strbuf_adds(out, "mailbox:\n  name: infrastrukturpostkassen\n");
	if (proposal->mailbox_address)
		add_value(out, "  address", proposal->mailbox_address);
	else
		comment_add(out, "  # ",
			_("address: no mailbox was found with an address like "
			  "infrastrukturpostkassen@..."));
	if (proposal->mailbox_group)
		comment_add(out, "  # ",
			_("The group %s has an address that is called like the mailbox's. A group passes "
			  "mail on to its members, whatever its tag: make a mailbox, and move the "
			  "address there."),
			proposal->mailbox_group->dn);
	/* Not in force: it holds nobody but those whom routes ask for, and these are a beginning. */
	if (proposal->mailbox_list) {
		comment_add(out, "  # ",
			_("The list of everyone who answers some tag; for when the routes are right:"));
		add_commented(out, "list", proposal->mailbox_list->dn);
	} else {
		comment_add(out, "  # ",
			_("list: the list of everyone who answers some tag. No mail group was found that "
			  "is called like the mailbox."));
	}
	add_fallback(out, proposal);
	comment_add(out, "  # ",
		_("ignore: [\"[EKSTERN]\", \"[Ticket#*]\"]: what gateways and ticket systems put into "
		  "subjects; \"postvagt mailbox\" finds it."));
	strbuf_addc(out, '\n');
}

static void add_mapping(struct strbuf *out, const struct first_files *files)
{
	strbuf_adds(out, "mapping:\n");
	add_value(out, "  tags", files->tags_file);
	add_value(out, "  roles", files->roles_file);
	add_value(out, "  routes", files->routes_file);
}

void first_files_settings(struct strbuf *out, const struct first_files *files)
{
	comment_add(out, "# ",
		_("postvagt's settings, proposed by \"postvagt init\" from a look at %s. Every key is "
		  "described in postvagt.yaml(5). Read each line before you trust it, then run: "
		  "postvagt check."),
		files->server);
	strbuf_addf(out, "\nlanguage: %s\n\n", files->language);
	add_directory(out, files);
	add_people(out, files);
	strbuf_addf(out, "lists:\n  member_attribute: %s\n  create: false\n\n",
		files->proposal->is_unique ? "uniqueMember" : "member");
	add_mailbox(out, files->proposal);
	comment_add(out, "# ",
		_("absence: {feeds: [{preset: graph-oof, ...}]}, where absences are in Outlook, or in a "
		  "system of HR's; see Presets in postvagt.yaml(5)."));
	strbuf_addc(out, '\n');
	add_mapping(out, files);
	strbuf_addc(out, '\n');
	comment_add(out, "# ",
		_("A run that would take more people than this off the lists, or put more on them, with no "
		  "absence to explain it, stops."));
	strbuf_adds(out,
		"limits: {removals_per_list: 5, removals_per_run: 25, additions_per_list: 500, "
		"additions_per_run: 2000}\n\nreports:\n");
	add_value(out, "  directory", files->reports_directory);
}
