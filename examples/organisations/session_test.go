package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestASessionEndsWhenNobodyUsesIt(t *testing.T) {
	t.Parallel()
	w, _, v := signedIn(t)
	for range 3 {
		w.clock.Advance(idleTime - time.Second)
		require.True(t, v.signedIn())
	}
	w.clock.Advance(idleTime)
	require.False(t, v.signedIn())
}

func TestASessionIsNewAtEachSignIn(t *testing.T) {
	t.Parallel()
	w, bourg, v := signedIn(t)
	old := v.Cookies()[0]
	require.Equal(t, "__Host-organisation", old.Name)
	v.signIn()
	require.NotEqual(t, old.Value, v.Cookies()[0].Value)
	thief := w.visitor(bourg.url())
	thief.Client.Jar.SetCookies(thief.Get("/").At, []*http.Cookie{{Name: old.Name, Value: old.Value, Path: "/", Secure: true}})
	require.False(t, thief.signedIn())

	last := v.Cookies()[0]
	v.Submit(v.Get("/mon-compte"))
	thief.Client.Jar.SetCookies(thief.Get("/").At, []*http.Cookie{{Name: last.Name, Value: last.Value, Path: "/", Secure: true}})
	require.False(t, thief.signedIn(), "nor after signing out")
}

func TestASecondSignInOfTheSamePersonLowersNoLevel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		second *franceconnect.Session
		after  time.Duration
		kept   bool
	}{
		"the same":    {&franceconnect.Session{Subject: "s", Level: franceconnect.Eidas2}, time.Minute, true},
		"as high":     {&franceconnect.Session{Subject: "s", Level: franceconnect.Eidas3}, time.Minute, false},
		"another":     {&franceconnect.Session{Subject: "t", Level: franceconnect.Eidas2}, time.Minute, false},
		"a while ago": {&franceconnect.Session{Subject: "s", Level: franceconnect.Eidas2}, idleTime, false},
	} {
		now := time.Now()
		s, w := newSessions("", func() time.Time { return now }, ""), httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		first := &franceconnect.Session{Subject: "s", Level: franceconnect.Eidas3, AMR: []string{"fc", "pop"}, SignedInAt: now}
		s.start(w, r, first)
		r.AddCookie(w.Result().Cookies()[0])
		now = now.Add(test.after)
		test.second.SignedInAt, test.second.IDTokenHint = now, "hint"
		given := *test.second
		s.start(httptest.NewRecorder(), r, test.second)
		require.Len(t, s.byID, 1, name)
		for _, k := range s.byID {
			want := given
			if test.kept {
				want.Level, want.AMR, want.SignedInAt = first.Level, first.AMR, first.SignedInAt
			}
			require.Equal(t, want, *k.value, name)
		}
		require.Equal(t, given, *test.second, "a session is never changed")
	}
}

// signedInAt begins a session and returns the request of its browser.
func signedInAt(s *sessions) *http.Request {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	s.start(w, r, &franceconnect.Session{})
	r.AddCookie(w.Result().Cookies()[0])
	return r
}

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	c := portaltest.NewClock()
	s := newSessions("account", c.Now, "http://localhost")
	s.max = 3
	var all []*http.Request
	for range 5 {
		c.Advance(time.Second)
		all = append(all, signedInAt(s))
	}
	require.Len(t, s.byID, 3)
	for i, there := range []bool{false, false, true, true, true} {
		require.Equal(t, there, s.get(all[i]) != nil, i)
	}
	c.Advance(idleTime)
	signedInAt(s)
	require.Len(t, s.byID, 1, "what is over is forgotten")
}

func TestTheCookieOfASession(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"https://ville.fr": "__Host-organisation=; Path=/; HttpOnly; Secure; SameSite=Lax",
		"http://localhost": "organisation=; Path=/; HttpOnly; SameSite=Lax",
	} {
		w := httptest.NewRecorder()
		newSessions("", time.Now, url).setCookie(w, "", 0)
		require.Equal(t, want, w.Header().Get("Set-Cookie"))
	}
}

func TestNobodyHasTheEmptySession(t *testing.T) {
	t.Parallel()
	s := newSessions("", time.Now, "http://localhost")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	require.Nil(t, s.get(r))
	r.Header.Set("Cookie", "organisation=")
	require.Nil(t, s.get(r))
	require.Empty(t, s.end(httptest.NewRecorder(), r))
}

// The back button, a reload, a tab that a browser restores.
func TestWhoIsSignedInAndOpensTheirCallbackAgainIsOfferedTheirAccount(t *testing.T) {
	t.Parallel()
	w, bourg, v := signedIn(t)
	callback := ""
	for _, u := range v.Trail {
		if u.Path == callbackPath {
			callback = u.String()
		}
	}
	p := v.Get(callback)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, p.Body, "<h1>Vous êtes déjà connecté</h1>")
	require.Equal(t, "/mon-compte", regexp.MustCompile(`(?s)<main.*?<a [^>]*href="([^"]*)"`).FindStringSubmatch(p.Body)[1])
	require.True(t, v.signedIn())
	require.NotContains(t, w.visitor(bourg.url()).Get(callback).Body, "Continuer")
}
