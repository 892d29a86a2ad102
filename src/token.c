/* SPDX-License-Identifier: MIT */
/* What a side index knows of a record. */
#include "mtrack/token.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "mtrack/criteria_value.h"

/* Keeps the kinds apart in the seed of the hash. */
#define KIND_STEP UINT64_C(0x9e3779b97f4a7c15)

struct tokens {
	uint64_t salt;
	token_fn *fn;
	void *ctx;
	struct buffer *scratch;
};

uint64_t
token_key(enum token_kind kind, struct str text, uint64_t salt)
{
	return XXH3_64bits_withSeed(
		   text.ptr, text.len, salt + (uint64_t)kind * KIND_STEP) |
	    1;
}

static void
put(struct tokens *tokens, enum token_kind kind, struct str text)
{
	tokens->fn(tokens->ctx, token_key(kind, text, tokens->salt));
}

/* TEXT in lower case, behind what scratch holds. */
static struct str
lower(struct buffer *scratch, struct str text)
{
	size_t at = scratch->len;

	buffer_reserve(scratch, text.len + 1);
	buffer_puts_lower(scratch, text);
	return (struct str){scratch->ptr + at, text.len};
}

/* ---- addresses ---- */

/* Puts the keys of ADDRESS, bare and in lower case, but those that ENVELOPE,
 * likewise, has as well. One without `@` is found by `*@*` alone. */
static void
put_address(struct tokens *tokens, enum token_kind kind, struct str address,
    const struct str *envelope)
{
	struct str domain = record_domain(address);

	if (envelope && str_eq(*envelope, address))
		return;
	if (address.len == 0 || str_find_char(address, '@') != SIZE_MAX)
		put(tokens, kind, address);
	if (domain.len &&
	    !(envelope && str_eq(record_domain(*envelope), domain)))
		put(tokens, kind + 1, domain);
}

static struct str
bare(struct tokens *tokens, struct str text, bool header)
{
	return lower(tokens->scratch, record_bare_address(text, header));
}

static void
put_header_to(
    struct tokens *tokens, const struct record *rec, struct str recipient)
{
	bool none =
	    !record_has(rec, FIELD_HEADER_TO) || rec->header_to.count == 0;
	size_t mark = tokens->scratch->len;

	if (none)
		put_address(tokens, TOKEN_HEADER_TO, STR(""), &recipient);
	for (size_t i = 0; !none && i < rec->header_to.count; i++) {
		struct str one = rec->header_to.items[i];

		tokens->scratch->len = mark;
		put_address(tokens, TOKEN_HEADER_TO, bare(tokens, one, true),
		    &recipient);
	}
}

static void
put_addresses(struct tokens *tokens, const struct record *rec)
{
	struct str texts[] = {record_text(rec, FIELD_SENDER),
	    record_text(rec, FIELD_RECIPIENT),
	    record_text(rec, FIELD_HEADER_FROM)};
	size_t most = texts[0].len + texts[1].len + texts[2].len + 8;
	struct str sender, recipient;

	/* The three stay where they are, and so does a list's longest item. */
	for (size_t i = 0;
	     record_has(rec, FIELD_HEADER_TO) && i < rec->header_to.count; i++)
		most += rec->header_to.items[i].len;
	buffer_reserve(tokens->scratch, most);
	sender = bare(tokens, texts[0], false);
	recipient = bare(tokens, texts[1], false);
	put_address(tokens, TOKEN_SENDER, sender, NULL);
	put_address(tokens, TOKEN_RECIPIENT, recipient, NULL);
	put_address(
	    tokens, TOKEN_HEADER_FROM, bare(tokens, texts[2], true), &sender);
	put_header_to(tokens, rec, recipient);
}

/* ---- the others ---- */

bool
token_network(
    const struct ip *ip, unsigned bits, unsigned char text[TOKEN_NETWORK])
{
	static const unsigned served[2][5] = {
	    {32, 24, 16, 8, 0}, {128, 64, 48, 0, 0}};
	const unsigned *length = served[ip->v6];
	unsigned first = ip->v6 ? 0 : 12;

	while (*length > bits)
		length++;
	if (*length == 0)
		return false;
	memset(text, 0, TOKEN_NETWORK);
	text[0] = ip->v6;
	text[1] = (unsigned char)*length;
	memcpy(text + 2, ip->bytes + first, *length / 8);
	return true;
}

static void
put_ip(struct tokens *tokens, const struct record *rec)
{
	unsigned char text[TOKEN_NETWORK];
	unsigned bits = 128;
	struct ip ip;

	if (!ip_parse(record_text(rec, FIELD_SENDER_IP), &ip))
		return;
	while (token_network(&ip, bits, text)) {
		put(tokens, TOKEN_SENDER_IP,
		    (struct str){(const char *)text, sizeof(text)});
		bits = text[1] - 1u;
	}
}

static void
put_hashes(struct tokens *tokens, const struct record *rec)
{
	if (!record_has(rec, FIELD_ATTACHMENTS))
		return;
	for (size_t i = 0; i < rec->attachment_count; i++) {
		struct str hash = str_trim(rec->attachments[i].sha256);

		buffer_clear(tokens->scratch);
		if (hash.len)
			put(tokens, TOKEN_SHA256, lower(tokens->scratch, hash));
	}
}

void
token_record(const struct record *rec, uint64_t salt, struct buffer *scratch,
    token_fn *fn, void *ctx)
{
	struct tokens tokens = {salt, fn, ctx, scratch};
	struct str id = term_bare_id(record_text(rec, FIELD_MESSAGE_ID));
	struct str mail = str_trim(record_text(rec, FIELD_MAIL_ID));

	buffer_clear(scratch);
	put_addresses(&tokens, rec);
	if (id.len)
		put(&tokens, TOKEN_MESSAGE_ID, id);
	buffer_clear(scratch);
	if (mail.len)
		put(&tokens, TOKEN_MAIL_ID, lower(scratch, mail));
	put_ip(&tokens, rec);
	put_hashes(&tokens, rec);
}
