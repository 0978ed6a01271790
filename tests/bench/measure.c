/*
 * measure FILE COMMAND...: run a command, its output to FILE, and print its wall time in nanoseconds, its peak
 * memory in KiB, its exit status, and its processor time in microseconds. The bench is Python, whose own memory a child of it would be charged with.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long microseconds(const struct timeval *time)
{
	return time->tv_sec * 1000000LL + time->tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage used;
	long long start;
	pid_t child;
	int status = 0;

	if (argc < 3)
		return 2;
	start = nanoseconds();
	child = fork();
	if (child == 0) {
		int out = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (out < 0 || dup2(out, STDOUT_FILENO) < 0)
			_exit(126);
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &used) != child)
		return 1;
	printf("%lld %ld %d %lld\n", nanoseconds() - start, used.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		microseconds(&used.ru_utime) + microseconds(&used.ru_stime));
	return 0;
}
