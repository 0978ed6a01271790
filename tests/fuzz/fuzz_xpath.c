/* XPath expressions of settings: whatever is said to be good is compiled and evaluated without an error. */
#include <stdlib.h>

#include <libxml/xpathInternals.h>

#include "base/text/strbuf.h"
#include "config/feed/xpath.h"
#include "fuzz.h"
#include "model/settings.h"

static struct named_text prefixes[] = {{.name = "s", .text = "urn:sd"}};
static const struct named_texts namespaces = {prefixes, 1};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct strbuf why = STRBUF_INIT;

	fuzz_at_home();
	if (xpath_check(text, &namespaces, XPATH_GIVES_ANY, &why)) {
		xmlXPathContextPtr context = xpath_context_new(NULL, &namespaces);
		xmlXPathCompExprPtr path = xmlXPathCtxtCompile(context, (const xmlChar *)text);

		fuzz_expect(path != NULL, "what is good can be compiled");
		xmlXPathFreeCompExpr(path);
		xmlXPathFreeContext(context);
	} else {
		fuzz_expect(why.length > 0, "what is not good has a reason");
		fuzz_expect_safe_text(why.text);
	}
	strbuf_reset(&why);
	if (!xpath_check_name(text, &namespaces, &why))
		fuzz_expect_safe_text(why.text);
	strbuf_release(&why);
	free(text);
	return 0;
}
