#!/bin/sh
# SPDX-License-Identifier: MIT
# --export, --select, --export-status: caps, the ledger, crashes, crowds.
#
#	tests/export.sh MTRACK TESTDATA
set -u
mtrack=$(realpath "$1") data=$(realpath "$2") || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-export.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$work" || exit 2
export LC_ALL=C TZ=UTC HOME="$work/home" XDG_STATE_HOME="$work/state"
unset MTRACK_ARCHIVE MTRACK_LICENSE MTRACK_CONFIG XDG_CONFIG_HOME
mkdir home
cp -R "$data/archive" arc
begun=$(date -u +%F)
ledger=state/mtrack/exports.jsonl
failed=0

fail()
{
	echo "FAIL $*"
	failed=$((failed + 1))
}

# states WANT: the states in the ledger, oldest first.
states()
{
	now=$("$mtrack" --export-status --tsv --no-header | cut -f 3,4,5 |
		tr '\t\n' ' ,')
	[ "$now" = "$1" ] || fail "the ledger says '$now', not '$1'"
}

# ---- before the first one ----
"$mtrack" --export-status --csv >out 2>err || fail 'status without a ledger'
echo 'time,ended,state,kind,records,file,query,reason' | cmp -s - out ||
	fail 'an empty ledger has its header'
[ -e state ] && fail 'looking made a ledger'

# ---- an export is what --csv prints ----
"$mtrack" --export all.csv arc || fail 'an export'
"$mtrack" --csv arc | cmp -s - all.csv || fail 'an export is not the CSV'
states 'completed all 146,'
[ "$(stat -c %a $ledger)" = 600 ] || fail 'the ledger is for others to read'
[ "$(wc -l <$ledger)" -eq 2 ] || fail 'two lines an export'
"$mtrack" --export none.csv -t nobody@example.test arc || fail 'an empty one'
[ "$(wc -l <none.csv)" -eq 1 ] || fail 'an empty one has a header'
states 'completed all 146,completed all 0,'

# ---- selected ones do not count, failed ones neither ----
ids=$("$mtrack" --csv --no-header --fields mailID -n 30 arc | grep . | sort -u | head -2)
"$mtrack" --export sel.csv --select "$(echo $ids | tr ' ' ,)" arc || fail select
echo "$ids" >ids
"$mtrack" --export sel2.csv --select @ids arc && cmp -s sel.csv sel2.csv || fail 'select @FILE'
cut -d, -f14 sel.csv | sed 1d | sort -u | cmp -s - ids || fail 'the selected ones'
"$mtrack" --export nowhere/x.csv arc 2>err && fail 'no such folder'
states 'completed all 146,completed all 0,completed selected 2,completed selected 2,failed all ,'

# ---- the cap, before anything is written ----
awk 'BEGIN { for (i = 0; i < 50001; i++) printf "{\"genTime\":\"2026-10-01T00:00:00Z\",\"timestamp\":\"2026-10-01T00:00:00Z\",\"sender\":\"s%d@x.test\",\"recipient\":\"r@y.test\"}\n", i }' >many.jsonl
echo mine >kept.csv
"$mtrack" --export kept.csv many.jsonl 2>err
[ $? -eq 2 ] || fail 'over the cap'
grep -q '50,001 entries match.*at most 50,000.*--license none' err ||
	{ fail 'what the cap says'; cat err; }
[ "$(cat kept.csv)" = mine ] || fail 'FILE was written over'
"$mtrack" --export part.csv -n 50000 many.jsonl || fail 'a part of them'
[ "$(wc -l <part.csv)" -eq 50001 ] || fail 'the whole part'
"$mtrack" --export whole.csv --license none many.jsonl || fail 'no license'

# ---- five a day ----
"$mtrack" --export 4.csv arc || fail 'the fifth'
echo mine >6.csv
"$mtrack" --export 6.csv arc 2>err
[ $? -eq 2 ] || fail 'the sixth'
grep -q '5 exports on .* (UTC).*--license none.*license = none' err ||
	{ fail 'what the limit says'; cat err; }
[ "$(cat 6.csv)" = mine ] || fail 'the sixth was written'
"$mtrack" --export sel3.csv --select @ids arc || fail 'selected beyond five'
"$mtrack" --export more.csv --license none arc || fail 'the own archive'

# ---- a crowd: five of them, no more ----
rm -rf state
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	("$mtrack" --export crowd.$i arc 2>/dev/null && echo done >crowd.done.$i) &
done
wait
[ "$(ls crowd.done.* | wc -l)" -eq 5 ] || fail "a crowd: $(ls crowd.done.*)"
states 'completed all 146,completed all 146,completed all 146,completed all 146,completed all 146,'

# ---- running, then killed ----
rm -rf state
mkfifo slow
"$mtrack" --export slow.csv slow &
victim=$!
exec 4>slow
tries=0
while [ ! -s $ledger ] && [ $tries -lt 100 ]; do
	sleep 0.1
	tries=$((tries + 1))
done
states 'running all ,'
kill -9 $victim
wait $victim 2>/dev/null
exec 4>&-
states 'failed all ,'
"$mtrack" --export-status --jsonl | grep -q '"reason":"the run died"' ||
	fail 'why it failed'
[ -e slow.csv ] && fail 'a killed export left its FILE'

# ---- lines that a crash cut short, and others ----
printf 'my note\n{"time":"2026-10-01T00:00:00Z","id":"x","sta' >>$ledger
"$mtrack" --export after.csv arc || fail 'after a torn line'
states 'failed all ,completed all 146,'
"$mtrack" --export-status --raw | grep -c '"state":' >count
[ "$(cat count)" -eq 3 ] || fail 'raw lines'

# ---- a ledger that may be read only, and what is none ----
status_by_another()
{
	if [ "$(id -u)" -ne 0 ]; then
		"$mtrack" --export-status --tsv --no-header
	else
		setpriv --reuid=65534 --regid=65534 --clear-groups \
		    "$mtrack" --export-status --tsv --no-header
	fi
}

if [ "$(id -u)" -ne 0 ] ||
	setpriv --reuid=65534 --regid=65534 --clear-groups "$mtrack" --version >out 2>&1; then
	chmod 755 . state state/mtrack && chmod 444 $ledger
	status_by_another >out 2>err && [ "$(cut -f 3 out | tr '\n' ' ')" = 'failed completed ' ] ||
		{ fail 'a ledger that may only be read'; cat err; }
	chmod 600 $ledger
fi
mv $ledger kept.jsonl && mkfifo $ledger
timeout 10 "$mtrack" --export-status >out 2>err
[ $? -eq 2 ] && grep -q 'exports.jsonl: no regular file' err || fail 'a pipe for a ledger'
timeout 10 "$mtrack" --export pipe.csv arc 2>err
[ $? -eq 2 ] && grep -q 'exports.jsonl: no regular file' err && [ ! -e pipe.csv ] ||
	fail 'a pipe to be appended to'
rm $ledger && mv kept.jsonl $ledger

# ---- places ----
unset XDG_STATE_HOME
"$mtrack" --export home.csv arc || fail 'in the home folder'
[ -s home/.local/state/mtrack/exports.jsonl ] || fail 'the other place'
HOME= "$mtrack" --export homeless.csv arc 2>err
[ $? -eq 2 ] && grep -q 'set HOME or XDG_STATE_HOME' err || fail 'no place at all'
[ -e homeless.csv ] && fail 'an export without a ledger'
"$mtrack" --export "it's.csv" --subject '"a b"' --license none arc
"$mtrack" --export-status --json |
	grep -qF "\"query\":\"mtrack --export 'it'\\\\''s.csv' --subject '\\\"a b\\\"' --license none arc\"" ||
	fail 'the command line'

# A day that turned while this ran has counts of its own.
if [ $failed -gt 0 ] && [ "$begun" != "$(date -u +%F)" ]; then
	echo 'skipped: midnight'
	exit 77
fi
[ $failed -eq 0 ] && echo ok
[ $failed -eq 0 ]
