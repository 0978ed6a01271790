/* Signatures: RFC 8032's own, keys in PEM, and what is none. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text/strbuf.h"
#include "file_case.h"
#include "ledger/sign.h"

/* RFC 8032 section 7.1, test 1, as PKCS#8 and SubjectPublicKeyInfo. */
static const char seed_pem[] = "-----BEGIN PRIVATE KEY-----\n"
			       "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
			       "-----END PRIVATE KEY-----\n";
static const char public_text[] = "-----BEGIN PUBLIC KEY-----\n"
				  "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
				  "-----END PUBLIC KEY-----\n";
static const char of_nothing[] =
	"5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

static enum error_kind load_key(struct sign_key *key, const char *text)
{
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct folder folder;
	enum error_kind kind;

	*key = (struct sign_key){.is_there = false};
	folder_make(&folder);
	folder_write(&folder, "key", text, strlen(text));
	folder_path(&folder, "key", &path);
	chmod(path.text, 0600);
	kind = sign_key_load(key, path.text, &err);
	assert_int_equal(key->is_there, kind == ERROR_NONE);
	folder_remove(&folder, "key");
	folder_release(&folder);
	strbuf_release(&path);
	error_release(&err);
	return kind;
}

static enum error_kind load_public(struct sign_public *public, const char *text)
{
	struct strbuf path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct folder folder;
	enum error_kind kind;

	folder_make(&folder);
	folder_write(&folder, "key.pub", text, strlen(text));
	folder_path(&folder, "key.pub", &path);
	kind = sign_public_load(public, path.text, &err);
	folder_remove(&folder, "key.pub");
	folder_release(&folder);
	strbuf_release(&path);
	error_release(&err);
	return kind;
}

static void test_rfc_8032(void **state)
{
	char signature[SIGN_TEXT];
	struct sign_public public;
	struct sign_key key;

	assert_int_equal(load_key(&key, seed_pem), ERROR_NONE);
	assert_int_equal(load_public(&public, public_text), ERROR_NONE);
	assert_int_equal(public.count, 1);
	sign_text(&key, "", 0, signature);
	assert_string_equal(signature, of_nothing);
	assert_true(sign_is_good(&public, "", 0, signature));
	assert_false(sign_is_good(&public, "x", 1, signature));
	sign_key_wipe(&key);
	assert_false(key.is_there);
}

static void test_no_signature(void **state)
{
	static const char *const texts[] = {"", "=", "AAAA",
		"5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQ",
		"5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==A",
		"6VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw=="};
	struct sign_public public;

	load_public(&public, public_text);
	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++)
		assert_false(sign_is_good(&public, "", 0, texts[i]));
}

static void test_keys_that_are_none(void **state)
{
	static const char *const texts[] = {"", "no key\n", public_text,
		"-----BEGIN PRIVATE KEY-----\n",
		"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
		"-----BEGIN PRIVATE KEY-----\n"
		"MC4CAQAwBQYDK2VxBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
		"-----END PRIVATE KEY-----\n"};
	struct sign_public public;
	struct sign_key key;

	for (size_t i = 0; i < ROWS(texts) && row(i, "%s", texts[i]); i++)
		assert_int_equal(load_key(&key, texts[i]), ERROR_USAGE);
	assert_int_equal(load_public(&public, seed_pem), ERROR_USAGE);
	assert_int_equal(load_public(&public, ""), ERROR_USAGE);
}

/* Two keys in one file: an old one and the one that followed it. More than there is room for are none. */
static void test_several_public_keys(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct sign_public public;

	strbuf_adds(&text,
		"-----BEGIN PUBLIC KEY-----\n"
		"MCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
		"-----END PUBLIC KEY-----\n");
	strbuf_adds(&text, public_text);
	assert_int_equal(load_public(&public, text.text), ERROR_NONE);
	assert_int_equal(public.count, 2);
	assert_true(sign_is_good(&public, "", 0, of_nothing));
	for (int i = 0; i < SIGN_PUBLIC_MAX; i++)
		strbuf_adds(&text, public_text);
	assert_int_equal(load_public(&public, text.text), ERROR_USAGE);
	strbuf_release(&text);
}

static void test_make(void **state)
{
	struct strbuf path = STRBUF_INIT, public_path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct sign_public public;
	struct sign_key key = {.is_there = false};
	char signature[SIGN_TEXT];
	struct folder folder;
	struct stat st;

	folder_make(&folder);
	folder_path(&folder, "key", &path);
	folder_path(&folder, "key.pub", &public_path);
	assert_int_equal(sign_make(path.text, &err), ERROR_NONE);
	assert_int_equal(stat(path.text, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(sign_key_load(&key, path.text, &err), ERROR_NONE);
	assert_int_equal(sign_public_load(&public, public_path.text, &err), ERROR_NONE);
	sign_text(&key, "kørsel", 7, signature);
	assert_true(sign_is_good(&public, "kørsel", 7, signature));
	assert_int_equal(sign_make(path.text, &err), ERROR_OURS); /* never over one that is there */
	error_release(&err);
	assert_int_equal(sign_key_load(&key, path.text, &err), ERROR_NONE);
	folder_remove(&folder, "key");
	folder_remove(&folder, "key.pub");
	folder_release(&folder);
	strbuf_release(&path);
	strbuf_release(&public_path);
}

/* Half a pair is none: the public key's place is a folder. */
static void test_make_half(void **state)
{
	struct strbuf path = STRBUF_INIT, public_path = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct folder folder;

	folder_make(&folder);
	folder_path(&folder, "key", &path);
	folder_path(&folder, "key.pub", &public_path);
	assert_int_equal(mkdir(public_path.text, 0700), 0);
	assert_int_equal(sign_make(path.text, &err), ERROR_OURS);
	assert_int_not_equal(access(path.text, F_OK), 0);
	assert_int_equal(rmdir(public_path.text), 0);
	folder_release(&folder);
	error_release(&err);
	strbuf_release(&path);
	strbuf_release(&public_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc_8032),
		cmocka_unit_test(test_no_signature),
		cmocka_unit_test(test_keys_that_are_none),
		cmocka_unit_test(test_several_public_keys),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_make_half),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
