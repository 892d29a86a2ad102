#!/bin/sh
# SPDX-License-Identifier: MIT
# What mtrack does on a terminal, and does not do in a pipe or a file.
#
#	tests/terminal.sh MTRACK ONPTY TESTDATA
set -u
mtrack=$(realpath "$1") onpty=$(realpath "$2") data=$(realpath "$3") || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-terminal.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 2
export LC_ALL=C TZ=UTC HOME="$work" XDG_STATE_HOME="$work/state"
unset MTRACK_ARCHIVE MTRACK_LICENSE MTRACK_CONFIG NO_COLOR XDG_CONFIG_HOME
cp -R "$data/archive" arc
escape=$(printf '\033')
failed=0

# is TITLE EXPECTED FILE: a fixed text stands somewhere in FILE.
is()
{
	grep -qF -e "$2" "$3" && return
	echo "FAIL $1: no '$2' in:"
	od -c "$3" | head -20
	failed=$((failed + 1))
}

is_not()
{
	grep -qF -e "$2" "$3" || return
	echo "FAIL $1: '$2' in:"
	od -c "$3" | head -20
	failed=$((failed + 1))
}

# Half the records, a pause, the others: a run that takes two seconds.
slow()
{
	cat arc/2026-10-0*
	sleep 2
	cat arc/2026-10-1*
}

# ---- hints ----
"$onpty" -2 "$mtrack" -n 3 --tsv arc >err 2>&1
is 'a cut result says so' 'mtrack: showing 3 of 146, oldest first (-r: newest first)' err
"$onpty" -2 "$mtrack" -n 3 -r --tsv arc >err 2>&1
is 'newest first' 'showing 3 of 146, newest first' err
"$onpty" -2 "$mtrack" -n 3 --skip 10 --tsv arc >err 2>&1
is 'with what was skipped' 'showing 11 to 13 of 146, oldest first' err
"$onpty" -2 "$mtrack" -n 3 --sort none --history --tsv arc >err 2>&1
is 'as read' 'showing 3, as read: what follows was not searched' err
"$onpty" -2 "$mtrack" -n 500 --tsv arc >err 2>&1
is_not 'a whole result says nothing' 'showing' err
"$mtrack" -n 3 --tsv arc 2>err >out
is_not 'no hint in a file' 'showing' err
"$mtrack" --hints -n 3 --tsv arc 2>err >out
is 'but where asked for' 'showing 3 of 146' err
"$onpty" -2 "$mtrack" -t nobody@example.test arc >err 2>&1
is 'an empty result has advice' 'hint: search without --recipient' err
is_not 'recounts only where asked for' 'mtrack: without' err
"$onpty" -2 "$mtrack" -q -t nobody@example.test arc >err 2>&1
is_not '-q has none' 'hint' err

# ---- progress ----
slow | "$onpty" -2 "$mtrack" --tsv - >err 2>&1
is 'a bar after a second' ' records  ' err
is 'which is taken away' "$(printf '\r')$escape[K" err
slow | "$mtrack" --tsv - 2>err >out
is_not 'no bar in a file' ' records  ' err
"$mtrack" --history --sort asc --tsv arc/2026-10-0* arc/2026-10-1* >want
slow | "$onpty" -2 "$mtrack" --history --tsv - 2>&1 >both | cat
slow | "$mtrack" --history --tsv --progress always - 2>err >out
is 'a line a second in a file when asked for' 'mtrack: ' err
is_not 'without escapes there' "$escape" err
cmp -s want out || { echo 'FAIL progress changed the output'; failed=$((failed + 1)); }
slow | "$onpty" -2 "$mtrack" --progress never --tsv - >err 2>&1
is_not 'never' ' records  ' err
# A message takes the bar away before it is written.
{ slow; echo '{"sender":'; echo '{"sender":'; } |
	"$onpty" -2 "$mtrack" --tsv - >err 2>&1
is 'messages stand alone' "$(printf '\r')$escape[Kmtrack: -:" err
# Rows on the same terminal come after the bar.
slow | "$onpty" -w 200 -1 -2 "$mtrack" --tsv --history --sort none - >both
sed "s/.*$escape\[K//" both | grep -c 'T.*Z' >rows
"$mtrack" --history -c arc >all
cmp -s rows all || {
	echo "FAIL rows on a terminal: $(cat rows) of $(cat all)"
	failed=$((failed + 1))
}

# ---- nothing of a terminal in a pipe ----
"$mtrack" --color auto arc >out
is_not 'no colour in a pipe' "$escape" out
"$onpty" -1 -w 80 "$mtrack" arc >out
is 'colours on a terminal' "$escape[" out

[ $failed -eq 0 ] && echo 'ok'
[ $failed -eq 0 ]
