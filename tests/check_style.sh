#!/bin/sh
# SPDX-License-Identifier: MIT
# Keeps what of the house style a script can see.
#
#	tests/check_style.sh text [ROOT]	the sources as text
#	tests/check_style.sh symbols BUILD	the objects of a build
#	tests/check_style.sh format [ROOT]	clang-format (skipped without)
set -u
faults=0

# Runs a check, which prints what is wrong, under a title.
tell()
{
	title=$1
	shift
	found=$("$@")
	[ -n "$found" ] || return 0
	echo "$title:"
	printf '%s\n' "$found" | sed 's/^/    /'
	faults=$((faults + 1))
}

sources()
{
	find src include tests -name '*.[ch]' | LC_ALL=C sort
}

# Lines of each function, from its name to its closing brace: these are the
# two lines at column 0 that clang-format guarantees.
function_lengths()
{
	find src -name '*.c' | LC_ALL=C sort | xargs awk '
	FNR == 1 { name = "" }
	/^[a-z_][a-z0-9_]*\(/ { name = $0; sub(/\(.*/, "", name); from = FNR }
	/^}/ && name != "" {
		print FNR - from + 1, FILENAME ":" from, name
		name = ""
	}'
}

check_lengths()
{
	function_lengths | sort -n | awk '
	{ length_of[NR] = $1; if ($1 <= 40) short++ }
	$1 > 70 { print $2 ": " $3 " has " $1 " lines, 70 is the most" }
	END {
		if (NR < 10)
			print "only " NR " functions were found"
		else if (short * 10 < NR * 9)
			printf "%d of %d functions are over 40 lines, " \
			    "one in ten is the most\n", NR - short, NR
		printf "functions: %d, median %d lines, longest %d\n", NR,
		    length_of[int((NR + 1) / 2)],
		    length_of[NR] >"/dev/stderr"
	}'
}

# SPDX first, a sentence of purpose second.
check_heads()
{
	sources | xargs awk '
	FNR == 1 && $0 != "/* SPDX-License-Identifier: MIT */" {
		print FILENAME ": no SPDX line first"
	}
	FNR == 2 && !/^\/\* ./ {
		print FILENAME ": no sentence of purpose second"
	}'
	ls tests/*.sh tests/*/*.sh .ci/run 2>/dev/null | LC_ALL=C sort |
	while IFS= read -r script; do
		sed -n 2p "$script" |
		grep -qx '# SPDX-License-Identifier: MIT' ||
			echo "$script: no SPDX line second"
	done
}

check_guards()
{
	find include -name '*.h' | LC_ALL=C sort |
	while IFS= read -r header; do
		guard=MTRACK_$(basename "$header" .h | tr a-z A-Z)_H
		grep -qx "#ifndef $guard" "$header" &&
		grep -qx "#define $guard" "$header" &&
		[ "$(tail -n 1 "$header")" = '#endif' ] ||
			echo "$header: no guard $guard around it"
	done
}

check_own_header_first()
{
	for unit in src/*.c; do
		header=mtrack/$(basename "$unit" .c).h
		[ -f "include/$header" ] || continue
		[ "$(grep -m 1 '^#include' "$unit")" = "#include \"$header\"" ] ||
			echo "$unit: its own header does not come first"
	done
}

speakers()
{
	grep -nE '\<(STDERR_FILENO|stderr)\>' src/*.c |
		grep -vE '^src/(main|query|diag|progress|arena)\.c:'
}

# As text: xxhash.h inlined brings a malloc of its own.
memory_users()
{
	grep -nE '\<(malloc|[ck]alloc|realloc|reallocarray|free|str[n]?dup|v?asprintf|getline)\(' \
	    src/*.c | grep -vE '^src/arena\.c:|[>.](free)\('
}

unfinished()
{
	sources | xargs grep -nE '\<(TODO|FIXME|XXX)\>'
}

white_ends()
{
	sources | xargs grep -nE '[ 	]+$'
}

struct_typedefs()
{
	sources | xargs grep -n '^typedef struct'
}

check_text()
{
	tell 'functions too long' check_lengths
	tell 'heads of files' check_heads
	tell 'header guards' check_guards
	tell 'own header' check_own_header_first
	tell 'only main, query, diag and progress speak (arena: out of memory)' \
	    speakers
	tell 'memory is got and freed in arena.c' memory_users
	tell 'unfinished' unfinished
	tell 'white space at the end of a line' white_ends
	tell 'struct typedefs' struct_typedefs
}

# Objects say what text hides: who calls what, and what can change.
objects()
{
	find "$1/CMakeFiles/mtrackcore.dir/src" "$1/CMakeFiles/mtrack.dir/src" \
	    -name '*.c.o' 2>/dev/null | LC_ALL=C sort
}

# UNIT SYMBOL for every undefined symbol; a fortified twin by its plain name.
calls()
{
	objects "$1" | while IFS= read -r object; do
		nm -u "$object" | awk -v unit="$(basename "$object" .c.o)" '
		{
			sub(/^__/, "", $2)
			sub(/_chk$/, "", $2)
			sub(/^isoc99_/, "", $2)
			print unit, $2
		}'
	done
}

locale='setlocale|ctype_b_loc|ctype_toupper_loc|ctype_tolower_loc|toupper'
locale="$locale|tolower|isw[a-z]*|strcoll|wcwidth|mbrtowc|strptime|strftime"
locale="$locale|mktime|timegm|localtime(_r)?|gmtime(_r)?|strtod|atof"
banned='gets|strcpy|strcat|sprintf|vsprintf|strtok|atoi|atol|system|popen'
banned="$banned|tmpnam|mktemp|rand|random|alloca"
print='printf|puts|putchar|stdout|stderr|perror|err|errx|warn|warnx'

# Sanitizers keep tables of their own in .data.
check_state()
{
	objects "$1" | while IFS= read -r object; do
		objdump -t "$object" | awk -v unit="$(basename "$object" .c.o)" '
		NF > 3 && $(NF - 2) ~ /^\.(data|bss|tdata|tbss)(\.|$)/ &&
		$(NF - 2) !~ /^\.data\.rel\.ro/ && $NF !~ /^\./ &&
		$NF !~ /^(__)?(asan|ubsan|sancov|tsan|odr)/ &&
		unit !~ /^(diag|leftover)$/ { print unit ".c: " $NF " can change" }'
	done
}

# globals TAG FILE...: `TAG NAME` for each name that FILEs give to others.
globals()
{
	tag=$1
	shift
	[ $# -eq 0 ] || nm -g --defined-only "$@" 2>/dev/null |
	    awk -v tag="$tag" 'NF == 3 { print tag, $3 }'
}

# What the parts of a static library call each other by is no secret to the
# linker: it would give them ours of that name, without a word.
check_names()
{
	{
		globals theirs $(for library in z csv xxhash utf8proc isal; do
			file=$(cc -print-file-name="lib$library.a")
			[ ! -f "$file" ] || echo "$file"
		done)
		globals ours $(objects "$1")
	} | awk '
	$1 == "theirs" { theirs[$2] = 1 }
	$1 == "ours" && $2 in theirs { print $2 }'
}

# strangers NAMES UNITS (expressions): calls of NAMES by units beside UNITS.
strangers()
{
	printf '%s\n' "$calls" | grep -E " ($1)\$" | grep -vE "^($2) "
}

check_symbols()
{
	command -v nm >/dev/null && command -v objdump >/dev/null || {
		echo 'skipped: no binutils'
		exit 77
	}
	[ "$(objects "$1" | wc -l)" -gt 5 ] || {
		echo "no objects under $1"
		exit 2
	}
	calls=$(calls "$1")
	tell 'mutable state at file scope' check_state "$1"
	tell 'names that a library has, too' check_names "$1"
	tell 'the locale and its clock have no say' strangers "$locale" ''
	tell 'functions that are not used here' strangers "$banned" ''
	tell 'only main, query, its wings and progress speak through diag' \
	    strangers 'diag_(say|raw|value|status)' \
	    'diag|main|query|tell|coverage|progress|hints|export|deliver|why|indexer'
	tell 'only main, query and diag print' \
	    strangers "$print" 'main|query|diag|progress'
}

misformatted()
{
	sources | xargs clang-format --dry-run 2>&1 |
		sed -n 's/:[0-9]*: warning: code should be clang-formatted.*//p' |
		uniq
}

check_format()
{
	command -v clang-format >/dev/null || {
		echo 'skipped: no clang-format'
		exit 77
	}
	tell 'clang-format -i would change' misformatted
}

case ${1-} in
text | format) cd "${2:-$(dirname "$0")/..}" || exit 2; "check_$1" ;;
symbols) check_symbols "${2:?which build?}" ;;
*) sed -n '3,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
[ $faults -eq 0 ]
