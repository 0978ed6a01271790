/*
 * libjq: programs in jq, loaded at the first call. Include this in the place of
 * <jq.h>; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_JQ_H
#define BASE_LIBRARY_JQ_H

#include <jq.h>

#include "base/library/library.h"

#define LIBRARY_JQ(FUNCTION)             \
	FUNCTION(jq_compile)             \
	FUNCTION(jq_halted)              \
	FUNCTION(jq_init)                \
	FUNCTION(jq_next)                \
	FUNCTION(jq_set_attr)            \
	FUNCTION(jq_set_debug_cb)        \
	FUNCTION(jq_set_error_cb)        \
	FUNCTION(jq_set_input_cb)        \
	FUNCTION(jq_set_nomem_handler)   \
	FUNCTION(jq_start)               \
	FUNCTION(jv_array)               \
	FUNCTION(jv_array_get)           \
	FUNCTION(jv_array_length)        \
	FUNCTION(jv_copy)                \
	FUNCTION(jv_dump_string)         \
	FUNCTION(jv_free)                \
	FUNCTION(jv_get_kind)            \
	FUNCTION(jv_invalid)             \
	FUNCTION(jv_invalid_get_msg)     \
	FUNCTION(jv_invalid_has_msg)     \
	FUNCTION(jv_parse_sized)         \
	FUNCTION(jv_string)              \
	FUNCTION(jv_string_length_bytes) \
	FUNCTION(jv_string_value)

struct library_jq {
	LIBRARY_JQ(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_jq *library_jq(void);

#ifndef LIBRARY_LINKED
#define jq_compile             library_jq()->jq_compile
#define jq_halted              library_jq()->jq_halted
#define jq_init                library_jq()->jq_init
#define jq_next                library_jq()->jq_next
#define jq_set_attr            library_jq()->jq_set_attr
#define jq_set_debug_cb        library_jq()->jq_set_debug_cb
#define jq_set_error_cb        library_jq()->jq_set_error_cb
#define jq_set_input_cb        library_jq()->jq_set_input_cb
#define jq_set_nomem_handler   library_jq()->jq_set_nomem_handler
#define jq_start               library_jq()->jq_start
#define jv_array               library_jq()->jv_array
#define jv_array_get           library_jq()->jv_array_get
#define jv_array_length        library_jq()->jv_array_length
#define jv_copy                library_jq()->jv_copy
#define jv_dump_string         library_jq()->jv_dump_string
#define jv_free                library_jq()->jv_free
#define jv_get_kind            library_jq()->jv_get_kind
#define jv_invalid             library_jq()->jv_invalid
#define jv_invalid_get_msg     library_jq()->jv_invalid_get_msg
#define jv_invalid_has_msg     library_jq()->jv_invalid_has_msg
#define jv_parse_sized         library_jq()->jv_parse_sized
#define jv_string              library_jq()->jv_string
#define jv_string_length_bytes library_jq()->jv_string_length_bytes
#define jv_string_value        library_jq()->jv_string_value

/* An inline function of libjq's header which would call the library itself. */
#define jv_is_valid(value) (jv_get_kind(value) != JV_KIND_INVALID)
#endif

#endif
