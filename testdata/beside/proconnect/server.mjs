// An oidc-provider with the settings that the public source of ProConnect's server has,
// as facts of it: lifetimes, levels, claims, algorithms, what its own code does before and
// between. It signs in one person, whom PERSON has, at the level that is asked for.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

const { Provider } = createRequire(import.meta.url)('oidc-provider')
const client = JSON.parse(process.env.CLIENT)
const person = JSON.parse(process.env.PERSON)
const levels = ['eidas0', 'eidas0-mfa', 'eidas1', 'eidas1-mfa', 'eidas2', 'eidas3', 'https://proconnect.gouv.fr/assurance/certification-dirigeant']
const base = '/api/v2'

const server = createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const origin = `http://127.0.0.1:${server.address().port}`

const key = (type, options, more) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig', ...more })
const algs = ['ES256', 'RS256', 'HS256']
const hours = 60 * 60
const scopes = {
  amr: ['amr'], uid: ['uid'], openid: ['sub'], given_name: ['given_name'], usual_name: ['usual_name'], email: ['email'],
  phone: ['phone_number'], organizational_unit: ['organizational_unit'], organization_label: ['organization_label'], siren: ['siren'], siret: ['siret'],
  belonging_population: ['belonging_population'], idp_id: ['idp_id'], idp_acr: ['idp_acr'], is_service_public: ['is_service_public'],
  roles: ['roles'], custom: ['custom'],
}
const provider = new Provider(origin + base, {
  routes: { authorization: '/authorize', end_session: '/session/end', jwks: '/jwks', revocation: '/token/revocation', token: '/token', userinfo: '/userinfo', introspection: '/token/introspection' },
  subjectTypes: ['public'],
  acrValues: levels,
  scopes: ['openid'],
  claims: scopes,
  extraParams: ['idp_hint', 'siret_hint'],
  pkce: { methods: ['S256'], required: () => false },
  issueRefreshToken: () => true,
  acceptQueryParamAccessTokens: true,
  responseTypes: ['code'],
  clientDefaults: { grant_types: ['authorization_code', 'refresh_token'], id_token_signed_response_alg: 'ES256', response_types: ['code'], token_endpoint_auth_method: 'client_secret_post' },
  tokenEndpointAuthMethods: ['client_secret_post', 'private_key_jwt'],
  enabledJWA: {
    idTokenSigningAlgValues: algs, userinfoSigningAlgValues: algs, tokenEndpointAuthSigningAlgValues: ['ES256', 'RS256'],
    revocationEndpointAuthSigningAlgValues: ['ES256', 'RS256'], introspectionEndpointAuthSigningAlgValues: ['ES256', 'RS256'],
    requestObjectSigningAlgValues: algs,
    idTokenEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP'], idTokenEncryptionEncValues: ['A256GCM'],
    userinfoEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP'], userinfoEncryptionEncValues: ['A256GCM'],
  },
  features: {
    devInteractions: { enabled: false }, jwtUserinfo: { enabled: true }, claimsParameter: { enabled: true }, revocation: { enabled: true },
    encryption: { enabled: true }, introspection: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => { ctx.body = form.replace('</form>', '<input type="hidden" name="logout" value="yes"/></form>') },
      postLogoutSuccessSource: (ctx) => { ctx.body = 'signed out' },
    },
  },
  cookies: { keys: ['not a secret'] },
  ttl: { Grant: 12 * hours, Session: 12 * hours, RefreshToken: 2 * hours, Interaction: hours, AuthorizationCode: 60, AccessToken: hours, IdToken: hours },
  findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId })
    grant.addOIDCScope(ctx.oidc.params.scope)
    await grant.save()
    return grant
  },
  renderError: (ctx, { error }) => { ctx.type = 'html'; ctx.body = `<p>oidc-provider-rendered-error:${error}</p>` },
  interactions: { url: (ctx, interaction) => `${base}/interaction/${interaction.uid}` },
  clients: [client],
  jwks: { keys: [key('ec', { namedCurve: 'P-256' }, { kid: 'ec', alg: 'ES256' }), key('rsa', { modulusLength: 2048 }, { kid: 'rsa', alg: 'RS256' })] },
})
provider.on('server_error', (ctx, err) => console.error('server_error', err))
const answer = provider.callback()

// What the server's own code does: without a prompt it is login, and none too once
// somebody is signed in; a known session serves again if it satisfies.
const forced = (url, cookies) => {
  const prompt = url.searchParams.get('prompt')
  if (prompt === null || prompt === 'none' && /_session=/.test(cookies ?? '')) url.searchParams.set('prompt', 'login')
  return url.pathname + url.search
}
server.on('request', async (req, res) => {
  const url = new URL(req.url, origin)
  if (!url.pathname.startsWith(base)) return res.writeHead(404).end()
  if (url.pathname === base + '/authorize') req.url = forced(url, req.headers.cookie)
  if (!url.pathname.startsWith(base + '/interaction/')) {
    req.originalUrl = req.url
    req.url = req.url.slice(base.length) || '/'
    return answer(req, res)
  }
  try {
    const { params, prompt } = await provider.interactionDetails(req, res)
    if (params.idp_hint === 'nobody') {
      return provider.interactionFinished(req, res, { error: 'idp_hint_not_found', error_description: 'provided idp_hint could not be found' })
    }
    const asked = prompt.details.acr?.value ?? prompt.details.acr?.values
    const [acr = 'eidas1'] = [asked ?? []].flat().filter((level) => levels.includes(level))
    await provider.interactionFinished(req, res, { login: { accountId: person.sub, acr, amr: ['pwd'] }, consent: {} })
  } catch (err) {
    res.writeHead(500).end(String(err))
  }
})
console.log(origin + base)
