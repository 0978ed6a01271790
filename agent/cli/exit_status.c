#include "cli/exit_status.h"

#include "cli/command.h"

int exit_status_of(enum error_kind kind)
{
	switch (kind) {
	case ERROR_NONE:
		return EXIT_DONE;
	case ERROR_USAGE:
		return EXIT_USAGE;
	default:
		return EXIT_FAILED;
	}
}
