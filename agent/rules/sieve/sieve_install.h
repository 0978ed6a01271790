/*
 * The Sieve script on the server of mailbox.sieve, by ManageSieve (mail/managesieve/managesieve.h): installed, and read
 * back.
 */
#ifndef RULES_SIEVE_SIEVE_INSTALL_H
#define RULES_SIEVE_SIEVE_INSTALL_H

#include "base/message/error.h"

struct findings;
struct installed_rules;
struct rules;
struct settings;
struct strbuf;

/*
 * Read the active script and compare it, as rules_read_installed() does; also one of another name than
 * mailbox.sieve.script, as the active one is what mail goes through. Texts are in rules->arena.
 */
enum error_kind sieve_read_installed(const struct settings *settings, const struct rules *rules,
	struct installed_rules *installed, struct error *err);

/*
 * Have the server check the script, put it there as mailbox.sieve.script, make it active, and read it back. Nothing is
 * changed where the active script, or one of that name, is not postvagt's: ERROR_TARGET, with what
 * to do. Adds to `said` what was done, a line; what is odd is a warning.
 */
enum error_kind sieve_install(const struct settings *settings, const struct rules *rules,
	struct strbuf *said, struct findings *findings, struct error *err);

#endif
