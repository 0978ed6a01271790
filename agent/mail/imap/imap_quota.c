#include "mail/imap/imap_quota.h"

#include <string.h>

#include "base/text/language.h"
#include "mail/imap/imap.h"

static unsigned int percent_of(const struct imap_quota_limit *limit)
{
	uint64_t percent = limit->used > UINT64_MAX / 100 ? limit->used / (limit->limit / 100 + 1)
							  : limit->used * 100 / limit->limit;

	return percent > IMAP_QUOTA_SHOWN_MAX ? IMAP_QUOTA_SHOWN_MAX : (unsigned int)percent;
}

/* Keep the limit that is used most. One of 0 stands for no limit on some servers, and is passed over. */
static bool take_quota(void *place, const struct imap_response *response, const char **expected)
{
	struct imap_quota *quota = place;

	(void)expected;
	for (size_t i = 0; i < response->limit_count; i++) {
		const struct imap_quota_limit *limit = &response->limits[i];
		size_t length = limit->resource.length;

		if (limit->limit == 0 || (quota->is_known && percent_of(limit) <= quota->percent))
			continue;
		length = length < sizeof(quota->resource) ? length : sizeof(quota->resource) - 1;
		memcpy(quota->resource, limit->resource.bytes, length);
		quota->resource[length] = '\0';
		quota->used = limit->used;
		quota->limit = limit->limit;
		quota->percent = percent_of(limit);
		quota->is_known = true;
	}
	return true;
}

enum error_kind imap_quota(struct imap *imap, struct imap_quota *quota, struct error *err)
{
	struct error trouble = ERROR_INIT;
	enum error_kind failed;

	*quota = (struct imap_quota){.is_known = false};
	failed = imap_has(imap, IMAP_CAN_QUOTA, &quota->is_offered, err);
	if (failed || !quota->is_offered)
		return failed;
	failed = imap_command(imap, "GETQUOTAROOT \"INBOX\"", _("to say how full the mailbox is"),
		take_quota, quota, &trouble);
	if (failed && imap->was_refused)
		failed = ERROR_NONE;
	else if (failed)
		error_set(err, failed, "%s", trouble.text.text);
	error_release(&trouble);
	return failed;
}
