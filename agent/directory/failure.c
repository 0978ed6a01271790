#include <string.h>

#include "base/language.h"
#include "directory/connect.h"

/* Result codes by which nothing is wrong but that nobody answers now: another server, or later. */
static bool is_lost(int result)
{
	switch (result) {
	case LDAP_SERVER_DOWN:
	case LDAP_CONNECT_ERROR:
	case LDAP_TIMEOUT:
	case LDAP_BUSY:
	case LDAP_UNAVAILABLE:
		return true;
	default:
		return false;
	}
}

