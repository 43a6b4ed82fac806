package mockidp

import (
	"crypto/rand"
	"encoding/hex"
	"maps"
	"net/http"
	"strings"
	"time"
)

// A session is the state of one browser at FranceConnect.
type session struct {
	id      key
	expires int64
	// who signed in, with idp; nil if nobody has. For single sign-on.
	who *Person
	idp string
	acr string // the level that was reached
	// pending is the login in progress. A login in a second tab replaces it.
	pending *interaction
	// ended is what is left of a login that is over: it is for the link of an
	// error page alone.
	ended ended
	// grant is that of the last login, or nil. A logout revokes it and the earlier ones.
	grant *grant
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

// An ended is a login that was sent back to its client; without terms, none was.
type ended struct {
	*terms
	state    string
	usedCSRF string
}

// findSession returns the session of a browser, or nil if it has none or it has
// expired.
func (p *Provider) findSession(r *request) *session {
	cookie, err := r.Cookie(p.platform.cookie)
	if err != nil {
		return nil
	}
	id, err := hex.DecodeString(cookie.Value)
	if err != nil || len(id) != len(key{}) {
		return nil
	}
	s := p.sessions[key(id)]
	if s == nil || p.past(s.expires) {
		return nil
	}
	if p.platform.sliding {
		p.extendSession(s)
	}
	return s
}

func (p *Provider) extendSession(s *session) { s.expires = p.in(p.lifetimes.Session) }

// openSession returns the session of a browser, a new one if need be.
func (p *Provider) openSession(r *request) *session {
	s := p.findSession(r)
	if s == nil {
		p.prune()
		s = new(session)
		rand.Read(s.id[:])
		p.sessions[s.id] = s
		p.extendSession(s)
	}
	return s
}

// saveSession sets the session's cookie on a response.
func (p *Provider) saveSession(s *session, a *response) *response {
	cookie := http.Cookie{
		Name: p.platform.cookie, Value: hex.EncodeToString(s.id[:]), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
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
	maps.DeleteFunc(p.sessions, func(_ key, s *session) bool { return p.past(s.expires) })
	maps.DeleteFunc(p.codes, func(_ key, g *grant) bool { return p.past(g.codeExpires) })
	maps.DeleteFunc(p.tokens, func(_ key, t token) bool { return p.past(t.expires) })
	maps.DeleteFunc(p.refreshTokens, func(_ key, t token) bool { return p.past(t.expires) })
	for _, s := range p.sessions {
		for at := &s.grant; *at != nil; {
			if g := *at; p.past(g.codeExpires) && p.past(g.tokensExpire) {
				*at = g.earlier
			} else {
				at = &g.earlier
			}
		}
	}
}
