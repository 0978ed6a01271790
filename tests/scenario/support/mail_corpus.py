"""Subjects and headers as mail programs send them, and the tags and priority that they carry.

Written by hand. Each row: what it is, its headers, and what the rules shall see: ids of tags, "!"
for high priority, "-" for what stays in the mailbox and is passed on to nobody.
"""

# The catalogue: id, what a subject carries. "beskeder" has no route, "gammel" is retired.
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
)

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
    ("two tags", "Subject: ! [SP] [Adgangsstyring for brugere]", "sp adgang !"),
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
    ("an answering machine of old", "Subject: [SP] Borte\nPrecedence: auto_reply", "sp"),
    ("cPanel", "Subject: [SP] Borte\nX-Autorespond: [SP]", "-"),

    # What was here already.
    ("X-Loop", "Subject: [SP] Drift\nX-Loop: infrastrukturpostkassen@eksempel.dk", "-"),
    ("another's X-Loop", "Subject: [SP] Drift\nX-Loop: postkassen@kommune.example", "sp"),
    ("a rule of Exchange's here", "Subject: [SP] Drift\n"
     "X-MS-Exchange-Inbox-Rules-Loop: infrastrukturpostkassen@eksempel.dk", "-"),
)
