#include "directory/dialect/dialect.h"

#include "base/memory/arena.h"
#include "base/text/language.h"
#include "base/text/strbuf.h"
#include "directory/entry/entry.h"

#define ACTIVE_DIRECTORY_OID "1.2.840.113556.1.4.800"

const char *dialect_identity(const struct dialect *dialect, struct arena *arena,
	const struct dir_entry *entry)
{
	size_t count;
	const struct berval *values = entry_values(entry, dialect->identity_attribute, &count);
	struct strbuf identity = STRBUF_INIT;
	const char *copy = NULL;

	if (count > 0)
		dialect->add_identity(&identity, &values[0]);
	if (identity.length > 0)
		copy = strbuf_to_arena(&identity, arena);
	strbuf_release(&identity);
	return copy;
}

enum error_kind dialect_of(enum directory_kind kind, const struct dir_entry *root_dse,
	const struct dialect **dialect, struct error *err)
{
	static const char *const active_directory[] = {ACTIVE_DIRECTORY_OID, NULL};
	bool is_active_directory =
		root_dse && entry_has_any(root_dse, "supportedCapabilities", active_directory);

	*dialect = is_active_directory ? &dialect_active_directory : &dialect_openldap;
	if (kind == DIRECTORY_AUTO || kind == (*dialect)->kind)
		return ERROR_NONE;
	return error_set(err, ERROR_USAGE,
		is_active_directory
			? _("directory.kind: the server is Active Directory; write "
			    "active-directory, or auto")
			: _("directory.kind: the server is no Active Directory; write openldap, "
			    "or auto"));
}
