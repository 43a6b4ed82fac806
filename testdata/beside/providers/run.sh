#!/usr/bin/env bash
# Has portals of this library sign people in at two versions of oidc-provider while keys
# change, in real time: about twelve minutes. Replaces results.json, and fails if a login
# is lost that need not be.
. "$(dirname "$0")/../common.sh"
has oidc-provider node npm || exit 0
for version in 9.1.3 9.13.3; do
	mkdir "$dir/$version"
	cp "$here/server.mjs" "$dir/$version"
	npm_install "$dir/$version" "oidc-provider@$version"
	made+=("$dir/$version")
done
go build -C "$here/../../.." -o "$dir/franceconnect" ./cmd/franceconnect
go build -C "$here" -o "$dir/driver" .
keep "$dir/driver" -franceconnect "$dir/franceconnect" "${made[@]}"
