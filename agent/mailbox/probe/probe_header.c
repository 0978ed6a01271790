#include "mailbox/probe/probe_header.h"

#include "matcher/answer.h"

void probe_header_read(struct probe_header *header, struct arena *arena, const char *bytes,
	size_t length)
{
	mail_header_read(&header->fields, arena, bytes, length);
	header->is_marked = probe_token_find(header->fields.subject, header->token);
	header->is_answer = mail_header_body(&header->fields, "In-Reply-To") ||
		mail_header_body(&header->fields, "References");
	header->redirected_by = mail_header_body(&header->fields, "X-Sieve-Redirected-From");
	if (!header->redirected_by)
		header->redirected_by =
			mail_header_body(&header->fields, "X-MS-Exchange-Inbox-Rules-Loop");
}

bool probe_header_is_by(const struct probe_header *header, const char *address)
{
	return header->redirected_by && answer_loop(&header->fields, address);
}
