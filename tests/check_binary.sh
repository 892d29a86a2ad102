#!/bin/sh
# SPDX-License-Identifier: MIT
# The program is hardened as its build was told.
#
#	tests/check_binary.sh MTRACK GUARD...
#
# GUARDs are what CMakeLists.txt found compiler and linker to take.
set -u
program=$1
shift
for tool in readelf objdump; do
	command -v $tool >/dev/null || {
		echo "skipped: no $tool"
		exit 77
	}
done
dir=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-binary.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C
failed=0

# need TITLE PATTERN FILE: a line that matches.
need()
{
	grep -Eq -- "$2" "$dir/$3" && return
	echo "FAIL $1"
	failed=$((failed + 1))
}

# none TITLE PATTERN FILE: no such line.
none()
{
	grep -E -- "$2" "$dir/$3" || return 0
	echo "FAIL $1"
	failed=$((failed + 1))
}

readelf -hW "$program" >"$dir/header" &&
	readelf -lW "$program" >"$dir/segments" &&
	readelf -dW "$program" >"$dir/dynamic" &&
	readelf --dyn-syms -W "$program" >"$dir/symbols" || exit 2

# Instructions are told for the one family of machines.
: >"$dir/code"
if grep -Eq 'X86-64|80386' "$dir/header"; then
	objdump -d --no-show-raw-insn "$program" >"$dir/code" || exit 2
fi

need 'no position independent executable' 'FLAGS_1.*PIE' dynamic
need 'no position independent executable' 'Type: *DYN' header
none 'a segment is written and run' ' RWE ' segments
none 'code is relocated' TEXTREL dynamic

for guard in "$@"; do
	case $guard in
	relro)
		need 'no RELRO' ' GNU_RELRO ' segments ;;
	now)
		need 'symbols are bound late' 'FLAGS_1.* NOW' dynamic ;;
	noexecstack)
		need 'the stack can be run' ' GNU_STACK .* RW ' segments ;;
	stack-protector)
		need 'no stack protector' __stack_chk_fail symbols ;;
	fortify)
		need 'no fortified functions' '__v?snprintf_chk' symbols ;;
	stack-clash)
		# Large frames are touched page by page.
		[ ! -s "$dir/code" ] || need 'stack pages are not touched' \
		    'sub +\$0x1000,%[re]sp' code ;;
	branches)
		# The compiler's own start code has a few.
		[ ! -s "$dir/code" ] || [ "$(grep -c endbr "$dir/code")" -ge 50 ] || {
			echo 'FAIL no marks where jumps may end'
			failed=$((failed + 1))
		} ;;
	*)
		echo "check_binary.sh: no such guard: $guard"
		exit 2 ;;
	esac
done
echo "guarded by: $*"
[ $failed -eq 0 ]
