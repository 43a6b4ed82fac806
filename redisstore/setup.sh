#!/bin/sh
# Installs what the tests of this folder need and do not find: redis-server, and
# Valkey where Debian has it (as root, on Debian). The tests start their own
# servers, on free ports: none is started here, nor when the machine starts.
set -eu

missing=
command -v redis-server >/dev/null || missing=redis-server
command -v valkey-server >/dev/null || missing="$missing valkey-server"
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
apt-get update -q

# Debian 12 has Valkey in its backports, which stay off this machine's list.
lists=
trap 'rm -rf $lists' EXIT
backports() {
	lists=$(mktemp -d)
	chmod 755 "$lists"
	for suite in bookworm bookworm-backports; do
		echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main"
	done >"$lists/sources"
	mkdir -p "$lists/state/partial"
	set -- -o "Dir::Etc::SourceList=$lists/sources" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$lists/state"
	apt-get "$@" update -q && install "$@" valkey-server
}

# invoke-rc.d asks policy-rc.d before it starts a service; 101 is no.
install() {
	policy=/usr/sbin/policy-rc.d
	if [ ! -e $policy ]; then
		trap 'rm -rf $policy $lists' EXIT
		printf '#!/bin/sh\nexit 101\n' >$policy
		chmod +x $policy
	fi
	apt-get install -qy --no-install-recommends "$@"
	for package in "$@"; do
		case $package in *-server) update-rc.d "$package" disable ;; esac
	done
}

for package in $missing; do
	if apt-cache show "$package" >/dev/null 2>&1; then
		install "$package"
	elif [ "$package" = valkey-server ] && grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release && backports; then
		:
	else
		echo "$package is not in this Debian"
		[ "$package" != redis-server ]
	fi
done
