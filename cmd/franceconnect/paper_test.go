package main

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/webpage"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestPeopleAndBadDaysOfTheBookletAreTheMocks(t *testing.T) {
	t.Parallel()
	for _, r := range roles() {
		for _, trial := range r.trials {
			for _, login := range trial.people {
				require.True(t, slices.ContainsFunc(mockidp.People(), func(p mockidp.Person) bool { return p.Login == login }), login)
			}
			for _, name := range trial.badDays {
				require.True(t, slices.ContainsFunc(mockidp.BadDays(), func(d mockidp.BadDay) bool { return d.Name == name }), name)
			}
		}
	}
}

// What somebody typed is text on a paper, and its line ends are spaces nowhere.
func TestAPaperHasNoMarkupButItsOwn(t *testing.T) {
	t.Parallel()
	const typed = `<img src=x onerror=alert(1)>"'&`
	for _, command := range []string{"sheet", "mails", "booklet"} {
		out := call(t, succeeded, nil, command, "-format", "html", "-organisation", typed, "-service", typed, "-datapass", "12", "-autre", "/"+typed).out
		require.NotContains(t, out, "<img", command)
	}
	require.Contains(t, call(t, succeeded, nil, "sheet", "-format", "html", "-service", typed).out, "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&amp;")
}

func TestAMailOpensAsItIsWritten(t *testing.T) {
	t.Parallel()
	m := email{Subject: "Aides & eau : n° 1 ?", Lines: []string{"Bonjour,", "100 % + rien #"}}
	address, err := url.Parse(m.address())
	require.NoError(t, err)
	require.Equal(t, "mailto", address.Scheme)
	subject, body, _ := strings.Cut(address.RawQuery, "&")
	body = strings.TrimPrefix(body, "body=")
	subject, err = url.PathUnescape(strings.TrimPrefix(subject, "subject="))
	require.NoError(t, err)
	require.Equal(t, m.Subject, subject)
	require.NotContains(t, body, "+", "which some read as a space")
	body, err = url.PathUnescape(body)
	require.NoError(t, err)
	require.Equal(t, "Bonjour,\r\n\r\n100 % + rien #", body)
}

// An option that is new is asked for in the page, or said here to be none of
// those who open it.
func TestThePageAsksForAllThatItsReadersKnow(t *testing.T) {
	t.Parallel()
	others := strings.Fields("plus reglages secrets connexion depart retour deconnexion jwks secteur aussi habilitation algorithme domaine plateforme certifie format")
	prog := &program{}
	for _, form := range prog.questions(&product{}).Forms {
		asked := []string{}
		for _, g := range form.Groups {
			for _, q := range g.Questions {
				if q.Is == webpage.Option {
					asked = append(asked, q.Name)
				}
			}
		}
		all := []string{}
		for _, c := range form.Commands {
			all = append(all, c.Options...)
			for _, name := range c.Options {
				require.True(t, slices.Contains(asked, name) != slices.Contains(others, name), "-%s of %s", name, c.Name)
			}
		}
		for _, name := range asked {
			require.Contains(t, all, name, "no command of the form takes it")
		}
	}
}

func TestTheSheetSaysWhichButtonIsSeen(t *testing.T) {
	t.Parallel()
	require.Contains(t, call(t, succeeded, nil, "sheet", "-lang", "en", "-profil", "mgdis", "-fond", "1e1e1e").out, "Logo: the second\n      (on the background #1e1e1e, the second button (alternative) has a contrast of 16.7")
	require.Contains(t, call(t, succeeded, nil, "sheet", "-lang", "en", "-profil", "mgdis", "-fond", "fff").out, "Logo: FCboutons-10\n      (on the background #fff, the principal button has a contrast of 8.0")
	require.Contains(t, call(t, succeeded, nil, "sheet", "-lang", "en", "-fond", "1e1e1e").out, "FRANCECONNECT_BUTTON: alternative")
	require.NotContains(t, call(t, succeeded, nil, "sheet", "-lang", "en").out, "FRANCECONNECT_BUTTON")
}

// A town whose editor runs the product has no mock, and production no test account;
// a role that has nothing to try is not there.
func TestABookletIsForTheFranceConnectOfTheTown(t *testing.T) {
	t.Parallel()
	out := call(t, succeeded, nil, "booklet", "-profil", "mgdis").out
	require.Contains(t, out, "FranceConnect\u00a0: FranceConnect, Production")
	require.Contains(t, out, "avec son propre compte")
	for _, word := range []string{"simulateur", "camille", "compte de test", "Un agent"} {
		require.NotContains(t, out, word)
	}
	require.Contains(t, call(t, succeeded, nil, "booklet", "-profil", "mgdis", "-env", "sandbox").out, "compte de test")
	require.NotContains(t, call(t, succeeded, nil, "booklet", "-profil", "testdata/profiles/mairie-facile.json").out, "simulateur")
	require.Contains(t, call(t, succeeded, nil, "booklet", "-profil", "mgdis", "-version-produit", "9.2025.92").out, "FranceConnect v1, Production")
}
