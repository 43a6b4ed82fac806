package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// everyPage is each page of the portal once, by what it is.
func everyPage(t *testing.T) map[string]portaltest.Page {
	town := newTown(t, func(_ *mockidp.Client, town *town) {
		town.api.scopes = append([]string{"donnee_de_demain"}, defaultDataScopes...)
	})
	v := newVisitor(t, town)
	all := map[string]portaltest.Page{
		"sign-in": v.Get("/"), "what is asked": v.Get(quotientPage), "not found": v.Get("/inconnue"),
		"no session": v.Get(loggedOutPath), "stale": v.Get(callbackPath), "with data": v.signInWithData(),
	}
	require.Contains(t, all["what is asked"].Text(), "donnee_de_demain", "a scope that nobody knows shows its name")
	town.today(t, "panne-du-fournisseur")
	all["no data"] = v.Get(dataLoginPath)
	town.idp.Next(mockidp.Scenario{Person: "ange"})
	all["another person"] = v.Get(dataLoginPath)
	all["still signed in"] = v.Get(loggedOutPath)
	other := newVisitor(t, town)
	all["account"] = other.signIn()
	all["what is asked, signed in"] = other.Get(quotientPage)
	all["signed out"] = other.Submit(other.Submit(all["account"]))
	town.idp.Next(mockidp.Scenario{Cancel: true})
	all["denied"] = other.Get(loginPath(quotientPage))
	r, err := http.NewRequest(http.MethodPost, town.url+"/deconnexion", nil)
	require.NoError(t, err)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	all["from another site"] = v.Do(r)
	require.Equal(t, http.StatusForbidden, all["from another site"].Status)
	_, _, ok := v.record(town)
	require.True(t, ok)
	return all
}

func TestPagesAreWellMade(t *testing.T) {
	t.Parallel()
	for name, p := range everyPage(t) {
		portaltest.RequireWellMade(t, name, p)
		portaltest.RequireFrenchPage(t, name, p)
		require.Regexp(t, `<p[^>]* lang="en">`, p.Body, name)
		require.Equal(t, "no-store", p.Header.Get("Cache-Control"), name)
	}
}

func TestFranceConnectComesFirst(t *testing.T) {
	t.Parallel()
	p := newVisitor(t, newTown(t)).Get("/")
	require.Less(t, strings.Index(p.Text(), "S’identifier avec FranceConnect"), strings.Index(p.Text(), "Sans FranceConnect"))
	require.Contains(t, p.Body, `<p class="or">ou</p>`)
	css := newVisitor(t, newTown(t)).Get("/style.css")
	require.Contains(t, css.Body, ".franceconnect")
}
