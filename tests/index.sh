#!/bin/sh
# SPDX-License-Identifier: MIT
# Random queries over random archives, with a side index and without, files read
# in parts or not, by one thread or several: the same output, status and
# messages, and of two numbers of threads the same counts. Archives are JSON, CSV and CEF, plain and gzip of
# one and many members, grown since they were indexed, in pages over many lines,
# with damaged lines, cut short, and with bits flipped; and polls of one day,
# which share a side file.
#
#	tests/index.sh MTRACK MKDATA MKARCHIVE [QUERIES [SEED]]
#
# MTRACK_INDEX_QUERIES asks for more. With MTRACK_INDEX_KEEP=DIR the first
# archive that differs is kept there.
set -u
absolute()
{
	echo "$(cd "$(dirname "$1")" && pwd)/$(basename "$1")"
}
program=$(absolute "$1") mkdata=$(absolute "$2") mkarchive=$(absolute "$3")
queries=${MTRACK_INDEX_QUERIES-${4-240}} seed=${5-1}
each=20 # queries an archive
top=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-index.XXXXXX") || exit 2
trap 'rm -rf "$top"' EXIT
trap 'exit 130' INT TERM
cd "$top" || exit 2
export LC_ALL=C TZ=UTC HOME="$top" TMPDIR="$top"
unset MTRACK_ARCHIVE MTRACK_LICENSE MTRACK_NO_PREFILTER NO_COLOR
unset MTRACK_INDEX_DIR MTRACK_INDEX_BLOCK MTRACK_INDEX_PART
failed=0 compared=0 used=0 parted=0

# random N: sets chance to a number from 0 to N-1. One state for the whole run,
# so that a seed tells all of it.
random()
{
	seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
	chance=$(((seed >> 8) % $1))
}

# damage_lines FORM: some lines end early, some are rubbish.
damage_lines()
{
	awk -v form="$1" 'NR % 41 == 7 { print substr($0, 1, length($0) / 2); next }
	NR % 53 == 9 { print "what is this" }
	form == "csv" && NR % 37 == 5 { print $0 ",more,and more" }
	{ print }' plain >damaged && mv damaged plain
}

# Pages of 30 records, each over many lines.
page_lines()
{
	awk '{ gsub(/,"/, ",\n  \"") }
	NR % 30 == 1 { if (NR > 1) print "]}"
		printf "{\"nextToken\":\"t%d\",\n \"logs\": [\n", NR }
	NR % 30 != 1 { print "," }
	{ print }
	END { print "]}" }' plain >paged && mv paged plain
}

# archive_file DAY: one file of the archive; `later` is added once it was
# indexed.
archive_file()
{
	random 3
	form=$(echo json csv cef | cut -d ' ' -f $((chance + 1)))
	random 140
	"$mkdata" --days 1 --start "2026-08-0$1" --records-per-day \
	    $((20 + chance)) --seed "$((seed % 99999 + 1))" --format "$form" --plain made >/dev/null ||
		exit 2
	cat made/* >plain
	rm -r made
	out=arc/2026-08-0$1.$form
	random 11
	case $chance in
	0) cp plain "$out" ;;
	1) "$mkarchive" gzip plain "$out.gz" --memory 1 ;;
	2) "$mkarchive" gzip plain "$out.gz" --members 7 --level 9 ;;
	3)	damage_lines "$form"
		"$mkarchive" gzip plain "$out.gz" --members 3 --memory 2 ;;
	4)	"$mkarchive" gzip plain "$out.gz" --members 2 --memory 1
		cp plain "later/$1" ;;
	5)	random 200
		"$mkarchive" gzip plain "$out.gz" --members 5 --cut \
		    "-$((chance + 1))" ;;
	6)	random 2000
		"$mkarchive" gzip plain "$out.gz" --flip "$((chance + 100))" \
		    2>flip.err || "$mkarchive" gzip plain "$out.gz"
		inner=1 ;;
	7)	[ "$form" != json ] || page_lines
		"$mkarchive" gzip plain "$out.gz" --level 1 --memory 3 ;;
	8)	damage_lines "$form"
		cp plain "$out" ;;
	9)	"$mkarchive" gzip plain "$out.gz" --members 4 --level 0
		"$mkdata" --days 1 --start "2026-08-0$1" --records-per-day 30 \
		    --format json --plain made >/dev/null
		"$mkarchive" gzip made/* "$out.gz" --append
		rm -r made ;;
	10)	# What a page with holes is at fault of is seen by who reads it all.
		[ "$form" != json ] || { page_lines; inner=1; }
		awk 'NR % 200 == 77 { next } { print }' plain >holes
		"$mkarchive" gzip holes "$out.gz" --members 2 ;;
	esac
}

# Polls of one day, a few records each.
archive_polls()
{
	random 2
	form=$(echo json cef | cut -d ' ' -f $((chance + 1)))
	random 80
	"$mkdata" --days 1 --start 2026-08-04 --records-per-day \
	    $((70 + chance)) --seed "$((seed % 99999 + 1))" --format "$form" \
	    --plain made >/dev/null || exit 2
	cat made/* >plain
	rm -r made
	rm -f poll.*
	awk 'NR % 7 == 1 { n++ } { print >sprintf("poll.%02d", n) }' plain
	for poll in poll.*; do
		"$mkarchive" gzip "$poll" "arc/2026-08-04T${poll#poll.}.gz"
	done
}

# What becomes of polls after they were indexed.
change_polls()
{
	random 5
	case $chance in
	0) "$mkarchive" gzip poll.02 arc/2026-08-04T05.gz --append ;;
	1)	"$mkarchive" gzip poll.03 new.gz
		mv new.gz arc/2026-08-04T04.gz ;;
	2) rm arc/2026-08-04T01.gz ;;
	3) "$mkarchive" gzip poll.06 arc/2026-08-04T99.gz ;;
	4)	random 3000
		side=arc/mtrack-2026-08-04.mtxs
		head -c "$chance" "$side" >cut.mtxs && mv cut.mtxs "$side" ;;
	esac
}

grow()
{
	change_polls
	for file in later/*; do
		[ -e "$file" ] || return 0
		for out in "arc/2026-08-0$(basename "$file")".*.gz; do
			"$mkarchive" gzip "$file" "$out" --append --memory 1
		done
	done
}

# Values that stand in the archive, to be asked for.
collect()
{
	for field in sender recipient headerFrom headerTo messageID mailID \
	    senderIP senderDomain; do
		"$program" --no-index --license none --history --tsv \
		    --no-header --fields $field arc 2>collect.err |
			tr -d "'" | grep . | sort -u >"pool.$field"
	done
	"$program" --no-index --license none --history --tsv --no-header \
	    --fields attachments arc 2>collect.err |
		grep -o '[0-9a-f]\{64\}' | sort -u >pool.sha256
}

# pick FIELD: sets value to one of the pool's lines, or to what is nowhere.
pick()
{
	count=$(wc -l <"pool.$1")
	random 12
	value=no.such@value.example
	[ "$1" != senderIP ] || value=192.0.2.77
	[ "$1" != sha256 ] || value=$(printf '%064d' 7)
	[ "$count" -gt 0 ] && [ "$chance" -gt 0 ] || return 0
	random "$count"
	value=$(sed -n "$((chance + 1))p" "pool.$1")
}

# An address pattern of FIELD that may match.
pick_pattern()
{
	pick "$1"
	value=${value%%,*}
	case $value in *@*@* | *' '* | *\"* | @* | *@) value=a@example.com ;; esac
	case $value in *@*) ;; *) value=b@example.com ;; esac
	random 8
	case $chance in
	0) value="*@${value#*@}" ;;
	1) value="${value%%@*}@*" ;;
	2) value="$(printf %.2s "$value")*@${value#*@}" ;;
	3) value=$(echo "$value" | tr a-z A-Z) ;;
	esac
	random 15
	[ "$chance" -gt 0 ] || value='<>'
}

# One criterion more, in `query`, quoted for eval.
add_criterion()
{
	random 17
	case $chance in
	0 | 1) pick_pattern sender; query="$query --sender '$value'" ;;
	2) pick_pattern recipient; query="$query --recipient '$value'" ;;
	3) pick_pattern headerFrom; query="$query --header-from '$value'" ;;
	4) pick_pattern headerTo; query="$query --header-to '$value'" ;;
	5 | 6) pick messageID; query="$query -m '$value'" ;;
	7) pick mailID; query="$query --mail-id '$value'" ;;
	8) pick senderIP; query="$query -i '$value'" ;;
	9)	pick senderIP
		case $value in
		*:*) value="2001:db8::/32" ;;
		*) value=$(echo "$value" | cut -d . -f "1-$((chance % 3 + 1))") ;;
		esac
		query="$query -i '$value'" ;;
	10) pick sha256; query="$query --attachment-sha256 '$value'" ;;
	11)	pick_pattern sender; query="$query --not-sender '$value'" ;;
	12)	random 7
		query="$query --since 2026-08-0$((chance + 1))T0$chance:30" ;;
	13)	pick sha256
		query="$query --attachment-sha256 '$value'"
		query="$query --not-attachment-status deleted" ;;
	14)	pick_pattern sender; first=$value; pick_pattern sender
		query="$query --sender '$first,$value'" ;;
	15) query="$query --action delivered" ;;
	16) query="$query --subject invoice" ;;
	esac
}

make_query()
{
	query="--license none"
	add_criterion
	random 2
	[ "$chance" -eq 0 ] || add_criterion
	random 11
	case $chance in
	0) query="$query -c" ;;
	1) query="$query --raw --history" ;;
	2) query="$query --history --sort none --fields +file,+line --csv" ;;
	3) query="$query -r -n 5 --skip 1 --fields +file,+line --tsv" ;;
	4) query="$query --by sender --tsv" ;;
	5) query="$query -c --history" ;;
	6) query="$query --raw" ;;
	7) query="$query --detail -j 3" ;;
	*) query="$query --jsonl --fields +file,+line --history" ;;
	esac
}

compare()
{
	eval "set -- $query"
	"$program" --no-index "$@" arc >base 2>base.err
	echo "status $?" >>base
	random 4
	part=$(echo 300 1000 4000 1000000 | cut -d ' ' -f $((chance + 1)))
	export MTRACK_INDEX_PART="$part"
	"$program" --stats "$@" -j 1 arc >now 2>stats.err
	echo "status $?" >>now
	"$program" "$@" -j 3 arc >again 2>now.err
	echo "status $?" >>again
	"$program" --stats "$@" -j 4 arc >again.stats 2>again.err
	echo "status $?" >>again.stats
	compared=$((compared + 1))
	grep -q '^blocks skipped *[1-9]' stats.err && used=$((used + 1))
	grep -q '^in parts *[1-9]' stats.err && parted=$((parted + 1))
	sed -i '/^seconds/d; /^runs spilled/d' stats.err again.err
	cmp -s stats.err again.err && cmp -s now again && cmp -s now again.stats || {
		echo "threads differ, archive $round, parts of $part: mtrack $query"
		diff now again | head -5
		diff stats.err again.err | head -5
		failed=$((failed + 1))
	}
	# Inner faults, and status 2 for them alone, depend on what was decoded
	# (SPEC 1.6); bytes after a flipped bit may have such.
	if [ "$inner" -eq 1 ]; then
		sed '$d' base >base.lines && mv base.lines base
		sed '$d' now >now.lines && mv now.lines now
		cp base.err now.err
	fi
	cmp -s base now && cmp -s base.err now.err && return 0
	echo "differs, archive $round: mtrack $query"
	diff base now | head -5
	diff base.err now.err | head -5
	failed=$((failed + 1))
	if [ -n "${MTRACK_INDEX_KEEP-}" ]; then
		rm -rf "$MTRACK_INDEX_KEEP"
		cp -a "$top" "$MTRACK_INDEX_KEEP"
		echo "$query" >"$MTRACK_INDEX_KEEP/query"
		exit 1
	fi
}

build()
{
	MTRACK_INDEX_BLOCK=$block "$program" --build-index arc >built 2>built.err
	case $? in
	0 | 2) ;;
	*) echo "archive $round: --build-index fails"; failed=$((failed + 1)) ;;
	esac
}

round=0
while [ "$compared" -lt "$queries" ]; do
	round=$((round + 1)) inner=0
	rm -rf arc later
	mkdir arc later
	for day in 1 2 3; do
		archive_file $day
	done
	archive_polls
	random 5
	block=$(echo 64 1000 5000 20000 100000 | cut -d ' ' -f $((chance + 1)))
	build
	grow
	random 3
	[ "$chance" -eq 0 ] || build
	collect
	done=0
	while [ $done -lt $each ]; do
		make_query
		compare
		done=$((done + 1))
	done
done
echo "$compared queries on $round archives, $used skipped blocks," \
    "$parted read parts, $failed differ"
[ "$failed" -eq 0 ] && [ "$used" -gt $((compared / 4)) ] &&
    [ "$parted" -gt $((compared / 4)) ]
