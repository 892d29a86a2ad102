#!/bin/sh
# SPDX-License-Identifier: MIT
# Keeps the man page and README.md at one with the tables and the program.
#
#	tests/docs/check.sh [--update] MKDOC MTRACK
#
# A part that is made from the tables stands between two comments of its file,
# `[options-criteria]` and `[end]`; every group of options has one; `[sql ARGS]`
# is what `mtrack --sql ARGS` prints. In README.md a block of ```console is a transcript: what each `$ mtrack …` prints, run in
# the root of the sources, is what stands below it. --update writes what holds
# now; read the diff.
set -u
update=
if [ "${1-}" = --update ]; then
	update=1
	shift
fi
mkdoc=$1 mtrack=$2
cd "$(dirname "$0")/../.." || exit 2
dir=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-docs.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
failed=0

# made NAME: a part of the man page.
made()
{
	case $1 in
	'sql '*)
		env -i PATH="$dir:/usr/bin:/bin" LC_ALL=C TZ=UTC HOME="$dir" \
		    sh -c "mtrack --${1}" </dev/null |
		sed -e 's/\\/\\e/g' -e "s/^[.']/\\\\\&&/" ;;
	*)
		"$mkdoc" "$1" ;;
	esac
}

# FILE with its made parts made anew.
with_blocks()
{
	while IFS= read -r line; do
		case $line in
		'.\" ['*']' | '<!-- ['*'] -->')
			name=${line#*\[}
			name=${name%%\]*}
			skip=
			if [ "$name" != end ]; then
				printf '%s\n' "$line"
				made "$name" || exit 1
				skip=1
				continue
			fi ;;
		esac
		[ "${skip-}" ] || printf '%s\n' "$line"
	done <"$1"
}

# FILE with its transcripts run again.
with_transcripts()
{
	block=
	while IFS= read -r line; do
		case $block$line in
		'```console') block=1 ;;
		'1```') block= ;;
		'1$ '*)
			printf '%s\n' "$line"
			env -i PATH="$dir:/usr/bin:/bin" LC_ALL=C TZ=UTC \
			    HOME="$dir" sh -c "${line#\$ }" 2>&1 </dev/null
			continue ;;
		1*) continue ;;
		esac
		printf '%s\n' "$line"
	done <"$1"
}

# judge FILE NEW: the two are the same, or FILE becomes NEW.
judge()
{
	if cmp -s "$1" "$2"; then
		echo "ok   $1"
	elif [ "$update" ]; then
		cat "$2" >"$1"
		echo "new  $1"
	else
		echo "FAIL $1: not what the tables and the program say; see" \
		    "tests/docs/check.sh --update"
		diff -u "$1" "$2"
		failed=$((failed + 1))
	fi
}

ln -s "$mtrack" "$dir/mtrack"
with_blocks man/mtrack.1 >"$dir/man" || exit 2
judge man/mtrack.1 "$dir/man"
with_blocks README.md >"$dir/blocks" || exit 2
with_transcripts "$dir/blocks" >"$dir/readme"
judge README.md "$dir/readme"

# Every group has its part, every console block a command.
"$mtrack" --help | sed -n 's/^.*(--help \([a-z]*\)):$/\1/p' >"$dir/groups"
while read -r group; do
	grep -qF "[options-$group]" man/mtrack.1 || {
		echo "FAIL man/mtrack.1: no part [options-$group]"
		failed=$((failed + 1))
	}
done <"$dir/groups"
[ "$(wc -l <"$dir/groups")" -ge 7 ] || {
	echo 'FAIL --help names no groups'
	failed=$((failed + 1))
}
[ "$(grep -c '^\$ mtrack' README.md)" -ge 12 ] || {
	echo 'FAIL README.md: fewer than a dozen questions'
	failed=$((failed + 1))
}

# Every variable that is asked for has its sentence.
grep -ohE '(env|getenv|given|take_variable)\([a-z>-]*,? ?"[A-Z_]+"' src/*.c |
	sed 's/.*"\(.*\)"/\1/' | sort -u >"$dir/variables"
while read -r name; do
	[ "$name" = HOME ] || grep -qx "\.It Ev $name" man/*.[1-9] || {
		echo "FAIL man/mtrack.1: \$$name is not in it"
		failed=$((failed + 1))
	}
done <"$dir/variables"
grep -qx MTRACK_LICENSE "$dir/variables" || {
	echo 'FAIL no variable was found in the sources'
	failed=$((failed + 1))
}

# The examples of the man page are the commands of their case, in this order.
sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/{/^\.Dl /s///p;}' man/mtrack.1 |
	sed -e 's/\\e/\\/g' -e 's/\\&//g' -e 's/\\-/-/g' -e 's/\\(dq/"/g' \
	    -e "s/\\\\(aq/'/g" >"$dir/commands"
sed -n 's/^\$ //p' tests/docs/examples.case >"$dir/tried"
diff -u "$dir/commands" "$dir/tried" || {
	echo 'FAIL the EXAMPLES of man/mtrack.1 are not those of' \
	    'tests/docs/examples.case'
	failed=$((failed + 1))
}
[ "$(wc -l <"$dir/commands")" -ge 15 ] || {
	echo 'FAIL man/mtrack.1: fewer than 15 examples'
	failed=$((failed + 1))
}
[ $failed -eq 0 ]
