/* rights.txt: what the account needs, and how to give it. */
#include "init/files/first_files.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/text/language.h"
#include "base/text/quote.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "init/files/comment.h"
#include "init/proposal/proposal.h"
#include "init/survey/survey.h"
#include "model/mapping.h"
#include "model/settings.h"

/* Whether people are all over what was looked at, which is no OU: no right is asked for there. */
static bool is_everywhere(const struct first_files *files, const char *base)
{
	return text_same(base, files->survey->base) && strncasecmp(base, "ou=", strlen("ou=")) != 0;
}

static void add_security_group(struct strbuf *out, const struct surveyed_group *group,
	size_t *count)
{
	if (!group || !group->is_security)
		return;
	if ((*count)++ == 0) {
		strbuf_addc(out, '\n');
		comment_add(out, "",
			_("WARNING: these lists are security groups. The account could hand out whatever "
			  "rights they have:"));
	}
	comment_add_line(out, "    ", group->dn);
}

/* Lists that are more than lists. */
static void add_security_groups(struct strbuf *out, const struct proposal *proposal)
{
	size_t count = 0;

	for (size_t i = 0; i < proposal->route_count; i++) {
		const struct proposed_route *route = &proposal->routes[i];

		add_security_group(out, route->ordinary.group, &count);
		add_security_group(out, route->critical.group, &count);
		add_security_group(out, route->inform.group, &count);
	}
}

/* What the lists' OUs hold besides lists, which the account could write as well. */
static void add_warnings(struct strbuf *out, const struct proposal *proposal)
{
	for (size_t i = 0; i < proposal->unit_count; i++) {
		const struct proposed_unit *unit = &proposal->units[i];

		if (unit->other_count == 0)
			continue;
		strbuf_addc(out, '\n');
		comment_add(out, "",
			_("WARNING: below %s are %zu groups%s that are no proposed lists. The account "
			  "could write their members too, and so hand out what they may do. Move them, or "
			  "the lists, to another OU:"),
			unit->dn, unit->other_count, unit->more ? _(" or more") : "");
		for (size_t j = 0; j < unit->other_count && j < PROPOSED_SHOWN_MAX; j++)
			comment_add_line(out, "    ", unit->others[j]);
		if (unit->protected_count > 0)
			comment_add(out, "",
				_("%zu of them are built in, critical, or have adminCount 1: the scripts "
				  "refuse this OU."),
				unit->protected_count);
	}
	if (!proposal->homeless)
		return;
	strbuf_addc(out, '\n');
	comment_add(out, "",
		_("WARNING: this list is in no organizational unit, or there are too many of these. "
		  "Move it to the OU of the lists: a right on a domain or a container would hold for "
		  "every group below it."));
	comment_add_line(out, "    ", proposal->homeless->dn);
}

/* Active Directory */

static void add_powershell(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *p = files->proposal;
	size_t count = 0;

	strbuf_adds(out, "    .\\New-PostvagtAccount.ps1 -Lists ");
	for (size_t i = 0; i < p->unit_count; i++) {
		strbuf_adds(out, i > 0 ? "," : "");
		quote_powershell(out, p->units[i].dn);
	}
	if (p->unit_count == 0)
		strbuf_adds(out, "'OU=...'");
	for (size_t i = 0; i < p->base_count; i++) {
		if (is_everywhere(files, p->bases[i]))
			continue;
		strbuf_adds(out, count++ > 0 ? "," : " -Read ");
		quote_powershell(out, p->bases[i]);
	}
	strbuf_adds(out, " -WhatIf\n");
}

static void add_shell(struct strbuf *out, const struct first_files *files)
{
	const struct proposal *p = files->proposal;

	strbuf_adds(out, "    postvagt-account.sh");
	for (size_t i = 0; i < p->unit_count; i++) {
		strbuf_adds(out, " --lists ");
		quote_shell(out, p->units[i].dn);
	}
	if (p->unit_count == 0)
		strbuf_adds(out, " --lists 'OU=...'");
	for (size_t i = 0; i < p->base_count; i++) {
		if (is_everywhere(files, p->bases[i]))
			continue;
		strbuf_adds(out, " --read ");
		quote_shell(out, p->bases[i]);
	}
	strbuf_adds(out, " --dry-run\n");
}

static void add_rights_of_ad(struct strbuf *out, const struct first_files *files)
{
	comment_add(out, "",
		_("On a Windows DC, as a member of Domain Admins; with -WhatIf to look first, then "
		  "without it:"));
	strbuf_addc(out, '\n');
	add_powershell(out, files);
	strbuf_addc(out, '\n');
	comment_add(out, "",
		_("On a Samba DC, as root; with --dry-run to look first, then without it:"));
	strbuf_addc(out, '\n');
	add_shell(out, files);
	strbuf_addc(out, '\n');
	comment_add(out, "",
		_("Both are in /usr/share/postvagt/ad (contrib/ad of the source), with a README that "
		  "explains each right and has it as a line of dsacls, also for a gMSA. Both refuse a "
		  "domain, a container, and an OU with built-in or critical groups."));
}

/* OpenLDAP */

/*
 * "to what by whom", an access rule of slapd.conf(5) behind its first word: the first that fits ends
 * the search, unless it says break.
 */
static void add_access(struct strbuf *out, const char *scope, const char *dn,
	const char *attributes, const char *account, const char *right)
{
	strbuf_addf(out, "to dn.%s=", scope);
	quote_slapd(out, dn);
	if (attributes)
		strbuf_addf(out, " attrs=%s", attributes);
	strbuf_adds(out, " by dn.exact=");
	quote_slapd(out, account);
	strbuf_addf(out, " %s by * break", right);
}

/* Where rules go, one by one. */
struct access_ctx {
	struct strbuf *out;
	const char *account;
	bool is_ldif;
	size_t number;
};

static void add_rule(struct access_ctx *a, const char *scope, const char *dn,
	const char *attributes, const char *right)
{
	struct strbuf rule = STRBUF_INIT;

	if (a->is_ldif)
		strbuf_addf(&rule, "{%zu}", a->number++);
	add_access(&rule, scope, dn, attributes, a->account, right);
	if (a->is_ldif) {
		strbuf_adds(a->out, "    ");
		quote_ldif(a->out, "olcAccess", rule.text);
	} else {
		strbuf_addf(a->out, "    access %s\n", rule.text);
	}
	strbuf_release(&rule);
}

/* First what may be written, then that no password may be read, then what may be. */
static void add_rules(struct strbuf *out, const struct first_files *files, bool is_ldif)
{
	const struct proposal *p = files->proposal;
	const char *account = files->directory->bind.dn;
	struct access_ctx a = {
		.out = out, .account = account ? account : "cn=postvagt,...", .is_ldif = is_ldif};

	for (size_t i = 0; i < p->unit_count || i == 0; i++)
		add_rule(&a, "subtree", p->unit_count > 0 ? p->units[i].dn : "ou=...",
			p->is_unique ? "uniqueMember" : "member", "write");
	add_rule(&a, "subtree", files->survey->base, "userPassword", "none");
	add_rule(&a, "base", files->survey->base, "entry,objectClass,contextCSN", "read");
	for (size_t i = 0; i < p->unit_count; i++)
		add_rule(&a, "subtree", p->units[i].dn, NULL, "read");
	for (size_t i = 0; i < p->base_count; i++)
		add_rule(&a, "subtree", is_everywhere(files, p->bases[i]) ? "ou=..." : p->bases[i],
			NULL, "read");
}

static void add_rights_of_openldap(struct strbuf *out, const struct first_files *files)
{
	comment_add(out, "", _("In slapd.conf, above the database's other access lines:"));
	strbuf_addc(out, '\n');
	add_rules(out, files, false);
	strbuf_addc(out, '\n');
	comment_add(out, "",
		_("In cn=config, as LDIF for ldapmodify; which database it is (here {1}mdb) shows "
		  "ldapsearch -Y EXTERNAL -H ldapi:/// -b cn=config olcSuffix"));
	strbuf_adds(out,
		"\n    dn: olcDatabase={1}mdb,cn=config\n    changetype: modify\n    add: olcAccess\n");
	add_rules(out, files, true);
	strbuf_addc(out, '\n');
	comment_add(out, "",
		_("The lines that give read are needed only where the account may not read people and "
		  "lists already; add one for each OU of groups that routes name. \"postvagt watch\" learns of changes at once where the database has "
		  "\"overlay syncprov\"."));
}

void first_files_rights(struct strbuf *out, const struct first_files *files)
{
	comment_add(out, "",
		_("The rights that postvagt's account needs: to read people and groups, and to write one "
		  "attribute of the lists. \"postvagt init\" did nothing of this; \"postvagt check\" says "
		  "what the account may."));
	strbuf_addc(out, '\n');
	if (files->proposal->unit_count == 0) {
		comment_add(out, "",
			_("No list was found in an OU of its own, so the OU of the lists is left open below: "
			  "put it in place of the dots. Never put a domain there."));
		strbuf_addc(out, '\n');
	}
	if (files->survey->is_active_directory)
		add_rights_of_ad(out, files);
	else
		add_rights_of_openldap(out, files);
	add_security_groups(out, files->proposal);
	add_warnings(out, files->proposal);
}
