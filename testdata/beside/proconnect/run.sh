#!/usr/bin/env bash
# Asks the mock's ProConnect, and a stand-in made of oidc-provider 7.14.3 with the settings
# of the public server source, the same. Replaces results.json, and fails if they differ in
# what differences.json does not explain. Half a minute.
. "$(dirname "$0")/../common.sh"
has oidc-provider node npm || exit 0
cp "$here/server.mjs" "$dir"
npm_install "$dir" oidc-provider@7.14.3
go build -C "$here/.." -o "$dir/driver" ./proconnect
keep "$dir/driver" "$dir" "$here"
