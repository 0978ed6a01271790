/*
 * Random parts of pauses, so that agents on many hosts do not all come at once: from the
 * system's random source, not from random(), which gives each process the same numbers.
 */
#ifndef BASE_SYSTEM_JITTER_H
#define BASE_SYSTEM_JITTER_H

#include <stdint.h>

/* A number from 0 to `most` - 1, all equally likely; 0 where `most` is 1 or less. */
int64_t jitter(int64_t most);

#endif
