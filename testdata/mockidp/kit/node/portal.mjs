// A portal with FranceConnect, on what Node brings along. Settings: ISSUER,
// CLIENT_ID, CLIENT_SECRET, PORT, and URL if it is reached otherwise than at
// http://127.0.0.1:PORT.
import http from "node:http";
import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";

const LEVELS = ["eidas1", "eidas2", "eidas3"], LEVEL = "eidas1", SCOPE = "openid given_name family_name";
const PAGES = ["/", "/mon-compte"]; // the only places to go on to
const CALL = 5000, LOGIN = 10 * 60_000, SESSION = 30 * 60_000, SKEW = 60; // ms, and seconds

const draw = () => randomBytes(32).toString("base64url");
const isText = (v) => typeof v === "string" && v !== "";
const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
class Refused extends Error {}
const must = (holds, why) => { if (!holds) throw new Refused(why); };

// portal returns the handler of a portal at an address.
export function portal({ issuer, clientID, clientSecret, url }) {
  const callbackURL = url + "/franceconnect/callback", logoutURL = url + "/franceconnect/logout";
  const secure = url.startsWith("https:"), prefix = secure ? "__Host-" : "";
  const logins = new Map(), sessions = new Map(); // by state, and by id

  // call makes one call to FranceConnect: no redirect, no second try, a deadline and a bound.
  async function call(path, options = {}) {
    const signal = AbortSignal.timeout(CALL);
    const answer = await fetch(issuer + path, { ...options, redirect: "manual", signal });
    must(answer.status === 200, `${path} answered ${answer.status}`);
    const parts = [];
    let size = 0;
    for await (const part of answer.body) {
      must((size += part.length) <= 1 << 20, `${path} answered too much`);
      parts.push(part);
    }
    return Buffer.concat(parts).toString();
  }

  // The keys are fetched again for a token that they do not verify: once a second
  // at most, and all who wait share the fetch that begins after they came.
  let keys = [], fetching = null, fetched = 0;
  function fetchKeys() {
    fetching ??= (async () => {
      await new Promise((go) => setTimeout(go, fetched + 1000 - Date.now()));
      fetched = Date.now();
      fetching = null; // who comes from now on wants the next
      const set = JSON.parse(await call("/jwks"));
      keys = set.keys.filter((k) => k.kty === "EC" && k.crv === "P-256" && isText(k.kid) && (k.use ?? "sig") === "sig" && (k.alg ?? "ES256") === "ES256");
    })();
    return fetching;
  }

  // verified returns the claims of a token that FranceConnect signed for us, now.
  async function verified(token) {
    must(isText(token) && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token), "not a token");
    const [head, body, mark] = token.split(".");
    const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString());
    const header = read(head);
    must(header?.alg === "ES256" && isText(header.kid) && !("crit" in header), "another algorithm");
    const fits = () => keys.some((k) => k.kid === header.kid && verify("sha256", Buffer.from(head + "." + body),
      { key: createPublicKey({ key: k, format: "jwk" }), dsaEncoding: "ieee-p1363" }, Buffer.from(mark, "base64url")));
    if (!fits()) await fetchKeys().catch(() => {});
    must(fits(), "not signed by FranceConnect");
    const c = read(body), now = Date.now() / 1000, list = [c.aud].flat();
    must(c.iss === issuer && list.includes(clientID) && list.every(isText), "not for us");
    must((list.length === 1 && c.azp === undefined) || c.azp === clientID, "given to another");
    must(isText(c.sub) && c.sub.length <= 255, "about nobody");
    for (const [name, holds] of [["exp", (t) => t > now - SKEW], ["iat", (t) => t < now + SKEW], ["nbf", (t) => t < now + SKEW]]) {
      must(c[name] === undefined || (Number.isFinite(c[name]) && holds(c[name])), `${name} is not of now`);
    }
    return c;
  }

  // identify trades a code for a person.
  async function identify(code, nonce) {
    const form = { grant_type: "authorization_code", code, redirect_uri: callbackURL, client_id: clientID, client_secret: clientSecret };
    const answer = JSON.parse(await call("/token", { method: "POST", body: new URLSearchParams(form) }));
    must(/^bearer$/i.test(answer?.token_type) && isText(answer.access_token) && /^[\x21-\x7e]+$/.test(answer.access_token), "no access token");
    const id = await verified(answer.id_token);
    must(id.nonce === nonce, "of another login");
    must(id.exp !== undefined && id.iat !== undefined, "without times");
    must(LEVELS.includes(id.acr) && LEVELS.indexOf(id.acr) >= LEVELS.indexOf(LEVEL), "of a lower level");
    const half = createHash("sha256").update(answer.access_token).digest().subarray(0, 16).toString("base64url");
    must(id.at_hash === undefined || id.at_hash === half, "of another access token");
    const person = await verified(await call("/userinfo", { headers: { authorization: "Bearer " + answer.access_token } }));
    must(person.sub === id.sub, "userinfo about somebody else");
    must(isText(person.given_name) && isText(person.family_name), "without what was asked for");
    return { name: person.family_name, idToken: answer.id_token };
  }

  const cookie = (r, name) => (r.headers.cookie ?? "").split("; ").find((c) => c.startsWith(`${prefix}${name}=`))?.slice(prefix.length + name.length + 1) ?? "";
  const set = (w, name, value) => w.appendHeader("Set-Cookie", `${prefix}${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}${value ? "" : "; Max-Age=0"}`);
  const go = (w, to) => w.writeHead(303, { location: to }).end();
  function page(w, status, body) {
    w.writeHead(status, { "content-type": "text/html; charset=utf-8" });
    w.end(`<!DOCTYPE html><html lang="fr"><title>Portail d’exemple</title><main>${body}</main></html>`);
  }
  const sorry = (w, status) => page(w, status, `<h1>La connexion n’a pas abouti</h1><p lang="en">The sign-in did not succeed.</p><a href="/">Réessayer</a>`);
  // keep puts an entry into a map that forgets what is over, and never grows beyond a bound.
  function keep(map, key, entry, lives) {
    for (const [old, e] of map) if (e.until < Date.now() || map.size >= 20_000) map.delete(old); else break;
    map.set(key, { ...entry, until: Date.now() + lives });
  }
  const alive = (map, key) => { const e = map.get(key); return e && e.until > Date.now() ? e : undefined; };
  const show = (w, s, title) => page(w, 200, `<h1>${title}</h1>` + (s
    ? `<p>${escape(s.name)}</p><form method="post" action="/deconnexion"><button>Se déconnecter</button></form>`
    : `<a href="/connexion?next=%2Fmon-compte">S’identifier avec FranceConnect</a>`));

  const routes = {
    "GET /": (r, w) => show(w, alive(sessions, cookie(r, "session")), "Accueil"),
    "GET /mon-compte": (r, w) => show(w, alive(sessions, cookie(r, "session")), "Mon compte"),
    "GET /franceconnect/logout": (r, w) => go(w, "/"),
    "GET /connexion": (r, w, q) => {
      const state = draw(), nonce = draw(), secret = draw(), next = q.get("next");
      keep(logins, state, { nonce, secret, next: PAGES.includes(next) ? next : "/" }, LOGIN);
      const open = cookie(r, "login").split(".").filter((s) => /^[\w-]{43}$/.test(s)).slice(-3); // tabs
      set(w, "login", [...open, secret].join("."));
      go(w, `${issuer}/authorize?` + new URLSearchParams({ response_type: "code", client_id: clientID, redirect_uri: callbackURL, scope: SCOPE, acr_values: LEVEL, state, nonce }));
    },
    "GET /franceconnect/callback": async (r, w, q) => {
      for (const name of q.keys()) must(q.getAll(name).length === 1, `${name} comes twice`);
      const login = alive(logins, q.get("state"));
      must(login && cookie(r, "login").split(".").includes(login.secret), "no login of this browser");
      must(q.get("iss") === issuer, "another provider");
      logins.delete(q.get("state")); // once, before anything is sent
      must(!q.has("error") && isText(q.get("code")) && q.get("code").length < 1000, "no code");
      const person = await identify(q.get("code"), login.nonce);
      sessions.delete(cookie(r, "session"));
      const id = draw();
      keep(sessions, id, person, SESSION);
      set(w, "session", id);
      go(w, login.next);
    },
    "POST /deconnexion": (r, w) => {
      const site = r.headers["sec-fetch-site"];
      if (site ? site !== "same-origin" : r.headers.origin !== url) return sorry(w, 403);
      const s = alive(sessions, cookie(r, "session"));
      sessions.delete(cookie(r, "session"));
      set(w, "session", "");
      go(w, s ? `${issuer}/session/end?` + new URLSearchParams({ id_token_hint: s.idToken, state: draw(), post_logout_redirect_uri: logoutURL }) : "/");
    },
  };

  return async (r, w) => {
    w.setHeader("Cache-Control", "no-store").setHeader("Referrer-Policy", "strict-origin").setHeader("X-Content-Type-Options", "nosniff");
    w.setHeader("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"); // form-action would stop the way to FranceConnect
    r.resume(); // no route reads a body
    try {
      const [path, query = ""] = r.url.split(/\?(.*)/s);
      const route = routes[`${r.method} ${path}`];
      if (!route) return page(w, PAGES.concat("/connexion", "/deconnexion", "/franceconnect/callback", "/franceconnect/logout").includes(path) ? 405 : 404, "<h1>Page introuvable</h1>");
      await route(r, w, new URLSearchParams(query));
    } catch (why) {
      console.error("portal:", why instanceof Refused ? why.message : why?.name); // no value of the browser's or of FranceConnect's
      if (!w.headersSent) sorry(w, 400);
    }
  };
}

// server returns a server with bounds; its handler comes with the event "request".
export const server = () => http.createServer({ maxHeaderSize: 1 << 17, headersTimeout: 10_000, requestTimeout: 15_000, keepAliveTimeout: 5_000 });

if (process.argv[1] === import.meta.filename) {
  const { ISSUER: issuer, CLIENT_ID: clientID, CLIENT_SECRET: clientSecret, PORT = "8080", URL: url } = process.env;
  if (!issuer || !clientID || !clientSecret) { console.error("portal: set ISSUER, CLIENT_ID and CLIENT_SECRET"); process.exit(2); }
  const s = server();
  s.listen(Number(PORT), "127.0.0.1", () => {
    const at = url ?? `http://127.0.0.1:${s.address().port}`;
    s.on("request", portal({ issuer, clientID, clientSecret, url: at }));
    console.log(`url=${at}`);
  });
}
