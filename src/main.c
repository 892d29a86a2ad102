/* SPDX-License-Identifier: MIT */
/* mtrack: searches archives of Trend Micro Email Security mail tracking logs. */
#include <stdio.h>

int
main(void)
{
	fputs("mtrack " MTRACK_VERSION "\n", stdout);
	return 0;
}
