/*
 * What to try, for the commonest failures of a bind or a request: one table of
 * the words by which libldap, Active Directory and Kerberos tell them.
 */
#ifndef DIRECTORY_CONNECTION_ERROR_HINTS_H
#define DIRECTORY_CONNECTION_ERROR_HINTS_H

/*
 * The advice for an LDAP result code (0: none, as from Kerberos) and what else
 * was said, "; " before it; "" where there is none. Never freed.
 */
const char *advice_of(int result, const char *diagnostic);

#endif
