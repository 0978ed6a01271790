#include "base/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

void process_harden(void)
{
	const struct rlimit none = {0, 0};

	umask(027);
	setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ /* LeakSanitizer attaches to the process */
	prctl(PR_SET_DUMPABLE, 0);
#endif
}
