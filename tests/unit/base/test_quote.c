/*
 * Quoted texts, read back by those who read them: YAML by our own reader, LDIF by libldap, shell words
 * by bash and zsh. The texts are the usual attacks, and as many made by chance.
 *
 * QUOTE_TEXTS says how many (600), QUOTE_SEED where to begin (1).
 */
#include "unit.h"

#include <lber.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldif.h>

#include "base/memory/arena.h"
#include "base/text/hidden.h"
#include "base/text/quote.h"
#include "config/schema/yaml.h"
#include "config/trust/trust.h"
#include "file_case.h"

static const char *const attacks[] = {"", " ", "a", "drift", "no", "Null", "~", "1e3", "0x10", "-",
	"- x", "-rf", "--", "y", "true", "[x]", "{x: y}", "&a", "*a", "!x", "!!", "a!b", "|", ">",
	"%x", "@x", "`id`", "$(id)", "${x}", "$x", "a: b", "a:", ": b", "a #b", "#b", "a, b", "'",
	"''", "\"", "\"\"", "\\", "a\\", "\\n", "a b", " a", "a ", "\ta", "a\n", "a\nb: c", "\n",
	"\r\n", "dn: x\nchangetype: delete\n\ndn: y", "x;id", "x|id", "x&id", "x>f", "x<f", "x*",
	"x?", "~/x", "~root", "=x", "^x", "(x)", "{a,b}", "æøå", "æ'ø\"å", "\xC2\x85",
	"\xC2\x9B"
	"31m",
	"\x1b[2J", "\x7f",
	"a\xE2\x80\xAE"
	"b",
	"\xE2\x80\x8B", "\xEF\xBB\xBFx", "\xEF\xBF\xBE", "\xF3\xA0\x81\x81", "\xF0\x9F\x8E\x84",
	"cn=a\\, b,ou=#x,dc=dk", "cn=a,dc=dk", "cn=\"a\",dc=dk ", "<x>", "$'x'", "'\\''\n!x",
	"a\xC2\xA0"
	"b",
	"null", "off", "2026-12-24", "12:30", ".5", "%", "?", "? x", "---", "..."};

/* Of what others are made. */
static const char *const pieces[] = {"a", "b", "cn=", ",", ":", " ", "#", "'", "\"", "\\", "\n",
	"\t", "$", "`", "!", "(", ")", "{", "}", "[", "]", "*", "&", ";", "|", "<", ">", "~", "-",
	"?", "%", "@", "=", "1", "no", "æ", "\xE2\x80\xAE", "\xC2\x9B", "\x1b", "\xF3\xA0\x81\x81",
	"\r", "^", "+", "/", ".", "\xE2\x80\x98"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct samples {
	struct arena *arena;
	const char **items;
	size_t count;
};

static struct folder folder;
static struct samples texts;

static uint64_t throw_dice(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static size_t number_of(const char *name, size_t standard)
{
	const char *text = getenv(name);

	return text ? (size_t)strtoul(text, NULL, 10) : standard;
}

static int begin(void **state)
{
	size_t made = number_of("QUOTE_TEXTS", 600);
	uint64_t dice = number_of("QUOTE_SEED", 1);

	folder_make(&folder);
	texts.arena = arena_new();
	texts.items = arena_get(texts.arena, (COUNT(attacks) + made) * sizeof(*texts.items));
	for (; texts.count < COUNT(attacks); texts.count++)
		texts.items[texts.count] = attacks[texts.count];
	for (size_t i = 0; i < made; i++) {
		struct strbuf text = STRBUF_INIT;

		for (size_t j = throw_dice(&dice) % 8 + 1; j > 0; j--)
			strbuf_adds(&text, pieces[throw_dice(&dice) % COUNT(pieces)]);
		texts.items[texts.count++] = arena_string(texts.arena, text.text);
		strbuf_release(&text);
	}
	return 0;
}

static int end(void **state)
{
	folder_remove(&folder, "a.yaml");
	folder_remove(&folder, "words");
	folder_release(&folder);
	arena_free(texts.arena);
	return 0;
}

/* Whatever it is, it is printed on one line, and seen. */
static void assert_shown(const struct strbuf *quoted)
{
	if (hidden_in(quoted->text))
		fail_msg("hidden characters in %s", quoted->text);
}

typedef void quote_fn(struct strbuf *out, const char *text);

/* One sequence of all; `is_flow`: in brackets. */
static void check_yaml(quote_fn *quote, bool is_flow)
{
	struct strbuf file = STRBUF_INIT, quoted = STRBUF_INIT, path = STRBUF_INIT;
	struct arena *arena = arena_new();
	const struct yaml_node *list;
	struct findings findings;

	strbuf_adds(&file, is_flow ? "all: [" : "all:\n");
	for (size_t i = 0; i < texts.count && row(i, "%s", texts.items[i]); i++) {
		strbuf_reset(&quoted);
		quote(&quoted, texts.items[i]);
		assert_shown(&quoted);
		strbuf_addf(&file, is_flow ? "%s, " : "  - key: %s\n", quoted.text);
	}
	strbuf_adds(&file, is_flow ? "]\n" : "");
	folder_write(&folder, "a.yaml", file.text, file.length);
	folder_path(&folder, "a.yaml", &path);
	findings_init(&findings, arena);
	list = yaml_find(yaml_load(path.text, trust_new(arena), arena, &findings), "all");
	assert_int_equal(findings.count, 0);
	assert_int_equal(yaml_count(list), texts.count);
	for (size_t i = 0; i < texts.count && row(i, "%s", texts.items[i]); i++) {
		const struct yaml_node *item = yaml_item(list, i);

		item = is_flow ? item : yaml_find(item, "key");
		assert_int_equal(item->kind, YAML_SCALAR);
		assert_string_equal(item->text, texts.items[i]);
	}
	arena_free(arena);
	strbuf_release(&file);
	strbuf_release(&quoted);
	strbuf_release(&path);
}

static void test_yaml(void **state)
{
	check_yaml(quote_yaml, true);
	check_yaml(quote_yaml, false);
	check_yaml(quote_yaml_word, true);
	check_yaml(quote_yaml_word, false);
	check_yaml(quote_yaml_line, false);
}

/* What other readers of YAML take for something else than a text stands in quotes. */
static void test_yaml_form(void **state)
{
	static const struct {
		const char *text, *word, *line;
	} cases[] = {
		{"drift", "drift", "drift"},
		{"NO", "\"NO\"", "\"NO\""},
		{"y", "\"y\"", "\"y\""},
		{"1e3", "\"1e3\"", "\"1e3\""},
		{"~", "\"~\"", "\"~\""},
		{"CN=Drift,OU=Æ ø", "\"CN=Drift,OU=Æ ø\"", "CN=Drift,OU=Æ ø"},
		{"CN=a\\,b", "\"CN=a\\\\,b\"", "\"CN=a\\\\,b\""},
		{"a\nb", "\"a\\x0ab\"", "\"a\\x0ab\""},
		{"a\xE2\x80\xAE", "\"a\\u202e\"", "\"a\\u202e\""},
		{"a\xF3\xA0\x81\x81", "\"a\\U000e0041\"", "\"a\\U000e0041\""},
		{"cn=\xE6", "\"cn=\\\\e6\"", "\"cn=\\\\e6\""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].text); i++) {
		struct strbuf word = STRBUF_INIT, line = STRBUF_INIT;

		quote_yaml_word(&word, cases[i].text);
		quote_yaml_line(&line, cases[i].text);
		assert_string_equal(word.text, cases[i].word);
		assert_string_equal(line.text, cases[i].line);
		strbuf_release(&word);
		strbuf_release(&line);
	}
}

static void test_ldif(void **state)
{
	for (size_t i = 0; i < texts.count && row(i, "%s", texts.items[i]); i++) {
		struct strbuf line = STRBUF_INIT;
		char *name, *value;
		ber_len_t length;

		quote_ldif(&line, "dn", texts.items[i]);
		assert_ptr_equal(strchr(line.text, '\n'), line.text + line.length - 1);
		line.text[line.length - 1] = '\0';
		assert_false(hidden_in(line.text));
		assert_int_equal(ldif_parse_line(line.text, &name, &value, &length), 0);
		assert_string_equal(name, "dn");
		assert_int_equal(length, strlen(texts.items[i]));
		assert_memory_equal(value, texts.items[i], length);
		ber_memfree(name);
		ber_memfree(value);
		strbuf_release(&line);
	}
}

/* Every word by a shell, each ended by NUL. */
static void check_shell(const char *shell)
{
	struct strbuf script = STRBUF_INIT, quoted = STRBUF_INIT, path = STRBUF_INIT,
		      command = STRBUF_INIT, said = STRBUF_INIT;
	char bytes[4096];
	size_t got, at = 0;
	FILE *stream;

	for (size_t i = 0; i < texts.count && row(i, "%s", texts.items[i]); i++) {
		strbuf_reset(&quoted);
		quote_shell(&quoted, texts.items[i]);
		assert_shown(&quoted);
		strbuf_addf(&script, "printf '%%s\\0' %s\n", quoted.text);
	}
	folder_write(&folder, "words", script.text, script.length);
	folder_path(&folder, "words", &path);
	strbuf_addf(&command, "%s %s", shell, path.text);
	stream = popen(command.text, "r");
	assert_non_null(stream);
	while ((got = fread(bytes, 1, sizeof(bytes), stream)) > 0)
		strbuf_add(&said, bytes, got);
	assert_int_equal(pclose(stream), 0);
	for (size_t i = 0; i < texts.count && row(i, "%s", texts.items[i]); i++) {
		assert_true(at < said.length);
		assert_string_equal(said.text + at, texts.items[i]);
		at += strlen(said.text + at) + 1;
	}
	assert_int_equal(at, said.length);
	strbuf_release(&script);
	strbuf_release(&quoted);
	strbuf_release(&path);
	strbuf_release(&command);
	strbuf_release(&said);
}

static void test_shell(void **state)
{
	check_shell("LC_ALL=C bash");
	check_shell("LC_ALL=C.UTF-8 bash");
	check_shell("LC_ALL=C.UTF-8 zsh -f");
}

/* As slapd.conf(5) and PowerShell read the string: what they get is the text made safe. */
static void check_string(const char *quoted, const char *text, bool is_slapd)
{
	struct strbuf safe = STRBUF_INIT, got = STRBUF_INIT;
	const char *at = quoted + 1;

	strbuf_add_safe(&safe, text);
	assert_int_equal(*quoted, is_slapd ? '"' : '\'');
	for (; *at; at++) {
		bool is_typographic = !is_slapd && strncmp(at, "\xE2\x80\x98", 3) == 0;

		if (is_slapd ? *at == '"' : *at == '\'' && at[1] != '\'')
			break;
		if (is_typographic) {
			assert_memory_equal(at + 3, at, 3);
			at += 3;
		}
		if (is_slapd ? *at == '\\' : *at == '\'')
			at++;
		strbuf_addc(&got, *at);
	}
	assert_int_equal(strlen(at), 1);
	assert_string_equal(got.text, safe.text);
	strbuf_release(&safe);
	strbuf_release(&got);
}

static void test_strings(void **state)
{
	for (size_t i = 0; i < texts.count && row(i, "%s", texts.items[i]); i++) {
		struct strbuf slapd = STRBUF_INIT, powershell = STRBUF_INIT;

		quote_slapd(&slapd, texts.items[i]);
		quote_powershell(&powershell, texts.items[i]);
		assert_shown(&slapd);
		assert_shown(&powershell);
		check_string(slapd.text, texts.items[i], true);
		check_string(powershell.text, texts.items[i], false);
		strbuf_release(&slapd);
		strbuf_release(&powershell);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml),
		cmocka_unit_test(test_yaml_form),
		cmocka_unit_test(test_ldif),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_strings),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
