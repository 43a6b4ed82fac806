package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

const (
	idleTime    = 30 * time.Minute // as FranceConnect ends its own sessions
	maxSessions = 10_000
)

// sessions are who is signed in. What is kept is what a database would be given,
// JSON: the access token is not in it, and ends with the callback.
type sessions struct {
	now    func() time.Time
	secure bool

	mu   sync.Mutex
	byID map[string]*kept
}

type kept struct {
	record []byte // a record in JSON
	used   time.Time
}

// A record is one person in one browser, and what they let us fetch. It is
// erased with the session.
type record struct {
	Session   franceconnect.Session
	Household *household // nil until they asked for it
}

func newSessions(now func() time.Time, url string) *sessions {
	return &sessions{now: now, secure: strings.HasPrefix(url, "https://"), byID: map[string]*kept{}}
}

// start begins a session, under an id that nobody could know before, and ends
// the one that the browser had, with its data.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, rec record) error {
	text, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, s.id(r))
	s.makeRoom()
	id := rand.Text()
	s.byID[id] = &kept{text, s.now()}
	s.give(w, id, 0)
	return nil
}

// get finds the session of a browser, and lets it last again.
func (s *sessions) get(r *http.Request) (record, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rec, ok := s.open(r)
	if ok {
		s.byID[s.id(r)].used = s.now()
	}
	return rec, ok
}

func (s *sessions) open(r *http.Request) (rec record, ok bool) {
	k := s.byID[s.id(r)]
	if k == nil || s.over(k) || json.Unmarshal(k.record, &rec) != nil {
		return record{}, false
	}
	return rec, true
}

// keep adds data to the session of the person whose data they are. It does
// nothing, and returns false, if the browser's session is not, or no longer,
// of that person.
func (s *sessions) keep(r *http.Request, again *franceconnect.Session, h household) bool {
	return s.change(r, func(rec *record) bool {
		if rec.Session.Subject != again.Subject {
			return false
		}
		rec.Session.IDTokenHint, rec.Household = again.IDTokenHint, &h
		return true
	})
}

// leaveWith remembers who is at FranceConnect in this browser: to sign out ends
// that session too, whoever has this one.
func (s *sessions) leaveWith(r *http.Request, hint franceconnect.IDTokenHint) {
	s.change(r, func(rec *record) bool {
		rec.Session.IDTokenHint = hint
		return true
	})
}

func (s *sessions) change(r *http.Request, f func(*record) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	rec, ok := s.open(r)
	if !ok || !f(&rec) {
		return false
	}
	text, err := json.Marshal(rec)
	if err == nil {
		s.byID[s.id(r)] = &kept{text, s.now()}
	}
	return err == nil
}

// end ends the session of a browser, erases its data, and returns whose
// FranceConnect is to end. One that was idle for too long is still good for
// that.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) franceconnect.IDTokenHint {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.byID[s.id(r)]
	delete(s.byID, s.id(r))
	s.give(w, "", -1)
	var rec record
	if k == nil || json.Unmarshal(k.record, &rec) != nil {
		return ""
	}
	return rec.Session.IDTokenHint
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
	if len(s.byID) >= maxSessions {
		delete(s.byID, oldest)
	}
}

func (s *sessions) over(k *kept) bool { return s.now().Sub(k.used) >= idleTime }

// id is what the browser says its session is; nobody has the empty one.
func (s *sessions) id(r *http.Request) string {
	cookie, err := r.Cookie(s.name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

func (s *sessions) name() string {
	if s.secure {
		return "__Host-aides"
	}
	return "aides"
}

// give is Lax: people come in from FranceConnect's site.
func (s *sessions) give(w http.ResponseWriter, id string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.name(), Value: id, Path: "/", MaxAge: age,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
