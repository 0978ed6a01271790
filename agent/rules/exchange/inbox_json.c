#include "rules/exchange/inbox_rule.h"

/* Properties of messageRulePredicates (Graph) that are true or false. */
static const char *const type_keys[INBOX_MESSAGE_TYPES] = {
	NULL, "isAutomaticReply", "isNonDeliveryReport", "isReadReceipt", "isMeetingResponse"};

static json_t *texts_to_json(const struct strings *texts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < texts->count; i++)
		json_array_append_new(array, json_string(texts->items[i]));
	return array;
}

static json_t *predicates_to_json(const struct inbox_predicates *predicates)
{
	json_t *object = json_object();

	if (predicates->subject.count > 0)
		json_object_set_new(object, "subjectContains", texts_to_json(&predicates->subject));
	if (predicates->header.count > 0)
		json_object_set_new(object, "headerContains", texts_to_json(&predicates->header));
	if (predicates->is_high)
		json_object_set_new(object, "importance", json_string("high"));
	if (predicates->type)
		json_object_set_new(object, type_keys[predicates->type], json_true());
	return object;
}

/* redirectTo is a collection of recipients (messageRuleActions). */
static json_t *actions_to_json(const struct inbox_rule *rule)
{
	json_t *object = json_object(), *array = json_array();

	for (size_t i = 0; i < rule->redirect_to.count; i++)
		json_array_append_new(array,
			json_pack("{s:{s:s,s:s}}", "emailAddress", "name",
				rule->redirect_to.items[i], "address", rule->redirect_to.items[i]));
	if (json_array_size(array) > 0)
		json_object_set(object, "redirectTo", array);
	json_decref(array);
	json_object_set_new(object, "stopProcessingRules", json_boolean(rule->stops));
	return object;
}

json_t *inbox_rule_to_json(const struct inbox_rule *rule, int sequence)
{
	return json_pack("{s:s,s:i,s:b,s:o,s:o,s:o}", "displayName", rule->name, "sequence",
		sequence, "isEnabled", 1, "conditions", predicates_to_json(&rule->conditions),
		"exceptions", predicates_to_json(&rule->exceptions), "actions",
		actions_to_json(rule));
}
