#!/bin/bash
# SPDX-License-Identifier: MIT
# How much of src/ the tests run: builds with gcov, runs the tests, the fault
# injection among them, and prints a line a file, the worst first, and the sum.
#
#	tests/coverage.sh [BUILD [CTEST-ARGUMENT]...]
#
# BUILD (build-coverage) is kept, so that a second run counts on. Lines of a
# function that ends by _exit or a signal count as not run.
set -u
cd "$(dirname "$0")/.." || exit 2
build=${1-build-coverage}
shift
for tool in gcc gcov; do
	command -v $tool >/dev/null || {
		echo "skipped: no $tool"
		exit 77
	}
done
cmake -S . -B "$build" -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug \
    -DMTRACK_HARDEN=OFF -DCMAKE_C_FLAGS='--coverage -O0 -fprofile-abs-path' \
    >/dev/null || exit 2
cmake --build "$build" -j"$(nproc)" >/dev/null || exit 2
(cd "$build" && ctest -j"$(nproc)" "$@" | tail -n 12)
objects=$build/CMakeFiles/mtrackcore.dir/src
find "$objects" "$build/CMakeFiles/mtrack.dir" -name '*.gcda' -exec \
    gcov -n {} + 2>/dev/null | awk '
	/^File / { file = $2; gsub(/\047/, "", file); next }
	/^Lines executed:/ && file ~ /\/src\/[a-z0-9_]*\.c$/ {
		split($0, parts, /[:% ]+/)
		percent = parts[3]
		lines = $NF
		sub(/.*\//, "", file)
		printf "%6.2f %% of %4d  %s\n", percent, lines, file
		all += lines
		run += lines * percent / 100
		file = ""
	}
	END { if (all) printf "~%.2f %% of %d lines\n", 100 * run / all, all }' |
	sort -n
