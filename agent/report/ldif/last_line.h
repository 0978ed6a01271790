/* The last lines of a saved plan, in which its seal and signature are. */
#ifndef REPORT_LDIF_LAST_LINE_H
#define REPORT_LDIF_LAST_LINE_H

#include <stddef.h>

/* The last line of a whole plan; no end of line follows it here. */
#define LAST_LINE "# end"

/* Return the start of the last line; NULL where that is not LAST_LINE. */
const char *last_line_find_end(const char *text, size_t length);

/* Return the start of the line before `end`, which is the start of a line. */
const char *last_line_before(const char *text, const char *end);

#endif
