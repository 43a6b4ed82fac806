package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// An idp answers from memory, so that its own cost is small and the same
// for everybody. It checks what makes peers differ: that the secret comes in
// the form, as FranceConnect wants it, and that there is an access token.
type idp struct {
	issuer string
	server *httptest.Server // nil: it is only a RoundTripper
	delay  time.Duration    // before each answer
	plain  bool             // userinfo in JSON

	professional bool // it is ProConnect

	nonce   string        // of the one login that everybody's tokens answer
	back    *http.Request // with which our own client comes back from it
	answers map[string]*page

	connections, open atomic.Int64
}

// A page is what is at a path, and how often it was asked for.
type page struct {
	kind  string
	body  atomic.Pointer[[]byte]
	asked atomic.Int64
}

// newIDP makes one without sockets.
func newIDP() *idp {
	p := &idp{issuer: "https://fc.example.test/api/v2"}
	p.fill()
	return p
}

// serve makes one on loopback; secure is TLS, with HTTP/1.1 alone.
func serve(secure, plain bool) *idp {
	p := &idp{plain: plain}
	p.server = httptest.NewUnstartedServer(http.HandlerFunc(p.handle))
	p.server.Config.ConnState = p.count
	p.server.Config.ErrorLog = log.New(io.Discard, "", 0) // of connections that contenders drop
	if secure {
		p.server.StartTLS()
	} else {
		p.server.Start()
	}
	p.issuer = p.server.URL
	p.fill()
	served = append(served, p.server)
	return p
}

// served are the servers of a row, which ends them.
var served []*httptest.Server

func endServers() {
	for _, s := range served {
		s.Close()
	}
	served = nil
}

func (p *idp) count(_ net.Conn, s http.ConnState) {
	switch s {
	case http.StateNew:
		p.connections.Add(1)
		p.open.Add(1)
	case http.StateClosed:
		p.open.Add(-1)
	}
}

func (p *idp) fill() {
	kinds := map[string]string{"/.well-known/openid-configuration": "application/json", "/jwks": "application/json", "/token": "application/json", "/userinfo": "application/jwt"}
	if p.plain {
		kinds["/userinfo"] = "application/json"
	}
	p.answers = map[string]*page{}
	for path, kind := range kinds {
		p.answers[path] = &page{kind: kind}
	}
	p.put("/jwks", published)
	p.put("/.well-known/openid-configuration", must(json.Marshal(map[string]any{
		"issuer": p.issuer, "authorization_endpoint": p.issuer + "/authorize", "token_endpoint": p.issuer + "/token",
		"userinfo_endpoint": p.issuer + "/userinfo", "jwks_uri": p.issuer + "/jwks",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"ES256", "RS256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_post"},
	})))
	p.leave()
	p.mint(false, false)
}

func (p *idp) put(path string, body []byte) { p.answers[path].body.Store(&body) }

// mint makes the tokens of the login, good ones or spoiled ones.
func (p *idp) mint(badID, badUserinfo bool) {
	token, person := sign(jose.ES256, newIDClaims(p.issuer, clientID, p.nonce)), newUserClaims(p.issuer)
	if badID {
		token = spoil(token)
	}
	p.put("/token", must(json.Marshal(map[string]any{"access_token": accessToken, "token_type": "Bearer", "expires_in": 60, "id_token": token})))
	if p.plain {
		if badUserinfo {
			person.Subject = strings.Repeat("0", 64) + "v1"
		}
		p.put("/userinfo", must(json.Marshal(person)))
		return
	}
	signed := sign(jose.ES256, person)
	if p.professional {
		signed = sign(jose.ES256, newProfessionalClaims(p.issuer))
	}
	if badUserinfo {
		signed = spoil(signed)
	}
	p.put("/userinfo", []byte(signed))
}

func (p *idp) answer(r *http.Request) (status int, kind string, body []byte) {
	time.Sleep(p.delay)
	path := strings.TrimPrefix(r.URL.Path, "/api/v2")
	a, ok := p.answers[path]
	if !ok {
		return http.StatusNotFound, "", nil
	}
	a.asked.Add(1)
	if path == "/token" {
		form, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Contains(form, []byte("client_secret="+clientSecret)) {
			return http.StatusUnauthorized, "application/json", []byte(`{"error":"invalid_client"}`)
		}
	}
	if path == "/userinfo" && r.Header.Get("Authorization") != "Bearer "+accessToken {
		return http.StatusUnauthorized, "application/json", []byte(`{"error":"invalid_token"}`)
	}
	return http.StatusOK, a.kind, *a.body.Load()
}

func (p *idp) handle(w http.ResponseWriter, r *http.Request) {
	status, kind, body := p.answer(r)
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// RoundTrip answers without a socket.
func (p *idp) RoundTrip(r *http.Request) (*http.Response, error) {
	status, kind, body := p.answer(r)
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {kind}}, ContentLength: int64(len(body)),
		Body: io.NopCloser(bytes.NewReader(body)), Request: r,
	}, nil
}

// requests returns how many there were so far.
func (p *idp) requests() (n int64) {
	for _, a := range p.answers {
		n += a.asked.Load()
	}
	return n
}
