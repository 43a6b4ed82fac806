# What each run.sh here begins with: here is its folder, dir a temporary one, in which all
# that is installed and started has its files. It is gone at the end, interrupted or not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
chmod 755 "$dir" # Apache serves from it, as another user
trap 'rm -rf "$dir" 2> /dev/null || { sleep 1; rm -rf "$dir"; }' EXIT # a browser that was interrupted still writes
export TMPDIR=$dir
PATH=$PATH:/usr/sbin
made=() skipped=

skip() { # NAME TOOL
	echo "skipped: $1, since there is no $2" >&2
	skipped=yes
}

has() { # NAME TOOL... reports whether all tools are there, and says which is not
	local tool
	for tool in "${@:2}"; do
		command -v "$tool" > "$dir/tool" || { skip "$1" "$tool"; return 1; }
	done
}

has_venv() { # NAME
	has "$1" python3 || return 1
	python3 -c 'import ensurepip' 2> "$dir/tool" || { skip "$1" 'venv of Python (python3-venv)'; return 1; }
}

npm_install() { # FOLDER PACKAGE...
	(cd "$1" && npm init -y > npm.log && npm install --loglevel=error --ignore-scripts --no-audit --no-fund "${@:2}" > npm.log)
}

pip_install() { # FOLDER PACKAGE... into the venv of the folder
	python3 -m venv "$1/venv"
	"$1/venv/bin/pip" install -q --disable-pip-version-check "${@:2}"
}

java_portal() { # FOLDER CLASS ARTIFACT... ; the versions of what has none are those of Spring Boot
	mkdir "$1"
	{
		echo '<project><modelVersion>4.0.0</modelVersion><parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.5.7</version></parent>'
		echo '<groupId>portal</groupId><artifactId>portal</artifactId><version>1</version><dependencies>'
		for artifact in "${@:3}"; do
			IFS=: read -r group name version <<< "$artifact"
			echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId>${version:+<version>$version</version>}</dependency>"
		done
		echo '</dependencies></project>'
	} > "$1/pom.xml"
	mvn -q -B -f "$1/pom.xml" dependency:copy-dependencies -DoutputDirectory=lib
	javac -nowarn -parameters -cp "$1/lib/*" -d "$1/classes" "$here/../clients/$2.java"
}
spring() { # FOLDER
	java_portal "$1" SpringPortal org.springframework.boot:spring-boot-starter-web org.springframework.boot:spring-boot-starter-oauth2-client
}

mod_auth_openidc() { # FOLDER
	mkdir -p "$1/lib" "$1/modules" "$1/site/private"
	(cd "$1" && apt-get download libapache2-mod-auth-openidc=2.4.12.3-2+deb12u5 libcjose0 libhiredis0.14 > apt.log 2>&1 || { cat apt.log; exit 1; })
	for deb in "$1"/*.deb; do dpkg -x "$deb" "$1/root"; done
	find "$1/root/usr/lib" -name 'lib*.so*' -exec cp -P {} "$1/lib" \;
	find "$1/root" -name mod_auth_openidc.so -exec cp {} "$1/modules" \;
	echo 'signed in' > "$1/site/private/index.html"
	echo out > "$1/site/out"
}

keep() { # COMMAND... prints results, which replace results.json unless something was skipped
	"$@" > "$dir/results.json" || { cat "$dir/results.json"; exit 1; }
	cat "$dir/results.json"
	if [ "$skipped" ]; then
		echo 'results.json is left as it is, since something was skipped' >&2
	else
		cp "$dir/results.json" "$here/results.json"
	fi
}
