#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs scripted cases against their stored answers.
#
#	tests/cli/run.sh [OPTION]... MTRACK [CASE.case]...
#
#	--update        store what the commands answer now; read the diff
#	--valgrind      run mtrack under valgrind; what it finds is a failure
#	--with 'ARGS'   give these to every mtrack too (`-j 1`): same answers
#	--env NAME=VAL  set this for every mtrack too
#	--keep          leave the working directories and say where they are
#
# MTRACK is the program, or `--` for the build directory's own; without a
# CASE all run. A case is a file of commands, each followed by its answer:
#
#	# what this shows
#	$ mtrack --license none -c --sender '*@example.net' arc
#	24
#	$ mtrack -c --sender 'example.net' arc |
#	> cat
#	2> mtrack: --sender 'example.net': ...
#	? 2
#
# Standard output stands as it is, `2> ` before a line of standard error,
# `? ` before a status that is not 0. An output line that could be taken for
# anything else, an empty one too, has a backslash before it. Lines with `#`,
# and empty lines, are the reader's. So a case that stores neither `2>` nor
# `?` expects silence and status 0.
#
# The commands of a case run one after the other by `sh -c` in a directory of
# its own, which holds
#	arc/    testdata/archive, each file gzipped
#	plain/  testdata/archive as it is
#	forms/  testdata/forms
#	and the good-, odd- and bad- files.
# The environment is empty but for PATH, LC_ALL=C, TZ=UTC and an empty HOME.
# The clock is the machine's: a case fixes its period, or --now.
set -u
here=$(cd "$(dirname "$0")" && pwd)
data=$here/../../testdata
update= valgrind= with= extra= keep=

die()
{
	echo "run.sh: $*" >&2
	exit 2
}

while [ $# -gt 0 ]; do
	case $1 in
	--update) update=1 ;;
	--valgrind) valgrind=1 ;;
	--with) with=$2; shift ;;
	--env) extra="$extra $2"; shift ;;
	--keep) keep=1 ;;
	--help) sed -n '3,37s/^# \{0,1\}//p' "$0"; exit 0 ;;
	-*) die "no such option: $1" ;;
	*) break ;;
	esac
	shift
done
[ $# -gt 0 ] || die "which mtrack? see --help"
[ -x "$1" ] || die "$1: no program"
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
[ $# -gt 0 ] || set -- "$here"/*.case
if [ "$valgrind" ] && ! command -v valgrind >/dev/null; then
	echo 'skipped: no valgrind'
	exit 77
fi

top=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-cli.XXXXXX") || exit 2
if [ "$keep" ]; then
	echo "kept: $top"
else
	trap 'rm -rf "$top"' EXIT
	trap 'exit 130' INT TERM
fi

# mtrack as the commands see it: the program itself, or a word around it.
mkdir "$top/bin" || exit 2
if [ "$valgrind$with$extra" ]; then
	{
		echo '#!/bin/sh'
		for pair in $extra; do
			echo "export '$pair'"
		done
		grind=
		[ -z "$valgrind" ] || grind="valgrind -q --error-exitcode=99 \
--leak-check=full --show-leak-kinds=definite \
--errors-for-leak-kinds=definite --log-file='$top/valgrind.%p' "
		echo "exec $grind'$program' $with \"\$@\""
	} >"$top/bin/mtrack"
	chmod +x "$top/bin/mtrack"
else
	ln -s "$program" "$top/bin/mtrack"
fi

# The working directory of a case.
furnish()
{
	mkdir -p "$1/arc" "$top/home" &&
	cp "$data"/good-* "$data"/odd-* "$data"/bad-* "$1" &&
	cp -R "$data/forms" "$1/forms" &&
	cp -R "$data/archive" "$1/plain" &&
	cp "$data"/archive/* "$1/arc" &&
	gzip -n "$1"/arc/* || die "$1: cannot be furnished"
}

# FILE as lines of an answer: what could be taken for another kind of line
# gets a backslash.
as_answer()
{
	sed -e 's/^[\\$#>?]/\\&/' -e 's/^2> /\\&/' -e 's/^$/\\/' "$1"
	if [ -s "$1" ] && [ "$(tail -c 1 "$1" | od -An -c | tr -d ' ')" != '\n' ]
	then
		printf '\n\\ no newline at the end\n'
	fi
}

# Runs COMMAND in the directory WORK and prints its answer.
answer()
{
	(cd "$work" && exec timeout 300 env -i PATH="$top/bin:/usr/bin:/bin" \
	    LC_ALL=C TZ=UTC HOME="$top/home" sh -c "$1" \
	    </dev/null >"$top/out" 2>"$top/err")
	status=$?
	as_answer "$top/out"
	sed 's/^/2> /' "$top/err"
	if [ -s "$top/err" ] && [ "$(tail -c 1 "$top/err" | od -An -c | tr -d ' ')" != '\n' ]
	then
		printf '\n2>\\ no newline at the end\n'
	fi
	[ $status -eq 0 ] || echo "? $status"
}

# The case file as it would be if all its answers were right now.
replay()
{
	command=
	while IFS= read -r line || [ "$line" ]; do
		case $line in
		'> '*)
			[ "$command" ] || die "$1: '>' without a command"
			command="$command
${line#> }"
			printf '%s\n' "$line"
			continue ;;
		esac
		[ -z "$command" ] || answer "$command"
		command=
		case $line in
		'$ '*)
			command=${line#$ }
			printf '%s\n' "$line" ;;
		'' | '#'*)
			printf '%s\n' "$line" ;;
		esac
	done <"$1"
	[ -z "$command" ] || answer "$command"
}

failed=0
for file in "$@"; do
	name=$(basename "$file" .case)
	[ -f "$file" ] || die "$file: no such case"
	work=$top/$name
	mkdir "$work" && furnish "$work"
	rm -f "$top"/valgrind.*
	replay "$file" >"$top/$name.now"
	if ! grep -q '^\$ ' "$file"; then
		echo "FAIL $name: a case without a command"
		failed=$((failed + 1))
	elif cmp -s "$file" "$top/$name.now"; then
		echo "ok   $name"
	elif [ "$update" ]; then
		cat "$top/$name.now" >"$file"
		echo "new  $name"
	else
		echo "FAIL $name"
		diff -u "$file" "$top/$name.now"
		failed=$((failed + 1))
	fi
	if [ "$valgrind" ] && cat "$top"/valgrind.* 2>/dev/null | grep .; then
		echo "FAIL $name: valgrind"
		failed=$((failed + 1))
	fi
	[ "$keep" ] || rm -rf "$work"
done
[ $failed -eq 0 ]
