/*
 * What an IMAP server says (RFC 3501 section 9), read strictly and within bounds.
 *
 * imap_frame() tells where one response ends in the bytes that came so far: its line, and the
 * literals in it. imap_response_read() then reads the whole of it. Of the many things that a server may say unasked, those
 * that this program never needs are IMAP_NOISE, and only their framing is checked.
 */
#ifndef MAIL_IMAP_IMAP_RESPONSE_H
#define MAIL_IMAP_IMAP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text/moment.h"

struct arena;

#define IMAP_RESPONSE_MAX   ((size_t)16 << 20) /* bytes of a response: a SEARCH of a million mails */
#define IMAP_LITERAL_MAX    65536 /* bytes of a literal: what is asked for is shorter */
#define IMAP_DEPTH_MAX      16    /* lists in lists */
#define IMAP_NAMESPACES_MAX 64    /* of all three kinds */
#define IMAP_LIMITS_MAX     16    /* of one quota root */

enum imap_kind {
	IMAP_NOISE,
	IMAP_TAGGED,     /* "a1 OK …": the end of a command */
	IMAP_BYE,        /* the server hangs up */
	IMAP_CONTINUE,   /* "+ …": it waits for more of a command */
	IMAP_EXISTS,     /* how many mails the folder has */
	IMAP_SEARCH,     /* mails that were looked for */
	IMAP_LIST,       /* a folder */
	IMAP_FETCH,      /* about one mail */
	IMAP_CAPABILITY, /* what the server can do */
	IMAP_NAMESPACE,  /* whose folders begin how (RFC 2342) */
	IMAP_QUOTA,      /* the use and the limits of one quota root (RFC 9208) */
};

enum imap_result {
	IMAP_OK,
	IMAP_NO,
	IMAP_BAD,
};

/* A part of the response, or of the arena; not NUL-terminated. */
struct imap_text {
	const char *bytes; /* NULL: not there, or NIL */
	size_t length;
};

/* Attributes of a folder that count here (RFC 3501 section 7.2.2, RFC 6154, RFC 5258), as bits. */
enum imap_folder_flag {
	IMAP_FOLDER_CLOSED = 1, /* \Noselect, \NonExistent: holds no mail */
	IMAP_FOLDER_ASIDE =
		2, /* \Sent, \Drafts, \Trash, \All, \Flagged: what did not come in, was thrown away, or lies elsewhere too */
	IMAP_FOLDER_JUNK = 4, /* \Junk: what the mail system takes for spam */
	IMAP_FOLDER_SENT = 8, /* \Sent, beside IMAP_FOLDER_ASIDE */
};

/* Capabilities that count here, as bits. */
enum imap_capability {
	IMAP_CAN_NAMESPACE = 1, /* RFC 2342; part of IMAP4rev2 (RFC 9051) */
	IMAP_CAN_QUOTA = 2,     /* RFC 2087, RFC 9208 */
};

/* Whose folders a namespace holds (RFC 2342 section 2). */
enum imap_namespace_kind {
	IMAP_PERSONAL,
	IMAP_OTHER_USERS,
	IMAP_SHARED,
};

struct imap_namespace {
	enum imap_namespace_kind kind;
	struct imap_text prefix;    /* with which its folders' names begin; may be empty */
	struct imap_text separator; /* NULL: NIL, there is no hierarchy */
};

/* One limit of a quota root (RFC 9208 section 5); STORAGE is counted in units of 1024 bytes. */
struct imap_quota_limit {
	struct imap_text resource; /* "STORAGE", "MESSAGE", ... */
	uint64_t used, limit;
};

/* Flags of a mail that count here, as bits. */
enum imap_mail_flag {
	IMAP_SEEN = 1,
	IMAP_DELETED = 2,
	IMAP_PASSED_ON = 4, /* $Forwarded (RFC 5788) */
};

struct imap_mail {
	uint32_t uid; /* 0: not told */
	unsigned int flags;
	bool has_flags;
	moment arrived; /* INTERNALDATE */
	bool has_arrived;
	struct imap_text header; /* BODY[HEADER.FIELDS (…)] */
	struct imap_text part;   /* BODY[2] */
};

struct imap_response {
	enum imap_kind kind;
	struct imap_text tag;    /* IMAP_TAGGED */
	enum imap_result result; /* IMAP_TAGGED */
	struct imap_text words;  /* IMAP_TAGGED, IMAP_BYE: for a person, and "[CODE]" before it */
	uint32_t number;         /* IMAP_EXISTS */
	uint32_t *found;         /* IMAP_SEARCH */
	size_t found_count;
	struct { /* IMAP_LIST */
		unsigned int flags;
		struct imap_text separator; /* NULL: NIL, there is no hierarchy */
		struct imap_text name;      /* as it goes over the wire: modified UTF-7 */
	} folder;
	struct imap_mail mail;             /* IMAP_FETCH */
	unsigned int capabilities;         /* IMAP_CAPABILITY */
	struct imap_namespace *namespaces; /* IMAP_NAMESPACE */
	size_t namespace_count;
	struct imap_quota_limit *limits; /* IMAP_QUOTA */
	size_t limit_count;
};

enum imap_framing {
	IMAP_FRAME_WHOLE,
	IMAP_FRAME_MORE, /* more bytes must come first */
	IMAP_FRAME_BAD,  /* too long, or no response */
};

/* Where the framing of a response has got to; {0} before the first byte. */
struct imap_frame {
	size_t end; /* all before it was looked at; IMAP_FRAME_WHOLE: the response's length */
};

/* Look on, now that `length` bytes of a response and what follows it have come. */
enum imap_framing imap_frame(struct imap_frame *frame, const char *bytes, size_t length);

/*
 * Read one whole response. False where it is not what the RFC says, and *expected (English, to be
 * translated) is what was. Texts are borrowed from `bytes`, or are in `arena`.
 */
bool imap_response_read(const char *bytes, size_t length, struct arena *arena,
	struct imap_response *response, const char **expected);

#endif
