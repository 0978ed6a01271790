/*
 * A witness of runs.jsonl outside its folder: the hash of each line, in systemd's journal, else in
 * syslog. A log that does not take it in time holds up no run.
 */
#ifndef LEDGER_CHAIN_LOG_H
#define LEDGER_CHAIN_LOG_H

#include <jansson.h>

/* Log the hash of a line that is under way or ended (`what`). */
void chain_log(const json_t *line, const char *what, const char *hash);

/* Log that a year's file was closed with the line of that number and hash, which `audit verify --expect` takes. */
void chain_log_closed(const char *name, json_int_t number, const char *hash);

#endif
