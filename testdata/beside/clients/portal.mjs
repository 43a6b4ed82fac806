// What the portals in this folder share: three paths for one visitor. in_ begins a login
// and returns where to go; back ends it and returns who it is; out returns where to go.
import { createServer } from 'node:http'

export const settings = JSON.parse(process.env.SETTINGS)
export const { issuer, client_id, client_secret, callback, out, alg, level, platform, encryption_alg, jwk, base } = settings
export const scope = 'openid given_name family_name'

// v1 has no discovery.
export const v1 = { issuer, authorization_endpoint: `${base}/authorize`, token_endpoint: `${base}/token`, userinfo_endpoint: `${base}/userinfo`, end_session_endpoint: `${base}/logout` }

export function serve(begin, back, leave) {
  createServer(async (req, res) => {
    try {
      const url = new URL(req.url, callback)
      const go = { '/login': begin, '/logout': leave }[url.pathname]
      if (go) return res.writeHead(302, { location: String(await go()) }).end()
      if (url.pathname === '/callback') return res.end('in ' + await back(url, req))
      res.end('out ' + url.searchParams.has('state'))
    } catch (err) {
      res.writeHead(500).end(`${err.name}: ${err.message} ${err.cause?.message ?? err.cause?.reason ?? ''}`)
    }
  }).listen(new URL(callback).port, '127.0.0.1', () => console.log('ready'))
}
