/* What is remembered from run to run: kinds of work.c. Each returns how much it made. */
#ifndef REMEMBERED_H
#define REMEMBERED_H

#include <stddef.h>

size_t remembered_notified(size_t number);
size_t remembered_told(size_t number);
size_t remembered_verified(size_t number);

/* What a run needs of the chain in a folder. */
size_t remembered_append(const char *folder);

#endif
