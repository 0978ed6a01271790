/*
 * The language of what people read: English in the code, Danish by a table.
 *
 * _("text") gives the text in the language in force. Every text is a row in
 * danish.c; `make lint` holds the two against each other.
 */
#ifndef BASE_TEXT_LANGUAGE_H
#define BASE_TEXT_LANGUAGE_H

enum language {
	LANGUAGE_ENGLISH,
	LANGUAGE_DANISH,
};

struct translation {
	const char *english, *danish;
};

/* Danish of every text, sorted nowhere, ended by {NULL, NULL}: danish.c. */
extern const struct translation danish[];

/* Set and get the language in force; English until set. */
void language_set(enum language language);
enum language language_get(void);

/* The language of the environment (LC_ALL, LC_MESSAGES, LANG): Danish where it says da, else English. */
enum language language_of_locale(void);

/* The text in the language in force; itself where the table has no row. Never freed. */
const char *language_text(const char *english) __attribute__((format_arg(1)));

/* A gettext-like name, so that texts read as texts where they stand. */
#define _(english) language_text(english)

/* Marks a text in a table, which is translated where it is used. */
#define N_(english) english

#endif
