/*
 * libcurl: HTTP, SMTP and IMAP, loaded at the first call. Include this in the place of
 * <curl/curl.h>; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_CURL_H
#define BASE_LIBRARY_CURL_H

#include <curl/curl.h>

#include "base/library/library.h"

#define LIBRARY_CURL(FUNCTION)             \
	FUNCTION(curl_easy_cleanup)        \
	FUNCTION(curl_easy_getinfo)        \
	FUNCTION(curl_easy_header)         \
	FUNCTION(curl_easy_init)           \
	FUNCTION(curl_easy_perform)        \
	FUNCTION(curl_easy_recv)           \
	FUNCTION(curl_easy_reset)          \
	FUNCTION(curl_easy_send)           \
	FUNCTION(curl_easy_setopt)         \
	FUNCTION(curl_easy_strerror)       \
	FUNCTION(curl_easy_unescape)       \
	FUNCTION(curl_free)                \
	FUNCTION(curl_getdate)             \
	FUNCTION(curl_global_init_mem)     \
	FUNCTION(curl_multi_add_handle)    \
	FUNCTION(curl_multi_cleanup)       \
	FUNCTION(curl_multi_info_read)     \
	FUNCTION(curl_multi_init)          \
	FUNCTION(curl_multi_perform)       \
	FUNCTION(curl_multi_poll)          \
	FUNCTION(curl_multi_remove_handle) \
	FUNCTION(curl_url)                 \
	FUNCTION(curl_url_cleanup)         \
	FUNCTION(curl_url_get)             \
	FUNCTION(curl_url_set)             \
	FUNCTION(curl_version_info)

struct library_curl {
	LIBRARY_CURL(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_curl *library_curl(void);

#ifndef LIBRARY_LINKED
#define curl_easy_cleanup        library_curl()->curl_easy_cleanup
#define curl_easy_header         library_curl()->curl_easy_header
#define curl_easy_init           library_curl()->curl_easy_init
#define curl_easy_perform        library_curl()->curl_easy_perform
#define curl_easy_recv           library_curl()->curl_easy_recv
#define curl_easy_reset          library_curl()->curl_easy_reset
#define curl_easy_send           library_curl()->curl_easy_send
#define curl_easy_strerror       library_curl()->curl_easy_strerror
#define curl_easy_unescape       library_curl()->curl_easy_unescape
#define curl_free                library_curl()->curl_free
#define curl_getdate             library_curl()->curl_getdate
#define curl_global_init_mem     library_curl()->curl_global_init_mem
#define curl_multi_add_handle    library_curl()->curl_multi_add_handle
#define curl_multi_cleanup       library_curl()->curl_multi_cleanup
#define curl_multi_info_read     library_curl()->curl_multi_info_read
#define curl_multi_init          library_curl()->curl_multi_init
#define curl_multi_perform       library_curl()->curl_multi_perform
#define curl_multi_poll          library_curl()->curl_multi_poll
#define curl_multi_remove_handle library_curl()->curl_multi_remove_handle
#define curl_url                 library_curl()->curl_url
#define curl_url_cleanup         library_curl()->curl_url_cleanup
#define curl_url_get             library_curl()->curl_url_get
#define curl_url_set             library_curl()->curl_url_set
#define curl_version_info        library_curl()->curl_version_info

/*
 * curl_easy_setopt() and curl_easy_getinfo() are functions of curl.c, as curl.h wraps them in macros, which check
 * that a value has its option's type.
 */
#endif

#endif
