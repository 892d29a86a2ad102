#!/bin/sh
# SPDX-License-Identifier: MIT
# A terminal gets a table that fits it, coloured; a pipe or a file gets all of
# every cell, and nothing drawn, whatever else is a terminal.
#
#	tests/terminal/table.sh MTRACK ONPTY SCREEN
set -u
onpty=$2 screen=$3
if ! "$onpty" true; then
	echo 'skipped: no pseudo terminals'
	exit 77
fi
cd "$(dirname "$0")/../.." || exit 2
dir=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-terminal.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
ln -s "$1" "$dir/mtrack"
PATH=$dir:$PATH HOME=$dir TERM=xterm LC_ALL=C TZ=UTC
export PATH HOME TERM LC_ALL TZ
unset NO_COLOR MTRACK_CONFIG MTRACK_ARCHIVE MTRACK_LICENSE XDG_CONFIG_HOME
failed=0
query='mtrack -S 2026-10-01 -U 2026-10-14 testdata/archive'
esc=$(printf '\033')

# expect WHAT CONDITION...: a `test`.
expect()
{
	what=$1
	shift
	if [ "$@" ]; then
		echo "ok   $what"
	else
		echo "FAIL $what: $*"
		failed=$((failed + 1))
	fi
}

# The plain answer: what a pipe gets, without a terminal anywhere.
$query >"$dir/plain" 2>"$dir/told" </dev/null
lines=$(wc -l <"$dir/plain")
expect 'the archive answers' "$lines" -gt 100
expect 'a pipe gets no control' -z "$(grep -n "$esc" "$dir/plain")"
expect 'a pipe gets nothing cut' -z "$(grep -n … "$dir/plain")"
expect 'a pipe gets wide subjects whole' -n \
    "$(grep '会議のお知らせ（第3会議室）$' "$dir/plain")"
expect 'nothing is told' ! -s "$dir/told"

# Terminals of several widths, wide and combining characters among the cells.
for columns in 56 66 80 81 100 132; do
	"$onpty" -012 -w $columns sh -c "$query" >"$dir/seen"
	width=$("$screen" width <"$dir/seen")
	expect "$columns columns are kept, to the last" "$width" -le $columns
	expect "$columns columns are used" "$width" -gt $((columns - 4))
	expect "$columns columns: every row is one line" \
	    "$(wc -l <"$dir/seen")" -eq "$lines"
	expect "$columns columns: colours" -n "$(grep "$esc\[32m" "$dir/seen")"
done
"$onpty" -012 -w 80 sh -c "$query" >"$dir/seen"
expect 'wide characters were in what was cut' -n "$(grep '会議' "$dir/seen")"

# Output in a pipe or file: the plain answer, though the rest is a terminal.
"$onpty" -012 -w 80 sh -c "$query | cat >$dir/piped"
expect 'a pipe on a terminal is a pipe' "$(cmp "$dir/plain" "$dir/piped" 2>&1)" = ''
"$onpty" -012 -w 80 sh -c "$query >$dir/piped"
expect 'a file on a terminal is a file' "$(cmp "$dir/plain" "$dir/piped" 2>&1)" = ''
"$onpty" -012 -w 80 sh -c "$query -o $dir/piped"
expect '-o writes the same' "$(cmp "$dir/plain" "$dir/piped" 2>&1)" = ''
"$onpty" -012 -w 80 sh -c "$query --by day | cat >$dir/piped"
expect 'counts in a pipe have no control' -z "$(grep "$esc" "$dir/piped")"
"$onpty" -012 -w 80 sh -c "$query | cat >/dev/null" >"$dir/seen"
expect 'and the terminal sees nothing of it' ! -s "$dir/seen"

# What is asked for wins.
"$onpty" -012 -w 80 sh -c "NO_COLOR=1 $query" >"$dir/seen"
expect 'NO_COLOR is kept' -z "$(grep "$esc" "$dir/seen")"
"$onpty" -012 -w 80 sh -c "$query --color never" >"$dir/seen"
expect '--color never' -z "$(grep "$esc" "$dir/seen")"
expect '--color always in a pipe' -n \
    "$($query --color always | grep "$esc\[32m")"
"$onpty" -012 -w 80 sh -c "$query --wide --color never" >"$dir/seen"
expect '--wide cuts nothing' "$(cmp "$dir/plain" "$dir/seen" 2>&1)" = ''
[ $failed -eq 0 ]
