package main

import (
	"encoding/xml"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// everyPage is each page of the portal once, by what it is.
func everyPage(t *testing.T) map[string]page {
	town := newTownWithPlus(t)
	v := newVisitor(t, town.url)
	all := map[string]page{
		"home": v.get("/"), "sign-in": v.get("/connexion?next=/mon-compte"), "not found": v.get("/inconnue"),
		"not signed out": v.get(loggedOutPath), "stale": v.get(callbackPath),
	}
	town.idp.Next(mockidp.Scenario{Cancel: true})
	all["denied"] = v.get("/franceconnect/login")
	all["first visit"] = v.comeAs(town, "camille")
	all["account"] = v.signIn()
	for name, path := range map[string]string{"profile": profilePath, "password": passwordPath, "data": dataPath, "erase": erasePath, "legal": "/mentions-legales"} {
		all[name] = v.get(path)
	}
	all["wrong first visit"] = v.submitTo(all["first visit"], welcomePath, "adresse", "autre", "autre-adresse", "?")
	all["wrong profile"] = v.submitTo(all["profile"], profilePath, "adresse", "?", "telephone", "?")
	all["wrong password"] = v.submitTo(all["password"], passwordPath, "nouveau", "?")
	all["news"] = v.read(otherwise(v, town, map[string]any{"preferred_username": "d’Hivernon", "birthdate": "1984-03-01", "gender": "unspecified", "email": "c@example.org"}))
	v.signIn() // as she was
	all["wrong sign-in"] = newVisitor(t, town.url).enter("camille", "?")
	all["home, signed in"] = v.get("/")
	all["still signed in"] = v.get(loggedOutPath)
	all["why FranceConnect+"] = v.get(aidPath)
	town.plus.Next(mockidp.Scenario{Person: "ange"})
	all["another person"] = v.confirm()
	town.plus.Next(mockidp.Scenario{Cancel: true})
	all["denied, signed in"] = v.confirm()
	all["aid"] = v.confirm()
	old := newOldTown(t)
	w, p := old.arrive(t, "yasmine")
	all["prove"] = p
	all["wrong proof"] = w.submitTo(p, provePath, "mot-de-passe", "?")
	all["account by password"] = w.enter("josephine.grandcamp@example.fr", inventedPassword)
	all["profile by password"], all["data by password"] = w.get(profilePath), w.get(dataPath)
	u, _ := old.arrive(t, "malo")
	all["older"] = u.get(olderPath)
	all["wrong older"] = u.submitTo(all["older"], olderPath, "adresse", "?")
	_, all["ambiguous"] = old.arrive(t, "lucie-nord")
	all["not theirs"] = w.comeAs(old, "gaspard")
	all["closed"] = w.enter("theodule@example.fr", inventedPassword)
	w.enter("josephine.grandcamp@example.fr", inventedPassword)
	all["erased"] = w.submitTo(w.get(erasePath), erasePath)
	all["halfway out"] = v.submit(v.submit(all["account"]))
	all["signed out"] = v.submit(v.submit(all["halfway out"]))
	all["not online"] = newVisitor(t, newTown(t).url).get(aidPath)
	return all
}

func TestPagesAreWellMade(t *testing.T) {
	t.Parallel()
	titles := map[string]string{}
	for name, p := range everyPage(t) {
		count := map[string]int{}
		d := xml.NewDecoder(strings.NewReader(p.body))
		d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err, name)
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			count[e.Name.Local]++
			for _, a := range e.Attr {
				require.NotEqual(t, "style", a.Name.Local, name)
				require.False(t, strings.HasPrefix(a.Name.Local, "on"), "%s: %s", name, a.Name.Local)
				if a.Name.Local == "id" {
					count["#"+a.Value]++
					require.Equal(t, 1, count["#"+a.Value], "%s: id %s", name, a.Value)
				}
			}
		}
		for element, want := range map[string]int{"h1": 1, "main": 1, "header": 1, "footer": 1, "title": 1, "script": 0, "style": 0} {
			require.Equal(t, want, count[element], "%s: %s", name, element)
		}
		require.Contains(t, p.body, `<html lang="fr">`, name)
		require.Contains(t, p.body, `<a class="skip" href="#contenu">`, name)
		require.Regexp(t, `<p[^>]* lang="en">`, p.body, name)

		title := regexp.MustCompile(`<title>(.*) – Portail des aides de Villefranche-les-Bains</title>`).FindStringSubmatch(p.body)
		require.NotNil(t, title, name)
		titles[title[1]] += name + ". "
	}
	require.Len(t, titles, 31, "each page has its own title: %v", titles)
}

func TestSignInPage(t *testing.T) {
	t.Parallel()
	p := newVisitor(t, newTown(t).url).get("/connexion")
	text := html.UnescapeString(p.body)
	require.Contains(t, text, "FranceConnect est la solution proposée par l’État pour sécuriser et simplifier la connexion à vos services en ligne.")
	require.Contains(t, text, "title=\"Qu’est-ce que FranceConnect\u202f? - nouvelle fenêtre\">Qu’est-ce que FranceConnect\u202f?</a>")
	require.Contains(t, text, `<p class="or">ou</p>`)
	require.Less(t, strings.Index(text, "S’identifier avec <strong>FranceConnect"), strings.Index(text, `<p class="or">`), "FranceConnect comes first")
}

var (
	inEnglish = regexp.MustCompile(`(?s)<p[^>]* lang="en">.*?</p>|<span lang="en">.*?</span>`)
	anyTag    = regexp.MustCompile(`(?s)<[^>]*>`)
	badSpace  = regexp.MustCompile(`[^\x{a0}\x{202f}][:;!?»]|«[^\x{a0}\x{202f}]|'`)
)

// In French there is a space before : ; ! ? » and after «, which never begins
// a line, and the apostrophe is a curved one.
func TestTypography(t *testing.T) {
	t.Parallel()
	for name, p := range everyPage(t) {
		french := inEnglish.ReplaceAllString(p.body, "")
		for _, line := range strings.Split(html.UnescapeString(anyTag.ReplaceAllString(french, "")), "\n") {
			require.False(t, badSpace.MatchString(line), "%s: %q", name, line)
		}
	}
	errs := []error{errAmbiguous, errClosed, errConflict, errNotTheirs, errAnotherPerson, errCrossOrigin, franceconnect.ErrMisconfigured}
	for _, t := range titles {
		errs = append(errs, t.err)
	}
	for _, err := range errs {
		r := refusalOf(err)
		require.False(t, badSpace.MatchString(r.title), r.title)
		require.False(t, badSpace.MatchString(r.french), r.title)
	}
}
