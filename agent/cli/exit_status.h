/* The exit status that a failure ends the program with (CONTRACT section 1). */
#ifndef CLI_EXIT_STATUS_H
#define CLI_EXIT_STATUS_H

#include "base/message/error.h"

/* Return EXIT_DONE for ERROR_NONE, EXIT_USAGE for ERROR_USAGE, EXIT_FAILED for all else. */
int exit_status_of(enum error_kind kind);

#endif
