#!/usr/bin/env bash
# Asks the mock's ProConnect, and a stand-in made of oidc-provider 7.14.3 with the settings
# of the public server source, the same. Replaces results.json, and fails if they differ in
# what differences.json does not explain. Half a minute.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
for tool in node npm; do
	command -v "$tool" > /dev/null || { echo "skipped: oidc-provider, since there is no $tool" >&2; exit 0; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp "$here/server.mjs" "$dir"
(cd "$dir" && npm init -y > npm.log && npm install --silent --ignore-scripts --no-audit --no-fund oidc-provider@7.14.3)
go build -C "$here/.." -o "$dir/driver" ./proconnect
"$dir/driver" "$dir" "$here" > "$dir/results.json" || { cat "$dir/results.json"; exit 1; }
cp "$dir/results.json" "$here/results.json"
cat "$here/results.json"
