#!/usr/bin/env bash
# Has 10,000 people sign in at each of several portals, in turns, and replaces
# results.json if all portals are there: what a sign-in costs each portal's process. What
# is not installed is skipped with a line. Fifteen minutes.
. "$(dirname "$0")/../common.sh"

go build -C "$here/../../../examples/frameworks" -o "$dir/" ./nethttp
go build -C "$here" -o "$dir/portal" ./portal
go build -C "$here" -o "$dir/driver" .
go build -C "$here/.." -o "$dir/clients" ./clients
version() { go list -C "$here" -m -f '{{.Version}}' "$1"; }
made=("ours, net/http=$(git -C "$here" describe --always)=$dir"
	"go-oidc=$(version github.com/coreos/go-oidc/v3)=$dir"
	"zitadel=$(version github.com/zitadel/oidc/v3)=$dir"
	"cap=$(version github.com/hashicorp/cap)=$dir")
if GOBIN="$dir/proxy" go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6; then
	made+=("oauth2-proxy=7.15.6=$dir/proxy")
else
	skip oauth2-proxy 'way to its module'
fi
if has mod_auth_openidc apache2 apt-get dpkg; then
	mod_auth_openidc "$dir/apache"
	made+=("mod_auth_openidc=2.4.12.3=$dir/apache")
fi
if has 'Spring Boot' java javac mvn; then
	spring "$dir/spring"
	made+=("Spring Boot=3.5.7=$dir/spring")
fi

keep "$dir/driver" -clients "$dir/clients" "$@" "${made[@]}"
