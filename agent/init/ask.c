#include "init/ask.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory/arena.h"
#include "base/system/loopback.h"
#include "base/text/language.h"
#include "base/text/text.h"
#include "cli/options.h"
#include "model/settings.h"

#define ANSWER_MAX 1000 /* bytes of a line */

/* One question: the answer, trimmed, in `arena`; NULL where it is empty, or there is nobody to answer. */
static const char *ask_question(struct arena *arena, const char *question)
{
	char line[ANSWER_MAX];
	const char *answer = line;
	size_t length;

	fprintf(stderr, "%s: ", question);
	if (!fgets(line, sizeof(line), stdin))
		return NULL;
	length = strlen(line);
	text_trim(&answer, &length);
	return length > 0 ? arena_bytes(arena, answer, length) : NULL;
}

static bool is_url(const char *text)
{
	return strstr(text, "://") != NULL;
}

static void set_server(struct settings *settings, const char *url, const char *domain)
{
	struct directory_settings *directory = &settings->directory;

	directory->domain = domain;
	if (!url)
		return;
	directory->urls.items = arena_get(settings->arena, sizeof(*directory->urls.items));
	directory->urls.items[0] = url;
	directory->urls.count = 1;
}

static void ask_all(struct settings *settings)
{
	struct arena *arena = settings->arena;
	struct directory_settings *directory = &settings->directory;
	const char *server = ask_question(arena,
		_("The directory: a URL (ldaps://dc1.eksempel.dk), or a domain"));

	if (!server)
		return;
	set_server(settings, is_url(server) ? server : NULL, is_url(server) ? NULL : server);
	directory->bind.dn = ask_question(arena,
		_("The account to log in as: a DN, on Active Directory also "
		  "postvagt@eksempel.dk (empty: by Kerberos)"));
	if (directory->bind.dn)
		directory->bind.password_file =
			ask_question(arena, _("The file whose first line is its password"));
	else
		directory->bind.keytab_file =
			ask_question(arena, _("Its keytab (empty: the ticket of kinit)"));
	directory->ca_file = ask_question(arena,
		_("The file of the CA that signed the server's certificate (empty: the system's)"));
	directory->base =
		ask_question(arena, _("The DN to look below (empty: what the server names)"));
}

static void take_options(const struct options *options, struct settings *settings)
{
	struct directory_settings *directory = &settings->directory;

	set_server(settings, options->url, options->domain);
	directory->base = options->base;
	directory->ca_file = options->ca_file;
	directory->bind.dn = options->bind;
	directory->bind.password_file = options->password_file;
	directory->bind.keytab_file = options->keytab_file;
}

/* How to log in follows from what is given; a password goes over no wire in the clear. */
static void complete_directory(struct directory_settings *directory)
{
	const char *url = directory->urls.count > 0 ? directory->urls.items[0] : NULL;

	if (directory->bind.dn)
		directory->bind.mechanism = BIND_SIMPLE;
	else if (url && strncasecmp(url, "ldapi:", 6) == 0)
		directory->bind.mechanism = BIND_EXTERNAL;
	else
		directory->bind.mechanism = BIND_GSSAPI;
	directory->starttls = directory->bind.mechanism == BIND_SIMPLE && url &&
		strncasecmp(url, "ldap:", 5) == 0 && !url_is_loopback(url);
}

enum error_kind init_ask(const struct options *options, struct settings *settings,
	struct error *err)
{
	struct directory_settings *directory = &settings->directory;

	if (options->url && options->domain)
		return error_set(err, ERROR_USAGE, _("either --url or --domain, not both"));
	if (options->url || options->domain)
		take_options(options, settings);
	else
		ask_all(settings);
	complete_directory(directory);
	if (!directory->domain && directory->urls.count == 0)
		return error_set(err, ERROR_USAGE,
			_("init looks at a directory: name it, by --url "
			  "or --domain"));
	if (!directory->bind.dn != !directory->bind.password_file)
		return error_set(err, ERROR_USAGE,
			_("an account goes with the file of its password, --bind with "
			  "--password-file"));
	if (directory->bind.dn && directory->bind.keytab_file)
		return error_set(err, ERROR_USAGE, _("either --bind or --keytab-file, not both"));
	return ERROR_NONE;
}
