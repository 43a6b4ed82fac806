package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

// begin starts a session and returns its cookie and a request that has it.
func begin(s *sessions, hint string) (*http.Cookie, *http.Request) {
	w := httptest.NewRecorder()
	s.start(w, httptest.NewRequest(http.MethodGet, "/", nil), &franceconnect.Session{LogoutHint: franceconnect.LogoutHint(hint)})
	c := w.Result().Cookies()[0]
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(c)
	return c, r
}

func TestSessionCookie(t *testing.T) {
	t.Parallel()
	c, _ := begin(newSessions(time.Now, false), "")
	require.Equal(t, "__Host-portail", c.Name)
	require.True(t, c.Secure)
	require.True(t, c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
	require.Empty(t, c.Domain)
	require.Zero(t, c.MaxAge)

	c, _ = begin(newSessions(time.Now, true), "")
	require.Equal(t, "portail", c.Name)
	require.False(t, c.Secure)
	require.True(t, c.HttpOnly)
}

func TestSessionEndsWhenIdle(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Now()}
	s := newSessions(clock.Now, false)
	_, r := begin(s, "hint")
	for range 3 { // it lasts as long as it is used
		clock.pass(idleTime - time.Second)
		_, ok := s.get(r)
		require.True(t, ok)
	}
	clock.pass(idleTime)
	_, ok := s.get(r)
	require.False(t, ok)
	require.EqualValues(t, "hint", s.end(httptest.NewRecorder(), r), "FranceConnect’s session can still be ended")
}

func TestSessionEnd(t *testing.T) {
	t.Parallel()
	s := newSessions(time.Now, false)
	_, r := begin(s, "hint")
	w := httptest.NewRecorder()
	require.EqualValues(t, "hint", s.end(w, r))
	gone := w.Result().Cookies()[0]
	require.Equal(t, "__Host-portail", gone.Name)
	require.Negative(t, gone.MaxAge)
	_, ok := s.get(r)
	require.False(t, ok)
	require.Empty(t, s.end(httptest.NewRecorder(), r))
	require.Empty(t, s.byID)
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Now()}
	s := newSessions(clock.Now, false)
	s.max = 3
	var requests []*http.Request
	for i := range 4 {
		_, r := begin(s, fmt.Sprint(i))
		requests = append(requests, r)
		clock.pass(time.Second)
	}
	require.Len(t, s.byID, 3)
	for i, r := range requests {
		_, ok := s.get(r)
		require.Equal(t, i > 0, ok, "the oldest one ended")
	}
	clock.pass(idleTime)
	begin(s, "")
	require.Len(t, s.byID, 1)
}

func TestNobodyHasTheEmptyID(t *testing.T) {
	t.Parallel()
	s := newSessions(time.Now, false)
	begin(s, "hint")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "__Host-portail=")
	_, ok := s.get(r)
	require.False(t, ok)
	require.Empty(t, s.end(httptest.NewRecorder(), r))
}
