#include "net/kerberos.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/library/gssapi_krb5.h"
#include "base/library/krb5.h"
#include "base/text/language.h"
#include "config/settings.h"
#include "model/settings.h"

/* As far as Kerberos lets clocks be apart (RFC 4120 section 1.6), in seconds. */
#define MAX_SKEW 300

struct login {
	krb5_context context;
	krb5_keytab keytab;
	krb5_principal principal;
	krb5_get_init_creds_opt *options;
	krb5_ccache cache;
	krb5_creds ticket;
	char *name; /* of the principal, for words */
};

/* Whose fault it is: the keytab's, the net's, or what the KDC thinks of us. */
static enum error_kind kind_of(krb5_error_code code)
{
	switch (code) {
	case KRB5_KDC_UNREACH:
	case KRB5_REALM_CANT_RESOLVE:
		return ERROR_LOST;
	case KRB5_KT_NOTFOUND:
	case KRB5_KT_END:
	case KRB5_KT_FORMAT:
	case KRB5_KEYTAB_BADVNO:
	case KRB5_PARSE_MALFORMED:
	case KRB5_CONFIG_BADFORMAT:
		return ERROR_USAGE;
	default:
		return ERROR_TARGET;
	}
}

static enum error_kind fail_login(const struct login *login, krb5_error_code code, const char *who,
	struct error *err)
{
	const char *words = krb5_get_error_message(login->context, code);
	enum error_kind kind =
		error_set(err, kind_of(code), _("Kerberos: log in as %s: %s"), who, words);

	krb5_free_error_message(login->context, words);
	return kind;
}

/* The principal of the keytab's first key; KRB5_KT_END: it has none. */
static krb5_error_code find_first(struct login *login)
{
	krb5_kt_cursor cursor;
	krb5_keytab_entry entry;
	krb5_error_code code = krb5_kt_start_seq_get(login->context, login->keytab, &cursor);

	if (code)
		return code;
	code = krb5_kt_next_entry(login->context, login->keytab, &entry, &cursor);
	if (!code) {
		code = krb5_copy_principal(login->context, entry.principal, &login->principal);
		krb5_free_keytab_entry_contents(login->context, &entry);
	}
	krb5_kt_end_seq_get(login->context, login->keytab, &cursor);
	return code;
}

static krb5_error_code find_principal(struct login *login, const char *file, const char *wanted)
{
	struct strbuf name = STRBUF_INIT;
	krb5_error_code code;

	strbuf_addf(&name, "FILE:%s", file);
	code = krb5_kt_resolve(login->context, name.text, &login->keytab);
	strbuf_release(&name);
	if (!code && wanted)
		code = krb5_parse_name(login->context, wanted, &login->principal);
	else if (!code)
		code = find_first(login);
	if (!code)
		code = krb5_unparse_name(login->context, login->principal, &login->name);
	return code;
}

/* The ticket is put into the cache as it comes, in the place of one from before. */
static krb5_error_code get_ticket(struct login *login, const char *cache)
{
	krb5_error_code code = krb5_cc_resolve(login->context, cache, &login->cache);

	if (!code)
		code = krb5_get_init_creds_opt_alloc(login->context, &login->options);
	if (!code)
		code = krb5_get_init_creds_opt_set_out_ccache(login->context, login->options,
			login->cache);
	if (code)
		return code;
	return krb5_get_init_creds_keytab(login->context, &login->ticket, login->principal,
		login->keytab, 0, NULL, login->options);
}

/*
 * libkrb5 can live with a clock that is wrong, as the KDC tells it the right one. The directory does
 * not, and neither do absences.
 */
static enum error_kind check_clock(const struct login *login, struct error *err)
{
	double apart = difftime(time(NULL), (time_t)(unsigned int)login->ticket.times.authtime);

	if (apart >= -MAX_SKEW && apart <= MAX_SKEW)
		return ERROR_NONE;
	return error_set(err, ERROR_TARGET,
		_("Kerberos: log in as %s: this machine's clock is %.0f minutes %s the KDC's; set it by NTP"),
		login->name, (apart < 0 ? -apart : apart) / 60,
		apart < 0 ? _("behind") : _("ahead of"));
}

static void login_release(struct login *login)
{
	krb5_free_cred_contents(login->context, &login->ticket);
	if (login->options)
		krb5_get_init_creds_opt_free(login->context, login->options);
	if (login->cache)
		krb5_cc_close(login->context, login->cache);
	krb5_free_unparsed_name(login->context, login->name);
	krb5_free_principal(login->context, login->principal);
	if (login->keytab)
		krb5_kt_close(login->context, login->keytab);
	krb5_free_context(login->context);
}

static enum error_kind log_in(struct login *login, const char *file, const char *principal,
	const char *cache, struct error *err)
{
	krb5_error_code code = find_principal(login, file, principal);

	if (code)
		return fail_login(login, code, principal ? principal : file, err);
	code = get_ticket(login, cache);
	if (code)
		return fail_login(login, code, login->name, err);
	return check_clock(login, err);
}

enum error_kind kerberos_login(const char *keytab_file, const char *principal, const char *cache,
	struct error *err)
{
	struct login login = {.context = NULL};
	struct strbuf path = STRBUF_INIT;
	enum error_kind kind = settings_secret_path(keytab_file, &path, err);
	krb5_error_code code = 0;

	if (kind == ERROR_NONE)
		code = krb5_init_context(&login.context);
	if (code) {
		kind = fail_login(&login, code, path.text, err);
	} else if (kind == ERROR_NONE) {
		kind = log_in(&login, path.text, principal, cache, err);
		login_release(&login);
	}
	strbuf_release(&path);
	return kind;
}

enum error_kind kerberos_check_ticket(struct error *err)
{
	struct login login = {.context = NULL};
	krb5_error_code code = krb5_init_context(&login.context);

	if (!code)
		code = krb5_cc_default(login.context, &login.cache);
	if (!code)
		code = krb5_cc_get_principal(login.context, login.cache, &login.principal);
	if (code) {
		const char *words = krb5_get_error_message(login.context, code);

		error_set(err, ERROR_USAGE,
			_("Kerberos: no ticket to log in with: %s; name a keytab_file, or run kinit"),
			words);
		krb5_free_error_message(login.context, words);
	}
	login_release(&login);
	return err->kind;
}

void kerberos_use_cache(const char *cache)
{
	static bool is_used;
	OM_uint32 minor;

	if (cache || is_used)
		gss_krb5_ccache_name(&minor, cache, NULL);
	is_used = cache != NULL;
}
