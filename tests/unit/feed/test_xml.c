/* XML feeds: XPath, namespaces, encodings, the root that is expected, what spoils a record, and what the page. */
#include "feed_case.h"

#include <stdlib.h>
#include <string.h>

#include "feed/format/xml/xml_path.h"
#include "feed/format/xml/xml_tree.h"

static const struct feed_settings plain = {.name = "loen",
	.format = FEED_XML,
	.records = "//r",
	.root = "d",
	.fields = {.person = "id", .from = "from", .until = "until", .deputy = "deputy"}};

struct feed_case {
	const char *body, *expected;
};

static void check_all(const struct feed_settings *settings, const struct feed_case *cases,
	size_t count)
{
	for (size_t i = 0; i < count && row(i, "%s", cases[i].body); i++)
		assert_feed(settings, cases[i].body, strlen(cases[i].body), 0, cases[i].expected);
}

#define CHECK_ALL(settings, cases) check_all(settings, cases, sizeof(cases) / sizeof((cases)[0]))
#define CHRISTMAS                  "20261223T230000Z-20261224T230000Z"
#define TIMES                      "<from>2026-12-24</from><until>2026-12-24</until>"
#define IB                         "<r><id>ib</id>" TIMES "</r></d>"
#define IB_READ                    "2 ib " CHRISTMAS "\n"

static void test_records(void **state)
{
	static const struct feed_case cases[] = {
		{"<d/>", ""},
		{"<?xml version=\"1.0\"?>\n<!-- a --><?p i?>\n<d></d>\n<!-- b -->\n", ""},
		{"\xEF\xBB\xBF<d><r><id>anna</id>" TIMES "</r></d>", "1 anna " CHRISTMAS "\n"},
		{"<d><r><id>a</id>" TIMES "</r>\r\n<x><r><id>b</id>" TIMES "</r></x></d>",
			"1 a " CHRISTMAS "\n2 b " CHRISTMAS "\n"},
		/* blanks, CDATA, a comment inside, mixed text, the five entities, a character's number */
		{"<d><r><id>\n\t anna \n</id>" TIMES "</r></d>", "1 anna " CHRISTMAS "\n"},
		{"<d><r><id> <![CDATA[ an<na ]]></id>" TIMES "</r></d>", "1 an<na " CHRISTMAS "\n"},
		{"<d><r><id>an<!-- x -->na</id>" TIMES "</r></d>", "1 anna " CHRISTMAS "\n"},
		{"<d><r><id>Anna <b>B</b> <i>Berg</i></id>" TIMES "</r></d>",
			"1 Anna B Berg " CHRISTMAS "\n"},
		{"<d><r><id>a&amp;b&#229;&#xE5;</id>" TIMES "</r></d>",
			"1 a&b\xC3\xA5\xC3\xA5 " CHRISTMAS "\n"},
		/* what is empty or nil is not there */
		{"<d><r><id>a</id><from> </from><until>2026-12-24</until></r></d>",
			"1 a open-20261224T230000Z\n"},
		{"<d xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><r><id>a</id><from>2026-12-24</from>"
		 "<until i:nil=\"true\">2026-12-24</until></r></d>",
			"1 a 20261223T230000Z-open\n"},
		{"<d xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><r><id>a</id><from>2026-12-24</from>"
		 "<until i:nil=\"1\"/></r></d>",
			"1 a 20261223T230000Z-open\n"},
		{"<d xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><r><id>a</id><from>2026-12-24</from>"
		 "<until i:nil=\"false\">2026-12-24</until></r></d>",
			"1 a " CHRISTMAS "\n"},
		/* a name of nobody's is not xsi:nil */
		{"<d><r><id>a</id><from>2026-12-24</from><until nil=\"true\">2026-12-24</until></r></d>",
			"1 a " CHRISTMAS "\n"},
	};

	CHECK_ALL(&plain, cases);
}

/* Dates of XML Schema: a date alone is that day whatever its zone; 9999-12-31 is open. */
static void test_dates(void **state)
{
#define DATES(from, until) "<d><r><id>a</id><from>" from "</from><until>" until "</until></r></d>"
	static const struct feed_case cases[] = {
		{DATES("2026-12-24+01:00", "2026-12-24+01:00"), "1 a " CHRISTMAS "\n"},
		{DATES("2026-12-24Z", "2026-12-24Z"), "1 a " CHRISTMAS "\n"},
		{DATES("2026-12-24-08:00", "2026-12-24+14:00"), "1 a " CHRISTMAS "\n"},
		{DATES("2026-12-24", "9999-12-31"), "1 a 20261223T230000Z-open\n"},
		{DATES("2026-12-24+01:00", "9999-12-31+01:00"), "1 a 20261223T230000Z-open\n"},
		{DATES("2026-12-24T08:00:00+01:00", "2026-12-24T12:00:00Z"),
			"1 a 20261224T070000Z-20261224T120000Z\n"},
		{DATES("24.12.2026", "24.12.2026"), "1 a " CHRISTMAS "\n"},
		{DATES("2026-12-24+1", "2026-12-24"), "record 1: not a time that can be read"},
		{DATES("2026-12-24+25:00", "2026-12-24"), "record 1: not a time that can be read"},
		{DATES("2026-12-24+01:00x", "2026-12-24"), "record 1: not a time that can be read"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_deputies(void **state)
{
	static const struct feed_case cases[] = {
		{"<d><r><id>a</id>" TIMES "<deputy>bo;eva</deputy></r></d>",
			"1 a " CHRISTMAS " bo;eva\n"},
		{"<d><r><id>a</id>" TIMES
		 "<deputy>bo</deputy><deputy/><deputy>eva</deputy></r></d>",
			"1 a " CHRISTMAS " bo;eva\n"},
		{"<d><r><id>a</id><deputy>bo</deputy></r></d>", "1 a always bo\n"},
	};

	CHECK_ALL(&plain, cases);
}

static void test_paths(void **state)
{
	static const struct feed_settings attributes = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/p/r[not(@draft)]",
		.fields = {.person = "../@nr",
			.from = "concat(substring(@f, 1, 4), '-12-24')",
			.until = "until/text()",
			.deputy = "../../s[@nr = current/@none or @nr = '7']/@who"}};
	static const struct feed_settings texts = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/p/@nr",
		.fields = {.person = ".", .from = "../f", .until = "../f"}};
	static const struct feed_settings numbers = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r",
		.fields = {.person = "number(id)", .from = "f", .until = "f"}};
	static const struct feed_case cases[] = {
		{"<d><s nr='7' who='bo'/><s nr='8' who='ib'/><p nr='1'><r f='2026'><until>2026-12-24</until></r>"
		 "<r draft='1' f='2027'/></p></d>",
			"1 1 " CHRISTMAS " bo\n"},
	};
	static const struct feed_case text_cases[] = {
		{"<d><p nr='1'><f>2026-12-24</f></p>\n<p nr='2'><f>x</f></p></d>",
			"1 1 " CHRISTMAS "\nrecord 2: line 2: "},
	};
	static const struct feed_case number_cases[] = {
		{"<d><r><id>0003112901234.0</id><f>2026-12-24</f></r></d>",
			"1 3112901234 " CHRISTMAS "\n"},
		{"<d><r><id>anna</id><f>2026-12-24</f></r></d>", "record 1: names nobody"},
		{"<d><r><id>0.5</id><f>2026-12-24</f></r></d>", "1 0.5 " CHRISTMAS "\n"},
	};

	CHECK_ALL(&attributes, cases);
	CHECK_ALL(&texts, text_cases);
	CHECK_ALL(&numbers, number_cases);
}

static struct named_text prefixes[] = {{.name = "s", .text = "urn:sd"}};

static void test_namespaces(void **state)
{
	static const struct feed_settings prefixed = {.name = "loen",
		.format = FEED_XML,
		.records = "/s:d/s:r",
		.namespaces = {prefixes, 1},
		.fields = {.person = "s:id", .from = "@f", .until = "@f"}};
	static const struct feed_settings any_root = {.name = "loen",
		.format = FEED_XML,
		.records = "//s:r",
		.root = "d",
		.namespaces = {prefixes, 1},
		.fields = {.person = "s:id", .from = "@f", .until = "@f"}};
	static const struct feed_settings bare = {.name = "loen",
		.format = FEED_XML,
		.records = "//r",
		.root = "d",
		.fields = {.person = "id", .from = "@f", .until = "@f"}};
	static const struct feed_case cases[] = {
		{"<d xmlns='urn:sd'><r f='2026-12-24'><id>a</id></r></d>", "1 a " CHRISTMAS "\n"},
		{"<x:d xmlns:x='urn:sd'><x:r f='2026-12-24'><x:id>a</x:id></x:r></x:d>",
			"1 a " CHRISTMAS "\n"},
		{"<d xmlns='urn:other'/>",
			"ERROR the root element is \"d\" of the namespace \"urn:other\"; expected \"d\" of "
			"the namespace \"urn:sd\"; see whether namespaces is right"},
		{"<d/>", "ERROR the root element is \"d\"; expected \"d\" of the namespace"},
		{"<e xmlns='urn:sd'/>",
			"ERROR the root element is \"e\" of the namespace \"urn:sd\"; "
			"expected \"d\" of the namespace \"urn:sd\"; see what the server"},
		{"<s:d/>", "ERROR line 1, column 5: no valid XML: a prefix without a namespace"},
	};
	static const struct feed_case any_cases[] = {
		{"<d><r xmlns='urn:sd' f='2026-12-24'><id>a</id></r></d>", "1 a " CHRISTMAS "\n"},
		{"<d xmlns='urn:other'><r xmlns='urn:sd' f='2026-12-24'><id>a</id></r></d>",
			"1 a " CHRISTMAS "\n"},
		{"<e/>", "ERROR the root element is \"e\"; expected \"d\"; see what"},
	};
	static const struct feed_case bare_cases[] = {
		{"<d xmlns='urn:sd'><r f='2026-12-24'><id>a</id></r></d>",
			"loen: records finds nothing; the elements here are in the namespace \"urn:sd\"; "
			"declare it"},
	};

	CHECK_ALL(&prefixed, cases);
	CHECK_ALL(&any_root, any_cases);
	CHECK_ALL(&bare, bare_cases);
}

/* Another document than the one that was asked for is never a feed without records. */
static void test_roots(void **state)
{
#define SOAP_11 "xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'"
#define SOAP_12 "xmlns:s='http://www.w3.org/2003/05/soap-envelope'"
#define FAULT   "ERROR the server answers with a SOAP fault"
	static const struct feed_settings derived = {.name = "loen",
		.format = FEED_XML,
		.records = "/d[1]/r",
		.fields = {.person = "id", .from = "from", .until = "until"}};
	static const struct feed_settings none = {.name = "loen",
		.format = FEED_XML,
		.records = "//r",
		.fields = {.person = "id", .from = "from", .until = "until"}};
	static const struct feed_case cases[] = {
		{"<error>no</error>", "ERROR the root element is \"error\"; expected \"d\""},
		{"<s:Envelope " SOAP_11
		 "><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>\n"
		 " Adgang\n n\xC3\xA6gtet </faultstring><detail>hemmelig</detail></s:Fault></s:Body></s:Envelope>",
			FAULT
			", \"s:Client\", \"Adgang  n\xC3\xA6gtet\"; see whether user, password"},
		{"<s:Envelope " SOAP_12
		 "><s:Header/><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>"
		 "</s:Code><s:Reason><s:Text>No &#x202E;right</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>",
			FAULT ", \"s:Sender\", \"No \\e2\\80\\aeright\"; see"},
		{"<s:Envelope " SOAP_11 "><s:Body><s:Fault/></s:Body></s:Envelope>", FAULT "; see"},
		{"<s:Envelope " SOAP_11 "><s:Body/></s:Envelope>",
			"ERROR the root element is \"Envelope\" of the namespace \"http://schemas."},
		{"<s:Fault " SOAP_11 "><faultstring>x</faultstring></s:Fault>",
			FAULT ", \"x\"; see"},
		{"<!DOCTYPE html><html></html>", "ERROR line 1, column 1: a web page came"},
		{"<HTML><BODY><BR></BODY></HTML>", "ERROR line 1, column 1: a web page came"},
		{"<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'/>",
			"ERROR line 2, column 1: a web page came"},
		{"<x:html xmlns:x='http://www.w3.org/1999/xhtml'/>", "ERROR a web page came"},
	};
	static const struct feed_case none_cases[] = {
		{"<s:Envelope " SOAP_11 "><s:Body><s:Fault/></s:Body></s:Envelope>", FAULT "; see"},
		{"<s:Envelope " SOAP_11 "><s:Body><r><id>a</id>" TIMES "</r></s:Body></s:Envelope>",
			"1 a " CHRISTMAS "\n"},
		{"<x:html xmlns:x='http://www.w3.org/1999/xhtml'/>", "ERROR a web page came"},
		{"<error/>",
			"loen: records finds nothing under the root element \"error\"; write root"},
	};

	CHECK_ALL(&derived, cases);
	CHECK_ALL(&plain, cases);
	CHECK_ALL(&none, none_cases);
}

/* The text of a fault is cut off. */
static void test_long_fault(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct feed_page page;

	strbuf_adds(&body, "<s:Envelope " SOAP_11 "><s:Body><s:Fault><faultcode>");
	for (size_t i = 0; i < 1000; i++)
		strbuf_adds(&body, "\xC3\xA6");
	strbuf_adds(&body, "</faultcode><faultstring>");
	for (size_t i = 0; i < 1000; i++)
		strbuf_adds(&body, "\xC3\xA6\n");
	strbuf_adds(&body, "</faultstring></s:Fault></s:Body></s:Envelope>");
	feed_page_init(&page, &plain);
	feed_page_read(&page, body.text, body.length, 0);
	assert_int_equal(page.kind, ERROR_TARGET);
	assert_non_null(strstr(page.err.text.text, "\xC3\xA6…\", \"\xC3\xA6 \xC3\xA6"));
	assert_in_range(page.err.text.length, 300, 500);
	feed_page_release(&page);
	strbuf_release(&body);
}

static void test_bad_records(void **state)
{
	static const struct feed_case cases[] = {
		{"<d><r/>" IB, IB_READ "record 1: line 1: names nobody: id is missing or empty"},
		{"<d><r><id> </id>" TIMES "</r>" IB, IB_READ "record 1: line 1: names nobody"},
		{"<d>\n\n<r><id>a</id><from>i morgen</from></r>" IB,
			IB_READ "record 1: line 3: not a time that can be read"},
		{"<d><r><id>a</id><id>b</id>" TIMES "</r>" IB,
			IB_READ "record 1: line 1: id has 2 values; expected one"},
		{"<d><r><id>a</id>" TIMES "<until>2026-12-25</until></r>" IB,
			IB_READ "record 1: line 1: until has 2 values; expected one"},
		{"<d><r><id>a</id>" TIMES "<from>2026-12-24</from></r>" IB,
			IB_READ "record 1: line 1: from has 2 values"},
		/* an empty one beside the one that says it is not there */
		{"<d><r><id/><id>a</id>" TIMES "</r>" IB, "1 a " CHRISTMAS "\n" IB_READ},
	};

	CHECK_ALL(&plain, cases);
}

static void test_only(void **state)
{
	static const char *leave[] = {"3", "4"}, *missing[] = {""}, *yes[] = {"true"};
	static struct only_field code = {"s/code", {leave, 2}}, gone = {"gone", {missing, 1}},
				 truth = {"s/code = 3", {yes, 1}},
				 text = {"string(s/code)", {leave, 2}};
	static const struct feed_case cases[] = {
		{"<d><r><id>a</id><s><code> 3 </code></s>" TIMES
		 "</r><r><id>b</id><s><code>1</code></s>" TIMES "</r></d>",
			"1 a " CHRISTMAS "\n2 b aside\n"},
		/* set aside before its dates are looked at, and before it has two persons */
		{"<d><r><id>a</id><s><code>1</code></s><from>x</from></r><r><id>b</id><id>c</id><s><code>8"
		 "</code></s></r></d>",
			"1 a aside\n2 - aside\n"},
		{"<d><r><id>a</id>" TIMES "</r></d>", "1 a aside\n"},
	};
	static const struct feed_case gone_cases[] = {
		{"<d><r><id>a</id><gone/>" TIMES "</r></d>", "1 a " CHRISTMAS "\n"},
		{"<d><r><id>a</id>" TIMES "</r></d>", "1 a " CHRISTMAS "\n"},
		{"<d><r><id>a</id><gone>x</gone>" TIMES "</r></d>", "1 a aside\n"},
	};
	struct feed_settings settings = plain;

	settings.only_count = 1;
	settings.only = &code;
	check_all(&settings, cases, 3);
	settings.only = &truth;
	check_all(&settings, cases, 3);
	settings.only = &text;
	check_all(&settings, cases, 3);
	settings.only = &gone;
	CHECK_ALL(&settings, gone_cases);
}

/* No record has the field, be it named by a path or read by a function (CONTRACT section 4, rule 8 (c)). */
static void test_only_missing(void **state)
{
	static const char *leave[] = {"3"};
	static struct only_field fields[] = {
		{"s/code", {leave, 1}}, {"string(s/code)", {leave, 1}}};
	struct feed_settings settings = plain;
	struct feed_page page;

	settings.only_count = 1;
	for (size_t i = 0; i < 2; i++) {
		settings.only = &fields[i];
		feed_page_init(&page, &settings);
		feed_page_read(&page, "<d><r><id>a</id></r></d>", 24, 0);
		feed_page_end(&page);
		assert_string_equal(page.says.only_missing, fields[i].name);
		feed_page_release(&page);
	}
}

static void test_encodings(void **state)
{
#define DECLARED(encoding) "<?xml version=\"1.0\" encoding=\"" encoding "\"?>"
#define BLAA(byte)         "<d><r><id>bl" byte "</id>" TIMES "</r></d>"
#define BLAA_READ          "1 bl\xC3\xA5 " CHRISTMAS "\n"
	static const struct feed_case cases[] = {
		{DECLARED("UTF-8") BLAA("\xC3\xA5"), BLAA_READ},
		{DECLARED("ISO-8859-1") BLAA("\xE5"), BLAA_READ},
		{DECLARED("Windows-1252") BLAA("\xE5"), BLAA_READ},
		{"<?xml version='1.0' encoding = 'windows-1252' standalone='yes' ?>" BLAA("\xE5"),
			BLAA_READ},
		{DECLARED("windows-1252") "<d><r><id>\x80</id>" TIMES "</r></d>",
			"1 \xE2\x82\xAC " CHRISTMAS "\n"},
		/* .NET says so of what it sends as UTF-8; a mark goes before the declaration */
		{DECLARED("utf-16") BLAA("\xC3\xA5"), BLAA_READ},
		{"\xEF\xBB\xBF" DECLARED("ISO-8859-1") BLAA("\xC3\xA5"), BLAA_READ},
		{DECLARED("ISO-8859-1") "\n"
					"<d>\xE5<r></d>",
			"ERROR line 2, column 12: no valid XML: the tag that is closed"},
		{DECLARED("windows-1252") "\n<d>\xE5\x81</d>",
			"ERROR line 2, column 5: a byte stands here that is no character in Windows-1252"},
		{BLAA("\xE5"), "ERROR line 1, column 13: not UTF-8"},
		{DECLARED("UTF-8") BLAA("\xE5"), "ERROR line 1, column 51: not UTF-8"},
		{DECLARED("UTF-7") "<d/>",
			"ERROR line 1, column 31: in an encoding that is not known here; expected UTF-8"},
		{DECLARED("IBM037") "<d/>", "ERROR line 1, column 31: in an encoding"},
	};
	static const char body[] = DECLARED("utf-16") BLAA("\xE5");
	char wide[2 * sizeof(body) + 2];

	CHECK_ALL(&plain, cases);
	for (int variant = 0; variant < 4; variant++) {
		size_t big = (size_t)variant & 1, mark = (size_t)variant & 2;

		memset(wide, 0, sizeof(wide));
		memcpy(wide, big ? "\xFE\xFF" : "\xFF\xFE", 2);
		for (size_t i = 0; i + 1 < sizeof(body); i++)
			wide[2 + 2 * i + big] = body[i];
		assert_feed(&plain, wide + 2 - mark, 2 * (sizeof(body) - 1) + mark, 0, BLAA_READ);
	}
	assert_feed(&plain, "\xFF\xFE<", 3, 0, "ERROR line 1, column 1: no UTF-16");
}

static void test_bad_pages(void **state)
{
	static const struct feed_case cases[] = {
		{"", "ERROR line 1, column 1: the text ends before the first element"},
		{" \n ", "ERROR line 2, column 2: the text ends before the first element"},
		{"<?xml version='1.0'", "ERROR line 1, column 20: the text ends before"},
		{"{\"id\": 1}", "ERROR line 1, column 1: no XML; expected an element"},
		{"[]", "ERROR line 1, column 1: no XML"},
		{"<d><r><id>a</id>", "ERROR line 1, column 17: the text ends too early"},
		{"<d><r><id>a</i", "ERROR line 1, column 15: "},
		{"<d><r", "ERROR line 1, column 6: "},
		{"<d></e>", "ERROR line 1, column 8: no valid XML: the tag that is closed here"},
		{"<d/>\n<d/>", "ERROR line 2, column 1: something stands behind the last element"},
		{"<d/>x", "ERROR line 1, column 5: something stands behind"},
		{"<d a='1' a='2'/>",
			"ERROR line 1, column 15: no valid XML: one attribute stands twice"},
		{"<d a=1/>", "ERROR line 1, column 6: no valid XML before this place"},
		{"<d>&hemmelig;</d>",
			"ERROR line 1, column 14: an entity that XML itself does not know"},
		{"<d>&#0;</d>", "ERROR line 1, column 8: a character that XML does not allow"},
		{"<d>\x01</d>", "ERROR line 1, column 4: a character that XML does not allow"},
		{"<d>\xEF\xBF\xBF</d>",
			"ERROR line 1, column 4: a character that XML does not allow"},
		{"<d><![CDATA[</d>", "ERROR line 1, column 13: the text ends too early"},
		{"<d><!-- -- --></d>", "ERROR line 1, column "},
	};

	CHECK_ALL(&plain, cases);
	assert_feed(&plain, "<d>\0</d>", 8, 0, "ERROR line 1, column ");
}

/* Whatever a DOCTYPE declares, it is refused before anything is made of it. */
static void test_doctype(void **state)
{
#define REFUSED(column) "ERROR line 1, column " column ": a DOCTYPE stands here, and is refused"
	static const struct feed_case cases[] = {
		{"<!DOCTYPE d><d/>", REFUSED("1")},
		{"<?xml version='1.0'?><!-- x --> <!DOCTYPE d SYSTEM 'file:///etc/passwd'><d/>",
			REFUSED("33")},
		{"<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><d>&b;</d>",
			REFUSED("1")},
		{"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d><r><id>&x;</id>" TIMES
		 "</r></d>",
			REFUSED("1")},
		{"<!DOCTYPE d [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'> %p;]><d/>",
			REFUSED("1")},
		{"<!doctype d><d/>", REFUSED("1")},
		{"<d/><!DOCTYPE d>", "ERROR line 1, column 5: something stands behind"},
		{"<d><!DOCTYPE d></d>", "ERROR line 1, column "},
		/* XInclude is a namespace like any other */
		{"<d xmlns:x='http://www.w3.org/2001/XInclude'><r><id>a</id>" TIMES
		 "<x:include href='file:///etc/passwd' parse='text'/></r></d>",
			"1 a " CHRISTMAS "\n"},
	};

	CHECK_ALL(&plain, cases);
}

/* An opening of several parts, `count` times a part, and an end. */
static void assert_repeated(const struct feed_settings *settings, const char *open,
	const char *part, size_t count, const char *end, const char *expected)
{
	struct strbuf body = STRBUF_INIT;

	strbuf_adds(&body, open);
	for (size_t i = 0; i < count; i++)
		strbuf_adds(&body, part);
	strbuf_adds(&body, end);
	assert_feed(settings, body.text, body.length, 0, expected);
	strbuf_release(&body);
}

static void test_limits(void **state)
{
	struct strbuf part = STRBUF_INIT;

	/* a line of more than 16 bits */
	assert_repeated(&plain, "<d>", "\n", 70000, "<r><id>a</id></r>\n</d>",
		"record 1: line 70001: ");
	assert_repeated(&plain, "<d>", "\n", 70000, "</e>", "ERROR line 70001, column ");
	assert_repeated(&plain, "<d>", "<a>", 300, "", "ERROR line 1, column ");
	for (int i = 0; i < 257; i++)
		strbuf_addf(&part, " a%d='>'", i);
	assert_repeated(&plain, "<d>\n<e", part.text, 1, "/></d>",
		"ERROR line 2, column 1: an element with more than 256 attributes");
	part.text[strlen(part.text) - strlen(" a256='>'")] = '\0';
	assert_repeated(&plain, "<d>\n<e", part.text, 1, "/></d>", "");
	/* a tag in a comment is none */
	assert_repeated(&plain, "<d><!-- <e", " a='1'", 300, "/> --><![CDATA[<e]]></d>", "");
	strbuf_reset(&part);
	for (int i = 0; i < 120; i++)
		strbuf_addf(&part, " xmlns:a%d='u'", i);
	assert_repeated(&plain, "<d", part.text, 1, "/>", "ERROR more than a hundred namespaces");
	/* names by the thousand, each another one */
	strbuf_reset(&part);
	for (int i = 0; i < 200000; i++)
		strbuf_addf(&part, "<n%d/>", i);
	assert_repeated(&plain, "<d>", part.text, 1, "</d>", "ERROR more different names");
	strbuf_release(&part);
}

/*
 * XPaths that would take minutes. Under AddressSanitizer they nearly do: libxml2, which is not instrumented, gets each of
 * its objects from there. The plain build plays them.
 */
static void assert_slow_paths(void)
{
#ifndef __SANITIZE_ADDRESS__
	static const struct feed_settings siblings = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r",
		.fields = {.person = "../id", .from = "../f", .until = "../f"}};
	static const struct feed_settings whole = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r",
		.fields = {.person = "substring-before(/, 'x')", .from = "f", .until = "f"}};
	static const struct feed_settings square = {.name = "loen",
		.format = FEED_XML,
		.records = "//r[preceding::q]",
		.fields = {.person = "id", .from = "f", .until = "f"}};
	static const struct feed_settings join = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r[c = /d/s]",
		.fields = {.person = "id", .from = "f", .until = "f"}};
	static const struct feed_settings own = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r",
		.fields = {.person = "id[c = ../s]", .from = "f", .until = "f"}};
	static const char slow[] = "ERROR the XPath ../";
	static const struct feed_settings back = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/p/r/..",
		.fields = {.person = "@id", .from = "@f", .until = "@f"}};

	assert_repeated(&siblings, "<d><id>a</id><f>2026-12-24</f>", "<r/>", 60000, "</d>", slow);
	assert_repeated(&whole, "<d><f>2026-12-24</f>", "<r>01234567890123456789</r>", 60000,
		"</d>", "ERROR the XPath substring-before(/, 'x') takes too long");
	assert_repeated(&square, "<d>", "<r/>", 60000, "</d>",
		"ERROR the XPath //r[preceding::q] takes too long");
	/* each with each: 25 billion comparisons */
	assert_repeated(&join, "<d><r>", "<c>1a</c>", 160000, "</r><s>1b</s></d>", "");
	assert_repeated(&join, "<d><r>", "<c>1a</c></r><s>1b</s><r>", 160000, "</r></d>",
		"ERROR the XPath /d/r[c = /d/s] takes too long");
	assert_repeated(&own, "<d>", "<r><id><c>1</c></id></r><s>2</s>", 60000, "</d>",
		"ERROR the XPath id[c = ../s] takes too long");
	assert_repeated(&back, "<d>", "<p><r/></p>", 200000, "</d>",
		"ERROR the XPath /d/p/r/.. takes too long");
#endif
}

/* Elements by the million are no list of absences; an expression that looks at each from each takes too long. */
static void test_size(void **state)
{
	static const struct feed_settings first = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r",
		.fields = {.person = "../id[1]", .from = "../f[1]", .until = "../f[1]"}};
	static const struct feed_settings back = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/p/r/..",
		.fields = {.person = "@id", .from = "@f", .until = "@f"}};
	struct feed_page page;
	struct strbuf body = STRBUF_INIT;

	assert_repeated(&plain, "<d>", "<a/>", XML_NODES_MAX + 1, "</d>",
		"ERROR more than four million elements");
	/* stopped in the middle of a tag with attributes, whose texts are still the parser's */
	assert_repeated(&plain, "<d>", "<a b='1' c='2&amp;' d='3' e='4'/>", XML_NODES_MAX / 9 + 1,
		"</d>", "ERROR more than four million elements");
	/* in the middle of a tag, whose attributes are still the parser's own */
	assert_repeated(&plain, "<d>", "<a b='1' c='2&amp;' d='3' e='4'/>", XML_NODES_MAX / 9 + 1,
		"</d>", "ERROR more than four million elements");
	assert_slow_paths();
	assert_repeated(&back, "<d>", "<p id='a' f='2026-12-24'><r/><r/></p>", 1, "</d>",
		"1 a " CHRISTMAS "\n");
	strbuf_adds(&body, "<d><id>a</id><f>2026-12-24</f>");
	for (int i = 0; i < 60000; i++)
		strbuf_adds(&body, "<r/>");
	strbuf_adds(&body, "</d>");
	feed_page_init(&page, &first);
	feed_page_read(&page, body.text, body.length, 0);
	assert_int_equal(page.kind, ERROR_NONE);
	assert_int_equal(page.says.absences.count, 60000);
	feed_page_release(&page);
	strbuf_release(&body);
}

static void test_goes_back(void **state)
{
	static const char *const back[] = {"//a/..", "/d/p/..", "a/../b", "*/parent::x", "(a)/..",
		"a[1]/..", "x[//a/.. = 3]", "a/ancestor-or-self::b", "b and a/..", "a//..",
		"a/preceding-sibling::b"};
	static const char *const on[] = {"..", "../../x", "//a", "/d/p[../x]", "count(../x)",
		"a[preceding-sibling::b]", "ancestor::p/@id", "concat(a, ../b)", "a | ../b",
		"a/descendant::b", "'a/..'", "a and ../b", "../@nr = 'a/..'", "a.b/c-d"};

	for (size_t i = 0; i < ROWS(back) && row(i, "%s", back[i]); i++)
		assert_true(xml_path_goes_back(back[i]));
	for (size_t i = 0; i < ROWS(on) && row(i, "%s", on[i]); i++)
		assert_false(xml_path_goes_back(on[i]));
}

/* Nothing of a document stands in what is said about it, and nothing goes to standard error. */
static void test_compares(void **state)
{
	static const struct {
		const char *path;
		bool compares, leaves;
	} cases[] = {
		{"a", false, false},
		{"a[b = 'x']", false, false},
		{"a['x' = b]", false, false},
		{"a[b != 'x = y' and c]", false, false},
		{"a[b = 3]", false, false},
		{"a[b > -3]/c", false, false},
		{"a[count(b) = count(c)]", false, false},
		{"a[position() = last() - 1]", false, false},
		{"a[string(b) = c]", false, false},
		{"a[b = string(c)]", false, false},
		{"a[b = c]", true, false},
		{"a[b=c]", true, false},
		{"a[b != c]", true, false},
		{"a[b >= c]", true, false},
		{"a[. = //c]", true, true},
		{"a[s:b = s:c]", true, false},
		{"a[b = text()]", true, false},
		{"a[(b) = (c)]", true, false},
		{"a[b[1] = @c]", true, false},
		{"a[@b = child::c]", true, false},
		{"/d/a[b = /d/c]", true, true},
		{"../a[b = *]", true, true},
		{"following-sibling::a[b = c]", true, true},
		{"a/b//c", false, false},
		{"a | /b", false, true},
		{"'..'", false, false},
	};

	for (size_t i = 0; i < ROWS(cases) && row(i, "%s", cases[i].path); i++) {
		assert_int_equal(xml_path_compares(cases[i].path), cases[i].compares);
		assert_int_equal(xml_path_leaves(cases[i].path), cases[i].leaves);
	}
}

static void test_silence(void **state)
{
	static const struct feed_case cases[] = {
		{"<d><hemmelig></d>",
			"ERROR line 1, column 18: no valid XML: the tag that is closed here"},
		{"<d hemmelig='1' hemmelig='2'/>", "ERROR line 1, column "},
		{"<d xmlns='relative/hemmelig'/>", ""},
	};

	for (size_t i = 0; i < 3 && row(i, "%s", cases[i].body); i++) {
		struct feed_page page;

		feed_page_init(&page, &plain);
		feed_page_read(&page, cases[i].body, strlen(cases[i].body), 0);
		assert_null(strstr(page.err.text.text, "hemmelig"));
		feed_page_release(&page);
	}
}

/* The zone of times that have none, and a source that could not read a person. */
static void test_zone_and_unread(void **state)
{
#define AT(zone, from, until)                                                              \
	"<d><r><id>a</id>" zone "<from>2026-12-24T" from "</from><until>2026-12-24T" until \
	"</until></r></d>"
#define UNREAD(text) \
	"<d><r><id>a</id><zone>UTC</zone>" TIMES text "</r><r><id>b</id>" TIMES "</r></d>"
#define READ_BOTH "1 a " CHRISTMAS "\n2 b " CHRISTMAS "\n"
#define READ_B    "2 b " CHRISTMAS "\nrecord 1: line 1: the source says that this person could not"
	static const struct feed_case cases[] = {
		{AT("<zone>UTC</zone>", "08:00", "10:00"),
			"1 a 20261224T080000Z-20261224T100000Z\n"},
		{AT("<zone>Tokyo Standard Time</zone>", "18:00", "20:00"),
			"1 a 20261224T090000Z-20261224T110000Z\n"},
		{AT("<zone>UTC</zone>", "08:00+02:00", "10:00"),
			"1 a 20261224T060000Z-20261224T100000Z\n"},
		{AT("<zone> </zone>", "08:00", "10:00"), "1 a 20261224T070000Z-20261224T090000Z\n"},
		{AT("<zone>UTC</zone><zone>CET</zone>", "08:00", "10:00"),
			"record 1: line 1: zone has 2 values; expected one"},
		{UNREAD("<error/>"), READ_BOTH},
		{UNREAD("<error>0</error>"), READ_BOTH},
		{UNREAD("<error>false</error>"), READ_BOTH},
		{UNREAD("<error>403</error>"), READ_B},
		{UNREAD("<error><code>ErrorItemNotFound</code></error>"), READ_B},
		{UNREAD("<error>false</error><error>true</error>"),
			"2 b " CHRISTMAS "\nrecord 1: line 1: error has 2 values"},
	};
	struct feed_settings settings = plain;

	settings.fields.zone = "zone";
	settings.fields.unread = "error";
	CHECK_ALL(&settings, cases);
}

/* Roles and deputies may be several nodes each. */
static void test_gives(void **state)
{
	static const struct feed_settings roles = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r",
		.gives = GIVES_ROLES,
		.fields = {.person = "../@id", .role = "role", .until = "@until"}};
	static const struct feed_settings deputies = {.name = "loen",
		.format = FEED_XML,
		.records = "/d/r",
		.gives = GIVES_DEPUTIES,
		.fields = {.person = "id", .deputy = "deputy"}};
	static const struct feed_case role_cases[] = {
		{"<d id='anna'><r><role>drift;sikkerhed</role><role/><role> leder </role></r></d>",
			"1 anna always role drift\n1 anna always role sikkerhed\n1 anna always role leder\n"},
		{"<d id='anna'><r until='2026-12-24'><role>drift</role></r></d>",
			"1 anna open-20261224T230000Z role drift\n"},
		{"<d id='anna'><r><role/></r></d>", "record 1: line 1: names no role"},
	};
	static const struct feed_case deputy_cases[] = {
		{"<d><r><id>anna</id><deputy>bo</deputy><deputy>eva</deputy></r></d>",
			"1 anna always bo;eva\n"},
		{"<d><r><id>anna</id></r></d>", ""},
	};

	CHECK_ALL(&roles, role_cases);
	CHECK_ALL(&deputies, deputy_cases);
}

/* SD Løn, GetEmployment20111201: one of two employments is on leave, until and with the last day. */
static void test_sd(void **state)
{
#define STATUS(from, until, code)                                              \
	"<EmploymentStatus changedAtDate=\"2026-11-23\"><ActivationDate>" from \
	"</ActivationDate><DeactivationDate>" until                            \
	"</DeactivationDate><EmploymentStatusCode>" code                       \
	"</EmploymentStatusCode></EmploymentStatus>"
	static const char *leave[] = {"3", "4"};
	static struct only_field code = {"EmploymentStatus/EmploymentStatusCode", {leave, 2}};
	static const struct feed_settings sd = {.name = "sd",
		.format = FEED_XML,
		.records = "/GetEmployment20111201/Person/Employment",
		.root = "GetEmployment20111201",
		.only = &code,
		.only_count = 1,
		.fields = {.person = "EmploymentIdentifier",
			.from = "EmploymentStatus/ActivationDate",
			.until = "EmploymentStatus/DeactivationDate"}};
	static const struct feed_case cases[] = {
		{"<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n"
		 "<GetEmployment20111201 creationDateTime=\"2026-11-23T17:01:42\">\n"
		 "<RequestStructure><InstitutionIdentifier>XY</InstitutionIdentifier></RequestStructure>\n"
		 "<Person><PersonCivilRegistrationIdentifier>1212121000</PersonCivilRegistrationIdentifier>\n"
		 "<Employment><EmploymentIdentifier>12345</EmploymentIdentifier>" STATUS(
			 "2026-12-24", "2026-12-24",
			 "3") "</Employment>\n"
			      "<Employment><EmploymentIdentifier>54321</EmploymentIdentifier>" STATUS(
				      "2020-01-01", "9999-12-31",
				      "1") "</Employment></Person>\n"
					   "<Person><PersonCivilRegistrationIdentifier>2212221000</PersonCivilRegistrationIdentifier>\n"
					   "<Employment><EmploymentIdentifier>00007</EmploymentIdentifier>" STATUS(
						   "2026-12-24", "9999-12-31",
						   "4") "</Employment></Person>\n"
							"</GetEmployment20111201>",
			"1 12345 " CHRISTMAS "\n3 00007 20261223T230000Z-open\n2 54321 aside\n"},
		{"<GetEmployment20111201 creationDateTime=\"2026-11-23T17:01:42\"/>", ""},
		{"<Envelope><Body><Fault><faultcode>Client</faultcode><faultstring>Institution XY"
		 "</faultstring></Fault></Body></Envelope>",
			FAULT ", \"Client\", \"Institution XY\"; see"},
	};

	CHECK_ALL(&sd, cases);
}

/* KMD Opus: an answer in a SOAP envelope; its kinds of absence are never read. */
static void test_opus(void **state)
{
	static struct named_text names[] = {
		{.name = "e", .text = "http://schemas.xmlsoap.org/soap/envelope/"},
		{.name = "m", .text = "urn:oio:kmd:medarbejder"}};
	static const struct feed_settings opus = {.name = "opus",
		.format = FEED_XML,
		.records = "//m:Medarbejder/m:FravaerNaervaer",
		.root = "e:Envelope",
		.namespaces = {names, 2},
		.fields = {.person = "../m:MedarbejderRef",
			.from = "m:Gyldighedsstart",
			.until = "m:Gyldighedsstop"}};
	static const struct feed_settings nightly = {.name = "opus",
		.format = FEED_XML,
		.records = "/kmd/employee[leaveDate != '']",
		.fields = {.person = "@id", .from = "leaveDate"}};
	static const struct feed_case cases[] = {
		{"<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><m:List_O xmlns:m="
		 "'urn:oio:kmd:medarbejder'><m:Medarbejder><m:MedarbejderRef>4711</m:MedarbejderRef>"
		 "<m:FravaerNaervaer><m:Gyldighedsstart>2026-12-24+01:00</m:Gyldighedsstart><m:Gyldighedsstop>"
		 "2026-12-24+01:00</m:Gyldighedsstop><m:FravaersNaervaersart>0200</m:FravaersNaervaersart>"
		 "<m:FravaersNaervaerstekst>Ferie</m:FravaersNaervaerstekst></m:FravaerNaervaer></m:Medarbejder>"
		 "</m:List_O></e:Body></e:Envelope>",
			"1 4711 " CHRISTMAS "\n"},
	};
	static const struct feed_case nightly_cases[] = {
		{"<?xml version='1.0' encoding='iso-8859-1'?>\n<kmd><employee id='1' lastChanged='2026-11-01'>"
		 "<entryDate>2020-01-01</entryDate><leaveDate/><cpr>1212121000</cpr></employee>\n"
		 "<employee id='2'><leaveDate>2026-12-24</leaveDate><lastName>S\xF8rensen</lastName></employee></kmd>",
			"1 2 20261223T230000Z-open\n"},
	};

	CHECK_ALL(&opus, cases);
	CHECK_ALL(&nightly, nightly_cases);
}

static void test_torment(void **state)
{
	feed_torment(&plain,
		DECLARED("windows-1252") "<!-- a --><d x='&lt;'>" BLAA("\xE5") "<![CDATA[<]]></d>",
		0, 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_deputies),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_long_fault),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_only),
		cmocka_unit_test(test_only_missing),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_bad_pages),
		cmocka_unit_test(test_doctype),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_goes_back),
		cmocka_unit_test(test_compares),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_zone_and_unread),
		cmocka_unit_test(test_gives),
		cmocka_unit_test(test_sd),
		cmocka_unit_test(test_opus),
		cmocka_unit_test(test_torment),
	};

	return cmocka_run_group_tests(tests, feed_use_copenhagen, NULL);
}
