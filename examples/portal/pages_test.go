package main

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// everyPage returns each page of the portal once, by what it is.
func everyPage(t *testing.T) map[string]portaltest.Page {
	town := newTownWithPlus(t)
	v := newVisitor(t, town.url)
	all := map[string]portaltest.Page{
		"home": v.Get("/"), "sign-in": v.Get("/connexion?next=/mon-compte"), "not found": v.Get("/inconnue"),
		"not signed out": v.Get(loggedOutPath), "stale": v.Get(callbackPath),
	}
	town.idp.Next(mockidp.Scenario{Cancel: true})
	all["denied"] = v.Get("/franceconnect/login")
	all["first visit"] = v.comeAs(town, "camille")
	all["account"] = v.signIn()
	for name, path := range map[string]string{"profile": profilePath, "password": passwordPath, "data": dataPath, "erase": erasePath, "legal": "/mentions-legales"} {
		all[name] = v.Get(path)
	}
	all["wrong first visit"] = v.SubmitTo(all["first visit"], welcomePath, "adresse", "autre", "autre-adresse", "?")
	all["wrong profile"] = v.SubmitTo(all["profile"], profilePath, "adresse", "?", "telephone", "?")
	all["wrong password"] = v.SubmitTo(all["password"], passwordPath, "nouveau", "?")
	all["news"] = v.read(otherwise(v, town, map[string]any{"preferred_username": "d’Hivernon", "birthdate": "1984-03-01", "gender": "unspecified", "email": "c@example.org"}))
	v.signIn() // as she was
	all["wrong sign-in"] = newVisitor(t, town.url).enter("camille", "?")
	all["home, signed in"] = v.Get("/")
	all["still signed in"] = v.Get(loggedOutPath)
	all["why FranceConnect+"] = v.Get(aidPath)
	town.plus.Next(mockidp.Scenario{Person: "ange"})
	all["another person"] = v.confirm()
	town.plus.Next(mockidp.Scenario{Cancel: true})
	all["denied, signed in"] = v.confirm()
	all["aid"] = v.confirm()
	old := newOldTown(t)
	w, p := old.arrive(t, "yasmine")
	all["prove"] = p
	all["wrong proof"] = w.SubmitTo(p, provePath, "mot-de-passe", "?")
	all["account by password"] = w.enter("josephine.grandcamp@example.fr", demoPassword)
	all["profile by password"], all["data by password"] = w.Get(profilePath), w.Get(dataPath)
	u, _ := old.arrive(t, "malo")
	all["older"] = u.Get(olderPath)
	all["wrong older"] = u.SubmitTo(all["older"], olderPath, "adresse", "?")
	_, all["ambiguous"] = old.arrive(t, "lucie-nord")
	all["not theirs"] = w.comeAs(old, "gaspard")
	all["closed"] = w.enter("theodule@example.fr", demoPassword)
	w.enter("josephine.grandcamp@example.fr", demoPassword)
	all["erased"] = w.SubmitTo(w.Get(erasePath), erasePath)
	all["halfway out"] = v.Submit(v.Submit(all["account"]))
	all["signed out"] = v.Submit(v.Submit(all["halfway out"]))
	all["not online"] = newVisitor(t, newTown(t).url).Get(aidPath)
	return all
}

func TestPagesAreWellMade(t *testing.T) {
	t.Parallel()
	titles := map[string]string{}
	for name, p := range everyPage(t) {
		portaltest.RequireWellMade(t, name, p)
		portaltest.RequireFrenchPage(t, name, p)
		require.Contains(t, p.Body, `<a class="skip" href="#contenu">`, name)
		require.Regexp(t, `<p[^>]* lang="en">`, p.Body, name)

		title := regexp.MustCompile(`<title>(.*) – Portail des aides de Villefranche-les-Bains</title>`).FindStringSubmatch(p.Body)
		require.NotNil(t, title, name)
		titles[title[1]] += name + ". "
	}
	require.Len(t, titles, 31, "each page has its own title: %v", titles)
}

func TestSignInPage(t *testing.T) {
	t.Parallel()
	p := newVisitor(t, newTown(t).url).Get("/connexion")
	text := html.UnescapeString(p.Body)
	require.Contains(t, text, "FranceConnect est la solution proposée par l’État pour sécuriser et simplifier la connexion à vos services en ligne.")
	require.Contains(t, text, "title=\"Qu’est-ce que FranceConnect\u202f? - nouvelle fenêtre\">Qu’est-ce que FranceConnect\u202f?</a>")
	require.Contains(t, text, `<p class="or">ou</p>`)
	require.Less(t, strings.Index(text, "S’identifier avec <strong>FranceConnect"), strings.Index(text, `<p class="or">`), "FranceConnect comes first")
}

func TestTypography(t *testing.T) {
	t.Parallel()
	errs := []error{errAmbiguous, errClosed, errConflict, errNotTheirs, errAnotherPerson, errCrossOrigin, franceconnect.ErrMisconfigured}
	for _, title := range titles {
		errs = append(errs, title.err)
	}
	for _, err := range errs {
		r := refusalOf(err)
		portaltest.RequireFrench(t, r.title, r.title)
		portaltest.RequireFrench(t, r.title, r.french)
	}
}

func TestANameTurnsNoSentenceAround(t *testing.T) {
	t.Parallel()
	require.Equal(t, "né à Alep, Ḥalab حلب", strings.Map(directed, "né\u202e à\u2067 Alep\u202c, \u061cḤalab\u200f \u200eحلب\u2069"))
}
