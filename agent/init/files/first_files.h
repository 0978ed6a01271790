/*
 * The files that `init` writes, as text: the settings, the routes, and the rights that the account needs. Comments
 * say what was found of each thing, or that nothing was, in the language in force. Pure.
 */
#ifndef INIT_FILES_FIRST_FILES_H
#define INIT_FILES_FIRST_FILES_H

struct directory_settings;
struct mapping;
struct proposal;
struct strbuf;
struct survey;

/* All borrowed. Paths as the files shall name them. */
struct first_files {
	const struct survey *survey;
	const struct proposal *proposal;
	const struct mapping *mapping;
	const struct directory_settings *directory; /* as it was reached */
	const char *server;                         /* its URL */
	const char *language;                       /* "da", "en" */
	const char *tags_file, *roles_file, *routes_file;
	const char *reports_directory;
};

void first_files_settings(struct strbuf *out, const struct first_files *files);
void first_files_routes(struct strbuf *out, const struct first_files *files);
void first_files_rights(struct strbuf *out, const struct first_files *files);

#endif
