#include "directory/connection/sasl.h"

#include <ldap.h>
#include <sasl/sasl.h>
#include <string.h>

#include "directory/connection/connection.h"

/* Nobody can make a folder of it, so no plugins are found. */
static int give_no_path(void *context, const char **path)
{
	(void)context;
	*path = "/dev/null";
	return SASL_OK;
}

void sasl_begin(bool for_kerberos)
{
	typedef int sasl_function(void);
	typedef void any_function(void); /* between which and others gcc lets casts be */
	static const sasl_callback_t without_plugins[] = {
		{SASL_CB_GETPATH, (sasl_function *)(any_function *)give_no_path, NULL},
		{SASL_CB_LIST_END, NULL, NULL}};
	static enum { NOT_BEGUN, WITHOUT_PLUGINS, WITH_PLUGINS } begun;

	if (begun == WITH_PLUGINS || (begun == WITHOUT_PLUGINS && !for_kerberos))
		return;
	/* Ours and libldap's; the last one forgets everything. */
	while (begun == WITHOUT_PLUGINS && sasl_client_done() == SASL_CONTINUE)
		;
	sasl_client_init(for_kerberos ? NULL : without_plugins);
	begun = for_kerberos ? WITH_PLUGINS : WITHOUT_PLUGINS;
}

/* Kerberos knows all that SASL could ask for; what it asks all the same is answered by "as it is". */
static int answer_nothing(LDAP *ld, unsigned flags, void *defaults, void *questions)
{
	(void)ld;
	(void)flags;
	(void)defaults;
	for (sasl_interact_t *ask = questions; ask->id != SASL_CB_LIST_END; ask++) {
		ask->result = ask->defresult ? ask->defresult : "";
		ask->len = (unsigned int)strlen(ask->result);
	}
	return LDAP_SUCCESS;
}

/*
 * 56 is the least that SASL calls encryption. With NOCANON the URL's host is the SPN's, not what
 * DNS makes of its address.
 */
static int prepare_handle(LDAP *ld)
{
	static const char sealed[] = "noanonymous,noplain,minssf=56";
	static const char bare[] = "noanonymous,noplain,maxssf=0";
	const char *layer = ldap_tls_inplace(ld) ? bare : sealed;

	if (ldap_set_option(ld, LDAP_OPT_X_SASL_SECPROPS, layer) != LDAP_OPT_SUCCESS ||
		ldap_set_option(ld, LDAP_OPT_X_SASL_NOCANON, LDAP_OPT_ON) != LDAP_OPT_SUCCESS)
		return LDAP_LOCAL_ERROR;
#ifdef LDAP_OPT_X_SASL_CBINDING
	/* Where the library has it and cannot do it, the server says whether it minds. */
	if (ldap_tls_inplace(ld)) {
		const int by_certificate = LDAP_OPT_X_SASL_CBINDING_TLS_ENDPOINT;

		ldap_set_option(ld, LDAP_OPT_X_SASL_CBINDING, &by_certificate);
	}
#endif
	return LDAP_SUCCESS;
}

/* Each step's answer is the next one's question; libldap itself finds a refusal in it. */
int sasl_bind(struct connection *connection, const char *mechanism)
{
	LDAPMessage *answer = NULL;
	const char *chosen = NULL;
	int id = 0, result = prepare_handle(connection->ld);

	if (result != LDAP_SUCCESS)
		return result;
	do {
		result = ldap_sasl_interactive_bind(connection->ld, NULL, mechanism, NULL, NULL,
			LDAP_SASL_QUIET, answer_nothing, NULL, answer, &chosen, &id);
		ldap_msgfree(answer);
		answer = NULL;
		if (result == LDAP_SASL_BIND_IN_PROGRESS) {
			int received = connection_answer(connection, id, &answer);

			if (!answer)
				return received;
		}
	} while (result == LDAP_SASL_BIND_IN_PROGRESS);
	return result;
}
