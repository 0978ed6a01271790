/*
 * The rules as transport rules, for Exchange on premises.
 */
#ifndef RULES_EXCHANGE_TRANSPORT_RULES_H
#define RULES_EXCHANGE_TRANSPORT_RULES_H

#include <stdbool.h>

struct findings;
struct rules;
struct strbuf;

/* Add the PowerShell script that makes them. False after a FINDING_ERROR where they pass a limit of Exchange's. */
bool rules_add_transport(struct strbuf *out, const struct rules *rules, struct findings *findings);

#endif
