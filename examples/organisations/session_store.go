package main

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	idleTime    = 30 * time.Minute // as FranceConnect ends its own sessions
	maxSessions = 10_000           // bounds the memory: beyond it, the oldest ends
)

// A sessionStore keeps what a portal knows of each browser that is signed in, in
// the memory of this process. Its methods are called with mu held.
type sessionStore[T any] struct {
	cookie string // its name
	secure bool
	max    int
	now    func() time.Time

	mu   sync.Mutex
	byID map[string]*stored[T]
}

type stored[T any] struct {
	value T
	used  time.Time
}

// newSessionStore makes the store of a portal at an address. On https its cookie
// is for this host alone (__Host-).
func newSessionStore[T any](cookie, address string, now func() time.Time) *sessionStore[T] {
	s := &sessionStore[T]{cookie: cookie, max: maxSessions, now: now, byID: map[string]*stored[T]{}}
	if strings.HasPrefix(address, "https://") {
		s.cookie, s.secure = "__Host-"+cookie, true
	}
	return s
}

// current returns the session of a browser; nil is none.
func (s *sessionStore[T]) current(r *http.Request) *stored[T] {
	k := s.byID[s.id(r)]
	if k == nil || s.idle(k) {
		return nil
	}
	return k
}

// replace begins a session, under an id that nobody could know before, and ends
// the one that the browser had.
func (s *sessionStore[T]) replace(w http.ResponseWriter, r *http.Request, value T) {
	delete(s.byID, s.id(r))
	s.makeRoom()
	id := rand.Text()
	s.byID[id] = &stored[T]{value, s.now()}
	s.setCookie(w, id, 0)
}

// remove ends the session of a browser and returns it, nil if there was none. One
// that was idle for too long is still good for signing out.
func (s *sessionStore[T]) remove(w http.ResponseWriter, r *http.Request) *stored[T] {
	k := s.byID[s.id(r)]
	delete(s.byID, s.id(r))
	s.setCookie(w, "", -1)
	return k
}

// makeRoom forgets the sessions that are idle and, if it must, the oldest one.
func (s *sessionStore[T]) makeRoom() {
	oldest, since := "", time.Time{}
	for id, k := range s.byID {
		if s.idle(k) {
			delete(s.byID, id)
		} else if oldest == "" || k.used.Before(since) {
			oldest, since = id, k.used
		}
	}
	if len(s.byID) >= s.max {
		delete(s.byID, oldest)
	}
}

func (s *sessionStore[T]) idle(k *stored[T]) bool { return s.now().Sub(k.used) >= idleTime }

// id returns what the browser says its session is; nobody has the empty one.
func (s *sessionStore[T]) id(r *http.Request) string {
	cookie, err := r.Cookie(s.cookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie sets the cookie. It is Lax: people come in from FranceConnect's site.
func (s *sessionStore[T]) setCookie(w http.ResponseWriter, id string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookie, Value: id, Path: "/", MaxAge: age,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
