// An oidc-provider that is configured like FranceConnect+, for the clients that the
// driver gives it. It signs in whoever comes, at the level that is asked for, and asks
// again for a higher one; POST /control/rotate puts a new signing key in the place of the
// old one.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import * as oidc from 'oidc-provider'

const Provider = oidc.default
const registered = JSON.parse(process.env.CLIENTS)
const levels = ['eidas2', 'eidas3']
const pivot = ['given_name', 'family_name', 'gender', 'birthdate', 'birthplace', 'birthcountry']
const person = {
  sub: 'b6'.repeat(32) + 'v1', given_name: 'Angèle Zoé', family_name: 'L’HÉRITIER', gender: 'female',
  birthdate: '1962-08-00', birthplace: '29019', birthcountry: '99100',
}

const signingKey = (kid) => ({ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' })

// Somebody who has less than what is asked for signs in again.
const policy = oidc.interactionPolicy.base()
policy.get('login').checks.add(new oidc.interactionPolicy.Check('level', 'a higher level is asked for', (ctx) => {
  const asked = (ctx.oidc.params.acr_values ?? '').split(' ')[0]
  return levels.indexOf(asked) > levels.indexOf(ctx.oidc.session?.acr)
}))

const server = createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${server.address().port}`

function provider(kid) {
  const p = new Provider(issuer, {
    acrValues: levels,
    claims: { openid: ['sub'], identite_pivot: pivot, acr: null, auth_time: null, iss: null },
    scopes: ['openid', 'identite_pivot'],
    clientAuthMethods: ['client_secret_post'],
    responseTypes: ['code'],
    pkce: { required: () => false },
    cookies: { keys: ['not a secret'] },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256'], userinfoSigningAlgValues: ['ES256'],
      idTokenEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256'], idTokenEncryptionEncValues: ['A256GCM'],
      userinfoEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP', 'RSA-OAEP-256'], userinfoEncryptionEncValues: ['A256GCM'],
    },
    features: {
      devInteractions: { enabled: false },
      encryption: { enabled: true },
      jwtUserinfo: { enabled: true },
      claimsParameter: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: (ctx, form) => { ctx.body = form } },
    },
    // Since 9.7 it fetches no key set from this machine of its own accord.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    ttl: { AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Grant: 600, Interaction: 600, Session: 600 },
    findAccount: (ctx, sub) => ({ accountId: sub, claims: () => person }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
      grant.addOIDCScope(ctx.oidc.params.scope)
      await grant.save()
      return grant
    },
    interactions: { policy, url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    clients: registered.map((c) => ({
      client_id: c.id, client_secret: c.secret, redirect_uris: [c.redirect_uri], post_logout_redirect_uris: [c.post_logout_redirect_uri],
      response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post', jwks_uri: c.jwks_uri,
      id_token_signed_response_alg: 'ES256', id_token_encrypted_response_alg: c.alg, id_token_encrypted_response_enc: 'A256GCM',
      userinfo_signed_response_alg: 'ES256', userinfo_encrypted_response_alg: c.alg, userinfo_encrypted_response_enc: 'A256GCM',
    })),
    jwks: { keys: [signingKey(kid)] },
  })
  p.on('server_error', (ctx, err) => console.error('server_error', err))
  return p
}

let now = provider('pkcs11:hsm')
server.on('request', async (req, res) => {
  const url = new URL(req.url, issuer)
  if (url.pathname === '/control/rotate') {
    now = provider(url.searchParams.get('kid'))
    return res.end()
  }
  if (!url.pathname.startsWith('/interaction/')) return now.callback()(req, res)
  try {
    const { params } = await now.interactionDetails(req, res)
    await now.interactionFinished(req, res, { login: { accountId: person.sub, acr: params.acr_values.split(' ')[0], amr: ['fc'] } })
  } catch (err) {
    res.writeHead(500).end(String(err))
  }
})
console.log(issuer)
