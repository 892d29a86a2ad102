#!/bin/sh
# SPDX-License-Identifier: MIT
# What SPEC 4.1 promises of --memory, as the system sees it: the same bytes with
# little memory as with much, and not much more resident than was allowed.
#
#	tests/memory.sh MTRACK MKDATA PEAK [DAYS [RECORDS-PER-DAY]]
set -u
mtrack=$1 mkdata=$2 peak=$3
top=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-memory.XXXXXX") || exit 2
trap 'rm -rf "$top"' EXIT
trap 'exit 130' INT TERM
failed=0

fail()
{
	echo "FAIL $*"
	failed=1
}

"$mkdata" --days "${4:-4}" --records-per-day "${5:-30000}" "$top/data" || exit 2
set -- --no-config --license none --color never "$top/data"

# KIB MEMORY THREADS ARGUMENT...: like an unbounded run, and within KIB
compare()
{
	limit=$1 memory=$2 threads=$3
	shift 3
	"$mtrack" --memory 8G "$@" >"$top/whole" || fail "$*: status $?"
	"$peak" "$limit" "$mtrack" --memory "$memory" -j "$threads" --stats \
	    "$@" >"$top/spilled" 2>"$top/stats" || {
		fail "--memory $memory -j $threads: status $?"
		grep '^peak' "$top/stats"
	}
	cmp "$top/whole" "$top/spilled" || fail "--memory $memory: $*"
	grep -q '^runs spilled  *[1-9]' "$top/stats" ||
		fail "--memory $memory: nothing was spilled: $*"
}

compare 17000 8M 1 --csv "$@"
compare 20000 8M 4 --csv "$@"
compare 18500 8M 2 --jsonl --history --sort desc "$@"
compare 12500 4M 2 --csv --by sender "$@"

# One large file as read, and a reader who takes his time over it.
cat "$top"/data/* >"$top/large.gz"
"$mtrack" --no-config --license none --history --sort none --csv "$top/large.gz" \
    >"$top/whole" || fail "as read: status $?"
{ "$peak" 45000 "$mtrack" --no-config --license none -j 2 --history \
    --sort none --csv "$top/large.gz" 2>"$top/stats"; echo $? >"$top/status"; } |
	{ head -c 65536; sleep 2; cat; } >"$top/slow"
[ "$(cat "$top/status")" = 0 ] || {
	fail "a slow reader: status $(cat "$top/status")"
	grep '^peak' "$top/stats"
}
cmp "$top/whole" "$top/slow" || fail 'a slow reader'

# A query that keeps little needs little.
"$peak" 8192 "$mtrack" -j 4 -c -f needle.sender@rare-domain.example "$@" \
    >"$top/count" || fail "a needle: status $?"
[ "$(cat "$top/count")" = 3 ] || fail "a needle: $(cat "$top/count") records"
exit $failed
