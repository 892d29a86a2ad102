/* SPDX-License-Identifier: MIT */
/* The known block reasons. */
#include "mtrack/reason.h"

/* The vendor's page "Blocked Message Details" and its knowledge base. */
/* clang-format off */
static const struct reason reasons[] = {
	{"Sender IP found in QIL", "on the Quick IP List, for minutes to hours"},
	{"Sender IP found in KSSL", "on the Known Spam Source List"},
	{"Sender IP found in DUL", "on the Dynamic User List"},
	{"Sender IP found in ETL", "on the Emerging Threat List"},
	{"Sender IP found in block list", "on your own list of addresses or countries"},
	{"Sender IP blocked", "on the service's own global list"},
	{"Sender IP not allowed", "none of the domain's outbound servers"},
	{"Sender blocked", "the sender is on an administrator's or a user's list"},
	{"Sender domain not found", "the sender's domain is not in the DNS"},
	{"Recipient invalid", "not in the recipient directory"},
	{"Recipient domain not found", "the recipient's domain is not in the DNS"},
	{"TLS not available", "the client did not use TLS"},
	{"Message too big", "over the size limit"},
	{"Rate limit temporarily exceeded", "too many messages in too short a time"},
};
/* clang-format on */

const struct reason *
reason_row(size_t place)
{
	return place < sizeof(reasons) / sizeof(reasons[0]) ? &reasons[place]
							    : NULL;
}
