/*
 * libxml2: XML and XPath, loaded at the first call. Include this in the place of
 * <libxml/SAX2.h> and its like; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_XML2_H
#define BASE_LIBRARY_XML2_H

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlmemory.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include "base/library/library.h"

#define LIBRARY_XML2(FUNCTION)                    \
	FUNCTION(xmlCreatePushParserCtxt)         \
	FUNCTION(xmlCtxtUseOptions)               \
	FUNCTION(xmlDictSetLimit)                 \
	FUNCTION(xmlDocGetRootElement)            \
	FUNCTION(xmlDocSetRootElement)            \
	FUNCTION(xmlFreeDoc)                      \
	FUNCTION(xmlFreeParserCtxt)               \
	FUNCTION(xmlGetLineNo)                    \
	FUNCTION(xmlHasNsProp)                    \
	FUNCTION(xmlInitParser)                   \
	FUNCTION(xmlMemSetup)                     \
	FUNCTION(xmlNewDoc)                       \
	FUNCTION(xmlNewDocNode)                   \
	FUNCTION(xmlParseChunk)                   \
	FUNCTION(xmlSAX2Characters)               \
	FUNCTION(xmlSAX2StartElementNs)           \
	FUNCTION(xmlSetGenericErrorFunc)          \
	FUNCTION(xmlSetStructuredErrorFunc)       \
	FUNCTION(xmlXPathCastNodeToString)        \
	FUNCTION(xmlXPathCastToString)            \
	FUNCTION(xmlXPathCompiledEval)            \
	FUNCTION(xmlXPathConcatFunction)          \
	FUNCTION(xmlXPathContainsFunction)        \
	FUNCTION(xmlXPathCtxtCompile)             \
	FUNCTION(xmlXPathErr)                     \
	FUNCTION(xmlXPathFreeCompExpr)            \
	FUNCTION(xmlXPathFreeContext)             \
	FUNCTION(xmlXPathFreeObject)              \
	FUNCTION(xmlXPathNewContext)              \
	FUNCTION(xmlXPathNormalizeFunction)       \
	FUNCTION(xmlXPathNumberFunction)          \
	FUNCTION(xmlXPathOrderDocElems)           \
	FUNCTION(xmlXPathRegisterFunc)            \
	FUNCTION(xmlXPathRegisterNs)              \
	FUNCTION(xmlXPathStartsWithFunction)      \
	FUNCTION(xmlXPathStringFunction)          \
	FUNCTION(xmlXPathStringLengthFunction)    \
	FUNCTION(xmlXPathSubstringAfterFunction)  \
	FUNCTION(xmlXPathSubstringBeforeFunction) \
	FUNCTION(xmlXPathSubstringFunction)       \
	FUNCTION(xmlXPathSumFunction)             \
	FUNCTION(xmlXPathTranslateFunction)

struct library_xml2 {
	LIBRARY_XML2(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_xml2 *library_xml2(void);

#ifndef LIBRARY_LINKED
#define xmlCreatePushParserCtxt         library_xml2()->xmlCreatePushParserCtxt
#define xmlCtxtUseOptions               library_xml2()->xmlCtxtUseOptions
#define xmlDictSetLimit                 library_xml2()->xmlDictSetLimit
#define xmlDocGetRootElement            library_xml2()->xmlDocGetRootElement
#define xmlDocSetRootElement            library_xml2()->xmlDocSetRootElement
#define xmlFreeDoc                      library_xml2()->xmlFreeDoc
#define xmlFreeParserCtxt               library_xml2()->xmlFreeParserCtxt
#define xmlGetLineNo                    library_xml2()->xmlGetLineNo
#define xmlHasNsProp                    library_xml2()->xmlHasNsProp
#define xmlInitParser                   library_xml2()->xmlInitParser
#define xmlMemSetup                     library_xml2()->xmlMemSetup
#define xmlNewDoc                       library_xml2()->xmlNewDoc
#define xmlNewDocNode                   library_xml2()->xmlNewDocNode
#define xmlParseChunk                   library_xml2()->xmlParseChunk
#define xmlSAX2Characters               library_xml2()->xmlSAX2Characters
#define xmlSAX2StartElementNs           library_xml2()->xmlSAX2StartElementNs
#define xmlSetGenericErrorFunc          library_xml2()->xmlSetGenericErrorFunc
#define xmlSetStructuredErrorFunc       library_xml2()->xmlSetStructuredErrorFunc
#define xmlXPathCastNodeToString        library_xml2()->xmlXPathCastNodeToString
#define xmlXPathCastToString            library_xml2()->xmlXPathCastToString
#define xmlXPathCompiledEval            library_xml2()->xmlXPathCompiledEval
#define xmlXPathConcatFunction          library_xml2()->xmlXPathConcatFunction
#define xmlXPathContainsFunction        library_xml2()->xmlXPathContainsFunction
#define xmlXPathCtxtCompile             library_xml2()->xmlXPathCtxtCompile
#define xmlXPathErr                     library_xml2()->xmlXPathErr
#define xmlXPathFreeCompExpr            library_xml2()->xmlXPathFreeCompExpr
#define xmlXPathFreeContext             library_xml2()->xmlXPathFreeContext
#define xmlXPathFreeObject              library_xml2()->xmlXPathFreeObject
#define xmlXPathNewContext              library_xml2()->xmlXPathNewContext
#define xmlXPathNormalizeFunction       library_xml2()->xmlXPathNormalizeFunction
#define xmlXPathNumberFunction          library_xml2()->xmlXPathNumberFunction
#define xmlXPathOrderDocElems           library_xml2()->xmlXPathOrderDocElems
#define xmlXPathRegisterFunc            library_xml2()->xmlXPathRegisterFunc
#define xmlXPathRegisterNs              library_xml2()->xmlXPathRegisterNs
#define xmlXPathStartsWithFunction      library_xml2()->xmlXPathStartsWithFunction
#define xmlXPathStringFunction          library_xml2()->xmlXPathStringFunction
#define xmlXPathStringLengthFunction    library_xml2()->xmlXPathStringLengthFunction
#define xmlXPathSubstringAfterFunction  library_xml2()->xmlXPathSubstringAfterFunction
#define xmlXPathSubstringBeforeFunction library_xml2()->xmlXPathSubstringBeforeFunction
#define xmlXPathSubstringFunction       library_xml2()->xmlXPathSubstringFunction
#define xmlXPathSumFunction             library_xml2()->xmlXPathSumFunction
#define xmlXPathTranslateFunction       library_xml2()->xmlXPathTranslateFunction
#endif

#endif
