/*
 * What the entries that findings are about are called, for people who read them.
 */
#ifndef REPORT_ENTRY_NAMES_H
#define REPORT_ENTRY_NAMES_H

struct findings;
struct snapshot;

/* Name those that are DNs of entries (findings_set_names()): people by phrase_name(), others by the DN's first value. */
void entry_names_set(struct findings *findings, const struct snapshot *snapshot);

#endif
