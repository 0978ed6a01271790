/*
 * The rules as a Sieve script (RFC 5228).
 */
#ifndef RULES_SIEVE_SIEVE_H
#define RULES_SIEVE_SIEVE_H

struct rules;
struct strbuf;

/* Add the script. */
void rules_add_sieve(struct strbuf *out, const struct rules *rules);

/* The extensions that it requires, ended by NULL. */
extern const char *const rules_sieve_extensions[];

#endif
