package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// begin starts a session and returns its cookie and a request that has it.
func begin(s *sessions, hint string) (*http.Cookie, *http.Request) {
	w := httptest.NewRecorder()
	s.start(w, httptest.NewRequest(http.MethodGet, "/", nil), visit{"account", &franceconnect.Session{IDTokenHint: franceconnect.IDTokenHint(hint)}})
	c := w.Result().Cookies()[0]
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(c)
	return c, r
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	c, _ := begin(newSessions(time.Now, "https://portail.example.fr"), "")
	require.Equal(t, "__Host-portail", c.Name)
	require.True(t, c.Secure)
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
	require.Empty(t, c.Domain)
	require.Zero(t, c.MaxAge)

	c, _ = begin(newSessions(time.Now, "http://localhost:8080"), "")
	require.Equal(t, "portail", c.Name)
	require.False(t, c.Secure)
	require.True(t, c.HttpOnly)
}

func TestSessionEndsWhenIdle(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	s := newSessions(clock.Now, "https://portail.example.fr")
	_, r := begin(s, "hint")
	for range 3 { // it lasts as long as it is used
		clock.Advance(idleTime - time.Second)
		_, ok := s.get(r)
		require.True(t, ok)
	}
	clock.Advance(idleTime)
	_, ok := s.get(r)
	require.False(t, ok)
	hint, _ := s.end(httptest.NewRecorder(), r)
	require.EqualValues(t, "hint", hint, "FranceConnect’s session can still be ended")
}

func TestSessionEnd(t *testing.T) {
	t.Parallel()
	s := newSessions(time.Now, "https://portail.example.fr")
	_, r := begin(s, "hint")
	w := httptest.NewRecorder()
	hint, atPlus := s.end(w, r)
	require.EqualValues(t, "hint", hint)
	require.False(t, atPlus)
	gone := w.Result().Cookies()[0]
	require.Equal(t, "__Host-portail", gone.Name)
	require.Negative(t, gone.MaxAge)
	_, ok := s.get(r)
	require.False(t, ok)
	hint, _ = s.end(httptest.NewRecorder(), r)
	require.Empty(t, hint)
	require.Empty(t, s.byID)
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	s := newSessions(clock.Now, "https://portail.example.fr")
	s.max = 3
	var requests []*http.Request
	for i := range 4 {
		_, r := begin(s, fmt.Sprint(i))
		requests = append(requests, r)
		clock.Advance(time.Second)
	}
	require.Len(t, s.byID, 3)
	for i, r := range requests {
		_, ok := s.get(r)
		require.Equal(t, i > 0, ok, "the oldest one ended")
	}
	clock.Advance(idleTime)
	begin(s, "")
	require.Len(t, s.byID, 1)
}

func TestNobodyHasTheEmptyID(t *testing.T) {
	t.Parallel()
	s := newSessions(time.Now, "https://portail.example.fr")
	begin(s, "hint")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "__Host-portail=")
	_, ok := s.get(r)
	require.False(t, ok)
	hint, _ := s.end(httptest.NewRecorder(), r)
	require.Empty(t, hint)
}

func TestAVisitOfNobodysOpensNothing(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	s := newSessions(clock.Now, "https://portail.example.fr")
	waits := func(proof *link.Candidate) *http.Request {
		w := httptest.NewRecorder()
		s.wait(w, httptest.NewRequest(http.MethodGet, "/", nil), &franceconnect.Session{IDTokenHint: "hint"}, proof)
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(w.Result().Cookies()[0])
		return r
	}
	r := waits(&link.Candidate{Account: "4711"})
	_, ok := s.get(r)
	require.False(t, ok)
	session, proof, ok := s.waiting(r)
	require.True(t, ok)
	require.Equal(t, "4711", proof.Account)
	require.EqualValues(t, "hint", session.IDTokenHint)
	clock.Advance(proofTime)
	_, _, ok = s.waiting(r)
	require.False(t, ok)
	hint, _ := s.end(httptest.NewRecorder(), r)
	require.EqualValues(t, "hint", hint, "FranceConnect’s session can still be ended")

	_, _, ok = s.waiting(waits(nil)) // with nothing to prove
	require.False(t, ok)
	_, r = begin(s, "hint") // nor who is signed in
	_, _, ok = s.waiting(r)
	require.False(t, ok)
}

func TestRaise(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	s := newSessions(clock.Now, "https://portail.example.fr")
	c, r := begin(s, "hint")
	first, _ := s.get(r)
	session := first.session
	session.Subject, session.Level = "somebody", franceconnect.Eidas1
	strong := &franceconnect.Session{Subject: "somebody of FranceConnect+", Level: franceconnect.Eidas2, IDTokenHint: "hint of plus"}

	// A session that is not there any more, or another, is not raised.
	require.False(t, s.raise(httptest.NewRecorder(), r, visit{"account", &franceconnect.Session{}}, strong))
	require.False(t, s.raise(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil), first, strong))
	clock.Advance(idleTime)
	require.False(t, s.raise(httptest.NewRecorder(), r, first, strong))
	clock.Advance(-idleTime)

	w := httptest.NewRecorder()
	require.True(t, s.raise(w, r, first, strong))
	_, ok := s.get(r)
	require.False(t, ok, "the id is renewed")
	renewed := w.Result().Cookies()[0]
	require.NotEqual(t, c.Value, renewed.Value)
	r = httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(renewed)
	raised, ok := s.get(r)
	require.True(t, ok)
	require.Equal(t, "account", raised.account)
	require.Equal(t, franceconnect.Eidas2, raised.session.Level)
	require.Equal(t, "somebody", raised.session.Subject)
	require.Equal(t, franceconnect.Eidas1, session.Level, "a session never changes")

	// Out at FranceConnect+ first, then at FranceConnect, and nowhere again.
	for _, want := range []struct {
		hint   string
		atPlus bool
	}{{"hint of plus", true}, {"hint", false}, {"", false}} {
		hint, atPlus := s.end(httptest.NewRecorder(), r)
		require.EqualValues(t, want.hint, hint)
		require.Equal(t, want.atPlus, atPlus)
		require.Equal(t, atPlus, s.logoutUnfinished(r))
		_, ok = s.get(r)
		require.False(t, ok)
	}
	require.False(t, s.raise(httptest.NewRecorder(), r, raised, strong), "who signed out stays out")
	require.Empty(t, s.byID)
}
