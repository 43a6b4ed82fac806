#!/usr/bin/env bash
# Guess: what nginx takes of a visitor's cookies does not depend on HTTP/1.1 or HTTP/2: its
# documentation says that a header field may not be longer than one buffer of
# large_client_header_buffers, 8 kB, and that a longer one gets 400.
# What happens: over HTTP/2 browsers send each cookie as a field of its own (RFC 9113,
# section 8.2.3), and nginx holds each against 8 kB, then joins them: 12 kB, which get 400
# over HTTP/1.1, arrive behind it as one field of 12 kB. Of 20 kB, 431 is then said by what
# is behind it, Node here. Beyond 32 kB the connection is closed, and no page comes at all.
# So a portal on which logins were begun in many tabs works for one visitor and not for
# another, and the page of the error, and its line in a log, are another machine's.
# Since: not looked up; seen with nginx 1.22.1 (Debian 12).
# Remedy: keep cookies few and short; give nginx, and all behind it, the same limit.
# Source: nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers,
# RFC 9113, section 8.2.3, nodejs.org/api/cli.html#--max-http-header-sizesize.
set -euo pipefail
dir=$(mktemp -d)
nginx=
trap '[ -z "$nginx" ] || kill "$nginx"; rm -rf "$dir"' EXIT
cd "$dir"

apt-get download nginx=1.22.1-9+deb12u11 > apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg -x nginx_*.deb root
for port in $(shuf -i 20000-30000 -n 3); do ports+=("$port"); done
cat > nginx.conf <<C
daemon off; pid $dir/pid; error_log $dir/error.log;
events {}
http {
	access_log off;
	client_body_temp_path $dir; proxy_temp_path $dir; fastcgi_temp_path $dir; uwsgi_temp_path $dir; scgi_temp_path $dir;
	server { listen 127.0.0.1:${ports[0]}; location / { proxy_pass http://127.0.0.1:${ports[2]}; } }
	server { listen 127.0.0.1:${ports[1]} http2; location / { proxy_pass http://127.0.0.1:${ports[2]}; } }
}
C
root/usr/sbin/nginx -p "$dir" -c "$dir/nginx.conf" 2> nginx.log & nginx=$!

cat > t.mjs <<'E'
import http from 'node:http'
import http2 from 'node:http2'
const [one, two, behind] = process.argv.slice(2)
const server = http.createServer((q, s) => s.end(`one field of ${q.headers.cookie.length}`)).listen(behind, '127.0.0.1')
const cookies = n => Array.from({ length: n }, (_, i) => `login-${String(i).padStart(2, '0')}=${'a'.repeat(989)}`) // 998 each
const byOne = n => new Promise(done => http.get(`http://127.0.0.1:${one}/`, { headers: { cookie: cookies(n).join('; ') } }, r => {
  let text = ''
  r.on('data', d => { text += d }).on('end', () => done(`${r.statusCode} ${text.includes('<center>nginx') ? 'of nginx itself' : text}`))
}).on('error', e => done(e.code)))
const byTwo = n => new Promise(done => {
  const c = http2.connect(`http://127.0.0.1:${two}`)
  const end = said => { c.destroy(); done(said) }
  let status, text = ''
  c.on('error', () => end('no answer')).on('goaway', () => end('no answer'))
  c.request({ ':path': '/', cookie: cookies(n) }).on('response', h => { status = h[':status'] })
    .on('data', d => { text += d }).on('end', () => end(status ? `${status} ${text}`.trim() : 'no answer')).on('error', () => end('no answer'))
})
for (let i = 0; i < 100; i++) { // until nginx listens
  if (await byOne(1) !== 'ECONNREFUSED') break
  await new Promise(r => setTimeout(r, 50))
}
for (const n of [6, 12, 20, 40]) console.log(`${n} kB of cookies: HTTP/1.1: ${await byOne(n)}, HTTP/2: ${await byTwo(n)}`)
server.close()
process.exit()
E
echo "versions: nginx 1.22.1-9+deb12u11 (Debian 12), Node $(node --version)"
node t.mjs "${ports[@]}" | tee out

expect() { grep -qF "$1" out || { echo "changed: no longer \"$1\""; exit 1; }; }
expect '6 kB of cookies: HTTP/1.1: 200 one field of 5998, HTTP/2: 200 one field of 5998'
expect '12 kB of cookies: HTTP/1.1: 400 of nginx itself, HTTP/2: 200 one field of 11998'
expect '20 kB of cookies: HTTP/1.1: 400 of nginx itself, HTTP/2: 431'
expect '40 kB of cookies: HTTP/1.1: 400 of nginx itself, HTTP/2: no answer'
echo 'as described: over HTTP/2 the cookies are counted one by one, and joined'
