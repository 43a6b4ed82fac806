package main

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
	"github.com/go-jose/go-jose/v4"
)

// ourIDToken returns the check of a Callback, with keys that are held.
func ourIDToken(p *idp, alg string, keys ...token.DecryptionKey) func(string) error {
	rules := token.Verifier{Issuer: p.issuer, ClientID: clientID, Algorithms: []string{alg}, Secret: clientSecret, Decryption: keys}
	held := ourProvider(p)
	return func(text string) error {
		t, err := rules.IDToken(context.Background(), signatureKeys(held), text, p.nonce, accessToken, time.Now())
		if err == nil && t.ACR != level {
			return errClaims
		}
		return err
	}
}

// signatureKeys finds the keys that are held.
func signatureKeys(held *provider.Provider) token.Keys {
	return func(ctx context.Context, kid string, want uint64) ([]jose.JSONWebKey, uint64, error) {
		return held.Keys(ctx, nil, kid, want)
	}
}

func ourUserinfo(p *idp) func(string) error {
	rules := token.Verifier{Issuer: p.issuer, ClientID: clientID, Algorithms: []string{"ES256"}}
	held := ourProvider(p)
	return func(text string) error {
		_, err := rules.UserInfo(context.Background(), signatureKeys(held), []byte(text), subject, time.Now())
		return err
	}
}

func ourProvider(p *idp) *provider.Provider {
	return provider.New(provider.Endpoints{Authorization: p.issuer + "/authorize", Keys: p.issuer + "/jwks"},
		false, &http.Client{Transport: p}, time.Now)
}

// ourURL returns a Login without its cookie.
func ourURL(p *idp) func() string {
	prefix := ourProvider(p).AuthorizationPrefix(provider.Credentials{ID: clientID, RedirectURL: redirectURL}, scopes)
	return func() string {
		pending := logincookie.New(logincookie.Asked{Level: 1}, "/", time.Now())
		return provider.AuthorizationURL(prefix, provider.AuthorizationRequest{State: pending.State[:], Nonce: pending.Nonce[:], ACR: level})
	}
}

func ourClient(p *idp, h *http.Client) (*franceconnect.Client, error) {
	return franceconnect.New(franceconnect.Config{
		Environment: franceconnect.Custom{Issuer: p.issuer},
		ClientID:    clientID, ClientSecret: clientSecret, RedirectURL: redirectURL,
		CookieKeys: []franceconnect.CookieKey{{1}}, Scopes: scopes[1:], HTTPClient: h, Store: everyLogin{},
	})
}

// everyLogin is a Store in which each login is open: the measures come back from
// one again and again, which a client without a Store would refuse.
type everyLogin struct{}

func (everyLogin) Put(context.Context, string, []byte, time.Duration) error { return nil }
func (everyLogin) Take(context.Context, string) ([]byte, bool, error)       { return nil, true, nil }

// A reply is the least of a ResponseWriter.
type reply struct {
	header http.Header
	status int
}

func newReply() *reply                          { return &reply{header: make(http.Header, 4)} }
func (r *reply) Header() http.Header            { return r.header }
func (r *reply) WriteHeader(status int)         { r.status = status }
func (r *reply) Write(body []byte) (int, error) { return len(body), nil }

var visit = must(http.NewRequest(http.MethodGet, "https://portail.example.fr/login", nil))

// ourLeaving returns the whole of a Login.
func ourLeaving(c *franceconnect.Client) (*reply, error) {
	w := newReply()
	return w, c.Login(w, visit, franceconnect.LoginRequest{ReturnTo: "/"})
}

// ourLogin leaves for one login and comes back from another, whose tokens are
// ready: signing new ones would be the provider's time.
func ourLogin(p *idp, h *http.Client) (func() error, error) {
	c, err := ourClient(p, h)
	if err != nil {
		return nil, err
	}
	return func() error {
		if _, err := ourLeaving(c); err != nil {
			return err
		}
		s, err := c.Callback(newReply(), p.back)
		if err == nil && (s.Level != franceconnect.Eidas1 || s.Identity.FamilyName == "" || s.Identity.BirthDate.IsZero()) {
			return errClaims
		}
		return err
	}, nil
}

// leave opens the login that p's tokens will answer.
func (p *idp) leave() {
	if p.professional {
		p.leaveProConnect()
		return
	}
	w := must(ourLeaving(must(ourClient(p, nil))))
	asked := must(url.Parse(w.header.Get("Location"))).Query()
	cookie, _, _ := strings.Cut(w.header.Get("Set-Cookie"), ";")
	p.comeBack(asked, cookie)
}

// comeBack makes the callback of what was asked.
func (p *idp) comeBack(asked url.Values, cookie string) {
	p.nonce = asked.Get("nonce")
	answer := url.Values{"state": {asked.Get("state")}, "code": {code}, "iss": {p.issuer}}
	p.back = must(http.NewRequest(http.MethodGet, redirectURL+"?"+answer.Encode(), nil))
	p.back.Header.Set("Cookie", cookie)
}
