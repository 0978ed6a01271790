/* What is proposed for unknown tags that recur. */
#include "unit.h"

#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "mail/imap/imap.h"
#include "mailbox/mailbox.h"
#include "mailbox/propose.h"
#include "model/mapping.h"
#include "model/settings.h"

#define ROUTES_MAX 3

static const char *drift_subjects[] = {"[Drift]"}, *bases[] = {"DC=eksempel,DC=dk"};
static struct tag tags[] = {{.id = "drift", .subjects = drift_subjects, .subject_count = 1}};
static const struct imap_folder filed = {"Arkiv", "Arkiv", false, false};

/* A mapping with a route to each of these lists; the first is for drift. */
static void make_mapping(struct mapping *mapping, struct arena *arena, const char *const *lists)
{
	static const char *const ids[ROUTES_MAX] = {"drift", "andet", "*"};

	*mapping = (struct mapping){.tags = tags,
		.tag_count = 1,
		.routes = arena_get(arena, ROUTES_MAX * sizeof(struct route)),
		.blocks = arena_get(arena, ROUTES_MAX * sizeof(struct block))};
	for (size_t i = 0; i < ROUTES_MAX && lists[i]; i++) {
		struct route_tag *tag = arena_get(arena, sizeof(*tag));
		struct block *block = &mapping->blocks[mapping->block_count++];

		tag->id = ids[i];
		*block = (struct block){.list = lists[i], .list_key = dn_key(arena, lists[i])};
		mapping->routes[mapping->route_count++] = (struct route){
			.tag = ids[i], .tags = tag, .tag_count = 1, .ordinary = block};
	}
}

static void add_subject(struct mailbox_look *look, const char *subject, int times)
{
	struct strbuf header = STRBUF_INIT;
	struct imap_mail mail = {.flags = IMAP_SEEN, .arrived = 1};

	strbuf_addf(&header, "Subject: %s\r\n", subject);
	mail.header = (struct imap_text){header.text, header.length};
	while (times-- > 0)
		mailbox_look_add(look, &filed, &mail);
	strbuf_release(&header);
}

static void test_proposals(void **state)
{
	static const struct {
		const char *what;
		const char *lists[ROUTES_MAX + 1];
		const char *subjects[4]; /* each three times */
		const char *expected;    /* id and list, or what else becomes of it */
	} cases[] = {
		{"a common beginning",
			{"CN=Infra-Drift,OU=Lister,DC=x", "CN=Infra-Andet,OU=Lister,DC=x"},
			{"[Nyt system] a"}, "nyt-system CN=Infra-Nyt system,OU=Lister,DC=x"},
		{"one list", {"CN=Infra-Drift,OU=Lister,DC=x"}, {"[SAPA] a"},
			"sapa CN=Infra-SAPA,OU=Lister,DC=x"},
		{"no common beginning", {"cn=Drift,ou=Lister,dc=x", "cn=Andet,ou=Lister,dc=x"},
			{"[SAPA] a"}, "sapa cn=SAPA,ou=Lister,dc=x"},
		{"the OU of most",
			{"CN=A-1,OU=Y,DC=x", "CN=A-2,OU=Lister,DC=x", "CN=A-3,OU=Lister,DC=x"},
			{"[SAPA] a"}, "sapa CN=A-SAPA,OU=Lister,DC=x"},
		{"no route", {NULL}, {"[SAPA] a"}, "sapa CN=SAPA,DC=eksempel,DC=dk"},
		{"a list that is taken", {"CN=I-Drift,OU=L,DC=x", "cn=i-sapa, ou=l,dc=X"},
			{"[SAPA] a"}, "sapa CN=I-SAPA-2,OU=L,DC=x"},
		{"signs of a DN", {"CN=I-Drift,OU=L,DC=x"}, {"[a,b=c+\"d\" \\ <e>] x"},
			"a-b-c-d-e CN=I-A b c d e,OU=L,DC=x"},
		{"letters", {"CN=I-Drift,OU=L,DC=x"}, {"[Ældre \xC3\xB8st \xC3\xA5] x"},
			"aeldre-oest-aa CN=I-Ældre \xC3\xB8st \xC3\xA5,OU=L,DC=x"},
		{"no letter of ASCII", {"CN=I-Drift,OU=L,DC=x"}, {"[\xD0\x94\xD0\xB0] x"},
			"tag CN=I-\xD0\x94\xD0\xB0,OU=L,DC=x"},
		{"two of the same letters", {"CN=I-Drift,OU=L,DC=x"},
			{"[Nyt system] x", "[Nyt-system] x"},
			"nyt-system CN=I-Nyt system,OU=L,DC=x; nyt-system-nyt CN=I-Nyt system-2,OU=L,DC=x"},
		{"near an id of a route", {"CN=I-Drift,OU=L,DC=x", "CN=I-Andet,OU=L,DC=x"},
			{"[Andett] x"}, "andett-nyt CN=I-Andett,OU=L,DC=x"},
		{"near a tag", {"CN=I-Drift,OU=L,DC=x"}, {"[Drfit] x"}, "near drift"},
		{"numbered", {"CN=I-Drift,OU=L,DC=x"}, {"INC001 x", "INC002 y"}, "mark INC*"},
		{"a gateway's mark", {"CN=I-Drift,OU=L,DC=x"}, {"[EXTERN] x", "[Ekstern mail] y"},
			"mark [EXTERN]; mark [Ekstern mail]"},
		{"a gateway's word is part of a tag", {"CN=I-Drift,OU=L,DC=x"},
			{"[Ekstern adgang] x"}, "ekstern-adgang CN=I-Ekstern adgang,OU=L,DC=x"},
		{"two that are near each other", {"CN=I-Drift,OU=L,DC=x"},
			{"[Ejendomme] x", "[Ejendommen] y"},
			"ejendomme CN=I-Ejendomme,OU=L,DC=x; ejendommen CN=I-Ejendommen,OU=L,DC=x"},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].what); i++) {
		struct arena *arena = arena_new();
		struct settings settings = {.people.bases = {bases, 1}};
		struct mapping mapping;
		struct mailbox_look look;
		struct proposed_tags found;
		struct strbuf told = STRBUF_INIT;

		make_mapping(&mapping, arena, cases[i].lists);
		mailbox_look_begin(&look, &settings.mailbox, &mapping, 10);
		for (size_t j = 0; j < 4 && cases[i].subjects[j]; j++)
			add_subject(&look, cases[i].subjects[j], 3);
		mailbox_look_end(&look);
		proposed_tags_find(&found, arena, &look, &settings);
		for (size_t j = 0; j < found.count; j++) {
			const struct proposed_tag *tag = &found.items[j];

			strbuf_adds(&told, j > 0 ? "; " : "");
			if (tag->is_mark)
				strbuf_addf(&told, "mark %s", tag->text);
			else if (tag->nearest)
				strbuf_addf(&told, "near %s", tag->nearest->id);
			else
				strbuf_addf(&told, "%s %s", tag->id, tag->list);
		}
		assert_string_equal(told.text, cases[i].expected);
		strbuf_release(&told);
		mailbox_look_release(&look);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proposals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
