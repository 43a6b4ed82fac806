package mockidp

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A session is the state of one browser at FranceConnect.
type session struct {
	id      string
	expires time.Time
	// who signed in, with idp; nil if nobody has. For single sign-on.
	who *Person
	idp string
	acr string // the level that was reached
	// pending is the login in progress. A login in a second tab replaces it.
	pending *interaction
	// grants are those of the last login, which a logout revokes.
	grants []*grant
	// logout is the logout in progress, or nil.
	logout *pendingLogout
}

// An interaction is one login, from the authorization request to its callback.
type interaction struct {
	uid      string
	request  *authorization
	scenario *Scenario
	csrf     string  // the token of the next form; "" once used
	usedCSRF string  // that of the last form
	lost     bool    // another tab has spoiled it
	idp      string  // the identity provider that was chosen
	who      *Person // nil until somebody has signed in
	acr      string  // the level that was reached
	grant    *grant  // nil until the person has agreed
}

// findSession returns the session of a browser, or nil if it has none or it has
// expired.
func (p *Provider) findSession(r *request) *session {
	cookie, err := r.Cookie(p.platform.cookie)
	if err != nil {
		return nil
	}
	s := p.sessions[cookie.Value]
	if s == nil || !p.now().Before(s.expires) {
		return nil
	}
	if p.platform.sliding {
		p.extendSession(s)
	}
	return s
}

func (p *Provider) extendSession(s *session) { s.expires = p.now().Add(p.lifetimes.Session) }

// openSession returns the session of a browser, a new one if need be.
func (p *Provider) openSession(r *request) *session {
	s := p.findSession(r)
	if s == nil {
		p.prune()
		s = &session{id: randomToken()}
		p.sessions[s.id] = s
		p.extendSession(s)
	}
	return s
}

// saveSession sets the session's cookie on a response.
func (p *Provider) saveSession(s *session, a *response) *response {
	cookie := http.Cookie{
		Name: p.platform.cookie, Value: s.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(p.baseURL, "https:"),
	}
	a.header.Add("Set-Cookie", cookie.String())
	return a
}

// pruneAfter is how long what has expired may stay.
const pruneAfter = time.Minute

// prune deletes expired sessions, codes and tokens, so that a provider can run for
// days. It looks at all of them, so that it does so once in a while alone, or a
// login would cost the more the more came before.
func (p *Provider) prune() {
	now := p.now()
	if now.Before(p.nextPrune) {
		return
	}
	p.nextPrune = now.Add(pruneAfter)
	maps.DeleteFunc(p.sessions, func(_ string, s *session) bool { return !now.Before(s.expires) })
	maps.DeleteFunc(p.codes, func(_ string, c *code) bool { return !now.Before(c.expires) })
	maps.DeleteFunc(p.tokens, func(_ string, t *token) bool { return !now.Before(t.expires) })
	for _, s := range p.sessions {
		s.grants = slices.DeleteFunc(s.grants, func(g *grant) bool { return p.codes[g.code] == nil && !slices.ContainsFunc(g.tokens, p.hasToken) })
	}
}
