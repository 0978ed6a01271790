#include "net/address.h"

#include <string.h>
#include <strings.h>

#include "base/library/curl.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"

struct origin {
	char *scheme, *host, *port; /* owned, by curl; as curl spells them: scheme in lower case */
};

static bool origin_read(struct origin *origin, CURLU *url)
{
	*origin = (struct origin){0};
	return curl_url_get(url, CURLUPART_SCHEME, &origin->scheme, 0) == CURLUE_OK &&
		curl_url_get(url, CURLUPART_HOST, &origin->host, 0) == CURLUE_OK &&
		curl_url_get(url, CURLUPART_PORT, &origin->port, CURLU_DEFAULT_PORT) == CURLUE_OK;
}

static void origin_release(struct origin *origin)
{
	curl_free(origin->scheme);
	curl_free(origin->host);
	curl_free(origin->port);
}

static bool is_web(const struct origin *origin)
{
	return strcmp(origin->scheme, "https") == 0 || strcmp(origin->scheme, "http") == 0;
}

static enum redirect_result judge_redirect(const struct origin *from, const struct origin *to,
	bool has_secret)
{
	if (!is_web(to))
		return REDIRECT_SCHEME;
	if (strcmp(from->scheme, to->scheme) != 0 && strcmp(to->scheme, "http") == 0)
		return REDIRECT_UNSAFE;
	if (has_secret &&
		(strcasecmp(from->host, to->host) != 0 || strcmp(from->port, to->port) != 0))
		return REDIRECT_SECRET;
	return REDIRECT_MADE;
}

static enum redirect_result resolve_redirect(CURLU *url, const char *target, bool has_secret)
{
	struct origin from, to = {0};
	enum redirect_result result = REDIRECT_NO_ADDRESS;
	bool is_known = origin_read(&from, url);

	/* A scheme that curl has no port for is no feed's either. */
	if (is_known &&
		curl_url_set(url, CURLUPART_URL, target,
			CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
		result = origin_read(&to, url) ? judge_redirect(&from, &to, has_secret)
					       : REDIRECT_SCHEME;
	origin_release(&from);
	origin_release(&to);
	return result;
}

enum redirect_result address_redirect(const char *from, const char *target, bool has_secret,
	struct strbuf *result)
{
	CURLU *url = curl_url();
	char *text = NULL;
	enum redirect_result made = REDIRECT_NO_ADDRESS;

	if (url && curl_url_set(url, CURLUPART_URL, from, 0) == CURLUE_OK)
		made = resolve_redirect(url, target, has_secret);
	if (made == REDIRECT_MADE) {
		curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
		if (curl_url_get(url, CURLUPART_URL, &text, 0) != CURLUE_OK)
			made = REDIRECT_NO_ADDRESS;
		else
			strbuf_adds(result, text);
	}
	curl_free(text);
	curl_url_cleanup(url);
	return made;
}

const char *redirect_problem(enum redirect_result leap)
{
	switch (leap) {
	case REDIRECT_NO_ADDRESS:
		return _("no address that can be read");
	case REDIRECT_SCHEME:
		return _("neither https:// nor http://");
	case REDIRECT_UNSAFE:
		return _("http:// behind https://, where anyone can listen");
	case REDIRECT_SECRET:
		return _(
			"another host or port, to which no token, client certificate or body is sent; if it is the right one, write it as the feed's url");
	case REDIRECT_MADE:
		break;
	}
	return "";
}
