package main

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

const (
	idleTime    = 30 * time.Minute // as FranceConnect ends its own sessions
	maxSessions = 10_000           // of one organisation: it pushes out nobody else's
)

// sessions are who is signed in at one organisation. Another one does not know
// them, whatever cookie it is shown.
type sessions struct {
	account string // at FranceConnect: whose names for people these are
	cookie  string
	secure  bool
	max     int
	now     func() time.Time

	mu   sync.Mutex
	byID map[string]*kept
}

type kept struct {
	session *franceconnect.Session
	used    time.Time
}

func newSessions(account string, now func() time.Time, url string) *sessions {
	s := &sessions{account: account, cookie: "organisation", max: maxSessions, now: now, byID: map[string]*kept{}}
	if strings.HasPrefix(url, "https://") {
		s.cookie, s.secure = "__Host-organisation", true
	}
	return s
}

// start begins a session, under an id that nobody could know before. Who has
// signed in already keeps the level that they had, and how and when they reached
// it: FranceConnect+ answers eidas2 to somebody whom it remembers from an eidas3.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, session *franceconnect.Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.byID[s.id(r)]; k != nil && !s.over(k) && k.session.Subject == session.Subject && k.session.Level > session.Level {
		raised := *session
		raised.Level, raised.AMR, raised.SignedInAt = k.session.Level, k.session.AMR, k.session.SignedInAt
		session = &raised
	}
	delete(s.byID, s.id(r))
	s.makeRoom()
	id := rand.Text()
	s.byID[id] = &kept{session, s.now()}
	s.give(w, id, 0)
}

// get finds the session of a browser, and lets it last again; nil is nobody.
func (s *sessions) get(r *http.Request) *franceconnect.Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.byID[s.id(r)]
	if k == nil || s.over(k) {
		return nil
	}
	k.used = s.now()
	return k.session
}

// end ends the session of a browser, and returns whose FranceConnect is to end.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) franceconnect.IDTokenHint {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.byID[s.id(r)]
	delete(s.byID, s.id(r))
	s.give(w, "", -1)
	if k == nil {
		return ""
	}
	return k.session.IDTokenHint
}

// makeRoom forgets the sessions that are over and, if it must, the oldest one.
func (s *sessions) makeRoom() {
	oldest, since := "", time.Time{}
	for id, k := range s.byID {
		if s.over(k) {
			delete(s.byID, id)
		} else if oldest == "" || k.used.Before(since) {
			oldest, since = id, k.used
		}
	}
	if len(s.byID) >= s.max {
		delete(s.byID, oldest)
	}
}

func (s *sessions) over(k *kept) bool { return s.now().Sub(k.used) >= idleTime }

// id is what the browser says its session is; nobody has the empty one.
func (s *sessions) id(r *http.Request) string {
	cookie, err := r.Cookie(s.cookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// give is Lax: people come in from FranceConnect's site.
func (s *sessions) give(w http.ResponseWriter, id string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookie, Value: id, Path: "/", MaxAge: age,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
