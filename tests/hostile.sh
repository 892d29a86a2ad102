#!/bin/sh
# SPDX-License-Identifier: MIT
# Hostile text everywhere: in every field of a record of every form, in names of
# files and folders, and in the value of every option. What a person sees holds
# no control character, no bidirectional control and no invalid UTF-8.
#
#	tests/hostile.sh MTRACK ONPTY
set -u
[ -x "$1" ] && [ -x "$2" ] || exit 2
mtrack=$(realpath "$1") onpty=$(realpath "$2") || exit 2
top=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-hostile.XXXXXX") || exit 2
trap 'rm -rf "$top"' EXIT
trap 'exit 130' INT TERM
mkdir "$top/work" "$top/home" && cd "$top/work" || exit 2
export LC_ALL=C TZ=UTC HOME="$top/home" XDG_STATE_HOME="$top/state"
export MTRACK_LICENSE=none
unset MTRACK_ARCHIVE MTRACK_CONFIG XDG_CONFIG_HOME MTRACK_INDEX_DIR
failed=0 checks=0

bytes()
{
	printf "$1"
}
# Escapes, a bell, DEL, C1 (CSI); overrides, isolates and marks; overlong,
# surrogate, too large, lone and cut short bytes.
escapes=$(bytes '\033[31m\007\177\302\233\061\033]0;t\007')
bidi=$(bytes '\342\200\256\342\201\246\342\200\217\330\234\342\200\252')
invalid=$(bytes '\300\257\340\200\257\355\240\200\364\220\200\200\377\342\202')
hostile="x$escapes$bidi${invalid}y"
newline='
'
raw=$(bytes '[\001-\010\013-\037\177]')
c1=$(bytes '\302[\200-\237]')
marks=$(bytes '\342\200[\216\217\252-\256]\|\342\201[\246-\251]\|\330\234')

# clean TITLE FILE [LINES]: fit for a person's eyes.
clean()
{
	checks=$((checks + 1))
	[ "$(tr -cd '\000' <"$2" | wc -c)" -eq 0 ] || bad="a NUL"
	grep -aq "$raw" "$2" && bad="a control character"
	grep -aq "$c1" "$2" && bad="a C1 control"
	grep -aq "$marks" "$2" && bad="a bidirectional control"
	iconv -f UTF-8 -t UTF-8 "$2" >/dev/null 2>&1 || bad="invalid UTF-8"
	[ -n "$bad" ] || return 0
	echo "FAIL $1: $bad"
	head -c 300 "$2" | cat -v
	echo
	failed=$((failed + 1))
	bad=
}
bad=

# look TITLE ARGUMENT...: both outputs, in a pipe.
look()
{
	title=$1
	shift
	timeout 60 "$mtrack" "$@" >"$top/out" 2>"$top/err" </dev/null
	status=$?
	[ $status -le 3 ] || {
		echo "FAIL $title: status $status"
		failed=$((failed + 1))
	}
	cat "$top/err" >>"$top/out"
	clean "$title" "$top/out"
}

# The same on a terminal, whose line ends are CR LF.
see()
{
	title=$1
	shift
	timeout 60 "$onpty" -w 100 -1 -2 "$mtrack" --color never "$@" 2>&1 |
		sed 's/\r*$//' >"$top/out"
	[ -s "$top/out" ] || bad='nothing at all'
	clean "$title, on a terminal" "$top/out"
}

# ---- every field of every form ----
bad_json=$(printf '%s' "$hostile" | sed 's/[\\"]/\\&/g' | tr -d '\001-\037')
text="$bad_json\\u001b[2J\\u0007\\u0000\\u009b\\u202e\\u2067\\ud800\\n\\t"
{
	for action in Delivered "$text"; do
		printf '{"genTime":"2026-10-01T08:01:05Z","timestamp":"2026-10-01T08:01:00Z","direction":"in","mailID":"m1","action":"%s"' "$action"
		for key in sender recipient headerFrom subject messageID details \
		    senderIP deliveredTo tlsInfo upstreamTLS downstreamTLS \
		    downstreamDANE reportedRisk reason; do
			printf ',"%s":"%s"' $key "$text"
		done
		printf ',"headerTo":["%s","b@c.test"],"embeddedUrls":["%s"]' "$text" "$text"
		printf ',"attachments":[{"fileName":"%s","sha256":"%s","status":"%s","passwordAnalysis":"%s"}]}\n' "$text" "$text" "$text" "$text"
	done
} >records.jsonl
{
	echo 'timestamp,genTime,mailID,sender,recipient,subject,action,details,headerTo,attachments'
	cell=$(printf '%s' "$hostile" | tr -d '",')
	printf '2026-10-01T08:01:00Z,2026-10-01T08:01:05Z,m2,%s,%s,%s,%s,%s,%s,%s\n' \
	    "$cell" "$cell" "$cell" "$cell" "$cell" "$cell" "$cell"
	printf '2026-10-01T08:02:00Z,2026-10-01T08:02:05Z,m3,a@b.test,c@d.test,"a\000b",x,y,z,w\n'
	printf '%s,too,few\n' "$cell"
} >records.csv
printf 'CEF:0|Trend Micro|TMES|1.0|400101|TRACKING|3|rt=2026-10-01T08:01:05Z suser=%s duser=%s msg=%s act=%s reason=%s cs1Label=mailUuid cs1=m4\n' \
    "$hostile" "$hostile" "$hostile" "$hostile" "$hostile" >records.cef
printf '{"genTime":"%s","sender":"a@b.test"}\n{"genTime":"2026-10-01T08:01:05Z","sender":"%s\n' \
    "$bad_json" "$hostile" >broken.jsonl
printf 'time,%s,%s\n1,2,3\n' "$hostile" "$hostile" >header.csv
for form in '' --detail '--detail --history' '--fields all' '--by sender' \
    '--by subject,action' --by-message --coverage '--by headerTo' \
    '--why-not m1' '--why-not m2' '--fields +file,+line' --explain --stats \
    '--by attachments' '-c --strict' --hints; do
	look "records $form" $form records.* broken.jsonl header.csv
	see "records $form" $form records.* broken.jsonl header.csv
done
for form in --csv --tsv --json --jsonl --raw; do
	see "records $form" $form records.*
done
# JSON is UTF-8 whatever came in, and holds no control character as it is.
for form in --json --jsonl; do
	for more in '' '--by sender' --by-message --history; do
		checks=$((checks + 1))
		"$mtrack" $form $more records.* >"$top/out" 2>"$top/err"
		iconv -f UTF-8 -t UTF-8 "$top/out" >"$top/same" 2>&1 &&
			cmp -s "$top/out" "$top/same" &&
			! grep -aq "$(bytes '[\001-\011\013-\037]')" "$top/out" || {
			echo "FAIL $form $more: no UTF-8, or a control character"
			failed=$((failed + 1))
		}
	done
done

# ---- cells that a spreadsheet would run ----
i=0
for begin in = + - @ "$(bytes '\t')" '\r'; do
	i=$((i + 1))
	json=$begin
	[ "$json" != "$(bytes '\t')" ] || json='\t'
	printf '{"genTime":"2026-10-01T08:01:05Z","sender":"a@b.test","subject":"%scmd"}\n' "$json" >formula.jsonl
	checks=$((checks + 1))
	"$mtrack" --csv --csv-safe --no-header --fields subject formula.jsonl |
		tr -d '"' | head -c 1 | grep -q "'" || {
		echo "FAIL --csv-safe lets a cell begin with '$begin'"
		failed=$((failed + 1))
	}
done

# ---- names of files ----
folder="d$escapes$bidi$newline$invalid"
mkdir "$folder" && cp records.jsonl "$folder/$hostile$newline.jsonl" &&
	cp broken.jsonl "$folder/2026-10-01$newline$hostile" &&
	printf 'no log\n' >"$folder/$hostile.txt" &&
	printf 'no log\n' >"$folder/$hostile.json" &&
	printf '\037\213\010\000damaged' >"$folder/$hostile.gz" &&
	ln -s . "$folder/round$hostile" || exit 2
for form in '' '--fields file' --coverage --explain '--why-not m1' --stats \
    --build-index '--by file' --strict '--detail --fields file,line'; do
	look "names $form" $form "$folder"
	see "names $form" $form "$folder"
done
look 'names: nothing there' "$folder/nothing$hostile"
look 'names: a file' "$folder/$hostile.txt"
find . -name '*.mtx' -exec sh -c 'printf damaged >"$1"' _ {} \;
look 'names: a damaged side file' --stats "$folder"

# ---- values of all options ----
"$mtrack" --help >"$top/help" 2>&1
grep -o -- '--[a-z][a-z0-9-]*' "$top/help" | sort -u >"$top/names"
[ "$(wc -l <"$top/names")" -gt 60 ] || {
	echo 'FAIL too few options in --help'
	failed=$((failed + 1))
}
# (The forms for programs print the bytes as they are.)
grep -vx -e '--\(csv\|tsv\|json\|jsonl\|raw\|engine\)' "$top/names" |
while IFS= read -r name; do
	for value in "$hostile" "a@$hostile" "1$newline$hostile"; do
		look "$name VALUE" $name "$value" records.jsonl
	done
	look "$name=VALUE" "$name=$hostile" records.jsonl
	rm -f ./x* ./1* ./a@* 2>/dev/null
	echo "$checks $failed" >"$top/sums"
done
read -r checks failed <"$top/sums"
for word in "-$hostile" "--$hostile" "--sender$hostile" "-z$hostile"; do
	look 'an unknown option' "$word" records.jsonl
done
for name in MTRACK_ARCHIVE MTRACK_LICENSE MTRACK_CONFIG MTRACK_INDEX_DIR TMPDIR \
    MTRACK_INDEX_BLOCK MTRACK_INDEX_PART; do
	export "$name=/$hostile"
	look "$name in the environment" --memory 64K records.jsonl
	look "$name in the environment" --memory 64K
	unset $name
	export MTRACK_LICENSE=none
done
printf '%s = 1\nlicense = %s\nmap = %s\n%s\nsender = %s\n' "$hostile" "$hostile" \
    "$hostile" "$hostile" "$hostile" >config
export MTRACK_CONFIG=config
look 'the configuration' records.jsonl
unset MTRACK_CONFIG
printf '%s\n' "$hostile" >list
look 'a list' --sender @list records.jsonl
look 'a list' -m @list records.jsonl
export XDG_STATE_HOME="$top/state$hostile"
look 'an export' --export "out$hostile" -s "$hostile" records.jsonl
look 'the ledger' --export-status
look 'the ledger' --export-status --detail
see 'the ledger' --export-status --csv

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
