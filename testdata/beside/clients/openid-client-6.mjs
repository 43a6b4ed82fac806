import { createPrivateKey, webcrypto } from 'node:crypto'
import * as oidc from 'openid-client'
import { alg, callback, client_id, client_secret, encryption_alg, issuer, jwk, level, out, platform, scope, serve, v1 } from './portal.mjs'

// The algorithms, which it otherwise takes to be RS256, and for userinfo to be none.
const metadata = { client_secret, id_token_signed_response_alg: alg, userinfo_signed_response_alg: platform === 'v1' ? undefined : alg }
const auth = oidc.ClientSecretPost(client_secret)
const config = platform === 'v1'
  ? new oidc.Configuration(v1, client_id, metadata, auth)
  : await oidc.discovery(new URL(issuer), client_id, metadata, auth, { execute: [oidc.allowInsecureRequests] })
oidc.allowInsecureRequests(config)
if (encryption_alg) {
  const pkcs8 = createPrivateKey({ key: jwk, format: 'jwk' }).export({ type: 'pkcs8', format: 'der' })
  const how = { 'ECDH-ES': [{ name: 'ECDH', namedCurve: 'P-256' }, ['deriveBits']], 'RSA-OAEP': [{ name: 'RSA-OAEP', hash: 'SHA-1' }, ['decrypt']], 'RSA-OAEP-256': [{ name: 'RSA-OAEP', hash: 'SHA-256' }, ['decrypt']] }[encryption_alg]
  const key = await webcrypto.subtle.importKey('pkcs8', pkcs8, how[0], false, how[1])
  oidc.enableDecryptingResponses(config, ['A256GCM'], { key, alg: encryption_alg, kid: jwk.kid })
}

let state, nonce, tokens
serve(() => {
  [state, nonce] = [oidc.randomState(), oidc.randomNonce()] // it makes no nonce of its own, and PKCE only where it is told to
  return oidc.buildAuthorizationUrl(config, { redirect_uri: callback, scope, acr_values: level, state, nonce })
}, async (url) => {
  tokens = await oidc.authorizationCodeGrant(config, url, { expectedState: state, expectedNonce: nonce })
  const who = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  return `${tokens.claims().acr} ${who.family_name}`
}, () => {
  // FranceConnect+ takes the signed token as the hint, not the encrypted one.
  const hint = oidc.getDecryptedResponses(tokens)?.id_token?.token_endpoint ?? tokens.id_token
  return oidc.buildEndSessionUrl(config, { id_token_hint: hint, post_logout_redirect_uri: out, state: oidc.randomState() })
})
