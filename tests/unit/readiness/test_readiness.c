/* The task card as a checklist: each point done, missing and unknown, with what shows it and what mends it. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory/arena.h"
#include "base/text/dn.h"
#include "base/text/strbuf.h"
#include "base/text/text.h"
#include "decide/forecast.h"
#include "directory/read/address_bearer.h"
#include "readiness/point.h"
#include "readiness/readiness.h"
#include "world.h"

#define ADDRESS "post@x.dk"

/* A town in which all is done: anna answers, bo stands in, whoever is on a list was told. */
#define TOWN(more)                                                                      \
	"person anna role=r deputy=bo; person bo; route infra role=r; list infra anna;" \
	"mailbox m; list m anna; at 2026-12-23T08:00;" more

struct readiness_case {
	const char *script;
	const char *facts; /* words that change the facts: see change() */
	const char *point;
	enum point_state state;
	const char *says; /* is among evidence, details and mends, a line each */
};

/* What a case is about. */
struct trial {
	struct world *w;
	struct coverage *coverage;
	struct readiness_facts facts;
	struct readiness readiness;
};

static struct notified_fact *everyone_told(struct trial *t, size_t *count)
{
	struct notified_fact *items = arena_get(t->w->arena, 100 * sizeof(*items));

	*count = 0;
	for (size_t i = 0; i < t->w->plan->list_count; i++) {
		const struct list_plan *list = &t->w->plan->lists[i];

		for (size_t j = 0; j < list->member_count && list->members[j]->person; j++)
			items[(*count)++] = (struct notified_fact){
				list->block->list_key, list->members[j]->person->identity};
	}
	return items;
}

static void make_catalogue(struct trial *t, const char *tags, const char *routes)
{
	struct mapping *m = &t->w->mapping;
	const char **parts;

	m->tag_count = text_split(t->w->arena, tags, ",", &parts);
	m->tags = arena_get(t->w->arena, m->tag_count * sizeof(*m->tags));
	for (size_t i = 0; i < m->tag_count; i++)
		m->tags[i] = (struct tag){.id = parts[i] + (*parts[i] == '!'),
			.retired = *parts[i] == '!',
			.confirmed = true};
	m->route_count = text_split(t->w->arena, routes, ",", &parts);
	m->routes = arena_get(t->w->arena, m->route_count * sizeof(*m->routes));
	for (size_t i = 0; i < m->route_count; i++) {
		struct route_tag *tag = arena_get(t->w->arena, sizeof(*tag));

		*tag = (struct route_tag){.id = parts[i], .known = mapping_tag(m, parts[i])};
		m->routes[i] = (struct route){.tag = parts[i],
			.tags = tag,
			.tag_count = 1,
			.ordinary = m->block_count > 0 ? &m->blocks[0] : NULL};
	}
	m->tag_source = (struct catalogue_source){"KOMBIT, bilag 1", "2019-03-01"};
}

/* The mailbox's list, and the address it has. */
static void give_mail(struct trial *t, const char *mail)
{
	struct list *list;

	if (!t->w->policy.mailbox_list_key)
		return;
	list = (struct list *)snapshot_list(t->w->snapshot, t->w->policy.mailbox_list_key);
	list->mail = mail;
	list->addresses.items = arena_get(t->w->arena, sizeof(mail));
	list->addresses.items[0] = mail;
	list->addresses.count = mail != NULL;
}

/* Who has the mailbox's address: "m", its list; the others by the sign they show. */
static void bear(struct trial *t, const char *names)
{
	static const char *const signs[] = {"unseen", "not", "shared", "other"};
	const char **parts;
	size_t count = text_split(t->w->arena, names, ",", &parts);

	t->facts.mailbox_entry = (struct mailbox_facts){.state = FACT_KNOWN};
	for (size_t i = 0; i < count; i++) {
		struct address_bearer *bearer = arena_get(t->w->arena, sizeof(*bearer));

		bearer->dn = arena_format(t->w->arena, "cn=%s,ou=L,dc=x", parts[i]);
		bearer->key = dn_key(t->w->arena, bearer->dn);
		bearer->next = (struct address_bearer *)t->facts.mailbox_entry.bearers;
		for (size_t j = 0; j < ROWS(signs); j++) {
			if (strcmp(parts[i], signs[j]) == 0)
				bearer->sign = (enum mailbox_sign)j;
		}
		t->facts.mailbox_entry.bearers = bearer;
	}
}

static bool starts_with(const char *word, const char *prefix)
{
	return strncmp(word, prefix, strlen(prefix)) == 0;
}

static void change(struct trial *t, const char *word)
{
	struct readiness_facts *f = &t->facts;
	const char *value = strchr(word, '=') ? strchr(word, '=') + 1 : "";
	const enum fact_state state = strcmp(value, "unset") == 0 ? FACT_NOT_SET
		: strcmp(value, "failed") == 0                    ? FACT_FAILED
								  : FACT_KNOWN;

	value = *value ? value : NULL;
	if (starts_with(word, "name="))
		f->mailbox_name = value;
	else if (starts_with(word, "address="))
		f->mailbox_address = value;
	else if (starts_with(word, "listmail="))
		give_mail(t, value);
	else if (starts_with(word, "routes="))
		make_catalogue(t, "infra,drift,!old", value ? value : "");
	else if (starts_with(word, "version="))
		t->w->mapping.tag_source.version = value;
	else if (starts_with(word, "since="))
		moment_read(value, MOMENT_START, &f->in_use_since, NULL);
	else if (starts_with(word, "source="))
		t->w->mapping.tag_source.name = value;
	else if (starts_with(word, "bearers="))
		bear(t, value);
	else if (starts_with(word, "directory="))
		f->is_active_directory = true;
	else if (starts_with(word, "unknown_tags="))
		f->box.unknown_tag_count =
			text_split(t->w->arena, value, ",", &f->box.unknown_tags);
	else if (starts_with(word, "box="))
		f->box = (struct box_facts){.state = state,
			.why = "what the box says",
			.unread = value ? (size_t)strtoul(value, NULL, 10) : 0};
	else if (starts_with(word, "rules="))
		f->rules = (struct rules_facts){.state = state,
			.why = "what the rules say",
			.current = value && strcmp(value, "current") == 0};
	else if (starts_with(word, "told="))
		f->told = (struct notified_facts){.state = state, .why = "what stands in the way"};
	else if (starts_with(word, "registered="))
		f->registered = (struct registered_facts){
			state, "what stands in the way", value, 1700000000};
	else
		fail_msg("no such word: %s", word);
}

static void begin(struct trial *t, const struct readiness_case *c)
{
	const char **words;
	size_t count;

	t->w = world_new(c->script);
	world_plan(t->w);
	make_catalogue(t, "infra", "infra");
	t->coverage = coverage_find(&t->w->mapping, &t->w->policy, t->w->snapshot, t->w->at, 14);
	t->facts = (struct readiness_facts){
		.at = t->w->at,
		.mapping = &t->w->mapping,
		.policy = &t->w->policy,
		.snapshot = t->w->snapshot,
		.plan = t->w->plan,
		.coverage = t->coverage,
		.mailbox_name = "Infrastrukturpostkassen",
		.mailbox_address = ADDRESS,
		.role_attribute = "role",
		.deputy_attribute = "deputy",
		.files = {"postvagt.yaml", "tags.yaml", "routes.yaml"},
		.in_use_since = MOMENT_EARLIEST,
		.example = {"uid=LOGIN,ou=P,dc=x", "x.dk"},
		.rules = {FACT_KNOWN, "current", true, NULL},
		.box = {FACT_KNOWN, "all read", 0, NULL, 0},
		.registered = {FACT_KNOWN, NULL, ADDRESS, 1700000000},
	};
	t->facts.told.state = FACT_KNOWN;
	t->facts.told.items = everyone_told(t, &t->facts.told.count);
	count = text_split(t->w->arena, c->facts, " ", &words);
	for (size_t i = 0; i < count; i++)
		change(t, words[i]);
	readiness_find(&t->readiness, t->w->arena, &t->facts);
}

static void end(struct trial *t)
{
	coverage_free(t->coverage);
	world_free(t->w);
}

static const struct point *point_of(const struct trial *t, const char *id)
{
	for (size_t i = 0; i < t->readiness.count; i++) {
		if (strcmp(t->readiness.points[i].id, id) == 0)
			return &t->readiness.points[i];
	}
	fail_msg("no such point: %s", id);
	return NULL;
}

static void tell(struct strbuf *out, const struct point *point)
{
	strbuf_addf(out, "%s\n", point->evidence);
	for (size_t i = 0; i < point->detail_count; i++)
		strbuf_addf(out, "- %s\n", point->details[i]);
	for (size_t i = 0; i < point->mend_count; i++) {
		const struct mend *mend = &point->mends[i];

		if (mend->command)
			strbuf_addf(out, "$ %s\n", mend->command);
		else
			strbuf_addf(out, "> %s: %s", mend->where, mend->lines);
	}
}

static void judge(const struct readiness_case *c)
{
	struct trial t;
	struct strbuf said = STRBUF_INIT;
	const struct point *point;

	begin(&t, c);
	point = point_of(&t, c->point);
	tell(&said, point);
	if (point->state != c->state || !strstr(said.text, c->says))
		fail_msg("%s\n%s\n%s is %s, for\n%sand should be %s, for\n%s", c->script, c->facts,
			c->point, point_state_name(point->state), said.text,
			point_state_name(c->state), c->says);
	strbuf_release(&said);
	end(&t);
}

static const struct readiness_case cases[] = {
	/* tags */
	{TOWN(""), "", "tags", POINT_DONE, "1 tags in use, 1 routes"},
	{TOWN(""), "routes=infra,drift", "tags", POINT_DONE, "2 tags in use, 2 routes"},
	{TOWN(""), "routes=infra", "tags", POINT_MISSING, "drift"},
	{TOWN(""), "routes=infra,*", "tags", POINT_MISSING,
		"- drift has no route\n> routes.yaml: "},
	{TOWN(""), "routes=infra,drift,old", "tags", POINT_MISSING,
		"- old has a route, and is ret"},
	{TOWN(""), "routes=infra,drift,xyz", "tags", POINT_MISSING,
		"- xyz has a route, and the catalogue does not know it\n> routes.yaml: "},
	{TOWN(""), "routes=infra,drif", "tags", POINT_MISSING,
		"- drift has no route; the one of drif may be meant for it\n> routes.yaml: "},
	{"person anna", "routes=", "tags", POINT_MISSING, "no route is in the file"},
	/* catalogue */
	{TOWN(""), "", "catalogue", POINT_DONE,
		"it says: KOMBIT, bilag 1, version 2019-03-01, 1 tags; no list is kept"},
	{TOWN(""), "since=2026-12-13", "catalogue", POINT_DONE,
		"in use here since 13 December 2026, 10 days"},
	{TOWN(""), "version= since=2026-12-13", "catalogue", POINT_UNKNOWN,
		"tags.yaml says no version; in use here since 13 December 2026"},
	{TOWN(""), "version=", "catalogue", POINT_UNKNOWN, "> tags.yaml: source: "},
	{TOWN(""), "source=vores", "catalogue", POINT_UNKNOWN,
		"vores, version 2019-03-01, 1 tags: nothing says that they are KOMBIT's"},
	{TOWN(""), "source=", "catalogue", POINT_UNKNOWN, "nothing says that they are KOMBIT's"},
	{TOWN(""), "unknown_tags=ny,nyere", "catalogue", POINT_MISSING, "$ postvagt mailbox"},
	{TOWN(""), "unknown_tags=ny,nyere", "catalogue", POINT_MISSING, "nyere"},
	/* mailbox */
	{TOWN(""), "", "mailbox", POINT_DONE, ADDRESS ", opened by IMAP"},
	{TOWN(""), "listmail=POST@X.DK", "mailbox", POINT_MISSING,
		"> LDIF: dn: cn=m,ou=L,dc=x\nchangetype: modify\ndelete: mail\nmail: POST@X.DK"},
	{TOWN(""), "name=postkassen", "mailbox", POINT_MISSING,
		"the card asks for the name infrastrukturpostkassen, not postkassen"},
	{TOWN(""), "address=", "mailbox", POINT_MISSING,
		"> postvagt.yaml: mailbox: {address: infrastrukturpostkassen@x.dk}"},
	{TOWN(""), "listmail=andet@x.dk", "mailbox", POINT_DONE, "opened by IMAP"},
	{TOWN(""), "box=unset bearers=", "mailbox", POINT_UNKNOWN,
		"no entry that this account may see has the address " ADDRESS},
	{TOWN(""), "box=failed bearers=", "mailbox", POINT_UNKNOWN, "$ postvagt check"},
	{TOWN(""), "box=unset bearers=", "mailbox", POINT_UNKNOWN,
		"> postvagt.yaml: mailbox: {imap: {url: \"imaps://mail.x.dk/INBOX\""},
	{TOWN(""), "box=unset bearers=shared", "mailbox", POINT_DONE,
		ADDRESS ", a shared mailbox: cn=shared,ou=L,dc=x"},
	{TOWN(""), "box=unset bearers=other", "mailbox", POINT_DONE, ", a mailbox: cn=other"},
	{TOWN(""), "box=unset bearers=not", "mailbox", POINT_MISSING, "$ postvagt check"},
	{TOWN(""), "box=unset bearers=unseen", "mailbox", POINT_UNKNOWN,
		"whether that is a mailbox cannot be seen"},
	{TOWN(""), "box=unset bearers=shared,other", "mailbox", POINT_MISSING, "2 entries have"},
	{TOWN(""), "box=unset bearers=m,shared", "mailbox", POINT_DONE, "a shared mailbox"},
	{TOWN(""), "box=unset bearers=m listmail=" ADDRESS, "mailbox", POINT_MISSING,
		"its list has the mailbox's address"},
	/* lists */
	{TOWN(""), "", "lists", POINT_DONE, "2 of 2 lists"},
	{TOWN("person eva role=r"), "", "lists", POINT_MISSING,
		"- cn=infra,ou=L,dc=x: 1 to add, 0 to remove\n"},
	{TOWN("person eva role=r"), "", "lists", POINT_MISSING, "$ postvagt apply\n"},
	{TOWN("list infra bo"), "", "lists", POINT_MISSING, "0 to add, 1 to remove"},
	{TOWN("person eva; list infra eva; limits 0 0"), "", "lists", POINT_MISSING,
		"--over-limit --case TEXT"},
	{TOWN("route b role=r"), "", "lists", POINT_MISSING,
		"- cn=b,ou=L,dc=x is not there, or may not be read\n> postvagt.yaml: lists: {create"},
	{TOWN("route b role=r; create"), "", "lists", POINT_MISSING,
		"cn=b,ou=L,dc=x: to be made, with 1 members\n$ postvagt apply"},
	{TOWN("route b group=gone; list b anna"), "", "lists", POINT_MISSING,
		"cn=b,ou=L,dc=x: nobody is removed, as cn=gone,ou=G,dc=x is not found"},
	{TOWN("held loen"), "", "lists", POINT_UNKNOWN, "removals are held back: loen"},
	{TOWN("held loen; person eva role=r"), "", "lists", POINT_MISSING, "1 to add"},
	{"person anna", "", "lists", POINT_MISSING, "no route, and so no list"},
	/* rules */
	{TOWN(""), "", "rules", POINT_DONE, "current"},
	{TOWN(""), "rules=older", "rules", POINT_MISSING, "$ postvagt rules --for"},
	{TOWN(""), "rules=failed", "rules", POINT_UNKNOWN, "what the rules say"},
	{TOWN(""), "rules=unset", "rules", POINT_UNKNOWN,
		"$ postvagt rules --for sieve > postvagt.sieve\n> postvagt.yaml: mailbox: {rules_file: "
		"postvagt.sieve}"},
	{TOWN(""), "rules=unset directory=ad", "rules", POINT_UNKNOWN,
		"$ postvagt rules --for exchange > postvagt.ps1\n> postvagt.yaml: mailbox: "
		"{rules_file: postvagt.ps1}"},
	/* read */
	{TOWN(""), "", "read", POINT_DONE, "all read"},
	{TOWN(""), "box=3", "read", POINT_MISSING, "$ postvagt mailbox"},
	{TOWN(""), "box=failed", "read", POINT_UNKNOWN, "what the box says"},
	{TOWN(""), "box=unset", "read", POINT_UNKNOWN, "> postvagt.yaml: mailbox: {imap: "},
	{TOWN(""), "box=unset routes=infra,drift,*", "read", POINT_DONE, "it need not be"},
	{TOWN(""), "box=unset routes=infra,drift,* rules=older", "read", POINT_UNKNOWN, "not set"},
	{TOWN(""), "box=unset routes=infra,drift,* rules=unset", "read", POINT_UNKNOWN, "not set"},
	/* now, coming */
	{TOWN(""), "", "now", POINT_DONE, "1 lists that are answered"},
	{TOWN(""), "", "coming", POINT_DONE, "through 5 January 2027"},
	{TOWN("person cai role=s away; route b role=s; list b cai"), "", "now", POINT_MISSING,
		"- b: nobody is available\n$ postvagt explain b\n> routes.yaml: deputies: [LOGIN]"},
	{TOWN("person cai role=s away; person dan role=s; route b role=s; list b cai dan"), "",
		"now", POINT_MISSING, "- b: nobody stands in for cai\n"},
	{TOWN("critical b role=r at_least=2; list b anna"), "", "now", POINT_MISSING,
		"- b, critical: 1 available, where at_least asks for 2\n"},
	{TOWN("person cai role=s away=2026-12-30/2026-12-30; route b role=s; list b cai"), "",
		"now", POINT_DONE, ""},
	{TOWN("person cai role=s away=2026-12-30/2026-12-30; route b role=s; list b cai"), "",
		"coming", POINT_MISSING,
		"- b, from 30 December 2026: nobody is available\n> routes.yaml: deputies: [LOGIN] "
		"  # of the route b"},
	{TOWN("person cai role=s away=2027-01-06/2027-01-06; route b role=s; list b cai"), "",
		"coming", POINT_DONE, ""},
	{TOWN("person cai role=s away=2027-01-05/2027-01-05; route b role=s; list b cai"), "",
		"coming", POINT_MISSING, "from 5 January 2027"},
	{TOWN("inform b role=none; list b"), "", "now", POINT_DONE, ""},
	{TOWN("held loen"), "", "now", POINT_UNKNOWN, "absences are missing: loen"},
	{TOWN("held loen"), "", "coming", POINT_UNKNOWN, "absences are missing: loen"},
	{TOWN("held loen; person cai role=s away; route b role=s; list b cai"), "", "coming",
		POINT_MISSING, "nobody is available"},
	{"person anna", "", "now", POINT_MISSING, "no route, and so nobody"},
	/* roles */
	{TOWN(""), "", "roles", POINT_DONE, "1 roles in use, 1 in the gallery"},
	{TOWN("route b role=s; list b anna"), "", "roles", POINT_MISSING,
		"- s: nobody holds it\n> LDIF: # put the DN of a person in place of uid=LOGIN,ou=P,dc=x\ndn: uid=LOGIN,ou=P,dc=x\nchangetype: modify\nadd: role\nrole: s\n"},
	{TOWN("person cai role=s/A; person dan role=s/B; route b role=s/A,s; list b cai dan"), "",
		"roles", POINT_DONE, "3 roles in use"},
	{TOWN("person cai role=s/A; route b role=s/C; list b cai"), "", "roles", POINT_MISSING,
		"- s/C: nobody holds it\n"},
	{TOWN("person poul role=r,s disabled; route b role=s; list b"), "", "roles", POINT_MISSING,
		"- s: nobody holds it\n- poul (uid=poul,ou=P,dc=x) holds r, s, and cannot be reached: the "
		"account is disabled\n"},
	{TOWN("person poul role=r disabled away=2026-12-01/2027-03-01"), "", "roles", POINT_DONE,
		""},
	{TOWN("person poul role=r disabled away"), "", "roles", POINT_MISSING,
		"- poul (uid=poul,ou=P,dc=x) holds r, "},
	/* deputies */
	{TOWN("person poul role=r disabled"), "", "deputies", POINT_DONE, "1 holders"},
	{TOWN("fallback ghost"), "", "deputies", POINT_MISSING,
		"- ghost names nobody who can be reached: not in the directory, or may not be read; "
		"mailbox.fallback\n$ postvagt check\n"},
	{"person anna role=r deputy=bo,cai; person bo; person cai disabled; route infra role=r;"
	 "list infra anna",
		"", "deputies", POINT_MISSING,
		"1 holders, each with one of their own or by the route\n- cai (uid=cai,ou=P,dc=x) cannot be "
		"reached: the account is disabled; deputy of anna\n"},
	{TOWN(""), "", "deputies", POINT_DONE, "1 holders, each with"},
	{TOWN("person eva role=r; list infra eva"), "", "deputies", POINT_MISSING,
		"1 of 2 have none"},
	{TOWN("person eva role=r; list infra eva"), "", "deputies", POINT_MISSING,
		"dn: uid=eva,ou=P,dc=x\nchangetype: modify\nadd: deputy\ndeputy: "
		"uid=LOGIN,ou=P,dc=x\n"},
	{"person eva role=r; person bo; route infra role=r deputy=bo; list infra eva", "",
		"deputies", POINT_DONE, "1 holders"},
	{"person eva role=r; person bo; route infra role=r; fallback bo; list infra eva", "",
		"deputies", POINT_MISSING, "1 of 1"},
	{"person eva role=r deputy=eva; route infra role=r; list infra eva", "", "deputies",
		POINT_MISSING, "1 of 1"},
	{"person eva role=r deputy=ghost; route infra role=r; list infra eva", "", "deputies",
		POINT_MISSING, "1 of 1"},
	{"person eva role=r deputy=bo; person bo disabled; route infra role=r; list infra eva", "",
		"deputies", POINT_MISSING, "1 of 1"},
	{"person eva role=r deputy=bo; person bo away; route infra role=r; list infra eva", "",
		"deputies", POINT_DONE, "1 holders"},
	{"person eva role=r; inform infra role=r; list infra eva", "", "deputies", POINT_DONE,
		"0 holders"},
	{"person eva role=r,s deputy=bo; person bo; route infra role=r,s; list infra eva", "",
		"deputies", POINT_DONE, "1 holders"},
	/* told */
	{TOWN(""), "", "told", POINT_DONE, "1 of 1 recipients"},
	{TOWN(""), "told=", "told", POINT_MISSING, "- infra: anna\n"},
	{TOWN("route b role=r; list b anna"), "told=", "told", POINT_MISSING, "0 of 2 recipients"},
	{TOWN("inform b role=r; list b anna"), "told=", "told", POINT_MISSING, "0 of 1 recipients"},
	{TOWN(""), "told=failed", "told", POINT_UNKNOWN, "what stands in the way"},
	{TOWN(""), "told=unset", "told", POINT_UNKNOWN, "> postvagt.yaml: mail: "},
	/* registered */
	{TOWN(""), "", "registered", POINT_DONE, ADDRESS " was sent on 14 November 2023"},
	{TOWN(""), "registered=unset", "registered", POINT_MISSING, "$ postvagt register --send"},
	{TOWN(""), "registered=gammel@x.dk", "registered", POINT_MISSING,
		"gammel@x.dk was sent on 14 November 2023 23:13:20\n- the address is " ADDRESS
		" now\n$ postvagt register --send\n"},
	{TOWN(""), "registered=POST@x.dk", "registered", POINT_DONE, ""},
	{TOWN(""), "registered=failed", "registered", POINT_UNKNOWN, "what stands in the way"},
};

static void test_points(void **state)
{
	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++)
		judge(&cases[i]);
}

/* Holders that the gallery asks for, whether a route does or not. */
static void test_gallery(void **state)
{
	static const struct {
		int at_least;
		enum point_state state;
		const char *says;
	} galleries[] = {
		{0, POINT_DONE, ""},
		{1, POINT_DONE, ""},
		{2, POINT_MISSING, "- r: 1 hold it, where the gallery asks for 2\n"},
	};

	for (size_t i = 0; i < ROWS(galleries) && row(i, "at least %d", galleries[i].at_least);
		i++) {
		struct trial t;
		struct strbuf said = STRBUF_INIT;

		begin(&t,
			&(struct readiness_case){
				"person anna role=r,r/A deputy=bo; person bo; route infra role=r;"
				"list infra anna",
				"", "", POINT_DONE, ""});
		t.w->mapping.roles[0].at_least = galleries[i].at_least;
		readiness_find(&t.readiness, t.w->arena, &t.facts);
		tell(&said, point_of(&t, "roles"));
		assert_int_equal(point_of(&t, "roles")->state, galleries[i].state);
		assert_non_null(strstr(said.text, galleries[i].says));
		strbuf_release(&said);
		end(&t);
	}
}

struct whole_case {
	const char *script, *facts;
	bool done, waits;
	size_t missing, unknown;
};

/* The task is done only when every point is; it waits for a feed only where nothing else is open. */
static const struct whole_case wholes[] = {
	{TOWN(""), "", true, false, 0, 0},
	{TOWN(""), "registered=unset", false, false, 1, 0},
	{TOWN(""), "told=unset", false, false, 0, 1},
	{TOWN("held loen"), "", false, true, 0, 3},
	{TOWN("held loen"), "rules=unset", false, false, 0, 4},
	{TOWN("held loen"), "registered=unset", false, false, 1, 3},
};

static void test_the_whole(void **state)
{
	for (size_t i = 0; i < ROWS(wholes) && row(i, "%s", wholes[i].script); i++) {
		const struct whole_case *c = &wholes[i];
		struct trial t;

		begin(&t, &(struct readiness_case){c->script, c->facts, "", POINT_DONE, ""});
		assert_int_equal(readiness_is_done(&t.readiness), c->done);
		assert_int_equal(readiness_waits_for_feed(&t.readiness), c->waits);
		assert_int_equal(t.readiness.missing, c->missing);
		assert_int_equal(t.readiness.unknown, c->unknown);
		assert_int_equal(t.readiness.done + c->missing + c->unknown, t.readiness.count);
		for (size_t j = 1; j < t.readiness.count; j++)
			assert_true(t.readiness.points[j - 1].step <= t.readiness.points[j].step);
		end(&t);
	}
}

/* Whatever a DN or a value holds, the record is one record of that entry. */
static void test_ldif(void **state)
{
	static const struct {
		const char *dn, *value, *lines;
	} records[] = {
		{"uid=bo,dc=dk", "eva",
			"dn: uid=bo,dc=dk\nchangetype: modify\nadd: deputy\ndeputy: eva\n"},
		{NULL, NULL,
			"# put the DN of a person in place of uid=LOGIN,dc=dk\ndn: uid=LOGIN,dc=dk\n"
			"changetype: modify\nadd: deputy\ndeputy: uid=LOGIN,dc=dk\n"},
		{"cn=x\nchangetype: delete\n\ndn: cn=y", " eva",
			"# cn=x\\0achangetype: delete\\0a\\0adn: cn=y\n"
			"dn:: Y249eApjaGFuZ2V0eXBlOiBkZWxldGUKCmRuOiBjbj15\nchangetype: modify\n"
			"add: deputy\ndeputy:: IGV2YQ==\n"},
	};
	const struct readiness_facts facts = {.example = {.person = "uid=LOGIN,dc=dk"}};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ROWS(records) && row(i, "%s", records[i].dn); i++) {
		struct readiness readiness = {0};
		struct judge_ctx judging = {&readiness, arena, &facts};
		struct point *point = point_begin(&judging, STEP_READINESS, "deputies", "x");

		point_modify(&judging, point, records[i].dn, "add", "deputy", records[i].value);
		assert_int_equal(point->mend_count, 1);
		assert_string_equal(point->mends[0].lines, records[i].lines);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_gallery),
		cmocka_unit_test(test_the_whole),
		cmocka_unit_test(test_ldif),
	};

	moment_zone("Europe/Copenhagen");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
