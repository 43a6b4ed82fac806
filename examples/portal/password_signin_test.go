package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// enter tries an address and a password on the sign-in page.
func (v *visitor) enter(email, text string) page {
	v.t.Helper()
	return v.submitTo(v.get("/connexion?next=/mon-compte"), "/connexion", "adresse", email, "mot-de-passe", text)
}

func TestSignInByPassword(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	p := v.enter("Josephine.Grandcamp@example.FR ", inventedPassword)
	require.Equal(t, accountPath, p.at.Path)
	require.Contains(t, p.body, "Joséphine Grandcamp</a>")
	require.Contains(t, p.body, "connecté avec votre mot de passe")
	require.Contains(t, p.body, "déclarées à l’ouverture du compte")
	require.Contains(t, p.body, "née le 27 mai 1951 à Rouen (76540)")
	require.NotContains(t, p.body, "proviennent de FranceConnect")

	// Out again, where FranceConnect has nothing to end.
	p = v.submit(p)
	require.Equal(t, loggedOutPath, p.at.Path)
	require.Equal(t, "/connexion", v.get(accountPath).at.Path)
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
		require.Equal(t, http.StatusForbidden, p.status)
		require.Contains(t, p.body, "n’ouvrent aucun compte")
		require.Empty(t, p.header.Get("Set-Cookie"))
		said = append(said, strings.ReplaceAll(p.body, `value="`+email+`"`, `value=""`))
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
			require.Equal(t, http.StatusForbidden, v.enter(strings.ToUpper(email), "essai").status)
		}
		p := v.enter(email, inventedPassword)
		require.Equal(t, http.StatusTooManyRequests, p.status)
		require.Contains(t, p.body, "trop d’essais")
	}
	town.clock.pass(attemptsTime)
	v := newVisitor(t, town.url)
	require.Equal(t, accountPath, v.enter("josephine.grandcamp@example.fr", inventedPassword).at.Path)
}

func TestTheRightPasswordForgivesTheWrongOnes(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	for range 3 {
		for range maxAttempts - 1 {
			v.enter("josephine.grandcamp@example.fr", "essai")
		}
		p := v.enter("josephine.grandcamp@example.fr", inventedPassword)
		require.Equal(t, accountPath, p.at.Path)
		v.submit(p)
	}
}

func TestAClosedAccountSaysSoToWhoHasItsPassword(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	p := v.enter("theodule@example.fr", inventedPassword)
	require.Equal(t, http.StatusForbidden, p.status)
	require.Contains(t, p.body, "<h1>Ce compte est fermé</h1>")
	require.Equal(t, "/connexion", v.get(accountPath).at.Path)
}

func TestSignInByPasswordStaysOnThisSite(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	for next, want := range map[string]string{"": "/", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/",
		"/connexion": "/", "/connexion?next=//evil.example": "/", "/franceconnect/login": "/", "/mes-donnees": "/mes-donnees", "/?a=b": "/?a=b"} {
		v := newVisitor(t, town.url)
		p := v.submitTo(v.get("/connexion"), "/connexion", "next", next, "adresse", "josephine.grandcamp@example.fr", "mot-de-passe", inventedPassword)
		require.Equal(t, town.url+want, p.at.String(), "next=%q", next)
	}
}

// No other site signs anybody in, out, or does anything in their name.
func TestFormsOfAnotherSiteDoNothing(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	v.enter("josephine.grandcamp@example.fr", inventedPassword)
	before := town.of(t, "josephine.grandcamp@example.fr")
	for _, path := range []string{"/connexion", provePath, newPath, welcomePath, olderPath, profilePath, addressPath, passwordPath, unlinkPath, erasePath} {
		for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			r, err := http.NewRequest(http.MethodPost, town.url+path, strings.NewReader("adresse=e@evil.example"))
			require.NoError(t, err)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(header, value)
			p := v.do(r)
			require.Equal(t, http.StatusForbidden, p.status, path)
			require.Contains(t, p.body, "Cette demande vient d’un autre site", path)
		}
	}
	require.Equal(t, before, town.of(t, "josephine.grandcamp@example.fr"))
}

func TestAFormIsNotTooLong(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	p := v.submitTo(v.get("/connexion"), "/connexion", "adresse", "josephine.grandcamp@example.fr", "mot-de-passe", inventedPassword,
		"x", strings.Repeat("x", maxForm))
	require.Equal(t, http.StatusForbidden, p.status)
}

func TestASessionByPasswordProvesNoIdentity(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	v := newVisitor(t, town.url)
	v.signIn()
	v.chosePassword("douze lunes rousses")
	w := newVisitor(t, town.url)
	w.enter("camille.lestang@example.fr", "douze lunes rousses")
	p := w.get(aidPath)
	require.Contains(t, p.body, "<h1>Confirmez votre identité</h1>")
	require.Contains(t, p.body, "connecté avec un mot de passe")
	require.Equal(t, aidPath, w.get(plusLogin(aidPath)).at.Path, "FranceConnect first")
	p = w.get(w.link(p, "S’identifier avec FranceConnect"))
	require.Equal(t, aidPath, p.at.Path)
	require.Contains(t, p.body, "niveau faible")
	require.Contains(t, w.confirm().body, "Mon dossier d’aide d’urgence")
}

func TestChoosingAPassword(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	v.signIn()
	other := newVisitor(t, town.url)
	other.signIn()
	form := v.get(passwordPath)
	require.NotContains(t, form.body, "actuel", "there is none")
	for _, wrong := range []string{"", "onze lettre", strings.Repeat("é", longestPassword+1)} {
		p := v.submitTo(form, passwordPath, "nouveau", wrong)
		require.Equal(t, http.StatusUnprocessableEntity, p.status)
		require.Contains(t, p.body, "12 caractères au moins")
		require.False(t, town.one(t).password.set())
	}
	v.chosePassword("douze lettrés") // counted in characters
	require.Equal(t, "/connexion", other.get(accountPath).at.Path, "other sessions are over")

	// To change it takes the one that there is.
	form = v.get(passwordPath)
	for i := range maxAttempts + 1 {
		p := v.submitTo(form, passwordPath, "nouveau", "un autre mot de passe", "actuel", "essai")
		require.Equal(t, map[bool]int{true: http.StatusForbidden, false: http.StatusTooManyRequests}[i < maxAttempts], p.status)
	}
	town.clock.pass(attemptsTime)
	require.True(t, town.one(t).password.is("douze lettrés", town.portal.accounts.rounds))
	require.Equal(t, accountPath, v.submitTo(form, passwordPath, "nouveau", "un autre mot de passe", "actuel", "douze lettrés").at.Path)
	require.True(t, town.one(t).password.is("un autre mot de passe", town.portal.accounts.rounds))
}

func TestAPasswordNeedsAnAddress(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	v.signIn()
	v.submitTo(v.get(profilePath), profilePath, "adresse", "")
	p := v.submitTo(v.get(passwordPath), passwordPath, "nouveau", "douze lunes rousses")
	require.Equal(t, http.StatusUnprocessableEntity, p.status)
	require.Contains(t, p.body, "Indiquez d’abord une adresse électronique")
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
	clock := &clock{now: time.Now()}
	a := newAttempts(clock.Now)
	a.max = 3
	for _, what := range []string{"a", "b", "c", "d"} {
		require.True(t, a.take(what))
		clock.pass(time.Second)
	}
	require.Len(t, a.since, 3)
	for range maxAttempts - 1 {
		require.True(t, a.take("d"))
	}
	require.False(t, a.take("d"))
	clock.pass(attemptsTime)
	require.True(t, a.take("d"))
	require.Len(t, a.since, 1, "the others are forgotten")
}
