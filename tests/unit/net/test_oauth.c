/* OAuth: what is asked of a token server, what its reply is taken for, and which token is kept. */
#include "unit.h"

#include <jwt.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "file_case.h"
#include "model/settings.h"
#include "net/oauth.h"
#include "net/oauth_assertion.h"
#include "net/oauth_state.h"

#define SECRET "hemmelig & nøgle+4711"

static time_t ahead; /* seconds that have passed, as far as this program knows */

/* In the place of libc's. */
int clock_gettime(clockid_t which, struct timespec *t)
{
	int result = (int)syscall(SYS_clock_gettime, which, t);

	if (which == CLOCK_BOOTTIME)
		t->tv_sec += ahead;
	return result;
}

static struct folder folder;
static struct strbuf secret_file = STRBUF_INIT, cert_file = STRBUF_INIT, key_file = STRBUF_INIT,
		     other_file = STRBUF_INIT;
static EVP_PKEY *key;
static X509 *certificate;

static void write_private(const struct strbuf *path, EVP_PKEY *written, const char *passphrase)
{
	FILE *file = fopen(path->text, "w");

	assert_non_null(file);
	assert_int_equal(PEM_write_PrivateKey(file, written, passphrase ? EVP_aes_128_cbc() : NULL,
				 (const unsigned char *)passphrase,
				 passphrase ? (int)strlen(passphrase) : 0, NULL, NULL),
		1);
	fclose(file);
	assert_int_equal(chmod(path->text, 0600), 0);
}

static X509 *make_certificate(EVP_PKEY *of)
{
	X509 *made = X509_new();

	X509_set_version(made, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
	X509_gmtime_adj(X509_getm_notBefore(made), 0);
	X509_gmtime_adj(X509_getm_notAfter(made), 3600);
	X509_set_pubkey(made, of);
	assert_true(X509_sign(made, of, EVP_sha256()) > 0);
	return made;
}

static int set_up(void **state)
{
	FILE *file;

	folder_make(&folder);
	folder_path(&folder, "secret", &secret_file);
	folder_path(&folder, "cert", &cert_file);
	folder_path(&folder, "key", &key_file);
	folder_path(&folder, "other", &other_file);
	folder_write(&folder, "secret", SECRET "\n", strlen(SECRET "\n"));
	chmod(secret_file.text, 0600);
	key = EVP_RSA_gen(2048);
	write_private(&key_file, key, NULL);
	certificate = make_certificate(key);
	file = fopen(cert_file.text, "w");
	PEM_write_X509(file, certificate);
	fclose(file);
	return 0;
}

static int tear_down(void **state)
{
	EVP_PKEY_free(key);
	X509_free(certificate);
	folder_remove(&folder, "secret");
	folder_remove(&folder, "cert");
	folder_remove(&folder, "key");
	folder_release(&folder);
	strbuf_release(&secret_file);
	strbuf_release(&cert_file);
	strbuf_release(&key_file);
	strbuf_release(&other_file);
	oauth_forget();
	return 0;
}

static struct oauth_settings by_secret(void)
{
	return (struct oauth_settings){.token_url = "https://login.eksempel.dk/token",
		.client_id = "post/vagt",
		.secret_file = secret_file.text};
}

static void test_request(void **state)
{
	struct oauth_settings settings = by_secret();
	struct oauth_request request;
	struct error err = ERROR_INIT;

	assert_int_equal(oauth_request_init(&request, &settings, &err), ERROR_NONE);
	assert_string_equal(request.body.text,
		"grant_type=client_credentials&client_id=post%2Fvagt"
		"&client_secret=hemmelig%20%26%20n%C3%B8gle%2B4711");
	oauth_request_release(&request);
	settings.scope = "https://graph.microsoft.com/.default";
	settings.audience = "æ";
	assert_int_equal(oauth_request_init(&request, &settings, &err), ERROR_NONE);
	assert_string_equal(request.body.text,
		"grant_type=client_credentials&client_id=post%2Fvagt"
		"&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&audience=%C3%A6"
		"&client_secret=hemmelig%20%26%20n%C3%B8gle%2B4711");
	oauth_request_release(&request);
	settings.secret_file = "/nonexistent";
	assert_int_equal(oauth_request_init(&request, &settings, &err), ERROR_USAGE);
	oauth_request_release(&request);
	error_release(&err);
}

static void add_base64(struct strbuf *out, const EVP_MD *hash)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	char text[200];
	unsigned int length;

	X509_digest(certificate, hash, bytes, &length);
	sodium_bin2base64(text, sizeof(text), bytes, length,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	strbuf_adds(out, text);
}

/* The public key in PEM, as jwt_decode() takes it. */
static void add_public_key(struct strbuf *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long length;

	PEM_write_bio_PUBKEY(bio, key);
	length = BIO_get_mem_data(bio, &bytes);
	strbuf_add(out, bytes, (size_t)length);
	BIO_free(bio);
}

static void test_assertion(void **state)
{
	struct oauth_settings settings = by_secret();
	struct strbuf assertion = STRBUF_INIT, again = STRBUF_INIT, public = STRBUF_INIT,
		      sha1 = STRBUF_INIT, sha256 = STRBUF_INIT;
	struct error err = ERROR_INIT;
	time_t now = time(NULL);
	jwt_t *jwt = NULL;

	settings.secret_file = NULL;
	settings.cert_file = cert_file.text;
	settings.key_file = key_file.text;
	assert_int_equal(oauth_assertion_add(&assertion, &settings, now, &err), ERROR_NONE);
	assert_int_equal(oauth_assertion_add(&again, &settings, now, &err), ERROR_NONE);
	assert_string_not_equal(assertion.text, again.text);
	add_public_key(&public);
	add_base64(&sha1, EVP_sha1());
	add_base64(&sha256, EVP_sha256());
	assert_int_equal(jwt_decode(&jwt, assertion.text, (const unsigned char *)public.text,
				 (int)public.length),
		0);
	assert_int_equal(jwt_get_alg(jwt), JWT_ALG_RS256);
	assert_string_equal(jwt_get_header(jwt, "x5t"), sha1.text);
	assert_string_equal(jwt_get_header(jwt, "x5t#S256"), sha256.text);
	assert_string_equal(jwt_get_grant(jwt, "iss"), "post/vagt");
	assert_string_equal(jwt_get_grant(jwt, "sub"), "post/vagt");
	assert_string_equal(jwt_get_grant(jwt, "aud"), "https://login.eksempel.dk/token");
	assert_int_equal(strlen(jwt_get_grant(jwt, "jti")), 32);
	assert_int_equal(jwt_get_grant_int(jwt, "iat"), now);
	assert_int_equal(jwt_get_grant_int(jwt, "nbf"), now);
	assert_true(jwt_get_grant_int(jwt, "exp") > now);
	assert_true(jwt_get_grant_int(jwt, "exp") <= now + 600);
	jwt_free(jwt);
	strbuf_release(&assertion);
	strbuf_release(&again);
	strbuf_release(&public);
	strbuf_release(&sha1);
	strbuf_release(&sha256);
}

/* The key may be in cert_file, after the certificate or before it. */
static void test_key_in_certificate(void **state)
{
	struct oauth_settings settings = by_secret();
	struct oauth_request request;
	struct error err = ERROR_INIT;
	FILE *file = fopen(other_file.text, "w");

	PEM_write_X509(file, certificate);
	PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	chmod(other_file.text, 0600);
	settings.secret_file = NULL;
	settings.cert_file = other_file.text;
	assert_int_equal(oauth_request_init(&request, &settings, &err), ERROR_NONE);
	assert_non_null(strstr(request.body.text,
		"&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type"
		"%3Ajwt-bearer&client_assertion=eyJ"));
	oauth_request_release(&request);
	chmod(other_file.text, 0644);
	assert_int_equal(oauth_request_init(&request, &settings, &err), ERROR_USAGE);
	assert_non_null(strstr(err.text.text, "others can read it"));
	oauth_request_release(&request);
	error_release(&err);
	folder_remove(&folder, "other");
}

static void test_bad_keys(void **state)
{
	EVP_PKEY *short_key = EVP_RSA_gen(1024), *stranger = EVP_RSA_gen(2048),
		 *curve = EVP_EC_gen("P-256");
	const struct {
		EVP_PKEY *key;
		const char *passphrase, *says;
	} keys[] = {
		{key, "hemmelig", "no passphrase"},
		{short_key, NULL, "RSA of 2048 bits"},
		{curve, NULL, "RSA of 2048 bits"},
		{stranger, NULL, "is not the one of the certificate"},
	};
	struct oauth_settings settings = by_secret();

	settings.secret_file = NULL;
	settings.cert_file = cert_file.text;
	settings.key_file = other_file.text;
	for (size_t i = 0; i < ROWS(keys) && row(i, "%s", keys[i].says); i++) {
		struct strbuf assertion = STRBUF_INIT;
		struct error err = ERROR_INIT;

		write_private(&other_file, keys[i].key, keys[i].passphrase);
		assert_int_equal(oauth_assertion_add(&assertion, &settings, time(NULL), &err),
			ERROR_USAGE);
		assert_non_null(strstr(err.text.text, keys[i].says));
		assert_int_equal(assertion.length, 0);
		error_release(&err);
		folder_remove(&folder, "other");
	}
	EVP_PKEY_free(short_key);
	EVP_PKEY_free(stranger);
	EVP_PKEY_free(curve);
}

/* Take a reply that is expected to be good, or to fail with these words. */
static void take(const struct oauth_settings *settings, const char *reply, const char *says)
{
	struct oauth_request request;
	struct error err = ERROR_INIT;
	enum error_kind failed;

	assert_int_equal(oauth_request_init(&request, settings, &err), ERROR_NONE);
	failed = oauth_take_reply(settings, &request, reply, strlen(reply), &err);
	if (!strstr(err.text.text, says ? says : ""))
		print_error("%s\n", err.text.text);
	assert_int_equal(failed, says ? ERROR_TARGET : ERROR_NONE);
	assert_non_null(strstr(err.text.text, says ? says : ""));
	assert_null(strstr(err.text.text, "hemmelig"));
	assert_null(strstr(err.text.text, "eyJ0"));
	oauth_request_release(&request);
	error_release(&err);
}

static bool has_token(const struct oauth_settings *settings, const char *expected)
{
	struct strbuf token = STRBUF_INIT;
	unsigned serial;
	bool found = oauth_find(settings, &token, &serial);

	if (found)
		assert_string_equal(token.text, expected);
	strbuf_wipe(&token);
	return found;
}

static void test_replies(void **state)
{
	static const struct {
		const char *reply, *says; /* says NULL: the token abc is kept */
	} cases[] = {
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":3600}", NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"bearer\"}", NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"BEARER\",\"expires_in\":\"3599\"}",
			NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":0}", NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":-9e99}", NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":"
		 "99999999999999999999999}",
			NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":\"en time\"}",
			NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":null}", NULL},
		{"{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":"
		 "\"99999999999999999999999\"}",
			NULL},
		{"", "token endpoint"},
		{"<html>Log in</html>", "token endpoint"},
		{"[\"eyJ0\"]", "token endpoint"},
		{"{}", "expected an access_token"},
		{"{\"access_token\":[\"eyJ0\"],\"token_type\":\"Bearer\"}",
			"expected an access_token"},
		{"{\"access_token\":\"eyJ0\"}", "Bearer"},
		{"{\"access_token\":\"eyJ0\",\"token_type\":\"DPoP\"}", "Bearer"},
		{"{\"access_token\":\"eyJ0\",\"token_type\":\"eyJ0\"}", "Bearer"},
		{"{\"access_token\":\"eyJ0\",\"token_type\":[]}", "Bearer"},
		{"{\"access_token\":\"\",\"token_type\":\"Bearer\"}", "one word of ASCII"},
		{"{\"access_token\":\"eyJ0 x\",\"token_type\":\"Bearer\"}", "one word of ASCII"},
		{"{\"access_token\":\"eyJ0\\r\\nHost: x\",\"token_type\":\"Bearer\"}",
			"one word of ASCII"},
		{"{\"access_token\":\"eyJ0\\u00f8\",\"token_type\":\"Bearer\"}",
			"one word of ASCII"},
		{"{\"access_token\":\"eyJ0\\u0000x\",\"token_type\":\"Bearer\"}", "token endpoint"},
		{"{\"error\":\"invalid_client\",\"error_description\":\"no hemmelig & n\\u00f8gle+"
		 "4711\"}",
			"invalid_client: no [...]; the server does not know the client"},
		{"{\"error\":\"invalid_client\",\"error_description\":\"hemmelig%20%26%20n\"}",
			"invalid_client: [...]"},
	};
	const struct oauth_settings settings = by_secret();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].reply); i++) {
		oauth_forget();
		take(&settings, cases[i].reply, cases[i].says);
		assert_int_equal(has_token(&settings, "abc"), !cases[i].says);
	}
}

#define TOKEN(text) "{\"access_token\":\"" text "\",\"token_type\":\"Bearer\",\"expires_in\":300}"

/* A token is for those settings that it was got with, and the newest counts. */
static void test_whose(void **state)
{
	const struct oauth_settings settings = by_secret();
	struct oauth_settings others[6];

	oauth_forget();
	for (size_t i = 0; i < ROWS(others); i++)
		others[i] = settings;
	others[0].token_url = "https://login.eksempel.dk/token2";
	others[1].client_id = "x";
	others[2].scope = "x";
	others[3].audience = "x";
	others[4].secret_file = "x";
	others[5].cert_file = "x";
	assert_false(has_token(&settings, ""));
	take(&settings, TOKEN("abc"), NULL);
	for (size_t i = 0; i < ROWS(others) && row(i, "another"); i++)
		assert_false(has_token(&others[i], ""));
	take(&others[2], TOKEN("other"), NULL);
	assert_true(has_token(&settings, "abc"));
	take(&settings, TOKEN("def"), NULL);
	assert_true(has_token(&settings, "def"));
	assert_true(has_token(&others[2], "other"));
	oauth_forget();
	assert_false(has_token(&settings, ""));
}

/* Who was refused a token drops that one, not one that somebody else got meanwhile. */
static void test_drop(void **state)
{
	const struct oauth_settings settings = by_secret();
	struct strbuf token = STRBUF_INIT;
	unsigned first, second;

	oauth_forget();
	take(&settings, TOKEN("abc"), NULL);
	assert_true(oauth_find(&settings, &token, &first));
	strbuf_wipe(&token);
	take(&settings, TOKEN("def"), NULL);
	assert_true(oauth_find(&settings, &token, &second));
	strbuf_wipe(&token);
	assert_int_not_equal(first, second);
	oauth_drop(first);
	assert_true(has_token(&settings, "def"));
	oauth_drop(second);
	assert_false(has_token(&settings, ""));
}

/* How long a token is kept, whatever its server says of it. */
static void test_life(void **state)
{
	static const struct {
		const char *expires;
		time_t kept;
	} cases[] = {
		{"", 270},
		{",\"expires_in\":300", 270},
		{",\"expires_in\":3600", 3540},
		{",\"expires_in\":\"3599\"", 3539},
		{",\"expires_in\":3600.9", 3540},
		{",\"expires_in\":20", 18},
		{",\"expires_in\":0", 10},
		{",\"expires_in\":-3600", 10},
		{",\"expires_in\":\"-3600\"", 270},
		{",\"expires_in\":true", 270},
		{",\"expires_in\":null", 270},
		{",\"expires_in\":\"\"", 270},
		{",\"expires_in\":1e300", 86340},
		{",\"expires_in\":\"12345678901234567890\"", 86340},
	};
	const struct oauth_settings settings = by_secret();

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].expires); i++) {
		struct strbuf reply = STRBUF_INIT;

		strbuf_addf(&reply, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\"%s}",
			cases[i].expires);
		ahead = 0;
		take(&settings, reply.text, NULL);
		ahead = cases[i].kept - 2;
		assert_true(has_token(&settings, "abc"));
		ahead = cases[i].kept + 1;
		assert_false(has_token(&settings, ""));
		ahead = 0;
		assert_false(has_token(&settings, "")); /* it is gone, not hidden */
		strbuf_release(&reply);
	}
}

/* A token that lacks a right is asked for again, but not each time. */
static void test_drop_old(void **state)
{
	const struct oauth_settings settings = by_secret();
	struct strbuf token = STRBUF_INIT;
	unsigned serial;

	oauth_forget();
	take(&settings, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":3600}",
		NULL);
	assert_true(oauth_find(&settings, &token, &serial));
	strbuf_wipe(&token);
	ahead = 290;
	oauth_drop_old(serial);
	assert_true(has_token(&settings, "abc"));
	ahead = 301;
	oauth_drop_old(serial + 1);
	assert_true(has_token(&settings, "abc"));
	oauth_drop_old(serial);
	assert_false(has_token(&settings, ""));
	ahead = 0;
}

/* The state is that of the settings: a token of one says nothing about the other. */
static void test_state(void **state)
{
	struct oauth_settings settings = by_secret(), other = by_secret(), same = by_secret();
	struct oauth_state found;
	char words[] = "no token from https://login.eksempel.dk/token: the server answered 401";
	moment now = moment_now();

	oauth_state_forget();
	other.scope = "another";
	assert_int_equal(oauth_state_find(&settings).outcome, OAUTH_UNUSED);
	take(&settings, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":600}",
		NULL);
	found = oauth_state_find(&same);
	assert_int_equal(found.outcome, OAUTH_VALID);
	assert_true(found.at >= now && found.at <= now + 60);
	assert_true(found.until >= now + 600 && found.until <= now + 660);
	assert_null(found.words);
	assert_int_equal(oauth_state_find(&other).outcome, OAUTH_UNUSED);
	oauth_state_failed(&settings, OAUTH_DENIED, words);
	words[0] = 'X';
	found = oauth_state_find(&settings);
	assert_int_equal(found.outcome, OAUTH_DENIED);
	assert_memory_equal(found.words, "no token from", strlen("no token from"));
	take(&settings, "{\"access_token\":\"abc\",\"token_type\":\"Bearer\",\"expires_in\":-1}",
		NULL);
	assert_int_equal(oauth_state_find(&settings).outcome, OAUTH_VALID);
	assert_true(oauth_state_find(&settings).until <= moment_now());
	oauth_state_forget();
	assert_int_equal(oauth_state_find(&settings).outcome, OAUTH_UNUSED);
	oauth_forget();
}

/* Have another process set the state. */
static void fail_elsewhere(const struct oauth_settings *settings)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		oauth_state_failed(settings, OAUTH_REFUSED, "the words of that process");
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_shared_state(void **state)
{
	struct oauth_settings settings = by_secret(), other = by_secret();

	oauth_state_forget();
	other.scope = "another";
	oauth_state_got(&settings, 1700000000);
	fail_elsewhere(&settings);
	assert_int_equal(oauth_state_find(&settings).outcome, OAUTH_VALID);
	oauth_state_share(&settings);
	oauth_state_share(&settings);
	assert_int_equal(oauth_state_find(&settings).until, 1700000000);
	fail_elsewhere(&settings);
	assert_int_equal(oauth_state_find(&settings).outcome, OAUTH_REFUSED);
	assert_null(oauth_state_find(&settings).words);
	oauth_state_failed(&settings, OAUTH_DENIED, "our own");
	assert_string_equal(oauth_state_find(&settings).words, "our own");
	oauth_state_share(&other);
	assert_int_equal(oauth_state_find(&other).outcome, OAUTH_UNUSED);
	oauth_state_forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_assertion),
		cmocka_unit_test(test_key_in_certificate),
		cmocka_unit_test(test_bad_keys),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_shared_state),
		cmocka_unit_test(test_whose),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_drop_old),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
