#include "rules/exchange/inbox_rule.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "base/system/version.h"
#include "base/text/strbuf.h"
#include "model/mapping.h"
#include "rules/exchange/powershell.h"
#include "rules/model/rules.h"

/* A script being written. */
struct inbox_script {
	struct strbuf *out;
	const struct inbox_rules *inbox;
};

/* MessageTypeMatches of New-InboxRule. */
static const char *const type_names[INBOX_MESSAGE_TYPES] = {
	NULL, "AutomaticReply", "NonDeliveryReport", "ReadReceipt", "CalendaringResponse"};

static void add_list(struct inbox_script *script, const char *prefix, const char *name,
	const struct strings *texts)
{
	if (texts->count == 0)
		return;
	strbuf_addf(script->out, "        %s%s = ", prefix, name);
	powershell_add_texts(script->out, texts, "        ");
	strbuf_addc(script->out, '\n');
}

static void add_predicates(struct inbox_script *script, const char *prefix,
	const struct inbox_predicates *predicates)
{
	add_list(script, prefix, "SubjectContainsWords", &predicates->subject);
	add_list(script, prefix, "HeaderContainsWords", &predicates->header);
	if (predicates->is_high)
		strbuf_addf(script->out, "        %sWithImportance = 'High'\n", prefix);
	if (predicates->type)
		strbuf_addf(script->out, "        %sMessageTypeMatches = '%s'\n", prefix,
			type_names[predicates->type]);
}

static void add_rule(struct inbox_script *script, const struct inbox_rule *rule)
{
	if (rule->section) {
		strbuf_adds(script->out, "    ");
		powershell_add_comment(script->out, rule->section);
	}
	strbuf_adds(script->out, "    @{\n        Name = ");
	powershell_add_text(script->out, rule->name);
	strbuf_addc(script->out, '\n');
	add_predicates(script, "", &rule->conditions);
	add_predicates(script, "ExceptIf", &rule->exceptions);
	add_list(script, "", "RedirectTo", &rule->redirect_to);
	if (rule->stops)
		strbuf_adds(script->out, "        StopProcessingRules = $true\n");
	strbuf_adds(script->out, "    }\n");
}

/* What is written in the script for those who read it. In English, as its code is. */
static const char notes[] =
	"#\n"
	"# Run it in the Exchange Management Shell, or after Connect-ExchangeOnline, as somebody who may change\n"
	"# this mailbox (New-InboxRule -Mailbox). -WhatIf shows what it would do. Run it again and it changes only\n"
	"# what differs, and says so; it removes its own rules that are no longer needed, by the beginning of their\n"
	"# names, and leaves others' rules alone. -Fix also changes the lists, so that they take mail from outside.\n"
	"# Whom somebody made a rule redirect to instead, under its name, it does not see: remove that rule first.\n"
	"# Exchange removes rules of the mailbox that only run in Outlook (New-InboxRule says so).\n"
	"#\n"
	"# Inbox rules have no patterns. What they treat otherwise than \"postvagt mailbox\" and the Sieve rules do:\n"
	"#   - A tag without brackets is also found inside a word.\n"
	"#   - A tag whose blanks are doubled or of another kind, or with invisible characters inside, may be\n"
	"#     taken for none: such a mail goes where \"*\" goes.\n"
	"#   - A \"!\" beside any bracket, and the words for high priority anywhere in the subject, make it high.\n"
	"#     A \"!\" in front, elsewhere than beside a bracket, is seen where the header has the subject unencoded.\n"
	"#   - An automatic answer that only its subject shows is seen where that begins so, and unencoded.\n"
	"#   - A tag inside an ignored mark counts.\n"
	"# In doubt a mail is passed on. It stays in the Inbox, too.\n"
	"#\n"
	"# Exchange Online passes a mail on by Inbox rules once: what an Inbox rule redirected to this mailbox\n"
	"# is not redirected again, and members' own Inbox rules do not redirect what comes from here\n"
	"# (\"Loop Prevention in Exchange Online Demystified\").\n";

static void add_head(struct inbox_script *script)
{
	const struct rules *rules = script->inbox->rules;
	const struct mapping *mapping = rules->mapping;
	struct strbuf *out = script->out;

	powershell_add_comment(out,
		arena_format(rules->arena, "The Inbox rules of the mailbox %s.", rules->address));
	strbuf_addf(out,
		"%s%s\n"
		"# mapping, by SHA-256:\n"
		"#   tags   %s\n"
		"#   routes %s\n"
		"# Made by postvagt %s: \"postvagt rules --for exchange\". Do not change it here; change the\n"
		"# mapping, and make it again.\n"
		"%s\n"
		"[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Low')]\n"
		"param([switch]$Fix)\n"
		"\n"
		"Set-StrictMode -Version 2.0\n"
		"$ErrorActionPreference = 'Stop'\n"
		"\n"
		"$mailbox = ",
		RULES_STAMP_MARK, rules->stamp, mapping->sha256.tags, mapping->sha256.routes,
		POSTVAGT_VERSION, notes);
	powershell_add_text(out, rules->address);
	strbuf_addf(out, "\n$prefix = '%s'\n\n", script->inbox->prefix);
}

/*
 * What is done with the rules is the same for every mailbox. Get-Recipient: "to return Microsoft 365 Groups, you need to use
 * the RecipientTypeDetails parameter with the value GroupMailbox".
 */
static const char check_addresses[] =
	"\n"
	"if (-not (Get-Command -Name New-InboxRule -ErrorAction SilentlyContinue)) {\n"
	"    throw 'New-InboxRule was not found: use the Exchange Management Shell, or Connect-ExchangeOnline'\n"
	"}\n"
	"$null = Get-Mailbox -Identity $mailbox\n"
	"\n"
	"# Every address must be a recipient here, or nothing is changed.\n"
	"$addresses = @($rules | ForEach-Object { if ($_.ContainsKey('RedirectTo')) { $_['RedirectTo'] } } |\n"
	"    Sort-Object -Unique)\n"
	"$recipients = @{}\n"
	"foreach ($address in $addresses) {\n"
	"    $found = @(Get-Recipient -Identity $address -ErrorAction SilentlyContinue)\n"
	"    if ($found.Count -eq 0 -and (Get-Command -Name Get-UnifiedGroup -ErrorAction SilentlyContinue)) {\n"
	"        $found = @(Get-Recipient -Identity $address -RecipientTypeDetails GroupMailbox -ErrorAction SilentlyContinue)\n"
	"    }\n"
	"    if ($found.Count -eq 1) { $recipients[$address] = $found[0] }\n"
	"}\n"
	"$unknown = @($addresses | Where-Object { -not $recipients.ContainsKey($_) })\n"
	"if ($unknown.Count -gt 0) {\n"
	"    throw \"Exchange knows no recipient, or several, with the address: $($unknown -join ', '). Nothing was changed. \" +\n"
	"        'A group of Active Directory with a mail attribute alone becomes one by Enable-DistributionGroup.'\n"
	"}\n";

/* Sources: Set-DistributionGroup, the four parameters; of the last two one should be $true and one $false. */
static const char check_lists[] =
	"\n"
	"# What keeps a list from taking mail from outside, or sends its bounces to the sender.\n"
	"foreach ($address in $addresses) {\n"
	"    if (\"$($recipients[$address].RecipientTypeDetails)\" -eq 'GroupMailbox') {\n"
	"        Write-Warning \"${address}: a Microsoft 365 group; see that it takes mail from outside (Set-UnifiedGroup)\"\n"
	"        continue\n"
	"    }\n"
	"    if (\"$($recipients[$address].RecipientType)\" -notmatch '^Mail.*Group$') { continue }\n"
	"    $group = Get-DistributionGroup -Identity $address\n"
	"    $wrong = @{}\n"
	"    if ($group.RequireSenderAuthenticationEnabled) { $wrong['RequireSenderAuthenticationEnabled'] = $false }\n"
	"    if ($group.ModerationEnabled) { $wrong['ModerationEnabled'] = $false }\n"
	"    if (@($group.ManagedBy | Where-Object { $_ }).Count -eq 0) {\n"
	"        Write-Warning \"${address}: it has no owner (ManagedBy) whom bounces could tell of a dead member\"\n"
	"    } else {\n"
	"        if (-not $group.ReportToManagerEnabled) { $wrong['ReportToManagerEnabled'] = $true }\n"
	"        if ($group.ReportToOriginatorEnabled) { $wrong['ReportToOriginatorEnabled'] = $false }\n"
	"    }\n"
	"    if ($wrong.Count -eq 0) { continue }\n"
	"    $words = @($wrong.Keys | Sort-Object | ForEach-Object { \"$_ should be $($wrong[$_])\" }) -join ', '\n"
	"    if ($group.PSObject.Properties['IsDirSynced'] -and $group.IsDirSynced) {\n"
	"        Write-Warning \"${address}: $words. It is synchronised: change it on premises, and wait for the next cycle\"\n"
	"    } elseif (-not $Fix) {\n"
	"        Write-Warning \"${address}: $words. Run this script with -Fix to change it\"\n"
	"    } elseif ($PSCmdlet.ShouldProcess($address, \"Set-DistributionGroup: $words\")) {\n"
	"        Set-DistributionGroup -Identity $address @wrong -BypassSecurityGroupManagerCheck -Confirm:$false\n"
	"    }\n"
	"}\n";

static const char change_rules[] =
	"\n"
	"$lists = 'SubjectContainsWords', 'HeaderContainsWords', 'ExceptIfSubjectContainsWords', 'ExceptIfHeaderContainsWords'\n"
	"$values = 'WithImportance', 'MessageTypeMatches', 'ExceptIfWithImportance', 'ExceptIfMessageTypeMatches'\n"
	"\n"
	"function Get-Own {\n"
	"    @(Get-InboxRule -Mailbox $mailbox | Where-Object { \"$($_.Name)\".StartsWith($prefix, [StringComparison]::Ordinal) })\n"
	"}\n"
	"\n"
	"# Names say whom a rule redirects to, so a rule of the same name has the same addresses.\n"
	"function Test-Same($installed, $rule) {\n"
	"    foreach ($name in $lists) {\n"
	"        $have = @($installed.$name | Where-Object { $_ } | ForEach-Object { \"$_\" } | Sort-Object) -join \"`n\"\n"
	"        $want = @($rule[$name] | Where-Object { $_ } | ForEach-Object { \"$_\" } | Sort-Object) -join \"`n\"\n"
	"        if ($have -ne $want) { return $false }\n"
	"    }\n"
	"    foreach ($name in $values) {\n"
	"        if (\"$($installed.$name)\" -ne \"$($rule[$name])\") { return $false }\n"
	"    }\n"
	"    $targets = @($installed.RedirectTo | Where-Object { $_ }).Count\n"
	"    if ($targets -ne @($rule['RedirectTo'] | Where-Object { $_ }).Count) { return $false }\n"
	"    return [bool]$installed.StopProcessingRules -eq [bool]$rule['StopProcessingRules']\n"
	"}\n"
	"\n"
	"# Others' rules come first, and one that stops the others keeps mail from these.\n"
	"foreach ($rule in @(Get-InboxRule -Mailbox $mailbox)) {\n"
	"    if (\"$($rule.Name)\".StartsWith($prefix, [StringComparison]::Ordinal)) { continue }\n"
	"    if ($rule.Enabled -and $rule.StopProcessingRules) {\n"
	"        Write-Warning (\"the rule '$($rule.Name)' of the mailbox comes before these and stops the others: \" +\n"
	"            'what it applies to is passed on to nobody. See what it does, and remove it or move it behind these')\n"
	"    }\n"
	"}\n"
	"\n"
	"$before = @(Get-Own)\n"
	"$others = @(Get-InboxRule -Mailbox $mailbox).Count - $before.Count\n"
	"$place = $others\n"
	"$changes = 0\n"
	"foreach ($rule in $rules) {\n"
	"    $name = $rule['Name']\n"
	"    $place++\n"
	"    $installed = @($before | Where-Object { \"$($_.Name)\" -ceq $name })\n"
	"    $arguments = @{ Mailbox = $mailbox; Confirm = $false }\n"
	"    if ($installed.Count -eq 0) {\n"
	"        foreach ($parameter in $rule.Keys) { $arguments[$parameter] = $rule[$parameter] }\n"
	"        if ($PSCmdlet.ShouldProcess($name, 'New-InboxRule')) {\n"
	"            New-InboxRule @arguments -Priority $place | Out-Null\n"
	"            $changes++\n"
	"        }\n"
	"        continue\n"
	"    }\n"
	"    if (-not (Test-Same $installed[0] $rule) -and $PSCmdlet.ShouldProcess($name, 'Set-InboxRule')) {\n"
	"        # Set-InboxRule leaves alone what it is not given, so it is given what a rule does not have, too.\n"
	"        foreach ($parameter in $lists + $values + 'RedirectTo') { $arguments[$parameter] = $rule[$parameter] }\n"
	"        Set-InboxRule -Identity $name @arguments -StopProcessingRules ([bool]$rule['StopProcessingRules'])\n"
	"        $changes++\n"
	"    }\n"
	"    if (-not $installed[0].Enabled -and $PSCmdlet.ShouldProcess($name, 'Enable-InboxRule')) {\n"
	"        Enable-InboxRule -Identity $name -Mailbox $mailbox -Confirm:$false\n"
	"        $changes++\n"
	"    }\n"
	"}\n"
	"\n"
	"# Its own that are no longer needed.\n"
	"$names = @($rules | ForEach-Object { $_['Name'] })\n"
	"foreach ($rule in $before) {\n"
	"    if ($names -cnotcontains \"$($rule.Name)\" -and $PSCmdlet.ShouldProcess($rule.Name, 'Remove-InboxRule')) {\n"
	"        Remove-InboxRule -Identity $rule.Name -Mailbox $mailbox -Confirm:$false\n"
	"        $changes++\n"
	"    }\n"
	"}\n"
	"\n"
	"# In their order.\n"
	"$order = @(Get-Own | Sort-Object -Property Priority | ForEach-Object { \"$($_.Name)\" })\n"
	"if (-not $WhatIfPreference -and ($order -join \"`n\") -cne ($names -join \"`n\")) {\n"
	"    $place = $others\n"
	"    foreach ($name in $names) {\n"
	"        $place++\n"
	"        if ($PSCmdlet.ShouldProcess($name, \"Priority $place\")) {\n"
	"            Set-InboxRule -Identity $name -Mailbox $mailbox -Priority $place -Confirm:$false\n"
	"            $changes++\n"
	"        }\n"
	"    }\n"
	"}\n"
	"\n"
	"if ($changes -gt 0) {\n"
	"    \"$changes changes were made; the mailbox $mailbox has $($names.Count) rules of postvagt's\"\n"
	"} elseif (-not $WhatIfPreference) {\n"
	"    \"nothing to change; the mailbox $mailbox has its $($names.Count) rules of postvagt's\"\n"
	"}\n";

void inbox_rules_add_powershell(struct strbuf *out, const struct inbox_rules *inbox)
{
	struct inbox_script script = {out, inbox};

	add_head(&script);
	strbuf_adds(out, "$rules = @(\n");
	for (size_t i = 0; i < inbox->count; i++)
		add_rule(&script, &inbox->items[i]);
	strbuf_adds(out, ")\n");
	strbuf_adds(out, check_addresses);
	strbuf_adds(out, check_lists);
	strbuf_adds(out, change_rules);
}

void rules_add_exchange(struct strbuf *out, const struct rules *rules)
{
	struct findings findings;
	struct inbox_rules inbox;

	findings_init(&findings, rules->arena);
	if (inbox_rules_make(&inbox, rules->arena, rules, &findings))
		inbox_rules_add_powershell(out, &inbox);
}
