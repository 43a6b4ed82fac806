#!/bin/sh
# Installs what the tests of this folder need and do not find: Chromium, by
# apt-get (as root, on Debian), and by npm, at the versions that
# package-lock.json names, axe-core, the State's design system (DSFR), htmx and
# Turbo.
#
# DSFR is 23 MB to fetch and 136 MB on the disk. Nothing of any is shipped or
# committed: the tests serve three of DSFR's style sheets to themselves. Its terms
# of use hold for whoever installs it (node_modules/@gouvfr/dsfr/doc/legal);
# its own install script, which asks for them, is not run, as no script of a
# package is.
set -eu
cd "$(dirname "$0")"

have() {
	version=$(sed -n "s|.*\"$1\": *\"\(.*\)\".*|\1|p" package.json)
	grep -qs "\"version\": \"$version\"" "node_modules/$1/package.json"
}
have_all() { have axe-core && have @gouvfr/dsfr && have htmx.org && have @hotwired/turbo; }

missing=
command -v chromium >/dev/null || missing="chromium fonts-dejavu-core"
have_all || command -v npm >/dev/null || missing="$missing npm"
if [ -n "$missing" ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	# shellcheck disable=SC2086 # several words
	apt-get install -qy --no-install-recommends $missing
fi
have_all || npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
