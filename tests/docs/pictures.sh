#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes README.md's pictures from real runs on a terminal, or looks whether
# they are what a run shows today.
#
#	tests/docs/pictures.sh [--update] MTRACK ONPTY SCREEN
set -u
update=
if [ "${1-}" = --update ]; then
	update=1
	shift
fi
onpty=$2 screen=$3
if ! "$onpty" true; then
	echo 'skipped: no pseudo terminals'
	exit 77
fi
cd "$(dirname "$0")/../.." || exit 2
dir=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-pictures.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
ln -s "$1" "$dir/mtrack"
PATH=$dir:$PATH HOME=$dir TERM=xterm LC_ALL=C TZ=UTC
export PATH HOME TERM LC_ALL TZ
unset NO_COLOR MTRACK_CONFIG MTRACK_ARCHIVE MTRACK_LICENSE XDG_CONFIG_HOME
failed=0

# picture NAME COMMAND: man/pictures/NAME.svg, what a terminal of 100 columns
# shows.
picture()
{
	{
		printf '\033[1m$ %s\033[0m\n' "$2"
		"$onpty" -012 -w 100 sh -c "$2"
	} >"$dir/text"
	"$screen" svg <"$dir/text" >"$dir/svg" || failed=$((failed + 1))
	if [ "$update" ]; then
		mkdir -p man/pictures && cp "$dir/svg" "man/pictures/$1.svg"
	elif ! cmp -s "$dir/svg" "man/pictures/$1.svg"; then
		echo "FAIL man/pictures/$1.svg is not what mtrack shows; see" \
		    "tests/docs/pictures.sh --update"
		diff "man/pictures/$1.svg" "$dir/svg" | head -n 20
		failed=$((failed + 1))
	fi
	grep -qF "man/pictures/$1.svg" README.md || {
		echo "FAIL README.md does not show man/pictures/$1.svg"
		failed=$((failed + 1))
	}
}

picture table "mtrack -S 2026-10-02 -U 2026-10-03 -n 14 testdata/archive"
picture histogram "mtrack --by day -S 2026-10-01 -U 2026-10-14 testdata/archive"
picture errors "mtrack -f '*x@example.com' -a deliverd -S 05.10.2026 --to 10 testdata/archive"
[ $failed -eq 0 ]
