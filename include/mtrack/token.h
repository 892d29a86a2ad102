/* SPDX-License-Identifier: MIT */
/* What a side index knows of a record: its addresses, domains, IDs, IP and
 * attachment hashes, each as a hash, its key. The field is in the key, the
 * file's salt too: the same value has other keys in another file. */
#ifndef MTRACK_TOKEN_H
#define MTRACK_TOKEN_H

#include "mtrack/buffer.h"
#include "mtrack/ip.h"
#include "mtrack/record.h"

/* These numbers are written into side files. The header addresses have keys of
 * their own only where they differ from the envelope's: who looks for one asks
 * for both kinds. */
enum token_kind {
	TOKEN_SENDER = 1, /* bare, in lower case; empty: the null sender */
	TOKEN_SENDER_DOMAIN,
	TOKEN_RECIPIENT,
	TOKEN_RECIPIENT_DOMAIN,
	TOKEN_HEADER_FROM,
	TOKEN_HEADER_FROM_DOMAIN,
	TOKEN_HEADER_TO,
	TOKEN_HEADER_TO_DOMAIN,
	TOKEN_MESSAGE_ID, /* without < and >, case kept */
	TOKEN_MAIL_ID,    /* in lower case */
	TOKEN_SENDER_IP,  /* bytes of token_network */
	TOKEN_SHA256,     /* in lower case */
};

/* Fields that keys are made of. */
#define TOKEN_FIELDS                                                           \
	(FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_RECIPIENT) |                \
	    FIELD_BIT(FIELD_HEADER_FROM) | FIELD_BIT(FIELD_HEADER_TO) |        \
	    FIELD_BIT(FIELD_MESSAGE_ID) | FIELD_BIT(FIELD_MAIL_ID) |           \
	    FIELD_BIT(FIELD_SENDER_IP) | FIELD_BIT(FIELD_ATTACHMENTS))

#define TOKEN_NETWORK 18 /* bytes */

/* Never 0. */
uint64_t token_key(enum token_kind kind, struct str text, uint64_t salt);
/* The longest network of BITS or fewer that has keys: /32 /24 /16 /8 of IPv4,
 * /128 /64 /48 of IPv6. False when there is none. */
bool token_network(
    const struct ip *ip, unsigned bits, unsigned char text[TOKEN_NETWORK]);

typedef void token_fn(void *ctx, uint64_t key);
/* All keys of REC; some may come twice. */
void token_record(const struct record *rec, uint64_t salt,
    struct buffer *scratch, token_fn *fn, void *ctx);

#endif
