#include "net/retry.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "base/library/curl.h"

bool retry_status(long status)
{
	return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

bool retry_code(int code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_PARTIAL_FILE:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

int retry_pause(int first, int tries, unsigned chance)
{
	int least = first << (tries - 1);

	return least + (int)(chance % (unsigned)least);
}

bool retry_is_unprocessed(long status)
{
	return status == 429 || status == 503;
}

bool retry_is_unsent(int code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
		return true;
	default:
		return false;
	}
}

static bool is_number(const char *text)
{
	size_t length = strspn(text, "0123456789");

	return length > 0 && text[length] == '\0';
}

/* More digits than any wait that is waited for has. */
static long long read_seconds(const char *text)
{
	long long seconds = 0;

	for (; *text && seconds < INT_MAX; text++)
		seconds = seconds * 10 + (*text - '0');
	return seconds;
}

long long retry_after(const char *field, const char *date)
{
	time_t until, now;

	if (!field)
		return -1;
	if (is_number(field))
		return read_seconds(field);
	until = curl_getdate(field, NULL);
	now = date ? curl_getdate(date, NULL) : -1;
	if (until == -1 || now == -1)
		return -1;
	return until > now ? (long long)(until - now) : 0;
}
