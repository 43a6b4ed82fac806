#!/usr/bin/env bash
# Has people sign in through the proxies and servers that are installed, over http, https
# and HTTP/2, and behind the OWASP core rule set, and replaces results.json. What is not
# installed is skipped with a line. One minute; Apache wants root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
dir=$(mktemp -d)
chmod 755 "$dir"
trap 'rm -rf "$dir"' EXIT
PATH=$PATH:/usr/sbin
made=()
have() { # NAME TOOL VERSION, as a command that prints it
	if command -v "$2" > "$dir/have"; then
		made+=("$1=$(eval "$3")")
	else
		echo "skipped: $1, since there is no $2" >&2
	fi
}
have nginx nginx "nginx -v 2>&1 | sed 's|.*/||'"
have HAProxy haproxy "haproxy -v | sed -n 's/^HAProxy version \([^ -]*\).*/\1/p'"
have Apache apache2 "apache2 -v | sed -n 's|.*Apache/\([^ ]*\).*|\1|p'"
have Caddy caddy 'caddy version'

waf='every callback gets through with examples/frameworks/waf, at all four levels'
go test -C "$root/testdata/waf" -count 1 ./... > "$dir/waf.log" 2>&1 || { cat "$dir/waf.log" >&2; waf='go test -C testdata/waf fails'; }
go build -C "$root/examples/portal" -o "$dir/portal" .
go build -C "$here" -o "$dir/driver" .
"$dir/driver" -waf "$waf" "$dir/portal" "$root/examples/frameworks/proxies" "${made[@]}" > "$dir/results.json" || { cat "$dir/results.json"; exit 1; }
cp "$dir/results.json" "$here/results.json"
