#!/usr/bin/env bash
# Guess: jose, the JOSE command of Debian 12 (and the library below it, libjose), opens a
# token of FranceConnect+ with any of its three algorithms: its README lists all of them.
# What happens: ECDH-ES opens. RSA-OAEP and RSA-OAEP-256 are gone: no key can be made,
# and a good token gets "Unwrapping failed!", the words for a wrong key. RSA1_5, which no
# profile wants any more, is still there. The package was built with OpenSSL 3, where
# what used to be a macro is a function; the sources ask for the macro, and leave OAEP out.
# Since: jose 11 built with OpenSSL 3 (Debian 12: 11-2+deb12u1, seen); repaired in the
# sources after version 11, by pull request 145 of December 2023.
# Remedy: jose alg, to see what is there; ECDH-ES; another tool for RSA.
# Source: github.com/latchset/jose README, pull request 145, issues 139, 140 and 141.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

apt-get download jose=11-2+deb12u1 libjose0=11-2+deb12u1 libjansson4=2.14-2 > apt.log 2>&1 || { cat apt.log; exit 1; }
for deb in *.deb; do dpkg -x "$deb" root; done
LD_LIBRARY_PATH=$(find "$dir/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH
jose=$dir/root/usr/bin/jose
npm init -y > npm.log
npm install --silent --ignore-scripts --no-audit --no-fund jose@6.1.0

# Tokens as FranceConnect+ makes them: a signed one inside, issuer and audience repeated
# in the outer header.
cat > t.mjs <<'E'
import * as jose from 'jose'
import { writeFileSync } from 'node:fs'
const iss = 'https://fcp-high.example.fr/api/v2'
const aud = 'portail'
const signer = await jose.generateKeyPair('ES256')
const inner = await new jose.SignJWT({ acr: 'eidas2' }).setProtectedHeader({ alg: 'ES256', kid: 'pkcs11:hsm' })
  .setIssuer(iss).setAudience(aud).setSubject('a'.repeat(64) + 'v1').setIssuedAt().setExpirationTime('1m').sign(signer.privateKey)
for (const alg of ['ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256']) {
  const pair = await jose.generateKeyPair(alg, { extractable: true })
  writeFileSync(`${alg}.jwk`, JSON.stringify({ ...await jose.exportJWK(pair.privateKey), kid: 'portail' }))
  const token = await new jose.CompactEncrypt(new TextEncoder().encode(inner))
    .setProtectedHeader({ alg, enc: 'A256GCM', cty: 'JWT', kid: 'portail', iss, aud }).encrypt(pair.publicKey)
  await jose.compactDecrypt(token, pair.privateKey) // the token is good
  writeFileSync(`${alg}.jwe`, token)
}
E
node t.mjs
echo "versions: jose 11-2+deb12u1 (Debian 12), tokens by jose 6.1.0 (npm)"
"$jose" alg > algorithms
for alg in ECDH-ES RSA-OAEP RSA-OAEP-256 RSA1_5; do
	listed=$(grep -qxF "$alg" algorithms && echo yes || echo no)
	made=$("$jose" jwk gen -i "{\"alg\":\"$alg\"}" > key 2> words && echo made || tail -1 words)
	opened='no token made'
	[ ! -f "$alg.jwe" ] || opened=$("$jose" jwe dec -i "$alg.jwe" -k "$alg.jwk" > inner 2> words && head -c 12 inner || tail -1 words)
	echo "$alg: listed $listed, key: $made, token: $opened"
done | tee out

expect() { grep -qF "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect 'ECDH-ES: listed yes, key: made, token: eyJ'
expect 'RSA-OAEP: listed no, key: JWK generation failed!, token: Unwrapping failed!'
expect 'RSA-OAEP-256: listed no, key: JWK generation failed!, token: Unwrapping failed!'
expect 'RSA1_5: listed yes, key: made'
echo "as described: no OAEP in this package, and the words of a wrong key"
