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
)

// arrive signs a person in and follows the portal to wherever it leads.
func (town *town) arrive(t *testing.T, login string) (*visitor, page) {
	t.Helper()
	v := newVisitor(t, town.url)
	return v, v.comeAs(town, login)
}

// comeAs is arrive for a browser that has been here.
func (v *visitor) comeAs(town *town, login string) page {
	v.t.Helper()
	town.idp.Next(mockidp.Scenario{Person: login})
	return v.get("/franceconnect/login?next=/mon-compte")
}

// one is the only account.
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
	require.Equal(t, welcomePath, p.at.Path)
	text := html.UnescapeString(p.body)
	for _, said := range []string{"Ce que FranceConnect nous a transmis", "<dt>Nom de naissance</dt><dd>VAUTRIN</dd>", "Lyon (Rhône, 69123)",
		"identifiant technique", "Pourquoi ces données", `href="/mes-donnees"`, "camille.lestang@example.fr"} {
		require.Contains(t, text, said)
	}
	p = v.submitTo(p, welcomePath, "adresse", "actuelle")
	require.Equal(t, accountPath, p.at.Path, "where she wanted to go")
	require.Equal(t, "camille.lestang@example.fr", town.one(t).email, "FranceConnect’s is kept without a confirmation")

	// It is not said again.
	_, p = town.arrive(t, "camille")
	require.Equal(t, accountPath, p.at.Path)
}

func TestAFirstVisitIsSaidAgainToWhoLeftBeforeTheEnd(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.arrive(t, "camille")
	_, p := town.arrive(t, "camille")
	require.Equal(t, welcomePath, p.at.Path)
	town.one(t)
}

func TestAFirstVisitTakesAnotherAddress(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "camille")
	for _, wrong := range []string{"camille", "camille@", "camille@example", "Camille <c@example.fr>", "c@example.fr, d@example.fr", "c@example.fr\nBcc: d@example.fr", `"><script>`} {
		again := v.submitTo(p, welcomePath, "adresse", "autre", "autre-adresse", wrong)
		require.Equal(t, http.StatusUnprocessableEntity, again.status, wrong)
		require.Contains(t, again.body, "Indiquez une adresse électronique complète")
		require.Contains(t, again.body, "<title>Erreur")
		require.Contains(t, again.body, `aria-describedby="probleme"`)
		require.NotContains(t, again.body, "<script>")
		require.Equal(t, "camille.lestang@example.fr", town.one(t).email)
	}
	require.Equal(t, accountPath, v.submitTo(p, welcomePath, "adresse", "autre", "autre-adresse", " rose@example.org ").at.Path)
	require.Equal(t, "rose@example.org", town.one(t).email)
}

// A European citizen has no address from FranceConnect, and needs none here.
func TestAFirstVisitWithoutAnAddress(t *testing.T) {
	t.Parallel()
	town := newTownOn(t, mockidp.Plus, false)
	v, p := town.arrive(t, "ingrid")
	require.Contains(t, p.body, "Ce que FranceConnect&#43; nous a transmis")
	require.NotContains(t, p.body, `id="actuelle"`)
	p = v.submitTo(p, welcomePath, "adresse", "autre", "autre-adresse", "")
	require.Equal(t, accountPath, p.at.Path)
	require.Contains(t, p.body, "<dt>Pour vous écrire</dt><dd>par courrier postal</dd>")
}

// The page is nobody's who never came from FranceConnect, and a form that was
// made up gives nobody an empty address.
func TestTheFormOfAFirstVisitIsOnlyTheirs(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	require.Equal(t, "/connexion", v.get(welcomePath).at.Path)
	_, p := town.arrive(t, "camille")
	require.Equal(t, "/connexion", v.submitTo(p, welcomePath).at.Path)

	w, p := town.arrive(t, "camille")
	w.submitTo(p, welcomePath, "adresse", "franceconnect")
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
		v.stay = true
		to := "/franceconnect/login?next=/mon-compte"
		for range 10 {
			if to = v.get(to).header.Get("Location"); len(to) > len(town.url) && to[:len(town.url)] == town.url {
				break
			}
		}
		v.stay = false
		callbacks, visitors = append(callbacks, to), append(visitors, v)
	}
	var all sync.WaitGroup
	ready := make(chan struct{})
	for i, v := range visitors {
		all.Go(func() {
			<-ready
			v.get(callbacks[i])
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
