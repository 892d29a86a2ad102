#!/bin/sh
# SPDX-License-Identifier: MIT
# Faults that the system itself can have: full disks, folders that may not be
# read or written, files that change while they are read, what only looks like
# a log, bombs, crowds of files and members, and signals.
#
#	tests/hardship.sh MTRACK MKDATA MKARCHIVE PEAK FAILING [whole]
#
# `whole` is for doing it by hand: 4 GB in one line, 100,000 files, 20,000
# members. FAILING is tools/failing.c; without it (-) some of it is left out.
set -u
for tool in "$1" "$2" "$3" "$4"; do
	[ -x "$tool" ] || { echo "no program: $tool"; exit 2; }
done
mtrack=$(realpath "$1") mkdata=$(realpath "$2") mkarchive=$(realpath "$3")
peak=$(realpath "$4") failing=$5
megabytes=20 files=1500 members=1000
if [ "${6-}" = whole ]; then
	megabytes=4096 files=100000 members=20000
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-hardship.XXXXXX") || exit 2
trap 'umount small 2>/dev/null; chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 2
chmod 755 .
mkdir home tmp state
export LC_ALL=C TZ=UTC HOME="$work/home" TMPDIR="$work/tmp"
export XDG_STATE_HOME="$work/state" MTRACK_LICENSE=none
unset MTRACK_ARCHIVE MTRACK_CONFIG XDG_CONFIG_HOME MTRACK_INDEX_DIR
failed=0 checks=0

fail()
{
	echo "FAIL $*"
	failed=$((failed + 1))
	[ ! -s err ] || head -3 err
}

# expect TITLE STATUS COMMAND...: its status, in time; its output in out, err.
expect()
{
	title=$1 want=$2
	shift 2
	checks=$((checks + 1))
	timeout 120 "$@" >out 2>err </dev/null
	status=$?
	case " $want " in
	*" $status "*) ;;
	*) fail "$title: status $status, not $want" ;;
	esac
}

# says TITLE PATTERN: the last command's message.
says()
{
	grep -q -- "$2" err || fail "$1: no message with: $2"
}

# holds TITLE FILE TEXT
holds()
{
	[ "$(cat "$2")" = "$3" ] || fail "$1: $2 is not what it was"
}

# bare TITLE FOLDER: nothing unfinished was left there.
bare()
{
	find "$2" -name '.mtrack-*' -o -name 'mtrack-*' | grep . &&
		fail "$1: a temporary file is left"
}

"$mkdata" --days 3 --records-per-day 3000 --seed 7 arc >/dev/null || exit 2
"$mtrack" --csv arc >good.csv 2>err || { fail 'no archive'; exit 1; }
"$mtrack" --no-index -c arc >good.count

# ---- full disks ----
echo mine >kept
limited()
{
	(ulimit -f "$1"; shift; exec timeout 60 "$@")
}
limited 16 "$mtrack" --csv --memory 64K arc >/dev/null 2>err
[ $? -eq 2 ] || fail 'full disk, spilling'
says 'full disk, spilling' 'temporary file cannot be written'
limited 16 "$mtrack" --csv -o kept arc 2>err
[ $? -eq 2 ] || fail 'full disk, -o'
holds 'full disk, -o' kept mine
limited 16 "$mtrack" --export kept arc 2>err
[ $? -eq 2 ] || fail 'full disk, --export'
holds 'full disk, --export' kept mine
"$mtrack" --export-status --tsv >out && grep -q failed out ||
	fail 'full disk: the ledger'
"$mtrack" --checkpoint point -c arc/*01.* >out 2>err
cp point point.before
limited 16 "$mtrack" --checkpoint point --csv arc >/dev/null 2>err
[ $? -eq 2 ] || fail 'full disk, --checkpoint'
cmp -s -i 32 point point.before || fail 'full disk: the checkpoint changed'
mkdir idx
limited 1 "$mtrack" --build-index --index-dir idx arc >out 2>err
[ $? -eq 2 ] || fail 'full disk, --build-index'
says 'full disk, --build-index' 'File too large'
[ -z "$(ls -A idx)" ] || fail 'full disk: half a side file'
for form in --csv --json --tsv --raw --detail --table -c --coverage --explain \
    '--by sender' --help --version '--fields help'; do
	case $form in
	--help | --version | *help) set -- ;;
	*) set -- arc ;;
	esac
	timeout 60 "$mtrack" $form "$@" >/dev/full 2>err
	[ $? -eq 2 ] || fail "/dev/full, $form"
	says "/dev/full, $form" 'No space left on device'
done
bare 'full disks' .
# A small disk of its own, where one may be mounted.
mkdir small
if mount -t tmpfs -o size=128k tmpfs small 2>/dev/null; then
	echo mine >small/kept
	expect 'a small disk, -o' 2 "$mtrack" --csv -o small/kept arc
	says 'a small disk, -o' 'small/kept: No space left'
	holds 'a small disk, -o' small/kept mine
	expect 'a small disk, spilling' 2 \
	    env TMPDIR=small "$mtrack" --memory 64K --csv arc
	says 'a small disk, spilling' 'No space left'
	expect 'a small disk, --export' 2 \
	    env XDG_STATE_HOME="$work/small" "$mtrack" --export small/kept arc
	holds 'a small disk, --export' small/kept mine
	expect 'a small disk, --build-index' 2 \
	    env MTRACK_INDEX_BLOCK=20000 "$mtrack" --build-index \
	    --index-dir small arc
	bare 'a small disk' small
	expect 'a small disk, what is indexed' 0 "$mtrack" --index-dir small \
	    --csv arc
	cmp -s out good.csv || fail 'a small disk: another answer'
	umount small
else
	echo 'left out: no file system can be mounted'
fi

# ---- what an ordinary user may not ----
if [ "$(id -u)" = 0 ]; then
	command -v setpriv >/dev/null && user='setpriv --reuid 65534 --regid 65534 --clear-groups' || user=
else
	user=env
fi
if [ "$user" ] && $user test -x "$mtrack" && $user test -r "$work/arc"; then
	cp -R arc closed
	chmod 000 closed/*-02.* && mkdir closed/deep && cp arc/*01.* closed/deep
	chmod 000 closed/deep
	expect 'a file and a folder without permission' 2 \
	    $user "$mtrack" --csv closed
	says 'a file without permission' '02.*: .*Permission denied'
	says 'a folder without permission' 'closed/deep: .*Permission denied'
	"$mtrack" --csv arc/*01.* arc/*03.* | cmp -s - out ||
		fail 'what could be read is not all there'
	chmod -R u+rwx closed
	mkdir shut && echo mine >shut/file && chmod 777 shut/file && chmod 555 shut
	expect 'a folder that is read only, -o' 2 \
	    $user "$mtrack" --csv -o shut/new arc
	says 'a folder that is read only' 'cannot write shut/new: Permission'
	expect 'a folder that is read only, -o over a file' 2 \
	    $user "$mtrack" --csv -o shut/file arc
	holds 'a folder that is read only' shut/file mine
	expect 'a folder that is read only, --checkpoint' 2 \
	    $user "$mtrack" --checkpoint shut/point -c arc
	expect 'a folder that is read only, spilling' 2 \
	    $user env TMPDIR="$work/shut" "$mtrack" --memory 64K --csv arc
	says 'a folder that is read only, spilling' 'TMPDIR\|shut'
	expect 'a folder that is read only, the ledger' 2 \
	    $user env XDG_STATE_HOME="$work/shut" "$mtrack" --export tmp/x arc
	chmod 555 arc
	expect 'an archive that is read only' 2 $user "$mtrack" --build-index arc
	says 'an archive that is read only' 'mtx: Permission denied'
	expect 'an archive that is read only, a query' 0 $user "$mtrack" --csv arc
	cmp -s out good.csv || fail 'an archive that is read only'
	chmod 755 arc shut
	bare 'without permission' .
else
	echo 'left out: no ordinary user here'
fi

# ---- side files of others ----
expect 'side files' 0 "$mtrack" --build-index arc
chmod o+w arc/*01*.mtx
expect 'a side file that others may write' 0 "$mtrack" --stats --csv arc
cmp -s out good.csv || fail 'a side file that others may write'
says 'a side file that others may write' 'is not trusted'
if [ "$(id -u)" = 0 ]; then
	chmod o-w arc/*01*.mtx && chown 54321 arc/*01*.mtx
	expect "somebody else's side file" 0 "$mtrack" --stats --csv arc
	says "somebody else's side file" 'is not trusted'
	cmp -s out good.csv || fail "somebody else's side file"
fi
rm -f arc/*.mtx

# ---- files that change while they are read ----
"$mkdata" --days 1 --records-per-day 60000 --plain --seed 3 one >/dev/null
mkdir live && cp one/* live/log.jsonl
# Of 40 MB of output at most 16 MB wait for a slow reader.
live="$mtrack -j 1 --csv --history --sort none --no-header live"
$live >whole.csv
# while_read TITLE COMMAND: once some of the output is there, COMMAND is run.
while_read()
{
	cp one/* live/log.jsonl
	(timeout 120 $live 2>err; echo $? >status) | {
		head -c 4096
		sh -c "$2"
		cat
	} >out
	status=$(cat status)
	checks=$((checks + 1))
}
while_read 'removed' 'rm live/log.jsonl'
cmp -s out whole.csv && [ "$status" -eq 0 ] || fail "removed: status $status"
while_read 'replaced' 'echo new >live/new; mv live/new live/log.jsonl'
cmp -s out whole.csv && [ "$status" -eq 0 ] || fail "replaced: status $status"
while_read 'appended' 'head -n 5 one/* >>live/log.jsonl'
head -n "$(wc -l <whole.csv)" out | cmp -s - whole.csv && [ "$status" -eq 0 ] ||
	fail "appended: status $status"
while_read 'truncated' 'truncate -s 20M live/log.jsonl'
size=$(wc -c <out)
head -c "$size" whole.csv | cmp -s - out || fail 'truncated: other records'
[ "$status" -le 2 ] || fail "truncated: status $status"
while_read 'written over' 'head -c 60M /dev/urandom | dd of=live/log.jsonl conv=notrunc 2>/dev/null'
[ "$status" -eq 2 ] && says 'written over' 'log.jsonl:' ||
	fail "written over: status $status"
rm -rf live/*
(
	i=0
	while [ $i -lt 40 ]; do
		cp one/* live/a.jsonl && mv live/a.jsonl live/b.jsonl
		rm -f live/b.jsonl
		i=$((i + 1))
	done
) 2>/dev/null &
churn=$!
for i in 1 2 3 4 5 6; do
	expect 'files that come and go' '0 1 2 3' "$mtrack" -c live
	expect 'files that come and go, indexed' '0 2' "$mtrack" --build-index \
	    --index-dir idx live
done
wait $churn
rm -rf one live idx

# ---- what only looks like a log ----
cp -R arc odd && mkfifo odd/2026-08-02.jsonl && mkdir odd/2026-08-04.jsonl.gz
expect 'a FIFO and a folder with the names of logs' 0 "$mtrack" --csv odd
cmp -s out good.csv || fail 'a FIFO and a folder with the names of logs'
cp arc/*01.* odd/2026-08-04.jsonl.gz/log
expect 'a folder with the name of a log, named' 0 "$mtrack" -c \
    odd/2026-08-04.jsonl.gz
ln -s /dev/zero odd/zero.jsonl && ln -s /dev/full odd/full.jsonl
ln -s . odd/round.jsonl
expect 'links to devices and to itself' '0 2' "$mtrack" --no-index -c arc odd
mkfifo pipe
expect 'a FIFO that nobody writes to is no index' 0 \
    "$mtrack" --csv --index-dir pipe arc
rm -rf odd pipe

# ---- bombs: one line without an end ----
endless()
{
	printf '%s' "$1"
	head -c "${megabytes}M" /dev/zero | tr '\0' a
}
mkdir bomb && cp arc/*01.* bomb/log.gz
"$mtrack" -c bomb >want.count
# limit in KiB, of which a record of 16 MiB may take some
for begin in a '{"sender":"' '{"logs":[{"sender":"' '[' 'timestamp,sender
"' 'timestamp,sender
2026-08-01T00:00:00Z,' 'CEF:0|Trend Micro|TMES|1|400101|TRACKING|1|suser='; do
	endless "$begin" | gzip -1 >bomb/2026-08-01.json.gz
	"$peak" 90000 timeout 900 "$mtrack" -j 2 -c bomb >out 2>err
	[ $? -eq 2 ] || fail "a bomb that begins '$begin': status"
	cmp -s out want.count || fail "a bomb that begins '$begin': other files"
	says "a bomb that begins '$begin'" '2026-08-01.json.gz'
	checks=$((checks + 1))
	[ "$(wc -l <err)" -le 8 ] || fail "a bomb that begins '$begin': too much said"
	"$peak" 120000 timeout 900 "$mtrack" --build-index --index-dir tmp bomb \
	    >out 2>err
	[ $? -eq 2 ] || fail "a bomb that begins '$begin': --build-index"
done
rm -rf bomb tmp/*

# ---- crowds ----
mkdir crowd
awk -v count="$files" 'BEGIN { for (i = 0; i < count; i++) {
	dir = "crowd/" int(i / 1000)
	if (i % 1000 == 0) system("mkdir " dir)
	file = dir "/" i ".jsonl"
	printf "{\"genTime\":\"2026-08-01T00:00:00Z\",\"sender\":\"s%d@x.test\",\"recipient\":\"r@y.test\"}\n", i >file
	close(file) } }'
(ulimit -n 40; exec "$mtrack" -c -j 4 crowd) >out 2>err
holds "$files files, 40 descriptors" out "$files"
(ulimit -n 40; exec "$mtrack" --build-index -j 4 --index-dir tmp crowd) >out 2>err ||
	fail "$files side files"
(ulimit -n 40; exec "$mtrack" -c -j 4 --index-dir tmp crowd) >out 2>err
holds "$files files with side files" out "$files"
rm -rf crowd tmp && mkdir tmp
"$mkdata" --days 1 --records-per-day "$members" --plain one >/dev/null
while IFS= read -r line; do
	echo "$line" | gzip -1n
done <"$(echo one/*)" >many.gz
"$mtrack" --csv one/* >want.csv
expect "$members members" 0 "$mtrack" --csv many.gz
cmp -s out want.csv || fail "$members members"
expect "$members members, indexed" 0 "$mtrack" --build-index --index-dir tmp many.gz
expect "$members members, by the index" 0 "$mtrack" --csv --index-dir tmp many.gz
cmp -s out want.csv || fail "$members members, by the index"
rm -rf one many.gz tmp/*

# ---- ended from outside ----
# ended TITLE SIGNAL STATUS ARGUMENT...: while it waits for its input.
ended()
{
	title=$1 signal=$2 want=$3
	shift 3
	rm -f slow && mkfifo slow
	echo mine >file
	env --default-signal=INT $preload "$mtrack" "$@" slow >out 2>err &
	victim=$!
	exec 4>slow
	head -c 100000 good.csv >&4
	sleep 0.2
	kill -"$signal" $victim
	wait $victim 2>/dev/null
	status=$?
	exec 4>&-
	checks=$((checks + 1))
	[ $status -eq "$want" ] || fail "$title, SIG$signal: status $status"
	holds "$title, SIG$signal" file mine
	bare "$title, SIG$signal" .
	[ ! -e new ] || fail "$title, SIG$signal: a checkpoint of nothing"
}
preload=
if env --default-signal=INT true 2>/dev/null; then
	for round in unnamed named; do
		for pair in INT/130 TERM/143 HUP/129; do
			ended "$round" ${pair%/*} ${pair#*/} --csv -o file
			ended "$round" ${pair%/*} ${pair#*/} --export file
		done
		[ "$failing" != - ] || break
		preload="LD_PRELOAD=$failing FAILING_NAMED=1 FAILING=open:0"
	done
fi
# An index being made, killed at any moment: no answer changes.
"$mkdata" --days 4 --records-per-day 20000 --seed 9 big >/dev/null
"$mtrack" --no-index --jsonl -d out big >want
for i in 1 2 3 4 5 6 7 8 9 10; do
	"$mtrack" --build-index -j 2 --index-dir tmp big >out 2>err &
	victim=$!
	sleep 0.0$i
	kill -9 $victim 2>/dev/null
	wait $victim 2>/dev/null
	"$mtrack" --index-dir tmp --jsonl -d out big >now 2>err || fail 'a killed index'
	cmp -s now want || fail 'a killed index changes an answer'
	checks=$((checks + 1))
done
expect 'the index in the end' 0 "$mtrack" --build-index --index-dir tmp big
"$mtrack" --index-dir tmp --jsonl -d out big | cmp -s - want ||
	fail 'the index in the end'
[ "$(ls -A tmp | grep -c -v 'mtx$')" -eq 0 ] || fail 'more than side files'

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
