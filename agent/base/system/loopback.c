#include "base/system/loopback.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/library/curl.h"

static bool is_loopback(const char *host)
{
	struct in_addr address;

	if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
		return true;
	return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static bool has_part(CURLU *parts, CURLUPart part)
{
	char *text = NULL;
	bool result = curl_url_get(parts, part, &text, 0) == CURLUE_OK;

	curl_free(text);
	return result;
}

/* libldap and curl disagree about what a user before the host means, so such a URL never counts. */
bool url_is_loopback(const char *url)
{
	CURLU *parts = curl_url();
	char *host = NULL;
	bool result = parts &&
		curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
		!has_part(parts, CURLUPART_USER) &&
		curl_url_get(parts, CURLUPART_HOST, &host, 0) == CURLUE_OK && is_loopback(host);

	curl_free(host);
	curl_url_cleanup(parts);
	return result || strncasecmp(url, "ldapi:", strlen("ldapi:")) == 0;
}
