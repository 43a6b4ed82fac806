package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	s := newSessions(clock.Now, "https://aides.example.fr")
	for i := range maxSessions {
		s.put(strconv.Itoa(i), []byte("{}"), idleTime)
	}
	w := httptest.NewRecorder()
	require.NoError(t, s.start(w, httptest.NewRequest("GET", "/", nil), record{}))
	require.Equal(t, maxSessions, len(s.byID))
	require.Nil(t, s.byID["0"], "the oldest")
	require.NotNil(t, s.byID["1"])
	require.Regexp(t, `^__Host-aides=[A-Z2-7]{26}; Path=/; HttpOnly; Secure; SameSite=Lax$`, w.Header().Get("Set-Cookie"))
}

func TestANewSessionEndsTheOneBefore(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town)
	v.signInWithData()
	v.Get(loginPath(accountPage)) // once more, without data
	require.Len(t, town.portal.sessions.byID, 1)
	_, rec, ok := v.record(town)
	require.True(t, ok)
	require.Nil(t, rec.Household)
}

func TestASessionLastsWhileItIsUsed(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town)
	v.signIn()
	for range 3 {
		town.clock.Advance(20 * time.Minute)
		require.Equal(t, accountPage, v.Get(accountPage).At.Path)
	}
	town.clock.Advance(idleTime)
	require.Equal(t, "/", v.Get(accountPage).At.Path)
}

// Nobody goes round in circles, or to another site.
func TestOnward(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	for _, next := range []string{"", "/", "/franceconnect/login", dataLoginPath, "https://example.org/", "//example.org"} {
		p := newVisitor(t, town).Get(loginPath(next))
		require.Equal(t, town.url+accountPage, p.At.String(), next)
	}
	require.Empty(t, town.data.requests())
}

// The back button, a reload, a tab that a browser restores.
func TestWhoIsSignedInAndOpensTheirCallbackAgainIsOfferedTheirAccount(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town)
	v.signIn()
	callback := ""
	for _, u := range v.Trail {
		if u.Path == callbackPath {
			callback = u.String()
		}
	}
	first := regexp.MustCompile(`(?s)<main.*?<a [^>]*href="([^"]*)"`)
	p := v.Get(callback)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, p.Body, "<title>Vous êtes déjà connecté – ")
	require.Equal(t, accountPage, first.FindStringSubmatch(p.Body)[1])
	require.Equal(t, 1, strings.Count(p.Body, `class="action"`))

	town.idp.Next(mockidp.Scenario{Error: "server_error"})
	require.Equal(t, quotientPage, first.FindStringSubmatch(v.Get(loginPath(quotientPage)).Body)[1])
	require.NotContains(t, newVisitor(t, town).Get(callback).Body, "Continuer")
}
