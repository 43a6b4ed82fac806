package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/cap/oidc"

	"github.com/franceconnect-go/franceconnect"
)

// capLibrary keeps logins in memory, by their state, as cap's example does, and the state
// in a cookie, as RFC 6749, section 10.12, wants it.
type capLibrary struct {
	settings
	provider *oidc.Provider

	mu     sync.Mutex
	logins map[string]capLogin
}

type capLogin struct {
	*oidc.Req
	next string
}

func newCap(s settings) (library, error) {
	c, err := oidc.NewConfig(s.issuer, s.id, oidc.ClientSecret(s.secret), []oidc.Alg{oidc.ES256}, []string{s.callback},
		oidc.WithScopes(s.scopes[1:]...), oidc.WithAudiences(s.id))
	if err != nil {
		return nil, err
	}
	p, err := oidc.NewProvider(c)
	return &capLibrary{settings: s, provider: p, logins: map[string]capLogin{}}, err
}

func (c *capLibrary) login(w http.ResponseWriter, r *http.Request, next string) error {
	l, err := oidc.NewRequest(5*time.Minute, c.settings.callback, oidc.WithACRValues(level), oidc.WithState(drawn()), oidc.WithNonce(drawn()))
	if err != nil {
		return err
	}
	to, err := c.provider.AuthURL(r.Context(), l)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.logins[l.State()] = capLogin{l, next}
	c.mu.Unlock()
	keep(w, r, "state", l.State())
	http.Redirect(w, r, to, http.StatusFound)
	return nil
}

func (c *capLibrary) callback(w http.ResponseWriter, r *http.Request) (nobody franceconnect.Session, err error) {
	state := taken(w, r, "state")
	c.mu.Lock()
	l, ok := c.logins[state]
	delete(c.logins, state)
	c.mu.Unlock()
	if !ok {
		return nobody, errState
	}
	if err := c.answered(r, l.State()); err != nil {
		return nobody, err
	}
	t, err := c.provider.Exchange(r.Context(), l.Req, state, r.FormValue("code"))
	if err != nil {
		return nobody, err
	}
	var id struct {
		Subject string `json:"sub"`
		ACR     string `json:"acr"`
	}
	if err := t.IDToken().Claims(&id); err != nil {
		return nobody, err
	}
	var u userinfo
	if err := c.provider.UserInfo(r.Context(), t.StaticTokenSource(), id.Subject, &u); err != nil {
		return nobody, err
	}
	return c.session(u, id.Subject, id.ACR, string(t.IDToken()), l.next)
}
