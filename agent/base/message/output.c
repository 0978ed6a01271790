#include "base/message/output.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int problem; /* errno of the first write that failed; 0: none */
static void (*inherited)(int);

/* What cannot be written is dropped: its reason is kept, and said once, at the end. */
static ssize_t take_bytes(void *cookie, const char *bytes, size_t length)
{
	size_t done = 0;

	(void)cookie;
	while (!problem && done < length) {
		ssize_t n = write(STDOUT_FILENO, bytes + done, length - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			problem = errno;
	}
	return (ssize_t)length;
}

void output_begin(void)
{
	const cookie_io_functions_t functions = {.write = take_bytes};
	FILE *file = fopencookie(NULL, "w", functions);

	inherited = signal(SIGPIPE, SIG_IGN);
	if (!file)
		return;
	stdout = file;
	if (isatty(STDOUT_FILENO))
		setlinebuf(stdout);
}

int output_end(void)
{
	errno = 0;
	if (fflush(stdout) != 0 && !problem)
		problem = errno ? errno : EIO;
	return problem;
}

void output_die_of_pipe(void)
{
	if (inherited == SIG_IGN)
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}
