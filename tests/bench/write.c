/*
 * write URL DN PASSWORD FILE: send modifies, a list each, with up to eight under way at once, and nothing else. FILE has
 * a line a value: "=DN" begins a modify, "+VALUE" adds and "-VALUE" deletes a member. The least that writing costs.
 */
#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE 8

struct values {
	char **items; /* NULL-terminated */
	size_t count, room;
};

static void add_value(struct values *values, char *text)
{
	if (values->count + 2 > values->room) {
		values->room = values->room ? values->room * 2 : 256;
		values->items = realloc(values->items, values->room * sizeof(char *));
	}
	values->items[values->count++] = text;
	values->items[values->count] = NULL;
}

static void fail(const char *what, int result)
{
	fprintf(stderr, "write: %s: %s\n", what, ldap_err2string(result));
	exit(1);
}

static void take_one(LDAP *ld)
{
	LDAPMessage *answer = NULL;
	int code = 0, result = ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ALL, NULL, &answer);

	if (result <= 0)
		fail("ldap_result", LDAP_SERVER_DOWN);
	result = ldap_parse_result(ld, answer, &code, NULL, NULL, NULL, NULL, 1);
	if (result != LDAP_SUCCESS || code != LDAP_SUCCESS)
		fail("modify", result ? result : code);
}

static void send_one(LDAP *ld, const char *dn, struct values *adds, struct values *deletes)
{
	LDAPMod add = {LDAP_MOD_ADD, "member", {adds->items}};
	LDAPMod delete = {LDAP_MOD_DELETE, "member", {deletes->items}};
	LDAPMod *changes[3] = {NULL, NULL, NULL};
	int id, count = 0, result;

	if (adds->count)
		changes[count++] = &add;
	if (deletes->count)
		changes[count++] = &delete;
	result = ldap_modify_ext(ld, dn, changes, NULL, NULL, &id);
	if (result != LDAP_SUCCESS)
		fail(dn, result);
	adds->count = deletes->count = 0;
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text;
	long size;

	if (!file || fseek(file, 0, SEEK_END) != 0)
		exit(2);
	size = ftell(file);
	rewind(file);
	text = malloc((size_t)size + 1);
	if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
		exit(2);
	text[size] = '\0';
	fclose(file);
	return text;
}

int main(int argc, char **argv)
{
	struct values adds = {NULL, 0, 0}, deletes = {NULL, 0, 0};
	struct berval password = {0, NULL};
	const int version = LDAP_VERSION3;
	const char *dn = NULL;
	size_t waiting = 0, sent = 0;
	LDAP *ld;

	if (argc != 5 || ldap_initialize(&ld, argv[1]) != LDAP_SUCCESS)
		return 2;
	ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	password.bv_val = argv[3];
	password.bv_len = strlen(argv[3]);
	if (ldap_sasl_bind_s(ld, argv[2], LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL) !=
		LDAP_SUCCESS)
		return 1;
	for (char *line = strtok(read_all(argv[4]), "\n");; line = strtok(NULL, "\n")) {
		if (dn && (!line || *line == '=')) {
			if (waiting == AT_ONCE)
				take_one(ld);
			else
				waiting++;
			send_one(ld, dn, &adds, &deletes);
			sent++;
		}
		if (!line)
			break;
		if (*line == '=')
			dn = line + 1;
		else
			add_value(*line == '+' ? &adds : &deletes, line + 1);
	}
	for (; waiting > 0; waiting--)
		take_one(ld);
	printf("%zu\n", sent);
	ldap_unbind_ext(ld, NULL, NULL);
	return 0;
}
