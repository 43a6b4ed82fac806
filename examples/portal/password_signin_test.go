package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// enter tries an address and a password on the sign-in page.
func (v *visitor) enter(email, text string) portaltest.Page {
	v.T.Helper()
	return v.SubmitTo(v.Get("/connexion?next=/mon-compte"), "/connexion", "adresse", email, "mot-de-passe", text)
}

func TestSignInByPassword(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	p := v.enter("Josephine.Grandcamp@example.FR ", demoPassword)
	require.Equal(t, accountPath, p.At.Path)
	require.Contains(t, p.Body, "Joséphine Grandcamp</a>")
	require.Contains(t, p.Body, "connecté avec votre mot de passe")
	require.Contains(t, p.Body, "déclarées à l’ouverture du compte")
	require.Contains(t, p.Body, "<dd>Rouen (Seine-Maritime, 76540)</dd>")
	require.NotContains(t, p.Body, "proviennent de FranceConnect")

	// Out again, where FranceConnect has nothing to end.
	p = v.Submit(p)
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Equal(t, "/connexion", v.Get(accountPath).At.Path)
	require.Empty(t, town.portal.sessions.byID)
}

// One cannot tell a wrong password from an address that nobody has, nor from an
// account without a password.
func TestAFailedSignInTellsNothing(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	newVisitor(t, town.url).signIn() // camille, without a password
	v := newVisitor(t, town.url)
	var said []string
	for _, email := range []string{"josephine.grandcamp@example.fr", "theodule@example.fr", "camille.lestang@example.fr", "nobody@example.org", ""} {
		p := v.enter(email, "")
		require.Equal(t, http.StatusForbidden, p.Status)
		require.Contains(t, p.Body, "n’ouvrent aucun compte")
		require.Empty(t, p.Header.Get("Set-Cookie"))
		said = append(said, strings.ReplaceAll(p.Body, `value="`+email+`"`, `value=""`))
	}
	for _, other := range said {
		require.Equal(t, said[0], other)
	}
	require.NotContains(t, town.log.String(), "@")
}

func TestSignInsAreCounted(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	for _, email := range []string{"josephine.grandcamp@example.fr", "nobody@example.org"} { // whether they are or not
		v := newVisitor(t, town.url)
		for range maxAttempts {
			require.Equal(t, http.StatusForbidden, v.enter(strings.ToUpper(email), "essai").Status)
		}
		p := v.enter(email, demoPassword)
		require.Equal(t, http.StatusTooManyRequests, p.Status)
		require.Contains(t, p.Body, "trop d’essais")
	}
	town.clock.Advance(attemptsTime)
	v := newVisitor(t, town.url)
	require.Equal(t, accountPath, v.enter("josephine.grandcamp@example.fr", demoPassword).At.Path)
}

func TestTheRightPasswordForgivesTheWrongOnes(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	for range 3 {
		for range maxAttempts - 1 {
			v.enter("josephine.grandcamp@example.fr", "essai")
		}
		p := v.enter("josephine.grandcamp@example.fr", demoPassword)
		require.Equal(t, accountPath, p.At.Path)
		v.Submit(p)
	}
}

func TestAClosedAccountSaysSoToWhoHasItsPassword(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	p := v.enter("theodule@example.fr", demoPassword)
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "<h1>Ce compte est fermé</h1>")
	require.Equal(t, "/connexion", v.Get(accountPath).At.Path)
}

func TestSignInByPasswordStaysOnThisSite(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	for next, want := range map[string]string{"": "/", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/",
		"/connexion": "/", "/connexion?next=//evil.example": "/", "/franceconnect/login": "/", "/mes-donnees": "/mes-donnees", "/?a=b": "/?a=b"} {
		v := newVisitor(t, town.url)
		p := v.SubmitTo(v.Get("/connexion"), "/connexion", "next", next, "adresse", "josephine.grandcamp@example.fr", "mot-de-passe", demoPassword)
		require.Equal(t, town.url+want, p.At.String(), "next=%q", next)
	}
}

// No other site signs anybody in, out, or does anything in their name.
func TestFormsOfAnotherSiteDoNothing(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	v.enter("josephine.grandcamp@example.fr", demoPassword)
	before := town.of(t, "josephine.grandcamp@example.fr")
	for _, path := range []string{"/connexion", provePath, newPath, welcomePath, olderPath, profilePath, addressPath, passwordPath, unlinkPath, erasePath} {
		for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			r, err := http.NewRequest(http.MethodPost, town.url+path, strings.NewReader("adresse=e@evil.example"))
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header, value)
			p := v.Do(r)
			require.Equal(t, http.StatusForbidden, p.Status, path)
			require.Contains(t, p.Body, "Cette demande vient d’un autre site", path)
		}
	}
	require.Equal(t, before, town.of(t, "josephine.grandcamp@example.fr"))
}

func TestAFormIsNotTooLong(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	p := v.SubmitTo(v.Get("/connexion"), "/connexion", "adresse", "josephine.grandcamp@example.fr", "mot-de-passe", demoPassword,
		"x", strings.Repeat("x", maxForm))
	require.Equal(t, http.StatusForbidden, p.Status)
}

func TestASessionByPasswordProvesNoIdentity(t *testing.T) {
	t.Parallel()
	town, v := signedInBesidePlus(t)
	v.chosePassword("douze lunes rousses")
	w := newVisitor(t, town.url)
	w.enter("camille.lestang@example.fr", "douze lunes rousses")
	p := w.Get(aidPath)
	require.Contains(t, p.Body, "<h1>Confirmez votre identité</h1>")
	require.Contains(t, p.Body, "connecté avec un mot de passe")
	require.Equal(t, aidPath, w.Get(plusLogin(aidPath)).At.Path, "FranceConnect first")
	p = w.Get(w.Link(p, "S’identifier avec FranceConnect"))
	require.Equal(t, aidPath, p.At.Path)
	require.Contains(t, p.Body, "niveau eIDAS\u00a01 (démarches courantes)")
	require.Contains(t, w.confirm().Body, "Mon dossier d’aide d’urgence")
}

func TestChoosingAPassword(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	other := newVisitor(t, town.url)
	other.signIn()
	form := v.Get(passwordPath)
	require.NotContains(t, form.Body, "actuel", "there is none")
	for _, wrong := range []string{"", "onze lettre", strings.Repeat("é", longestPassword+1)} {
		p := v.SubmitTo(form, passwordPath, "nouveau", wrong)
		require.Equal(t, http.StatusUnprocessableEntity, p.Status)
		require.Contains(t, p.Body, "12 caractères au moins")
		require.False(t, town.one(t).password.set())
	}
	v.chosePassword("douze lettrés") // counted in characters
	require.Equal(t, "/connexion", other.Get(accountPath).At.Path, "other sessions are over")

	// To change it takes the one that there is.
	form = v.Get(passwordPath)
	for i := range maxAttempts + 1 {
		p := v.SubmitTo(form, passwordPath, "nouveau", "un autre mot de passe", "actuel", "essai")
		require.Equal(t, map[bool]int{true: http.StatusForbidden, false: http.StatusTooManyRequests}[i < maxAttempts], p.Status)
	}
	town.clock.Advance(attemptsTime)
	require.True(t, town.one(t).password.is("douze lettrés", town.portal.accounts.rounds))
	require.Equal(t, accountPath, v.SubmitTo(form, passwordPath, "nouveau", "un autre mot de passe", "actuel", "douze lettrés").At.Path)
	require.True(t, town.one(t).password.is("un autre mot de passe", town.portal.accounts.rounds))
}

func TestAPasswordNeedsAnAddress(t *testing.T) {
	t.Parallel()
	_, v := signedIn(t)
	v.SubmitTo(v.Get(profilePath), profilePath, "adresse", "")
	p := v.SubmitTo(v.Get(passwordPath), passwordPath, "nouveau", "douze lunes rousses")
	require.Equal(t, http.StatusUnprocessableEntity, p.Status)
	require.Contains(t, p.Body, "Indiquez d’abord une adresse électronique")
}

func TestPassword(t *testing.T) {
	t.Parallel()
	p := newPassword("douze lunes rousses", 10)
	require.True(t, p.is("douze lunes rousses", 10))
	require.False(t, p.is("douze lunes rousse", 10))
	require.False(t, p.is("", 10))
	require.NotContains(t, string(p.key), "lunes")
	require.NotEqual(t, p.key, newPassword("douze lunes rousses", 10).key, "salted")

	// None is opened by nothing, not even by nothing.
	require.False(t, password{}.is("", 10))
	require.False(t, password{}.is("douze lunes rousses", 10))
	require.Equal(t, hashRounds, newAccounts(time.Now).rounds)
}

// Whether there is an account or not, the same is computed.
func TestNoPasswordTakesAsLong(t *testing.T) {
	t.Parallel()
	took := func(p password) time.Duration {
		start := time.Now()
		p.is("douze lunes rousses", 200_000)
		return time.Since(start)
	}
	some, none := time.Hour, time.Hour
	for range 5 { // whatever else the machine does
		some, none = min(some, took(newPassword("un autre mot de passe", 1))), min(none, took(password{}))
	}
	require.Greater(t, none, some/4)
}

func TestAttemptsAreBounded(t *testing.T) {
	t.Parallel()
	clock := portaltest.NewClock()
	a := newAttempts(clock.Now)
	a.max = 3
	for _, what := range []string{"a", "b", "c", "d"} {
		require.True(t, a.allow(what))
		clock.Advance(time.Second)
	}
	require.Len(t, a.byID, 3)
	for range maxAttempts - 1 {
		require.True(t, a.allow("d"))
	}
	require.False(t, a.allow("d"))
	clock.Advance(attemptsTime)
	require.True(t, a.allow("d"))
	require.Len(t, a.byID, 1, "the others are forgotten")
}
