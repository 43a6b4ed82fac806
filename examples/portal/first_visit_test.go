package main

import (
	"html"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// arrive signs a person in and follows the portal to wherever it leads.
func (town *town) arrive(t *testing.T, login string) (*visitor, portaltest.Page) {
	t.Helper()
	v := newVisitor(t, town.url)
	return v, v.comeAs(town, login)
}

// comeAs is arrive for a browser that has been here.
func (v *visitor) comeAs(town *town, login string) portaltest.Page {
	v.T.Helper()
	town.idp.Next(mockidp.Scenario{Person: login})
	return v.Get("/franceconnect/login?next=/mon-compte")
}

// one returns the only account.
func (town *town) one(t *testing.T) account {
	t.Helper()
	town.portal.accounts.mu.Lock()
	defer town.portal.accounts.mu.Unlock()
	require.Len(t, town.portal.accounts.byID, 1)
	for _, a := range town.portal.accounts.byID {
		return *a
	}
	return account{}
}

func TestAFirstVisitSaysWhatWasReceivedAndWhyAndAsksForAnAddress(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "camille")
	require.Equal(t, welcomePath, p.At.Path)
	text := html.UnescapeString(p.Body)
	for _, said := range []string{"Ce que FranceConnect nous a transmis", "<dt>Nom de naissance</dt><dd>VAUTRIN</dd>", "Lyon (Rhône, 69123)",
		"identifiant technique", "Pourquoi ces données", `href="/mes-donnees"`, "camille.lestang@example.fr"} {
		require.Contains(t, text, said)
	}
	p = v.SubmitTo(p, welcomePath, "adresse", "actuelle")
	require.Equal(t, accountPath, p.At.Path, "where she wanted to go")
	require.Equal(t, "camille.lestang@example.fr", town.one(t).email, "FranceConnect’s is kept without a confirmation")

	// It is not said again.
	_, p = town.arrive(t, "camille")
	require.Equal(t, accountPath, p.At.Path)
}

func TestAFirstVisitIsSaidAgainToWhoLeftBeforeTheEnd(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.arrive(t, "camille")
	_, p := town.arrive(t, "camille")
	require.Equal(t, welcomePath, p.At.Path)
	town.one(t)
}

func TestAFirstVisitTakesAnotherAddress(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "camille")
	for _, wrong := range []string{"camille", "camille@", "camille@example", "Camille <c@example.fr>", "c@example.fr, d@example.fr", "c@example.fr\nBcc: d@example.fr", `"><script>`, ""} { // nobody is written to by post without a word
		again := v.SubmitTo(p, welcomePath, "adresse", "autre", "autre-adresse", wrong)
		require.Equal(t, http.StatusUnprocessableEntity, again.Status, wrong)
		require.Contains(t, again.Body, "Indiquez une adresse électronique complète")
		require.Contains(t, again.Body, "<title>Erreur")
		require.Contains(t, again.Body, `aria-describedby="probleme"`)
		require.NotContains(t, again.Body, "<script>")
		require.Equal(t, "camille.lestang@example.fr", town.one(t).email)
	}
	again := v.SubmitTo(p, welcomePath, "adresse", "actuelle", "autre-adresse", "rose@example.org")
	require.Contains(t, again.Body, "Vous avez écrit une autre adresse", "which is not lost without a word")
	require.Equal(t, accountPath, v.SubmitTo(p, welcomePath, "adresse", "autre", "autre-adresse", " rose@example.org ").At.Path)
	require.Equal(t, "rose@example.org", town.one(t).email)
}

// A European citizen has no address from FranceConnect, and needs none here.
func TestAFirstVisitWithoutAnAddress(t *testing.T) {
	t.Parallel()
	town := newTownOn(t, mockidp.Plus, false)
	v, p := town.arrive(t, "ingrid")
	require.Contains(t, p.Body, "Ce que FranceConnect&#43; nous a transmis")
	require.NotContains(t, p.Body, `id="actuelle"`)
	require.Contains(t, p.Body, `value="courrier" checked`)
	p = v.SubmitTo(p, welcomePath, "adresse", "courrier", "autre-adresse", "")
	require.Equal(t, accountPath, p.At.Path)
	require.Contains(t, p.Body, "<dt>Pour vous écrire</dt><dd>par courrier postal</dd>")
}

// The page is nobody's who never came from FranceConnect, and a form that was
// made up gives nobody an empty address.
func TestTheFormOfAFirstVisitIsOnlyTheirs(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	require.Equal(t, "/connexion", v.Get(welcomePath).At.Path)
	_, p := town.arrive(t, "camille")
	require.Equal(t, "/connexion", v.SubmitTo(p, welcomePath).At.Path)

	w, p := town.arrive(t, "camille")
	w.SubmitTo(p, welcomePath, "adresse", "franceconnect")
	require.Equal(t, "camille.lestang@example.fr", town.one(t).email)
}

// Two tabs come back from FranceConnect at once, for the first time.
func TestTwoCallbacksAtOnceMakeOneAccount(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	var callbacks []string
	var visitors []*visitor
	for range 8 {
		v := newVisitor(t, town.url)
		town.idp.Next(mockidp.Scenario{Person: "camille"})
		v.Stay = true
		to := "/franceconnect/login?next=/mon-compte"
		for range 10 {
			if to = v.Get(to).Header.Get("Location"); len(to) > len(town.url) && to[:len(town.url)] == town.url {
				break
			}
		}
		v.Stay = false
		callbacks, visitors = append(callbacks, to), append(visitors, v)
	}
	var all sync.WaitGroup
	ready := make(chan struct{})
	for i, v := range visitors {
		all.Go(func() {
			<-ready
			v.Get(callbacks[i])
		})
	}
	close(ready)
	all.Wait()
	a := town.one(t)
	for _, v := range visitors {
		require.Equal(t, a.ID, v.session(town).account)
	}
}

// The same, at the worst moment: both have been found to be new.
func TestTwoNewPeopleWhoAreOneHaveOneAccount(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	s := &franceconnect.Session{Subject: "sub"}
	first, err := town.portal.open(t.Context(), s)
	require.NoError(t, err)
	second, err := town.portal.open(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, link.Known, second.Kind)
	require.Equal(t, first.Account, second.Account)
	town.one(t)
}
