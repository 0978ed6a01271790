/*
 * LDAP messages, rewritten so that a server answers as Active Directory does by its
 * LDAP policies (MS-ADTS section 3.1.1.3.4.6): an attribute of more values than
 * MaxValRange in ranges (section 3.1.1.3.1.3.3), a page of MaxPageSize at the most,
 * and no more than that without pages. A client may ask for a range, which the
 * server behind need not know of. A request with a value that the policy refuses is
 * answered here, and the server is not shown it: a server makes all of a request, or none.
 */
#ifndef RELAY_REWRITE_H
#define RELAY_REWRITE_H

#include <lber.h>
#include <pthread.h>
#include <stdbool.h>

/* What is wrong with a slice that was asked for. */
enum fault {
	FAULT_NONE,
	FAULT_MISSING, /* the attribute is not in the answer */
	FAULT_PLAIN,   /* its values are there without a range */
	FAULT_START,   /* they begin one too late */
	FAULT_UPPER,   /* the range tells of one more than there is */
	FAULT_ODD,     /* the range cannot be read */
	FAULT_TWICE,   /* two ranges */
	FAULT_ENTRY,   /* no entry comes, and success */
	FAULT_GONE,    /* noSuchObject */
	FAULT_ERROR,   /* operationsError */
	FAULT_CUT,     /* the connection ends */
};

struct policy {
	const char *attribute;      /* that is handed out in ranges */
	int values_most, page_most; /* MaxValRange, MaxPageSize */
	enum fault fault;
	int fault_at;        /* the how manieth slice asked for on a connection; 1 is the first */
	const char *command; /* to be run by the shell before that slice is asked for; NULL: none */
	const char *
		refused; /* text of the attribute's values that are refused, in any case; NULL: none */
	int refusal;     /* result code of those requests */
	const char *log; /* file that gets a line a request to write the attribute; NULL: none */
};

/* Of the searches on their way, as many as one connection may have. */
#define SEARCHES_MAX 256

/* One connection's; searches are entered by one thread and looked up by another. */
struct conversation {
	const struct policy *policy;
	pthread_mutex_t lock;
	int slices; /* asked for so far */
	struct block_query {
		int id;          /* of the message; 0: free */
		int first, last; /* of the range asked for; last -1: "*"; first -1: none was */
		enum fault fault;
		bool paged;
		int entries; /* that were passed on */
		int result;  /* to be answered in place of the server's; -1: the server's own */
	} searches[SEARCHES_MAX];
};

/*
 * What to send on in place of `message`, and what to send back to where it came from, for the
 * caller to ber_memfree(); an empty one where nothing is to be sent. False: end the connection.
 */
bool rewrite_request(struct conversation *conversation, const struct berval *message,
	struct berval *rewritten, struct berval *reply);
bool rewrite_answer(struct conversation *conversation, const struct berval *message,
	struct berval *rewritten, struct berval *reply);

#endif
