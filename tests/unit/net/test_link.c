/* Links: RFC 8288's examples, and fields that are not quite so. */
#include "unit.h"

#include "base/text/strbuf.h"
#include "net/link.h"

static void test_next(void **state)
{
	static const struct {
		const char *field, *target; /* NULL: none */
	} cases[] = {
		{"<https://hr.eksempel.dk/a?page=2>; rel=\"next\"",
			"https://hr.eksempel.dk/a?page=2"},
		{"</a?page=2>;rel=next", "/a?page=2"},
		{"</a>; rel=prev, </b>; rel=next", "/b"},
		{"</a>; rel=\"prev\" , </b,c;d>; title=\"x, <y>; rel=next\"; rel=\"next\"",
			"/b,c;d"},
		{"</a>; rel=\"start NEXT\"", "/a"},
		{"</a>; REL = \"Next\"", "/a"},
		{"</a>; title=\"a \\\" quote\"; rel=next", "/a"},
		{"</a>; rel=next, </b>; rel=next", "/a"},
		{", </a>; rel=next", "/a"},
		{"</a>; crossorigin; rel=next", "/a"},
		{"</a>; rel=prev; rel=next", NULL},
		{"</a>; rel=next; anchor=\"#other\"", NULL},
		{"</a>; rel=\"nexts\"", NULL},
		{"</a>; rel=\"http://eksempel.dk/next\"", NULL},
		{"</a>; title=\"rel=next", NULL},
		{"</a>; rel=\"next", "/a"},
		{"<>; rel=next", NULL},
		{"</a", NULL},
		{"/a; rel=next", NULL},
		{"</a> x, </b>; rel=next", NULL},
		{"nothing, </b>; rel=next", NULL},
		{"</a>;;; ;rel=next", "/a"},
		{"", NULL},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].field); i++) {
		struct strbuf target = STRBUF_INIT;
		bool found = link_next(cases[i].field, &target);

		if (found != (cases[i].target != NULL))
			print_error("%s\n", cases[i].field);
		assert_int_equal(found, cases[i].target != NULL);
		assert_string_equal(target.text, cases[i].target ? cases[i].target : "");
		strbuf_release(&target);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
