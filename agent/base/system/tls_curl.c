#include "base/system/tls_curl.h"

#include <stdlib.h>
#include <string.h>

#include "base/library/crypto.h"
#include "base/library/ssl.h"
#include "base/memory/memory.h"
#include "base/system/tls_rules.h"
#include "base/text/language.h"

void tls_curl_begin(void)
{
	static bool has_begun;

	if (!has_begun)
		curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, memory_wipe_free,
			memory_wipe_resize, strdup, calloc);
	has_begun = true;
}

CURL *tls_curl_new(struct error *err)
{
	const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;
	CURL *easy;

	tls_curl_begin();
	if (!library || strncmp(library, "OpenSSL/", strlen("OpenSSL/")) != 0) {
		error_set(err, ERROR_OURS,
			_("libcurl uses %s, and postvagt needs one with OpenSSL"),
			library ? library : _("no TLS"));
		return NULL;
	}
	easy = curl_easy_init();
	if (!easy)
		error_set(err, ERROR_OURS, _("libcurl cannot be started"));
	return easy;
}

static bool has_host_name(const X509 *certificate)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	bool result = false;

	for (int i = 0; !result && i < sk_GENERAL_NAME_num(names); i++) {
		int type = sk_GENERAL_NAME_value(names, i)->type;

		result = type == GEN_DNS || type == GEN_IPADD;
	}
	GENERAL_NAMES_free(names);
	return result;
}

/*
 * Verify a chain as OpenSSL does, and refuse a leaf without a host name: libcurl compares the
 * host with the subjectAltName, but with the CN where no host name is there.
 */
static int verify_chain(X509_STORE_CTX *chain, void *nothing)
{
	int result = X509_verify_cert(chain);

	(void)nothing;
	if (result != 1 || has_host_name(X509_STORE_CTX_get0_cert(chain)))
		return result;
	X509_STORE_CTX_set_error(chain, X509_V_ERR_HOSTNAME_MISMATCH);
	return 0;
}

static CURLcode set_verify(CURL *easy, void *context, void *nothing)
{
	(void)easy;
	(void)nothing;
	SSL_CTX_set_cert_verify_callback(context, verify_chain, NULL);
	return CURLE_OK;
}

void tls_curl_prepare(CURL *easy, const char *ca_file)
{
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, TLS_RULES_OPENSSL);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_PROXY_SSL_CIPHER_LIST, TLS_RULES_OPENSSL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, set_verify);
	if (ca_file) { /* that, and not the system's besides */
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	}
}

/* Add the host of the handle's last request, which a redirect may have chosen. */
static void add_host(CURL *easy, struct strbuf *text)
{
	CURLU *parts = curl_url();
	char *url = NULL, *host = NULL;

	curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
	if (parts && url && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		strbuf_add_safe(text, host);
	curl_free(host);
	curl_url_cleanup(parts);
}

bool tls_curl_lacks_name(CURL *easy, struct strbuf *why)
{
	struct strbuf host = STRBUF_INIT;
	long result = X509_V_OK;

	/* libcurl never has OpenSSL compare names, so this error is from verify_chain(). */
	curl_easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &result);
	if (result != X509_V_ERR_HOSTNAME_MISMATCH)
		return false;
	add_host(easy, &host);
	strbuf_addf(why,
		_("the server's certificate is refused: it names no host in its subjectAltName, and "
		  "a name in the CN does not count; have one issued with %s in its subjectAltName"),
		host.text);
	strbuf_release(&host);
	return true;
}
