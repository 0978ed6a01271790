/*
 * What `init` has to know before it can look at a directory: from the command line, or, where this names no server,
 * asked line by line on standard error and read from standard input.
 */
#ifndef INIT_ASK_H
#define INIT_ASK_H

#include "base/message/error.h"

struct options;
struct settings;

/*
 * Fill in settings->directory, in the settings' arena. Paths stay as they were given: they count from where the
 * command is run. ERROR_USAGE where something is missing, and nobody there to be asked.
 */
enum error_kind init_ask(const struct options *options, struct settings *settings,
	struct error *err);

#endif
