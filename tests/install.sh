#!/bin/sh
# SPDX-License-Identifier: MIT
# What is installed is there, runs, and leaves nothing when it is taken away.
#
#	tests/install.sh prefix CMAKE BUILD	cmake --install, into a folder
#	tests/install.sh deb CPACK BUILD	cpack -G DEB, in a root of its own
set -u
tool=$2 build=$3
dir=$(mktemp -d "${TMPDIR:-/tmp}/mtrack-install.XXXXXX") || exit 2
trap 'rm -rf "$dir"' EXIT
failed=0

fail()
{
	echo "FAIL $*"
	failed=$((failed + 1))
}

# look ROOT ZSH: the files below ROOT, and no others but manual pages.
look()
{
	(cd "$1" && find . -type f | sort) >"$dir/files"
	cat >"$dir/wanted" <<EOF
./bin/mtrack
./share/bash-completion/completions/mtrack
./share/doc/mtrack/copyright
./share/fish/vendor_completions.d/mtrack.fish
./share/man/man1/mtrack.1
./share/zsh/$2/_mtrack
EOF
	grep -v '/man/man[2-9]/' "$dir/files" | diff "$dir/wanted" - ||
		fail 'not the files that belong there'
	env -i PATH=/usr/bin:/bin HOME="$dir" "$1/bin/mtrack" --version \
	    >"$dir/version" || fail 'mtrack does not run'
	for name in mtrack zlib libcsv xxHash utf8proc gzip; do
		grep -q "^$name .*[0-9a-zA-Z]" "$dir/version" ||
			fail "--version does not name $name"
	done
	for shell in bash fish zsh; do
		"$1/bin/mtrack" --completion $shell >"$dir/script"
		find "$1/share" -name '*mtrack*' -path "*$shell*" -exec \
		    cmp {} "$dir/script" \; || fail "completion of $shell"
	done
}

case $1 in
prefix)
	"$tool" --install "$build" --prefix "$dir/here" >"$dir/log" 2>&1 || {
		cat "$dir/log"
		fail 'cmake --install'
	}
	look "$dir/here" site-functions
	;;
deb)
	for need in dpkg dpkg-deb dpkg-shlibdeps file; do
		command -v $need >/dev/null || {
			echo "skipped: no $need"
			exit 77
		}
	done
	(cd "$build" && "$tool" -G DEB -B "$dir/package") >"$dir/log" 2>&1 || {
		cat "$dir/log"
		fail 'cpack'
	}
	deb=$(echo "$dir"/package/mtrack_*.deb)
	dpkg-deb -f "$deb" Package Version Section Depends Recommends Description
	for need in libc6 libcsv3 libxxhash0 libutf8proc zlib1g; do
		dpkg-deb -f "$deb" Depends | grep -q $need ||
			fail "no dependency on $need"
	done
	[ "$(dpkg-deb -f "$deb" Recommends)" = tzdata ] || fail Recommends
	# Into a root of its own: what it depends on is outside of it.
	mkdir -p "$dir/root/var/lib/dpkg/updates" "$dir/root/var/lib/dpkg/info"
	: >"$dir/root/var/lib/dpkg/status"
	find "$dir/root" | sort >"$dir/before"
	set -- dpkg --root="$dir/root" --log=/dev/null --force-depends \
	    --force-not-root --force-bad-path
	"$@" -i "$deb" >"$dir/log" 2>&1 || {
		cat "$dir/log"
		fail 'dpkg -i'
	}
	look "$dir/root/usr" vendor-completions
	"$@" -P mtrack >"$dir/log" 2>&1 || {
		cat "$dir/log"
		fail 'dpkg -P'
	}
	find "$dir/root" -not -path '*/var/lib/dpkg/*' | sort >"$dir/after"
	grep -v /var/lib/dpkg/ "$dir/before" | diff - "$dir/after" ||
		fail 'something was left behind'
	;;
esac
[ $failed -eq 0 ]
