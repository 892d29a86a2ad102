#!/bin/sh
# SPDX-License-Identifier: MIT
# README's tmes-fetch against an API that is played by a file of answers: a
# stand-in for curl gives two pages of accepted traffic and status 204, then one
# page of blocked traffic. Twice, so that the second run appends.
#
#     check_fetch.sh README MTRACK
set -eu
readme=$1
mtrack=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/bin" "$folder/archive"
awk '/^# tmes-fetch/ { on = 1 } /^```/ { on = 0 } on' "$readme" >"$folder/tmes-fetch"
command -v flock >/dev/null || { echo 'skipped: no flock'; exit 77; }

cat >"$folder/bin/curl" <<'EOF'
#!/bin/sh
# -o FILE gets the page, the status goes to standard output, as curl -w would.
page= type= token=
for word; do
	case $word in
	.page) page=$word ;;
	type=*) type=${word#type=} ;;
	token=*) token=${word#token=} ;;
	esac
done
case $type:$token in
accepted_traffic:)
	echo '{"nextToken":"a%2Bb","logs":[{"genTime":"2026-10-01T08:00:00Z","sender":"a@example.com","recipient":"b@example.org","mailID":"1","action":"Delivered"}]}' >"$page"
	printf 200 ;;
accepted_traffic:a%2Bb)
	echo '{"nextToken":"last","logs":[{"genTime":"2026-10-01T09:00:00Z","sender":"a@example.com","recipient":"b@example.org","mailID":"2","action":"Bounced"}]}' >"$page"
	printf 200 ;;
blocked_traffic:)
	echo '{"logs":[{"genTime":"2026-10-01T09:30:00Z","sender":"c@example.com","recipient":"b@example.org","mailID":"3","reason":"Sender blocked"}]}' >"$page"
	printf 200 ;;
*) printf 204 ;;
esac
EOF
chmod +x "$folder/bin/curl"
for run in 1 2; do
	PATH=$folder/bin:$PATH ARCHIVE=$folder/archive sh "$folder/tmes-fetch"
done
[ "$("$mtrack" --license none --all-files --history -c "$folder/archive")" = 6 ]
[ "$("$mtrack" --license none --all-files -c "$folder/archive")" = 3 ]
[ "$("$mtrack" --license none --all-files -c --type blocked "$folder/archive")" = 1 ]
echo 'the pages were appended and read back'
