/*
 * That the records of a file and its machine lines say the same: what ldapmodify would do is what programs read.
 */
#ifndef REPORT_LDIF_MACHINE_CHECK_H
#define REPORT_LDIF_MACHINE_CHECK_H

#include "base/message/error.h"

struct read_report;

/* ERROR_USAGE, with file:line, where a record or a machine line has no other of its kind. */
enum error_kind machine_check(const struct read_report *report, struct error *err);

#endif
