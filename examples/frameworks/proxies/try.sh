#!/bin/sh
# Signs in and out through the real proxies of this folder that are installed, in
# front of examples, with the mock as FranceConnect. As root, on Debian 12:
#
#	apt-get install --no-install-recommends nginx-light haproxy apache2 caddy curl openssl
#	./try.sh
#
# Nothing leaves this machine. HTTP, TLS and IDP are the ports, if 8080, 8443 and
# 8600 are not free.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
http=${HTTP:-8080} tls=${TLS:-8443} idp=${IDP:-8600}
dir=$(mktemp -d) started=
chmod 755 "$dir"
stop() { kill "$1" 2>/dev/null || true; wait "$1" 2>/dev/null || true; }
trap 'for p in $started; do stop "$p"; done; rm -rf "$dir"' EXIT
cd "$dir"

go build -C "$here/.." -o "$dir/" ./nethttp
go build -C "$here/../../portal" -o "$dir/portal" .
go build -C "$here/../../.." -o "$dir/" ./cmd/mockfranceconnect
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>openssl.log
cat cert.pem key.pem >site.pem
for file in nginx.conf haproxy.cfg apache.conf Caddyfile; do
	sed "s/8080/$http/g; s/8443/$tls/g" "$here/$file" >"$file"
done

export PORTAL_URL="https://localhost:$tls" PORTAL_ADDR="127.0.0.1:$http"
export FRANCECONNECT_ENVIRONMENT="http://127.0.0.1:$idp/api/v2" FRANCECONNECT_CLIENT_ID=essai
FRANCECONNECT_CLIENT_SECRET=$(openssl rand -hex 32)
FRANCECONNECT_COOKIE_KEYS=$(openssl rand -base64 32)
export FRANCECONNECT_CLIENT_SECRET FRANCECONNECT_COOKIE_KEYS FRANCECONNECT_SCOPES=identite_pivot
cat >clients.json <<JSON
[{"client_id": "essai", "client_secret": "$FRANCECONNECT_CLIENT_SECRET", "name": "Essai", "scopes": ["openid", "identite_pivot"],
"redirect_uris": ["$PORTAL_URL/franceconnect/callback"], "post_logout_redirect_uris": ["$PORTAL_URL/franceconnect/logout"]}]
JSON
./mockfranceconnect -addr "127.0.0.1:$idp" -auto -clients clients.json >mock.log 2>&1 &
started="$started $!"

fail() {
	echo "$*" >&2
	tail -n 20 "$dir"/*.log >&2
	exit 1
}
web() { curl -sS --noproxy '*' --cacert cert.pem -b jar -c jar "$@"; }
# ready waits until a port answers, for 10 seconds at most.
ready() {
	curl -s -o page --noproxy '*' --retry 100 --retry-delay 0 --retry-max-time 10 --retry-connrefused --max-time 2 "$1" -k || fail "nobody at $1"
}

# through tries what stands at $tls.
through() {
	rm -f jar
	./nethttp >example.log 2>&1 &
	example=$!
	started="$started $example"
	ready "http://$PORTAL_ADDR/style.css"
	ready "$PORTAL_URL/style.css"
	web -L "$PORTAL_URL/franceconnect/login?next=/mon-compte" >page
	grep -q 'id="person">Camille' page || fail "$1: not signed in: $(cat page)"
	# A browser that says no Sec-Fetch-Site: what its Origin is compared with counts.
	to=$(web -o page -w '%{redirect_url}' -H "Origin: $PORTAL_URL" -d '' "$PORTAL_URL/deconnexion")
	case $to in
	"http://127.0.0.1:$idp/api/v2/session/end?id_token_hint="*) ;;
	*) fail "$1: not signed out: $to" ;;
	esac
	web "$PORTAL_URL/mon-compte" >page
	! grep -q 'id="person"' page || fail "$1: still signed in"
	stop $example

	# The example portal begins no login if Host is not the browser's.
	./portal >example.log 2>&1 &
	example=$!
	started="$started $example"
	ready "http://$PORTAL_ADDR/style.css"
	to=$(web -o page -w '%{redirect_url}' "$PORTAL_URL/franceconnect/login")
	case $to in
	"http://127.0.0.1:$idp/api/v2/authorize?"*) ;;
	*) fail "$1: Host is not handed on: $to" ;;
	esac
	stop $example
	! grep -qs 'code=' proxy.log access.log || fail "$1: a code is in its log"
	echo "$1: signed in and out"
}

tried=
try() {
	name=$1 version=$2
	shift 2
	"$@" >proxy.log 2>&1 &
	proxy=$!
	started="$started $proxy"
	through "$name $version"
	stop $proxy
	rm -f access.log
	tried=1
}
if command -v nginx >/dev/null; then
	try nginx "$(nginx -v 2>&1 | sed 's|.*/||')" nginx -p "$dir" -c "$dir/nginx.conf"
fi
if command -v haproxy >/dev/null; then
	try HAProxy "$(haproxy -v | sed -n 's/^HAProxy version \([^ ]*\).*/\1/p')" haproxy -db -f haproxy.cfg
fi
if command -v apache2 >/dev/null; then
	try Apache "$(apache2 -v | sed -n 's|.*Apache/\([^ ]*\).*|\1|p')" apache2 -X -d "$dir" -f "$dir/apache.conf"
fi
if command -v caddy >/dev/null; then
	try Caddy "$(caddy version)" caddy run --adapter caddyfile --config Caddyfile
fi
[ -n "$tried" ] || fail 'no proxy is installed'
