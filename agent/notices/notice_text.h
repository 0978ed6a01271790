/*
 * A notice in words, in the language in force and the process's time zone: what mail somebody gets from when on, why, until
 * when, what is expected of them, and who else is there. The kind of an absence is not known
 * here, so it cannot be told.
 */
#ifndef NOTICES_NOTICE_TEXT_H
#define NOTICES_NOTICE_TEXT_H

#include "base/text/moment.h"

struct mapping;
struct notice;
struct settings;
struct strbuf;

/* Add the subject; the body. Names come as they are in the notice, made safe for a line. `now` is when it is sent. */
void notice_text_subject(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, const struct settings *settings, moment now);
void notice_text_body(struct strbuf *out, const struct notice *notice,
	const struct mapping *mapping, const struct settings *settings, moment now);

#endif
