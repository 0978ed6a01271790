#include "directory/connection/tls_complaint.h"

#include <ldap.h>
#include <stdio.h>
#include <string.h>

/* What libldap said last about TLS. Of the process, as is the function that is given it. */
static char complaint[256];

/* Take what says why; that it cannot connect is known. */
static void take_complaint(const char *text)
{
	if (strncmp(text, "TLS: ", 5) == 0 && strncmp(text, "TLS: can't", 10) != 0)
		snprintf(complaint, sizeof(complaint), "%.*s", (int)strcspn(text + 5, "\n"),
			text + 5);
}

void tls_complaint_listen(bool on)
{
	/* ISO C lets a function stand for an object this way only. */
	const union {
		BER_LOG_PRINT_FN function;
		void *object;
	} take = {.function = take_complaint};
	const int level = on ? 1 : 0;

	if (on)
		*complaint = '\0';
	ber_set_option(NULL, LBER_OPT_LOG_PRINT_FN, take.object);
	ldap_set_option(NULL, LDAP_OPT_DEBUG_LEVEL, &level);
}

const char *tls_complaint(void)
{
	return complaint;
}
