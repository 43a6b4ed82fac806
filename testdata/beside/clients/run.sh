#!/usr/bin/env bash
# Has other people's relying parties sign somebody in and out at the mock, and replaces
# what is said of them in results.json and on the pages that tell of it. What needs a tool
# that is not there is skipped with a line, and stays as it was seen before. Ten minutes,
# most of them Keycloak's; NAMES are the only ones that are tried.
. "$(dirname "$0")/../common.sh"
only=" $* " found=

want() { # NAME TOOL... reports whether it is to be tried, and can be
	[ "$only" = '  ' ] || [[ $only == *" $1 "* ]] || return 1
	found=yes
	has "$@"
}

node_portal() { # NAME VERSION FILE PACKAGE...
	want "$1" node npm || return 0
	mkdir "$dir/$1"
	cp "$here/portal.mjs" "$here/$3" "$dir/$1"
	npm_install "$dir/$1" "${@:4}"
	made+=("$1=$2=$dir/$1")
}
node_portal 'openid-client 6' 6.9.0 openid-client-6.mjs openid-client@6.9.0
node_portal 'openid-client 5' 5.7.1 openid-client-5.mjs openid-client@5.7.1
node_portal Auth.js 0.41.3 authjs.mjs @auth/core@0.41.3 jose@6.2.18
python_portal() { # NAME VERSION FILE PACKAGE...
	want "$1" && has_venv "$1" || return 0
	mkdir "$dir/$1"
	cp "$here/$3" "$dir/$1"
	pip_install "$dir/$1" "$1==$2" "${@:4}"
	made+=("$1=$2=$dir/$1")
}
python_portal Authlib 1.9.10 authlib_portal.py joserfc==1.8.0 Flask==3.1.3 requests==2.34.2
python_portal mozilla-django-oidc 5.0.2 django_portal.py Django==5.2.19
python_portal django-allauth 65.22.1 allauth_portal.py 'django-allauth[socialaccount]==65.22.1' Django==5.2.19
python_portal france-connect-py 2.1.1 france_connect_portal.py Flask==3.1.3
if want 'Nimbus oauth2-oidc-sdk' java javac mvn; then
	java_portal "$dir/nimbus" NimbusPortal com.nimbusds:oauth2-oidc-sdk:11.30
	made+=("Nimbus oauth2-oidc-sdk=11.30=$dir/nimbus")
fi
if want 'Spring Boot' java javac mvn; then
	spring "$dir/spring"
	made+=("Spring Boot=3.5.7=$dir/spring")
fi
if want oauth2-proxy go; then
	GOBIN="$dir/proxy" go install github.com/oauth2-proxy/oauth2-proxy/v7@v7.15.6
	made+=("oauth2-proxy=7.15.6=$dir/proxy")
fi
if want mod_auth_openidc apache2 apt-get dpkg; then
	mod_auth_openidc "$dir/apache"
	made+=("mod_auth_openidc=2.4.12.3=$dir/apache")
fi
if want Keycloak java mvn unzip; then
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
[ "$found" ] || { echo "no client is called $*" >&2; exit 1; }

go build -C "$here" -o "$dir/driver" .
cd "$here"
"$dir/driver" "${made[@]}"
