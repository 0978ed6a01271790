#include "settings_case.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "config/settings.h"
#include "model/settings.h"

static struct folder folder;

int settings_set_up(void **state)
{
	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	folder_make(&folder);
	folder_write(&folder, "secret", "x\n", 2);
	return 0;
}

int settings_tear_down(void **state)
{
	(void)state;
	folder_remove(&folder, "a.yaml");
	folder_remove(&folder, "secret");
	folder_release(&folder);
	return 0;
}

struct settings *settings_load_case(const struct file_case *given)
{
	struct arena *arena = arena_new();
	struct strbuf path = STRBUF_INIT;
	struct findings findings;
	struct settings *settings;

	folder_write(&folder, "a.yaml", given->text, strlen(given->text));
	folder_path(&folder, "a.yaml", &path);
	findings_init(&findings, arena);
	settings = settings_load(path.text, &findings);
	assert_found(&findings, path.text, given->found);
	assert_int_equal(settings == NULL, *given->found != '\0');
	strbuf_release(&path);
	arena_free(arena);
	return settings;
}

void settings_check_cases(const struct file_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].text); i++)
		settings_free(settings_load_case(&cases[i]));
}
