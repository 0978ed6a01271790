/*
 * libical: recurrence and time zones of calendars, loaded at the first call. Include this in the place of
 * <libical/ical.h>; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_ICAL_H
#define BASE_LIBRARY_ICAL_H

#include <libical/ical.h>

#include "base/library/library.h"

#define LIBRARY_ICAL(FUNCTION)                      \
	FUNCTION(icalcomponent_free)                \
	FUNCTION(icalcomponent_get_first_component) \
	FUNCTION(icalcomponent_get_first_property)  \
	FUNCTION(icalcomponent_get_next_component)  \
	FUNCTION(icalcomponent_get_next_property)   \
	FUNCTION(icalcomponent_isa)                 \
	FUNCTION(icaldurationtype_from_string)      \
	FUNCTION(icaldurationtype_is_bad_duration)  \
	FUNCTION(icalerror_set_errors_are_fatal)    \
	FUNCTION(icalparser_parse_string)           \
	FUNCTION(icalproperty_get_rrule)            \
	FUNCTION(icalrecur_iterator_free)           \
	FUNCTION(icalrecur_iterator_new)            \
	FUNCTION(icalrecur_iterator_next)           \
	FUNCTION(icalrecur_iterator_set_start)      \
	FUNCTION(icalrecurrencetype_from_string)    \
	FUNCTION(icaltime_as_timet_with_zone)       \
	FUNCTION(icaltime_from_timet_with_zone)     \
	FUNCTION(icaltime_is_null_time)             \
	FUNCTION(icaltime_is_utc)                   \
	FUNCTION(icaltime_null_time)                \
	FUNCTION(icaltimezone_free)                 \
	FUNCTION(icaltimezone_get_tzid)             \
	FUNCTION(icaltimezone_new)                  \
	FUNCTION(icaltimezone_set_component)

struct library_ical {
	LIBRARY_ICAL(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_ical *library_ical(void);

#ifndef LIBRARY_LINKED
#define icalcomponent_free                library_ical()->icalcomponent_free
#define icalcomponent_get_first_component library_ical()->icalcomponent_get_first_component
#define icalcomponent_get_first_property  library_ical()->icalcomponent_get_first_property
#define icalcomponent_get_next_component  library_ical()->icalcomponent_get_next_component
#define icalcomponent_get_next_property   library_ical()->icalcomponent_get_next_property
#define icalcomponent_isa                 library_ical()->icalcomponent_isa
#define icaldurationtype_from_string      library_ical()->icaldurationtype_from_string
#define icaldurationtype_is_bad_duration  library_ical()->icaldurationtype_is_bad_duration
#define icalerror_set_errors_are_fatal    library_ical()->icalerror_set_errors_are_fatal
#define icalparser_parse_string           library_ical()->icalparser_parse_string
#define icalproperty_get_rrule            library_ical()->icalproperty_get_rrule
#define icalrecur_iterator_free           library_ical()->icalrecur_iterator_free
#define icalrecur_iterator_new            library_ical()->icalrecur_iterator_new
#define icalrecur_iterator_next           library_ical()->icalrecur_iterator_next
#define icalrecur_iterator_set_start      library_ical()->icalrecur_iterator_set_start
#define icalrecurrencetype_from_string    library_ical()->icalrecurrencetype_from_string
#define icaltime_as_timet_with_zone       library_ical()->icaltime_as_timet_with_zone
#define icaltime_from_timet_with_zone     library_ical()->icaltime_from_timet_with_zone
#define icaltime_is_null_time             library_ical()->icaltime_is_null_time
#define icaltime_is_utc                   library_ical()->icaltime_is_utc
#define icaltime_null_time                library_ical()->icaltime_null_time
#define icaltimezone_free                 library_ical()->icaltimezone_free
#define icaltimezone_get_tzid             library_ical()->icaltimezone_get_tzid
#define icaltimezone_new                  library_ical()->icaltimezone_new
#define icaltimezone_set_component        library_ical()->icaltimezone_set_component
#endif

#endif
