/*
 * What a notice says first: the tag, and what is so from when on, "[SP] You stand in for Anna Møller from today". It is the
 * subject, and again the first line, as a phone shows these two and no more. Of a notice with several parts it is about those
 * that say the same as the most important one. Not for warnings (notice.h).
 */
#ifndef NOTICES_NOTICE_LEAD_H
#define NOTICES_NOTICE_LEAD_H

#include "base/text/moment.h"

struct arena;
struct mapping;
struct notice;
struct notice_part;
struct strbuf;

/* The most important part. */
const struct notice_part *notice_lead_part(const struct notice *notice);

/*
 * Add the subject; the first line, which names the day, too. `now` is when it is sent: what was from today on when it was
 * written is then from that day on.
 */
void notice_lead_subject(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, moment now);
void notice_lead_line(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, moment now);

/*
 * The thread of all notices to that person on the tag of the most important part: its id, in `arena`, for message_add_id();
 * add its topic, which is the same in each of them.
 */
const char *notice_lead_thread(const struct notice *notice, struct arena *arena);
void notice_lead_topic(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping);

#endif
