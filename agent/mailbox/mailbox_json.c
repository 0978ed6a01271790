#include "mailbox/command.h"

#include "base/text/strbuf.h"
#include "mailbox/mailbox.h"
#include "mailbox/recurring_words.h"
#include "matcher/matcher.h"
#include "model/mapping.h"
#include "report/text/json.h"

static json_t *tags_json(const struct mailbox_mail *mail)
{
	json_t *tags = json_array();

	for (size_t i = 0; i < mail->tag_count; i++)
		json_array_append_new(tags, json_of_text(mail->tags[i]->id));
	return tags;
}

/* Why the rules pass it on to nobody: "answer", "loop", "probe"; null: they do pass it on. */
static json_t *course_json(const struct mailbox_mail *mail)
{
	static const char *const courses[] = {[MAIL_TO_LISTS] = NULL,
		[MAIL_LOOP] = "loop",
		[MAIL_ANSWER] = "answer",
		[MAIL_PROBE] = "probe"};

	return courses[mail->course] ? json_string(courses[mail->course]) : json_null();
}

static json_t *difference_json(const struct mailbox_mail *mail)
{
	static const char *const differences[] = {[MAILBOX_AS_MATCHED] = NULL,
		[MAILBOX_NOT_PASSED_ON] = "not_passed_on",
		[MAILBOX_PASSED_ON] = "passed_on",
		[MAILBOX_TAG_NOT_SEEN] = "tag_not_seen"};

	return differences[mail->difference] ? json_string(differences[mail->difference])
					     : json_null();
}

static json_t *mail_json(const struct mailbox_mail *mail)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:b, s:b, s:o, s:o, s:o}", "arrived",
		json_of_moment(mail->arrived), "folder",
		mail->folder ? json_of_text(mail->folder) : json_null(), "subject",
		json_of_text(mail->subject.text), "tags", tags_json(mail), "high_priority",
		(int)mail->is_high, "has_list", (int)mail->has_list, "passed_on",
		(int)mail->is_passed, "unread", (int)mail->is_unread, "junk", (int)mail->is_junk,
		"to_nobody", course_json(mail), "field",
		mail->field ? json_string(mail->field) : json_null(), "treated_differently",
		difference_json(mail));
}

static json_t *mails_json(const struct mailbox_mails *mails)
{
	json_t *items = json_array();

	for (size_t i = 0; i < mails->shown; i++)
		json_array_append_new(items, mail_json(&mails->items[i]));
	return json_pack("{s:I, s:o}", "count", (json_int_t)mails->count, "mails", items);
}

static json_t *nobody_json(const struct mailbox_look *look)
{
	json_t *nobody = mails_json(&look->nobody);

	json_object_set_new(nobody, "days", json_integer(MAILBOX_DAYS));
	json_object_set_new(nobody, "count",
		json_integer((json_int_t)look->answers + (json_int_t)look->loops +
			(json_int_t)look->strange_probes));
	json_object_set_new(nobody, "answers", json_integer((json_int_t)look->answers));
	json_object_set_new(nobody, "loops", json_integer((json_int_t)look->loops));
	json_object_set_new(nobody, "strange_probes",
		json_integer((json_int_t)look->strange_probes));
	json_object_set_new(nobody, "came_back", json_integer((json_int_t)look->came_back));
	return nobody;
}

static json_t *unread_json(const struct mailbox_mails *mails, size_t unread)
{
	json_t *items = mails_json(mails);

	json_object_set_new(items, "days", json_integer(MAILBOX_DAYS));
	json_object_set_new(items, "unread", json_integer((json_int_t)unread));
	return items;
}

static json_t *bounces_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->bounce_count; i++) {
		const struct mailbox_bounce *bounce = &look->bounces[i];

		json_array_append_new(items,
			json_pack("{s:o, s:I, s:I, s:o}", "address",
				bounce->address ? json_of_text(bounce->address) : json_null(),
				"count", (json_int_t)bounce->count, "unread",
				(json_int_t)bounce->unread, "last", json_of_moment(bounce->last)));
	}
	return json_pack("{s:I, s:I, s:I, s:o}", "days", (json_int_t)MAILBOX_DAYS, "count",
		(json_int_t)look->bounced, "unread", (json_int_t)look->bounces_unread, "addresses",
		items);
}

static json_t *quota_json(const struct imap_quota *quota)
{
	if (!quota->is_known)
		return json_null();
	return json_pack("{s:o, s:I, s:I, s:I}", "resource", json_of_text(quota->resource), "used",
		(json_int_t)quota->used, "limit", (json_int_t)quota->limit, "percent",
		(json_int_t)quota->percent);
}

static json_t *recurring_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->recurring_count; i++)
		json_array_append_new(items,
			json_pack("{s:o, s:I, s:o}", "text", json_of_text(look->recurring[i].text),
				"count", (json_int_t)look->recurring[i].count, "last",
				json_of_moment(look->recurring[i].last)));
	return items;
}

static json_t *unknown_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->unknown_count; i++) {
		const struct unknown_tag *unknown = look->unknown[i];

		json_array_append_new(items,
			json_pack("{s:o, s:o, s:b, s:I, s:o, s:o}", "tag",
				json_of_text(unknown->text), "first", json_of_text(unknown->first),
				"numbered", (int)unknown->is_group, "count",
				(json_int_t)unknown->count, "last", json_of_moment(unknown->last),
				"nearest",
				unknown->nearest ? json_of_text(unknown->nearest->id)
						 : json_null()));
	}
	return items;
}

static json_t *unrouted_json(const struct mailbox_look *look)
{
	json_t *items = json_array();

	for (size_t i = 0; i < look->mapping->tag_count; i++) {
		const struct unknown_tag *unrouted = &look->unrouted[i];

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
	json_t *json =
		json_pack("{s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:I, s:o, s:o, s:b, s:o, s:o, s:o}",
			"at", json_of_moment(look->at), "url", json_of_text(look->url), "folders",
			(json_int_t)look->folders, "mails", (json_int_t)look->mails, "unread",
			(json_int_t)look->unread, "folders_not_opened", closed_json(look), "quota",
			quota_json(&look->quota), "unread_after", (json_int_t)look->unread_after,
			"unread_too_long", mails_json(&look->late), "unknown_tags",
			unknown_json(look), "more_unknown_tags", (int)look->has_more_unknown,
			"unrouted_tags", unrouted_json(look), "unread_high_priority",
			mails_json(&look->high), "recent", counts_json(look));

	json_object_set_new(json, "unread_maybe_passed_on", mails_json(&look->maybe));
	json_object_set_new(json, "bounces", bounces_json(look));
	json_object_set_new(json, "treated_differently",
		unread_json(&look->differing, look->differing_unread));
	json_object_set_new(json, "repeated_message_ids",
		unread_json(&look->repeated, look->repeated_unread));
	json_object_set_new(json, "to_nobody", nobody_json(look));
	json_object_set_new(json, "recurring_words", recurring_json(look));
	json_add_text(out, json);
}
