#!/bin/sh
# SPDX-License-Identifier: MIT
# What mtrack does on a terminal, and does not do in a pipe or a file.
#
#	tests/terminal.sh MTRACK ONPTY TESTDATA
set -u
mtrack=$(realpath "$1") onpty=$(realpath "$2") data=$(realpath "$3") || exit 2
if ! "$onpty" true; then
	echo 'skipped: no pseudo terminals'
	exit 77
fi
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

# ---- what a person sees (SPEC 4.3) ----
cp "$data"/odd-hostile.jsonl "$data"/odd-bad-utf8.jsonl .
cat odd-hostile.jsonl odd-bad-utf8.jsonl >hostile
# fits COLUMNS TITLE: no line of `out` is wider, none is cut inside a character.
# The columns are counted anew, for the scripts of the archive: two for East
# Asian ones and emoji, none for combining marks and joiners.
fits()
{
	iconv -f UTF-8 -t UTF-8 out >/dev/null || failed=$((failed + 1))
	sed "s/$escape\[[0-9;]*m//g" out | awk -v limit="$1" -v title="$2" '
	BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
	{
		wide = 0
		for (i = 1; i <= length($0); ) {
			c = code[substr($0, i, 1)]
			n = c < 128 ? 1 : c < 224 ? 2 : c < 240 ? 3 : 4
			cp = c < 128 ? c : c < 224 ? c % 32 : c < 240 ? c % 16 : c % 8
			for (j = 1; j < n; j++)
				cp = cp * 64 + code[substr($0, i + j, 1)] % 64
			i += n
			if (cp >= 768 && cp < 880 || cp == 8205 || cp == 65039 ||
			    cp == 3633 || cp >= 3636 && cp < 3643 ||
			    cp >= 3655 && cp < 3663)
				continue
			wide += cp >= 4352 && cp < 4448 || cp >= 11904 && cp < 42192 ||
			    cp >= 44032 && cp < 55204 || cp >= 65281 && cp < 65377 ||
			    cp >= 127744 && cp < 129792 ? 2 : 1
		}
		if (wide > limit) { print "FAIL " title ": " wide ": " $0; bad = 1 }
	}
	END { exit bad }' || failed=$((failed + 1))
}
for columns in 80 81 100; do
	"$onpty" -1 -w $columns "$mtrack" arc >out
	fits $columns "a table fits $columns columns"
	"$onpty" -1 -w $columns "$mtrack" --by subject arc >out
	fits $columns "counts fit $columns columns"
done
"$onpty" -1 -w 80 "$mtrack" --wide arc | sed "s/$escape\[[0-9;]*m//g" | tr -d '\r' >out
"$mtrack" arc >want
cmp -s out want || { echo 'FAIL --wide is the table of a pipe'; failed=$((failed + 1)); }
"$onpty" -1 -w 80 "$mtrack" --wide --color never arc >out
is_not '--color never' "$escape" out
NO_COLOR=1 "$onpty" -1 -w 80 "$mtrack" arc >out
is_not 'NO_COLOR' "$escape" out
"$onpty" -1 -w 80 "$mtrack" --csv --fields subject arc >out
is_not 'csv has no colour' "$escape" out
# No format brings a control character, a bidirectional one or a byte that is
# no UTF-8 to a terminal; a pipe gets the truth.
for format in table detail csv tsv json jsonl raw; do
	"$onpty" -1 -w 200 "$mtrack" --color never --history \
	    --$format hostile >out
	for bad in "$escape" "$(printf '\007')" "$(printf '\177')" \
	    "$(printf '\302\233')" "$(printf '\342\200\256')" \
	    "$(printf '\342\201\246')" "$(printf '\303(')"; do
		is_not "hostile text on a terminal, $format" "$bad" out
	done
done
"$mtrack" --tsv --history hostile >out
is 'a pipe gets the bytes' "$(printf '\303(')" out
is 'and the escapes' "$escape" out

[ $failed -eq 0 ] && echo 'ok'
[ $failed -eq 0 ]
