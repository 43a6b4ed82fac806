#!/usr/bin/env bash
# Guess: with the access token that Authlib has just received, its client calls the API;
# if the token is no good, the API says so.
# What happens: a token that lives for 60 seconds, as FranceConnect's all do, is over for
# the client the moment it comes: it takes 60 seconds off. No request is sent, and what is
# raised, "token_invalid", is what an API would say; so that one looks for the fault in the
# token, the scopes or the server. One second more of life, and the first second works.
# Since: Authlib 1.3.2 (2024) for requests; 1.3.1 sends the request. Still so in 1.9.10.
# Remedy: leeway=0 for the client; client_kwargs={"leeway": 0} for Flask, Django, Starlette.
# Source: authlib/oauth2/client.py, "leeway: Time window in seconds before the actual
# expiration of the authentication token"; RFC 6749, section 5.1, expires_in.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > t.py <<'E'
import http.server
import sys
import threading

from authlib.integrations.requests_client import OAuth2Session

seen = []


class API(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        seen.append(self.headers["Authorization"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), API)
threading.Thread(target=server.serve_forever, daemon=True).start()
for life, kwargs in ((60, {}), (3600, {}), (60, {"leeway": 0})):
    if kwargs and sys.argv[1] == "1.3.1":
        continue  # it has no such setting
    seen.clear()
    client = OAuth2Session("portail", "secret", **kwargs)
    # As the answer of a token endpoint becomes the client's token.
    client.token = client.parse_response_token(type("Answer", (), {
        "status_code": 200, "json": lambda self: {"access_token": "a", "token_type": "Bearer", "expires_in": life}, "raise_for_status": lambda self: None})())
    try:
        said = client.get(f"http://127.0.0.1:{server.server_port}/").status_code
    except Exception as err:
        said = f"{type(err).__name__}: {err}"
    print(f"Authlib {sys.argv[1]}, token of {life} s{', leeway 0' if kwargs else ''}: {said}, requests sent: {len(seen)}")
E
for version in 1.3.1 1.9.10; do
	python3 -m venv "$version"
	"$version/bin/pip" install -q --disable-pip-version-check "Authlib==$version" requests==2.34.2
	"$version/bin/python" -W ignore t.py "$version"
done | tee out

expect() { grep -qF "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect 'Authlib 1.3.1, token of 60 s: 200, requests sent: 1'
expect 'Authlib 1.9.10, token of 60 s: InvalidTokenError: token_invalid:'
expect 'Authlib 1.9.10, token of 3600 s: 200, requests sent: 1'
expect 'Authlib 1.9.10, token of 60 s, leeway 0: 200, requests sent: 1'
grep -q 'token of 60 s: InvalidTokenError.*requests sent: 0' out || { echo 'changed: it sends something'; exit 1; }
echo "as described: a token of 60 seconds is over before it is used"
