#!/usr/bin/env bash
# Has other people's relying parties sign somebody in and out at the mock, and replaces
# what is said of them in results.json and on the pages that tell of it. What needs a tool
# that is not there is skipped with a line, and stays as it was seen before. Ten minutes,
# most of them Keycloak's; NAMES are the only ones that are tried.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
chmod 755 "$dir" # Apache serves from it, as another user
trap 'rm -rf "$dir"' EXIT
made=() only=" $* "

have() { # NAME TOOL...
	[ "$only" = '  ' ] || [[ $only == *" $1 "* ]] || return 1
	for tool in "${@:2}"; do
		[ -x "$tool" ] || command -v "$tool" > "$dir/have" || { echo "skipped: $1, since there is no $tool" >&2; return 1; }
	done
}

node_portal() { # NAME VERSION FILE PACKAGE...
	have "$1" node npm || return 0
	mkdir "$dir/$1"
	cp "$here/portal.mjs" "$here/$3" "$dir/$1"
	(cd "$dir/$1" && npm init -y > npm.log && npm install --silent --ignore-scripts --no-audit --no-fund "${@:4}")
	made+=("$1=$2=$dir/$1")
}
node_portal 'openid-client 6' 6.9.0 openid-client-6.mjs openid-client@6.9.0
node_portal 'openid-client 5' 5.7.1 openid-client-5.mjs openid-client@5.7.1
node_portal Auth.js 0.41.3 authjs.mjs @auth/core@0.41.3 jose@6.2.18
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
python_portal django-allauth 65.22.1 allauth_portal.py 'django-allauth[socialaccount]==65.22.1' Django==5.2.19
python_portal france-connect-py 2.1.1 france_connect_portal.py Flask==3.1.3
java_portal() { # NAME VERSION CLASS ARTIFACT... ; the versions of what has none are those of Spring Boot
	have "$1" java javac mvn || return 0
	mkdir "$dir/$1"
	{
		echo '<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.7</version></parent>'
		echo '<groupId>portal</groupId><artifactId>portal</artifactId><version>1</version><dependencies>'
		for artifact in "${@:4}"; do
			IFS=: read -r group name version <<< "$artifact"
			echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId>${version:+<version>$version</version>}</dependency>"
		done
		echo '</dependencies></project>'
	} > "$dir/$1/pom.xml"
	mvn -q -B -f "$dir/$1/pom.xml" dependency:copy-dependencies -DoutputDirectory=lib
	javac -nowarn -parameters -cp "$dir/$1/lib/*" -d "$dir/$1/classes" "$here/$3.java"
	made+=("$1=$2=$dir/$1")
}
java_portal 'Nimbus oauth2-oidc-sdk' 11.30 NimbusPortal com.nimbusds:oauth2-oidc-sdk:11.30
java_portal 'Spring Boot' 3.5.7 SpringPortal org.springframework.boot:spring-boot-starter-web org.springframework.boot:spring-boot-starter-oauth2-client
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

if have Keycloak java mvn unzip; then
	mvn -q -B dependency:copy -Dartifact=org.keycloak:keycloak-quarkus-dist:26.7.3:zip "-DoutputDirectory=$dir"
	unzip -q "$dir/keycloak-quarkus-dist-26.7.3.zip" -d "$dir"
	export JAVA_OPTS_APPEND=-XX:TieredStopAtLevel=1
	(
		cd "$dir/keycloak-26.7.3"
		echo '{"realm":"nothing"}' > nothing.json
		bin/kc.sh build --db=dev-file > build.log
		bin/kc.sh import --optimized --file nothing.json > import.log # makes the tables
		cp -r data/h2 empty
	)
	made+=("Keycloak=26.7.3=$dir/keycloak-26.7.3")
fi

go build -C "$here" -o "$dir/driver" .
cd "$here"
"$dir/driver" "${made[@]}"
