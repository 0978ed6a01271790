#include "base/text/moment.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/text/language.h"
#include "base/text/strbuf.h"

#define ZONES "/usr/share/zoneinfo/"

/* Local times that were tied to a moment; a feed has few days and many records. */
#define KEPT_BITS 9

static struct kept_moment {
	int64_t clock;
	moment t;
	bool is_kept;
} kept[2][1 << KEPT_BITS]; /* by enum moment_edge */

bool moment_zone(const char *name)
{
	struct strbuf path = STRBUF_INIT, zone = STRBUF_INIT;
	struct stat st;
	bool known = *name && *name != '/' && !strstr(name, "..");

	strbuf_addf(&path, ZONES "%s", name);
	known = known && stat(path.text, &st) == 0 && S_ISREG(st.st_mode);
	if (known) {
		memset(kept, 0, sizeof(kept));
		strbuf_addf(&zone, ":%s", name);
		setenv("TZ", zone.text, 1);
		tzset();
	}
	strbuf_release(&path);
	strbuf_release(&zone);
	return known;
}

moment moment_now(void)
{
	return time(NULL);
}

static int64_t clock_milliseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t moment_uptime(void)
{
	return clock_milliseconds(CLOCK_MONOTONIC);
}

void moment_sleep(int milliseconds)
{
	nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000,
			  .tv_nsec = milliseconds % 1000 * 1000000L},
		NULL);
}

int moment_until(moment t, int most)
{
	int64_t now = clock_milliseconds(CLOCK_REALTIME), left;

	if (t > now / 1000 + most / 1000 + 1)
		return most;
	left = t * 1000 - now;
	if (left < 0)
		return 0;
	return left < most ? (int)left : most;
}

static int64_t offset_at(moment t)
{
	time_t seconds = t;
	struct tm local;

	return localtime_r(&seconds, &local) ? local.tm_gmtoff : 0;
}

static moment find_from_local(int64_t clock, enum moment_edge edge)
{
	int64_t before = offset_at(clock - MOMENT_DAY), after = offset_at(clock + MOMENT_DAY);
	moment early = clock - before, late = clock - after;
	bool early_is = offset_at(early) == before, late_is = offset_at(late) == after;

	if (early_is && late_is)
		return edge == MOMENT_START ? early : late;
	return late_is ? late : early;
}

moment moment_from_local(int64_t clock, enum moment_edge edge)
{
	const uint64_t mixed = (uint64_t)clock * UINT64_C(0x9E3779B97F4A7C15);
	struct kept_moment *place = &kept[edge == MOMENT_END][mixed >> (64 - KEPT_BITS)];

	if (!place->is_kept || place->clock != clock)
		*place = (struct kept_moment){clock, find_from_local(clock, edge), true};
	return place->t;
}

static bool is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The days of the Gregorian calendar, counted in years that begin in March, so that a leap day is the last. */
bool moment_from_calendar(int year, int month, int day, int64_t *clock)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
	int64_t years, days;

	if (year < 1 || month < 1 || month > 12 || day < 1 ||
		day > lengths[month - 1] + (month == 2 && is_leap_year(year))) {
		*clock = timegm(&tm);
		return false;
	}
	years = month > 2 ? year : year - 1;
	days = 365 * years + years / 4 - years / 100 + years / 400;
	days += (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
	*clock = (days - 719468) * MOMENT_DAY;
	return true;
}

static struct tm local_time(moment t)
{
	time_t seconds = t;
	struct tm tm = {0};

	localtime_r(&seconds, &tm);
	return tm;
}

void moment_add_iso(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);
	long minutes = labs(tm.tm_gmtoff) / 60;

	strbuf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d%c%02ld:%02ld", tm.tm_year + 1900,
		tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
		tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

void moment_add_basic_utc(struct strbuf *out, moment t)
{
	time_t seconds = t;
	struct tm tm = {0};

	gmtime_r(&seconds, &tm);
	strbuf_addf(out, "%04d%02d%02dT%02d%02d%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void moment_add_generalized(struct strbuf *out, moment t)
{
	time_t seconds = t;
	struct tm tm = {0};

	gmtime_r(&seconds, &tm);
	strbuf_addf(out, "%04d%02d%02d%02d%02d%02d.0Z", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void moment_add_ticks(struct strbuf *out, moment t)
{
	strbuf_addf(out, "%" PRId64, (t + MOMENT_AD_EPOCH) * MOMENT_AD_TICKS);
}

void moment_add_iso_day(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	strbuf_addf(out, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static const char *month_name(int month)
{
	const char *const names[] = {_("January"), _("February"), _("March"), _("April"), _("May"),
		_("June"), _("July"), _("August"), _("September"), _("October"), _("November"),
		_("December")};

	return names[month];
}

void moment_add_human_day(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	strbuf_addf(out, _("%d %s %d"), tm.tm_mday, month_name(tm.tm_mon), tm.tm_year + 1900);
}

void moment_add_human(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	moment_add_human_day(out, t);
	strbuf_addf(out, _(" %02d:%02d"), tm.tm_hour, tm.tm_min);
	if (tm.tm_sec > 0)
		strbuf_addf(out, ":%02d", tm.tm_sec);
}

/* The months' first three letters tell them apart in both languages. */
void moment_add_short_day(struct strbuf *out, moment t)
{
	struct tm tm = local_time(t);

	strbuf_addf(out, _("%d %.3s"), tm.tm_mday, month_name(tm.tm_mon));
}

/* The week that the Thursday is in, counted from the year's first (ISO 8601 section 3.1.1.23). */
int moment_week(moment t)
{
	struct tm tm = local_time(moment_day(t, 3 - moment_weekday(t)));

	return tm.tm_yday / 7 + 1;
}

int moment_weekday(moment t)
{
	return (local_time(t).tm_wday + 6) % 7;
}

bool moment_is_midnight(moment t)
{
	return moment_day(t, 0) == t;
}

static moment local_moment(moment t, int days, int hour)
{
	struct tm tm = local_time(t);
	int64_t clock = 0;

	moment_from_calendar(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, &clock);
	return moment_from_local(clock + (int64_t)days * MOMENT_DAY + hour * MOMENT_HOUR,
		MOMENT_START);
}

moment moment_day(moment t, int days)
{
	return local_moment(t, days, 0);
}

moment moment_at_hour(moment t, int hour)
{
	return local_moment(t, 0, hour);
}

void moment_add_away(struct strbuf *out, moment until)
{
	struct strbuf when = STRBUF_INIT;

	if (until == MOMENT_LATEST) {
		strbuf_adds(out, _("away until further notice"));
	} else if (moment_is_midnight(until)) {
		moment_add_human_day(&when, moment_day(until, -1));
		strbuf_addf(out, _("away through %s"), when.text);
	} else {
		moment_add_human(&when, until);
		strbuf_addf(out, _("away until %s"), when.text);
	}
	strbuf_release(&when);
}
