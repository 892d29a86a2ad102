#!/bin/sh
# SPDX-License-Identifier: MIT
# Keeps tests/layers.txt: a unit includes only units on an earlier line, and
# every unit has its place there, once.
#
#	tests/check_layers.sh [ROOT]
#
# The unit of src/X.c and include/mtrack/X.h is X; its own header is its own.
set -u
root=${1:-$(dirname "$0")/..}
cd "$root" || exit 2

find src include/mtrack -name '*.[ch]' | LC_ALL=C sort |
xargs awk '
FILENAME == ARGV[1] {
	if ($0 !~ /^#/)
		for (i = 1; i <= NF; i++) {
			if ($i in level)
				wrong($i " stands twice in the list")
			level[$i] = FNR
		}
	next
}
FNR == 1 {
	unit = FILENAME
	sub(/^.*\//, "", unit)
	sub(/\.[ch]$/, "", unit)
	if (!seen[unit]++)
		units++
	if (!(unit in level))
		wrong(FILENAME ": no place in tests/layers.txt")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	other = part[2]
	if (other !~ /^mtrack\/[a-z0-9_]+\.h$/) {
		wrong(FILENAME ":" FNR ": include \"" other "\" is no unit")
		next
	}
	sub(/^mtrack\//, "", other)
	sub(/\.h$/, "", other)
	includes++
	if (other == unit)
		next
	if (!(other in level))
		wrong(FILENAME ":" FNR ": " other " has no place in the list")
	else if (unit in level && level[other] >= level[unit])
		wrong(FILENAME ":" FNR ": " unit " stands on line " \
		    level[unit] ", " other " on line " level[other])
}
function wrong(text)
{
	print text
	faults++
}
END {
	if (!includes)
		wrong("no include was found at all")
	printf "%d units, %d includes, %d faults\n", units, includes,
	    faults
	exit faults > 0
}' tests/layers.txt
