#!/usr/bin/env bash
# Guess: an EC key that a JOSE library writes as a JWK is read by any other, and what
# it encrypts by ECDH-ES is opened by any other.
# What happens: one key in 85 is not. Authlib leaves out the zero bytes that x, y or d
# begins with; RFC 7518 wants all bytes of the curve. joserfc, by the same author, keeps
# them. go-jose and jwx refuse such a key; jwcrypto, joserfc and the npm package jose
# read it. The key of the sender in a token (epk) is written so as well: of what Authlib
# encrypts, go-jose, jwx and node-jose open 127 in 128. Ruby's json-jwt, and its jwt up
# to 2.5.0 at least, do so with d (seen in Debian 12; not run here).
# Since: seen with Authlib 1.3.1 and 1.9.10 (its module authlib.jose, deprecated in the
# latter), go-jose 4.1.8, jwx 3.4.0, node-jose 2.2.0.
# Remedy: joserfc instead of authlib.jose; a key that is refused for a wrong length
# is made anew, not repaired.
# Source: RFC 7518, sections 6.2.1.2, 6.2.1.3 and 6.2.2.1: the length is that of the
# curve, "the octet string MUST be" so long.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat > write.py <<'E'
import base64, hashlib, json, sys, warnings
warnings.simplefilter("ignore")
import authlib
from authlib.jose import ECKey, JsonWebEncryption
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec

pem = lambda k: k.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
length = lambda text: len(base64.urlsafe_b64decode(text + "==="))

# keys of a row of numbers, so that it is the same ones each time
first = int.from_bytes(hashlib.sha256(b"portal").digest(), "big")
short = 0
for i in range(2000):
    jwk = ECKey.import_key(pem(ec.derive_private_key(first + i, ec.SECP256R1()))).as_dict(is_private=True)
    if any(length(jwk[part]) < 32 for part in "xyd"):
        short += 1
        if short == 1:
            json.dump({"keys": [jwk]}, open("set.json", "w"))
print(f"Authlib {authlib.__version__}: keys of 2000 with x, y or d of fewer than 32 bytes: {short}")

key = ECKey.generate_key("P-256", is_private=True)
open("key.pem", "wb").write(pem(key.get_private_key()))
# with many whole ones, until ten are short
tokens, shorts = [], 0
while shorts < 10:
    token = JsonWebEncryption().serialize_compact({"alg": "ECDH-ES", "enc": "A256GCM"}, b"{}", key).decode()
    epk = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "==="))["epk"]
    is_short = length(epk["x"]) < 32 or length(epk["y"]) < 32
    if is_short or len(tokens) < 100:
        tokens.append(("short " if is_short else "whole ") + token)
        shorts += is_short
open("tokens", "w").write("\n".join(tokens))
E
cat > read.py <<'E'
import json
from collections import Counter
import joserfc, jwcrypto.jwe, jwcrypto.jwk
from importlib.metadata import version
from joserfc import jwe
from joserfc.jwk import ECKey
jwcrypto.jwk.JWKSet.from_json(open("set.json").read())
ECKey.import_key(json.load(open("set.json"))["keys"][0])
print("jwcrypto, joserfc: the key with a short number is read")
pem = open("key.pem", "rb").read()
own = jwcrypto.jwk.JWK.from_pem(pem)
def opened(token):
    e = jwcrypto.jwe.JWE()
    e.deserialize(token, own)
readers = {"jwcrypto": opened, "joserfc": lambda t: jwe.decrypt_compact(t, ECKey.import_key(pem), algorithms=["ECDH-ES", "A256GCM"])}
for name, read in readers.items():
    n = Counter()
    for line in open("tokens"):
        kind, token = line.split()
        try:
            read(token)
            n[kind, "opened"] += 1
        except Exception:
            n[kind, "refused"] += 1
    print(f"{name} {version(name)}: short {'refused' if n['short', 'refused'] else 'opened'}, whole {'refused' if n['whole', 'refused'] else 'opened'}")
E
cat > read.mjs <<'E'
import fs from 'node:fs'
import * as jose from 'jose'
import nodeJose from 'node-jose'
const pem = fs.readFileSync('key.pem', 'utf8')
const key = await jose.importPKCS8(pem, 'ECDH-ES'), own = await nodeJose.JWK.asKey(pem, 'pem')
await jose.importJWK(JSON.parse(fs.readFileSync('set.json', 'utf8')).keys[0], 'ECDH-ES')
console.log('jose: the key with a short number is read')
for (const [name, open] of [['jose', t => jose.compactDecrypt(t, key)], ['node-jose', t => nodeJose.JWE.createDecrypt(own).decrypt(t)]]) {
	const said = { short: new Set(), whole: new Set() }
	for (const line of fs.readFileSync('tokens', 'utf8').split('\n')) {
		const [kind, token] = line.split(' ')
		said[kind].add(await open(token).then(() => 'opened', () => 'refused'))
	}
	console.log(`${name} ${JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version}: short ${[...said.short]}, whole ${[...said.whole]}`)
}
E
cat > main.go <<'E'
package main

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwe"
	"github.com/lestrrat-go/jwx/v3/jwk"
)

func main() {
	set, _ := os.ReadFile("set.json")
	fmt.Println("go-jose 4.1.8:", json.Unmarshal(set, &jose.JSONWebKeySet{}))
	_, err := jwk.Parse(set)
	fmt.Println("jwx 3.4.0:", err)
	text, _ := os.ReadFile("key.pem")
	block, _ := pem.Decode(text)
	key, _ := x509.ParsePKCS8PrivateKey(block.Bytes)
	tokens, _ := os.ReadFile("tokens")
	for name, open := range map[string]func(string) error{
		"go-jose": func(token string) error {
			e, err := jose.ParseEncrypted(token, []jose.KeyAlgorithm{jose.ECDH_ES}, []jose.ContentEncryption{jose.A256GCM})
			if err == nil {
				_, err = e.Decrypt(key)
			}
			return err
		},
		"jwx": func(token string) error {
			_, err := jwe.Decrypt([]byte(token), jwe.WithKey(jwa.ECDH_ES(), key))
			return err
		},
	} {
		opened := map[string]int{}
		all := map[string]int{}
		for _, line := range strings.Split(string(tokens), "\n") {
			kind, token, _ := strings.Cut(line, " ")
			all[kind]++
			if open(token) == nil {
				opened[kind]++
			}
		}
		fmt.Printf("%s: short opened %d, whole refused %d\n", name, opened["short"], all["whole"]-opened["whole"])
	}
}
E
cat > go.mod <<'E'
module finding

go 1.26

require (
	github.com/go-jose/go-jose/v4 v4.1.8
	github.com/lestrrat-go/jwx/v3 v3.4.0
)
E
go mod tidy >/dev/null 2>&1
npm install --silent --no-audit --no-fund jose@6.2.18 node-jose@2.2.0 >/dev/null
python3 -m venv v
v/bin/pip -q install --disable-pip-version-check cryptography==46.0.3 jwcrypto==1.5.6 joserfc==1.7.3 2>&1 | tail -1
for version in 1.3.1 1.9.10; do
	v/bin/pip -q install --disable-pip-version-check "authlib==$version"
	v/bin/python write.py 2>/dev/null
	v/bin/python read.py 2>/dev/null
	node read.mjs
	go run .
done | tee seen

grep -qF 'Authlib 1.9.10: keys of 2000 with x, y or d of fewer than 32 bytes: ' seen
! grep -qE 'fewer than 32 bytes: 0$' seen
grep -qE '^go-jose 4.1.8: .*wrong length for' seen
grep -qE '^jwx 3.4.0: .*length \(31\) for curve' seen
[ "$(grep -cxF 'go-jose: short opened 0, whole refused 0' seen)" = 2 ]
[ "$(grep -cxF 'jwx: short opened 0, whole refused 0' seen)" = 2 ]
[ "$(grep -cxF 'node-jose 2.2.0: short refused, whole opened' seen)" = 2 ]
[ "$(grep -cE '^(jose 6.2.18|jwcrypto 1.5.6|joserfc 1.7.3): short opened, whole opened' seen)" = 6 ]
echo "as described"
