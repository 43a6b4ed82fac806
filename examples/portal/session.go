package main

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
)

const (
	// idleTime ends a session that nobody uses, as FranceConnect ends its own.
	idleTime = 30 * time.Minute

	// proofTime is how long somebody may take to prove an account, from the
	// moment they came from FranceConnect; no visit to a page makes it longer.
	proofTime = 15 * time.Minute

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
	used   time.Time
}

func newSessions(now func() time.Time, insecure bool) *sessions {
	return &sessions{idle: idleTime, max: maxSessions, now: now, insecure: insecure, byID: map[string]*kept{}}
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
	s.put(w, r, &kept{visit: v, used: s.now()})
}

// wait keeps who came from FranceConnect and is not signed in: they have a
// candidate to prove, or nothing but a session at FranceConnect to end.
func (s *sessions) wait(w http.ResponseWriter, r *http.Request, session *franceconnect.Session, proof *link.Candidate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(w, r, &kept{visit: visit{session: session}, proof: proof, used: s.now()})
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

func (s *sessions) put(w http.ResponseWriter, r *http.Request, k *kept) {
	var b [32]byte
	rand.Read(b[:])
	id := base64.RawURLEncoding.EncodeToString(b[:])
	if old := s.byID[s.id(r)]; old != nil && k.session != nil && k.plus == "" {
		k.plus = old.plus // that session is still open
	}
	delete(s.byID, s.id(r))
	s.makeRoom()
	s.byID[id] = k
	http.SetCookie(w, s.cookie(id))
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
	s.put(w, r, &kept{visit: visit{v.account, raised}, plus: strong.IDTokenHint, used: s.now()})
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
	k.used = s.now()
	return k.visit, true
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
func (s *sessions) end(w http.ResponseWriter, r *http.Request) (hint franceconnect.IDTokenHint, atPlus bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.id(r)
	k := s.byID[id]
	if k != nil && k.plus != "" {
		hint, k.plus, k.out = k.plus, "", true
		return hint, true
	}
	if k != nil && k.erased && k.session != nil { // tellErased deletes it
		hint, k.session, k.out = k.session.IDTokenHint, nil, false
		return hint, false
	}
	s.forget(w, id)
	if k == nil || k.session == nil {
		return "", false
	}
	// A session that was idle for too long is still good for signing out.
	return k.session.IDTokenHint, false
}

func (s *sessions) forget(w http.ResponseWriter, id string) {
	delete(s.byID, id)
	gone := s.cookie("")
	gone.MaxAge = -1
	http.SetCookie(w, gone)
}

// endOthers ends the sessions of an account in all other browsers.
func (s *sessions) endOthers(r *http.Request, account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, k := range s.byID {
		if k.account == account && id != s.id(r) {
			delete(s.byID, id)
		}
	}
}

// erase ends all sessions of an account that is no more. Of the one in this
// browser there stays what is needed to sign out at FranceConnect.
func (s *sessions) erase(r *http.Request, account string) {
	s.endOthers(r, account)
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.byID[s.id(r)]; k != nil && k.account == account {
		k.account, k.erased, k.used = "", true, s.now()
	}
}

// tellErased reports whether the account of who is leaving was erased: once, when
// nothing is left to end.
func (s *sessions) tellErased(w http.ResponseWriter, r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.id(r)
	k := s.byID[id]
	if k == nil || !k.erased {
		return false
	}
	if k.session == nil && !k.out {
		s.forget(w, id)
	}
	return true
}

// logoutUnfinished reports whether end is to be called again.
func (s *sessions) logoutUnfinished(r *http.Request) bool {
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

func (s *sessions) over(k *kept) bool {
	most := s.idle
	if k.account == "" {
		most = proofTime
	}
	return s.now().Sub(k.used) >= most
}

// id returns what the browser says its session is; nobody has the empty one.
func (s *sessions) id(r *http.Request) string {
	cookie, err := r.Cookie(s.name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// name returns the cookie's name. With the prefix, a browser takes it from this host
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
