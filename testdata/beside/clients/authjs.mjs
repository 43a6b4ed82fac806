import { createServer } from 'node:http'
import { Auth, customFetch, skipCSRFCheck } from '@auth/core'
import { compactDecrypt, importJWK } from 'jose'
import { alg, base, callback, client_id, client_secret, encryption_alg, issuer, jwk, level, out, platform, scope } from './portal.mjs'

const key = encryption_alg && await importJWK(jwk, encryption_alg)
const opened = async jwe => new TextDecoder().decode((await compactDecrypt(jwe, key)).plaintext)

// It opens no encrypted token. Its fetch can: what comes back is what it would have been.
async function fetchDecrypted(...args) {
  const answer = await fetch(...args)
  if (!encryption_alg || !answer.ok) return answer
  const { headers } = answer
  if (headers.get('content-type').startsWith('application/jwt')) return new Response(await opened(await answer.text()), { headers: { 'content-type': 'application/jwt' } })
  const body = await answer.json()
  if (body.id_token) body.id_token = await opened(body.id_token)
  return Response.json(body)
}

const provider = {
  id: 'fc', name: 'FranceConnect', type: 'oidc', issuer, clientId: client_id, clientSecret: client_secret,
  checks: ['state', 'nonce'], // PKCE alone otherwise
  authorization: { params: { scope, acr_values: level }, ...platform === 'v1' && { url: base + '/authorize' } },
  ...platform === 'v1' && { token: base + '/token', userinfo: base + '/userinfo' },
  client: { token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: alg, ...platform !== 'v1' && { userinfo_signed_response_alg: alg } },
  idToken: false, // reads userinfo
  [customFetch]: fetchDecrypted,
  profile: who => ({ id: who.sub, name: who.family_name }),
}
const config = {
  providers: [provider], secret: client_secret, trustHost: true, basePath: '/auth', skipCSRFCheck, logger: { error: err => { said = `${err.name}: ${err.message} ${err.cause?.err?.message ?? ''}` } },
  callbacks: {
    jwt: ({ token, account }) => account ? { ...token, hint: account.id_token } : token,
    session: ({ session, token }) => ({ ...session, hint: token.hint }), // for this run: who keeps it in the session shows it to scripts
  },
}

let said = ''
const ask = (req, path, init) => Auth(new Request(new URL(path, callback), { headers: { cookie: req.headers.cookie ?? '' }, ...init }), config)
const session = async req => await (await ask(req, '/auth/session')).json()
createServer(async (req, res) => {
  const { pathname } = new URL(req.url, callback)
  const go = to => res.writeHead(302, { location: String(to) }).end()
  if (pathname === '/who') {
    const who = await session(req)
    return res.end(who ? `in ${level} ${who.user.name}` : said)
  }
  if (pathname === '/logout') return go(base + (platform === 'v1' ? '/logout?' : '/session/end?') + new URLSearchParams({ id_token_hint: (await session(req)).hint, post_logout_redirect_uri: out, state: crypto.randomUUID() }))
  if (pathname === '/auth/error') return res.end(said)
  if (!pathname.startsWith('/auth/') && pathname !== '/login') return res.end('out')
  const answer = pathname === '/login'
    ? await ask(req, '/auth/signin/fc', { method: 'POST', body: new URLSearchParams({ callbackUrl: new URL('/who', callback) }) })
    : await ask(req, req.url)
  answer.headers.getSetCookie().forEach(c => res.appendHeader('set-cookie', c))
  if (answer.headers.has('location')) return go(answer.headers.get('location'))
  res.writeHead(answer.status).end(await answer.text())
}).listen(new URL(callback).port, '127.0.0.1', () => console.log('ready'))
