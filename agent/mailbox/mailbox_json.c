#include "mailbox/command.h"

#include "base/text/strbuf.h"
#include "mailbox/mailbox.h"
#include "model/mapping.h"
#include "report/text/json.h"

static json_t *tags_json(const struct mailbox_mail *mail)
{
	json_t *tags = json_array();

	for (size_t i = 0; i < mail->tag_count; i++)
		json_array_append_new(tags, json_of_text(mail->tags[i]->id));
	return tags;
}

static json_t *mail_json(const struct mailbox_mail *mail)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:b}", "arrived",
		json_of_moment(mail->arrived), "folder",
		mail->folder ? json_of_text(mail->folder) : json_null(), "subject",
		json_of_text(mail->subject.text), "tags", tags_json(mail), "high_priority",
		(int)mail->is_high, "has_list", (int)mail->has_list, "passed_on",
		(int)mail->is_passed);
}

static json_t *mails_json(const struct mailbox_mails *mails)
{
	json_t *items = json_array();

	for (size_t i = 0; i < mails->shown; i++)
		json_array_append_new(items, mail_json(&mails->items[i]));
	return json_pack("{s:I, s:o}", "count", (json_int_t)mails->count, "mails", items);
}

static json_t *unknown_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->unknown_count; i++) {
		const struct mailbox_unknown *unknown = look->unknown[i];

		json_array_append_new(items,
			json_pack("{s:o, s:I, s:o, s:o}", "tag", json_of_text(unknown->text),
				"count", (json_int_t)unknown->count, "last",
				json_of_moment(unknown->last), "nearest",
				unknown->nearest ? json_of_text(unknown->nearest->id)
						 : json_null()));
	}
	return items;
}

static json_t *unrouted_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->mapping->tag_count; i++) {
		const struct mailbox_unknown *unrouted = &look->unrouted[i];

		if (unrouted->count > 0)
			json_array_append_new(items,
				json_pack("{s:o, s:I, s:o}", "tag", json_of_text(unrouted->text),
					"count", (json_int_t)unrouted->count, "last",
					json_of_moment(unrouted->last)));
	}
	return items;
}

static json_t *counts_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->mapping->tag_count; i++)
		json_array_append_new(items,
			json_pack("{s:o, s:I}", "tag", json_of_text(look->mapping->tags[i].id),
				"count", (json_int_t)look->by_tag[i]));
	return json_pack("{s:I, s:I, s:I, s:o}", "days", (json_int_t)MAILBOX_DAYS, "count",
		(json_int_t)look->recent, "untagged", (json_int_t)look->untagged, "tags", items);
}

static json_t *closed_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->closed_count; i++)
		json_array_append_new(items, json_of_text(look->closed[i]));
	return items;
}

void mailbox_add_json(struct strbuf *out, const struct mailbox_look *look)
{
	json_add_text(out,
		json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:I, s:o, s:o, s:b, s:o, s:o, s:o}", "at",
			json_of_moment(look->at), "url", json_of_text(look->url), "folders",
			(json_int_t)look->folders, "mails", (json_int_t)look->mails, "unread",
			(json_int_t)look->unread, "folders_not_opened", closed_json(look),
			"unread_after", (json_int_t)look->unread_after, "unread_too_long",
			mails_json(&look->late), "unknown_tags", unknown_json(look),
			"more_unknown_tags", (int)look->has_more_unknown, "unrouted_tags",
			unrouted_json(look), "unread_high_priority", mails_json(&look->high),
			"recent", counts_json(look)));
}
