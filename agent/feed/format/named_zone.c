#include "feed/format/named_zone.h"

#include <string.h>
#include <strings.h>

#include "base/text/zone.h"
#include "feed/format/windows_zones.h"

#define MICROSOFT "tzone://Microsoft/"

static const struct zone *find_machine_zone(const char *name)
{
	const char *windows = windows_zone_find(name), *spelled;

	if (windows)
		return zone_load(windows);
	if (strcasecmp(name, "Z") == 0)
		name = "UTC";
	spelled = zone_find_name(name);
	return spelled ? zone_load(spelled) : NULL;
}

const struct zone *named_zone_find(const char *name)
{
	const struct zone *zone;

	if (strncasecmp(name, MICROSOFT, strlen(MICROSOFT)) == 0)
		name += strlen(MICROSOFT);
	if (strlen(name) > 200)
		return NULL;
	if (*name != '/')
		return find_machine_zone(name);
	for (zone = NULL; !zone && name; name = strchr(name, '/'))
		zone = find_machine_zone(++name);
	return zone;
}
