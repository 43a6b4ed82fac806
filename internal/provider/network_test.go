package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A network is what is between us and FranceConnect: pipes, in memory, which can
// forget the connections of before without a word to either side.
type network struct {
	accepted chan net.Conn
	root     *x509.CertPool
	mu       sync.Mutex
	lines    []*line
}

// A line is a connection, seen from our side.
type line struct {
	net.Conn
	silent atomic.Bool
	ended  atomic.Bool // nothing can be written to it
}

func (l *line) Read(b []byte) (int, error) {
	for {
		n, err := l.Conn.Read(b)
		if err != nil || !l.silent.Load() {
			return n, err
		}
	}
}

func (l *line) Write(b []byte) (int, error) {
	if l.ended.Load() {
		return 0, net.ErrClosed
	}
	if l.silent.Load() {
		return len(b), nil
	}
	return l.Conn.Write(b)
}

// certificate returns one for example.com. Call it outside a bubble.
func certificate() (tls.Certificate, *x509.Certificate) {
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	return s.TLS.Certificates[0], s.Certificate()
}

func newNetwork(root *x509.Certificate) *network {
	n := &network{accepted: make(chan net.Conn), root: x509.NewCertPool()}
	n.root.AddCert(root)
	return n
}

// provider returns one whose own transports are on this network.
func (n *network) provider() *Provider {
	p := New(Endpoints{Token: "https://example.com/token", UserInfo: "https://example.com/userinfo"}, false, nil, time.Now)
	for _, t := range []*http.Transport{p.caller.own, p.data.Base} {
		t.Proxy, t.DialContext, t.TLSClientConfig.RootCAs = nil, n.dial, n.root
	}
	return p
}

const tokens = `{"access_token":"a","id_token":"i","token_type":"Bearer"}`

// serve answers at the other end of it.
func (n *network) serve(own tls.Certificate, h2 bool, h http.HandlerFunc) *http.Server {
	s := &http.Server{TLSConfig: &tls.Config{Certificates: []tls.Certificate{own}}, Protocols: new(http.Protocols), Handler: h}
	s.Protocols.SetHTTP1(!h2)
	s.Protocols.SetHTTP2(h2)
	go func() { _ = s.ServeTLS(n, "", "") }()
	return s
}

func (n *network) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	l := &line{Conn: ours}
	n.mu.Lock()
	n.lines = append(n.lines, l)
	n.mu.Unlock()
	select {
	case n.accepted <- theirs:
		return l, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// forget makes all connections silent. It returns how many there were.
func (n *network) forget() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.lines {
		l.silent.Store(true)
	}
	return len(n.lines)
}

func (n *network) Accept() (net.Conn, error) {
	conn, ok := <-n.accepted
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (n *network) Close() error   { close(n.accepted); return nil }
func (n *network) Addr() net.Addr { return &net.TCPAddr{} }

// The means are health checks over HTTP/2 and short lives over HTTP/1.1: without
// either of them this fails.
func TestAfterConnectionsWentSilentNobodyIsLostWhoComesLater(t *testing.T) {
	t.Parallel()
	own, root := certificate()
	calls := map[string]func(*Provider) error{
		"login": func(p *Provider) error {
			if _, err := p.Exchange(context.Background(), nil, Credentials{}, "c", 0); err != nil {
				return err
			}
			_, err := p.UserInfo(context.Background(), nil, "a")
			return err
		},
		"data provider": func(p *Provider) error {
			res, err := (&http.Client{Transport: p.DataTransport(), Timeout: callTime}).Get("https://example.com/data")
			if err != nil {
				return err
			}
			defer res.Body.Close()
			_, err = io.ReadAll(res.Body)
			return err
		},
	}
	// When people come, in seconds after the silence began.
	var busy []float64
	for at := 0.0; at < 30; at += 0.5 {
		busy = append(busy, at)
	}
	patterns := [][]float64{busy, {1, 16}, {3, 15}, {3.9, 15}, {15}, {60}, {300}}
	for name, call := range calls {
		for _, h2 := range []bool{false, true} {
			for _, people := range patterns {
				synctest.Test(t, func(t *testing.T) {
					n := newNetwork(root)
					first := make(chan struct{})
					var met atomic.Int32
					atOnce := int32(8)
					if h2 {
						atOnce = 1 // more would dial at once, and then share one
					}
					s := n.serve(own, h2, func(w http.ResponseWriter, r *http.Request) {
						if met.Add(1) == atOnce {
							close(first)
						}
						<-first
						_, _ = io.WriteString(w, tokens)
					})
					p := n.provider()
					var all sync.WaitGroup
					for range atOnce {
						all.Go(func() { _ = call(p) })
					}
					all.Wait()
					require.EqualValues(t, atOnce, n.forget())

					lost := make([]error, len(people))
					for i, at := range people {
						all.Go(func() {
							time.Sleep(time.Duration(at * float64(time.Second))) // of the bubble
							lost[i] = call(p)
						})
					}
					all.Wait()
					time.Sleep(time.Minute) // and every connection ends by itself
					synctest.Wait()
					require.NoError(t, s.Close())
					for i, err := range lost {
						if people[i] >= 15 {
							require.NoError(t, err, "%s, http2 %v, %v: after %v s", name, h2, people, people[i])
						}
					}
					require.Equal(t, people[0] < 4, lost[0] != nil, "%s, http2 %v, %v: the silence was one", name, h2, people)
				})
			}
		}
	}
}

// A front speaks HTTP/2 and answers the first requests with what is not an answer.
type front struct {
	*httptest.Server
	frame    []byte // RST_STREAM or GOAWAY, without its stream
	closes   bool   // after that, the connection
	bad      int64  // how many
	requests atomic.Int64
}

func newFront(t *testing.T, frame []byte, closes bool, bad int64) *front {
	f := &front{frame: frame, closes: closes, bad: bad}
	f.Server = httptest.NewUnstartedServer(nil)
	f.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){"h2": func(_ *http.Server, c *tls.Conn, _ http.Handler) { f.serve(c) }}
	f.TLS = &tls.Config{NextProtos: []string{"h2"}}
	f.StartTLS()
	t.Cleanup(f.Close)
	return f
}

const (
	frameData, frameHeaders, frameReset, frameSettings, framePing, frameGoAway = 0, 1, 3, 4, 6, 7

	endStream, endHeaders, ack = 1, 4, 1
)

// frame returns one of RFC 9113, section 4.1.
func frame(kind, flags byte, stream uint32, payload []byte) []byte {
	head := []byte{0, byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	return append(binary.BigEndian.AppendUint32(head, stream), payload...)
}

func reset(code uint32) []byte {
	return frame(frameReset, 0, 0, binary.BigEndian.AppendUint32(nil, code))
}

func goAway() []byte { return frame(frameGoAway, 0, 0, make([]byte, 8)) } // nothing was processed

func (f *front) serve(c *tls.Conn) {
	defer c.Close()
	if _, err := io.ReadFull(c, make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	_, _ = c.Write(frame(frameSettings, 0, 0, nil))
	for head := make([]byte, 9); ; {
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
		payload := make([]byte, int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(c, payload); err != nil {
			return
		}
		stream, flags := binary.BigEndian.Uint32(head[5:]), head[4]
		switch head[3] {
		case frameSettings:
			if flags&ack == 0 {
				_, _ = c.Write(frame(frameSettings, ack, 0, nil))
			}
		case framePing:
			_, _ = c.Write(frame(framePing, ack, 0, payload))
		case frameHeaders:
			f.requests.Add(1)
		}
		if head[3] > frameHeaders || flags&endStream == 0 {
			continue
		}
		if f.requests.Load() > f.bad {
			const okay = "\x88" // HPACK: :status 200
			_, _ = c.Write(frame(frameHeaders, endHeaders, stream, []byte(okay)))
			_, _ = c.Write(frame(frameData, endStream, stream, []byte(tokens)))
			continue
		}
		wrong := append([]byte(nil), f.frame...)
		if wrong[3] == frameReset {
			binary.BigEndian.PutUint32(wrong[5:], stream)
		}
		_, _ = c.Write(wrong)
		if f.closes {
			return
		}
	}
}

func (f *front) provider() *Provider {
	p := New(Endpoints{Token: f.URL, UserInfo: f.URL}, false, nil, time.Now)
	for _, t := range []*http.Transport{p.caller.own, p.data.Base} {
		t.TLSClientConfig.RootCAs = x509.NewCertPool()
		t.TLSClientConfig.RootCAs.AddCert(f.Certificate())
	}
	return p
}

// resets are what a front may do instead of answering, and whether it says by it
// that it has done nothing.
var resets = map[string]struct {
	frame     []byte
	untouched bool
}{
	"PROTOCOL_ERROR":    {reset(0x1), false},
	"INTERNAL_ERROR":    {reset(0x2), false},
	"REFUSED_STREAM":    {reset(0x7), true},
	"CANCEL":            {reset(0x8), false},
	"ENHANCE_YOUR_CALM": {reset(0xb), false},
	"HTTP_1_1_REQUIRED": {reset(0xd), false},
	"GOAWAY":            {goAway(), true},
}

func exchange(p *Provider) error {
	_, err := p.Exchange(context.Background(), nil, Credentials{}, "c", 0)
	return err
}

func userinfo(p *Provider) error {
	_, err := p.UserInfo(context.Background(), nil, "a")
	return err
}

func keys(p *Provider) error {
	p.keys.url = p.endpoints.UserInfo
	return p.EnsureKeys(context.Background(), nil)
}

func TestAFrontThatResetsHasEachRequestOnceOrTwice(t *testing.T) {
	t.Parallel()
	data := func(p *Provider, method string, body io.Reader) error {
		req, err := http.NewRequest(method, p.endpoints.UserInfo, body)
		require.NoError(t, err)
		res, err := p.DataTransport().RoundTrip(req)
		if err == nil {
			err = res.Body.Close()
		}
		return err
	}
	for name, r := range resets {
		for _, closes := range []bool{false, true} {
			for what, c := range map[string]struct {
				once bool
				call func(*Provider) error
			}{
				"token": {true, exchange},
				"token, of a front that spoke HTTP/1.1": {true, func(p *Provider) error {
					p.caller.http1.Store(true)
					return exchange(p)
				}},
				"userinfo":  {false, userinfo},
				"keys":      {false, keys},
				"data":      {false, func(p *Provider) error { return data(p, http.MethodGet, nil) }},
				"data sent": {true, func(p *Provider) error { return data(p, http.MethodPost, strings.NewReader("a=b")) }},
			} {
				f := newFront(t, r.frame, closes, 20)
				err := c.call(f.provider())
				require.Error(t, err, "%s, %s", what, name)
				most := int64(2)
				if c.once && !r.untouched {
					most = 1
				}
				require.LessOrEqual(t, f.requests.Load(), most, "%s, %s, closes %v: %v", what, name, closes, err)
				require.Positive(t, f.requests.Load())
			}
		}
	}
}

// A front that is renewed loses nobody: what it did not process is sent once more.
func TestWhatAFrontHasNotProcessedIsSentOnceMore(t *testing.T) {
	t.Parallel()
	for name, r := range resets {
		for _, closes := range []bool{false, true} {
			f := newFront(t, r.frame, closes, 1)
			require.Equal(t, r.untouched, exchange(f.provider()) == nil, "%s, closes %v", name, closes)
		}
		// By way of a proxy, which may lose a frame if the front closes.
		p := newFront(t, r.frame, false, 1).provider()
		p.caller.own.Proxy = http.ProxyURL(proxyThatLetsThrough(t))
		err := exchange(p)
		require.Equal(t, r.untouched, err == nil, "%s, by way of a proxy: %v", name, err)
	}
}

// Each of them would take a request and hang up.
func TestOfOldConnectionsThatEndARequestIsSentOnOneAlone(t *testing.T) {
	t.Parallel()
	const atOnce = 8
	var requests, met atomic.Int64
	first := make(chan struct{})
	var old sync.Map
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if _, known := old.Load(r.RemoteAddr); known {
			panic(http.ErrAbortHandler)
		}
		old.Store(r.RemoteAddr, true)
		if met.Add(1) == atOnce {
			close(first)
		}
		<-first
		_, _ = io.WriteString(w, "{}")
	}))
	defer s.Close()
	p := New(Endpoints{Token: s.URL, UserInfo: s.URL}, false, nil, time.Now)
	meet := func() {
		var all sync.WaitGroup
		for range atOnce {
			all.Go(func() { require.NoError(t, userinfo(p)) })
		}
		all.Wait()
		requests.Store(0)
	}
	meet()
	require.NoError(t, userinfo(p))
	require.EqualValues(t, 2, requests.Load(), "the second on a new connection")
	require.Error(t, exchange(p), "it is on the connection of before")
	require.EqualValues(t, 3, requests.Load(), "the code once")
}

// A pooled connection may end as it is taken: nothing of the request was written.
func TestACodeOfWhichNothingWasWrittenIsSentOnAnotherConnection(t *testing.T) {
	t.Parallel()
	own, root := certificate()
	synctest.Test(t, func(t *testing.T) {
		n, requests := newNetwork(root), 0
		s := n.serve(own, false, func(w http.ResponseWriter, r *http.Request) {
			requests++
			_, _ = io.WriteString(w, tokens)
		})
		p := n.provider()
		require.NoError(t, exchange(p))
		n.lines[0].ended.Store(true)
		require.NoError(t, exchange(p))
		require.Equal(t, 2, requests)
		require.NoError(t, s.Close())
		time.Sleep(time.Minute)
	})
}

// proxyThatLetsThrough returns a proxy that does what CONNECT asks for.
func proxyThatLetsThrough(t *testing.T) *url.URL {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer there.Close()
		here, _, err := w.(http.Hijacker).Hijack() // first: what comes after the answer is not for the server to read
		if err != nil {
			return
		}
		defer here.Close()
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, here) }()
		_, _ = io.Copy(here, there)
	}))
	t.Cleanup(s.Close)
	proxy, err := url.Parse(s.URL)
	require.NoError(t, err)
	return proxy
}

// A proxy answers by itself.
func proxyThatAnswers(t *testing.T, reply string) *url.URL {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = c.Read(make([]byte, 4096))
				_, _ = io.WriteString(c, reply)
			}()
		}
	}()
	return &url.URL{Scheme: "http", User: url.UserPassword("agent", "m0tdepasse"), Host: l.Addr().String()}
}

func TestWhatTheProxyDoesIsSaidWithItsName(t *testing.T) {
	t.Parallel()
	const page = "Content-Type: text/html\r\nConnection: close\r\n\r\n<html>Accès interdit</html>"
	for _, c := range []struct{ scheme, reply, says, french string }{
		{"https", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n", "the proxy at HOST answered 407", "le mandataire (proxy) HOST a répondu 407"},
		{"https", "HTTP/1.1 403 Forbidden\r\n" + page, "the proxy at HOST answered 403", "le mandataire (proxy) HOST a répondu 403"},
		{"https", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "the proxy at HOST answered 502", "le mandataire (proxy) HOST a répondu 502"},
		{"https", "", "no answer came by way of the proxy at HOST", "aucune réponse n’est venue par le mandataire (proxy) HOST"},
		{"https", "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.0 200 OK\r\n\r\n<html>", "no answer came by way of the proxy at HOST", "aucune réponse"},
		{"http", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "the proxy at HOST answered 407", "le mandataire (proxy) HOST a répondu 407"},
		{"http", "HTTP/1.1 200 OK\r\n" + page, "a page (HTTP 200) came by way of the proxy at HOST where FranceConnect's answer was due", "une page (HTTP 200) est venue par le mandataire (proxy) HOST"},
		{"http", "HTTP/1.1 403 Forbidden\r\n" + page, "a page (HTTP 403) came by way of the proxy at HOST", "une page (HTTP 403)"},
		{"http", "HTTP/1.1 404 Not Found\r\n" + page, "a page (HTTP 404) came by way of the proxy at HOST", "une page (HTTP 404)"},
		{"http", "HTTP/1.1 302 Found\r\nLocation: http://portail.captif/\r\nContent-Length: 0\r\n\r\n", "a page (HTTP 302) came by way of the proxy at HOST", "une page (HTTP 302)"},
		{"http", "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nblocked", "a page (HTTP 403) came by way of the proxy at HOST", "une page (HTTP 403)"},
		{"http", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nAccess denied", "a page (HTTP 200) came by way of the proxy at HOST", "une page (HTTP 200)"},
		{"http", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "a page (HTTP 200) came by way of the proxy at HOST", "une page (HTTP 200)"},
		{"http", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", "no answer came by way of the proxy at HOST", "aucune réponse"},
		{"http", "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"message\":\"Blocked by policy\"}", "an answer that is not FranceConnect's (JSON, HTTP 403) came by way of the proxy at HOST", "une réponse qui n’est pas de FranceConnect (JSON, HTTP 403) est venue par le mandataire (proxy) HOST"},
		{"http", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"status\":\"blocked\",\"category\":\"government\"}", "an answer that is not FranceConnect's (JSON, HTTP 200) came by way of the proxy at HOST", "une réponse qui n’est pas de FranceConnect (JSON, HTTP 200) est venue par le mandataire (proxy) HOST"},
		{"http", "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"error\":\"Unauthorized\"}", "an answer that is not FranceConnect's (JSON, HTTP 401) came by way of the proxy at HOST", "une réponse qui n’est pas de FranceConnect (JSON, HTTP 401) est venue par le mandataire (proxy) HOST"},
		{"http", "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"error\":{\"code\":400}}", "an answer that is not FranceConnect's (JSON, HTTP 400) came by way of the proxy at HOST", "une réponse qui n’est pas de FranceConnect (JSON, HTTP 400) est venue par le mandataire (proxy) HOST"},
		{"http", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[]", "an answer that is not FranceConnect's (JSON, HTTP 200) came by way of the proxy at HOST", "une réponse qui n’est pas de FranceConnect (JSON, HTTP 200) est venue par le mandataire (proxy) HOST"},
		{"http", "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n\"later\"", "an answer that is not FranceConnect's (JSON, HTTP 503) came by way of the proxy at HOST", "une réponse qui n’est pas de FranceConnect (JSON, HTTP 503) est venue par le mandataire (proxy) HOST"},
		{"http", "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"statusCode\":404,\"error\":\"Not Found\"}", "an answer that is not FranceConnect's (JSON, HTTP 404) came by way of the proxy at HOST", "une réponse qui n’est pas de FranceConnect (JSON, HTTP 404) est venue par le mandataire (proxy) HOST"},
		{"http", "", "no answer came by way of the proxy at HOST", "aucune réponse"},
	} {
		proxy := proxyThatAnswers(t, c.reply)
		ours := NewTransport()
		ours.Proxy = http.ProxyURL(proxy)
		for whose, transport := range map[string]*http.Transport{"ours": ours, "the portal's": {Proxy: http.ProxyURL(proxy)}} {
			to := c.scheme + "://fc.test/"
			p := New(Endpoints{Token: to, UserInfo: to}, false, &http.Client{Transport: transport}, time.Now)
			for what, err := range map[string]error{"token": exchange(p), "userinfo": userinfo(p), "keys": keys(p)} {
				at := what + ", " + whose + ": " + c.reply
				var e *Error
				var said *ProxyError
				require.ErrorAs(t, err, &e, at)
				require.Equal(t, Unreachable, e.Kind, at)
				require.ErrorAs(t, err, &said, at)
				require.Contains(t, said.Error(), strings.Replace(c.says, "HOST", proxy.Host, 1), "%s %v", at, said.Err)
				require.Contains(t, said.Text().French, strings.Replace(c.french, "HOST", proxy.Host, 1), at)
				for ; err != nil; err = unwrap(err) {
					require.NotContains(t, err.Error(), "m0tdepasse", at)
				}
			}
		}
	}
}

// What FranceConnect itself says by way of a proxy stays what it is, however wrong.
func TestWhatFranceConnectSaysByWayOfAProxyIsItsOwn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status, body string
		token, user  Kind
	}{
		{"400 Bad Request", `{"error":"invalid_grant","error_description":"x"}`, Refused, Refused},
		{"400 Bad Request", `{"error":"invalid_client"}`, Refused, Refused},
		{"400 Bad Request", `{"error":"a_new_one","error_description":"x"}`, Refused, Refused},
		{"500 Internal Server Error", `{"error":"server_error"}`, Unreachable, Unreachable},
		{"400 Bad Request", `{"status":"fail","message":"invalid_grant"}`, Refused, Refused},
		{"200 OK", `{"access_token":"a"}`, Malformed, 0},
		{"200 OK", `{"sub":"a","family_name":"Forged"}`, Malformed, 0},
		{"200 OK", "head.body.signature", Malformed, 0},
		{"200 OK", `{"keys":[]}`, Malformed, 0},
	} {
		proxy := proxyThatAnswers(t, "HTTP/1.1 "+c.status+"\r\nConnection: close\r\n\r\n"+c.body)
		p := New(Endpoints{Token: "http://fc.test/", UserInfo: "http://fc.test/"}, false, &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}, time.Now)
		for err, want := range map[error]Kind{exchange(p): c.token, userinfo(p): c.user} {
			by := (*ProxyError)(nil)
			require.False(t, errors.As(err, &by), c)
			e := (*Error)(nil)
			if errors.As(err, &e) {
				require.Equal(t, want, e.Kind, c)
			} else {
				require.Zero(t, want, c)
			}
		}
	}
}

// slashed are addresses of a proxy whose user name or password has a / ? or # that is
// not escaped: net/url takes a part of it for the host.
var slashed = []string{
	"http://agent:m0t/depasse@proxy.test:3128", "agent:m0t/depasse@proxy.test:3128", "http://agent:1234/depasse@proxy.test:3128",
	"http://agent/m0t:depasse@proxy.test:3128", "http://agent:1234?depasse@proxy.test", "http://agent:1234#depasse@proxy.test", "http://agent:/depasse@proxy.test",
}

// A custom transport has read it already: it is not named.
func TestAProxyWithASlashInItsPasswordIsNotNamed(t *testing.T) {
	t.Parallel()
	for _, address := range slashed {
		read, err := url.Parse(address)
		if err != nil {
			read, err = url.Parse("http://" + address) // as net/http has it
		}
		require.NoError(t, err)
		for whose, transport := range map[string]*http.Transport{"ours": NewTransport(), "the portal's": {}} {
			transport.Proxy = http.ProxyURL(read)
			transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no such host: agent") }
			for _, scheme := range []string{"http", "https"} {
				err := userinfo(New(Endpoints{UserInfo: scheme + "://fc.test/"}, false, &http.Client{Transport: transport}, time.Now))
				e := (*Error)(nil)
				require.ErrorAs(t, err, &e, address)
				require.Equal(t, Unreachable, e.Kind)
				require.Equal(t, ErrProxyAddress, e.Cause, "%s %s", whose, address)
			}
		}
		require.Equal(t, ErrProxyAddress, onProxyConnect(t.Context(), read, nil, &http.Response{StatusCode: http.StatusForbidden}))
	}
	for _, address := range []string{"http://agent:m0t%2Fdepasse@proxy.test:3128", "http://proxy.test:3128/", "https://proxy.test", "socks5://[::1]:1080"} {
		read, err := url.Parse(address)
		require.NoError(t, err)
		host, err := hostOf(read)
		require.NoError(t, err, address)
		require.Equal(t, read.Host, host)
	}
}

// Ours is given no such address: nothing of it is looked up. The variables are read
// once in the life of a process, so that each has one of its own.
func TestAVariableWithASlashInThePasswordIsNotTaken(t *testing.T) {
	t.Parallel()
	for _, address := range slashed {
		cmd := exec.Command(os.Args[0], "-test.run=^TestOneCallByTheProxyOfTheEnvironment$", "-test.v")
		cmd.Env = []string{"HTTPS_PROXY=" + address, "ONE_CALL=yes"}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "said: the address of the proxy cannot be read\n")
		for _, part := range []string{"agent", "m0t", "depasse", "1234"} {
			require.NotContains(t, string(out), part)
		}
	}
}

func TestOneCallByTheProxyOfTheEnvironment(t *testing.T) {
	if os.Getenv("ONE_CALL") == "" {
		t.Skip("for TestAVariableWithASlashInThePasswordIsNotTaken")
	}
	transport := NewTransport()
	transport.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
		fmt.Println("looked up:", address)
		return nil, net.ErrClosed
	}
	err := userinfo(New(Endpoints{UserInfo: "https://fc.test/"}, false, &http.Client{Transport: transport}, time.Now))
	for ; unwrap(err) != nil; err = unwrap(err) {
		fmt.Println(err)
	}
	fmt.Println("said:", err)
}

func unwrap(err error) error {
	u, ok := err.(interface{ Unwrap() error })
	if !ok {
		return nil
	}
	return u.Unwrap()
}

func TestAProxyThatIsNotThereIsNamed(t *testing.T) {
	t.Parallel()
	unreadable := "http://agent:m0tdepasse@%"
	for name, proxy := range map[string]func(*http.Request) (*url.URL, error){
		"the proxy at 127.0.0.1:1 does not answer": http.ProxyURL(&url.URL{Scheme: "http", User: url.UserPassword("agent", "m0tdepasse"), Host: "127.0.0.1:1"}),
		"the address of the proxy cannot be read":  func(*http.Request) (*url.URL, error) { return url.Parse(unreadable) },
	} {
		transport := NewTransport()
		transport.Proxy = proxy
		err := userinfo(New(Endpoints{UserInfo: "https://fc.test/"}, false, &http.Client{Transport: transport}, time.Now))
		var e *Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, Unreachable, e.Kind)
		require.EqualError(t, e.Cause, name)
		for err = e.Cause; err != nil; err = unwrap(err) {
			require.NotContains(t, err.Error(), "m0tdepasse")
		}
	}
}

// A proxy that decrypts, or one that nobody knows of, answers in FranceConnect's name.
func TestAPageIsNoAnswerOfFranceConnect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, body string
		status     int
		page       bool
	}{
		{"text/html", "<!doctype html><title>Accès interdit</title>", 200, true},
		{"application/jwt", "\ufeff \n<html></html>", 200, true},
		{"text/html; charset=utf-8", "Accès interdit", 200, true},
		{"text/html", "<html></html>", 403, true},
		{"text/plain", "", 407, true},
		{"application/json", "{}", 511, true},
		{"text/html", "<html></html>", 404, false}, // an address with a slip of the pen
		{"text/html", "head.body.signature", 200, false},
		{"text/html", `{"sub": "a"}`, 200, false},
		{"text/plain", "denied", 403, false},
		{"text/plain", "Access denied.", 200, true},
		{"", "Access denied.", 403, true},
		{"text/plain", "not found here", 404, false},
		{"application/jwt", " head.body.signature\n", 200, false},
		{"application/json", `{"sub": "a`, 200, false},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(c.status)
			_, _ = io.WriteString(w, c.body)
		}))
		err := userinfo(New(Endpoints{UserInfo: s.URL}, false, nil, time.Now))
		s.Close()
		var said *ProxyError
		require.Equal(t, c.page, err != nil && isUnreachable(err), c)
		if c.page {
			require.ErrorAs(t, err, &said)
			require.Contains(t, said.Error(), "where FranceConnect's answer was due: a proxy or a firewall answers in its stead")
		}
	}
}
