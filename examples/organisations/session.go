package main

import (
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// sessions are who is signed in at one organisation, whose sessions push out
// nobody else's. Another one does not know them, whatever cookie it is shown.
type sessions struct {
	*sessionStore[*franceconnect.Session]
	account string // at FranceConnect: whose names for people these are
}

func newSessions(account string, now func() time.Time, address string) *sessions {
	return &sessions{newSessionStore[*franceconnect.Session]("organisation", address, now), account}
}

// start begins a session. Who has signed in already keeps the level that they had,
// and how and when they reached it: FranceConnect+ answers eidas2 to somebody whom
// it remembers from an eidas3.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, session *franceconnect.Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.current(r); k != nil && k.value.Subject == session.Subject && k.value.Level > session.Level {
		raised := *session
		raised.Level, raised.AMR, raised.SignedInAt = k.value.Level, k.value.AMR, k.value.SignedInAt
		session = &raised
	}
	s.replace(w, r, session, idleTime)
}

// get returns the session of a browser, and lets it last again; nil is nobody.
func (s *sessions) get(r *http.Request) *franceconnect.Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.current(r)
	if k == nil {
		return nil
	}
	s.use(k, idleTime)
	return k.value
}

// end ends the session of a browser, and returns whose FranceConnect is to end.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) franceconnect.IDTokenHint {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.remove(w, r); k != nil {
		return k.value.IDTokenHint
	}
	return ""
}
