#!/bin/sh
# Installs what the tests of this folder need and do not find: Chromium, by
# apt-get (as root, on Debian), and axe-core, by npm, at the version that
# package-lock.json names.
set -eu
cd "$(dirname "$0")"

version=$(sed -n 's/.*"axe-core": *"\(.*\)".*/\1/p' package.json)
have_axe() { grep -qs "\"version\": \"$version\"" node_modules/axe-core/package.json; }

missing=
command -v chromium >/dev/null || missing="chromium fonts-dejavu-core"
have_axe || command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	# shellcheck disable=SC2086 # several words
	apt-get install -qy --no-install-recommends $missing
fi
have_axe || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
