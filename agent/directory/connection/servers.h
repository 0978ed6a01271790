/*
 * Finding the servers of a domain by the DNS (directory.domain), as URLs for
 * connect.c. On Active Directory the domain's DCs are named by
 * _ldap._tcp.dc._msdcs.DOMAIN, those of one site by
 * _ldap._tcp.SITE._sites.dc._msdcs.DOMAIN (MS-ADTS section 6.3.2.3); elsewhere
 * _ldap._tcp.DOMAIN names them.
 */
#ifndef DIRECTORY_CONNECTION_SERVERS_H
#define DIRECTORY_CONNECTION_SERVERS_H

#include "base/message/error.h"

struct arena;
struct directory_settings;
struct strings;

/*
 * Fill `urls` with the servers in the order to try: ldap:// where the settings say
 * starttls, or where Kerberos seals the connection; else ldaps://, at port 636.
 * ERROR_LOST where the DNS does not answer, ERROR_TARGET where it knows none.
 */
enum error_kind servers_find(struct arena *arena, const struct directory_settings *directory,
	struct strings *urls, struct error *err);

/* Put the DCs of `site` before the others, each once. Where the DNS knows none, nothing changes. */
void servers_prefer(struct arena *arena, const struct directory_settings *directory,
	const char *site, struct strings *urls);

#endif
