"""Mail, end to end: by Postfix and Dovecot, lists expanded from the directory."""
from mail_servers import BOX, Mail, message
from scenario import openldap_only, scenario
from world import FOREVER, equal


@scenario
@openldap_only("Postfix expands the lists of slapd")
def mail_to_a_list_reaches_its_members(world):
  world.people("anna bo")
  world.one_list("anna")
  world.start()
  mail = Mail(world)
  mail.deliver(message("[drift] Æblegrød"), to="drift@eksempel.dk")
  mail.deliver(message("Til postkassen"))
  mail.settle()
  equal(mail.subjects("anna"), ["[drift] Æblegrød"], "Anna's mail")
  equal(mail.subjects("bo"), [], "Bo's mail")
  equal(mail.subjects(BOX), ["Til postkassen"], "the mailbox's")
  mail.install('require ["fileinto", "mailbox"]; fileinto :create "Arkiv";')
  mail.restart()
  mail.deliver(message("I arkivet"))
  mail.settle()
  equal(mail.subjects(BOX, "Arkiv"), ["I arkivet"], "what the script filed")
  equal(mail.folders(BOX), ["Arkiv"], "folders of the mailbox")


def office(world):
  """Four lists, and a mailbox whose rules pass its mail on to them."""
  world.settings["mailbox"]["address"] = BOX
  world.person("anna", "infrastrukturansvarlig", postvagtDeputy="bo")
  world.person("dora", "systemansvarlig")
  world.person("eva", "infrastrukturejer")
  world.people("bo carl finn")
  world.person("kassen", mail=BOX)  # somebody put the mailbox itself on a list
  for name in ("Drift", "Kritisk", "Orientering", "Sikkerhed", "Andet"):
    world.list(name, "finn" if name == "Andet" else "")
  world.route("drift", "Drift", roles="infrastrukturansvarlig",
              critical=world.block("Kritisk", roles="infrastrukturansvarlig systemansvarlig"),
              inform=world.block("Orientering", people="carl"))
  world.route(["Sikkerhed på Ø", "Certifikat"], "Sikkerhed", roles="systemansvarlig")
  world.route("*", "Andet", roles="infrastrukturejer", keep=[world.dn("kassen")])
  world.start()
  world.run("apply", status=0)
  mail = Mail(world)
  mail.install(world.run("rules", "--for", "sieve", status=0).out)
  return mail


def boxes(mail, **expected):
  """Fail unless these people have exactly these mails, by their numbers, and nobody else any."""
  for person in ("anna", "bo", "carl", "dora", "eva", "finn"):
    numbers = sorted(int(str(message_["X-Number"])) for message_ in mail.read(person))
    equal(numbers, expected.get(person, []), f"{person}'s mail\n{mail.log()[-3000:]}\n")


@scenario
@openldap_only("Postfix expands the lists of slapd")
def mail_to_the_mailbox_reaches_whoever_answers_its_tag(world):
  mail = office(world)
  sent = (
      ("[drift] Driftsforstyrrelse", {}),                                            # 1
      (b"=?utf-8?B?W0RSSUZUXSBGb3JzdHlycmVsc2UgcMOlIGRyaWZ0ZW4=?=", {}),             # 2
      (b"=?iso-8859-1?Q?[Sikkerhed_p=E5?=\r\n =?iso-8859-1?Q?_=D8]_nu?=", {}),       # 3
      (b"Noget om noget\r\n\t[drift]", {}),                                          # 4
      ("[drift] [Sikkerhed på Ø] begge", {}),                                        # 5
      ("Frokost på fredag", {}),                                                     # 6
      ("[drift] nede", {"Importance": "high", "X_Priority": "1 (Highest)"}),         # 7
      ("! [Sikkerhed på Ø] indbrud", {}),                                            # 8
      ("Automatisk svar: [drift] borte", {"Auto_Submitted": "auto-replied"}),        # 9
      ("[drift] kunne ikke afleveres", {"sender": ""}),                              # 10
      ("[certifikat] [Sikkerhed på Ø] en gang", {}),                                 # 11
      ("[Certifikat] udløber", {}),                                                  # 12
  )
  for number, (subject, fields) in enumerate(sent, 1):
    sender = fields.pop("sender", "drift@kombit.example")
    mail.deliver(message(subject, X_Number=str(number), **fields), sender=sender)
  mail.settle()
  boxes(mail, anna=[1, 2, 4, 5, 7], carl=[1, 2, 4, 5, 7], dora=[3, 5, 7, 8, 11, 12], eva=[6])
  equal(mail.folders(BOX), ["Certifikat", "Sikkerhed p&AOU- &ANg-", "drift"], "folders of the mailbox")
  kept = [str(m["X-Number"]) for m in mail.read(BOX)]
  equal(sorted(kept), ["10", "6", "6", "9"], "the Inbox: no tag, its copy that came back, answers")
  equal(sorted(str(m["X-Number"]) for m in mail.read(BOX, "drift")), ["1", "2", "4", "5", "7"], "drift")
  with mail.imap(BOX) as imap:
    imap.select("INBOX", readonly=True)
    forwarded = imap.search(None, "KEYWORD", "$Forwarded")[1][0].split()
  equal(len(forwarded), 1, "mails of the Inbox that were passed on")


@scenario
@openldap_only("Postfix expands the lists of slapd")
def mail_reaches_the_deputy_after_an_absence_and_apply(world):
  mail = office(world)
  mail.deliver(message("[drift] før", X_Number="1"))
  mail.settle()
  world.set("anna", postvagtAbsence=FOREVER)
  world.run("apply", status=0)
  mail.deliver(message("[drift] ferie", X_Number="2"))
  mail.deliver(message("[drift] ferie", Importance="high", X_Number="3"))
  mail.settle()
  boxes(mail, anna=[1], bo=[2, 3], carl=[1, 2, 3], dora=[3])
  world.set("anna", postvagtAbsence=[])
  world.run("apply", status=0)
  mail.deliver(message("[drift] tilbage", X_Number="4"))
  mail.settle()
  boxes(mail, anna=[1, 4], bo=[2, 3], carl=[1, 2, 3, 4], dora=[3])
