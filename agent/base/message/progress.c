#include "base/message/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_shown(void)
{
	const char *terminal = getenv("TERM");

	return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

void progress_say(const char *what)
{
	if (is_shown())
		fprintf(stderr, "\r\033[K%s …", what);
}

void progress_clear(void)
{
	if (is_shown())
		fputs("\r\033[K", stderr);
}
