#!/usr/bin/env bash
# Has 10,000 people sign in at each of several portals, in turns, and replaces
# results.json: what a sign-in costs each portal's process. What is not installed is
# skipped with a line. Ten minutes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
chmod 755 "$dir" # Apache serves from it, as another user
trap 'rm -rf "$dir"' EXIT
skipped() { echo "skipped: $1, since there is no $2" >&2; }

go build -C "$here/../../../examples/frameworks" -o "$dir/" ./nethttp
go build -C "$here" -o "$dir/portal" ./portal
go build -C "$here" -o "$dir/driver" .
go build -C "$here/.." -o "$dir/clients" ./clients
version() { go list -C "$here" -m -f '{{.Version}}' "$1"; }
made=("ours, net/http=$(git -C "$here" describe --always)=$dir"
	"go-oidc=$(version github.com/coreos/go-oidc/v3)=$dir"
	"zitadel=$(version github.com/zitadel/oidc/v3)=$dir"
	"cap=$(version github.com/hashicorp/cap)=$dir")
if GOBIN="$dir/proxy" go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6; then
	made+=("oauth2-proxy=7.15.6=$dir/proxy")
else
	skipped oauth2-proxy 'way to its module'
fi
if [ -x /usr/sbin/apache2 ] && command -v apt-get > "$dir/have"; then
	mkdir -p "$dir/apache/lib" "$dir/apache/modules" "$dir/apache/site/private"
	(cd "$dir/apache" && apt-get download libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 libcjose0 libhiredis0.14 > apt.log 2>&1 || { cat apt.log; exit 1; })
	for deb in "$dir"/apache/*.deb; do dpkg -x "$deb" "$dir/apache/root"; done
	find "$dir/apache/root/usr/lib" -name 'lib*.so*' -exec cp -P {} "$dir/apache/lib" \;
	find "$dir/apache/root" -name mod_auth_openidc.so -exec cp {} "$dir/apache/modules" \;
	echo 'signed in' > "$dir/apache/site/private/index.html"
	made+=("mod_auth_openidc=2.4.12.3=$dir/apache")
else
	skipped mod_auth_openidc /usr/sbin/apache2
fi
spring() {
	for tool in java javac mvn "$here/../clients/SpringPortal.java"; do
		[ -f "$tool" ] || command -v "$tool" > "$dir/have" || { skipped 'Spring Boot' "$tool"; return 0; }
	done
	mkdir "$dir/spring"
	cat > "$dir/spring/pom.xml" <<-'XML'
		<project><modelVersion>4.0.0</modelVersion>
		<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.7</version></parent>
		<groupId>portal</groupId><artifactId>portal</artifactId><version>1</version><dependencies>
		<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>
		<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-oauth2-client</artifactId></dependency>
		</dependencies></project>
	XML
	mvn -q -B -f "$dir/spring/pom.xml" dependency:copy-dependencies -DoutputDirectory=lib
	javac -nowarn -parameters -cp "$dir/spring/lib/*" -d "$dir/spring/classes" "$here/../clients/SpringPortal.java"
	made+=("Spring Boot=3.5.7=$dir/spring")
}
spring

"$dir/driver" -clients "$dir/clients" "$@" "${made[@]}" > "$dir/results.json"
cp "$dir/results.json" "$here/results.json"
