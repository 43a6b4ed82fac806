#!/bin/sh
# Installs what the tests of this folder need and do not find: PostgreSQL (as
# root, on Debian). The test starts a server of its own: none is made or started
# here.
set -eu

for initdb in /usr/lib/postgresql/*/bin/initdb; do
	[ ! -x "$initdb" ] || exit 0
done

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -qy --no-install-recommends postgresql-common
# What makes and starts a cluster when a server is installed.
config=/etc/postgresql-common/createcluster.conf
grep -qs '^create_main_cluster *= *false' $config || echo 'create_main_cluster = false' >>$config
apt-get install -qy --no-install-recommends postgresql
