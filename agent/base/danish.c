#include "base/language.h"

#include <stddef.h>

const struct translation danish[] = {
	/* main.c */
	{"say what is wrong: files, directory, rights",
		"find det, der er galt: filer, katalog, rettigheder"},
	{"show what would change, and why; changes nothing",
		"vis, hvad der ville blive ændret, og hvorfor; ændrer intet"},
	{"do it, and write the report", "udfør det, og skriv rapporten"},
	{"who gets a tag's mail, or which mail a person gets, and why",
		"vis, hvem der får mails om et emne, eller hvilke mails en person får, og hvorfor"},
	{"Usage: postvagt [options] command", "Brug: postvagt [tilvalg] kommando"},
	{"See postvagt(8), postvagt.yaml(5) and postvagt-mapping(5).",
		"Se postvagt(8), postvagt.yaml(5) og postvagt-mapping(5)."},
	{"unknown command %s; did you mean %s?", "ukendt kommando %s; mente du %s?"},
	{"unknown command %s; see postvagt --help", "ukendt kommando %s; se postvagt --help"},
	{"--lang: %s is neither da nor en", "--lang: %s er hverken \"da\" eller \"en\""},
	{"-q and -v do not go together", "-q og -v kan ikke bruges sammen"},
	{"%s works now only, and refuses --at", "%s gælder kun nu og kan ikke bruges med --at"},
	{"--over-limit asks for a kept plan, FILE, and for --case",
		"--over-limit kræver en gemt plan, FILE, og --case"},
	{"usage: postvagt %s %s", "brug: postvagt %s %s"},

	/* base/moment.c */
	{"January", "januar"},
	{"February", "februar"},
	{"March", "marts"},
	{"April", "april"},
	{"May", "maj"},
	{"June", "juni"},
	{"July", "juli"},
	{"August", "august"},
	{"September", "september"},
	{"October", "oktober"},
	{"November", "november"},
	{"December", "december"},
	{"%d %s %d", "%d. %s %d"},
	{" %02d:%02d", " kl. %02d:%02d"},

	/* command/apply.c */
	{"Report: %s\n", "Rapport: %s\n"},
	{"writing", "skriver"},
	{"this version of postvagt cannot carry out a kept plan yet",
		"denne version af postvagt kan endnu ikke udføre en gemt plan"},

	/* command/check.c */
	{"no route names this tag; its mail goes where \"*\" goes",
		"ingen rute har dette emne; dets mails går til ruten \"*\""},
	{"no route names this tag, and there is no route \"*\": its mail reaches nobody",
		"ingen rute har dette emne, og der er ingen rute \"*\": dets mails når "
		"ikke frem til nogen"},
	{"asks for nobody: `to` is empty", "peger ikke på nogen: `to` er tom"},
	{"nobody holds this role", "ingen har denne rolle"},
	{"%zu hold this role, where the gallery asks for %d",
		"%zu har denne rolle, men rollegalleriet kræver %d"},
	{"the server does not tell whether this account may write %s",
		"serveren oplyser ikke, om kontoen må skrive %s"},
	{"this account may not write %s; give it that right",
		"kontoen må ikke skrive %s; giv den ret til det"},
	{"the list is not there, and this account may not make it",
		"listen findes ikke, og kontoen må ikke oprette den"},
	{"the folder of reports cannot be written", "der kan ikke skrives i mappen til rapporter"},
	{"reports.sign_key_file: this version does not sign reports yet",
		"reports.sign_key_file: denne version kan endnu ikke underskrive rapporter"},
	{"the password is sent unencrypted; write ldaps:// or starttls: true",
		"adgangskoden sendes ukrypteret; skriv ldaps:// eller starttls: true"},
	{"error    ", "fejl     "},
	{"warning  ", "advarsel "},
	{"Errors: %zu, warnings: %zu.\n", "Fejl: %zu, advarsler: %zu.\n"},
	{"All is well: %zu routes, %zu lists, read from %s.\n",
		"Alt er i orden: %zu ruter, %zu lister, læst fra %s.\n"},

	/* command/explain.c */
	{"\"%s\" is no tag of the mapping, and no person: %s",
		"\"%s\" er hverken et emne eller en person: %s"},

	/* command/options.c */
	{"read the settings from FILE (else ./postvagt.yaml or /etc/postvagt/postvagt.yaml)",
		"læs indstillingerne i FILE (ellers ./postvagt.yaml eller "
		"/etc/postvagt/postvagt.yaml)"},
	{"ask as of another moment (ISO 8601)",
		"spørg, som om det var et andet tidspunkt (ISO 8601)"},
	{"print JSON", "skriv JSON"},
	{"the language of what is printed", "sproget i det, der vises"},
	{"carry a case number into the report", "skriv et sagsnummer i rapporten"},
	{"print only what needs attention", "vis kun det, der kræver opmærksomhed"},
	{"print also what stays as it is", "vis også det, der er uændret"},
	{"keep the plan as an LDIF change report", "gem planen som en ændringsrapport i LDIF"},
	{"end with 10 when changes are waiting", "slut med status 10, når der venter ændringer"},
	{"let a kept plan past a limit; asks for FILE and --case",
		"lad en gemt plan gå over en grænse; kræver FILE og --case"},
	{"print this help", "vis denne hjælp"},
	{"print the version", "vis versionen"},
	{"unknown option %s; did you mean --%s?", "ukendt tilvalg %s; mente du --%s?"},
	{"unknown option %s; see postvagt --help", "ukendt tilvalg %s; se postvagt --help"},
	{"option --%s takes no argument", "tilvalget --%s tager ingen værdi"},
	{"option %s lacks its argument %s", "tilvalget %s mangler sin værdi %s"},
	{"option --%s is only for postvagt %s", "tilvalget --%s kan kun bruges med postvagt %s"},

	/* command/session.c */
	{"--at: \"%s\" is no time; write 2026-12-24T08:00 or 2026-12-24",
		"--at: \"%s\" er ikke et tidspunkt; skriv 2026-12-24T08:00 eller 2026-12-24"},
	{"feed %s is not read: this version of postvagt reads no feeds yet",
		"feedet %s læses ikke: denne version af postvagt kan endnu ikke læse feeds"},
	{"reading the directory", "læser kataloget"},
	{"postvagt: %zu requests to %s, %zu people read\n",
		"postvagt: %zu forespørgsler til %s, %zu personer læst\n"},

	/* decide/absence.c */
	{"both ends are missing; give a start, an end, or both",
		"både start og slut mangler; angiv mindst en af dem"},
	{"the end lies before the start", "slut ligger før start"},
	{"several values, where one is expected", "flere værdier, hvor der kun må være én"},
	{"not a time that can be read; write 2026-12-24, 24-12-2026, "
	 "2026-12-24T08:00 or 20261224070000Z",
		"tidspunktet kan ikke læses; skriv 2026-12-24, 24-12-2026, "
		"2026-12-24T08:00 eller 20261224070000Z"},

	/* decide/decision.c */
	{"the stand-in %s is passed over: %s", "stedfortræderen %s springes over: %s"},
	{"is asked for by a route, and has no mail address",
		"skal have mails efter en rute, men har ingen mailadresse"},
	{"is asked for by a route, and the account is disabled",
		"skal have mails efter en rute, men kontoen er deaktiveret"},
	{"%s, named under keep, is not there", "%s står under keep, men findes ikke"},

	/* decide/difference.c */
	{"%s is on the list, and no rule puts them there; the list is additive, so they stay",
		"%s hører efter reglerne ikke til på listen, men bliver, da den er additive"},
	{"the list is not there, or may not be read; make it, or set lists.create: true",
		"listen findes ikke eller må ikke læses; opret den, eller sæt lists.create: true"},

	/* decide/required.c */
	{"member %s is passed over: %s", "medlemmet %s springes over: %s"},
	{"%s; nothing is removed from the lists that ask for it",
		"%s; ingen fjernes fra de lister, der bruger den"},
	{"the members of the group may not be read", "gruppens medlemmer må ikke læses"},
	{"the group is not there, or may not be read", "gruppen findes ikke eller må ikke læses"},
	{"asked for as a group, but the entry is none", "skulle være en gruppe, men er det ikke"},
	{"%s, named under people, is passed over: %s",
		"%s står under people, men springes over: %s"},

	/* decide/snapshot.c */
	{"it is a group, not a person", "er en gruppe, ikke en person"},
	{"it is no person: not under people.base, or not matched by people.filter",
		"er ikke en person (ligger ikke under people.base eller passer ikke til "
		"people.filter)"},
	{"no such person is there", "findes ikke i kataloget"},
	{"several people bear that login or mail address",
		"flere personer har det login eller den mailadresse"},

	/* directory/bind.c */
	{"bind as", "bind som"},
	{"directory.bind names no dn or no password_file",
		"directory.bind mangler dn eller password_file"},
	{"%s: the password is empty", "%s: adgangskoden er tom"},
	{"this version cannot bind by Kerberos (GSSAPI, GSS-SPNEGO) yet",
		"denne version kan endnu ikke logge på med Kerberos (GSSAPI, GSS-SPNEGO)"},

	/* directory/changes.c */
	{"read the list again", "ny læsning af listen"},
	{"%s: the list is gone", "%s: listen er forsvundet"},
	{"change the list", "ændring af listen"},
	{"add members to", "tilføjelse af medlemmer til"},
	{"delete members from", "fjernelse af medlemmer fra"},

	/* directory/connect.c */
	{"%s: not a URL of a directory server: %s", "%s: ikke en URL til en katalogserver: %s"},
	{"libldap does not take its options", "libldap tager ikke imod sine indstillinger"},
	{"connect", "forbindelse"},
	{"read the root DSE", "læsning af root DSE"},
	{"directory.domain is not known to this version yet: use directory.url",
		"denne version kender endnu ikke directory.domain: brug directory.url"},

	/* directory/dialect.c */
	{"this version cannot work with Active Directory yet",
		"denne version kan endnu ikke arbejde med Active Directory"},

	/* directory/connection.c */
	{"; is it of directory.ca_file, valid, and for the name in directory.url?",
		"; passer det til directory.ca_file, er det gyldigt, og gælder det "
		"navnet i directory.url?"},
	{"; are the dn and the password_file of directory.bind right?",
		"; er dn og password_file i directory.bind rigtige?"},
	{"; does the server run, and is the port right, and open from here?",
		"; kører serveren, og er porten rigtig og åben herfra?"},
	{"; is people.filter right?", "; er people.filter rigtigt?"},
	{"; the server wants encryption: write ldaps:// or starttls: true",
		"; serveren kræver kryptering: skriv ldaps:// eller starttls: true"},
	{"the server's certificate is refused", "serverens certifikat godtages ikke"},

	/* directory/lookup.c */
	{"%s: %zu values are passed over: they are no text",
		"%s: værdier, der ikke er tekst, springes over (%zu)"},
	{"read the people under people.base", "læsning af personerne under people.base"},
	{"look up", "opslag af"},
	{"look up a login or mail address under people.base",
		"opslag af login eller mailadresse under people.base"},
	{"read the list", "læsning af listen"},

	/* directory/new_list.c */
	{"Kept by postvagt: %s", "Vedligeholdes af postvagt: %s"},

	/* directory/person_entry.c */
	{"%s: %zu values are passed over: they are no text, or more than %d",
		"%1$s: værdier, der ikke er tekst eller er flere end %3$d, springes over (%2$zu)"},

	/* directory/search.c */
	{"the server does not say whether more pages follow",
		"serveren siger ikke, om der kommer flere sider"},
	{"the server said goodbye", "serveren lukkede forbindelsen"},
	{"search", "søgning"},
	{"a part of it is on another server", "en del af det ligger på en anden server"},

	/* directory/tls.c */
	{"%s: cannot be read (directory.ca_file): %s",
		"%s: kan ikke læses (directory.ca_file): %s"},
	{"%s: holds no certificate in PEM form (directory.ca_file)",
		"%s: indeholder intet certifikat i PEM-format (directory.ca_file)"},
	{"TLS cannot be made ready with the authorities of %s",
		"TLS kan ikke sættes op med udstederne i %s"},
	{"%s: the server offers %s, and TLS 1.2 is the oldest that is safe",
		"%s: serveren tilbyder %s, men der kræves mindst TLS 1.2"},
	{"no TLS", "ingen TLS"},
	{"start TLS", "start af TLS"},

	/* directory/write.c */
	{"not tried, as the additions are not done",
		"ikke forsøgt, da tilføjelserne ikke er udført"},

	/* directory/write_may.c */
	{"ask for the right to change", "forespørgsel om ret til at ændre"},

	/* report/explain.c */
	{"; %s stands in", "; %s træder til"},
	{"not: ", "ikke på listen: "},
	{"  ! gap: %s", "  ! hul: %s"},
	{": mail with no tag, or with one that no route knows",
		": mails uden fast emne eller med et, som ingen rute kender"},
	{"expected", "forventning"},
	{"with high priority", "ved høj prioritet"},
	{"No route names this tag: its mail goes where \"*\" goes.\n",
		"Ingen rute har dette emne: dets mails går til ruten \"*\".\n"},
	{"No route names this tag, and there is no route \"*\": its mail reaches nobody.\n",
		"Ingen rute har dette emne, og der er ingen rute \"*\": dets mails når "
		"ikke frem til nogen.\n"},
	{" (joins at the next apply)", " (kommer på ved næste apply)"},
	{"no mail address", "ingen mailadresse"},
	{"  roles: ", "  roller: "},
	{"Gets no mail: no route asks for a role they hold, a group they are in, "
	 "or them by name, and they stand in for nobody now.\n",
		"Får ingen mails: ingen rute nævner personen eller en af personens "
		"roller eller grupper, og personen er ikke stedfortræder for nogen lige "
		"nu.\n"},

	/* report/ldif.c */
	{"carried out", "udført"},
	{"failed; nothing was changed", "mislykket; intet er ændret"},
	{"carried out in part", "delvis udført"},
	{"a plan, kept; nothing was changed", "gemt plan; intet er ændret"},
	{"about to be carried out; what came of it is not known yet",
		"skal til at blive udført; udfaldet kendes ikke endnu"},
	{"refused, as a limit would be passed; nothing was changed",
		"afvist, da en grænse ville blive overskredet; intet er ændret"},
	{"postvagt change report", "ændringsrapport fra postvagt"},
	{"# over the limit: ", "# over grænsen: "},
	{"removals are held back", "fjernelser er tilbageholdt"},
	{"# members: %zu before, %zu after, %zu available\n",
		"# medlemmer: %zu før, %zu efter, %zu til rådighed\n"},
	{"joins", "tilføjes"},
	{"leaves", "fjernes"},
	{"# gap: %s\n", "# hul: %s\n"},
	{"not done", "ikke udført"},
	{"# error: ", "# fejl: "},
	{"# warning: ", "# advarsel: "},
	{"# total: %zu added, %zu removed, %zu kept, %zu held, %zu refused\n",
		"# i alt: %zu tilføjet, %zu fjernet, %zu uændret, %zu tilbageholdt, %zu afvist\n"},
	{"# failed: %zu\n", "# mislykket: %zu\n"},

	/* report/record.c */
	{"run", "kørsel"},
	{"started", "startet"},
	{"decided as of", "beregnet for"},
	{"by", "kørt af"},
	{"case", "sag"},
	{"settings", "indstillinger"},
	{"directory", "katalog"},

	/* report/store.c */
	{"%s: cannot be written: %s", "%s: kan ikke skrives: %s"},
	{"%s: cannot be made: %s", "%s: kan ikke oprettes: %s"},

	/* report/text.c */
	{"As of %s, read from %s\n", "Pr. %s, læst fra %s\n"},
	{" (to be made)", " (oprettes)"},
	{"  ! %zu who would leave are held back\n", "  ! tilbageholdte fjernelser: %zu\n"},
	{"  ! not done: %s", "  ! ikke udført: %s"},
	{"\nFindings\n", "\nBemærkninger\n"},
	{"  error    ", "  fejl     "},
	{"  warning  ", "  advarsel "},
	{"Nothing to change: all %zu lists are as they should be.\n",
		"Intet at ændre: alle %zu lister er, som de skal være.\n"},
	{"Done: %zu added, %zu removed on %zu of %zu lists; %zu kept.\n",
		"Udført: %zu tilføjet, %zu fjernet på %zu af %zu lister; %zu uændret.\n"},
	{"To do: %zu to add, %zu to remove, on %zu of %zu lists; %zu stay.\n",
		"Plan: %zu tilføjes, %zu fjernes på %zu af %zu lister; %zu bliver.\n"},
	{"Failed: %zu; run apply again to finish the work.\n",
		"Mislykket: %zu; kør apply igen for at gøre arbejdet færdigt.\n"},
	{"Removals are held back (%zu now): %s\n", "Fjernelser holdes tilbage (lige nu %zu): %s\n"},
	{"Refused; nothing was changed:", "Afvist; intet er ændret:"},

	/* report/undo.c */
	{"postvagt undo", "fortrydelse fra postvagt"},
	{"the run below was refused; there is nothing to take back",
		"kørslen herunder blev afvist; der er intet at fortryde"},
	{"takes back the run below, by ldapmodify -f this file",
		"kør ldapmodify -f med denne fil for at fortryde kørslen herunder"},

	/* report/words.c */
	{"away until further notice", "væk indtil videre"},
	{"away through %s", "væk til og med %s"},
	{"away until %s", "væk indtil %s"},
	{"cannot be reached: the account is disabled", "utilgængelig (kontoen er deaktiveret)"},
	{"cannot be reached: no mail address", "utilgængelig (ingen mailadresse)"},
	{"available", "til rådighed"},
	{"stays: no rule puts them here, but the list is additive",
		"bliver: hører efter reglerne ikke til her, men listen er additive"},
	{"stays: the rules yield nobody, and a list is never left empty",
		"bliver: reglerne giver ingen modtagere, og en liste tømmes aldrig"},
	{"stays: removals are held back, as a feed could not be read",
		"bliver: fjernelser holdes tilbage, da et feed ikke kunne læses"},
	{"deputy of the route, taken to reach at_least",
		"rutens stedfortræder, taget med for at nå at_least"},
	{"mailbox.fallback, taken to reach at_least",
		"fra mailbox.fallback, taget med for at nå at_least"},
	{"keep", "fast medlem (keep)"},
	{"role %s", "rolle %s"},
	{"group %s", "gruppe %s"},
	{"named as %s", "nævnt som %s"},
	{"answers mail on %s", "tager sig af mails om %s"},
	{"stands in for %s, ", "træder til for %s, som er "},
	{"stays beside the stand-in (when_absent: add)",
		"men bliver sammen med stedfortræderen (when_absent: add)"},
	{"stays, as nobody stands in", "men bliver, da ingen træder til"},
	{"; for %s, ", "; for %s, som er "},
	{"is not needed as a stand-in now", "behøves ikke som stedfortræder nu"},
	{"answers no mail", "tager sig ikke af nogen mails"},
	{"no role, group or name puts them here",
		"hverken rolle, gruppe eller navn giver plads på listen"},
	{"no such entry is there", "findes ikke i kataloget"},
	{"is no person, and not named under keep", "er ikke en person og står ikke under keep"},
	{"nobody stands in for %s, ", "ingen træder til for %s, som er "},
	{"%zu available, where at_least asks for %zu", "%zu til rådighed, men at_least kræver %zu"},
	{"the rules yield nobody; the list keeps the members it has",
		"reglerne giver ingen modtagere; listen beholder de medlemmer, den har"},
	{"ordinary", "normal"},
	{"critical", "kritisk"},
	{"inform", "orientering"},
	{"the mailbox's own list", "postkassens egen liste"},
	{"%zu would leave for no absence; limits.removals_per_list is %d\n",
		"%zu ville blive fjernet af andre grunde end fravær; "
		"limits.removals_per_list er %d\n"},
	{"%zu would leave for no absence in all; limits.removals_per_run is %d\n",
		"i alt %zu ville blive fjernet af andre grunde end fravær; "
		"limits.removals_per_run er %d\n"},

	/* settings/fault.c */
	{"%s is here a second time; the first is at %s",
		"%s står her for anden gang; første gang i %s"},

	/* settings/roles_file.c */
	{"a role without a slash, which would start a scope",
		"en rolle uden skråstreg, som ville indlede et område"},

	/* settings/routes_file.c */
	{"%s is a spelling; write the role's id %s", "%s er en stavemåde; skriv rollens id %s"},
	{"unknown role %s; did you mean %s?", "ukendt rolle %s; mente du %s?"},
	{"unknown role %s; the role gallery has none like it",
		"ukendt rolle %s; rollegalleriet har ingen, der ligner"},
	{"a scope behind the slash, or no slash",
		"et område efter skråstregen eller ingen skråstreg"},
	{"the tag %s is retired", "emnet %s er udgået"},
	{"unknown tag %s; did you mean %s?", "ukendt emne %s; mente du %s?"},
	{"unknown tag %s; the catalogue has none like it",
		"ukendt emne %s; emnekataloget har intet, der ligner"},
	{"%s is mailbox.list of the settings already",
		"%s er allerede mailbox.list i indstillingerne"},

	/* settings/schema.c */
	{"a list", "en liste"},
	{"keys with values", "nøgler med værdier"},
	{"nothing", "ingenting"},
	{"found %s, expected %s", "her står %s, men der skal stå %s"},
	{"a text", "en tekst"},
	{"a text on one line, without control characters", "en tekst på én linje uden styretegn"},
	{"a DN, such as CN=Vagt,OU=Lister,DC=eksempel,DC=dk",
		"et DN som CN=Vagt,OU=Lister,DC=eksempel,DC=dk"},
	{"true or false", "true eller false"},
	{"a whole number, %d or more", "et helt tal, mindst %d"},
	{"a duration such as 30s, 15m, 24h or 7d, %ds or more",
		"en varighed som 30s, 15m, 24h eller 7d, mindst %ds"},
	{"one of: %s", "en af disse: %s"},
	{"the key \"%s\" is missing", "nøglen \"%s\" mangler"},
	{"unknown key %s; a secret is never a value: use \"%s\"",
		"ukendt nøgle %s; en hemmelighed skrives aldrig direkte: brug \"%s\""},
	{"unknown key %s; did you mean \"%s\"?", "ukendt nøgle %s; mente du \"%s\"?"},
	{"unknown key %s; the keys here: %s", "ukendt nøgle %s; her kan stå: %s"},

	/* settings/secret.c */
	{"%s: cannot be read: %s", "%s: kan ikke læses: %s"},
	{"%s: not a file", "%s: ikke en fil"},
	{"%s: others can read it; chmod o= it", "%s: andre kan læse filen; kør chmod o= på den"},
	{"%s: a group can read it that is neither root's nor the agent's; chmod g= it",
		"%s: filen kan læses af en gruppe, der hverken er roots eller agentens "
		"egen; kør chmod g= på den"},
	{"%s: larger than %zu bytes", "%s: større end %zu byte"},
	{"%s: its first line is empty", "%s: første linje er tom"},
	{"%s: not a text", "%s: ikke en tekst"},

	/* settings/settings_check.c */
	{"a URL without a login: a secret is never a value",
		"en URL uden login: en hemmelighed skrives aldrig direkte"},
	{"an ldap://, ldaps:// or ldapi:// URL", "en URL med ldap://, ldaps:// eller ldapi://"},
	{"an imap:// or imaps:// URL", "en URL med imap:// eller imaps://"},
	{"an smtp:// or smtps:// URL", "en URL med smtp:// eller smtps://"},
	{"an https://, http:// or file:// URL", "en URL med https://, http:// eller file://"},
	{"the name of an attribute", "navnet på en attribut"},
	{"an LDAP filter, such as (objectClass=person)", "et LDAP-filter som (objectClass=person)"},
	{"a mail address", "en mailadresse"},
	{"a JSON pointer, such as /data/items", "en JSON-pointer som /data/items"},
	{"either url or domain, not both", "enten url eller domain, ikke begge"},
	{"url or domain is missing", "url eller domain mangler"},
	{"starttls goes with ldap:// only: ldaps:// is TLS already",
		"starttls hører kun til ldap://: ldaps:// er TLS i forvejen"},
	{"simple needs dn and password_file", "simple kræver dn og password_file"},
	{"user and password_file go together", "user og password_file hører sammen"},
	{"from or until is missing", "from eller until mangler"},
	{"this machine knows no time zone %s", "denne maskine kender ikke tidszonen %s"},

	/* settings/tags_file.c */
	{"the id of a tag; \"*\" stands for mail that no route knows",
		"id'et på et emne; \"*\" står for mails, som ingen rute kender"},

	/* settings/yaml.c */
	{"this is not YAML: %s, %s", "dette er ikke YAML: %s, %s"},
	{"this is not YAML: %s", "dette er ikke YAML: %s"},
	{"more than %d values, with aliases counted as what they stand for",
		"flere end %d værdier, når aliasser tælles som det, de står for"},
	{"nested deeper than %d levels", "indlejret dybere end %d niveauer"},
	{"a text cannot contain the character NUL", "en tekst kan ikke indeholde tegnet NUL"},
	{"a key must be a text", "en nøgle skal være en tekst"},
	{"the alias %s stands for nothing that is complete before it",
		"aliasset %s henviser ikke til noget, der er afsluttet før det"},
	{"the YAML tag %s has no meaning here", "YAML-tagget %s har ingen betydning her"},
	{"a second document starts here; a file has one",
		"her begynder et dokument mere; en fil har kun ét"},
	{"cannot be read: %s", "kan ikke læses: %s"},
	{"larger than %zu bytes", "større end %zu byte"},

	{"everything else", "alt andet"},
	{"Nothing to change now; the errors above stand in the way.\n",
		"Intet at ændre nu; fejlene ovenfor står i vejen.\n"},
	{"Failed; nothing was changed.\n", "Mislykket; intet er ændret.\n"},
	{"stays: a group that is asked for is not there, or may not be read",
		"bliver: en gruppe, der spørges efter, findes ikke eller må ikke læses"},
	{"broken off; whether the last change was made is not known",
		"afbrudt; om den sidste ændring blev udført, vides ikke"},
	{"Broken off; whether the last change was made is not known.\n",
		"Afbrudt; om den sidste ændring blev udført, vides ikke.\n"},
	{"no route is in the file, so no list is kept",
		"der er ingen rute i filen, så ingen liste holdes ved lige"},
	{"standard output cannot be written: %s", "standard output kan ikke skrives: %s"},
	{"Nothing to change now.\n", "Intet at ændre nu.\n"},
	{"joins again", "kommer på igen"},
	{"leaves again", "kommer af igen"},
	{NULL, NULL},
};
