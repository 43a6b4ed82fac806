#!/usr/bin/env bash
# Guess: where a provider's discovery does not list S256, Auth.js sends a nonce in the
# place of PKCE, as its source says ("if the server does not advertise that, a random
# nonce must be used"); FranceConnect refuses requests with PKCE, so one looks for the
# cause in its discovery.
# What happens: the document is read and put into a variable that hides the one that is
# looked at. PKCE is sent whatever the provider says, without state and without nonce.
# Since: @auth/core 0.41.3, seen; also 0.34.2 (2024).
# Remedy: checks: ["state", "nonce"] for the provider, which leaves PKCE out.
# Source: lib/actions/signin/authorization-url.js (two declarations of "as"); RFC 8414,
# section 2, code_challenge_methods_supported ("if omitted, the authorization server does
# not support PKCE").
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > t.mjs <<'E2'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { Auth, skipCSRFCheck } from '@auth/core'

const version = JSON.parse(readFileSync('node_modules/@auth/core/package.json')).version
let asked = 0, methods
const provider = createServer((req, res) => {
  asked++
  res.setHeader('content-type', 'application/json')
  res.end(JSON.stringify({ issuer, authorization_endpoint: issuer + '/authorize', token_endpoint: issuer + '/token', userinfo_endpoint: issuer + '/userinfo',
    jwks_uri: issuer + '/jwks', response_types_supported: ['code'], ...methods && { code_challenge_methods_supported: methods } }))
})
await new Promise(ready => provider.listen(0, '127.0.0.1', ready))
const issuer = `http://127.0.0.1:${provider.address().port}`
for (const [name, m, checks] of [['lists S256', ['S256']], ['lists none', undefined], ['lists an empty list', []], ['lists none, checks state and nonce', undefined, ['state', 'nonce']]]) {
  [asked, methods] = [0, m]
  const answer = await Auth(new Request('https://portail.example.fr/auth/signin/fc', { method: 'POST', body: new URLSearchParams({ callbackUrl: 'https://portail.example.fr/' }) }), {
    secret: 'an invented secret of 32 letters', trustHost: true, basePath: '/auth', skipCSRFCheck,
    providers: [{ id: 'fc', name: 'fc', type: 'oidc', issuer, clientId: 'portail', clientSecret: 'invente', ...checks && { checks } }],
  })
  const sent = new URL(answer.headers.get('location')).searchParams
  console.log(`@auth/core ${version}, the provider ${name}: discovery read ${asked} times; sent:`, ['state', 'nonce', 'code_challenge'].filter(p => sent.has(p)).join(' '))
}
provider.close()
E2
for version in 0.34.2 0.41.3; do
	rm -rf node_modules package.json package-lock.json
	npm init -y > npm.log
	npm install --silent --ignore-scripts --no-audit --no-fund "@auth/core@$version"
	node t.mjs
done | tee out

expect() { grep -qx "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
for version in 0.34.2 0.41.3; do
	for name in 'lists S256' 'lists none' 'lists an empty list'; do
		expect "@auth/core $version, the provider $name: discovery read 1 times; sent: code_challenge"
	done
	expect "@auth/core $version, the provider lists none, checks state and nonce: discovery read 1 times; sent: state nonce"
done
echo "as described: PKCE is sent to a provider that does not list it, and no nonce"
