/*
 * Tables of keys that read a YAML mapping into a struct.
 *
 * A schema is a table of rows, one a key: its name, how its value is read, where
 * in the struct it goes, what it is if the file does not say, and a line of help.
 * Reader, errors, defaults and documentation all come from these rows.
 *
 * Every fault of a file is said, each at its own place (fault.h); a value that
 * is wrong leaves its field zero. A key without a value (`ca_file:`) counts as
 * not given, a section without one as empty. Values live in the reader's arena.
 */
#ifndef CONFIG_SCHEMA_SCHEMA_H
#define CONFIG_SCHEMA_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct findings;
struct key;
struct mark;
struct strbuf;
struct trust;
struct yaml_node;

/* What goes along while a file is read. */
struct schema_reader {
	struct arena *arena;       /* borrowed: takes the values */
	struct findings *findings; /* borrowed: takes the faults */
	struct trust *trust;       /* borrowed: judges files before they are read */
	const char *file;   /* borrowed; its folder is that of paths that no file names: defaults */
	void *context;      /* borrowed: whatever a row's own functions need */
	const char *sha256; /* of the file that was loaded last; NULL: it could not be */
};

/* The longest duration of any key, in seconds: ten years. Milliseconds of it need an int64_t. */
#define DURATION_MAX (3650 * 24 * 60 * 60)

/* How a value is read, and the type of its field. "List": an array, its length at `count`. */
enum key_type {
	KEY_TEXT,      /* one line: const char * */
	KEY_TEXTS,     /* list of them: const char ** */
	KEY_BILINGUAL, /* {da: ..., en: ...}, or one text for both: struct texts */
	KEY_BOOL,      /* bool */
	KEY_INTEGER,   /* `minimum` or more: int */
	KEY_DURATION,  /* 30s 15m 24h 7d, `minimum` seconds to `maximum`: int */
	KEY_CHOICE,    /* one of `choices`: its value, an enum */
	KEY_WORD,      /* one of `choices`: its name, const char * */
	KEY_PATH,      /* made relative to the folder of the file that names it: const char * */
	KEY_PATHS,     /* list of them: const char ** */
	KEY_PERSONS,   /* list of DN, login or mail address: struct reference * */
	KEY_SECTION,   /* a mapping read by `of`, whose fields count from `offset` */
	KEY_SEQUENCE,  /* list of mappings, each read by `of` into a struct of its size */
	KEY_OWN,       /* read by the row's own `read` */
};

enum key_flags {
	KEY_REQUIRED = 1 << 0,     /* missing is a fault where its section is given */
	KEY_MAY_BE_EMPTY = 1 << 1, /* "" and blanks are a value */
	KEY_MANY_LINES = 1 << 2,
};

struct choice {
	const char *name;
	int value;
};

/* Look at a text: NULL where it is good, else what was expected, translated. */
typedef const char *key_check(const struct schema_reader *reader, const char *text);

/* Read a value into a struct, with faults at its own places. */
typedef void key_read(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node, void *object);

struct key {
	const char *name;
	enum key_type type;
	size_t offset;  /* of the field in the struct */
	size_t count;   /* of a list's length, size_t */
	size_t given;   /* of a bool: the file has the key; 0: there is none */
	size_t mark;    /* of a struct mark: the value's place; 0: there is none */
	unsigned flags; /* enum key_flags */
	int minimum;
	int maximum;          /* of a duration, seconds; 0: DURATION_MAX */
	const char *standard; /* the value where the file gives none, as one would write it */
	const struct choice *choices; /* ended by {NULL, 0} */
	key_check *check;             /* of each text; may be NULL */
	key_read *read;
	const struct schema *of;
	const char *help; /* one line, for the manual */
};

struct schema {
	const struct key *keys;
	size_t key_count;
	size_t size; /* of the struct, for KEY_SEQUENCE */
};

/*
 * Load the reader's file and read it into the zeroed `object`. Returns the
 * file's tree, for checks across keys, or NULL where it cannot be read at all.
 */
const struct yaml_node *schema_load(struct schema_reader *reader, const struct schema *schema,
	void *object);

/* The same of a tree that was loaded already. Each path is relative to the file in which it stands. */
void schema_read_tree(struct schema_reader *reader, const struct schema *schema,
	const struct yaml_node *root, void *object);

/*
 * Add a line a key, "section.key  what it means (default)", for every row of the
 * schema and of those inside it. English, as the manual is. `prefix` is "" at the top.
 */
void schema_add_help(struct strbuf *out, const struct schema *schema, const char *prefix);

/*
 * For a row's own `read`: one text, checked as the row says; NULL after a
 * fault. And the fault that says what was found where something else was
 * expected.
 */
const char *schema_text(struct schema_reader *reader, const struct key *key,
	const struct yaml_node *node);
void schema_expected(struct schema_reader *reader, const struct yaml_node *node,
	const char *expected);

/* A check for rows: the text is a DN. */
key_check schema_check_dn;

#endif
