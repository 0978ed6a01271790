/*
 * MIT Kerberos: tickets from a keytab, loaded at the first call. Include this in the place of
 * <krb5.h>; library.h says how to add a function.
 */
#ifndef BASE_LIBRARY_KRB5_H
#define BASE_LIBRARY_KRB5_H

#include <krb5.h>

#include "base/library/library.h"

#define LIBRARY_KRB5(FUNCTION)                           \
	FUNCTION(krb5_cc_close)                          \
	FUNCTION(krb5_cc_default)                        \
	FUNCTION(krb5_cc_get_principal)                  \
	FUNCTION(krb5_cc_resolve)                        \
	FUNCTION(krb5_copy_principal)                    \
	FUNCTION(krb5_free_context)                      \
	FUNCTION(krb5_free_cred_contents)                \
	FUNCTION(krb5_free_error_message)                \
	FUNCTION(krb5_free_keytab_entry_contents)        \
	FUNCTION(krb5_free_principal)                    \
	FUNCTION(krb5_free_unparsed_name)                \
	FUNCTION(krb5_get_error_message)                 \
	FUNCTION(krb5_get_init_creds_keytab)             \
	FUNCTION(krb5_get_init_creds_opt_alloc)          \
	FUNCTION(krb5_get_init_creds_opt_free)           \
	FUNCTION(krb5_get_init_creds_opt_set_out_ccache) \
	FUNCTION(krb5_init_context)                      \
	FUNCTION(krb5_kt_close)                          \
	FUNCTION(krb5_kt_end_seq_get)                    \
	FUNCTION(krb5_kt_next_entry)                     \
	FUNCTION(krb5_kt_resolve)                        \
	FUNCTION(krb5_kt_start_seq_get)                  \
	FUNCTION(krb5_parse_name)                        \
	FUNCTION(krb5_unparse_name)

struct library_krb5 {
	LIBRARY_KRB5(LIBRARY_POINTER)
};

/* The functions, which are never NULL; the first call loads the library. */
const struct library_krb5 *library_krb5(void);

#ifndef LIBRARY_LINKED
#define krb5_cc_close                   library_krb5()->krb5_cc_close
#define krb5_cc_default                 library_krb5()->krb5_cc_default
#define krb5_cc_get_principal           library_krb5()->krb5_cc_get_principal
#define krb5_cc_resolve                 library_krb5()->krb5_cc_resolve
#define krb5_copy_principal             library_krb5()->krb5_copy_principal
#define krb5_free_context               library_krb5()->krb5_free_context
#define krb5_free_cred_contents         library_krb5()->krb5_free_cred_contents
#define krb5_free_error_message         library_krb5()->krb5_free_error_message
#define krb5_free_keytab_entry_contents library_krb5()->krb5_free_keytab_entry_contents
#define krb5_free_principal             library_krb5()->krb5_free_principal
#define krb5_free_unparsed_name         library_krb5()->krb5_free_unparsed_name
#define krb5_get_error_message          library_krb5()->krb5_get_error_message
#define krb5_get_init_creds_keytab      library_krb5()->krb5_get_init_creds_keytab
#define krb5_get_init_creds_opt_alloc   library_krb5()->krb5_get_init_creds_opt_alloc
#define krb5_get_init_creds_opt_free    library_krb5()->krb5_get_init_creds_opt_free
#define krb5_get_init_creds_opt_set_out_ccache \
	library_krb5()->krb5_get_init_creds_opt_set_out_ccache
#define krb5_init_context     library_krb5()->krb5_init_context
#define krb5_kt_close         library_krb5()->krb5_kt_close
#define krb5_kt_end_seq_get   library_krb5()->krb5_kt_end_seq_get
#define krb5_kt_next_entry    library_krb5()->krb5_kt_next_entry
#define krb5_kt_resolve       library_krb5()->krb5_kt_resolve
#define krb5_kt_start_seq_get library_krb5()->krb5_kt_start_seq_get
#define krb5_parse_name       library_krb5()->krb5_parse_name
#define krb5_unparse_name     library_krb5()->krb5_unparse_name
#endif

#endif
