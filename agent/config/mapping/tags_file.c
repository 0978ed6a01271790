#include <string.h>

#include "base/memory/arena.h"
#include "base/memory/memory.h"
#include "base/memory/table.h"
#include "base/message/finding.h"
#include "base/text/language.h"
#include "config/mapping/mapping_file.h"
#include "config/mapping/public_source.h"
#include "config/schema/fault.h"
#include "config/schema/schema.h"
#include "config/schema/yaml.h"
#include "matcher/text/subject_text.h"
#include "model/mapping.h"

#define TAG(field) offsetof(struct tag, field)

static const char *check_id(const struct schema_reader *reader, const char *text)
{
	(void)reader;
	return strcmp(text, "*") == 0
		? _("the id of a tag; \"*\" stands for mail that no route knows")
		: NULL;
}

static const struct key public_source_keys[] = {PUBLIC_SOURCE_KEYS(struct tag, source)};

static const struct schema public_source_schema = {
	public_source_keys, COUNT(public_source_keys), 0};

static const char *check_subject(const struct schema_reader *reader, const char *text)
{
	return *subject_text_key(reader->arena, text) ? NULL : _("a text with a visible character");
}

static const struct key tag_keys[] = {
	{"id", KEY_TEXT, TAG(id), .mark = TAG(mark), .flags = KEY_REQUIRED, .check = check_id,
		.help = "what routes call it"},
	{"subject", KEY_TEXTS, TAG(subjects), TAG(subject_count), .check = check_subject,
		.help = "what the subject of a mail carries, in each spelling; default: [id]"},
	{"title", KEY_BILINGUAL, TAG(title), .help = "what people call it; default: the id"},
	{"expectation", KEY_BILINGUAL, TAG(expectation),
		.help = "what is expected of whoever gets the mail"},
	{"critical_expectation", KEY_BILINGUAL, TAG(critical_expectation),
		.help = "the same for mail marked as critical"},
	{"source", KEY_SECTION, 0, .of = &public_source_schema,
		.help = "the public source that its name is from"},
	{"confirmed", KEY_BOOL, TAG(confirmed), .standard = "true",
		.help = "false: no public source says that KOMBIT uses it as a tag"},
	{"retired", KEY_BOOL, TAG(retired), .standard = "false", .help = "KOMBIT uses it no more"},
};

static const struct schema tag_schema = {tag_keys, COUNT(tag_keys), sizeof(struct tag)};

static const struct key source_keys[] = {
	{"name", KEY_TEXT, offsetof(struct mapping, tag_source.name),
		.help = "where the catalogue is from"},
	{"version", KEY_TEXT, offsetof(struct mapping, tag_source.version),
		.help = "its version or date"},
};

static const struct schema source_schema = {source_keys, COUNT(source_keys), 0};

static const struct key file_keys[] = {
	{"source", KEY_SECTION, 0, .of = &source_schema, .help = "where the catalogue is from"},
	{"tags", KEY_SEQUENCE, offsetof(struct mapping, tags), offsetof(struct mapping, tag_count),
		.of = &tag_schema, .help = "KOMBIT's tags"},
};

const struct schema tags_schema = {file_keys, COUNT(file_keys), sizeof(struct mapping)};

/* A subject that two tags share could not be told apart; mail systems compare without case. */
static void check_subjects(struct schema_reader *reader, struct table *subjects,
	const struct yaml_node *list, const struct tag *tag)
{
	for (size_t i = 0; list && i < yaml_count(list); i++) {
		const struct yaml_node *item = yaml_item(list, i);

		if (item->kind != YAML_SCALAR)
			continue;
		fault_if_taken(reader->findings, subjects,
			subject_text_key(reader->arena, item->text), item->text, &item->mark, tag);
	}
}

/*
 * The title is the id where the file gives none, and so is the subject, in brackets. A tag
 * whose id is a fault gets one that nothing asks for.
 */
static void complete_tag(struct arena *arena, struct tag *tag)
{
	if (!tag->id)
		tag->id = "";
	if (tag->subject_count == 0) {
		tag->subjects = arena_get(arena, sizeof(*tag->subjects));
		tag->subjects[tag->subject_count++] = arena_format(arena, "[%s]", tag->id);
	}
	for (size_t i = 0; i < COUNT(tag->title.in); i++) {
		if (!tag->title.in[i])
			tag->title.in[i] = tag->id;
	}
}

bool tags_file_load(struct schema_reader *reader, struct mapping *mapping)
{
	const struct yaml_node *root = schema_load(reader, &tags_schema, mapping);
	const struct yaml_node *list = yaml_find(root, "tags");
	struct table *ids = table_new(reader->arena), *subjects = table_new(reader->arena);

	for (size_t i = 0; i < mapping->tag_count; i++) {
		struct tag *tag = &mapping->tags[i];

		if (tag->id)
			fault_if_taken(reader->findings, ids, tag->id, tag->id, &tag->mark, tag);
		check_subjects(reader, subjects, yaml_find(list->items[i], "subject"), tag);
		complete_tag(reader->arena, tag);
	}
	return root != NULL;
}
