#!/usr/bin/env bash
# Signs in, steps up and signs out in the browsers that are installed, and replaces
# results.json if all are. What is not installed is skipped with a line. One minute.
. "$(dirname "$0")/../common.sh"
browser() { # NAME VERSION TOOL..., where VERSION is a command that prints it
	if has "$1" "${@:3}"; then
		made+=("$1=$(eval "$2" | grep -o '[0-9][0-9.]*[0-9]' | head -1)")
	fi
}
browser Chromium 'chromium --version' chromium chromedriver
browser 'Firefox ESR' 'firefox-esr --version' firefox-esr
browser WebKitGTK 'dpkg-query -W -f "\${Version}" webkit2gtk-driver' WebKitWebDriver Xvfb

go build -C "$here/../../../examples/portal" -o "$dir/portal" .
go build -C "$here" -o "$dir/driver" .
keep "$dir/driver" "$dir/portal" "${made[@]}"
