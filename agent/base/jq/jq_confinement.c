#include "base/jq/jq_confinement.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory/memory.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#endif

#ifdef ARCHITECTURE
#define ALLOW(call)                                             \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), \
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

/* Allow what memory, time and one open descriptor take. All else fails with EPERM. */
static bool filter_calls(void)
{
	static struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		ALLOW(read),
		ALLOW(write),
		ALLOW(brk),
		ALLOW(mmap),
		ALLOW(munmap),
		ALLOW(mremap),
		ALLOW(madvise),
		ALLOW(futex),
		ALLOW(getrandom),
		ALLOW(clock_gettime),
		ALLOW(gettimeofday),
		ALLOW(rt_sigprocmask),
		ALLOW(rt_sigreturn),
		ALLOW(sigaltstack), /* which AddressSanitizer asks about */
		ALLOW(exit),
		ALLOW(exit_group),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	const struct sock_fprog program = {.len = COUNT(rules), .filter = rules};

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 || errno == EINVAL;
}
#else
static bool filter_calls(void)
{
	return true;
}
#endif

static bool set_limit(__rlimit_resource_t what, rlim_t most)
{
	const struct rlimit limit = {most, most};

	return setrlimit(what, &limit) == 0;
}

/* SIGXCPU, which says what it was, and a second later SIGKILL. */
static bool set_processor_limit(void)
{
	const struct rlimit limit = {JQ_SECONDS_MAX, JQ_SECONDS_MAX + 1};

	return setrlimit(RLIMIT_CPU, &limit) == 0;
}

/* The address space that the image takes, in bytes; 0: not known. */
static rlim_t image_size(void)
{
	char line[100] = "";
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return 0;
	if (!fgets(line, sizeof(line), file))
		*line = '\0';
	fclose(file);
	return (rlim_t)strtoul(line, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

bool jq_confine(void)
{
	rlim_t image = image_size();

	closefrom(1);
	return image > 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
		prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		set_limit(RLIMIT_CORE, 0) && set_processor_limit() &&
		set_limit(RLIMIT_AS, image + JQ_MEMORY_MAX) && set_limit(RLIMIT_FSIZE, 0) &&
		set_limit(RLIMIT_NPROC, 0) && set_limit(RLIMIT_NOFILE, 0) && filter_calls();
}
