/*
 * The form of a text in which numbers do not count, as tickets are numbered: "[Ticket#123]" and "[Ticket#124]" are
 * "[Ticket#*]", "INC0012345" is "INC*".
 *
 * A number starts with a digit, followed by letters, digits, and single signs . , : / - _ between these:
 * "2026-01-15", "0A4.f". KOMBIT's numbers of integrations ("SF1500": SF and four digits) are names, and stay.
 */
#ifndef MAILBOX_NUMBER_PATTERN_H
#define MAILBOX_NUMBER_PATTERN_H

struct arena;

/* The pattern of a text in UTF-8, in `arena`. */
const char *number_pattern(struct arena *arena, const char *text);

#endif
