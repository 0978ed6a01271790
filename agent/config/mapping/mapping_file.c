#include "config/mapping/mapping_file.h"

#include "base/memory/arena.h"
#include "base/message/finding.h"
#include "config/mapping/ignore_check.h"
#include "config/schema/schema.h"
#include "config/settings.h"
#include "config/trust/agent.h"
#include "config/trust/trust.h"
#include "model/settings.h"

const struct mapping *settings_load_mapping(const struct settings *settings,
	struct findings *findings)
{
	struct mapping *mapping = arena_get(settings->arena, sizeof(*mapping));
	struct routes_context context = {
		.mapping = mapping, .mailbox_list_key = settings->policy.mailbox_list_key};
	struct findings faults;
	struct schema_reader reader = {.arena = settings->arena,
		.findings = &faults,
		.trust = settings->trust,
		.context = &context};

	findings_init(&faults, settings->arena);
	reader.file = settings->tags_file;
	context.knows_tags = tags_file_load(&reader, mapping);
	mapping->sha256.tags = reader.sha256;
	reader.file = settings->roles_file;
	context.knows_roles = roles_file_load(&reader, mapping);
	mapping->sha256.roles = reader.sha256;
	reader.file = settings->routes_file;
	routes_file_load(&reader, mapping);
	mapping->sha256.routes = reader.sha256;
	if (context.knows_tags)
		ignore_check(settings, mapping, &faults);
	findings_copy_all(findings, &faults);
	return faults.errors > 0 ? NULL : mapping;
}

const struct mapping *settings_load_catalogue(struct arena *arena, const char *tags_file,
	const char *roles_file, const char *folder, struct findings *findings)
{
	struct mapping *mapping = arena_get(arena, sizeof(*mapping));
	struct findings faults;
	struct agent agent;
	struct error err = ERROR_INIT;
	struct schema_reader reader = {
		.arena = arena, .findings = &faults, .trust = trust_new(arena)};

	findings_init(&faults, arena);
	if (agent_find(folder, &agent, &err))
		agent = agent_self();
	error_release(&err);
	trust_know_agent(reader.trust, &agent);
	reader.file = tags_file;
	tags_file_load(&reader, mapping);
	reader.file = roles_file;
	roles_file_load(&reader, mapping);
	findings_copy_all(findings, &faults);
	return faults.errors > 0 ? NULL : mapping;
}
