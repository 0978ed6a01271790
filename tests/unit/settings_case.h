/*
 * Cases for the settings of a feed: file_case.h, with what each of them needs around it.
 *
 *	static const struct file_case cases[] = {{SETTINGS_HEAD "absence: ...", "8:11: jq: "}};
 *	settings_check_cases(cases, ROWS(cases));
 *
 * A group's set-up and tear-down are settings_set_up() and settings_tear_down().
 */
#ifndef SETTINGS_CASE_H
#define SETTINGS_CASE_H

#include "file_case.h"

struct settings;

#define SETTINGS_HEAD \
	"directory: {url: ldap://localhost, base: 'dc=dk', bind: {dn: 'cn=a', password_file: secret}}\n"

int settings_set_up(void **state);
int settings_tear_down(void **state);

/* Load the settings, and compare what is found; NULL where something is. The caller frees by settings_free(). */
struct settings *settings_load_case(const struct file_case *given);

void settings_check_cases(const struct file_case *cases, size_t count);

#endif
