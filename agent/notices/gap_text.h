/*
 * Why a gap is one, for mailbox.fallback: whom nobody stands in for, and why each candidate was passed over. Unlike in reports
 * (report/phrases.h), that somebody is away is said, and not until when. In the language in force.
 */
#ifndef NOTICES_GAP_TEXT_H
#define NOTICES_GAP_TEXT_H

#include "base/text/moment.h"

struct gap;
struct gap_search;
struct strbuf;

/* Add that, as a sentence without an end, with those who were passed over at `at`. */
void gap_text_add(struct strbuf *out, const struct gap *gap, const struct gap_search *search,
	moment at);

#endif
