#!/usr/bin/env bash
# Signs in, steps up and signs out in the browsers that are installed, and replaces
# results.json. What is not installed is skipped with a line. One minute.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
made=()
have() { # NAME VERSION TOOL..., where VERSION is a command that prints it
	for tool in "${@:3}"; do
		command -v "$tool" > "$dir/have" || { echo "skipped: $1, since there is no $tool" >&2; return 0; }
	done
	made+=("$1=$(eval "$2" | grep -o '[0-9][0-9.]*[0-9]' | head -1)")
}
have Chromium 'chromium --version' chromium chromedriver
have 'Firefox ESR' 'firefox-esr --version' firefox-esr
have WebKitGTK 'dpkg-query -W -f "\${Version}" webkit2gtk-driver' WebKitWebDriver Xvfb

go build -C "$here/../../../examples/portal" -o "$dir/portal" .
go build -C "$here" -o "$dir/driver" .
"$dir/driver" "$dir/portal" "${made[@]}" > "$dir/results.json" || { cat "$dir/results.json"; exit 1; }
cp "$dir/results.json" "$here/results.json"
