#include "init/first_files.h"

#include <stdbool.h>
#include <string.h>

#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "config/settings.h"
#include "init/proposal.h"
#include "init/survey.h"
#include "model/mapping.h"

/* Groups beside the lists that are named, for whoever writes the routes. */
#define OTHERS_MAX 20

/* Where comments behind attributes begin, about. */
#define COMMENT_COLUMN 34

/* "  key: "value"" */
static void add_value(struct strbuf *out, const char *key, const char *value)
{
	strbuf_addf(out, "%s: ", key);
	quote_yaml(out, value);
	strbuf_addc(out, '\n');
}

/* The settings */

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
	strbuf_adds(out, "]    # tried in order: name a second server, too, if there is one\n");
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

static const struct {
	enum surveyed what;
	const char *key;
	const char *found;   /* behind the number of entries */
	const char *nothing; /* what it means that there is none */
} attribute_rows[] = {
	{SURVEYED_NAME, "name", "have it", "no name to show was seen"},
	{SURVEYED_MAIL, "mail", "have it", "no mail address was seen: nobody can be reached"},
	{SURVEYED_LOGIN, "login", "have it", "no login was seen"},
	{SURVEYED_ROLE, "role", "have a role of the gallery in it",
		"no attribute was found to hold roles of the gallery"},
	{SURVEYED_DEPUTY, "deputy", "name somebody in it",
		"no attribute was found to name deputies"},
	{SURVEYED_MANAGER, "manager", "have it; asked where no deputy can be found",
		"no manager was seen"},
	{SURVEYED_ABSENCE, "absence", "have FROM/UNTIL in it",
		"no attribute was found to hold absences"},
	{SURVEYED_ABSENT_FROM, "absent_from", "have a time in it",
		"no attribute was found to say when an absence starts"},
	{SURVEYED_ABSENT_UNTIL, "absent_until", "have a time in it",
		"no attribute was found to say when an absence ends"},
};

static void add_attributes(struct strbuf *out, const struct proposal *proposal)
{
	struct strbuf name = STRBUF_INIT;

	strbuf_adds(out, "  attributes:\n");
	for (size_t i = 0; i < sizeof(attribute_rows) / sizeof(*attribute_rows); i++) {
		const struct proposed_attribute *a = &proposal->attributes[attribute_rows[i].what];

		strbuf_reset(&name);
		if (a->name)
			quote_yaml_word(&name, a->name);
		if (a->name)
			strbuf_addf(out, "    %s: %-*s # %zu%s %s\n", attribute_rows[i].key,
				COMMENT_COLUMN - (int)strlen(attribute_rows[i].key), name.text,
				a->entries, a->more ? " or more" : "", attribute_rows[i].found);
		else
			strbuf_addf(out, "    # %s: %-*s # %s\n", attribute_rows[i].key,
				COMMENT_COLUMN - 2 - (int)strlen(attribute_rows[i].key), "",
				attribute_rows[i].nothing);
	}
	strbuf_release(&name);
}

static void add_people(struct strbuf *out, const struct first_files *files)
{
	const struct survey *survey = files->survey;

	strbuf_addf(out, "# People: %zu%s with a mail address were looked at.%s\n",
		survey->people_count, survey->more_people ? " or more" : "",
		survey->more_people ? " Name the OU that they are in, if there is one." : "");
	strbuf_adds(out, "people:\n");
	add_value(out, "  base", files->proposal->people_base);
	strbuf_addf(out, "  filter: %s\n",
		survey->is_active_directory ? "(&(objectCategory=person)(objectClass=user))"
					    : "(objectClass=person)");
	add_attributes(out, files->proposal);
	strbuf_adds(out, "  separator: \";\"\n\n");
}

static void add_mailbox(struct strbuf *out, const struct proposal *proposal)
{
	strbuf_adds(out,
		"# The mailbox whose address KOMBIT has.\nmailbox:\n"
		"  name: infrastrukturpostkassen\n");
	if (proposal->mailbox_address)
		add_value(out, "  address", proposal->mailbox_address);
	else
		strbuf_adds(out,
			"  # address:    no entry was found with an address like "
			"infrastrukturpostkassen@...\n");
	/* Not in force: it holds nobody but those whom routes ask for, and these are a beginning. */
	if (proposal->mailbox_list)
		add_value(out,
			"  # Everyone who answers some tag; for when the routes are right:\n  # list",
			proposal->mailbox_list->dn);
	else
		strbuf_adds(out,
			"  # list:       no group was found that is called like it; the "
			"list of everyone who answers some tag\n");
	strbuf_adds(out,
		"  # fallback: [vagt@...]    the last stand-ins, for every tag: yours to "
		"name\n\n");
}

void first_files_settings(struct strbuf *out, const struct first_files *files)
{
	strbuf_adds(out, "# postvagt's settings, proposed by \"postvagt init\" from a look at ");
	strbuf_add_safe(out, files->server);
	strbuf_adds(out,
		".\n# Every key is told in postvagt.yaml(5). Read each line before you trust it, then: "
		"postvagt check.\n\n");
	strbuf_addf(out, "language: %s\n\n", files->language);
	add_directory(out, files);
	add_people(out, files);
	strbuf_addf(out, "lists:\n  member_attribute: %s\n  create: false\n\n",
		files->proposal->is_unique ? "uniqueMember" : "member");
	add_mailbox(out, files->proposal);
	strbuf_adds(out,
		"# absence: {feeds: [...]}    where HR has a system of its own; see "
		"postvagt.yaml(5)\n\n");
	strbuf_adds(out, "mapping:\n");
	add_value(out, "  tags", files->tags_file);
	add_value(out, "  roles", files->roles_file);
	add_value(out, "  routes", files->routes_file);
	strbuf_adds(out,
		"\n# A run that would take more people than this off the lists, with no "
		"absence to explain it, stops.\n"
		"limits: {removals_per_list: 5, removals_per_run: 25}\n\nreports:\n");
	add_value(out, "  directory", files->reports_directory);
}

/* The routes */

static const char *title_of(const struct first_files *files, const struct tag *tag)
{
	size_t own = strcmp(files->language, "da") == 0 ? LANGUAGE_DANISH : LANGUAGE_ENGLISH;

	return tag->title.in[own] ? tag->title.in[own] : tag->id;
}

static void add_comment(struct strbuf *out, const char *before, const char *text)
{
	strbuf_adds(out, before);
	strbuf_add_safe(out, text);
	strbuf_addc(out, '\n');
}

/* Whom a block asks for, to begin with. */
static void add_to(struct strbuf *out, const char *mark, const struct role *role)
{
	strbuf_addf(out, "\n%sto: {roles: [", mark);
	if (role)
		quote_yaml_word(out, role->id);
	strbuf_adds(out, role ? "]}\n" : "...]}\n");
}

/* `mark` is "" or the "# " of what is not in force. */
static void add_critical(struct strbuf *out, const struct first_files *files, const char *mark,
	const struct surveyed_group *group)
{
	struct strbuf indent = STRBUF_INIT;

	if (!group)
		return;
	strbuf_addf(out, "    %scritical:\n      %slist: ", mark, mark);
	quote_yaml(out, group->dn);
	strbuf_addf(&indent, "      %s", mark);
	add_to(out, indent.text, files->proposal->answers);
	strbuf_release(&indent);
}

/* Who is informed is whoever the municipality likes: no role follows from anything. */
static void add_inform(struct strbuf *out, const struct surveyed_group *group)
{
	if (!group)
		return;
	strbuf_adds(out, "    # inform:\n    #   list: ");
	quote_yaml(out, group->dn);
	strbuf_adds(out, "\n    #   to: {roles: [...]}\n");
}

static void add_route(struct strbuf *out, const struct first_files *files,
	const struct proposed_route *route)
{
	const struct role *role = files->proposal->answers;
	const char *mark = role ? "" : "# ";
	struct strbuf indent = STRBUF_INIT;

	strbuf_addc(out, '\n');
	add_comment(out, "  # ", title_of(files, route->tag));
	if (!route->ordinary) {
		strbuf_adds(out, "  # - tag: ");
		quote_yaml_word(out, route->tag->id);
		strbuf_adds(out, "    no group was found whose name is like it\n");
		return;
	}
	strbuf_addf(out, "  %s- tag: ", mark);
	quote_yaml_word(out, route->tag->id);
	strbuf_addf(out, "\n    %slist: ", mark);
	quote_yaml(out, route->ordinary->dn);
	strbuf_addf(out, "\n    %smembership: additive", mark);
	strbuf_addf(&indent, "    %s", mark);
	add_to(out, indent.text, role);
	strbuf_release(&indent);
	add_critical(out, files, mark, route->critical);
	add_inform(out, route->inform);
}

static void add_roles(struct strbuf *out, const struct proposal *proposal)
{
	struct strbuf id = STRBUF_INIT;

	strbuf_adds(out,
		"# Roles of the gallery, and in how many of the entries looked at they "
		"were found:\n#\n");
	for (size_t i = 0; i < proposal->role_count; i++) {
		strbuf_reset(&id);
		strbuf_add_safe(&id, proposal->roles[i].role->id);
		strbuf_addf(out, "#   %-24s %zu\n", id.text, proposal->roles[i].entries);
	}
	strbuf_reset(&id);
	strbuf_add_safe(&id, proposal->answers ? proposal->answers->id : "");
	if (proposal->answers)
		strbuf_addf(out,
			"#\n# Each route asks for %s, to begin with. Who answers a tag is yours to "
			"say.\n",
			id.text);
	else
		strbuf_adds(out,
			"#\n# Nobody was found to hold the role that answers for the "
			"mailbox, so no route is in force:\n# say in each who answers, by "
			"roles, groups or people, and take away the signs in front.\n");
	strbuf_release(&id);
}

static void add_others(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *proposal = files->proposal;

	if (proposal->other_count == 0)
		return;
	strbuf_adds(out,
		"\n# Other groups with a mail address, which may be the ones you ask for "
		"(to: {groups: [...]}):\n#\n");
	for (size_t i = 0; i < proposal->other_count && i < OTHERS_MAX; i++)
		add_comment(out, "#   ", proposal->others[i].dn);
	if (proposal->other_count > OTHERS_MAX || files->survey->more_groups)
		strbuf_adds(out, "#   and more\n");
}

void first_files_routes(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *proposal = files->proposal;
	bool any = proposal->answers && proposal->found_count > 0;

	strbuf_adds(out,
		"# Who gets which mail, proposed by \"postvagt init\"; see postvagt-mapping(5).\n"
		"#\n# A list is named where a group was found that is called like the tag. "
		"\"additive\" leaves on it\n# whoever is there today; drop that line when \"postvagt "
		"check\" names nobody any more who belongs there.\n#\n");
	add_roles(out, proposal);
	strbuf_addf(out, "\nroutes:%s\n",
		any ? "" : " []    # drop the brackets with the first route");
	for (size_t i = 0; i < proposal->route_count; i++)
		add_route(out, files, &proposal->routes[i]);
	strbuf_adds(out,
		"\n  # Mail with no tag, or one without a route. No list can be guessed "
		"for it.\n  # - tag: \"*\"\n");
	add_others(out, files);
}

/* The rights */

static void add_rights_of_ad(struct strbuf *out, const struct first_files *files)
{
	const char *lists = files->proposal->lists_base ? files->proposal->lists_base : "OU=...";

	strbuf_adds(out,
		"On a Windows DC, as a member of Domain Admins; first to look, with -WhatIf, then to "
		"do:\n\n    .\\New-PostvagtAccount.ps1 -Lists ");
	quote_powershell(out, lists);
	strbuf_adds(out, " -Read ");
	quote_powershell(out, files->proposal->people_base);
	strbuf_adds(out,
		" -WhatIf\n\nOn a Samba DC, as root; first to look, with --dry-run:\n\n"
		"    postvagt-account.sh --lists ");
	quote_shell(out, lists);
	strbuf_adds(out, " --read ");
	quote_shell(out, files->proposal->people_base);
	strbuf_adds(out,
		" --dry-run\n\nBoth are in /usr/share/postvagt/ad (contrib/ad of the source), with "
		"a README that tells each right.\n");
}

/*
 * "to what by whom", an access rule of slapd.conf(5) behind its first word: the first that fits ends
 * the search, unless it says break.
 */
static void add_access(struct strbuf *out, const char *subtree, const char *attributes,
	const char *account, const char *right)
{
	strbuf_adds(out, "to dn.subtree=");
	quote_slapd(out, subtree);
	if (attributes)
		strbuf_addf(out, " attrs=%s", attributes);
	strbuf_adds(out, " by dn.exact=");
	quote_slapd(out, account);
	strbuf_addf(out, " %s by * break", right);
}

static void add_rights_of_openldap(struct strbuf *out, const struct first_files *files)
{
	const char *account = files->directory->bind.dn, *lists = files->proposal->lists_base;
	struct strbuf write = STRBUF_INIT, read = STRBUF_INIT, value = STRBUF_INIT;

	account = account ? account : "cn=postvagt,...";
	add_access(&write, lists ? lists : "ou=...",
		files->proposal->is_unique ? "uniqueMember" : "member", account, "write");
	add_access(&read, files->survey->base, NULL, account, "read");
	strbuf_adds(out, "In slapd.conf, above the database's other access lines:\n\n");
	strbuf_addf(out, "    access %s\n    access %s\n", write.text, read.text);
	strbuf_adds(out,
		"\nIn cn=config, as LDIF for ldapmodify; which database it is (here {1}mdb) tells\n"
		"ldapsearch -Y EXTERNAL -H ldapi:/// -b cn=config olcSuffix\n\n"
		"    dn: olcDatabase={1}mdb,cn=config\n    changetype: modify\n    add: "
		"olcAccess\n    ");
	strbuf_addf(&value, "{0}%s", write.text);
	quote_ldif(out, "olcAccess", value.text);
	strbuf_reset(&value);
	strbuf_addf(&value, "{1}%s", read.text);
	strbuf_adds(out, "    ");
	quote_ldif(out, "olcAccess", value.text);
	strbuf_adds(out,
		"\nThe second line is needed only where the account may not read people "
		"and groups already.\npostvagt watch is told of changes where the database "
		"has \"overlay syncprov\".\n");
	strbuf_release(&write);
	strbuf_release(&read);
	strbuf_release(&value);
}

void first_files_rights(struct strbuf *out, const struct first_files *files)
{
	strbuf_adds(out,
		"The rights that postvagt's account needs: to read people and groups, and to "
		"write one attribute of the lists.\nNothing of this was done by \"postvagt "
		"init\"; \"postvagt check\" tells what the account may.\n\n");
	if (!files->proposal->lists_base)
		strbuf_adds(out,
			"No list was found, so where they are or shall be is left open "
			"below: put it in place of the dots.\n\n");
	if (files->survey->is_active_directory)
		add_rights_of_ad(out, files);
	else
		add_rights_of_openldap(out, files);
}
