#!/usr/bin/env bash
# Has portals of this library sign people in at two versions of oidc-provider while keys
# change, in real time: about twelve minutes. Replaces results.json, and fails if a login
# is lost that need not be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for tool in node npm; do
	command -v "$tool" || { echo "skipped: oidc-provider, since there is no $tool" >&2; exit 0; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
folders=()
for version in 9.1.3 9.13.3; do
	mkdir "$dir/$version"
	cp "$here/server.mjs" "$dir/$version"
	(cd "$dir/$version" && npm init -y > npm.log && npm install --silent --ignore-scripts --no-audit --no-fund "oidc-provider@$version")
	folders+=("$dir/$version")
done
go build -C "$here/../../.." -o "$dir/franceconnect" ./cmd/franceconnect
go build -C "$here" -o "$dir/driver" .
"$dir/driver" -franceconnect "$dir/franceconnect" "${folders[@]}" > "$dir/results.json" || { cat "$dir/results.json"; exit 1; }
cp "$dir/results.json" "$here/results.json"
cat "$here/results.json"
