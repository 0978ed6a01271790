#include "directory/search/referral.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool begins_with_any(const char *dn, const char *const *rdns)
{
	for (; *rdns; rdns++) {
		size_t length = strlen(*rdns);

		if (strncasecmp(dn, *rdns, length) == 0 && dn[length] == ',')
			return true;
	}
	return false;
}

static bool url_is_apart(const char *url, const char *const *skip_referrals)
{
	LDAPURLDesc *parts = NULL;
	bool is_apart = ldap_url_parse(url, &parts) == LDAP_URL_SUCCESS && parts->lud_dn &&
		begins_with_any(parts->lud_dn, skip_referrals);

	ldap_free_urldesc(parts);
	return is_apart;
}

bool referral_is_skipped(LDAP *ld, LDAPMessage *reference, const char *const *skip_referrals)
{
	char **urls = NULL;
	bool is_apart = ldap_parse_reference(ld, reference, &urls, NULL, 0) == LDAP_SUCCESS && urls;

	for (size_t i = 0; is_apart && urls[i]; i++)
		is_apart = url_is_apart(urls[i], skip_referrals);
	ldap_memvfree((void **)urls);
	return is_apart;
}
