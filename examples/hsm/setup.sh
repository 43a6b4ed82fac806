#!/bin/sh
# Installs what the tests of this folder need and do not find: SoftHSM and swtpm
# (as root, on Debian). The tests make a token and start a TPM of their own.
set -eu

missing=
[ -e /usr/lib/softhsm/libsofthsm2.so ] && command -v softhsm2-util >/dev/null || missing=softhsm2
command -v swtpm >/dev/null || missing="$missing swtpm"
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # two names of packages
apt-get install -qy --no-install-recommends $missing
