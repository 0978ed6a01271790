/*
 * The four formats of a feed: each reads the absences of one page.
 *
 * `body` is untrusted, of `length` bytes, NUL-terminated behind them. ERROR_TARGET
 * where the page as a whole cannot be read (the text says where: line and column,
 * and what was expected); `reading` may then hold a part and must be dropped.
 */
#ifndef FEED_FORMAT_FORMAT_H
#define FEED_FORMAT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message/error.h"
#include "base/text/moment.h"

struct feed_reader;
struct feed_settings;

/*
 * JSON (RFC 8259): the array that `records` points to (RFC 6901), each field by its
 * name or, where no member is called so, by a dotted path. A number is its digits,
 * as written; null is not there. An object in place of the array is one record, if it names somebody. A name
 * twice in an object, anything behind the document, or a member "errors" of it that holds something, spoils the page; other kinds of values, the record.
 */
enum error_kind json_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err);

/*
 * CSV (RFC 4180, with the header's delimiter, csv_row.h): a header row, quotes, UTF-8, or what the settings
 * say where no BOM says otherwise. Columns are found by their header, case and blanks around it not counting;
 * two of a name are an error where the settings ask for it. Rows of blank cells only are no records. Cells
 * missing at the end of a row are empty, and more than the header has must be. ="0042" and '0042, as
 * spreadsheets write a number that is a text, are 0042. A row that is a server's error message (markup.h) is an
 * error: the feed was cut off. Cells of other columns are neither decoded nor looked at.
 */
enum error_kind csv_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err);

/*
 * iCalendar (RFC 5545), UTF-8 or, with a BOM, UTF-16: a VEVENT is a record; all-day and timed, with recurrence (RRULE, RDATE,
 * EXDATE) from three years before `now` to ten after it. Of its revisions the one that holds counts
 * (ics_revisions.h). Zones are this machine's, those that Windows calls so, or the file's (ics_zone.h); a floating
 * time is in the process's. Each ATTENDEE (or whichever property `person` names) is a person, less rooms, and
 * those who declined (ics_people.h). An all-day event that ends on the day it begins is that day. Where
 * `from` or `until` name other properties than DTSTART and DTEND, these are read as in any other feed
 * (a date alone is inclusive), and nothing recurs.
 * A calendar that is cut off is an error, text behind it a problem.
 */
enum error_kind ics_read(struct feed_reader *reading, const char *body, size_t length, moment now,
	struct error *err);

/*
 * XML (1.0) in UTF-8, UTF-16, ISO-8859-1 or Windows-1252: the records are what the XPath `records` leads to, each field what an XPath leads
 * to from there: a node's text, trimmed, or what a function gives. Nothing but blanks, xsi:nil="true" and a number that is none
 * are not there; deputies alone may be several. The root element must be the expected one (xml_root.h). Not well-formed,
 * a DOCTYPE, a SOAP fault, more than XML_NODES_MAX (xml_tree.h) and XPaths that take more than XML_STEPS_MAX
 * (xml_path.h) spoil the page.
 */
enum error_kind xml_read(struct feed_reader *reading, const char *body, size_t length,
	struct error *err);

/* Read one page in the settings' format. */
enum error_kind format_read(struct feed_reader *reading, const char *body, size_t length,
	moment now, struct error *err);

#endif
