#include "base/language.h"

#include <stddef.h>

const struct translation danish[] = {
	{NULL, NULL},
};
