#!/usr/bin/env bash
# Has people sign in through the proxies and servers that are installed, over http, https
# and HTTP/2, and behind the OWASP core rule set, and replaces results.json if all are.
# What is not installed is skipped with a line, and Apache without root. Two minutes.
. "$(dirname "$0")/../common.sh"
root=$here/../../..
front() { # NAME TOOL VERSION, as a command that prints it
	if has "$1" "$2"; then
		made+=("$1=$(eval "$3")")
	fi
}
front nginx nginx "nginx -v 2>&1 | sed 's|.*/||'"
front HAProxy haproxy "haproxy -v | sed -n 's/^HAProxy version \([^ -]*\).*/\1/p'"
if [ "$(id -u)" = 0 ]; then
	front Apache apache2 "apache2 -v | sed -n 's|.*Apache/\([^ ]*\).*|\1|p'"
else
	skip Apache 'root to start it'
fi
front Caddy caddy 'caddy version'

waf='every callback gets through with examples/frameworks/waf, at all four levels'
go test -C "$root/testdata/waf" -count 1 ./... > "$dir/waf.log" 2>&1 || { cat "$dir/waf.log" >&2; waf='go test -C testdata/waf fails'; }
go build -C "$root/examples/portal" -o "$dir/portal" .
go build -C "$here" -o "$dir/driver" .
keep "$dir/driver" -waf "$waf" "$dir/portal" "$root/examples/frameworks/proxies" "${made[@]}"
