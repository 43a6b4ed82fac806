// node --test, with the command in MOCKFRANCECONNECT.
import { after, afterEach, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { portal, server } from "./portal.mjs";

const client = { client_id: "a".repeat(64), client_secret: "b".repeat(64), scopes: ["openid", "given_name", "family_name"] };
let at, web, mock, mocks, folder;

before(async () => {
  web = server();
  await new Promise((listening) => web.listen(0, "127.0.0.1", listening));
  at = `http://127.0.0.1:${web.address().port}`;
  folder = mkdtempSync(join(tmpdir(), "portal-"));
  const clients = join(folder, "clients.json");
  writeFileSync(clients, JSON.stringify([{ ...client, redirect_uris: [at + "/franceconnect/callback"], post_logout_redirect_uris: [at + "/franceconnect/logout"] }]));
  mock = spawn(process.env.MOCKFRANCECONNECT ?? "mockfranceconnect",
    ["-auto", "-quiet", "-addr", "127.0.0.1:0", "-control", "127.0.0.1:0", "-clients", clients], { stdio: ["ignore", "pipe", "inherit"] });
  mocks = {}; // what it says: issuer and control
  for await (const line of createInterface(mock.stdout)) {
    const [, name, value] = line.match(/^(\w+)=(.*)$/) ?? [];
    if (name) mocks[name] = value;
    if (name === "issuer") break;
  }
  web.on("request", portal({ issuer: mocks.issuer, clientID: client.client_id, clientSecret: client.client_secret, url: at }));
});
afterEach(() => control("/reset", {}));
after(() => { mock.kill(); web.close(); web.closeAllConnections(); rmSync(folder, { recursive: true }); });

async function control(path, body) {
  const answer = await fetch(mocks.control + path, body ? { method: "POST", body: JSON.stringify(body) } : {});
  const text = await answer.text();
  assert.ok(answer.ok, `${path}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

// A browser keeps the cookies of each host and follows redirects.
function browser() {
  const jars = {};
  return async function open(url, options = {}) {
    for (let i = 0; i < 20; i++) {
      const jar = (jars[new URL(url).host] ??= {});
      const cookie = Object.entries(jar).map(([name, value]) => `${name}=${value}`).join("; ");
      const answer = await fetch(url, { redirect: "manual", ...options, headers: { cookie, ...options.headers } });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = set.match(/^([^=]*)=([^;]*)/);
        if (value) jar[name] = value; else delete jar[name];
      }
      const to = answer.headers.get("location");
      if (!to) return { status: answer.status, url, text: await answer.text() };
      [url, options] = [new URL(to, url).href, {}];
    }
    assert.fail("in circles");
  };
}

const nameOn = (page) => page.text.match(/<p>([^<]*)<\/p>/)?.[1] ?? "";
async function signIn(open = browser(), next = {}) {
  await control("/next", next);
  return open(at + "/connexion?next=/mon-compte");
}

test("the person whom the test chose is signed in, and out again", async () => {
  const open = browser();
  const page = await signIn(open, { person: "moussa" });
  assert.equal(page.url, at + "/mon-compte");
  const { family_name } = (await control("/people")).find((who) => who.login === "moussa");
  assert.equal(nameOn(page).toUpperCase(), family_name.toUpperCase());
  await open(at + "/deconnexion", { method: "POST", headers: { origin: at } });
  assert.equal(nameOn(await open(at + "/mon-compte")), "");
});

test("on a bad day nobody is signed in, and the portal says it", async () => {
  for (const bad_day of ["cancelled", "token-500", "userinfo-json", "id-token-wrong-nonce", "id-token-unsigned"]) {
    const page = await signIn(browser(), { bad_day });
    assert.equal(page.status, 400, bad_day);
    assert.equal(nameOn(page), "", bad_day);
  }
});

test("new keys are found, under new names and under the old", async () => {
  for (const same_kids of [false, true]) {
    await control("/rotate", { same_kids });
    assert.notEqual(nameOn(await signIn()), "");
  }
});

test("a token of the next hour is refused", async () => {
  await control("/clock", { advance: "1h" });
  assert.equal(nameOn(await signIn()), "");
});

test("an endpoint that is broken is tried once, and used again when it is mended", async () => {
  await control("/break", { path: "/token", fault: { status: 503 } });
  assert.equal((await signIn()).status, 400);
  await control("/mend", { path: "/token" });
  assert.notEqual(nameOn(await signIn()), "");
  assert.equal((await control("/requests")).filter((r) => r.path === "/token").length, 2);
});

test("FranceConnect drops and refuses nothing of what the portal sends", async () => {
  await signIn();
  const requests = await control("/requests");
  for (const path of ["/authorize", "/token", "/userinfo"]) assert.ok(requests.some((r) => r.path === path), path);
  for (const r of requests) assert.deepEqual(r.notes ?? [], [], r.path);
});

test("the callback of another browser is refused before its code is sent", async () => {
  await control("/next", {});
  const mine = await fetch(at + "/connexion", { redirect: "manual" });
  const page = await browser()(mine.headers.get("location")); // whose cookies are not those of the login
  assert.equal(page.status, 400);
  assert.ok(!(await control("/requests")).some((r) => r.path === "/token"));
});
