#include "base/system/jitter.h"

#include <sodium.h>

int64_t jitter(int64_t most)
{
	if (most <= 1)
		return 0;
	return randombytes_uniform(most < UINT32_MAX ? (uint32_t)most : UINT32_MAX);
}
