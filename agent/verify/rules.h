/* Whether the rules that the mail system has are those that it should have now. */
#ifndef VERIFY_RULES_H
#define VERIFY_RULES_H

struct verification;

/*
 * Add a finding where the installed rules are not those of the mapping, or one mail may be passed on to more addresses than a
 * Sieve server takes by itself; a note where no setting says where the rules are. After a plan.
 */
void verify_rules(struct verification *v);

#endif
