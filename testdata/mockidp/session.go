package mockidp

import (
	"maps"
	"net/http"
	"strings"
	"time"
)

// A session is what FranceConnect knows of one browser.
type session struct {
	id      string
	expires time.Time
	// who signed in with idp, for the logins that follow: single sign-on.
	who *Person
	idp string
	// pending is the login in progress. A second tab takes its place, and the
	// first one is lost.
	pending *interaction
	// grants are those of the last login, which logout revokes.
	grants []*grant
	// logout is the logout in progress.
	logout *pendingLogout
}

// An interaction is one login, from the authorize request to its callback.
type interaction struct {
	uid      string
	request  *authorization
	scenario Scenario
	csrf     string // what the next form must carry; "" once used
	idp      string // chosen
	who      *Person
	acr      string // reached
	grant    *grant // once the person agreed
}

const sessionCookie = "fc_session_id"

// findSession finds the session of a browser; nil if there is none, or no more.
func (p *Provider) findSession(r *request) *session {
	cookie, err := r.Cookie(sessionCookie)
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

// openSession finds or starts the session of a browser.
func (p *Provider) openSession(r *request) *session {
	s := p.findSession(r)
	if s == nil {
		p.pruneSessions()
		s = &session{id: randomToken()}
		p.sessions[s.id] = s
		p.extendSession(s)
	}
	return s
}

// saveSession tells the browser which session is its own.
func (p *Provider) saveSession(s *session, a *response) *response {
	cookie := http.Cookie{
		Name: sessionCookie, Value: s.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(p.baseURL, "https:"),
	}
	a.header.Add("Set-Cookie", cookie.String())
	return a
}

// pruneSessions drops what has expired, so that a provider can run for days.
func (p *Provider) pruneSessions() {
	now := p.now()
	maps.DeleteFunc(p.sessions, func(_ string, s *session) bool { return !now.Before(s.expires) })
	maps.DeleteFunc(p.codes, func(_ string, c *code) bool { return !now.Before(c.expires) })
	maps.DeleteFunc(p.tokens, func(_ string, t *token) bool { return !now.Before(t.expires) })
}
