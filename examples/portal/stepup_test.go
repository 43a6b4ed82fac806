package main

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// confirm goes to FranceConnect+ from the page that says why.
func (v *visitor) confirm() portaltest.Page {
	v.T.Helper()
	return v.Get(v.Link(v.Get(aidPath), "S’identifier avec FranceConnect+"))
}

// asked returns the parameters of the last login that began at a FranceConnect.
func asked(t *testing.T, idp *mockidp.Provider) map[string][]string {
	t.Helper()
	var last map[string][]string
	for _, r := range idp.Requests() {
		if r.Path == "/authorize" {
			last = r.Params
		}
	}
	require.NotNil(t, last)
	return last
}

func TestStepUp(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	v := newVisitor(t, town.url)

	// Whoever is not signed in signs in first, and comes back here.
	p := v.Get(aidPath)
	require.Equal(t, "/connexion", p.At.Path)
	p = v.read(v.Get(v.Link(p, "S’identifier avec FranceConnect")))
	require.Equal(t, aidPath, p.At.Path)
	require.Equal(t, http.StatusOK, p.Status)
	require.Contains(t, p.Body, "<h1>Confirmez votre identité</h1>")
	require.Contains(t, p.Body, "connecté au niveau eIDAS\u00a01 (démarches courantes)")
	require.Regexp(t, `lang="en">In English: this file is sensitive`, p.Body)
	require.Equal(t, []string{"eidas1"}, asked(t, town.idp)["acr_values"])
	before := *v.session(town)
	first := v.sessionID()

	// FranceConnect+, and back to the page.
	p = v.Get(v.Link(p, "S’identifier avec FranceConnect+"))
	require.Equal(t, town.url+aidPath, p.At.String())
	require.Contains(t, p.Body, "<h1>Mon dossier d’aide d’urgence</h1>")
	require.Contains(t, p.Body, "niveau eIDAS\u00a02 (démarches sensibles)")
	require.Equal(t, []string{"eidas2"}, asked(t, town.plus)["acr_values"])
	require.Equal(t, []string{"openid rnipp_identite_pivot"}, asked(t, town.plus)["scope"])

	// The session is another one, of the same account, with both hints.
	require.NotEqual(t, first, v.sessionID())
	after := *v.session(town)
	require.Equal(t, franceconnect.Eidas1, before.session.Level)
	require.Equal(t, franceconnect.Eidas2, after.session.Level)
	require.Equal(t, before.session.Subject, after.session.Subject)
	require.Equal(t, before.session.Identity, after.session.Identity)
	require.Equal(t, before.session.IDTokenHint, after.session.IDTokenHint)
	require.NotEmpty(t, after.plus)
	require.NotEqual(t, after.session.IDTokenHint, after.plus)
	require.Len(t, town.portal.sessions.byID, 1, "the first session is over")
	p = v.Get("/mon-compte")
	require.Contains(t, p.Body, "prouvée au niveau eIDAS\u00a02 (démarches sensibles), au sens du règlement européen")
	require.Contains(t, p.Body, "VAUTRIN", "the register’s spelling, as before")

	// Out of the portal, FranceConnect+ and FranceConnect, in this order.
	p = v.Submit(p)
	require.Equal(t, strings.TrimPrefix(town.plus.Issuer(), "http://"), p.At.Host+"/api/v2")
	require.Equal(t, "/connexion", v.Get("/mon-compte").At.Path, "the session is over before FranceConnect’s are")
	require.NotEqual(t, http.StatusOK, v.Peek(aidPath).Status)
	p = v.Submit(p)
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Contains(t, p.Body, "déconnecté de ce portail et de FranceConnect+")
	require.NotContains(t, p.Body, "Camille")
	p = v.Submit(p) // Terminer la déconnexion
	require.Equal(t, strings.TrimPrefix(town.idp.Issuer(), "http://"), p.At.Host+"/api/v2")
	p = v.Submit(p)
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Contains(t, p.Body, "<h1>Vous êtes déconnecté</h1>")
	require.Empty(t, town.portal.sessions.byID)
	require.Empty(t, v.sessionID())
	require.Contains(t, v.Get(loggedOutPath).Body, "Vous n’avez pas de session ouverte")
}

// Both ends are told apart: who gives up halfway is told what is left.
func TestSignOutLeftHalfway(t *testing.T) {
	t.Parallel()
	_, v := signedInBesidePlus(t)
	v.Submit(v.confirm()) // and FranceConnect+’s page is left open
	p := v.Get(loggedOutPath)
	require.Contains(t, p.Body, "Il reste à fermer votre session FranceConnect")
	require.NotContains(t, p.Body, "et de FranceConnect+")
	require.Contains(t, v.Submit(v.Submit(p)).Body, "<h1>Vous êtes déconnecté</h1>")

	// Who signs in again instead is signed in.
	v.signIn()
	v.Submit(v.confirm())
	v.signIn()
	require.Contains(t, v.Get(loggedOutPath).Body, "Vous êtes encore connecté")
}

// Everybody whom the register knows is found to be themselves, whatever the
// identity providers spell.
func TestStepUpOfEverybody(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	for _, login := range []string{"camille", "marie-laure", "anais", "ange", "teva", "yasmine", "joao", "moussa", "linh", "sacha", "ottilie"} {
		v := newVisitor(t, town.url)
		town.idp.Next(mockidp.Scenario{Person: login})
		v.signIn()
		town.plus.Next(mockidp.Scenario{Person: login})
		p := v.confirm()
		require.Equal(t, aidPath, p.At.Path, login)
		want := franceconnect.Eidas2
		if login == "ottilie" { // may be more than was asked
			want = franceconnect.Eidas3
		}
		require.Equal(t, want, v.session(town).session.Level, login)
		require.Contains(t, p.Body, levelName(want))
	}
}

// Whatever goes wrong at FranceConnect+, who was signed in with eidas1 still
// is, as the same person, and the page stays closed.
func TestStepUpRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer mockidp.Scenario
		err    error
	}{
		"another person":  {mockidp.Scenario{Person: "marie-laure"}, errAnotherPerson},
		"European":        {mockidp.Scenario{Person: "ingrid"}, errAnotherPerson},
		"half a register": {mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"rnipp_gender": nil}}}, errAnotherPerson},
		"one letter less": {mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"rnipp_family_name": "VAUTRI"}}}, errAnotherPerson},
		"no register": {mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{"rnipp_given_name": nil, "rnipp_given_name_array": nil,
			"rnipp_family_name": nil, "rnipp_gender": nil, "rnipp_birthdate": nil, "rnipp_birthplace": nil, "rnipp_birthcountry": nil}}}, errAnotherPerson},
		"cancel":      {mockidp.Scenario{Cancel: true}, franceconnect.ErrDenied},
		"lower level": {mockidp.Scenario{ACR: "eidas1"}, franceconnect.ErrLevelTooLow},
		"forged":      {mockidp.Scenario{IDToken: mockidp.TokenChange{Key: "other"}}, franceconnect.ErrVerification},
		"plain":       {mockidp.Scenario{IDToken: mockidp.TokenChange{Plain: true}}, franceconnect.ErrVerification},
		"down":        {mockidp.Scenario{TokenFault: mockidp.Fault{Status: 503}}, franceconnect.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town, v := signedInBesidePlus(t)
			session, id := v.session(town).session, v.sessionID()
			town.plus.Next(test.answer)
			p := v.confirm()
			title, status := refusalOf(test.err).title, refusalOf(test.err).status
			french, english := refusalOf(test.err).french, refusalOf(test.err).english
			require.Equal(t, status, p.Status)
			require.Equal(t, plusCallbackPath, p.At.Path)
			require.Contains(t, p.Body, "<h1>"+title)
			require.Contains(t, html.UnescapeString(p.Body), french)
			require.Contains(t, html.UnescapeString(p.Body), english)
			require.Contains(t, p.Body, `<a href="/mon-compte">Revenir à mon compte</a>`)
			for _, personal := range []string{"Marie", "Solange", "Brizeau", "BRIZEAU", "Ingrid", "Zwaluw", "VAUTRI<", "VAUTRI "} {
				require.NotContains(t, p.Body, personal)
				require.NotContains(t, town.log.String(), personal)
			}

			require.Equal(t, id, v.sessionID())
			require.Same(t, session, v.session(town).session)
			require.Equal(t, franceconnect.Eidas1, session.Level)
			require.Contains(t, v.Get("/mon-compte").Body, "VAUTRIN")
			require.Contains(t, v.Get(aidPath).Body, "<h1>Confirmez votre identité</h1>")
			ref := regexp.MustCompile(`<code>([A-Z2-7]{8})</code>`).FindStringSubmatch(p.Body)
			require.NotNil(t, ref)
			require.Regexp(t, `level=(INFO|WARN|ERROR) .*ref=`+ref[1], town.log.String())

			if test.err != errAnotherPerson { // start again, and it works
				require.Equal(t, aidPath, v.Get(v.Link(p, "Recommencer")).At.Path)
				require.Equal(t, franceconnect.Eidas2, v.session(town).session.Level)
				return
			}
			// To start again would find the same person there: out first, of
			// FranceConnect+ too.
			require.NotContains(t, p.Body, "Recommencer")
			require.Contains(t, p.Body, `<li><form method="post" action="/deconnexion" hx-boost="false" data-turbo="false">`)
			p = v.Submit(v.Submit(p))
			require.Contains(t, p.Body, "déconnecté de ce portail et de FranceConnect+")
			require.Contains(t, v.Submit(v.Submit(p)).Body, "<h1>Vous êtes déconnecté</h1>")
			v.signIn()
			require.Equal(t, aidPath, v.confirm().At.Path)
		})
	}
}

// A session that is raised stays so when the next person is somebody else.
func TestStepUpTwice(t *testing.T) {
	t.Parallel()
	town, v := steppedUp(t)
	session := v.session(town).session
	town.plus.Next(mockidp.Scenario{Person: "ottilie"})
	require.Equal(t, http.StatusForbidden, v.Get(plusLogin("/")).Status)
	require.Same(t, session, v.session(town).session)
}

// FranceConnect+ answers eidas2 to a remembered session that had eidas3.
func TestASecondStepUpLowersNoLevel(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	v := newVisitor(t, town.url)
	town.idp.Next(mockidp.Scenario{Person: "ottilie"})
	v.signIn()
	town.plus.Next(mockidp.Scenario{Person: "ottilie"})
	v.confirm()
	before, first := *v.session(town), v.sessionID()
	require.Equal(t, franceconnect.Eidas3, before.session.Level)
	for answered, kept := range map[string]bool{"eidas2": true, "eidas3": false} {
		town.clock.Advance(time.Minute)
		town.plus.Next(mockidp.Scenario{Person: "ottilie", ACR: answered})
		require.Equal(t, aidPath, v.Get(plusLogin(aidPath)).At.Path)
		after := *v.session(town)
		require.Equal(t, franceconnect.Eidas3, after.session.Level, answered)
		require.Equal(t, kept, before.session.SignedInAt.Equal(after.session.SignedInAt), "of the login that reached the level")
		require.NotEqual(t, first, v.sessionID())
		require.NotEqual(t, before.plus, after.plus, "signing out ends the last one")
		before, first = after, v.sessionID()
	}
}

// Nor does a second sign-in with FranceConnect, which is eidas1, of the same
// person before they have signed out.
func TestASecondSignInLowersNoLevel(t *testing.T) {
	t.Parallel()
	town, v := steppedUp(t)
	before, first := *v.session(town), v.sessionID()
	town.clock.Advance(time.Minute)
	v.signIn()
	after := *v.session(town)
	require.NotEqual(t, first, v.sessionID())
	require.Equal(t, franceconnect.Eidas2, after.session.Level)
	require.Equal(t, before.session.SignedInAt, after.session.SignedInAt, "of the login that reached it")
	require.NotEqual(t, before.session.IDTokenHint, after.session.IDTokenHint)
	require.Contains(t, v.Get(aidPath).Body, "<h1>Mon dossier d’aide d’urgence</h1>")

	// Signing out still goes by FranceConnect+, and then nothing is left of it.
	require.Equal(t, before.plus, after.plus)
	p := v.Submit(v.Submit(v.Get(accountPath)))
	require.Contains(t, p.Body, "déconnecté de ce portail et de FranceConnect+")
	v.Submit(v.Submit(p))
	v.signIn()
	require.Equal(t, franceconnect.Eidas1, v.session(town).session.Level)

	// Nobody else has the level, nor does it come with their account alone.
	v.confirm()
	hint := v.session(town).plus
	town.idp.Next(mockidp.Scenario{Person: "sacha"})
	v.signIn()
	require.Equal(t, franceconnect.Eidas1, v.session(town).session.Level)
	require.Equal(t, hint, v.session(town).plus, "that session is still open in this browser")
}

func TestALevelIsKeptForTheSameSubjectOfTheSameAccountInAnOpenSession(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		second visit
		after  time.Duration
		want   franceconnect.Level
	}{
		"the same":        {visit{"a", &franceconnect.Session{Subject: "s", Level: franceconnect.Eidas1}}, 0, franceconnect.Eidas3},
		"another subject": {visit{"a", &franceconnect.Session{Subject: "t", Level: franceconnect.Eidas1}}, 0, franceconnect.Eidas1},
		"another account": {visit{"b", &franceconnect.Session{Subject: "s", Level: franceconnect.Eidas1}}, 0, franceconnect.Eidas1},
		"too late":        {visit{"a", &franceconnect.Session{Subject: "s", Level: franceconnect.Eidas1}}, idleTime, franceconnect.Eidas1},
	} {
		clock := portaltest.NewClock()
		s, w := newSessions(clock.Now, "https://portail.example.fr"), httptest.NewRecorder()
		s.start(w, httptest.NewRequest(http.MethodGet, "/", nil), visit{"a", &franceconnect.Session{Subject: "s", Level: franceconnect.Eidas3, AMR: []string{"fc"}}})
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(w.Result().Cookies()[0])
		clock.Advance(test.after)
		given := *test.second.session
		s.start(httptest.NewRecorder(), r, test.second)
		require.Len(t, s.byID, 1, name)
		for _, k := range s.byID {
			require.Equal(t, test.want, k.value.session.Level, name)
			require.Equal(t, test.want == franceconnect.Eidas3, k.value.session.AMR != nil, name)
		}
		require.Equal(t, given, *test.second.session, "a session is never changed")
	}
	// Who comes by password has no level at all, and nothing to end elsewhere.
	s, w := newSessions(time.Now, "https://portail.example.fr"), httptest.NewRecorder()
	s.start(w, httptest.NewRequest(http.MethodGet, "/", nil), visit{"a", &franceconnect.Session{Subject: "s", Level: franceconnect.Eidas3}})
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(w.Result().Cookies()[0])
	s.alsoAtPlus(r, "hint")
	s.start(httptest.NewRecorder(), r, visit{account: "a"})
	for _, k := range s.byID {
		require.Nil(t, k.value.session)
		require.Empty(t, k.value.plus)
	}
}

// FranceConnect+ signs nobody in who is not signed in.
func TestStepUpWithoutSession(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	v := newVisitor(t, town.url)
	p := v.Get(plusLogin(aidPath))
	require.Equal(t, "/connexion", p.At.Path)
	require.Equal(t, aidPath, p.At.Query().Get("next"))

	// Nor whose session ended on the way: here, by signing out in another tab.
	v.signIn()
	v.Stay = true
	at := v.Get(plusLogin(aidPath)).Header.Get("Location")
	v.Submit(portaltest.Page{At: &url.URL{Scheme: "http", Host: strings.TrimPrefix(town.url, "http://")}, Body: v.Get("/").Body})
	v.Stay = false
	p = v.Get(at)
	require.Equal(t, plusCallbackPath, p.At.Path)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, p.Body, "a expiré")
	require.Empty(t, town.portal.sessions.byID)
	require.Equal(t, aidPath, v.Get(v.Link(p, "Recommencer")).At.Path, "which begins with FranceConnect")

	// Nor who signed in as somebody else on the way.
	v.Stay = true
	at = v.Get(plusLogin(aidPath)).Header.Get("Location")
	v.Stay = false
	town.idp.Next(mockidp.Scenario{Person: "sacha"})
	v.signIn()
	require.Equal(t, http.StatusForbidden, v.Get(at).Status)
	require.Contains(t, v.Get("/mon-compte").Body, "Sacha")
	require.Equal(t, franceconnect.Eidas1, v.session(town).session.Level)
}

// Nor who has come in by password on the way.
func TestStepUpOfWhoCameByPassword(t *testing.T) {
	t.Parallel()
	town, v := signedInBesidePlus(t)
	v.chosePassword("douze lunes rousses")
	v.Stay = true
	at := v.Get(plusLogin(aidPath)).Header.Get("Location")
	v.Stay = false
	v.Submit(portaltest.Page{At: v.Get("/").At, Body: v.Get("/").Body})
	v.enter("camille.lestang@example.fr", "douze lunes rousses")
	p := v.Get(at)
	require.Equal(t, http.StatusBadRequest, p.Status)
	require.Contains(t, p.Body, "a expiré")
	require.Nil(t, v.session(town).session)
	require.Contains(t, town.log.String(), `level=INFO msg="the login is no longer open" ref=`)
}

func TestStepUpReturnsToNext(t *testing.T) {
	t.Parallel()
	town, v := signedInBesidePlus(t)
	logins := 0
	for next, want := range map[string]string{
		aidPath: aidPath, "": "/", "//evil.example": "/", `/\evil.example`: "/", "https://evil.example/": "/", plusLoginPath: "/", "/mon-compte?x=1": "/mon-compte?x=1",
	} {
		require.Equal(t, town.url+want, v.Get(plusLogin(next)).At.String(), "next=%q", next)
		logins++
		require.Equal(t, logins, strings.Count(town.log.String(), "path="+plusLoginPath), "no round in circles: next=%q", next)
	}
}

// An answer of one FranceConnect is worth nothing on the other’s way back.
func TestCallbacksAreNotMixedUp(t *testing.T) {
	t.Parallel()
	_, v := steppedUp(t)
	for _, swap := range [][2]string{{"/franceconnect/login", plusCallbackPath}, {plusLogin(aidPath), callbackPath}} {
		v.Stay = true
		p := v.Get(swap[0])
		for p.Header.Get("Location") != "" && !strings.Contains(p.Header.Get("Location"), "/callback?") {
			p = v.Get(p.Header.Get("Location"))
		}
		v.Stay = false
		back, err := url.Parse(p.Header.Get("Location"))
		require.NoError(t, err)
		back.Path = swap[1]
		require.Equal(t, http.StatusBadRequest, v.Get(back.String()).Status)
	}
}

// Without FranceConnect+ nobody is asked for anything: the page says so.
func TestAidWithoutPlus(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	require.Contains(t, v.Get(aidPath).Body, "<h1>Cette démarche n’est pas disponible en ligne</h1>")
	v.signIn()
	p := v.Get(aidPath)
	require.Equal(t, aidPath, p.At.Path)
	require.Contains(t, p.Body, "<h1>Cette démarche n’est pas disponible en ligne</h1>")
	require.Equal(t, http.StatusNotFound, v.Get(plusLogin(aidPath)).Status)
	require.Equal(t, http.StatusNotFound, v.Get(plusCallbackPath).Status)
}

func TestLevelName(t *testing.T) {
	t.Parallel()
	require.Equal(t, "niveau eIDAS\u00a01 (démarches courantes)", levelName(franceconnect.Eidas1))
	require.Equal(t, "niveau eIDAS\u00a02 (démarches sensibles)", levelName(franceconnect.Eidas2))
	require.Equal(t, "niveau eIDAS\u00a03 (démarches très sensibles)", levelName(franceconnect.Eidas3))
	require.Empty(t, levelName(0))
}

func TestPolicyAllowsBoth(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	csp := newVisitor(t, town.url).Get("/").Header.Get("Content-Security-Policy")
	require.Contains(t, csp, "form-action 'self' "+strings.TrimSuffix(town.idp.Issuer(), "/api/v2")+" "+strings.TrimSuffix(town.plus.Issuer(), "/api/v2")+";")
}
