#include "rules/sieve_install.h"

#include "base/text/language.h"
#include "config/settings.h"
#include "rules/installed.h"

enum error_kind sieve_read_installed(const struct settings *settings, const struct rules *rules,
	struct arena *arena, struct installed_rules *installed, struct error *err)
{
	(void)rules;
	(void)arena;
	installed->where = settings->mailbox.sieve.server.url;
	return error_set(err, ERROR_TARGET, _("%s: cannot be read"), installed->where);
}
