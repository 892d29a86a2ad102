#!/bin/sh
# SPDX-License-Identifier: MIT
# Types half words and tabs at a real shell, with the completion script that
# mtrack prints, and looks at the arguments that come of it.
#
#	tests/terminal/completion.sh SHELL MTRACK ONPTY
set -u
shell=$1 mtrack=$2 onpty=$3

if ! command -v "$shell" >/dev/null; then
	echo "skipped: no $shell"
	exit 77
fi
dir=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-shell.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2
HOME=$dir XDG_CONFIG_HOME=$dir XDG_DATA_HOME=$dir TERM=dumb LC_ALL=C.UTF-8
export HOME XDG_CONFIG_HOME XDG_DATA_HOME TERM LC_ALL
mkdir archive 'my mails' && : >archive/2026-10-01.jsonl
: >'my mails/2026-10-02.jsonl'
: >ids.txt && : >'two words'
"$mtrack" --completion "$shell" >_mtrack || exit 1

# The shell, ready: `mtrack` shows the arguments it was given.
case $shell in
bash)
	cat >rc <<'RC'
PS1='ready> '
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
mtrack() { printf '[%s]' "$@"; echo; }
. ./_mtrack
RC
	set -- bash --noprofile --rcfile rc -i ;;
zsh)
	cat >.zshrc <<'RC'
PS1='ready> '
unsetopt beep
fpath=($PWD $fpath)
autoload -U compinit
compinit -D -u
mtrack() { printf '[%s]' "$@"; echo; }
RC
	ZDOTDIR=$dir
	export ZDOTDIR
	set -- zsh -i ;;
fish)
	mkdir fish
	cat >fish/config.fish <<'RC'
function fish_prompt; printf 'ready> '; end
function fish_greeting; end
function mtrack; printf '[%s]' $argv; echo; end
set -g fish_autosuggestion_enabled 0
source _mtrack
RC
	set -- fish -i ;;
esac

# zsh itself writes the `=` behind a long option.
to=']['
[ "$shell" != zsh ] || to==

failed=0
# run KEYS WANTED SHELL...: what the command gets when KEYS are typed.
run()
{
	keys=$1 wanted=$2
	shift 2
	"$onpty" -012 -w 200 -e 'ready> ' -s "mtrack $keys\\n" -e "$wanted" \
	    -s 'exit\n' "$@" >out 2>&1
	status=$?
	if [ $status -lt 124 ]; then
		echo "ok   $keys"
	else
		echo "FAIL $keys: no $wanted"
		cat out
		failed=$((failed + 1))
	fi
}
run '--upstr\t1.2' "[--upstream-tls${to}1.2]" "$@"
run '--actio\tboun\t' "[--action${to}bounced]" "$@"
run '-a quar\t' '[-a][quarantined]' "$@"
run '-a bounced,exp\t' '[-a][bounced,expired]' "$@"
run '--not-act\tpassw\t' "[--not-action${to}password-analyzing]" "$@"
run '--action=redir\t' 'action=redirected]' "$@"
run '--upstream-tls no\t' '[--upstream-tls][none]' "$@"
run '--direction o\t' '[--direction][out]' "$@"
run '--format deta\t' '[--format][detail]' "$@"
run '--fields subj\t' '[--fields][subject]' "$@"
run '--by senderD\t' '[--by][senderDomain]' "$@"
run '--license stan\t' '[--license][standard]' "$@"
run '--block-reason Rate\t' '[--block-reason][Rate limit temporarily exceeded]' "$@"
run '-c arch\t2026\t' '[-c][archive/2026-10-01.jsonl]' "$@"
run '--color al\t' '[--color][always]' "$@"
run '-aquar\t' '[-aquarantined]' "$@"
run '-ca bounced,exp\t' '[-ca][bounced,expired]' "$@"
run '--select @ids.t\t' '[--select][@ids.txt]' "$@"
run '--select @two\t' '[--select][@two words]' "$@"
run '--select=@ids.t\t' 'select=@ids.txt]' "$@"
run '--select @\tarch\t2026\t' '[--select][@archive/2026-10-01.jsonl]' "$@"
run '-f a@b.test,@arch\t2026\t' '[-f][a@b.test,@archive/2026-10-01.jsonl]' "$@"
run '-f@ids.t\t' '[-f@ids.txt]' "$@"
run '--fields +fil\t' '[--fields][+file]' "$@"
run '--fields +file,-reci\t' '[--fields][+file,-recipient]' "$@"
run '--fields=-subj\t' 'fields=-subject]' "$@"
run '-c my\ ma\t2026\t' '[-c][my mails/2026-10-02.jsonl]' "$@"
# bash and fish close a quote behind the only word; zsh leaves it open.
if [ "$shell" != zsh ]; then
	run '-f "@two w\t' '[-f][@two words]' "$@"
	run '-a "bounced,exp\t' '[-a][bounced,expired]' "$@"
	run "--fields '+subj\\t" '[--fields][+subject]' "$@"
fi
run '--help per\t' '[--help][period]' "$@"
[ $failed -eq 0 ]
