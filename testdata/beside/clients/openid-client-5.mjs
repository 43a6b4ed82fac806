import { generators, Issuer } from 'openid-client'
import { alg, callback, client_id, client_secret, encryption_alg, issuer, jwk, level, out, platform, scope, serve, v1 } from './portal.mjs'

const at = platform === 'v1' ? new Issuer(v1) : await Issuer.discover(issuer)
const client = new at.Client({
  client_id, client_secret, redirect_uris: [callback], response_types: ['code'], token_endpoint_auth_method: 'client_secret_post',
  id_token_signed_response_alg: alg, ...platform !== 'v1' && { userinfo_signed_response_alg: alg },
  ...encryption_alg && {
    id_token_encrypted_response_alg: encryption_alg, id_token_encrypted_response_enc: 'A256GCM',
    userinfo_encrypted_response_alg: encryption_alg, userinfo_encrypted_response_enc: 'A256GCM',
  },
}, encryption_alg && { keys: [jwk] })

let state, nonce, tokens
serve(() => {
  [state, nonce] = [generators.state(), generators.nonce()]
  return client.authorizationUrl({ scope, acr_values: level, state, nonce })
}, async (url, req) => {
  tokens = await client.callback(callback, client.callbackParams(req), { state, nonce })
  const who = await client.userinfo(tokens)
  return `${tokens.claims().acr} ${who.family_name}`
}, () => client.endSessionUrl({ id_token_hint: tokens, client_id: undefined, post_logout_redirect_uri: out, state: generators.state() }))
