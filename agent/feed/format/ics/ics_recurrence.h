/*
 * The occurrences of an event: RRULE, RDATE and EXDATE (RFC 5545 section 3.8.5).
 */
#ifndef FEED_FORMAT_ICS_RECURRENCE_H
#define FEED_FORMAT_ICS_RECURRENCE_H

struct ics_event;
struct ics_series;

/* Of one event; a rule that yields more is cut off, with a problem. */
#define ICS_OCCURRENCES_MAX 5000

/*
 * Find the occurrences, less what EXDATE takes out: from three years before `now` of the calendar to ten years after
 * it. A rule that cannot be followed makes the event refused, and what is there stays.
 */
void ics_recurrence_read(struct ics_series *series, struct ics_event *event);

#endif
