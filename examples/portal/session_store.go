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
	maxSessions = 10_000           // bounds the memory: beyond it, the one that was not used for the longest time ends
)

// A sessionStore keeps what a portal knows of each browser that is signed in, in
// the memory of this process. Its methods are called with mu held.
type sessionStore[T any] struct {
	cookie string // its name
	secure bool

	mu sync.Mutex
	expiringMap[string, T]
}

// newSessionStore makes the store of a portal at an address. On https its cookie
// is for this host alone (__Host-): a browser takes it from there only, and shows
// it to no other.
func newSessionStore[T any](cookie, address string, now func() time.Time) *sessionStore[T] {
	s := &sessionStore[T]{cookie: cookie, expiringMap: newExpiringMap[string, T](maxSessions, now)}
	if strings.HasPrefix(address, "https://") {
		s.cookie, s.secure = "__Host-"+cookie, true
	}
	return s
}

// current returns the session of a browser; nil is none.
func (s *sessionStore[T]) current(r *http.Request) *entry[string, T] {
	k := s.byID[s.id(r)]
	if k == nil || s.over(k) {
		return nil
	}
	return k
}

// replace begins a session, under an id that nobody could know before (session
// fixation), and ends the one that the browser had.
func (s *sessionStore[T]) replace(w http.ResponseWriter, r *http.Request, value T, life time.Duration) {
	s.forget(s.id(r))
	id := rand.Text()
	s.put(id, value, life)
	s.setCookie(w, id, 0)
}

// remove ends the session of a browser and returns it, nil if there was none. One
// that was idle for too long is still good for signing out.
func (s *sessionStore[T]) remove(w http.ResponseWriter, r *http.Request) *entry[string, T] {
	k := s.byID[s.id(r)]
	s.forget(s.id(r))
	s.setCookie(w, "", -1)
	return k
}

// id returns what the browser says its session is; nobody has the empty one.
func (s *sessionStore[T]) id(r *http.Request) string {
	cookie, err := r.Cookie(s.cookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie sets the cookie, which lives as long as the browser is open. It is Lax:
// people come in from FranceConnect's site, and from links in e-mails.
func (s *sessionStore[T]) setCookie(w http.ResponseWriter, id string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookie, Value: id, Path: "/", MaxAge: age,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
