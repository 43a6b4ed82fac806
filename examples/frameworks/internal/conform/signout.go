package conform

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// otherSitesDoNotSignOut has another site post the form, and a link lead there.
func otherSitesDoNotSignOut(t *testing.T, town *town) {
	v := newVisitor(t, town)
	account := v.signIn()
	ended := len(town.asked("/session/end"))
	for _, site := range []string{"cross-site", "same-site", ""} { // "" of a browser that does not say
		p := v.Post(town.address+"/deconnexion", url.Values{}, "https://evil.example", site)
		require.GreaterOrEqual(t, p.Status, 400, site)
		require.Less(t, p.Status, 500, site)
	}
	require.GreaterOrEqual(t, v.Get("/deconnexion").Status, 400)
	require.NotEmpty(t, v.who())
	require.Len(t, town.asked("/session/end"), ended)

	v.old = true // and a browser that does not say gets its own form through
	v.Submit(v.Get(account.At.String()))
	require.Empty(t, v.who())
}

// signOutFromEveryPage signs out by a form on each page that an answer of the
// SDK leads to, with the Origin that a browser sends under that page's own
// Referrer-Policy. A portal has that form at the top of all its pages; here it is
// the one of the account.
func signOutFromEveryPage(t *testing.T, town *town) {
	for name, open := range map[string]func(*visitor, portaltest.Page) portaltest.Page{
		"where the callback leads": func(_ *visitor, account portaltest.Page) portaltest.Page { return account },
		"an error of the callback": func(v *visitor, _ portaltest.Page) portaltest.Page {
			return v.Get("/franceconnect/callback?state=made-up")
		},
		"the page of who is signed out": func(v *visitor, _ portaltest.Page) portaltest.Page {
			return v.Get("/franceconnect/logout?state=made-up")
		},
	} {
		for _, old := range []bool{false, true} {
			v := newVisitor(t, town)
			account := v.signIn()
			p := open(v, account)
			p.Body = v.Get(town.account()).Body
			v.old = old
			gone := v.Submit(p)
			if !town.AtOnce {
				gone = v.throughFranceConnect(gone)
			}
			require.Equal(t, "/franceconnect/logout", gone.At.Path, name)
			require.Empty(t, v.who(), name)
		}
	}
}

// signOutWhenSessionIsOver signs out long after FranceConnect's session and the
// ID token are over.
func signOutWhenSessionIsOver(t *testing.T, town *town) {
	if town.AtOnce {
		t.Log("there is nothing left to end at FranceConnect")
	}
	v := newVisitor(t, town)
	account := v.signIn()
	town.clock.Advance(3 * time.Hour)
	gone := v.Submit(account)
	if !town.AtOnce {
		gone = v.throughFranceConnect(gone)
		require.Contains(t, gone.Body, "Vous êtes déconnecté de ce portail et de FranceConnect")
	}
	require.Equal(t, "/franceconnect/logout", gone.At.Path)
	require.Equal(t, http.StatusOK, gone.Status)
	require.Empty(t, v.who())
}

// signOutWithoutSession signs somebody out whose session at the portal is over: there
// is no hint for FranceConnect, which is not asked.
func signOutWithoutSession(t *testing.T, town *town) {
	v := newVisitor(t, town)
	account := v.signIn()
	ended := len(town.asked("/session/end"))
	v.Submit(account)
	forgotten := v.Submit(account) // the back button, and once more
	require.Equal(t, "/franceconnect/logout", forgotten.At.Path)
	require.Contains(t, forgotten.Body, "Vous n’avez pas de session ouverte")
	if !town.AtOnce {
		ended++
	}
	require.Len(t, town.asked("/session/end"), ended)

	stranger := newVisitor(t, town) // sent there by anybody
	require.Contains(t, stranger.Get("/franceconnect/logout?state=made-up").Body, "Vous n’avez pas de session ouverte")
	v.signIn() // and who is signed in stays so
	require.Contains(t, v.Get("/franceconnect/logout?state=made-up").Body, "Vous êtes encore connecté")
	require.NotEmpty(t, v.who())
}

// nextPerson goes to FranceConnect in the browser that somebody has used.
func nextPerson(t *testing.T, on *town) {
	town := newTown(t, on.Portal, on.way, franceconnect.Config{}) // it shows its pages
	v := newVisitor(t, town)
	sees := func() string { return v.Get("/franceconnect/login").Body }
	require.Contains(t, sees(), "Choisir un fournisseur d’identité")
	town.idp.Next(mockidp.Scenario{Person: "camille"})
	p := v.Get("/franceconnect/login?next=/mon-compte")
	require.Contains(t, sees(), "Personne connectée", "FranceConnect remembers who it was")
	if town.AtOnce {
		v.throughFranceConnect(p)
		require.Equal(t, "Camille Rose Ariane VAUTRIN", v.who(), "still signed in here")
	} else {
		v.throughFranceConnect(v.Submit(v.Get(town.account())))
	}
	require.NotContains(t, sees(), "VAUTRIN")
	require.Contains(t, sees(), "Choisir un fournisseur d’identité")

	// Who signs out before they went on is signed out there too.
	if town.AtOnce {
		town.idp.Next(mockidp.Scenario{Person: "camille"})
		v.Get("/franceconnect/login")
		v.throughFranceConnect(v.Post(town.address+"/deconnexion", nil, town.address, "same-origin"))
		require.Contains(t, sees(), "Choisir un fournisseur d’identité")
		require.Empty(t, v.who())
	}
}
