#!/bin/sh
# SPDX-License-Identifier: MIT
# --checkpoint: no gap and no double, whatever becomes of the files; crashes;
# two runs at once.
#
#	tests/checkpoint.sh MTRACK TESTDATA
set -u
mtrack=$(realpath "$1") data=$(realpath "$2") || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-checkpoint.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 2
export LC_ALL=C TZ=UTC HOME="$work"
unset MTRACK_ARCHIVE MTRACK_LICENSE MTRACK_CONFIG XDG_CONFIG_HOME
failed=0

fail()
{
	echo "FAIL $*"
	failed=$((failed + 1))
}

# same TITLE WANT GOT: the same lines, in any order.
same()
{
	sort "$2" >"$2.sorted"
	sort "$3" >"$3.sorted"
	cmp -s "$2.sorted" "$3.sorted" && return
	fail "$1"
	diff "$2.sorted" "$3.sorted" | head -10
}

# news TITLE STATE ARGS...: a run adds what it prints to got.STATE.
news()
{
	title=$1 state=$2
	shift 2
	"$mtrack" --license none --checkpoint "$state" --jsonl "$@" >now ||
		fail "$title: status $?"
	cat now >>"got.$state"
}

# nothing TITLE STATE ARGS...: a run finds nothing new, and status 0.
nothing()
{
	news "$@"
	[ -s now ] && { fail "$1: printed again"; head -5 now; }
}

days='01 02 03 04 05 06 07 08 09 10 11 12 13 14'

# ---- an archive that grows: the runs together are one run over all ----
mkdir grow
for day in $days; do
	cp "$data"/archive/2026-10-"$day"-* grow
	news "day $day" records --history grow
	nothing "day $day again" records --history grow
done
"$mtrack" --license none --history --jsonl grow >all
same 'records: one run and many' all got.records

# ---- states: what a plain run shows anew ----
rm -rf grow && mkdir grow && : >before
for day in $days; do
	cp "$data"/archive/2026-10-"$day"-* grow
	news "day $day" entries grow
	"$mtrack" --license none --jsonl grow | sort >after
	comm -13 before after >new
	same "day $day: new entries and new states" new now
	nothing "day $day again" entries grow
	mv after before
done

# ---- members appended to one file ----
rm -rf grow && mkdir grow && : >got.members
for day in $days; do
	"$mtrack" --license none --history --jsonl "$data"/archive/2026-10-"$day"-* |
		gzip -n >>grow/log.gz
	news "member $day" members --history grow
done
"$mtrack" --license none --history --jsonl grow >all
same 'appended members' all got.members

# ---- a line that is still being written is left to the next run ----
mkdir lines
cef='CEF:0|Trend Micro|TMES|1.0|400101|TRACKING|3|rt=2026-10-05T10:00:00Z'
cef="$cef suser=a@b.test cs1Label=mailUuid cs1=half-1 act=Delivered"
printf '%s duser=anna@exam' "$cef" >lines/2026-10-05.cef
nothing 'a half line' halves lines
printf 'ple.com\n' >>lines/2026-10-05.cef
news 'its other half' halves lines
printf 'genTime,recipient,mailID,action\n2026-10-06T10:00:00Z,c@d.test,half-2,Deliv' \
    >lines/2026-10-06.csv
nothing 'half a row' halves lines
printf 'ered' >>lines/2026-10-06.csv
: >lines/2026-10-07.csv
touch -d '2030-01-01' lines/2026-10-07.csv
news 'a file that grows no more' halves lines
"$mtrack" --license none --jsonl lines >want
same 'lines as they grew' want got.halves

# ---- rotated, compressed anew, unpacked, joined, split: nothing is new ----
mv grow/log.gz grow/log.1.gz
nothing 'rotated' members --history grow
gzip -dc grow/log.1.gz | gzip -9n >grow/log.2.gz && rm grow/log.1.gz
nothing 'compressed anew' members --history grow
gzip -d grow/log.2.gz
nothing 'unpacked' members --history grow
split -l 20 grow/log.2 grow/part- && rm grow/log.2
nothing 'split' members --history grow
cat grow/part-a[d-z] grow/part-a[a-c] >grow/all && rm grow/part-*
nothing 'joined in another order' members --history grow
{ echo '{"nextToken":"","logs":['; sed '$!s/$/,/' grow/all; echo ']}'; } >grow/page
rm grow/all
nothing 'fetched again as a page' members --history grow

# ---- a record more in front, and one logged twice alike ----
one='{"genTime":"2026-10-14T23:00:00Z","timestamp":"2026-10-14T22:59:59Z","sender":"a@b.test","recipient":"c@d.test","action":"Delivered"}'
{ echo "$one"; sed 1d grow/page | sed '$d; s/,$//'; } >grow/front && rm grow/page
news 'one in front' members --history grow
echo "$one" | "$mtrack" --history --jsonl - >want
same 'just that one' want now
echo "$one" >>grow/front
news 'the same again' members --history grow
same 'twice logged is printed twice' want now
nothing 'and no third time' members --history grow

# ---- an archive that is away for a while ----
mv grow away && mkdir grow && cp "$data"/archive/2026-10-01-blocked.jsonl grow
"$mtrack" --license none --checkpoint members --history --jsonl grow >/dev/null
rm -rf grow && mv away grow
nothing 'back again' members --history grow

# ---- counts, one row a mail, another format: each entry once ----
news '-c' counted -c "$data/archive"
"$mtrack" --license none -c "$data/archive" >want
same 'counts what is new' want now
news '-c again' counted -c "$data/archive"
echo 0 >want
same 'then nothing' want now
news '--by' grouped --by direction "$data/archive"
"$mtrack" --license none --by direction --jsonl "$data/archive" >want
same 'groups what is new' want now
nothing '--by again' grouped --by direction "$data/archive"
news '--by-message' mails --by-message "$data/archive"
"$mtrack" --license none --by-message --jsonl "$data/archive" >want
same 'rows of mails' want now
nothing '--by-message again' mails --by-message "$data/archive"

# ---- spilled to disk: the same ----
news 'little memory' spilled --memory 64K "$data/archive"
"$mtrack" --license none --jsonl "$data/archive" >want
same 'spilled' want now
nothing 'spilled again' spilled --memory 64K "$data/archive"
nothing 'spilled by one, read by another' spilled -j 1 "$data/archive"

# ---- killed while it prints: nothing is lost ----
mkfifo pipe
cp -R "$data/archive" grow2
: >got.killed
"$mtrack" --license none --checkpoint killed --history --jsonl grow2 >pipe &
victim=$!
exec 3<pipe
head -c 10 <&3 >/dev/null
kill -9 $victim 2>/dev/null
exec 3<&-
wait $victim 2>/dev/null
news 'after a kill' killed --history grow2
"$mtrack" --license none --history --jsonl grow2 >want
same 'all of it comes again' want now

# An output that cannot be written leaves FILE as it was.
cp killed before.killed
cp "$data"/good-* grow2 2>/dev/null
"$mtrack" --license none --checkpoint fails --jsonl grow2 >/dev/full 2>err
[ $? -eq 2 ] || fail 'a full disk is no error'
[ -e fails ] && fail 'a checkpoint of what was never printed'
"$mtrack" --license none --checkpoint fails --jsonl -o nowhere/out grow2 2>err
[ -e fails ] && fail 'a checkpoint of what was never written'
"$mtrack" --license none --checkpoint fails --jsonl -o out grow2 2>err
[ -s fails ] && [ -s out ] || fail '-o and --checkpoint'

# ---- two at once ----
mkfifo slow
"$mtrack" --license none --checkpoint busy --jsonl slow >first 2>first.err &
holder=$!
exec 4>slow
tries=0
while [ ! -s busy ] && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
"$mtrack" --license none --checkpoint busy --jsonl grow2 >second 2>err
[ $? -eq 2 ] || fail 'the second run was let in'
[ -s second ] && fail 'the second run printed'
grep -qx "mtrack: checkpoint busy: in use by process $holder, another run" err ||
	{ fail 'the second run does not name the first'; cat err; }
cat "$data/archive/2026-10-01-accepted.jsonl" >&4
exec 4>&-
wait $holder || fail 'the first run was disturbed'
"$mtrack" --license none --jsonl "$data/archive/2026-10-01-accepted.jsonl" >want
same 'the first run is whole' want first
nothing 'and renewed' busy "$data/archive/2026-10-01-accepted.jsonl"

# Many at once: each entry is printed by exactly one of them.
: >got.crowd
for i in 1 2 3 4 5 6 7 8; do
	(
		for j in 1 2 3 4 5 6 7 8 9 10 11 12; do
			"$mtrack" --license none --history --jsonl \
			    --checkpoint crowd "$data/archive" >crowd.$i 2>/dev/null && break
			sleep 0.2
		done
		cat crowd.$i >>got.crowd
	) &
done
wait
"$mtrack" --license none --history --jsonl "$data/archive" >want
same 'a crowd' want got.crowd

# ---- what is no checkpoint is never written over ----
echo 'my notes' >notes
"$mtrack" --checkpoint notes --jsonl grow2 >out 2>err
[ $? -eq 2 ] && grep -q 'no checkpoint of mtrack' err || fail 'foreign file'
[ "$(cat notes)" = 'my notes' ] || fail 'a foreign file was written over'
cp entries harmed && printf x | dd of=harmed bs=1 seek=100 conv=notrunc 2>/dev/null
"$mtrack" --license none --checkpoint harmed --jsonl grow2 >out 2>err
[ $? -eq 2 ] && grep -q damaged err && [ ! -s out ] || fail 'damage'
head -c 200 entries >harmed
"$mtrack" --license none --checkpoint harmed --jsonl grow2 >out 2>err
[ $? -eq 2 ] && grep -q damaged err || fail 'cut short'
"$mtrack" --license none --history --checkpoint entries --jsonl grow2 >out 2>err
[ $? -eq 2 ] && grep -q 'without --history' err || fail 'another kind of entries'
mkdir folder
"$mtrack" --checkpoint folder --jsonl grow2 >out 2>err
[ $? -eq 2 ] || fail 'a folder'
ln -s entries link
nothing 'through a link' link "$data/archive"
[ -L link ] || fail 'the link was replaced'

# ---- a run that fails takes away only what it made itself ----
: >ready && chmod 600 ready
"$mtrack" --license none --checkpoint ready --jsonl -o nowhere/out grow2 2>err
[ "$(stat -c %a ready 2>err)" = 600 ] || fail 'an empty FILE was taken away'
ln -s ready link2
"$mtrack" --license none --checkpoint link2 --jsonl -o nowhere/out grow2 2>err
[ -L link2 ] || fail 'a link was taken away'
: >none
nothing 'its own head holds nothing' ready none
ln -s nothing link3
"$mtrack" --license none --checkpoint link3 --jsonl grow2 >out 2>err
[ $? -eq 2 ] && grep -q 'a link to nothing' err && [ ! -e nothing ] ||
	fail 'a link to nothing'
for name in - ''; do
	"$mtrack" --checkpoint "$name" --jsonl grow2 >out 2>err
	[ $? -eq 2 ] && [ ! -e ./- ] || fail "the name '$name'"
done

[ $failed -eq 0 ] && echo ok
[ $failed -eq 0 ]
