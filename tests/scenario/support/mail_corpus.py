"""Mails as people, gateways and machines write them, each with what it means and so where it goes.

Written by hand from the contract (section 7), not from any of the programs that are held to it: the matcher
(matcher.py), the Sieve script on a real Pigeonhole and Exchange's rules on the simulator (rules.py). mail_meaning.py
is a second reading of the contract, which finds the same in mails that nobody wrote by hand.

A row of CORPUS: what it is (each once), its headers, and what it carries: ids of tags, "!" for high
priority; "-" for an answer of a machine or a loop, which goes to nobody; "probe". Headers are a text, or bytes where they are
not UTF-8; lines end in LF. One without a sender begins with "Return-Path: <>".
"""
import base64

BOX = "infrastrukturpostkassen@eksempel.dk"
PROBE = "postvagt@eksempel.dk"

# The catalogue: id, what a subject carries. "beskeder" has no route, "gammel" is retired, and a route names
# "fordeling", which the catalogue lacks.
TAGS = (
    ("sp", "[Serviceplatformen]", "[SP]"),
    ("adgang", "[Adgangsstyring for brugere]"),
    ("sikkerhed", "[Sikkerhedshændelse]", "[Sikkerhed]"),
    ("sdi", "[Sags- og Dokumentindeks]"),
    ("ydelser", "[Ydelsesindeks]"),
    ("aaben", "[Åbne data på Ø]"),
    ("odd", '[Æ "citat" \\ ${known} \'x\' 100%*?]', "[$5 (a|b)^]"),
    ("gammel", "[Gammel]"),
    ("beskeder", "[Beskedfordeler]"),
    ("certifikat", "[Certifikat]"),
    ("post", "SF1601", "Digital Post", "Fælles Digital Post"),
    ("valg", "KOMBIT Valg"),
)

# id: names of its ordinary, critical and inform address. "Indeks" and "indeks" are one address.
ROUTES = {
    "sp": ("sp", "sp-kritisk", "sp-orientering"),
    "adgang": ("adgang", "adgang-kritisk", None),
    "sikkerhed": ("sikkerhed", "sikkerhed-kritisk", "sp-orientering"),
    "sdi": ("indeks", None, None),
    "ydelser": ("Indeks", None, "adgang"),
    "aaben": ("aaben", None, None),
    "odd": ("odd'o", None, None),
    "gammel": ("gammel", None, None),
    "certifikat": ("certifikat", "certifikat-kritisk", None),
    "post": ("post", "post-kritisk", "post-orientering"),
    "valg": ("valg", None, None),
    "fordeling": ("fordeling", None, None),
    "*": ("rest", "rest-kritisk", None),
}

# mailbox.ignore.
IGNORE = ("[EKSTERN]", "EXTERN:", "[Ticket#*]", "[SPAM? *]", "INC*")


def address(name):
  return f"{name}@eksempel.dk"


def destinations(seen, routes=None):
  """The addresses, in small letters, of the mail that carries this (a row's third part)."""
  routes = ROUTES if routes is None else routes
  carried = seen.split()
  if "-" in carried:
    return set()
  if "probe" in carried:
    return {PROBE}
  found = set()
  for tag in [tag for tag in carried if tag in routes] or ["*"]:
    ordinary, critical, inform = routes[tag]
    found |= {critical if "!" in carried and critical else ordinary, inform} - {None}
  return {address(name).lower() for name in found}


def sender_of(headers):
  """The envelope's."""
  head = headers if isinstance(headers, bytes) else headers.encode()
  return "" if head.startswith(b"Return-Path: <>") else "drift@kombit.example"


def mail_of(headers, number=1):
  """The mail of a row, as it is on the wire."""
  data = headers if isinstance(headers, bytes) else headers.encode()
  return data.replace(b"\n", b"\r\n").rstrip(b"\r\n") + \
      b"\r\nFrom: KOMBIT <drift@kombit.example>\r\nTo: " + BOX.encode() + \
      b"\r\nMessage-ID: <%d@kombit.example>\r\n\r\nTeksten.\r\n" % number


def catalogue(tags=TAGS):
  """What tags.yaml has."""
  return {"source": {"name": "corpus"}, "tags": [
      {"id": tag, "subject": subjects, "retired": tag == "gammel"} for tag, *subjects in tags]}


def municipality(world, tags=TAGS, routes=None):
  """Give a world this catalogue and these routes. Their addresses are in the file, so no directory is asked."""
  world.settings["mailbox"].update(address=BOX, ignore=list(IGNORE), probe=PROBE)
  world.settings["directory"]["url"] = "ldap://127.0.0.1:9"
  for tag, addresses in (ROUTES if routes is None else routes).items():
    blocks = {}
    for kind, name in zip(("ordinary", "critical", "inform"), addresses):
      if name:
        blocks[kind] = {"list": f"cn={tag}-{kind},{world.lists_base}", "address": address(name),
                        "to": {"roles": ["infrastrukturejer"]}}
    world.routes.append({"tag": tag, **blocks.pop("ordinary"), **blocks})
  world.write_files()
  world.write_yaml("tags.yaml", catalogue(tags))
  return world


def coded(text, charset="utf-8", way="b"):
  """One encoded word (RFC 2047)."""
  data = text if isinstance(text, bytes) else text.encode(charset)
  if way == "b":
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="
  return f"=?{charset}?Q?" + "".join(f"={byte:02X}" for byte in data) + "?="


OUTLOOK = """Thread-Topic: [SP] Drift
Thread-Index: AQHV1234567890
Accept-Language: da-DK, en-US
Content-Language: da-DK
X-MS-Has-Attach:
X-MS-TNEF-Correlator:
"""
EXCHANGE_ONLINE = """X-MS-Exchange-Organization-AuthSource: AM0PR0.eurprd05.prod.outlook.com
X-MS-Exchange-Organization-SCL: 1
X-Auto-Response-Suppress: DR, OOF, AutoReply
Authentication-Results: spf=pass; dkim=pass
"""
GMAIL = """MIME-Version: 1.0
X-Gm-Message-State: AOJu0Yz12345
X-Google-Smtp-Source: AGHT+IE
"""

CORPUS = (
    # Plain.
    ("a tag", "Subject: [Serviceplatformen] Driftsforstyrrelse", "sp"),
    ("its other spelling", "Subject: [SP] Driftsforstyrrelse", "sp"),
    ("in capitals", "Subject: [SERVICEPLATFORMEN] DRIFT", "sp"),
    ("in small letters", "Subject: [serviceplatformen] drift", "sp"),
    ("at the end", "Subject: Driftsforstyrrelse [SP]", "sp"),
    ("alone", "Subject: [SP]", "sp"),
    ("twice", "Subject: [SP] om [SP] og [Serviceplatformen]", "sp"),
    ("no blank behind it", "Subject: [SP]Drift", "sp"),
    ("no blank before the subject", "Subject:[SP] Drift", "sp"),
    ("blanks before the subject", "Subject:    [SP] Drift", "sp"),
    ("a name in other letters", "SUBJECT: [SP] Drift", "sp"),
    ("no tag", "Subject: Frokost på fredag", ""),
    ("no subject", "X-Nothing: here", ""),
    ("an empty subject", "Subject:", ""),
    ("a tag that nobody knows", "Subject: [Datafordeleren] Drift", ""),
    ("the word without brackets", "Subject: Serviceplatformen er nede", ""),
    ("brackets of another kind", "Subject: (SP) Drift", ""),
    ("half a tag", "Subject: [Serviceplat] Drift", ""),
    ("blanks inside the brackets", "Subject: [ SP ] Drift", "sp"),
    ("a tag without a route", "Subject: [Beskedfordeler] Drift", "beskeder"),
    ("that is retired", "Subject: [Gammel] Drift", "gammel"),
    ("a tag in another header", "Subject: Drift\nComments: [SP]\nKeywords: [SP]", ""),

    # Several.
    ("two tags", "Subject: [SP] [Sikkerhed] Drift", "sp sikkerhed"),
    ("two without a blank", "Subject: [SP][Adgangsstyring for brugere]", "sp adgang"),
    ("two whose lists have one address", "Subject: [Ydelsesindeks] [Sags- og Dokumentindeks]",
     "sdi ydelser"),
    ("three", "Subject: [SP] og [Sikkerhed] og [Gammel]", "sp sikkerhed gammel"),
    ("one that is known and one that is not", "Subject: [SP] [Datafordeleren]", "sp"),
    ("one with a route and one without", "Subject: [SP] [Beskedfordeler]", "sp beskeder"),

    # What gateways and people put before it.
    ("a gateway's warning", "Subject: [EXTERNAL] [SP] Drift", "sp"),
    ("a gateway's warning alone", "Subject: [EKSTERN] Drift", ""),
    ("a Danish answer", "Subject: SV: [SP] Drift\nIn-Reply-To: <1@kombit.example>", "sp"),
    ("forwarded in Danish", "Subject: VS: [SP] Drift", "sp"),
    ("an English answer", "Subject: RE: RE: [SP] Drift", "sp"),
    ("forwarded in English", "Subject: Fwd: FW: [SP] Drift", "sp"),
    ("spam, says a filter", "Subject: ***SPAM*** [SP] Drift\nX-Spam-Flag: YES", "sp"),

    # Folding (RFC 5322 section 2.2.3).
    ("folded before the tag", "Subject: Driftsforstyrrelse hos flere kommuner\n [SP]", "sp"),
    ("folded at once", "Subject:\n [SP] Drift", "sp"),
    ("folded in the tag", "Subject: [Adgangsstyring for\n brugere] Drift", "adgang"),
    ("folded in the tag by a tab", "Subject: [Adgangsstyring\n\tfor brugere] Drift", "adgang"),
    ("folded behind a blank", "Subject: [Adgangsstyring for \n brugere] Drift", "adgang"),
    ("folded twice", "Subject: [Adgangsstyring\n for\n brugere] Drift", "adgang"),
    ("two blanks", "Subject: [Sags-  og Dokumentindeks] Drift", "sdi"),
    ("tabs", "Subject: [Sags-\tog\tDokumentindeks] Drift", "sdi"),

    # Encoded words (RFC 2047).
    ("in B", "Subject: =?utf-8?B?W1NlcnZpY2VwbGF0Zm9ybWVuXSBGb3JzdHlycmVsc2UgcMOlIGRyaWZ0ZW4=?=",
     "sp"),
    ("in Q", "Subject: =?utf-8?Q?[SP]_Forstyrrelse_p=C3=A5_driften?=", "sp"),
    ("in Q, all of it", "Subject: =?UTF-8?q?=5B=53=50=5D_Drift?=", "sp"),
    ("in Latin-1", "Subject: =?iso-8859-1?Q?[Sikkerhedsh=E6ndelse]_nu?=", "sikkerhed"),
    ("in Windows-1252", "Subject: =?Windows-1252?Q?[Sikkerhedsh=E6ndelse]_=96_nu?=", "sikkerhed"),
    ("in Latin-1 and B", "Subject: =?ISO-8859-1?B?W1Npa2tlcmhlZHNo5m5kZWxzZV0gbnU=?=",
     "sikkerhed"),
    ("in two words, cut in the tag",
     "Subject: =?utf-8?Q?P=C3=A5_vej=3A_[Adgangsstyring_for?=\n =?utf-8?Q?_brugere]?=", "adgang"),
    ("in two words of two codings",
     "Subject: =?utf-8?B?W1NpaWtlcg==?= x =?utf-8?Q?[Sikkerhed]_=C3=A6?=", "sikkerhed"),
    ("cut inside the word", "Subject: =?utf-8?B?W1NlcnZpY2VwbGE=?=\n =?utf-8?B?dGZvcm1lbl0=?=",
     "sp"),
    ("the tag plain, the rest encoded", "Subject: [SP] =?utf-8?B?w4ZuZHJpbmc=?=", "sp"),
    ("the tag encoded, the rest plain", "Subject: =?us-ascii?Q?=5BSP=5D?= Drift", "sp"),
    ("with a language (RFC 2231)", "Subject: =?utf-8*da?Q?[SP]_p=C3=A5?=", "sp"),
    ("in small letters, encoded", "Subject: =?utf-8?Q?[sikkerhedsh=C3=A6ndelse]?=", "sikkerhed"),
    ("in capitals, encoded", "Subject: =?utf-8?Q?[SIKKERHEDSH=C3=86NDELSE]?=", "sikkerhed"),
    ("a letter and a ring (Apple)", "Subject: =?utf-8?Q?[A=CC=8Abne_data_pa=CC=8A_=C3=98]?=",
     "aaben"),
    ("all in capitals", "Subject: =?utf-8?Q?[=C3=85BNE_DATA_P=C3=85_=C3=98]?=", "aaben"),
    ("all in small letters", "Subject: =?utf-8?Q?[=C3=A5bne_data_p=C3=A5_=C3=B8]?=", "aaben"),
    ("no-break spaces", "Subject: =?utf-8?Q?[Sags-=C2=A0og=C2=A0Dokumentindeks]?=", "sdi"),
    ("UTF-8 as it is (RFC 6532)", "Subject: [Sikkerhedshændelse] på vej", "sikkerhed"),
    ("quotes and signs", 'Subject: =?utf-8?Q?[=C3=86_=22citat=22_=5C_$=7Bknown=7D_\'x\'_100%*=3F]?=',
     "odd"),
    ("signs of regular expressions", "Subject: Om [$5 (a|b)^] nu", "odd"),
    ("what such an expression would take", "Subject: Om [$5 ab^] og [$5 a]", ""),
    ("what a wildcard would take",
     "Subject: =?utf-8?Q?[=C3=86_=22citat=22_=5C_$=7Bknown=7D_'x'_100%abc]?=", ""),

    # High priority.
    ("Outlook", f"Subject: [SP] Drift\n{OUTLOOK}Importance: high\nX-Priority: 1", "sp !"),
    ("Exchange Online", f"Subject: [SP] Drift\n{EXCHANGE_ONLINE}Importance: High", "sp !"),
    ("Outlook Express", "Subject: [SP] Drift\nX-Priority: 1 (Highest)\nX-MSMail-Priority: High",
     "sp !"),
    ("Thunderbird, high", "Subject: [SP] Drift\nX-Priority: 2 (High)", "sp !"),
    ("a bare 2", "Subject: [SP] Drift\nX-Priority: 2", "sp !"),
    ("X-MSMail-Priority", "Subject: [SP] Drift\nX-MSMail-Priority: High", "sp !"),
    ("X.400 and Notes", "Subject: [SP] Drift\nPriority: Urgent", "sp !"),
    ("in small letters, with blanks", "Subject: [SP] Drift\nimportance:   high  ", "sp !"),
    ("! in front", "Subject: ! [SP] Drift", "sp !"),
    ("! at the tag", "Subject: ![SP] Drift", "sp !"),
    ("!!! and blanks", "Subject:  !!! [SP] Drift", "sp !"),
    ("! encoded", "Subject: =?utf-8?Q?!_[SP]_p=C3=A5?=", "sp !"),
    ("! folded", "Subject:\n ! [SP] Drift", "sp !"),
    ("Gmail", f"Subject: [SP] Drift\n{GMAIL}Importance: high", "sp !"),
    ("to a route without a critical list", "Subject: [Gammel] Drift\nImportance: high", "gammel !"),
    ("without a tag", "Subject: Haster\nImportance: high", "!"),
    ("! before two tags", "Subject: ! [SP] [Adgangsstyring for brugere]", "sp adgang !"),
    ("! at the end is a cry", "Subject: [SP] Drift!", "sp"),
    ("! behind the tag", "Subject: [SP] ! Drift", "sp !"),
    ("normal", "Subject: [SP] Drift\nImportance: normal\nX-Priority: 3 (Normal)", "sp"),
    ("low", "Subject: [SP] Drift\nImportance: low\nX-Priority: 5\nX-MSMail-Priority: Low", "sp"),
    ("a number that begins alike", "Subject: [SP] Drift\nX-Priority: 10", "sp"),
    ("not urgent", "Subject: [SP] Drift\nPriority: non-urgent", "sp"),
    ("the word in the subject", "Subject: [SP] Importance: high", "sp"),

    # Ticket systems and senders of many mails: nobody's answer.
    ("ServiceNow", "Subject: [SP] INC0012345 er oprettet\nAuto-Submitted: auto-generated\n"
     "Precedence: bulk\nX-ServiceNow-Generated: true\nImportance: high", "sp !"),
    ("Jira", "Subject: [JIRA] (KOM-12) [SP] Drift\nAuto-Submitted: auto-generated\n"
     "Precedence: bulk\nX-JIRA-FingerPrint: 0a1b2c", "sp"),
    ("TOPdesk", "Subject: [SP] Sag I 2611 001\nX-TOPdesk-Host: kombit.topdesk.example\n"
     "Auto-Submitted: auto-generated", "sp"),
    ("a newsletter", "Subject: [SP] Nyt\nList-Id: <drift.kombit.example>\nPrecedence: list\n"
     "List-Unsubscribe: <https://kombit.example/af>", "sp"),
    ("Auto-Submitted: no", "Subject: [SP] Drift\nAuto-Submitted: no", "sp"),
    ("redirected by a rule elsewhere", "Subject: [SP] Drift\n"
     "X-MS-Exchange-Inbox-Rules-Loop: drift@kombit.example\n"
     "Resent-From: <drift@kombit.example>", "sp"),

    # What answers by itself.
    ("out of office, Exchange", f"Subject: Automatisk svar: [SP] Drift\n{OUTLOOK}"
     "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All", "-"),
    ("out of office, in English", "Subject: Automatic reply: [SP] Drift\n"
     "X-Auto-Response-Suppress: All", "-"),
    ("a vacation of Sieve", "Subject: Auto: [SP] Drift\n"
     "Auto-Submitted: auto-replied (vacation)", "-"),
    ("a ticket system's receipt", "Subject: [SP] Vi har modtaget din henvendelse\n"
     "Auto-Submitted: auto-replied\nX-Autoreply: yes", "-"),
    ("a notice of Sieve", "Subject: [SP] Ny mail\n"
     "Auto-Submitted: auto-notified; owner-email=\"me@kommune.example\"", "-"),
    ("an answering machine of old, in doubt", "Subject: [SP] Borte\nPrecedence: auto_reply", "sp"),
    ("cPanel", "Subject: [SP] Borte\nX-Autorespond: [SP]", "-"),

    # What was here already.
    ("X-Loop", "Subject: [SP] Drift\nX-Loop: infrastrukturpostkassen@eksempel.dk", "-"),
    ("another's X-Loop", "Subject: [SP] Drift\nX-Loop: postkassen@kommune.example", "sp"),
    ("a rule of Exchange's here", "Subject: [SP] Drift\n"
     "X-MS-Exchange-Inbox-Rules-Loop: infrastrukturpostkassen@eksempel.dk", "-"),

    # Marks of mailbox.ignore: no tags, not "in front", and never a way to a list.
    ("an ignored mark", "Subject: [EKSTERN] [SP] Drift", "sp"),
    ("an ignored mark in small letters", "Subject: [ekstern] Frokost", ""),
    ("an ignored mark with blanks", "Subject: [ EKSTERN ] ! Frokost", "!"),
    ("an ignored mark without brackets", "Subject: EXTERN: [SP] Drift", "sp"),
    ("! behind an ignored mark", "Subject: [EKSTERN] ! [SP] Drift", "sp !"),
    ("! at an ignored mark", "Subject: [EKSTERN]! [SP] Drift", "sp !"),
    ("! behind an ignored mark, no tag", "Subject: [EKSTERN] ! Haster", "!"),
    ("! behind an ignored mark without brackets", "Subject: EXTERN: ! Haster", "!"),
    ("! behind two ignored marks", "Subject: [EKSTERN] [Ticket#4711] ! Haster", "!"),
    ("! behind a tag behind a mark that ends with *", "Subject: INC0012345 [SP] ! Drift", "sp !"),
    ("! behind such a mark, and a tag without brackets", "Subject: INC0012345 SF1601 ! Nede", "post !"),
    ("! behind an ignored mark behind a tag", "Subject: [SP] [EKSTERN] ! Drift", "sp !"),
    ("! behind a tag behind an ignored mark", "Subject: [EKSTERN] [SP] ! Drift", "sp !"),
    ("an ignored mark at the end", "Subject: [SP] Drift [EKSTERN]", "sp"),
    ("an ignored mark between the tag and its text", "Subject: [SP] [Ticket#20261130001] Drift", "sp"),
    ("a ticket's mark alone", "Subject: [Ticket#20261130001] Frokost", ""),
    ("a tag in a ticket's mark", "Subject: [Ticket#12 SF1601] Frokost", ""),
    ("a tag in brackets in what is no ticket's mark", "Subject: [Ticket#[SP]] Drift", "sp"),
    ("a tag behind a ticket's mark that is not closed", "Subject: [Ticket#12 [SP] Drift", "sp"),
    ("a mark takes as little as it can", "Subject: [Ticket#1] [SP] [Ticket#2] Drift", "sp"),
    ("a mark that ends with *", "Subject: INC0012345 ! Frokost", "!"),
    ("a mark that ends with *, and a colon", "Subject: INC0012345: [SP] Drift", "sp"),
    ("a mark that ends with * takes one word", "Subject: INC0012345 SF1601 nede", "post"),
    ("no mark within a word", "Subject: NEXTERN: Frokost", ""),
    ("a mark for spam", "Subject: [SPAM? 7,5] ! [SP] Drift", "sp !"),
    ("a mark that cuts a tag without brackets", "Subject: KOMBIT [EKSTERN] Valg", ""),
    ("a mark in an answer", "Subject: SV: [EKSTERN] VS: [SP] Drift", "sp"),
    ("! behind prefixes and marks in turn", "Subject: SV: [EKSTERN] VS: EXTERN: ! Haster", "!"),
    ("an answer behind a mark", "Subject: [EKSTERN] Automatisk svar: [SP] Drift", "-"),
    ("an answer behind marks and prefixes", "Subject: EXTERN: SV: [Ticket#1] Automatic reply: x", "-"),
    ("an ignored mark, encoded", "Subject: " + coded("[EKSTERN] ! Hændelse"), "!"),

    # "!" in a subject: where it counts.
    ("! first, no tag", "Subject: ! Frokost", "!"),
    ("! first, no blank", "Subject: !Frokost", "!"),
    ("!!! first", "Subject: !!! Frokost", "!"),
    ("! ! first", "Subject: ! ! Frokost", "!"),
    ("[!] first", "Subject: [!] [SP] Drift", "sp !"),
    ("(!) first", "Subject: (!) [SP] Drift", "sp !"),
    ("[ ! ] first", "Subject: [ ! ] Frokost", "!"),
    ("[!!] first", "Subject: [!!] Frokost", "!"),
    ("full-width ! first", "Subject: " + coded("！ Frokost"), "!"),
    ("full-width ! behind a tag", "Subject: " + coded("[SP]！ Drift"), "sp !"),
    ("full-width (!) first", "Subject: " + coded("（！） Frokost"), "!"),
    ("! behind SV:", "Subject: SV: ! [SP] Drift", "sp !"),
    ("! behind VS:", "Subject: VS:! Frokost", "!"),
    ("! behind RE: and FW:", "Subject: RE: FW: ! Frokost", "!"),
    ("! behind AW:", "Subject: AW: ! [SP] Drift", "sp !"),
    ("! behind Fwd:", "Subject: Fwd: ! [SP] Drift", "sp !"),
    ("! behind Re[2]:", "Subject: Re[2]: ! Frokost", "!"),
    ("! behind RE (3):", "Subject: RE (3): ! Frokost", "!"),
    ("! behind Re and a blank, as the French write", "Subject: Re : ! Frokost", "!"),
    ("! behind what is no prefix", "Subject: Haster: ! Frokost", ""),
    ("! behind a tag, no blank", "Subject: [SP]! Drift", "sp !"),
    ("! alone behind a tag", "Subject: [SP]!", "sp !"),
    ("[!] behind a tag", "Subject: [SP] [!] Drift", "sp !"),
    ("(!) behind a tag", "Subject: [SP](!) Drift", "sp !"),
    ("! behind the two first tags", "Subject: [SP][Certifikat] ! Drift", "sp certifikat !"),
    ("! between the two first tags", "Subject: [SP] ! [Certifikat] Drift", "sp certifikat !"),
    ("! behind a prefix and a tag", "Subject: SV: [SP] ! Drift", "sp !"),
    ("! behind a first tag without brackets", "Subject: SF1601 ! Nede", "post !"),
    ("! behind such a tag in brackets", "Subject: [SF1601] ! Nede", "post !"),
    ("! before a tag, behind an unknown one", "Subject: [Ukendt] ! [SP] Drift", "sp !"),
    ("! before a tag, behind a gateway's words and a colon", "Subject: Ekstern mail: ! [SP] Drift", "sp !"),
    ("[!] before a tag, behind a gateway's mark", "Subject: [EXTERNAL] [!] [SP] Drift", "sp !"),
    ("! at a tag, behind a dash", "Subject: Videresendt - ![SP] Drift", "sp !"),
    ("! before a tag without brackets", "Subject: Om: ! SF1601 nede", "post !"),
    ("! in Latin-1 behind the tag", b"Subject: [Sikkerhedsh\xe6ndelse] ! nu", "sikkerhed !"),
    ("! behind a no-break space", "Subject: " + coded("[SP]\u00a0! Drift"), "sp !"),
    ("! behind a zero-width space", "Subject: " + coded("\u200b! [SP] Drift"), "sp !"),
    ("! folded behind the tag", "Subject: [SP]\n ! Drift", "sp !"),
    ("! with the tag without a route", "Subject: ! [Beskedfordeler] Drift", "beskeder !"),

    # And where it is none.
    ("! in the middle", "Subject: [SP] Drift! Nede", "sp"),
    ("! behind a word, before a tag", "Subject: Haster! [SP] Drift", "sp"),
    ("! behind a word and a blank, before a tag", "Subject: Haster ! [SP] Drift", "sp"),
    ("(!) behind a word", "Subject: Drift (!) [SP]", "sp"),
    ("! behind a tag further on", "Subject: Om [SP] ! Drift", "sp"),
    ("! at a tag further on", "Subject: Om [SP]! Drift", "sp"),
    ("! behind a word behind a tag", "Subject: [SP] Velkommen! Vi er klar", "sp"),
    ("! behind the last word", "Subject: SV: [SP] Tak!", "sp"),
    ("!!! at the end", "Subject: [SP] Drift !!!", "sp"),
    ("! behind an unknown tag", "Subject: [Ukendt] ! Drift", ""),
    ("a question", "Subject: [SP] Er I klar?!", "sp"),
    ("an upside-down one", "Subject: " + coded("¡ [SP] Drift"), "sp"),
    ("! within a tag's brackets is no tag", "Subject: x [SP!] Drift", ""),

    # Priority words.
    ("Høj prioritet: and a tag", "Subject: " + coded("Høj prioritet: [SP] Drift"), "sp !"),
    ("Høj prioritet first, no tag", "Subject: " + coded("Høj prioritet - servernedbrud"), "!"),
    ("HØJ PRIORITET", "Subject: " + coded("HØJ PRIORITET [SP] Drift", "iso-8859-1", "q"), "sp !"),
    ("Høj prioritet, raw", "Subject: Høj prioritet: [SP] Drift", "sp !"),
    ("Høj prioritet, raw Latin-1", b"Subject: H\xf8j prioritet: [SP] Drift", "sp !"),
    ("Hoej prioritet", "Subject: Hoej prioritet: [SP] Drift", "sp !"),
    ("Højprioritet, joined", "Subject: " + coded("Højprioritet: [SP] Drift"), "sp !"),
    ("Hoejprioritet, joined", "Subject: Hoejprioritet [SP] Drift", "sp !"),
    ("Højeste prioritet", "Subject: " + coded("Højeste prioritet: servernedbrud"), "!"),
    ("Hoejeste prioritet", "Subject: SV: Hoejeste prioritet: servernedbrud", "!"),
    ("Prioritet: høj", "Subject: " + coded("Prioritet: høj [SP] Drift"), "sp !"),
    ("Prioritet: Høj behind a tag", "Subject: " + coded("[SP] Prioritet: Høj - Drift"), "sp !"),
    ("Prioritet:hoej, joined", "Subject: Prioritet:hoej servernedbrud", "!"),
    ("Prioritet 1", "Subject: Prioritet 1: [SP] Drift", "sp !"),
    ("Prioritet1, joined", "Subject: [SP] Prioritet1 Drift", "sp !"),
    ("prioritet 1 behind a tag", "Subject: [SP] prioritet 1 Drift", "sp !"),
    ("[Høj prioritet]", "Subject: " + coded("[Høj prioritet] [SP] Drift"), "sp !"),
    ("(høj prioritet) at the end", "Subject: " + coded("[SP] Drift (høj prioritet)"), "sp !"),
    ("[ prioritet 1 ] in the middle", "Subject: Servernedbrud [ prioritet 1 ] nu", "!"),
    ("høj prioritet before a colon", "Subject: " + coded("Ny sag, høj prioritet: servernedbrud"), "!"),
    ("høj prioritet beside a tag further on", "Subject: " + coded("Ny sag [SP] høj prioritet"), "sp !"),
    ("høj prioritet before a tag further on", "Subject: " + coded("Ny sag, høj prioritet [SP]"), "sp !"),
    ("høj prioritet behind marks", "Subject: " + coded("[EKSTERN] SV: Høj prioritet servernedbrud"), "!"),
    ("høj prioritet with a no-break space", "Subject: " + coded("Høj\u00a0prioritet: [SP] Drift"), "sp !"),
    ("høj prioritet, two blanks", "Subject: " + coded("Høj  prioritet: [SP] Drift"), "sp !"),
    ("høj prioritet folded", "Subject: Hoej\n prioritet: [SP] Drift", "sp !"),
    ("høj prioritet in a sentence", "Subject: " + coded("[SP] Drift har høj prioritet hos os"), "sp"),
    ("ikke høj prioritet", "Subject: " + coded("Ikke høj prioritet: [SP] Drift"), "sp"),
    ("ikke høj prioritet beside a tag", "Subject: " + coded("[SP] ikke høj prioritet: Drift"), "sp"),
    ("ikke prioritet 1 in brackets", "Subject: [SP] Drift [ikke prioritet 1]", "sp"),
    ("lav prioritet", "Subject: [SP] Lav prioritet: Drift", "sp"),
    ("prioritet 2", "Subject: Prioritet 2: [SP] Drift", "sp"),
    ("prioritet 10", "Subject: Prioritet 10: [SP] Drift", "sp"),
    ("høj prioritering", "Subject: " + coded("Høj prioritering: [SP] Drift"), "sp"),
    ("a longer word in front", "Subject: " + coded("Uhøj prioritet: [SP] Drift"), "sp"),
    ("in brackets with more", "Subject: " + coded("[SP] Drift (se om høj prioritet i aftalen)"), "sp"),
    ("normal priority", "Subject: Normal prioritet: [SP] Drift", "sp"),

    # Priority by fields, and what is none.
    ("X-Priority: High", "Subject: [SP] Drift\nX-Priority: High", "sp !"),
    ("X-Priority: Highest", "Subject: [SP] Drift\nX-Priority: Highest", "sp !"),
    ("X-Priority: highest, in small letters", "Subject: Drift\nX-Priority: highest", "!"),
    ("X-Priority: 1(Highest)", "Subject: [SP] Drift\nX-Priority: 1(Highest)", "sp !"),
    ("X-MSMail-Priority: Urgent", "Subject: [SP] Drift\nX-MSMail-Priority: Urgent", "sp !"),
    ("X-MSMail-Priority: high", "Subject: [SP] Drift\nX-MSMail-Priority: high", "sp !"),
    ("IMPORTANCE: HIGH", "Subject: [SP] Drift\nIMPORTANCE: HIGH", "sp !"),
    ("Importance folded", "Subject: [SP] Drift\nImportance:\n high", "sp !"),
    ("Importance: highest is no value", "Subject: [SP] Drift\nImportance: highest", "sp"),
    ("X-Priority: 3", "Subject: [SP] Drift\nX-Priority: 3", "sp"),
    ("X-Priority: 12", "Subject: [SP] Drift\nX-Priority: 12", "sp"),
    ("X-Priority: Normal", "Subject: [SP] Drift\nX-Priority: Normal", "sp"),
    ("Priority: normal", "Subject: [SP] Drift\nPriority: normal", "sp"),
    ("Priority: high is no value", "Subject: [SP] Drift\nPriority: high", "sp"),
    ("another field that begins alike", "Subject: [SP] Drift\nX-Importance: high", "sp"),
    ("Sensitivity", "Subject: [SP] Drift\nSensitivity: Company-Confidential", "sp"),
    ("no tag, X-Priority: 1", "Subject: Servernedbrud\nX-Priority: 1", "!"),
    ("to the critical list and who are informed", "Subject: SF1601 nede\nImportance: high", "post !"),

    # Answers of machines.
    ("a bounce", "Return-Path: <>\nSubject: Undelivered Mail Returned to Sender", "-"),
    ("a bounce with a tag", "Return-Path: <>\nSubject: [SP] Drift", "-"),
    ("a delivery report with a sender", "Subject: Ikke leveret: [SP] Drift\n"
     "Content-Type: multipart/report; report-type=delivery-status; boundary=a", "-"),
    ("a receipt of reading", "Subject: " + coded("Læst: [SP] Drift") + "\n"
     "Content-Type: multipart/report; report-type=disposition-notification;\n boundary=\"b\"", "-"),
    ("a calendar's reply", "Subject: " + coded("Accepteret: [SP] Driftsmøde") + "\n"
     "Content-Type: text/calendar; method=REPLY; charset=utf-8", "-"),
    ("a calendar's reply, folded and quoted", "Subject: Accepted: [SP] Drift\n"
     "Content-Type: text/calendar; charset=\"utf-8\";\n METHOD=\"reply\"", "-"),
    ("a calendar's invitation", "Subject: [SP] Driftsmoede\n"
     "Content-Type: text/calendar; method=REQUEST; charset=utf-8", "sp"),
    ("an invitation with a quoted parameter", "Subject: [SP] Driftsmoede\n"
     "Content-Type: text/calendar; name=\"; method=REPLY\"; method=REQUEST", "sp"),
    ("an invitation whose file is called reply", "Subject: [SP] Driftsmoede\n"
     "Content-Type: text/calendar; method=REQUEST; name=\"a; method=REPLY.ics\"", "sp"),
    ("a multipart that is no report", "Subject: [SP] Drift\n"
     "Content-Type: multipart/related; type=\"multipart/report\"", "sp"),
    ("auto-replied, in capitals", "Subject: [SP] Drift\nAUTO-SUBMITTED: Auto-Replied", "-"),
    ("auto-replied, with a parameter", "Subject: [SP] Drift\nAuto-Submitted: auto-replied; x=y", "-"),
    ("auto-notified", "Subject: [SP] Drift\nAuto-Submitted: auto-notified", "-"),
    ("auto-generated alone", "Subject: [SP] Drift\nAuto-Submitted: auto-generated", "sp"),
    ("X-Auto-Response-Suppress alone", "Subject: [SP] Drift\nX-Auto-Response-Suppress: All", "sp"),
    ("Precedence: junk alone", "Subject: [SP] Drift\nPrecedence: junk", "sp"),
    ("Precedence: bulk alone", "Subject: [SP] Drift\nPrecedence: bulk", "sp"),
    ("Zammad's ticket", "Subject: [SP] Drift [Ticket#21063]\nAuto-Submitted: auto-generated\n"
     "X-Auto-Response-Suppress: All\nPrecedence: bulk", "sp"),
    ("X-Autoreply", "Subject: [SP] Drift\nX-Autoreply: true", "-"),
    ("X-Autogenerated: Reply", "Subject: [SP] Drift\nX-Autogenerated: Reply", "-"),
    ("X-Autogenerated: Forward", "Subject: [SP] Drift\nX-Autogenerated: Forward", "sp"),
    ("Automatisk svar", "Subject: Automatisk svar: Drift", "-"),
    ("Autosvar", "Subject: Autosvar: [SP] Drift", "-"),
    ("Automatic reply", "Subject: Automatic reply: Drift", "-"),
    ("Automatische Antwort", "Subject: Automatische Antwort: [SP] Drift", "-"),
    ("Automatiskt svar", "Subject: Automatiskt svar: [SP] Drift", "-"),
    ("Fraværsbesked", "Subject: " + coded("Fraværsbesked: [SP] Drift"), "-"),
    ("Ikke på kontoret", "Subject: " + coded("Ikke på kontoret: [SP] Drift"), "-"),
    ("Ikke på kontoret, Latin-1", "Subject: " + coded("Ikke på kontoret: [SP]", "iso-8859-1", "q"), "-"),
    ("Ikke på kontoret, raw", b"Subject: Ikke p\xe5 kontoret: [SP] Drift", "-"),
    ("Out of Office", "Subject: Out of Office: [SP] Drift", "-"),
    ("OUT OF OFFICE in capitals", "Subject: OUT OF OFFICE [SP]", "-"),
    ("Abwesenheitsnotiz", "Subject: Abwesenheitsnotiz: [SP] Drift", "-"),
    ("Réponse automatique", "Subject: " + coded("Réponse automatique : [SP] Drift"), "-"),
    ("SV: Automatisk svar", "Subject: SV: Automatisk svar: [SP] Drift", "-"),
    ("Re: Automatic reply", "Subject: Re: Automatic reply: [SP] Drift", "-"),
    ("an answer of high priority", "Subject: Automatisk svar: [SP] Drift\nImportance: high", "-"),
    ("an answer further on", "Subject: [SP] Automatisk svar: virker ikke", "sp"),
    ("about automatic answers", "Subject: Om automatisk svar: [SP]", "sp"),
    ("a longer word", "Subject: Automatisk svarmaskine til [SP]", "sp"),
    ("half of the words", "Subject: Automatisk: [SP] Drift", "sp"),
    ("out of the ordinary", "Subject: Out of memory: [SP] Drift", "sp"),
    ("ikke på vagt", "Subject: " + coded("Ikke på vagt: [SP] Drift"), "sp"),

    # Loops: an exact address, not a part of one.
    ("X-Loop in <>", f"Subject: [SP] Drift\nX-Loop: <{BOX}>", "-"),
    ("X-Loop in capitals", f"Subject: [SP] Drift\nX-LOOP: {BOX.upper()}", "-"),
    ("Sieve's redirect from here", f"Subject: [SP] Drift\nX-Sieve-Redirected-From: {BOX}", "-"),
    ("Sieve's redirect from elsewhere", "Subject: [SP] Drift\n"
     "X-Sieve-Redirected-From: drift@kombit.example", "sp"),
    ("a longer address", f"Subject: [SP] Drift\nX-Loop: ny-{BOX}", "sp"),
    ("a longer domain", f"Subject: [SP] Drift\nX-Loop: {BOX}.example", "sp"),
    ("a longer domain in Exchange", f"Subject: [SP] Drift\nX-MS-Exchange-Inbox-Rules-Loop: {BOX}x", "sp"),
    ("a longer address in Sieve", f"Subject: [SP] Drift\nX-Sieve-Redirected-From: gl{BOX}", "sp"),
    ("its local part", "Subject: [SP] Drift\nX-Loop: infrastrukturpostkassen", "sp"),
    ("its address in another field", f"Subject: [SP] Drift\nX-Original-To: {BOX}\nDelivered-To: {BOX}", "sp"),
    ("a loop of high priority", f"Subject: ! [SP] Drift\nX-Loop: {BOX}", "-"),

    # Tags: blanks and invisible characters, and whole words where there are no brackets.
    ("a tab and a no-break space in brackets", "Subject: " + coded("[\tSP\u00a0] Drift"), "sp"),
    ("blanks in a longer tag's brackets", "Subject: [ Adgangsstyring  for brugere ] Drift", "adgang"),
    ("narrow and em spaces", "Subject: " + coded("[Sags-\u202fog\u2003Dokumentindeks]"), "sdi"),
    ("a soft hyphen in the tag", "Subject: " + coded("[Service\u00adplatformen] Drift"), "sp"),
    ("a zero-width space in the tag", "Subject: " + coded("[Service\u200bplatformen] Drift"), "sp"),
    ("a byte order mark before the tag", "Subject: " + coded("\ufeff[SP] Drift"), "sp"),
    ("marks of direction around the tag", "Subject: " + coded("\u200e[SP]\u200f Drift"), "sp"),
    ("marks of direction in the tag", "Subject: " + coded("[\u202aSP\u202c] Drift"), "sp"),
    ("a blank within a word is a blank", "Subject: [Service platformen] Drift", ""),
    ("no blank where the tag has one", "Subject: [Sags-ogDokumentindeks] Drift", ""),
    ("an SF number", "Subject: SF1601 er nede", "post"),
    ("an SF number in small letters", "Subject: Nedbrud i sf1601", "post"),
    ("an SF number in brackets", "Subject: [SF1601] Nedbrud", "post"),
    ("an SF number before a colon", "Subject: SF1601: Nedbrud", "post"),
    ("an SF number before a hyphen", "Subject: SF1601-nedbrud", "post"),
    ("an SF number in parentheses", "Subject: Nedbrud (SF1601)", "post"),
    ("a longer number", "Subject: SF16012 er nede", ""),
    ("a letter behind the number", "Subject: SF1601a er nede", ""),
    ("a Danish letter behind the number", "Subject: " + coded("SF1601ø er nede"), ""),
    ("a letter before the number", "Subject: XSF1601 er nede", ""),
    ("a Danish letter before the number", "Subject: " + coded("æSF1601 er nede"), ""),
    ("two words without brackets", "Subject: Fejl i Digital Post i dag", "post"),
    ("two words, two blanks", "Subject: Fejl i digital  post", "post"),
    ("two words, folded", "Subject: Fejl i Digital\n Post i dag", "post"),
    ("two words, a longer second one", "Subject: Fejl i Digital Postkasse", ""),
    ("two words that are joined", "Subject: Fejl i DigitalPost", ""),
    ("KOMBIT Valg", "Subject: Nyt om KOMBIT Valg 2027", "valg"),
    ("! behind a tag that another spelling is a part of", "Subject: " + coded("Fælles Digital Post ! nede"), "post !"),
    ("! before a tag that another spelling is a part of", "Subject: " + coded("Ny: ! Fælles Digital Post"), "post !"),
    ("KOMBIT Valgkort", "Subject: Nyt om KOMBIT Valgkort", ""),
    ("both kinds of tags", "Subject: [SP] SF1601 nede", "sp post"),
    ("a tag that only a route names", "Subject: [Fordeling] Drift", "fordeling"),
    ("its id without brackets", "Subject: Fordeling af post", ""),
    ("three, one of them unknown", "Subject: [SP] [Certifikat] [Ny komponent] Drift", "sp certifikat"),
    ("five tags", "Subject: [SP] [Certifikat] [Gammel] [Ydelsesindeks] [Sikkerhed]",
     "sp certifikat gammel ydelser sikkerhed"),
    ("five tags of high priority", "Subject: ! [SP] [Certifikat] [Gammel] [Ydelsesindeks] [Sikkerhed]",
     "sp certifikat gammel ydelser sikkerhed !"),
    ("a tag without a route beside one with", "Subject: [Beskedfordeler] [Certifikat]", "beskeder certifikat"),
    ("tags in nested brackets", "Subject: [Info [SP] til alle] Drift", "sp"),
    ("a bracket too many", "Subject: [[SP]] Drift", "sp"),
    ("a tag behind half a tag", "Subject: [Service [SP] Drift", "sp"),
    ("a word of a tag in other brackets", "Subject: {SP} <SP> Drift", ""),

    # Subjects as they are written on the way.
    ("split letter, Q", "Subject: =?utf-8?Q?[Sikkerhedsh=C3?=\n =?utf-8?Q?=A6ndelse]_nu?=", "sikkerhed"),
    ("split letter, B", "Subject: " + coded("[Sikkerhedsh".encode() + b"\xc3") + "\n "
     + coded(b"\xa6" + "ndelse] nu".encode()), "sikkerhed"),
    ("split letter, Q and B", "Subject: =?utf-8?Q?[Sikkerhedsh=C3?= "
     + coded(b"\xa6" + "ndelse] nu".encode()), "sikkerhed"),
    ("split letter in the text", "Subject: =?utf-8?Q?[SP]_p=C3?=\n =?utf-8?Q?=A5_vej?=", "sp"),
    ("split letter in an answer", "Subject: =?utf-8?Q?Ikke_p=C3?=\n =?utf-8?Q?=A5_kontoret:_[SP]?=", "-"),
    ("raw Latin-1", b"Subject: [Sikkerhedsh\xe6ndelse] raw", "sikkerhed"),
    ("raw Latin-1, in capitals", b"Subject: [SIKKERHEDSH\xc6NDELSE] raw", "sikkerhed"),
    ("raw Windows-1252 beside it", b"Subject: [SP] \x96 drift \x80", "sp"),
    ("raw Latin-1 with two letters", b"Subject: [\xc5bne data p\xe5 \xd8] raw", "aaben"),
    ("Ångström's sign", "Subject: " + coded("[\u212bbne data på Ø] x"), "aaben"),
    ("decomposed, in capitals", "Subject: " + coded("[A\u030aBNE DATA PA\u030a Ø]"), "aaben"),
    ("decomposed, raw", "Subject: [A\u030abne data pa\u030a Ø] x", "aaben"),
    ("half in Latin-1, half in UTF-8", "Subject: " + coded("[Åbne data ", "iso-8859-1", "q") + " "
     + coded("på Ø]"), "aaben"),
    ("ISO-8859-15", "Subject: " + coded("[Sikkerhedshændelse] 5 €", "iso-8859-15"), "sikkerhed"),
    ("ISO_8859-1, as some write it", "Subject: " + coded("[Sikkerhedshændelse]", "iso_8859-1"), "sikkerhed"),
    ("ISO-8859-10", "Subject: " + coded("[Sikkerhedshændelse]", "iso-8859-10"), "sikkerhed"),
    ("Macintosh", "Subject: " + coded("[Sikkerhedshændelse]", "macintosh", "q"), "sikkerhed"),
    ("Windows-1250", "Subject: " + coded("[SP] Zażółć", "windows-1250"), "sp"),
    ("KOI8-R", "Subject: " + coded("[SP] \u0442\u0435\u0441\u0442", "koi8-r"), "sp"),
    ("a tag in ASCII, in a charset of several bytes", "Subject: " + coded("[SP] \u6545\u969c", "gb2312"), "sp"),
    ("an encoded word at the tag", "Subject: [SP]=?utf-8?Q?_p=C3=A5?=", "sp"),
    ("each word by itself", "Subject: =?utf-8?Q?[Adgangsstyring?= =?utf-8?Q?_for?= =?utf-8?Q?_brugere]?=",
     "adgang"),
    ("folded in mid-word by encoded words", "Subject: =?utf-8?Q?Om_[Ydelsesin?=\n =?utf-8?Q?deks]_nu?=",
     "ydelser"),
    ("folded in mid-word, raw", "Subject: [Ydelsesin\n deks] nu", ""),
    ("a tag behind 2 kB", "Subject: " + "ord " * 500 + "[SP]", "sp"),
    ("a tag behind 2 kB, folded", "Subject: " + ("ord " * 18 + "\n ") * 28 + "[SP]", "sp"),
    ("emoji around the tag", "Subject: " + coded("\U0001f6a8[SP]\U0001f6a8 Drift"), "sp"),

    # Answers and forwards.
    ("an answer in German", "Subject: AW: [SP] Drift", "sp"),
    ("forwarded in German", "Subject: WG: [SP] Drift", "sp"),
    ("an answer in Dutch", "Subject: Antw: [SP] Drift", "sp"),
    ("an answer to an answer", "Subject: SV: RE: AW: [SP] Drift", "sp"),
    ("an answer with the tag behind its text", "Subject: SV: Drift [SP]", "sp"),

    # Probes go to the agent's own address, and to no list.
    ("a probe", "Subject: [postvagt-probe 0a1b2c3d4e5f]", "probe"),
    ("a probe with a text", "Subject: [postvagt-probe 0a1b2c3d4e5f] Test af reglerne", "probe"),
    ("a probe with a tag", "Subject: [SP] [postvagt-probe 0a1b2c3d4e5f]", "probe"),
    ("a probe that comes back", f"Subject: [postvagt-probe 0a1b2c3d4e5f]\nX-Loop: {BOX}", "-"),
    ("a probe, as nobody here writes it", "Subject: [ postvagt-probe 0a1b2c3d4e5f] [SP]", "sp"),
    ("about probes", "Subject: postvagt-probe virker ikke", ""),
)
