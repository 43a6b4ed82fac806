package main

import (
	"net/http"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
)

// proofTime is how long somebody may take to prove an account, from the moment
// they came from FranceConnect; no visit to a page makes it longer.
const proofTime = 15 * time.Minute

// sessions are who is signed in, in the memory of this process. A portal with
// several machines, or one that must remember over a restart, keeps the same
// in a database.
type sessions struct{ *sessionStore[*kept] }

// A visit is one person in one browser.
type visit struct {
	account string                 // whose it is: the account's ID; "" is nobody's yet
	session *franceconnect.Session // of FranceConnect, never changed; nil of who came by password
}

// A kept session is a visit, and what else there is to know until it ends.
type kept struct {
	visit
	proof  *link.Candidate           // what a visit of nobody's waits to be proved
	plus   franceconnect.IDTokenHint // for FranceConnect+, of who was there too
	out    bool                      // signed out here, and FranceConnect is still to be told
	erased bool                      // the account is, and the person is still to be told
}

// life returns how long it lasts without being used.
func (k *kept) life() time.Duration {
	if k.account == "" {
		return proofTime
	}
	return idleTime
}

func newSessions(now func() time.Time, address string) *sessions {
	return &sessions{newSessionStore[*kept]("portail", address, now)}
}

// start begins a session, under an id that nobody could know before
// (session fixation), and ends the one that the browser had. If that one was the
// same person's, what they have proved since is not forgotten: FranceConnect is
// eidas1 again after a step-up, and FranceConnect+ answers eidas2 to somebody
// whom it remembers from an eidas3.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, v visit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.open(r); k != nil && k.account == v.account && k.session != nil && v.session != nil &&
		k.session.Subject == v.session.Subject && k.session.Level > v.session.Level {
		v.session = reached(v.session, k.session)
	}
	s.begin(w, r, &kept{visit: v})
}

// wait keeps who came from FranceConnect and is not signed in: they have a
// candidate to prove, or nothing but a session at FranceConnect to end.
func (s *sessions) wait(w http.ResponseWriter, r *http.Request, session *franceconnect.Session, proof *link.Candidate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begin(w, r, &kept{visit: visit{session: session}, proof: proof})
}

// waiting finds who is to prove something, for as long as that may take.
func (s *sessions) waiting(r *http.Request) (session *franceconnect.Session, proof link.Candidate, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.open(r)
	if k == nil || k.proof == nil {
		return nil, link.Candidate{}, false
	}
	return k.session, *k.proof, true
}

func (s *sessions) begin(w http.ResponseWriter, r *http.Request, k *kept) {
	if old := s.known(r); old != nil && k.session != nil && k.plus == "" {
		k.plus = old.plus // that session is still open
	}
	s.replace(w, r, k, k.life())
}

// raise gives a session the level that the same person reached at
// FranceConnect+, unless it has a higher one, under a new id. Subject and
// Identity stay: the account is the same. It does nothing, and returns false, if
// the browser’s session is no longer that one.
func (s *sessions) raise(w http.ResponseWriter, r *http.Request, v visit, strong *franceconnect.Session) bool {
	raised := v.session
	if strong.Level >= raised.Level {
		raised = reached(raised, strong)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.open(r); k == nil || k.visit != v {
		return false
	}
	s.begin(w, r, &kept{visit: visit{v.account, raised}, plus: strong.IDTokenHint})
	return true
}

// reached returns s with the level of another login, and how and when it was
// reached, which belong together.
func reached(s, by *franceconnect.Session) *franceconnect.Session {
	raised := *s
	raised.Level, raised.AMR, raised.SignedInAt = by.Level, by.AMR, by.SignedInAt
	return &raised
}

// alsoAtPlus remembers that somebody in this browser was at FranceConnect+.
func (s *sessions) alsoAtPlus(r *http.Request, hint franceconnect.IDTokenHint) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.open(r); k != nil {
		k.plus = hint
	}
}

// get finds who is signed in in a browser, and lets the session last again.
func (s *sessions) get(r *http.Request) (visit, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.open(r)
	if k == nil || k.account == "" {
		return visit{}, false
	}
	s.use(s.byID[s.id(r)], idleTime)
	return k.visit, true
}

// open returns the session of a browser, unless it is over; nil is none.
func (s *sessions) open(r *http.Request) *kept {
	if k := s.current(r); k != nil && !k.value.out {
		return k.value
	}
	return nil
}

// known returns the session of a browser, over or not: that is still good for
// signing out.
func (s *sessions) known(r *http.Request) *kept {
	if k := s.byID[s.id(r)]; k != nil {
		return k.value
	}
	return nil
}

// end ends the session of a browser. What it returns tells FranceConnect whose
// session to end there, and is empty if there was none here. Who was at
// FranceConnect+ too gets that one's first, atPlus, and the other one when end
// is called again.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) (hint franceconnect.IDTokenHint, atPlus bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.known(r)
	if k != nil && k.plus != "" {
		hint, k.plus, k.out = k.plus, "", true
		return hint, true
	}
	if k != nil && k.erased && k.session != nil { // tellErased deletes it
		hint, k.session, k.out = k.session.IDTokenHint, nil, false
		return hint, false
	}
	s.remove(w, r)
	if k == nil || k.session == nil {
		return "", false
	}
	return k.session.IDTokenHint, false
}

// endOthers ends the sessions of an account in all other browsers.
func (s *sessions) endOthers(r *http.Request, account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, k := range s.byID {
		if k.value.account == account && id != s.id(r) {
			s.forget(id)
		}
	}
}

// erase ends all sessions of an account that is no more. Of the one in this
// browser there stays what is needed to sign out at FranceConnect.
func (s *sessions) erase(r *http.Request, account string) {
	s.endOthers(r, account)
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.known(r); k != nil && k.account == account {
		k.account, k.erased = "", true
		s.use(s.byID[s.id(r)], k.life())
	}
}

// tellErased reports whether the account of who is leaving was erased: once, when
// nothing is left to end.
func (s *sessions) tellErased(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.known(r)
	if k == nil || !k.erased {
		return false
	}
	if k.session == nil && !k.out {
		s.remove(w, r)
	}
	return true
}

// logoutUnfinished reports whether end is to be called again.
func (s *sessions) logoutUnfinished(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.known(r)
	return k != nil && k.out
}
