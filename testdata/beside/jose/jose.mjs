// Makes the tokens of a plan with jose of npm, one a line.
import * as jose from 'jose'
import { readFileSync } from 'node:fs'

const plan = JSON.parse(readFileSync(process.argv[2]))
const bytes = (text) => new TextEncoder().encode(text)
const signers = await Promise.all(plan.signers.keys.map((k) => jose.importJWK(k, 'ES256')))
const out = []
for (const w of plan.tokens) {
  let inner = w.claims
  if (w.signed) inner = await new jose.CompactSign(bytes(w.claims)).setProtectedHeader(Object.fromEntries(w.signed)).sign(signers[w.signer])
  if (w.head) {
    const head = Object.fromEntries(w.head)
    const { apu, apv, ...rest } = head
    const { alg: _, use: __, ...jwk } = plan.recipients.keys[w.key]
    const e = new jose.CompactEncrypt(bytes(inner)).setProtectedHeader(rest)
    if (apu) e.setKeyManagementParameters({ apu: jose.base64url.decode(apu), apv: jose.base64url.decode(apv) })
    inner = await e.encrypt(await jose.importJWK(jwk, head.alg))
  }
  out.push(inner)
}
console.log(out.join('\n'))
