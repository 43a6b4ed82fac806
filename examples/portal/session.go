package main

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

const (
	// idleTime ends a session that nobody uses, as FranceConnect ends its own.
	idleTime = 30 * time.Minute

	// maxSessions bounds the memory: beyond it, the one that was not used for
	// the longest time ends.
	maxSessions = 10_000
)

// sessions are who is signed in, in the memory of this process. A portal with
// several machines, or one that must remember over a restart, keeps the same
// in a database.
type sessions struct {
	idle     time.Duration
	max      int
	now      func() time.Time
	insecure bool // the portal is on http, on this machine

	mu   sync.Mutex
	byID map[string]*kept
}

// A kept session is one person in one browser.
type kept struct {
	session *franceconnect.Session   // never changes
	plus    franceconnect.LogoutHint // for FranceConnect+, of who was there too
	out     bool                     // signed out here, and FranceConnect is still to be told
	used    time.Time
}

func newSessions(now func() time.Time, insecure bool) *sessions {
	return &sessions{idle: idleTime, max: maxSessions, now: now, insecure: insecure, byID: map[string]*kept{}}
}

// start begins a session, under an id that nobody could know before
// (session fixation), and ends the one that the browser had.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, session *franceconnect.Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(w, r, &kept{session: session, used: s.now()})
}

func (s *sessions) put(w http.ResponseWriter, r *http.Request, k *kept) {
	var b [32]byte
	rand.Read(b[:])
	id := base64.RawURLEncoding.EncodeToString(b[:])
	delete(s.byID, s.id(r))
	s.makeRoom()
	s.byID[id] = k
	http.SetCookie(w, s.cookie(id))
}

// raise gives a session the level that the same person reached at
// FranceConnect+, under a new id. Subject and Identity stay: the account is the
// same. It does nothing, and returns false, if the browser’s session is no
// longer that one.
func (s *sessions) raise(w http.ResponseWriter, r *http.Request, session, strong *franceconnect.Session) bool {
	raised := *session
	raised.Level, raised.AMR, raised.SignedInAt = strong.Level, strong.AMR, strong.SignedInAt

	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.open(r); k == nil || k.session != session {
		return false
	}
	s.put(w, r, &kept{session: &raised, plus: strong.LogoutHint, used: s.now()})
	return true
}

// alsoAtPlus remembers that somebody in this browser was at FranceConnect+.
func (s *sessions) alsoAtPlus(r *http.Request, hint franceconnect.LogoutHint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.open(r); k != nil {
		k.plus = hint
	}
}

// get finds the session of a browser, and lets it last again.
func (s *sessions) get(r *http.Request) (*franceconnect.Session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.open(r)
	if k == nil {
		return nil, false
	}
	k.used = s.now()
	return k.session, true
}

func (s *sessions) open(r *http.Request) *kept {
	k := s.byID[s.id(r)]
	if k == nil || k.out || s.over(k) {
		return nil
	}
	return k
}

// end ends the session of a browser. What it returns tells FranceConnect whose
// session to end there, and is empty if there was none here. Who was at
// FranceConnect+ too gets that one's first, atPlus, and the other one when end
// is called again.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) (hint franceconnect.LogoutHint, atPlus bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.id(r)
	k := s.byID[id]
	if k != nil && k.plus != "" {
		hint, k.plus, k.out = k.plus, "", true
		return hint, true
	}
	delete(s.byID, id)
	gone := s.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
	if k == nil {
		return "", false
	}
	// A session that was idle for too long is still good for signing out.
	return k.session.LogoutHint, false
}

// unfinished tells whether end is to be called again.
func (s *sessions) unfinished(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.byID[s.id(r)]
	return k != nil && k.out
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

func (s *sessions) over(k *kept) bool { return s.now().Sub(k.used) >= s.idle }

// id is what the browser says its session is; nobody has the empty one.
func (s *sessions) id(r *http.Request) string {
	cookie, err := r.Cookie(s.name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// name is the cookie's. With the prefix, a browser takes it from this host
// over https only, and shows it to no other.
func (s *sessions) name() string {
	if s.insecure {
		return "portail"
	}
	return "__Host-portail"
}

// cookie lives as long as the browser is open. It is Lax, because people come
// in from FranceConnect's site and from links in e-mails.
func (s *sessions) cookie(id string) *http.Cookie {
	return &http.Cookie{Name: s.name(), Value: id, Path: "/",
		Secure: !s.insecure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}
