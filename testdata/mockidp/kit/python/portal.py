"""A portal with FranceConnect, on Python's library and cryptography. Settings:
ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, and URL if it is reached otherwise than at
http://127.0.0.1:PORT."""

import base64, hashlib, hmac, html, http.client, json, os, re, secrets, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

LEVELS, LEVEL, SCOPE = ["eidas1", "eidas2", "eidas3"], "eidas1", "openid given_name family_name"
PAGES = {"/": "Accueil", "/mon-compte": "Mon compte"}  # the only places to go on to
CALL, LOGIN, SESSION, SKEW = 5, 600, 1800, 60  # seconds


class Refused(Exception):
    pass


def must(holds, why):
    if not holds:
        raise Refused(why)


def is_text(v):
    return isinstance(v, str) and v != ""


def decode(part):
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


class FranceConnect:
    """Makes the calls. No redirect is followed, none is made twice."""

    def __init__(self, issuer, client_id, client_secret, url):
        self.issuer, self.client_id, self.client_secret, self.url = issuer, client_id, client_secret, url
        self.callback = url + "/franceconnect/callback"
        self.keys, self.fetches, self.begun, self.lock = [], 0, 0.0, threading.Lock()

    def call(self, path, body=None, **headers):
        at, end = urlsplit(self.issuer), time.monotonic() + CALL
        kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
        connection = kind(at.netloc, timeout=CALL)
        try:
            connection.request("POST" if body else "GET", at.path + path, body, headers)
            answer = connection.getresponse()
            must(answer.status == 200, f"{path} answered {answer.status}")
            text = b""
            while part := answer.read1(1 << 16):
                text += part
                must(len(text) <= 1 << 20 and time.monotonic() < end, f"{path} answered too much, or too slowly")
            must(not answer.length, f"{path} was cut")
            return text.decode()
        finally:
            connection.close()

    def fetch_keys(self):
        """Fetches the keys, once a second at most: all who wait share the fetch that
        begins after they came."""
        came = self.fetches
        with self.lock:
            if self.fetches > came:
                return
            time.sleep(max(0, self.begun + 1 - time.monotonic()))
            self.fetches, self.begun = self.fetches + 1, time.monotonic()
            found = json.loads(self.call("/jwks"))["keys"]
            self.keys = [
                (k["kid"], ec.EllipticCurvePublicNumbers(int.from_bytes(decode(k["x"]), "big"), int.from_bytes(decode(k["y"]), "big"), ec.SECP256R1()).public_key())
                for k in found
                if k.get("kty") == "EC" and k.get("crv") == "P-256" and is_text(k.get("kid"))
                and k.get("use", "sig") == "sig" and k.get("alg", "ES256") == "ES256"
            ]  # fmt: skip

    def signed(self, kid, text, mark):
        for known, key in self.keys:
            if known == kid and len(mark) == 64:
                try:
                    der = utils.encode_dss_signature(int.from_bytes(mark[:32], "big"), int.from_bytes(mark[32:], "big"))
                    key.verify(der, text, ec.ECDSA(SHA256()))
                    return True
                except InvalidSignature:
                    pass
        return False

    def verified(self, token):
        """Returns the claims of a token that FranceConnect signed for us, now."""
        must(is_text(token) and re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", token), "not a token")
        head, body, mark = token.split(".")
        header, text = json.loads(decode(head)), f"{head}.{body}".encode()
        must(isinstance(header, dict) and header.get("alg") == "ES256" and is_text(header.get("kid")) and "crit" not in header, "another algorithm")
        if not self.signed(header["kid"], text, decode(mark)):
            try:
                self.fetch_keys()
            except Exception:
                pass  # the keys of before serve on
        must(self.signed(header["kid"], text, decode(mark)), "not signed by FranceConnect")
        c, now = json.loads(decode(body)), time.time()
        audience = c["aud"] if isinstance(c.get("aud"), list) else [c.get("aud")]
        must(c.get("iss") == self.issuer and self.client_id in audience and all(map(is_text, audience)), "not for us")
        must(len(audience) == 1 and "azp" not in c or c.get("azp") == self.client_id, "given to another")
        must(is_text(c.get("sub")) and len(c["sub"]) <= 255, "about nobody")
        for name, holds in ("exp", lambda t: t > now - SKEW), ("iat", lambda t: t < now + SKEW), ("nbf", lambda t: t < now + SKEW):
            must(name not in c or type(c[name]) in (int, float) and holds(c[name]), f"{name} is not of now")
        return c

    def identify(self, code, nonce):
        """Trades a code for a person."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.callback, "client_id": self.client_id, "client_secret": self.client_secret}
        answer = json.loads(self.call("/token", urlencode(form), **{"Content-Type": "application/x-www-form-urlencoded"}))
        must(isinstance(answer, dict) and str(answer.get("token_type")).lower() == "bearer", "no access token")
        access = answer.get("access_token")
        must(is_text(access) and re.fullmatch(r"[\x21-\x7e]+", access), "no access token")
        claims = self.verified(answer.get("id_token"))
        must(claims.get("nonce") == nonce, "of another login")
        must("exp" in claims and "iat" in claims, "without times")
        acr = claims.get("acr")
        must(acr in LEVELS and LEVELS.index(acr) >= LEVELS.index(LEVEL), "of a lower level")
        half = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()[:16]).rstrip(b"=").decode()
        must(claims.get("at_hash", half) == half, "of another access token")
        person = self.verified(self.call("/userinfo", Authorization="Bearer " + access))
        must(person["sub"] == claims["sub"], "userinfo about somebody else")
        must(is_text(person.get("given_name")) and is_text(person.get("family_name")), "without what was asked for")
        return {"name": person["family_name"], "id_token": answer["id_token"]}


class Kept:
    """Entries that end, and never more of them than a bound."""

    def __init__(self, lives):
        self.lives, self.all, self.lock = lives, {}, threading.Lock()

    def put(self, key, entry):
        with self.lock:
            while self.all and ((first := next(iter(self.all.items())))[1]["until"] < time.time() or len(self.all) >= 20_000):
                del self.all[first[0]]
            self.all[key] = entry | {"until": time.time() + self.lives}

    def get(self, key):
        entry = self.all.get(key)
        return entry if entry and entry["until"] > time.time() else None

    def take(self, key):
        """Returns an entry to one caller alone."""
        with self.lock:
            entry = self.get(key)
            self.all.pop(key, None)
            return entry


class Handler(BaseHTTPRequestHandler):
    timeout = 10  # of each read of a browser's request
    server_version, sys_version = "portal", ""

    def answer(self, status, body="", **headers):
        self.send_response(status)
        always = {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin", "X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8"}
        always["Content-Security-Policy"] = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"  # form-action would stop the way to FranceConnect
        for name, value in (always | headers).items():
            self.send_header(name, value)
        for name, value in self.set_cookies:
            secure = "; Secure" if self.server.prefix else ""
            self.send_header("Set-Cookie", f"{self.server.prefix}{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{'' if value else '; Max-Age=0'}")
        self.end_headers()
        if body:
            self.wfile.write(f'<!DOCTYPE html><html lang="fr"><title>Portail d’exemple</title><main>{body}</main></html>'.encode())

    def go(self, to):
        self.answer(303, Location=to)

    def sorry(self, status):
        self.answer(status, '<h1>La connexion n’a pas abouti</h1><p lang="en">The sign-in did not succeed.</p><a href="/">Réessayer</a>')

    def cookie(self, name):
        name = self.server.prefix + name + "="
        return next((c[len(name):] for c in self.headers.get("Cookie", "").split("; ") if c.startswith(name)), "")  # fmt: skip

    def route(self):
        self.set_cookies = []
        path, _, query = self.path.partition("?")
        routes = {
            "/": ("GET", self.show), "/mon-compte": ("GET", self.show), "/connexion": ("GET", self.login),
            "/franceconnect/callback": ("GET", self.callback), "/franceconnect/logout": ("GET", lambda *_: self.go("/")), "/deconnexion": ("POST", self.logout),
        }  # fmt: skip
        method, do = routes.get(path, (None, None))
        if method != self.command:
            return self.answer(405 if method else 404, "<h1>Page introuvable</h1>" if self.command != "HEAD" else "")
        try:
            do(path, parse_qs(query, keep_blank_values=True, max_num_fields=50))
        except Exception as why:
            self.log_error("refused: %s", why if isinstance(why, Refused) else type(why).__name__)
            self.sorry(400)

    do_GET = do_POST = do_HEAD = route

    def log_request(self, *_):
        pass  # an address has a code in it

    def show(self, path, _):
        s = self.server.sessions.get(self.cookie("session"))
        inside = '<a href="/connexion?next=%2Fmon-compte">S’identifier avec FranceConnect</a>'
        if s:
            inside = f'<p>{html.escape(s["name"])}</p><form method="post" action="/deconnexion"><button>Se déconnecter</button></form>'
        self.answer(200, f"<h1>{PAGES[path]}</h1>{inside}")

    def login(self, _, q):
        fc, state, nonce, secret = self.server.fc, *(secrets.token_urlsafe(32) for _ in range(3))
        to = q.get("next", ["/"])[0]
        self.server.logins.put(state, {"nonce": nonce, "secret": secret, "next": to if to in PAGES else "/"})
        tabs = [s for s in self.cookie("login").split(".") if re.fullmatch(r"[A-Za-z0-9_-]{43}", s)][-3:]
        self.set_cookies.append(("login", ".".join(tabs + [secret])))
        request = {"response_type": "code", "client_id": fc.client_id, "redirect_uri": fc.callback, "scope": SCOPE, "acr_values": LEVEL, "state": state, "nonce": nonce}
        self.go(f"{fc.issuer}/authorize?{urlencode(request)}")

    def callback(self, _, q):
        must(all(len(values) == 1 for values in q.values()), "a parameter comes twice")
        q = {name: values[0] for name, values in q.items()}
        mine = lambda login: login and any(hmac.compare_digest(s.encode(), login["secret"].encode()) for s in self.cookie("login").split("."))
        must(mine(self.server.logins.get(q.get("state"))), "no login of this browser")
        must(q.get("iss") == self.server.fc.issuer, "another provider")
        login = self.server.logins.take(q["state"])  # once, before anything is sent
        must(login and "error" not in q and is_text(q.get("code")) and len(q["code"]) < 1000, "no code")
        person = self.server.fc.identify(q["code"], login["nonce"])
        self.server.sessions.take(self.cookie("session"))
        session = secrets.token_urlsafe(32)
        self.server.sessions.put(session, person)
        self.set_cookies.append(("session", session))
        self.go(login["next"])

    def logout(self, *_):
        fc, site, size = self.server.fc, self.headers.get("Sec-Fetch-Site"), self.headers.get("Content-Length", "0")
        self.rfile.read(min(int(size) if size.isdecimal() else 0, 1 << 16))  # no field is wanted
        if site != "same-origin" if site else self.headers.get("Origin") != fc.url:
            return self.sorry(403)
        s = self.server.sessions.take(self.cookie("session"))
        self.set_cookies.append(("session", ""))
        end = {"id_token_hint": s["id_token"], "state": secrets.token_urlsafe(32), "post_logout_redirect_uri": fc.url + "/franceconnect/logout"} if s else {}
        self.go(f"{fc.issuer}/session/end?{urlencode(end)}" if s else "/")


class Portal(ThreadingHTTPServer):
    """A server that answers once begin was called."""

    daemon_threads, request_queue_size = True, 128

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def begin(self, issuer, client_id, client_secret, url=None):
        self.fc = FranceConnect(issuer, client_id, client_secret, url or self.url)
        self.prefix = "__Host-" if self.fc.url.startswith("https:") else ""
        self.logins, self.sessions = Kept(LOGIN), Kept(SESSION)
        threading.Thread(target=self.serve_forever, daemon=True).start()


if __name__ == "__main__":
    try:
        settings = [os.environ[name] for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")]
    except KeyError as missing:
        sys.exit(f"portal: set {missing.args[0]}")
    portal = Portal(int(os.environ.get("PORT", "8080")))
    portal.begin(*settings, os.environ.get("URL"))
    print(f"url={portal.fc.url}", flush=True)
    threading.Event().wait()
