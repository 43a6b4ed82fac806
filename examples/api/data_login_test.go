package main

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

func TestWhoIsSignedInGrantsData(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town)
	v.signIn()
	_, before, _ := v.record(town)

	p := v.Get(quotientPage)
	for _, line := range []string{"Quotient familial — CNAF et MSA", "Statut de boursier — CNOUS", "Échelon de la bourse — CNOUS"} {
		require.Contains(t, p.Text(), line)
	}
	require.NotContains(t, p.Body, "S’identifier avec", "no second way in for who is in")
	p = v.fetch()
	require.Equal(t, quotientPage, p.At.Path)
	require.Contains(t, p.Text(), "872\u00a0€")
	require.Equal(t, []string{"openid identite_pivot preferred_username cnaf_quotient_familial cnous_statut_boursier cnous_echelon_bourse"}, town.asked(t)["scope"])
	require.Equal(t, []string{town.url + dataCallbackPath}, town.asked(t)["redirect_uri"])

	_, after, ok := v.record(town)
	require.True(t, ok)
	require.Equal(t, before.Session.Subject, after.Session.Subject)
	require.Equal(t, before.Session.Identity, after.Session.Identity)
	require.Equal(t, before.Session.SignedInAt.UnixNano(), after.Session.SignedInAt.UnixNano(), "the session is not a new one")
	require.NotEqual(t, before.Session.IDTokenHint, after.Session.IDTokenHint)

	// Out, and the data are gone with the session.
	p = v.Submit(p) // to FranceConnect
	_, _, ok = v.record(town)
	require.False(t, ok)
	require.Empty(t, town.portal.sessions.byID)
	p = v.Submit(p)
	require.Contains(t, p.Text(), "Vous êtes déconnecté")
	require.NotContains(t, v.Get(quotientPage).Text(), "872")
}

// A day on which data providers fail is not the last one.
func TestDataCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town)
	town.today(t, "panne-du-fournisseur")
	p := v.signInWithData()
	require.NotContains(t, p.Text(), "872")
	town.data.setBadDay(badDay{})
	require.Contains(t, v.Get(v.Link(p, "Essayer de nouveau avec FranceConnect")).Text(), "872\u00a0€")
}

// Somebody else at the keyboard: nothing is asked about them, nothing is said
// about them, and who was signed in still is.
func TestAnotherPersonIsRefused(t *testing.T) {
	t.Parallel()
	for _, withData := range []bool{false, true} {
		town := newTown(t)
		v := newVisitor(t, town)
		if withData {
			v.signInWithData()
		} else {
			v.signIn()
		}
		_, before, _ := v.record(town)
		calls := len(town.data.requests())

		town.idp.Next(mockidp.Scenario{Person: "marie-laure"})
		p := v.Get(dataLoginPath)
		require.Equal(t, http.StatusForbidden, p.Status)
		require.Contains(t, p.Text(), "n’est pas celle qui est connectée à ce portail")
		require.Contains(t, p.Text(), "is not the one who is signed in to this site")
		require.Contains(t, p.Text(), "Camille Lestang", "who is still signed in")
		require.Len(t, town.data.requests(), calls, "nothing was asked")
		_, after, ok := v.record(town)
		require.True(t, ok)
		require.NotEqual(t, before.Session.IDTokenHint, after.Session.IDTokenHint)
		after.Session.IDTokenHint = before.Session.IDTokenHint
		require.Equal(t, before, after)
		require.Regexp(t, `level=WARN msg="portal: who is at FranceConnect is not who is signed in here" ref=[A-Z2-7]{8}`, town.log.String())
		for _, personal := range []string{"Marie", "Solange", "BRIZEAU", "1543", "1\u202f543"} {
			require.NotContains(t, p.Text(), personal)
			require.NotContains(t, v.Get(accountPage).Text(), personal)
			require.NotContains(t, town.log.String(), personal)
		}

		// The way out ends both sessions, and then it works.
		require.NotContains(t, p.Body, "Recommencer")
		p = v.Submit(v.Submit(p))
		require.Contains(t, p.Text(), "Vous êtes déconnecté")
		town.idp.Next(mockidp.Scenario{Person: "marie-laure"})
		require.Contains(t, v.signInWithData().Text(), "1\u202f543\u00a0€")
	}
}

// Whatever goes wrong at FranceConnect, who was signed in still is.
func TestTheSecondJourneyFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer mockidp.Scenario
		err    error
	}{
		"cancelled": {mockidp.Scenario{Cancel: true}, franceconnect.ErrDenied},
		"forged":    {mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}}, franceconnect.ErrVerification},
		"down":      {mockidp.Scenario{TokenFault: mockidp.Fault{Status: 503}}, franceconnect.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			v := newVisitor(t, town)
			v.signIn()
			before, _, _ := v.record(town)
			town.idp.Next(test.answer)
			p := v.fetch()
			french, english := franceconnect.UserMessage(test.err)
			require.Equal(t, franceconnect.StatusCode(test.err), p.Status)
			require.Contains(t, p.Text(), french)
			require.Contains(t, p.Text(), english)
			require.Contains(t, p.Text(), "Revenir à mon compte")
			require.Empty(t, town.data.requests())
			after, _, _ := v.record(town)
			require.Equal(t, before, after)
			require.Contains(t, v.Get(v.Link(p, "Recommencer")).Text(), "872\u00a0€")
		})
	}
}

// FranceConnect refuses a login that asks for more than the client has a right
// to (invalid_scope): there is a way in without the data.
func TestTheClientHasNoRightToTheData(t *testing.T) {
	t.Parallel()
	town := newTown(t, func(c *mockidp.Client, _ *town) {
		c.Scopes = strings.Fields(strings.ReplaceAll(strings.Join(c.Scopes, " "), quotientScope, ""))
	})
	v := newVisitor(t, town)
	p := v.Get(v.Link(v.Get(quotientPage), "S’identifier avec FranceConnect"))
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, town.log.String(), "invalid_scope")
	p = v.Get(v.Link(p, "Se connecter sans demander ces données"))
	require.Equal(t, accountPage, p.At.Path)

	p = v.fetch()
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, p.Text(), "Revenir à mon compte")
	require.NotContains(t, p.Text(), "sans demander")
	require.Contains(t, v.Get(accountPage).Text(), "Camille Lestang")
	require.Empty(t, town.data.requests())
}

// A scope that FranceConnect does not know it drops without a word: the person
// is in, and the API says that it may not tell.
func TestAScopeThatIsNotGranted(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	granted := town.fc.provider
	town.fc.provider = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/authorize") && r.Method == http.MethodGet {
			r.URL.RawQuery = strings.ReplaceAll(r.URL.RawQuery, quotientScope, "cnaf_inconnu")
		}
		granted.ServeHTTP(w, r)
	})
	town.idp.Next(mockidp.Scenario{Person: "sacha"})
	p := newVisitor(t, town).signInWithData()
	require.Contains(t, p.Text(), "Votre quotient familial n’a pas pu être récupéré")
	require.Contains(t, p.Text(), "Boursier, échelon\u00a05")
	require.Regexp(t, `level=ERROR.*error="api: refused, HTTP 403, MOCK-403"`, town.log.String())
}

// Who is not signed in, or no longer, is not signed in by the second journey.
func TestTheSecondJourneySignsNobodyIn(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town)
	require.Equal(t, quotientPage, v.Get(dataLoginPath).At.Path, "not to FranceConnect")

	// Over before the way back.
	v.signIn()
	toFC := v.Peek(dataLoginPath).Header.Get("Location")
	town.clock.Advance(29 * time.Minute)
	v.Get(accountPage)
	v.Submit(v.Get(accountPage)) // signed out in another tab
	p := v.Get(toFC)
	french, _ := franceconnect.UserMessage(franceconnect.ErrLoginExpired)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, p.Text(), french)
	require.Empty(t, town.data.requests())
	_, _, ok := v.record(town)
	require.False(t, ok)
	require.Contains(t, v.Get(v.Link(p, "Recommencer")).Text(), "872\u00a0€", "signed in, by the first journey")

	// Idle for too long.
	toFC = v.Peek(dataLoginPath).Header.Get("Location")
	calls := len(town.data.requests())
	town.clock.Advance(15 * time.Minute)
	for _, k := range town.portal.sessions.byID {
		k.used = k.used.Add(-15 * time.Minute) // of all: they stay in their order
	}
	p = v.Get(toFC)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Len(t, town.data.requests(), calls)
}

// Over, or somebody else's, while the data providers answer: what they said is
// of nobody who is signed in here, and is not kept.
func TestTheSessionChangesWhileTheDataAreFetched(t *testing.T) {
	t.Parallel()
	for _, then := range []string{"nobody", "another"} {
		var meanwhile func()
		var once sync.Once
		town := newTown(t, func(_ *mockidp.Client, town *town) {
			town.api.base = roundTrip(func(r *http.Request) (*http.Response, error) {
				once.Do(meanwhile)
				return portaltest.Web.RoundTrip(r)
			})
		})
		v := newVisitor(t, town)
		v.signIn()
		other := newVisitor(t, town)
		town.idp.Next(mockidp.Scenario{Person: "marie-laure"})
		other.signIn()
		_, others, _ := other.record(town)
		meanwhile = func() {
			s := town.portal.sessions
			s.mu.Lock()
			defer s.mu.Unlock()
			mine := ""
			for id, k := range s.byID {
				if strings.Contains(string(k.value), "VAUTRIN") {
					mine = id
				}
			}
			if then == "nobody" {
				s.forget(mine)
				return
			}
			for _, k := range s.byID {
				if strings.Contains(string(k.value), "BRIZEAU") {
					s.byID[mine] = k
				}
			}
		}
		p := v.fetch()
		require.Equal(t, http.StatusBadRequest, p.Status, then)
		require.NotContains(t, v.Get(quotientPage).Text(), "872", then)
		_, still, _ := other.record(town)
		require.Equal(t, others, still, then)
	}
}

// The address that FranceConnect sends back to says which journey it was, and a
// code for one is of no use at the other.
func TestTheJourneysCannotBeSwapped(t *testing.T) {
	t.Parallel()
	for _, from := range []string{dataLoginPath, "/franceconnect/login?next=/quotient"} {
		town := newTown(t)
		v := newVisitor(t, town)
		v.signIn()
		before, _, _ := v.record(town)
		p := v.Peek(v.Peek(from).Header.Get("Location"))
		back := p.Header.Get("Location")
		for !strings.HasPrefix(back, town.url) {
			p = v.Peek(back)
			back = p.Header.Get("Location")
			require.NotEmpty(t, back)
		}
		switch {
		case strings.Contains(back, dataCallbackPath):
			back = strings.Replace(back, dataCallbackPath, callbackPath, 1)
		default:
			back = strings.Replace(back, callbackPath, dataCallbackPath, 1)
		}
		p = v.Get(back)
		require.NotEqual(t, http.StatusOK, p.Status, from)
		after, _, _ := v.record(town)
		require.Equal(t, before, after)
		require.Empty(t, town.data.requests())
	}
}
