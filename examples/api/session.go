package main

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect"
)

// sessions are who is signed in. What is kept is what a database would be given,
// the JSON of a record: the access token is not in it, and ends with the callback.
type sessions struct{ *sessionStore[[]byte] }

// A record is one person in one browser, and what they let us fetch. It is
// erased with the session.
type record struct {
	Session   franceconnect.Session
	Household *household // nil until they asked for it
}

func newSessions(now func() time.Time, address string) *sessions {
	return &sessions{newSessionStore[[]byte]("aides", address, now)}
}

// start begins a session, and ends the one that the browser had, with its data.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, rec record) error {
	text, err := json.Marshal(rec)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replace(w, r, text, idleTime)
	return nil
}

// get returns the session of a browser, and lets it last again.
func (s *sessions) get(r *http.Request) (rec record, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.current(r)
	if k == nil || json.Unmarshal(k.value, &rec) != nil {
		return record{}, false
	}
	s.use(k, idleTime)
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

// change changes a session, unless f returns false, and lets it last again.
func (s *sessions) change(r *http.Request, f func(*record) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.current(r)
	var rec record
	if k == nil || json.Unmarshal(k.value, &rec) != nil || !f(&rec) {
		return false
	}
	text, err := json.Marshal(rec)
	if err == nil {
		k.value = text
		s.use(k, idleTime)
	}
	return err == nil
}

// end ends the session of a browser, erases its data, and returns whose
// FranceConnect is to end.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) franceconnect.IDTokenHint {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.remove(w, r)
	var rec record
	if k == nil || json.Unmarshal(k.value, &rec) != nil {
		return ""
	}
	return rec.Session.IDTokenHint
}
