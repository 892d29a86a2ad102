#!/bin/sh
# SPDX-License-Identifier: MIT
# The differential test: a large archive, many queries; whatever the number of
# threads, packed or plain, with short cuts or none, in memory or spilled, as
# files or through a pipe: the same bytes. And the generator's known answers.
#
#	tests/differential.sh MTRACK MKDATA [DAYS [RECORDS-PER-DAY [QUERIES]]]
#
# QUERIES are made up, beside those that stand here; the same ones every time.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
make=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
days=${3-6} records=${4-1500} queries=${5-100}
top=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-differential.XXXXXX") || exit 2
trap 'rm -rf "$top"' EXIT
trap 'exit 130' INT TERM
cd "$top" || exit 2
export LC_ALL=C TZ=UTC HOME="$top" TMPDIR="$top"
unset MTRACK_ARCHIVE MTRACK_LICENSE MTRACK_NO_PREFILTER NO_COLOR

for form in json csv cef; do
	"$make" --days "$days" --records-per-day "$records" --format $form \
	    gz-$form || exit 2
done
"$make" --days "$days" --records-per-day "$records" --plain plain-json ||
	exit 2
failed=0
compared=0

# same NAME QUERY: the file `now` against `base`.
same()
{
	compared=$((compared + 1))
	if ! cmp -s base now; then
		echo "differs, $1: $2"
		cmp base now
		failed=$((failed + 1))
	fi
}

run()
{
	"$program" --license none "$@" >now 2>err
	echo "status $?" >>now
	cat err >>now
}

# Every query of a list, in every way.
every_way()
{
	while IFS= read -r query; do
		eval "set -- $query"
		run -j 1 "$@" gz-json
		mv now base
		run -j 2 "$@" gz-json
		same 'two threads' "$query"
		run -j 5 "$@" gz-json
		same 'five threads' "$query"
		run "$@" gz-json/*01.jsonl.gz gz-json
		same 'a file named first' "$query"
		run "$@" plain-json
		same 'plain files' "$query"
		MTRACK_NO_PREFILTER=1 run "$@" gz-json
		same 'no prefilter' "$query"
		run --memory 1M "$@" gz-json
		same 'spilled' "$query"
		cat gz-json/* | run "$@" -
		same 'a pipe of members' "$query"
		run "$@" gz-csv
		same 'CSV' "$query"
	done
}

every_way <<'END'
--tsv
--tsv --history
--tsv -r
--tsv -n 100 --skip 50
--tsv -r -n 100 --skip 50
--csv --action delivered
--csv --not-action delivered --type accepted
--tsv --action 'Temporary delivery error'
--tsv --since 2026-08-02 --until 2026-08-03
--tsv --since 2026-08-02T06:00 --until 2026-08-02T07:00 --history
--tsv --sender needle.sender@rare-domain.example
--tsv --sender ten.a.day@regular-domain.example --history
--tsv --sender '*@*.example.net' -n 500
--tsv --not-sender '*@*.example.net' -n 500
--tsv --recipient 'a*@example.com' --direction in
--tsv --subject invoice
--tsv --subject '"invoice"' --history
--tsv --subject 'straß'
--tsv --not-subject invoice -n 300
--tsv --sender-ip 192.0.2
--tsv --sender-ip 2001:db8::/32
--tsv --attachment-name '*.pdf'
--tsv --upstream-tls 1.0 --downstream-tls none
--tsv --block-reason qil
--tsv --size 1M..
--tsv -m nothing@example.test
--by action
--by day,type --tsv
--by senderDomain --top 20 --csv
--by sender --tsv
--by hour --type blocked --tsv
--detail -n 40
--json -n 40
-c
-c --history
-c --sender '<>'
END

# An output, and one to three criteria of different kinds, one in four negated.
awk -v count="$queries" '
function random(n) { # MINSTD
	seed = seed * 48271 % 2147483647
	return int(seed / 2147483647 * n)
}
function pick(list, parts) { return parts[1 + random(split(list, parts, "|"))] }
BEGIN {
	seed = 1
	outputs = "--tsv|--csv|--jsonl|-c|--tsv -r|--csv -n 20 --skip 3|--tsv --history|" \
	    "--jsonl --history -r|--by action --tsv|--by day,direction --csv|" \
	    "--by sender --top 7 --tsv|--tsv --sort none|--tsv --history --sort none"
	domains = "*@example.com|*@*.example.net|a*@*|*@*.test|m*@e*.com|<>|*@*.org"
	kinds = split("sender recipient header-from header-to subject action type direction " \
	    "sender-ip delivered-to upstream-tls downstream-tls size delay attachment-name", kind, " ")
	values["sender"] = values["recipient"] = domains
	values["header-from"] = values["header-to"] = domains
	values["subject"] = "invoice|\"invoice\"|in*ce|e a|\"a\"|re|ß|*"
	values["action"] = "delivered|bounced|quarantined,deleted|temporary-delivery-error|=Deferred"
	values["type"] = "accepted|blocked"
	values["direction"] = "in|out"
	values["sender-ip"] = "192|192.0.2|198.51|2001:db8::/32|203.0.113.0/25"
	values["delivered-to"] = "203.0|203.0.113|2001:db8::/32|198.51.100"
	values["upstream-tls"] = values["downstream-tls"] = "1.2|1.3|none|1.0,1.1"
	values["size"] = "10K..|..20K|5K..50K"
	values["delay"] = "1m..|..30s|10s..2m"
	values["attachment-name"] = "*.pdf|*.doc*|*a*|*e*"
	for (; count > 0; count--) {
		query = pick(outputs)
		first = random(kinds)
		for (i = random(3); i >= 0; i--) {
			name = kind[1 + (first + 4 * i) % kinds]
			query = query " --" (random(4) ? "" : "not-") name " \047" pick(values[name]) "\047"
		}
		if (!random(4))
			query = query " --since 2026-08-01T" 10 + random(10) ":00 --until 2026-08-03T12:00"
		print query
	}
}' >queries || exit 2
every_way <queries

# CEF lacks some fields and has its own receipt times: what it shares.
while IFS= read -r query; do
	eval "set -- $query"
	run --tsv --fields genTime,action,sender,recipient,subject,mailID \
	    --sort none "$@" gz-json
	mv now base
	run --tsv --fields genTime,action,sender,recipient,subject,mailID \
	    --sort none "$@" gz-cef
	same CEF "$query"
done <<'END'
--history --type accepted
--sender ten.a.day@regular-domain.example
--subject invoice
--action quarantined
END

# The generator's known answers, and counts by other means.
expect()
{
	compared=$((compared + 1))
	if [ "$2" != "$3" ]; then
		echo "$1: $2, expected $3"
		failed=$((failed + 1))
	fi
}
count()
{
	"$program" --license none -c "$@"
}
expect needles "$(count --sender needle.sender@rare-domain.example gz-json)" 3
expect 'ten a day' \
    "$(count --sender ten.a.day@regular-domain.example gz-csv)" $((days * 10))
expect records "$(count --history gz-json)" "$(zcat gz-json/* | grep -c .)"
expect mails "$(count gz-json)" $((days * records))
expect 'null senders' "$(count --history --sender '<>' gz-json)" \
    "$(zcat gz-json/* | grep -c '"sender":""')"
expect domain "$(count --history --recipient '*@example.org' gz-json)" \
    "$(zcat gz-json/* | grep -c '"recipient":"[^"]*@example.org"')"
expect pdf "$(count --history --attachment-name '*.pdf' gz-json)" \
    "$(zcat gz-json/* | grep -c '"fileName":"[^"]*\.pdf"')"
"$program" --license none --memory 1M --tsv --stats --history gz-json \
    2>&1 >now | grep -q '^runs spilled *[1-9]' ||
	expect 'runs were spilled' no yes

echo "$compared comparisons, $failed differ"
[ $failed -eq 0 ]
