#!/usr/bin/env bash
# Has other people's relying parties sign somebody in and out at the mock, replaces
# results.json, and the table in the mock's README. What is not installed is skipped with
# a line, and then the table stays as it is. Two minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
chmod 755 "$dir" # Apache serves from it, as another user
trap 'rm -rf "$dir"' EXIT
made=() readme=$here/../../mockidp/README.md

have() {
	for tool in "${@:2}"; do
		[ -x "$tool" ] || command -v "$tool" > "$dir/have" || { echo "skipped: $1, since there is no $tool" >&2; readme=; return 1; }
	done
}

for version in 6.9.0 5.7.1; do
	major=${version%%.*}
	if have "openid-client $major" node npm; then
		mkdir "$dir/oidc$major"
		cp "$here/portal.mjs" "$here/openid-client-$major.mjs" "$dir/oidc$major"
		(cd "$dir/oidc$major" && npm init -y > npm.log && npm install --silent --ignore-scripts --no-audit --no-fund "openid-client@$version")
		made+=("openid-client $major=$version=$dir/oidc$major")
	fi
done
python_portal() { # NAME VERSION FILE PACKAGE...
	have "$1" python3 || return 0
	mkdir "$dir/$1"
	cp "$here/$3" "$dir/$1"
	python3 -m venv "$dir/$1/venv"
	"$dir/$1/venv/bin/pip" install -q --disable-pip-version-check "$1==$2" "${@:4}"
	made+=("$1=$2=$dir/$1")
}
python_portal Authlib 1.9.10 authlib_portal.py joserfc==1.8.0 Flask==3.1.3 requests==2.34.2
python_portal mozilla-django-oidc 5.0.2 django_portal.py Django==5.2.19
python_portal france-connect-py 2.1.1 france_connect_portal.py Flask==3.1.3
if have oauth2-proxy go; then
	mkdir "$dir/proxy"
	GOBIN="$dir/proxy" go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6
	made+=("oauth2-proxy=7.15.6=$dir/proxy")
fi
if have mod_auth_openidc /usr/sbin/apache2 apt-get dpkg; then
	mkdir -p "$dir/apache/lib" "$dir/apache/modules" "$dir/apache/site/private"
	(cd "$dir/apache" && apt-get download libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 libcjose0 libhiredis0.14 > apt.log 2>&1 || { cat apt.log; exit 1; })
	for deb in "$dir"/apache/*.deb; do dpkg -x "$deb" "$dir/apache/root"; done
	find "$dir/apache/root/usr/lib" -name 'lib*.so*' -exec cp -P {} "$dir/apache/lib" \;
	find "$dir/apache/root" -name mod_auth_openidc.so -exec cp {} "$dir/apache/modules" \;
	echo 'signed in' > "$dir/apache/site/private/index.html"
	echo out > "$dir/apache/site/out"
	made+=("mod_auth_openidc=2.4.12.3=$dir/apache")
fi

go build -C "$here" -o "$dir/driver" .
"$dir/driver" -readme "$readme" "${made[@]}" > "$dir/results.json"
cp "$dir/results.json" "$here/results.json"
