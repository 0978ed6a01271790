/*
 * A connection to one host, in the clear or in TLS, with bounds on time and size: what is under the talk of
 * ManageSieve, which libcurl does not speak.
 *
 * libcurl connects. TLS follows base/system/tls_rules.h: 1.2 or later, the certificate always checked.
 */
#ifndef MAIL_MANAGESIEVE_CHANNEL_H
#define MAIL_MANAGESIEVE_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/library/curl.h"
#include "base/library/ssl.h"
#include "base/message/error.h"
#include "base/text/strbuf.h"

struct server_settings;

struct channel {
	const struct server_settings *settings; /* borrowed */
	CURL *easy;                             /* owned: the connection */
	SSL_CTX *context;                       /* owned; NULL: in the clear */
	SSL *tls;                               /* owned */
	char *host, *port;                      /* owned, of the URL; no brackets around IPv6 */
	struct strbuf buffer;                   /* owned: what came */
	size_t used;                            /* how much of it is read */
	size_t received;                        /* bytes, since channel_begin() */
	int64_t deadline;                       /* by moment_uptime() */
};

/* Connect to settings->url, sieve://HOST[:PORT]. channel_close() frees all, also after a failure. */
enum error_kind channel_open(struct channel *channel, const struct server_settings *settings,
	struct error *err);
void channel_close(struct channel *channel);

/* Begin an exchange: it may take a minute from now, and some megabytes. */
void channel_begin(struct channel *channel);

/*
 * Go over to TLS. What came before and was not read is a failure, as somebody on the way could have put it there. ERROR_USAGE
 * where ca_file cannot be used; ERROR_TARGET where the certificate is refused.
 */
enum error_kind channel_start_tls(struct channel *channel, struct error *err);

/* Send all of it. */
enum error_kind channel_send(struct channel *channel, const char *bytes, size_t length,
	struct error *err);

/* Wait for more, and add it to the buffer; what is `used` there is dropped. */
enum error_kind channel_receive(struct channel *channel, struct error *err);

#endif
