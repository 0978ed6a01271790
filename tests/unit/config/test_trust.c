#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/memory/arena.h"
#include "config/settings.h"
#include "config/trust/agent.h"
#include "config/trust/trust.h"
#include "file_case.h"
#include "model/settings.h"

/* Users and groups that no database has. */
#define AGENT 12345
#define OTHER 23456

static struct folder folder;

static int set_up(void **state)
{
	unsetenv("CREDENTIALS_DIRECTORY");
	folder_make(&folder);
	return 0;
}

static int tear_down(void **state)
{
	folder_release(&folder);
	return 0;
}

enum acl {
	NO_ACL,
	ACL_FOR_AGENT, /* user AGENT may read and write */
	ACL_FOR_OTHER, /* user OTHER */
	ACL_FOR_OTHER_GROUP,
	ACL_MASKED, /* user OTHER may write, but the mask allows reading only */
};

/* Set an access control list as setfacl(1) does. Return false where the file system has none. */
static bool set_acl(const char *path, enum acl acl)
{
	const uint16_t rights = acl == ACL_MASKED ? 02 : 06, mask = acl == ACL_MASKED ? 04 : 06;
	const uint32_t none = UINT32_MAX;
	const struct {
		uint16_t tag, rights;
		uint32_t id;
	} entries[] = {
		{0x01, rights, none},
		{acl == ACL_FOR_OTHER_GROUP ? 0x04 : 0x02, acl == ACL_FOR_OTHER_GROUP ? 0 : rights,
			acl == ACL_FOR_OTHER_GROUP     ? none
				: acl == ACL_FOR_AGENT ? AGENT
						       : OTHER},
		{acl == ACL_FOR_OTHER_GROUP ? 0x08 : 0x04, acl == ACL_FOR_OTHER_GROUP ? rights : 0,
			acl == ACL_FOR_OTHER_GROUP ? OTHER : none},
		{0x10, mask, none},
		{0x20, 0, none},
	};
	char bytes[4 + sizeof(entries)] = {2, 0, 0, 0};

	memcpy(bytes + 4, entries, sizeof(entries));
	if (setxattr(path, "system.posix_acl_access", bytes, sizeof(bytes), 0) == 0)
		return true;
	print_message("left out: no access control lists here (%s)\n", strerror(errno));
	return false;
}

/* One file in a folder of its own, as root: who can write them, and whether the file is used. */
struct trust_case {
	const char *what;
	mode_t file_mode;
	uid_t file_owner;
	gid_t file_group;
	mode_t folder_mode;
	uid_t folder_owner;
	gid_t folder_group;
	enum acl acl;               /* of the file */
	bool is_strict, is_trusted; /* a trusted group: OTHER */
	const char *refused;        /* part of the text; NULL: the file is used */
};

#define PLAIN 0755, 0, 0

static const struct trust_case cases[] = {
	{"root's", 0644, 0, 0, PLAIN, NO_ACL, true, false, NULL},
	{"root's, group", 0664, 0, 0, PLAIN, NO_ACL, true, false, NULL},
	{"everybody's", 0646, 0, 0, PLAIN, NO_ACL, true, false, "everybody may write"},
	{"everybody's, not strict", 0646, 0, 0, PLAIN, NO_ACL, false, false, "everybody may write"},
	{"everybody's, trusted group", 0666, 0, OTHER, PLAIN, NO_ACL, true, true,
		"everybody may write"},
	{"agent's", 0644, AGENT, AGENT, PLAIN, NO_ACL, true, false, NULL},
	{"agent's group", 0664, 0, AGENT, PLAIN, NO_ACL, true, false, NULL},
	{"other user", 0644, OTHER, 0, PLAIN, NO_ACL, true, false, "the user 23456 owns"},
	{"other user, not strict", 0644, OTHER, 0, PLAIN, NO_ACL, false, false, NULL},
	{"other user who may not write", 0444, OTHER, 0, PLAIN, NO_ACL, true, false,
		"the user 23456 owns"},
	{"other group", 0664, 0, OTHER, PLAIN, NO_ACL, true, false, "the group 23456 may write"},
	{"other group that may read", 0644, 0, OTHER, PLAIN, NO_ACL, true, false, NULL},
	{"other group, not strict", 0664, 0, OTHER, PLAIN, NO_ACL, false, false, NULL},
	{"trusted group", 0664, 0, OTHER, PLAIN, NO_ACL, true, true, NULL},
	{"trusted group, other user", 0664, OTHER, OTHER, PLAIN, NO_ACL, true, true,
		"the user 23456 owns"},
	{"folder: everybody's", 0644, 0, 0, 0757, 0, 0, NO_ACL, true, false, "everybody may write"},
	{"folder: everybody's, not strict", 0644, 0, 0, 0757, 0, 0, NO_ACL, false, false,
		"everybody may write"},
	{"folder: sticky", 0644, 0, 0, 01777, 0, 0, NO_ACL, true, false, NULL},
	{"folder: sticky, other group", 0644, 0, 0, 01775, 0, OTHER, NO_ACL, true, false, NULL},
	{"folder: sticky, other user", 0644, 0, 0, 01777, OTHER, 0, NO_ACL, true, false,
		"the user 23456 owns"},
	{"folder: other user", 0644, 0, 0, 0755, OTHER, 0, NO_ACL, true, false,
		"the user 23456 owns"},
	{"folder: other group", 0644, 0, 0, 0775, 0, OTHER, NO_ACL, true, false,
		"the group 23456 may write"},
	{"folder: other group, not strict", 0644, 0, 0, 0775, 0, OTHER, NO_ACL, false, false, NULL},
	{"folder: trusted group", 0644, 0, 0, 0775, 0, OTHER, NO_ACL, true, true, NULL},
	{"folder: agent's", 0644, 0, 0, 0775, AGENT, AGENT, NO_ACL, true, false, NULL},
	{"acl: agent", 0644, 0, 0, PLAIN, ACL_FOR_AGENT, true, false, NULL},
	{"acl: other", 0644, 0, 0, PLAIN, ACL_FOR_OTHER, true, false, "the user 23456 may write"},
	{"acl: other, not strict", 0644, 0, 0, PLAIN, ACL_FOR_OTHER, false, false, NULL},
	{"acl: masked", 0644, 0, 0, PLAIN, ACL_MASKED, true, false, NULL},
	{"acl: other group", 0644, 0, 0, PLAIN, ACL_FOR_OTHER_GROUP, true, false,
		"the group 23456 may write"},
	{"acl: trusted group", 0644, 0, 0, PLAIN, ACL_FOR_OTHER_GROUP, true, true, NULL},
};

static const struct agent agent = {
	.user = AGENT, .group = AGENT, .other_group = AGENT, .by_folder = true};

static void check_opened(struct trust *trust, const char *file, const char *what,
	const char *refused)
{
	struct arena *arena = arena_new();
	struct findings findings;
	int fd;

	findings_init(&findings, arena);
	fd = trust_open(trust, file, &findings);
	if ((fd >= 0) != !refused || (refused && !strstr(findings.items[0].what, refused))) {
		print_error("%s: %s\n", what,
			findings.count > 0 ? findings.items[0].what : "is used");
		fail();
	}
	if (fd >= 0)
		close(fd);
	arena_free(arena);
}

static void check_case(const struct trust_case *c, const char *above, const char *file)
{
	struct arena *arena = arena_new();
	struct trust *trust = trust_new_as(arena, c->is_strict);

	folder_write(&folder, "above/a.yaml", "", 0);
	assert_int_equal(chown(file, c->file_owner, c->file_group), 0);
	assert_int_equal(chmod(file, c->file_mode), 0);
	assert_int_equal(chown(above, c->folder_owner, c->folder_group), 0);
	assert_int_equal(chmod(above, c->folder_mode), 0);
	trust_know_agent(trust, &agent);
	if (c->is_trusted)
		trust_add_group(trust, OTHER);
	if (c->acl == NO_ACL || set_acl(file, c->acl))
		check_opened(trust, file, c->what, c->refused);
	assert_int_equal(unlink(file), 0);
	arena_free(arena);
}

static bool is_root(void)
{
	if (geteuid() != 0)
		print_message("left out: only root can give files away\n");
	return geteuid() == 0;
}

static void test_who_can_write(void **state)
{
	struct strbuf above = STRBUF_INIT, file = STRBUF_INIT;

	if (!is_root())
		return;
	folder_path(&folder, "above", &above);
	folder_path(&folder, "above/a.yaml", &file);
	assert_int_equal(mkdir(above.text, 0755), 0);
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++)
		check_case(&cases[i], above.text, file.text);
	assert_int_equal(rmdir(above.text), 0);
	strbuf_release(&above);
	strbuf_release(&file);
}

/* Every user has a private group in Debian; in this one nobody else is. */
static void test_private_group(void **state)
{
	const struct passwd *entry = getpwnam("daemon");
	struct agent other = {
		.user = entry ? entry->pw_uid : 0, .group = OTHER, .other_group = OTHER};
	struct strbuf file = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct trust *trust = trust_new_as(arena, true);

	if (is_root() && entry && entry->pw_uid != 0) {
		folder_path(&folder, "a.yaml", &file);
		folder_write(&folder, "a.yaml", "", 0);
		trust_know_agent(trust, &other);
		assert_int_equal(chmod(file.text, 0664), 0);
		assert_int_equal(chown(file.text, entry->pw_uid, entry->pw_gid), 0);
		check_opened(trust, file.text, "private group", NULL);
		assert_int_equal(chown(file.text, 0, entry->pw_gid), 0);
		check_opened(trust, file.text, "somebody else's private group",
			"the group daemon may write");
		/* nogroup is the primary group of several users. */
		entry = getpwnam("nobody");
		other.user = entry->pw_uid;
		trust_know_agent(trust, &other);
		assert_int_equal(chown(file.text, entry->pw_uid, entry->pw_gid), 0);
		check_opened(trust, file.text, "a group that several have", "may write");
		folder_remove(&folder, "a.yaml");
	}
	strbuf_release(&file);
	arena_free(arena);
}

/* What the settings say does not count for who may write them. */
static void test_settings_vouch_for_nothing(void **state)
{
	const struct passwd *entry = getpwnam("nobody");
	struct agent nobody = {.user = entry ? entry->pw_uid : 0,
		.group = entry ? entry->pw_gid : 0,
		.other_group = entry ? entry->pw_gid : 0,
		.by_folder = true};
	const struct {
		const char *what;
		gid_t group;
		const struct agent *agent;
		bool good;
	} groups[] = {
		{"a group that is trusted below", OTHER, &agent, false},
		{"the agent's", AGENT, &agent, true},
		{"a group that several users have", nobody.group, &nobody, false},
	};
	struct strbuf file = STRBUF_INIT;

	for (size_t i = 0; is_root() && entry && i < ROWS(groups) && row(i, "%s", groups[i].what);
		i++) {
		struct arena *arena = arena_new();
		struct trust *trust = trust_new_as(arena, true);
		struct findings findings;
		int fd;

		findings_init(&findings, arena);
		folder_path(&folder, "a.yaml", &file);
		folder_write(&folder, "a.yaml", "", 0);
		assert_int_equal(chown(file.text, 0, groups[i].group), 0);
		assert_int_equal(chmod(file.text, 0664), 0);
		fd = trust_open(trust, file.text, &findings);
		assert_true(fd >= 0);
		close(fd);
		trust_know_agent(trust, groups[i].agent);
		assert_int_equal(trust_judge(trust, file.text, &findings), groups[i].good);
		assert_int_equal(findings.errors, groups[i].good ? 0 : 1);
		trust_add_group(trust, OTHER);
		check_opened(trust, file.text, "as a mapping file", NULL);
		assert_int_equal(trust_judge(trust, file.text, &findings), groups[i].good);
		folder_remove(&folder, "a.yaml");
		arena_free(arena);
	}
	strbuf_release(&file);
}

/* A link leads on: the folder that holds it counts, and those of its target. */
static void test_links(void **state)
{
	static const struct {
		mode_t of_link, of_target;
		const char *refused;
	} modes[] = {
		{0755, 0755, NULL},
		{0757, 0755, "/link; "},
		{0755, 0757, "/target; "},
		{01777, 0755, NULL},
	};
	struct strbuf link = STRBUF_INIT, target = STRBUF_INIT, path = STRBUF_INIT;

	folder_path(&folder, "link", &link);
	folder_path(&folder, "target", &target);
	assert_int_equal(mkdir(link.text, 0755), 0);
	assert_int_equal(mkdir(target.text, 0755), 0);
	folder_write(&folder, "target/a.yaml", "", 0);
	folder_path(&folder, "link/a.yaml", &path);
	assert_int_equal(symlink("../target/a.yaml", path.text), 0);
	for (size_t i = 0;
		i < ROWS(modes) && row(i, "%o, %o", modes[i].of_link, modes[i].of_target); i++) {
		struct arena *arena = arena_new();
		struct trust *trust = trust_new_as(arena, false);

		assert_int_equal(chmod(link.text, modes[i].of_link), 0);
		assert_int_equal(chmod(target.text, modes[i].of_target), 0);
		check_opened(trust, path.text, "through a link", modes[i].refused);
		arena_free(arena);
	}
	folder_remove(&folder, "link/a.yaml");
	folder_remove(&folder, "target/a.yaml");
	rmdir(link.text);
	rmdir(target.text);
	strbuf_release(&link);
	strbuf_release(&target);
	strbuf_release(&path);
}

/* A relative path has folders above it, too. */
static void test_current_folder(void **state)
{
	char before[4096];
	struct strbuf inner = STRBUF_INIT;
	struct arena *arena = arena_new();
	struct trust *trust = trust_new_as(arena, false);

	assert_non_null(getcwd(before, sizeof(before)));
	folder_path(&folder, "inner", &inner);
	assert_int_equal(mkdir(inner.text, 0755), 0);
	folder_write(&folder, "inner/a.yaml", "", 0);
	assert_int_equal(chdir(inner.text), 0);
	check_opened(trust, "a.yaml", "relative", NULL);
	assert_int_equal(chmod(folder.path, 0757), 0);
	check_opened(trust, "a.yaml", "relative, below everybody's", "everybody may write");
	check_opened(trust, "../inner/a.yaml", "relative, through ..", "everybody may write");
	assert_int_equal(chdir(before), 0);
	folder_remove(&folder, "inner/a.yaml");
	rmdir(inner.text);
	strbuf_release(&inner);
	arena_free(arena);
}

/* Who else can read a secret. */
static void test_secrets(void **state)
{
	static const struct {
		const char *what;
		mode_t mode;
		gid_t group;
		enum acl acl;
		const char *refused;
	} secrets[] = {
		{"own", 0600, 0, NO_ACL, NULL},
		{"root's group", 0640, 0, NO_ACL, NULL},
		{"everybody", 0604, 0, NO_ACL, "others can read it"},
		{"other group", 0640, OTHER, NO_ACL, "a group can read it"},
		{"other group without a right", 0600, OTHER, NO_ACL, NULL},
		{"acl", 0600, 0, ACL_FOR_OTHER, "a user that is neither"},
		{"acl, masked", 0600, 0, ACL_MASKED, NULL},
		{"acl of a group", 0600, 0, ACL_FOR_OTHER_GROUP, "a group can read it"},
	};
	struct strbuf file = STRBUF_INIT;

	folder_path(&folder, "secret", &file);
	for (size_t i = 0; is_root() && i < ROWS(secrets) && row(i, "%s", secrets[i].what); i++) {
		struct error err = ERROR_INIT;
		char *secret = NULL;

		folder_write(&folder, "secret", "x\n", 2);
		assert_int_equal(chown(file.text, 0, secrets[i].group), 0);
		assert_int_equal(chmod(file.text, secrets[i].mode), 0);
		if (secrets[i].acl == NO_ACL || set_acl(file.text, secrets[i].acl)) {
			settings_secret(file.text, &secret, &err);
			if (!err.kind != !secrets[i].refused ||
				(err.kind && !strstr(err.text.text, secrets[i].refused))) {
				print_error("%s: %s\n", secrets[i].what, err.text.text);
				fail();
			}
		}
		settings_forget(secret);
		error_release(&err);
		folder_remove(&folder, "secret");
	}
	strbuf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_who_can_write, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_private_group, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_settings_vouch_for_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_current_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_secrets, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
