"""Mail, end to end: by Postfix and Dovecot, lists expanded from the directory."""
from mail_servers import BOX, Mail, message
from scenario import openldap_only, scenario
from world import equal


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
