/* Rules 1 to 7: who is on a list and why. A case is a world and the plan it comes to (world.h). */
#include "unit.h"

#include <string.h>

#include "base/text/strbuf.h"
#include "decide/next_change.h"
#include "world.h"

struct world_case {
	const char *script, *plan;
};

static void check(const struct world_case *cases, size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].script); i++)
		assert_world(cases[i].script, cases[i].plan);
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof(cases[0]))

/* Rule 1: the required. */
static void test_required(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r; route infra role=r; list infra", "+anna"},
		{"person anna role=r; route infra role=r; list infra anna", "anna"},
		{"person anna role=q; person bo role=r; route infra role=r; list infra", "+bo"},
		{"person anna; route infra people=anna; list infra", "+anna"},
		{"person anna; route infra people=ANNA@X.DK; list infra", "+anna"},
		{"person anna; route infra people=UID=Anna|OU=p|DC=X; list infra", "+anna"},
		{"person anna; group drift anna; route infra group=drift; list infra", "+anna"},
		/* each once */
		{"person anna role=r; group drift anna; route infra role=r group=drift people=anna; list infra",
			"+anna"},
		/* passed over: groups, others, the missing, and whom two entries answer to */
		{"person anna; group drift anna; person bo; route infra people=drift,bo; list infra",
			"+bo"},
		{"other printer; person bo; route infra people=printer,bo,ghost; list infra",
			"+bo"},
		{"person anna login=delt; person bo mail=delt; person cai; route infra people=delt,cai;"
		 "list infra",
			"+cai"},
		{"person anna; other printer; group drift anna printer ghost; route infra group=drift;"
		 "list infra",
			"+anna"},
	};

	CHECK(cases);
}

static void test_groups_in_groups(void **state)
{
	static const struct world_case cases[] = {
		{"person anna; person bo; group ude anna inde; group inde bo; route infra group=ude; list infra",
			"+anna +bo"},
		{"person anna; person bo; group a anna b; group b bo a; route infra group=a; list infra",
			"+anna +bo"},
		{"person anna; group a a anna; route infra group=a; list infra", "+anna"},
		{"person anna; group a b c; group b d; group c d; group d anna; route infra group=a; list infra",
			"+anna"},
		/* one group asked for twice by different ways */
		{"person anna; person bo; group a b anna; group b bo; route infra group=b,a; list infra",
			"+anna +bo"},
		/* a group inside that is not there is a member passed over, not a group asked for */
		{"person anna; group a anna ghost; route infra group=a; list infra zoe; person zoe",
			"+anna -zoe"},
	};

	CHECK(cases);
}

static void test_roles(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=R; route infra role=r; list infra", "+anna"},
		{"spell r R-Ansvarlig; person anna role=r-ansvarlig; route infra role=r; list infra",
			"+anna"},
		{"spell r It_chef; person anna role=IT__CHEF; route infra role=r; list infra",
			"+anna"},
		{"spell r Ældrechef; person anna role=ældreCHEF; route infra role=r; list infra",
			"+anna"},
		{"spell r chef; person anna role=r; route infra role=r; list infra", "+anna"},
		{"person anna role=rr; person bo role=r; route infra role=r; list infra", "+bo"},
		/* scopes: exactly that; unscoped asks for all */
		{"person anna role=s/SAPA; person bo role=s; person cai role=s/KY; route infra role=s/SAPA;"
		 "list infra",
			"+anna"},
		{"person anna role=s/SAPA; person bo role=s; person cai role=s/KY; route infra role=s; list infra",
			"+anna +bo +cai"},
		{"person anna role=s/sapa; person bo role=S/SAPA; route infra role=s/SAPA; list infra",
			"+bo"},
		{"person anna role=s_/_SAPA; route infra role=s/SAPA; list infra", "+anna"},
		{"person anna role=_s/SAPA_; route infra role=s/SAPA; list infra", "+anna"},
		{"person anna role=s/SAPA,s/KY; route infra role=s/KY,s/SAPA; list infra", "+anna"},
		{"person anna role=s/a/b; route infra role=s/a/b; list infra", "+anna"},
		{"spell s Systemansvarlig; person anna role=systemansvarlig/SAPA; route infra role=s/SAPA;"
		 "list infra",
			"+anna"},
	};

	CHECK(cases);
}

/* Rule 3: who is unreachable is no recipient and has no stand-in, unless a leave is on. */
static void test_leavers(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r disabled deputy=bo; person bo; person cai role=r; route infra role=r;"
		 "list infra anna cai",
			"cai -anna"},
		{"person anna role=r unmailed deputy=bo; person bo; person cai role=r; route infra role=r;"
		 "list infra",
			"+cai"},
		{"person anna role=r expires=2026-12-23T08:00 deputy=bo; person bo; person cai role=r;"
		 "route infra role=r; list infra anna cai",
			"cai -anna"},
		{"person anna role=r expires=2026-12-23T08:01 deputy=bo; person bo; person cai role=r;"
		 "route infra role=r; list infra anna cai",
			"anna cai"},
		/* nor where an absence without an end is on */
		{"person anna role=r disabled away deputy=bo; person bo; person cai role=r;"
		 "route infra role=r; list infra anna cai",
			"cai -anna"},
		{"person anna role=r disabled away=2026-12-20/ deputy=bo; person bo; person cai role=r;"
		 "route infra role=r; list infra anna cai",
			"cai -anna"},
		/* one that ends, but not all of what it lies in */
		{"person anna role=r disabled away=2026-12-20/2026-12-30 away=2026-12-31/ deputy=bo;"
		 "person bo; person cai role=r; route infra role=r; list infra anna cai",
			"cai -anna"},
		{"bridge 48; person anna role=r disabled away=2026-12-20/2026-12-30 away=2027-01-01/"
		 " deputy=bo; person bo; person cai role=r; route infra role=r; list infra anna cai",
			"cai -anna"},
		/* a leave is as any absence */
		{"person anna role=r disabled away=2026-12-20/2026-12-30 deputy=bo; person bo;"
		 "person cai role=r; route infra role=r; list infra anna cai",
			"+bo cai ~anna"},
		{"person anna role=r disabled away=2026-12-20/2026-12-30 away=2027-01-01/ deputy=bo;"
		 "person bo; person cai role=r; route infra role=r; list infra anna cai",
			"+bo cai ~anna"},
		{"bridge 48; person anna role=r unmailed away=2026-12-20/2026-12-21"
		 " away=2026-12-23T10:00/2026-12-30 deputy=bo; person bo; person cai role=r;"
		 "route infra role=r; list infra anna cai",
			"+bo cai ~anna"},
		{"person anna role=r disabled away=2026-12-20/2026-12-30; person cai role=r;"
		 "route infra role=r; list infra anna cai",
			"cai -anna !anna"},
		/* the leave is over, or has not begun */
		{"person anna role=r disabled away=2026-12-20/2026-12-22 deputy=bo; person bo;"
		 "person cai role=r; route infra role=r; list infra cai",
			"cai"},
		{"person anna role=r disabled away=2026-12-24/2026-12-30 deputy=bo; person bo;"
		 "person cai role=r; route infra role=r; list infra cai",
			"cai"},
		/* a candidate who is unreachable has deputies all the same */
		{"person anna role=r away deputy=bo; person bo disabled deputy=cai; person cai;"
		 "route infra role=r; list infra anna",
			"+cai ~anna"},
	};

	CHECK(cases);
}

/* References: of several that bear a name the first rank goes before the second, and the reachable before the others. */
static void test_twins(void **state)
{
	static const struct world_case cases[] = {
		{"person anna login=tvilling; person bo login=tvilling disabled;"
		 "route infra people=tvilling; list infra",
			"+anna"},
		{"person anna login=tvilling; person bo also=tvilling; route infra people=tvilling; list infra",
			"+anna"},
		{"person anna login=tvilling unmailed; person bo also=tvilling;"
		 "route infra people=tvilling; list infra",
			"+bo"},
		/* nobody: the list is protected */
		{"person anna login=tvilling; person bo mail=tvilling; person zoe; person cai;"
		 "route infra people=tvilling,cai; list infra zoe",
			"+cai =zoe"},
		{"person anna login=tvilling disabled; person bo login=tvilling disabled; person zoe;"
		 "person cai; route infra people=tvilling,cai; list infra zoe",
			"+cai =zoe"},
		{"person anna login=tvilling; person bo login=tvilling; person zoe; person cai;"
		 "route infra people=cai keep=tvilling; list infra zoe",
			"+cai =zoe"},
		/* kept, a deputy, a manager, the fallback */
		{"person anna also=tvilling; person bo login=tvilling; person cai;"
		 "route infra people=cai keep=tvilling; list infra anna",
			"+bo +cai -anna"},
		{"person anna login=tvilling; person bo also=tvilling; person cai role=r away deputy=tvilling;"
		 "route infra role=r; list infra",
			"+anna"},
		{"person anna login=tvilling; person bo login=tvilling;"
		 "person cai role=r away deputy=tvilling manager=dan; person dan; route infra role=r; list infra",
			"+dan"},
		{"person anna login=tvilling disabled; person bo login=tvilling;"
		 "person cai role=r away manager=tvilling; route infra role=r; list infra",
			"+bo"},
		{"person anna login=tvilling; person bo also=tvilling; person cai role=r away;"
		 "route infra role=r; fallback tvilling; list infra",
			"+anna"},
		/* one account expires, and the name means the other */
		{"person anna login=tvilling expires=2026-12-24T10:00; person bo login=tvilling;"
		 "person cai; route infra people=tvilling,cai; list infra; at 2026-12-24T09:59",
			"+cai"},
		{"person anna login=tvilling expires=2026-12-24T10:00; person bo login=tvilling;"
		 "person cai; route infra people=tvilling,cai; list infra; at 2026-12-24T10:00",
			"+bo +cai"},
	};

	CHECK(cases);
}

/* Rules 2 to 4. */
static void test_stand_ins(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r deputy=bo; person bo; route infra role=r; list infra anna",
			"anna"},
		{"person anna role=r away deputy=bo; person bo; route infra role=r; list infra anna",
			"+bo ~anna"},
		/* when_absent: add */
		{"add; person anna role=r away deputy=bo; person bo; route infra role=r; list infra anna",
			"anna +bo"},
		{"add; person anna role=r away deputy=bo; person bo; route infra role=r; list infra",
			"+anna +bo"},
		{"add; person anna role=r disabled away=2026-12-20/2026-12-30 deputy=bo; person bo;"
		 "route infra role=r; list infra anna",
			"+bo ~anna"},
		/* nobody stands in: stays, if reachable, and a gap */
		{"person anna role=r away; person bo role=r; route infra role=r; list infra anna bo",
			"anna bo !anna"},
		{"person anna role=r away; person bo role=r; route infra role=r; list infra",
			"+anna +bo !anna"},
		{"person anna role=r unmailed; person bo role=r; route infra role=r; list infra anna bo",
			"bo -anna"},
		/* the deputy is there already: the search ends all the same */
		{"person anna role=r away deputy=bo,cai; person bo role=r; person cai; route infra role=r;"
		 "list infra anna bo",
			"bo ~anna"},
		/* two who are away share a deputy */
		{"person anna role=r away deputy=cai; person bo role=r away deputy=cai; person cai;"
		 "route infra role=r; list infra anna bo",
			"+cai ~anna ~bo"},
		/* the absent deputy of another list matters not */
		{"person anna role=r away=2026-12-23; route infra role=r; list infra anna; at 2026-12-24",
			"anna"},
		{"person anna role=r away=2026-12-23 deputy=bo; person bo; route infra role=r; list infra anna;"
		 "at 2026-12-23T23:59:59",
			"+bo ~anna"},
	};

	CHECK(cases);
}

/* Rule 5. */
static void test_at_least(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r; person bo; person cai; route infra role=r deputy=bo,cai at_least=2;"
		 "list infra",
			"+anna +bo"},
		{"person anna role=r; person bo; person cai; route infra role=r deputy=bo at_least=3;"
		 "fallback cai; list infra",
			"+anna +bo +cai"},
		{"person anna role=r; person bo; route infra role=r deputy=bo; list infra",
			"+anna"},
		/* passed over, and nobody is sought in their place */
		{"person anna role=r; person bo away deputy=dan; person cai; person dan;"
		 "route infra role=r deputy=bo,cai at_least=2; list infra",
			"+anna +cai"},
		{"person anna role=r; person bo away deputy=dan; person dan;"
		 "route infra role=r deputy=bo at_least=2; list infra",
			"+anna !1/2"},
		{"person anna role=r; route infra role=r deputy=ghost,anna at_least=3; fallback anna; list infra",
			"+anna !1/3"},
		/* a stand-in counts; one who stays although absent does not */
		{"person anna role=r away deputy=bo; person bo; person cai role=r;"
		 "route infra role=r at_least=2; list infra",
			"+bo +cai"},
		{"add; person anna role=r away deputy=bo; person bo; route infra role=r at_least=2; list infra",
			"+anna +bo !1/2"},
		{"person anna role=r away; route infra role=r; list infra", "+anna !anna !0/1"},
		/* nobody required at all: the deputies and the fallback still answer */
		{"person bo; route infra role=r deputy=bo; list infra", "+bo"},
		{"person bo; route infra role=r; fallback bo; list infra", "+bo"},
		/* of one who is in both, one is counted */
		{"person anna; person bo; route infra people=anna deputy=bo at_least=3; fallback bo,anna;"
		 "list infra",
			"+anna +bo !2/3"},
	};

	CHECK(cases);
}

/* Rule 6. */
static void test_keep(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r; person bo; route infra role=r keep=bo; list infra anna bo",
			"anna bo"},
		{"person anna role=r; person bo; route infra role=r keep=bo; list infra anna",
			"anna +bo"},
		{"person anna role=r; group drift anna; route infra role=r keep=drift; list infra",
			"+drift +anna"},
		{"person anna role=r; other printer; route infra role=r keep=printer; list infra printer",
			"printer +anna"},
		{"person anna role=r; list arkiv; route infra role=r keep=arkiv; list infra",
			"+arkiv +anna"},
		{"person anna role=r; route infra role=r keep=ghost; list infra", "+anna"},
		{"person anna role=r; route infra role=r keep=uid=ghost|ou=P|dc=x; list infra",
			"+anna"},
		/* stays whatever the person is */
		{"person anna role=r; person bo disabled unmailed; route infra role=r keep=bo; list infra anna bo",
			"anna bo"},
		{"person anna role=r away deputy=bo; person bo; route infra role=r keep=anna; list infra anna",
			"anna +bo"},
		/* counts for nobody in 5 and in 7 */
		{"person anna role=r; person bo; route infra role=r keep=bo at_least=2; list infra anna bo",
			"anna bo !1/2"},
		{"person bo; person zoe; route infra role=r keep=bo; list infra zoe",
			"+bo =zoe !nobody"},
		/* … but one who is there by the rules counts, kept or not */
		{"person anna role=r; route infra role=r keep=anna; list infra", "+anna"},
		{"person anna role=r; person bo; route infra role=r deputy=bo keep=bo at_least=2; list infra",
			"+anna +bo"},
	};

	CHECK(cases);
}

/* "Members that always stay": also one whose entry is gone, or may not be read. */
static void test_keep_unfound(void **state)
{
	assert_world(
		"person anna role=r; route infra role=r keep=uid=ghost|ou=P|dc=x; list infra anna ghost",
		"anna ghost");
}

/* Rule 7. */
static void test_never_empty(void **state)
{
	static const struct world_case cases[] = {
		{"person zoe; route infra role=r; list infra zoe", "=zoe !nobody"},
		{"route infra role=r; list infra", "!nobody"},
		{"route infra role=r; list infra ghost", "=ghost !nobody"},
		{"person anna role=r disabled; route infra role=r; list infra anna",
			"=anna !nobody"},
		{"person anna role=r unmailed; person bo away; route infra role=r deputy=bo; list infra anna bo",
			"=anna =bo !nobody"},
	};

	CHECK(cases);
}

static void test_missing(void **state)
{
	static const struct world_case cases[] = {
		/* a group asked for */
		{"person anna; person zoe; route infra people=anna group=ghosts; list infra zoe",
			"+anna =zoe"},
		{"person zoe; route infra group=ghosts; list infra zoe", "=zoe !nobody"},
		{"person anna role=r away deputy=bo; person bo; route infra role=r group=ghosts; list infra anna",
			"+bo ~anna"},
		{"person anna role=r; person bo; person cai; route infra role=r group=ghosts;"
		 "list infra anna bo cai; stood infra bo; added infra cai",
			"anna =cai -bo"},
		{"person anna role=r disabled deputy=bo; person bo role=r; route infra role=r group=ghosts;"
		 "list infra anna bo",
			"=anna bo"},
		/* who stays on it stays on the mailbox's list; others leave that */
		{"person anna role=r; person bo; person cai; route infra role=r group=ghosts; list infra anna bo;"
		 "mailbox alle; list alle anna bo cai",
			"alle: anna =bo -cai; infra: anna =bo"},
		{"person anna role=r; person bo role=q; person zoe; route infra role=r group=ghosts;"
		 "route andet role=q; list infra zoe; list andet zoe; mailbox alle; list alle zoe",
			"alle: +anna +bo =zoe; andet: +bo -zoe; infra: +anna =zoe"},
		{"person anna; person zoe; route infra people=anna group=anna; list infra zoe",
			"+anna =zoe"},
		{"other skov referral; person anna; person zoe; route infra people=anna group=skov; list infra zoe",
			"+anna =zoe"},
		/* a group whose members may not all be read, also inside another */
		{"person anna; person zoe; group g hidden anna; route infra group=g; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; group g anna h; group h hidden; route infra group=g; list infra zoe",
			"+anna =zoe"},
		/* a member that may be a group, of a group or of one inside it; the group itself */
		{"person anna; person zoe; other moerk unreadable; group g anna moerk; route infra group=g;"
		 "list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; other moerk unreadable; group g anna h; group h moerk;"
		 "route infra group=g; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; other moerk unreadable; route infra people=anna group=moerk;"
		 "list infra zoe",
			"+anna =zoe"},
		/* a group in which nothing is found, groups inside it aside */
		{"person anna; person zoe; group g; route infra people=anna group=g; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; group g h; group h g; route infra people=anna group=g; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; group g ghost login:nobody; route infra people=anna group=g; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; other skov referral; group g skov;"
		 "route infra people=anna group=g; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; other printer; group g printer; route infra people=anna group=g;"
		 "list infra zoe",
			"+anna -zoe"},
		{"person anna; person zoe; group g h anna; group h; route infra group=g; list infra zoe",
			"+anna -zoe"},
		/* a name under people or keep that no entry answers to; one that is no person is passed over */
		{"person anna; person zoe; route infra people=anna,ghost; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; route infra people=anna keep=ghost; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; other skov referral; route infra people=anna,skov; list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; other moerk unreadable; route infra people=anna,moerk;"
		 "list infra zoe",
			"+anna =zoe"},
		{"person anna; person zoe; other moerk unreadable; route infra people=anna keep=moerk;"
		 "list infra zoe moerk",
			"moerk +anna =zoe"},
		{"person anna; person zoe; other printer; other gammel filtered; other ude outside;"
		 "route infra people=anna,printer,gammel,ude keep=printer,gammel; list infra zoe gammel",
			"gammel +printer +anna -zoe"},
		/* a list */
		{"person anna role=r; route infra role=r", "missing anna"},
		/* rule 11: a protected group is never a list; the rest is done */
		{"person anna role=r; person bo; route infra role=r; list infra bo; ban infra",
			"missing anna"},
		{"person anna role=r; person bo; route infra role=r; list infra bo; ban infra; create;"
		 "route zeta role=r; list zeta bo; mailbox alle; list alle",
			"alle: +anna; infra: missing anna; zeta: +anna -bo"},
		{"create; person anna role=r; route infra role=r", "+anna"},
		{"person anna role=r; route infra role=r; route andet role=r; list andet",
			"andet: +anna; infra: missing anna"},
		{"person anna role=r; route infra role=r; list infra; mailbox alle",
			"alle: missing anna; infra: +anna"},
	};

	CHECK(cases);
}

static void test_inform(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r away deputy=bo; person bo; inform orient role=r; list orient",
			"+anna"},
		{"person anna role=r unmailed deputy=bo; person bo; person cai role=r; inform orient role=r;"
		 "list orient anna cai",
			"cai -anna"},
		{"person anna role=r disabled; person cai role=r; inform orient role=r; fallback bo; person bo;"
		 "list orient bo",
			"+cai -bo"},
		{"person anna role=r; person zoe; inform orient role=r; list orient zoe",
			"+anna -zoe"},
		{"person anna role=r; person zoe; inform orient role=r additive; list orient zoe",
			"+anna =zoe"},
		{"person anna role=r; person zoe; inform orient role=r keep=zoe; list orient zoe",
			"+anna zoe"},
		{"person zoe; person bo; inform orient role=r; fallback bo; list orient zoe",
			"=zoe !nobody"},
		{"person anna; person zoe; inform orient people=anna group=ghosts; list orient zoe",
			"+anna =zoe"},
	};

	CHECK(cases);
}

static void test_mailbox(void **state)
{
	static const struct world_case cases[] = {
		{"person anna role=r; person bo role=q; person cai role=k; person dan role=i; route a role=r;"
		 "route b role=q; critical c role=k; inform d role=i; mailbox m; list a; list b; list c; list d;"
		 "list m",
			"a: +anna; b: +bo; c: +cai; d: +dan; m: +anna +bo +cai"},
		/* steps 1 to 5: no keep, no strangers, nobody who just stays */
		{"person anna role=r; person bo; person zoe; route a role=r keep=bo additive; list a zoe;"
		 "mailbox m; list m bo zoe",
			"a: +anna +bo =zoe; m: +anna -bo -zoe"},
		{"person anna role=r away deputy=bo; person bo; route a role=r; list a anna; mailbox m; list m anna",
			"a: +bo ~anna; m: +bo -anna"},
		{"person zoe; route a role=r; list a zoe; mailbox m; list m zoe",
			"a: =zoe !nobody; m: =zoe !nobody"},
		{"person anna role=r away deputy=bo; person bo; route a role=r; route b people=anna;"
		 "list a; list b; mailbox m; list m",
			"a: +bo; b: +bo; m: +bo"},
	};

	CHECK(cases);
}

struct why_case {
	const char *script, *name, *why;
};

static void test_reasons(void **state)
{
	static const struct why_case cases[] = {
		{"person anna role=r; group g anna; route infra people=anna group=g role=r; list infra",
			"anna", "role r, group g, named anna"},
		{"person anna role=r; group g h; group h anna; route infra role=r,r group=g; list infra",
			"anna", "role r, group g > h"},
		/* the shortest way first, of several through one group; the longer ones are kept, too */
		{"person anna; group a b c anna; group b d; group c anna; group d anna; route infra group=a;"
		 "list infra",
			"anna", "group a, group a > c, group a > b > d"},
		/* no more than GROUP_WAYS_MAX, and each once */
		{"person anna; group a b c d e; group b anna; group c anna; group d anna; group e anna;"
		 "route infra group=a; list infra",
			"anna", "group a > b, group a > c, group a > d"},
		{"person anna; group a b; group b anna c; group c a b anna; route infra group=a,c; list infra",
			"anna", "group a > b, group a > b > c, group c, group c > b"},
		{"person anna role=s/A; route infra role=s/A; list infra", "anna", "role s/A"},
		{"person anna role=r away deputy=bo; person bo; route infra role=r; list infra",
			"bo", "stand-in anna"},
		{"person anna role=r away deputy=bo; person bo role=r; route infra role=r; list infra",
			"bo", "role r, stand-in anna"},
		{"person anna role=r away; route infra role=r; list infra", "anna",
			"role r, no stand-in"},
		{"add; person anna role=r away deputy=bo; person bo; route infra role=r; list infra",
			"anna", "role r, stays beside"},
		{"person anna role=r; person bo; route infra role=r deputy=bo at_least=2; list infra",
			"bo", "fills up"},
		{"person anna role=r; person bo; route infra role=r at_least=2; fallback bo; list infra",
			"bo", "fallback"},
		{"person anna role=r; route infra role=r keep=anna; list infra", "anna",
			"role r, keep"},
		{"person anna role=r; person zoe; route infra role=r additive; list infra zoe",
			"zoe", "stranger"},
		{"person zoe; route infra role=r; list infra zoe", "zoe", "nobody else"},
		{"person anna; person zoe; route infra people=anna group=g; list infra zoe", "zoe",
			"protected g"},
		{"held loen; person anna role=r; person zoe; route infra role=r; list infra zoe",
			"zoe", "held"},
		{"person anna role=r; route infra role=r; list infra", "zoe", ""},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++) {
		struct world *w = world_new(cases[i].script);

		world_plan(w);
		assert_string_equal(world_why(w, "infra", cases[i].name), cases[i].why);
		world_free(w);
	}
}

/* Whom somebody stands in for is said also where the stand-in is there in their own right. */
static void test_standing_in_for(void **state)
{
	struct world *w =
		world_new("person anna role=r away deputy=cai; person bo role=r away deputy=cai;"
			  "person cai role=r; route infra role=r; list infra; mailbox m; list m");

	world_plan(w);
	for (size_t i = 0; i < 2; i++) {
		const struct list_plan *list = world_list(w, i == 0 ? "infra" : "m");

		assert_int_equal(list->member_count, 1);
		assert_int_equal(list->members[0]->standing_in_count, 2);
		assert_string_equal(list->members[0]->standing_in_for[0]->name, "anna");
		assert_string_equal(list->members[0]->standing_in_for[1]->name, "bo");
	}
	world_free(w);
}

struct finding_case {
	const char *script;
	const char *findings[4]; /* how each begins */
};

static void check_findings(const struct finding_case *c)
{
	struct world *w = world_new(c->script);
	const char *at;

	world_plan(w);
	at = world_findings(w);
	for (size_t i = 0; c->findings[i]; i++) {
		if (strncmp(at, c->findings[i], strlen(c->findings[i])) != 0)
			fail_msg("in %s\nexpected a finding: %s\ngot: %s", c->script,
				c->findings[i], at);
		at = strchr(at, '\n') + 1;
	}
	if (*at)
		fail_msg("in %s\ntoo many findings: %s", c->script, at);
	world_free(w);
}

static void test_findings(void **state)
{
	static const struct finding_case cases[] = {
		{"person anna role=r; route infra role=r; list infra", {NULL}},
		{"person anna; route infra people=anna,ghost; list infra",
			{"error cn=infra,ou=L,dc=x: ghost, named under people: not in the directory"}},
		{"person anna; group g anna; route infra people=anna,g; list infra",
			{"warning cn=infra,ou=L,dc=x: cn=g,ou=G,dc=x, named under people, is passed over: "
			 "it is a group"}},
		{"person anna; other printer; group g anna printer ghost; route infra group=g; list infra",
			{"warning cn=g,ou=G,dc=x: member cn=printer",
				"warning cn=g,ou=G,dc=x: member uid=ghost"}},
		{"person anna login=delt; person bo mail=delt; person cai; route infra people=cai,delt;"
		 "list infra",
			{"error cn=infra,ou=L,dc=x: delt, named under people: 2 people bear it: "
			 "uid=anna,ou=P,dc=x; uid=bo,ou=P,dc=x. Until that"}},
		{"person anna; route infra people=anna group=g; list infra",
			{"error cn=infra,ou=L,dc=x: cn=g,ou=G,dc=x, named under groups: the group is not"}},
		{"person anna; route infra people=anna group=anna; list infra",
			{"error cn=infra,ou=L,dc=x: uid=anna,ou=P,dc=x, named under groups: it is not a group"}},
		{"person anna; group g anna h; group h hidden; route infra group=g; list infra",
			{"error cn=infra,ou=L,dc=x: cn=h,ou=G,dc=x, named under groups: the members of this"}},
		/* one line, of however many lists, at the first by DN */
		{"person anna; route b people=anna,ghost; route a people=ghost,anna; list a; list b",
			{"error cn=a,ou=L,dc=x: ghost, named under people (2 lists in all): not in"}},
		{"person anna; route b people=anna group=g; inform a people=anna group=g; list a; list b",
			{"error cn=a,ou=L,dc=x: cn=g,ou=G,dc=x, named under groups (2 lists in all): "}},
		/* a group and a cause, one line */
		{"person anna; group g anna g1 g2 g3 g4; route infra group=g; list infra",
			{"warning cn=g,ou=G,dc=x: 4 members are passed over: not in the directory, or may "
			 "not be read (uid=g1,ou=P,dc=x; uid=g2,ou=P,dc=x; uid=g3,ou=P,dc=x; and 1 more)"}},
		{"person anna; group g g2 anna g1; route infra group=g; list infra",
			{"warning cn=g,ou=G,dc=x: 2 members are passed over: not in the directory, or may "
			 "not be read (uid=g1,ou=P,dc=x; uid=g2,ou=P,dc=x)"}},
		{"person anna; other ude outside; other gammel filtered; other skov referral;"
		 "group g anna ude gammel skov; route infra group=g; list infra",
			{"warning cn=g,ou=G,dc=x: member cn=gammel,ou=O,dc=x is passed over: does not match",
				"warning cn=g,ou=G,dc=x: member cn=skov,ou=O,dc=x is passed over: on another",
				"warning cn=g,ou=G,dc=x: member cn=ude,ou=O,dc=x is passed over: not under"}},
		{"person anna; other m unreadable; other n unreadable; group g anna h; group h m n;"
		 "route infra group=g; list infra",
			{"error cn=infra,ou=L,dc=x: cn=h,ou=G,dc=x, named under groups: the group has members",
				"warning cn=h,ou=G,dc=x: 2 members are passed over: there, but not one attribute "
				"may be read (cn=m,ou=O,dc=x; cn=n,ou=O,dc=x)"}},
		{"person anna login=delt; person bo login=delt; person cai; group g login:delt cai;"
		 "route infra group=g; list infra",
			{"warning cn=g,ou=G,dc=x: member delt is passed over: 2 people bear it"}},
		{"person anna; person cai; group g login:uid=anna,ou=P,dc=x cai; route infra group=g; list infra",
			{"warning cn=g,ou=G,dc=x: member uid=anna,ou=P,dc=x is passed over: it is a DN, and "}},
		{"person anna; person cai; group g login:anna@x.dk cai; route infra group=g; list infra",
			{"warning cn=g,ou=G,dc=x: member anna@x.dk is passed over: it is a mail address"}},
		/* a group in which nothing is found: said where somebody stays for it */
		{"person anna; person zoe; group g; route infra people=anna group=g; list infra anna zoe",
			{"warning cn=infra,ou=L,dc=x: no member is found in the group cn=g,ou=G,dc=x, "}},
		{"person anna; group g; route infra people=anna group=g; list infra anna", {NULL}},
		{"person anna; route infra people=anna", {"error cn=infra,ou=L,dc=x: "}},
		{"create; person anna; route infra people=anna", {NULL}},
		{"person anna; route infra people=anna keep=ghost; list infra",
			{"error cn=infra,ou=L,dc=x: ghost, named under keep: not in the directory"}},
		{"person anna; route infra people=anna deputy=ghost; list infra",
			{"warning cn=infra,ou=L,dc=x: "}},
		{"person anna; route infra people=anna; fallback ghost; list infra",
			{"warning mailbox.fallback: "}},
		{"person anna login=delt; person bo login=delt; person cai role=r; route infra role=r;"
		 "fallback delt; list infra",
			{"error mailbox.fallback: the stand-in delt is passed over: 2 people bear it"}},
		{"person anna login=delt; person bo login=delt; person cai role=r; route infra role=r deputy=delt;"
		 "list infra",
			{"warning cn=infra,ou=L,dc=x: the stand-in delt is passed over: 2 people bear it"}},
		{"person anna login=delt; person bo login=delt; person cai role=r away deputy=delt,dan;"
		 "person dan; route infra role=r; list infra",
			{"warning uid=cai,ou=P,dc=x: the stand-in delt is passed over: 2 people bear it"}},
		{"person anna away deputy=ghost,bo; person bo; route infra people=anna; list infra",
			{"warning uid=anna,ou=P,dc=x: "}},
		/* asked for, and no mail can reach them */
		{"person anna role=r; person bo role=r unmailed; route infra role=r; fallback anna; list infra",
			{"warning uid=bo,ou=P,dc=x: "}},
		{"person anna role=r; person bo role=r disabled; inform orient role=r; list orient",
			{"warning uid=bo,ou=P,dc=x: "}},
		{"person anna role=r; person bo role=r,q disabled; route a role=r; route b role=q; inform c role=r;"
		 "list a; list b; list c; fallback anna",
			{"warning uid=bo,ou=P,dc=x: is asked for (role q, and 1 more), but cannot be "
			 "reached: the account is disabled. "}},
		{"person anna role=r; person bo role=r disabled away=2026-12-20/2026-12-30 deputy=anna;"
		 "route a role=r; inform c role=r; list a; list c",
			{NULL}},
		/* strangers on an additive list; none on an exact one */
		{"person anna; person zoe; route infra people=anna additive; list infra anna zoe",
			{"warning cn=infra,ou=L,dc=x: uid=zoe"}},
		{"person anna; route infra people=anna additive; list infra anna ghost",
			{"warning cn=infra,ou=L,dc=x: uid=ghost"}},
		{"person anna; person zoe; route infra people=anna; list infra anna zoe", {NULL}},
		{"person zoe; route infra role=r additive; list infra zoe",
			{"warning cn=infra,ou=L,dc=x: uid=zoe"}},
		/* kept is no stranger; one whose absence explains the removal goes, and is none */
		{"person anna; person zoe; route infra people=anna keep=zoe additive; list infra anna zoe",
			{NULL}},
		{"person anna away deputy=bo; person bo; route infra people=anna additive; list infra anna bo",
			{NULL}},
		/* the same once, although two lists ask */
		{"person anna; group g anna ghost; route a group=g; route b group=g; list a; list b",
			{"warning cn=g,ou=G,dc=x: member uid=ghost"}},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].script); i++)
		check_findings(&cases[i]);
}

/* What the other parts of the agent read off a plan. */
static void test_counts(void **state)
{
	struct world *w =
		world_new("person anna role=r away deputy=bo; person bo; person cai role=r;"
			  "person zoe; route infra role=r; list infra anna cai zoe");
	const struct list_plan *list;

	world_plan(w);
	list = world_list(w, "infra");
	assert_int_equal(list->decided, 2);
	assert_int_equal(list->available, 2);
	assert_int_equal(list->added, 1);
	assert_int_equal(list->unexplained[CHANGE_REMOVES], 1);
	assert_int_equal(w->plan->added, 1);
	assert_int_equal(w->plan->removed, 2);
	assert_int_equal(w->plan->kept, 1);
	assert_true(plan_has_changes(w->plan));
	assert_ptr_equal(list_plan_required(list, list->required[0]->person), list->required[0]);
	assert_string_equal(list->required[0]->stand_in->name, "bo");
	world_free(w);
}

/* A gap that absence.bridge closes is absence, to the second; and who stands in then. */
static void test_bridge(void **state)
{
#define TOWN \
	"bo; person cai; person dan; route infra role=r; list infra anna; at 2026-12-23T08:00; "
	static const struct world_case cases[] = {
		{"person anna role=r deputy=bo away=2026-12-21T08:00/2026-12-22T08:00 "
		 "away=2026-12-24T08:00/2026-12-25; person " TOWN "bridge 47",
			"anna"},
		{"person anna role=r deputy=bo away=2026-12-21T08:00/2026-12-22T08:00 "
		 "away=2026-12-24T08:00/2026-12-25; person " TOWN "bridge 48",
			"+bo ~anna"},
		{"person anna role=r deputy=bo away=2026-12-21T08:00/2026-12-22T08:00 "
		 "away=2026-12-24T08:00:01/2026-12-25; person " TOWN "bridge 48",
			"anna"},
		/* nothing comes before the first one, or behind the last */
		{"person anna role=r deputy=bo away=2026-12-23T09:00/2026-12-25; person " TOWN
		 "bridge 48",
			"anna"},
		{"person anna role=r deputy=bo away=2026-12-21T08:00/2026-12-23T07:00; person " TOWN
		 "bridge 48",
			"anna"},
		/* of the whole union: the directory's, then a feed's */
		{"person anna role=r deputy=bo away=2026-12-21T08:00/2026-12-22T08:00 "
		 "feed=2026-12-24T08:00/2026-12-25:cai; person " TOWN "bridge 48",
			"+bo ~anna"},
		/* whom the feed names for the absence before, not for the next one or one that ended earlier */
		{"person anna role=r deputy=bo feed=2026-12-21T08:00/2026-12-22T08:00:cai "
		 "feed=2026-12-24T08:00/2026-12-25:dan; person " TOWN "bridge 48",
			"+cai ~anna"},
		{"person anna role=r deputy=bo feed=2026-12-20/2026-12-21:dan "
		 "feed=2026-12-21T08:00/2026-12-22T08:00:cai away=2026-12-24T08:00/2026-12-25; "
		 "person " TOWN "bridge 48",
			"+cai ~anna"},
		{"person anna role=r deputy=bo feed=2026-12-20/2026-12-20:dan "
		 "away=2026-12-20/2026-12-22 away=2026-12-24T08:00/2026-12-25; person " TOWN
		 "bridge 48",
			"+bo ~anna"},
		/* one that never begins joins nothing */
		{"person anna role=r deputy=bo away=2026-12-21T08:00/2026-12-22T08:00 "
		 "away=9999-12-31/; person " TOWN "bridge 48",
			"anna"},
		/* a stand-in's gap, too */
		{"person anna role=r deputy=bo,cai away; person cai; route infra role=r; list infra "
		 "anna; person bo away=2026-12-21/2026-12-22 away=2026-12-24/2026-12-25; "
		 "at 2026-12-23T08:00; bridge 24",
			"+cai ~anna"},
	};
#undef TOWN

	CHECK(cases);
}

/* Applies a plan at each moment at which the answer may change; returns how often it had changes. */
static size_t count_swaps(const char *settings)
{
	struct strbuf script = STRBUF_INIT;
	moment last, day;
	size_t swaps = 0;
	struct world *w;

	strbuf_adds(&script,
		"person bo; route infra role=r; list infra anna; person anna role=r deputy=bo");
	moment_zone("Europe/Copenhagen");
	moment_read("2026-10-12", MOMENT_START, &day,
		NULL); /* a Monday; the clock changes on the 25th */
	for (int i = 0; i < 21; i++) {
		if (moment_weekday(moment_day(day, i)) > 4)
			continue;
		strbuf_adds(&script, " away=");
		moment_add_iso(&script, moment_day(day, i) + 8 * 3600);
		strbuf_addc(&script, '/');
		moment_add_iso(&script, moment_day(day, i) + 16 * 3600);
	}
	strbuf_addf(&script, "; at 2026-10-11; %s", settings);
	w = world_new(script.text);
	last = moment_day(day, 30);
	for (; w->at < last; w->at = snapshot_next_change(w->snapshot, w->at)) {
		world_plan(w);
		swaps += plan_has_changes(w->plan);
		world_apply(w);
	}
	world_plan(w);
	assert_string_equal(world_show(w), "anna");
	world_free(w);
	strbuf_release(&script);
	return swaps;
}

/* Three weeks of leave, entered as one event a working day. */
static void test_leave_by_the_day(void **state)
{
	assert_int_equal(count_swaps("bridge 0"), 30);
	assert_int_equal(count_swaps("bridge 16"), 6); /* weekends are longer */
	assert_int_equal(count_swaps("bridge 65"), 2); /* away, and back; 65: the clock goes back */
	assert_int_equal(count_swaps("bridge 168"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_required),
		cmocka_unit_test(test_groups_in_groups),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_leavers),
		cmocka_unit_test(test_twins),
		cmocka_unit_test(test_stand_ins),
		cmocka_unit_test(test_at_least),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_keep_unfound),
		cmocka_unit_test(test_never_empty),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_inform),
		cmocka_unit_test(test_mailbox),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_standing_in_for),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_leave_by_the_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
