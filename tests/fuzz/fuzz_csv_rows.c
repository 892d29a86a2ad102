/* SPDX-License-Identifier: MIT */
/* Any bytes as CSV: csv_rows finds the rows, cells and faults that libcsv
 * finds. The first byte says how large the pieces are that it is read in. */
#include "../unit/csv_judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buffer found = BUFFER_EMPTY;
	struct buffer right = BUFFER_EMPTY;
	struct str file;

	if (size == 0)
		return 0;
	file = (struct str){(const char *)data + 1, size - 1};
	csv_judge_found(file, 1u + data[0] % 150u, &found);
	csv_judge(file, &right);
	if (!str_eq(buffer_str(&found), buffer_str(&right))) {
		fprintf(stderr, "found\n%.*s\nbut libcsv\n%.*s\n",
		    STR_ARG(buffer_str(&found)), STR_ARG(buffer_str(&right)));
		abort();
	}
	buffer_destroy(&found);
	buffer_destroy(&right);
	return 0;
}
