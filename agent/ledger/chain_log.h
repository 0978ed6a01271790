/*
 * A witness of runs.jsonl outside its folder: the hash of each line, in systemd's journal, else in
 * syslog. A log that does not take it in time holds up no run.
 */
#ifndef LEDGER_CHAIN_LOG_H
#define LEDGER_CHAIN_LOG_H

#include <jansson.h>

/* Log the hash of a line that is under way or ended (`what`). */
void chain_log(const json_t *line, const char *what, const char *hash);

#endif
