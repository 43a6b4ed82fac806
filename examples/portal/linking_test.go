package main

import (
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/link"
	"github.com/franceconnect-go/franceconnect/match"
	"github.com/franceconnect-go/franceconnect/person"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// newOldTown has the accounts from the time before FranceConnect.
func newOldTown(t *testing.T) *town {
	t.Helper()
	town := newTown(t)
	town.portal.accounts.addDemoAccounts()
	return town
}

// of returns the account that an address and a password open.
func (town *town) of(t *testing.T, email string) account {
	t.Helper()
	a, found := town.portal.accounts.byAddress(email)
	require.True(t, found)
	return a
}

// chosePassword gives the account of a visitor a password.
func (v *visitor) chosePassword(text string) {
	v.T.Helper()
	p := v.SubmitTo(v.Get(passwordPath), passwordPath, "nouveau", text)
	require.Equal(v.T, accountPath, p.At.Path, p.Body)
}

func TestAnOldAccountIsLinkedByItsPassword(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	old := town.of(t, "yasmine.corvin@example.org")
	v, p := town.arrive(t, "yasmine")
	require.Equal(t, provePath, p.At.Path)
	require.Equal(t, http.StatusOK, p.Status)

	// Nobody is signed in yet, and nothing is said of whose it is.
	text := strings.ToLower(html.UnescapeString(p.Body))
	for _, hers := range []string{"yasmine", "corvin", "belarbi", "1987", "maroc", "@"} {
		require.NotContains(t, text, hers)
	}
	for _, path := range []string{accountPath, dataPath, filePath, welcomePath, profilePath, passwordPath, erasePath} {
		require.Equal(t, "/connexion", v.Get(path).At.Path, path)
	}

	p = v.SubmitTo(p, provePath, "mot-de-passe", "jardin de pluies")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "Ce mot de passe n’est pas celui du compte")
	require.NotContains(t, strings.ToLower(p.Body), "yasmine")
	require.Contains(t, town.log.String(), `msg="account not proved" ref=`)
	require.Empty(t, town.of(t, old.email).Subjects)

	waiting := v.sessionID()
	p = v.SubmitTo(p, provePath, "mot-de-passe", demoPassword)
	require.Empty(t, town.portal.attempts.byID, "forgiven")
	require.Equal(t, welcomePath, p.At.Path, "what was received is said to her too")
	require.Contains(t, town.log.String(), `decision="known linked"`)
	require.NotEqual(t, waiting, v.sessionID())
	require.Contains(t, p.Body, "yasmine.corvin@example.org")
	require.Equal(t, accountPath, v.Get(olderPath).At.Path, "nothing takes the place of an old account")
	p = v.SubmitTo(p, welcomePath, "adresse", "actuelle")
	require.Equal(t, accountPath, p.At.Path)
	require.Contains(t, p.Body, "<dt>Nom de naissance</dt><dd>BELARBI</dd>", "civil status is FranceConnect’s from now on")
	a := town.of(t, old.email)
	require.Equal(t, old.ID, a.ID)
	require.Len(t, a.Subjects, 1)
	require.True(t, a.Verified)

	// From now on, by FranceConnect alone.
	w, p := town.arrive(t, "yasmine")
	require.Equal(t, accountPath, p.At.Path)
	require.Equal(t, old.ID, w.session(town).account)
	require.Equal(t, "/connexion", newVisitor(t, town.url).Get(provePath).At.Path)
}

func TestAnOldAccountKeepsItsAddress(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	town.idp.Next(mockidp.Scenario{Person: "josephine", UserInfo: mockidp.TokenChange{Claims: map[string]any{"email": "jg@example.org"}}})
	v := newVisitor(t, town.url)
	p := v.SubmitTo(v.Get("/franceconnect/login?next=/mon-compte"), provePath, "mot-de-passe", demoPassword)
	require.Contains(t, p.Body, `value="franceconnect"`)
	require.Contains(t, p.Body, "jg@example.org")
	p = v.SubmitTo(p, welcomePath)
	require.Equal(t, accountPath, p.At.Path)
	require.Equal(t, "04 65 71 99 01", town.of(t, "josephine.grandcamp@example.fr").telephone)
	require.NotContains(t, p.Body, "nous donne maintenant", "it was on offer")

	_, p = town.arrive(t, "josephine")
	require.Contains(t, p.Body, "Mon compte")
	require.Equal(t, "josephine.grandcamp@example.fr", town.of(t, "josephine.grandcamp@example.fr").email)
}

func TestWhoHasNoAccountGetsANewOne(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	old := town.of(t, "yasmine.corvin@example.org")
	before := len(town.portal.accounts.byID)
	v, p := town.arrive(t, "yasmine")
	p = v.SubmitTo(p, newPath)
	require.Equal(t, welcomePath, p.At.Path)
	require.Len(t, town.portal.accounts.byID, before+1)
	require.NotEqual(t, old.ID, v.session(town).account)
	require.Empty(t, town.of(t, old.email).Subjects)
	_, p = town.arrive(t, "yasmine")
	require.Equal(t, welcomePath, p.At.Path, "known")
}

func TestProofsAreCounted(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	for i := range maxAttempts + 1 {
		v, p := town.arrive(t, "yasmine") // to come again is no new beginning
		p = v.SubmitTo(p, provePath, "mot-de-passe", "essai")
		want := http.StatusForbidden
		if i == maxAttempts {
			want = http.StatusTooManyRequests
		}
		require.Equal(t, want, p.Status)
	}
	v, p := town.arrive(t, "yasmine")
	p = v.SubmitTo(p, provePath, "mot-de-passe", demoPassword)
	require.Equal(t, http.StatusTooManyRequests, p.Status, "not even the right one")
	require.Contains(t, p.Body, "trop d’essais")

	// Another account is not concerned, and time helps.
	w, q := town.arrive(t, "josephine")
	require.Equal(t, welcomePath, w.SubmitTo(q, provePath, "mot-de-passe", demoPassword).At.Path)
	town.clock.Advance(attemptsTime)
	v, p = town.arrive(t, "yasmine")
	require.Equal(t, welcomePath, v.SubmitTo(p, provePath, "mot-de-passe", demoPassword).At.Path)
}

func TestAProofComesInTime(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v, p := town.arrive(t, "yasmine")
	town.clock.Advance(proofTime - time.Second)
	v.Get(provePath) // which makes it no longer
	town.clock.Advance(time.Second)
	for _, action := range []string{provePath, newPath} {
		late := v.SubmitTo(p, action, "mot-de-passe", demoPassword)
		require.Equal(t, http.StatusBadRequest, late.Status)
		require.Contains(t, late.Body, "a expiré")
	}
	require.Equal(t, "/connexion", v.Get(provePath).At.Path)
	require.Empty(t, town.of(t, "yasmine.corvin@example.org").Subjects)
}

// A proof is worth something in the browser alone that came from FranceConnect.
func TestAProofIsOfOneBrowser(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	_, p := town.arrive(t, "yasmine")
	other := newVisitor(t, town.url)
	require.Equal(t, http.StatusBadRequest, other.SubmitTo(p, provePath, "mot-de-passe", demoPassword).Status)
	require.Equal(t, http.StatusBadRequest, other.SubmitTo(p, newPath).Status)
}

func TestWhoIsToProveCanLeave(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v, p := town.arrive(t, "yasmine")
	p = v.SubmitTo(p, "/deconnexion")
	require.Contains(t, p.Body, "Déconnexion en cours", "FranceConnect’s session ends too")
	require.Contains(t, v.Submit(p).Body, "<h1>Vous êtes déconnecté</h1>")
	require.Empty(t, town.portal.sessions.byID)
}

func TestAmbiguityIsForTheTownHallAndMakesNothing(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	before := len(town.portal.accounts.byID)
	v, p := town.arrive(t, "lucie-nord")
	require.Equal(t, http.StatusConflict, p.Status)
	require.Contains(t, p.Body, "<h1>Votre compte est à retrouver avec nous</h1>")
	require.Contains(t, p.Body, "l’accueil de la mairie")
	require.Len(t, town.portal.accounts.byID, before)
	require.Equal(t, "/connexion", v.Get(accountPath).At.Path)

	// The way on that it names: by password, and FranceConnect from there.
	v.enter("lucie.nord@example.org", demoPassword)
	p = v.Get(accountPath)
	require.Contains(t, p.Body, "FranceConnect n’est pas associé")
	town.idp.Next(mockidp.Scenario{Person: "lucie-nord"})
	p = v.Get(v.Link(p, "S’identifier avec FranceConnect"))
	require.Equal(t, provePath, p.At.Path, "the record is not the whole of her civil status")
	require.Equal(t, "/connexion", v.Get(accountPath).At.Path)
	p = v.read(v.SubmitTo(p, provePath, "mot-de-passe", demoPassword))
	require.Equal(t, accountPath, p.At.Path)
	require.Contains(t, p.Body, "Calais")
	require.Len(t, town.of(t, "lucie.nord@example.org").Subjects, 1)
	require.Empty(t, town.of(t, "lucie.sud@example.org").Subjects)
}

func TestAClosedAccountSaysSoAndHowToGoOn(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	require.NoError(t, town.portal.accounts.update(town.one(t).ID, func(a *account) error { a.Closed = true; return nil }))
	require.Equal(t, "/connexion", v.Get(accountPath).At.Path, "at once")

	v, p := town.arrive(t, "camille")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "<h1>Ce compte est fermé</h1>")
	require.Contains(t, p.Body, "l’accueil de la mairie")
	require.NotContains(t, p.Body, "Camille")
	require.Empty(t, v.session(town).account)
	require.Contains(t, v.Submit(v.SubmitTo(p, "/deconnexion")).Body, "<h1>Vous êtes déconnecté</h1>")
	town.one(t)
}

// Closed between the decision and the session, or gone.
func TestAnAccountThatIsClosedInTheMeantimeIsNotOpened(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	closed, err := town.portal.accounts.add(account{Account: link.Account{Closed: true}})
	require.NoError(t, err)
	for _, id := range []string{closed, "gone"} {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, callbackPath, nil)
		town.portal.welcome(w, r, &franceconnect.Session{Subject: "sub"}, id)
		require.Equal(t, http.StatusForbidden, w.Code)
		require.Contains(t, w.Body.String(), "<h1>Ce compte est fermé</h1>")
		for _, k := range town.portal.sessions.byID {
			require.Empty(t, k.value.account)
		}
	}
}

func TestACorrectedCivilStatusIsProvedAndTheOldSubIsKept(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "alix-avant")
	v.read(p)
	v.chosePassword("tout recommence demain")
	before := town.one(t)

	w, p := town.arrive(t, "alix-apres")
	require.Equal(t, provePath, p.At.Path)
	p = w.SubmitTo(p, provePath, "mot-de-passe", "tout recommence demain")
	require.Equal(t, accountPath, p.At.Path)
	text := html.UnescapeString(p.Body)
	require.Contains(t, text, "Votre civilité a changé chez FranceConnect\u00a0: Madame.")
	require.Contains(t, text, "Vos prénoms ont changé chez FranceConnect\u00a0: Alix, Léonie.")
	after := town.one(t)
	require.Equal(t, before.ID, after.ID)
	require.Len(t, after.Subjects, 1)
	require.NotEqual(t, before.Subjects, after.Subjects)
	require.Equal(t, before.Subjects[0], after.history[0].subject, "the history of subs")
	require.Equal(t, after.Subjects[0], after.history[1].subject)
	require.Contains(t, w.Get(dataPath).Body, "après un changement d’état civil")
}

// Nobody knows the password of an account that has none.
func TestAnAccountWithoutAPasswordIsProvedByNone(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "alix-avant")
	v.read(p)
	for _, text := range []string{"", " ", "tout recommence demain"} {
		w, p := town.arrive(t, "alix-apres")
		require.Contains(t, p.Body, "adressez-vous à l’accueil de la mairie")
		require.Equal(t, http.StatusForbidden, w.SubmitTo(p, provePath, "mot-de-passe", text).Status)
	}
}

func TestUnlinkingNeedsAnotherWayIn(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v := newVisitor(t, town.url)
	p := v.signIn()
	require.Contains(t, p.Body, "Pour le dissocier, choisissez d’abord un mot de passe")
	require.NotContains(t, p.Body, unlinkPath)
	forged := portaltest.Page{At: p.At, Body: `<form method="post" action="` + unlinkPath + `"></form>`}
	require.Equal(t, passwordPath, v.Submit(forged).At.Path, "and says why")
	require.Len(t, town.one(t).Subjects, 1)
	require.Equal(t, http.StatusNotFound, v.Get(unlinkPath).Status, "a link unlinks nothing")

	v.chosePassword("douze lunes rousses")
	p = v.SubmitTo(v.Get(accountPath), unlinkPath)
	require.Equal(t, accountPath, p.At.Path)
	require.Contains(t, p.Body, "FranceConnect n’est pas associé")
	require.Empty(t, town.one(t).Subjects)
	require.Contains(t, town.log.String(), `msg="account unlinked" ref=`)
	require.Contains(t, v.Submit(p).Body, "Déconnexion en cours", "FranceConnect’s session ends with this one")

	// By password now; and by FranceConnect again once it is proved.
	w := newVisitor(t, town.url)
	w.enter("camille.lestang@example.fr", "douze lunes rousses")
	require.Contains(t, w.Get(accountPath).Body, "connecté avec votre mot de passe")
	u, p := town.arrive(t, "camille")
	require.Equal(t, provePath, p.At.Path)
	require.Equal(t, accountPath, u.SubmitTo(p, provePath, "mot-de-passe", "douze lunes rousses").At.Path)
	require.Len(t, town.one(t).Subjects, 1)
	require.Len(t, town.one(t).history, 3)
}

// The record is FranceConnect’s: who is signed in by password and comes back as
// the same person needs no other proof.
func TestFranceConnectIsLinkedFromTheAccount(t *testing.T) {
	t.Parallel()
	town, v := signedIn(t)
	v.chosePassword("douze lunes rousses")
	v.SubmitTo(v.Get(accountPath), unlinkPath)
	w := newVisitor(t, town.url)
	w.enter("camille.lestang@example.fr", "douze lunes rousses")
	require.Equal(t, accountPath, w.comeAs(town, "camille").At.Path)
	require.Len(t, town.one(t).Subjects, 1)
	require.NotNil(t, w.session(town).session)
}

// At a computer that others use, the account stays its owner’s.
func TestAnotherPersonDoesNotGetTheAccountThatIsOpen(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	v.enter("yasmine.corvin@example.org", demoPassword)
	p := v.comeAs(town, "gaspard")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Contains(t, p.Body, "<h1>Ce compte n’est pas le vôtre</h1>")
	require.NotContains(t, p.Body, "Yasmine")
	require.Equal(t, "/connexion", v.Get(accountPath).At.Path, "its session is over")
	require.Empty(t, town.of(t, "yasmine.corvin@example.org").Subjects)

	// Nor one of theirs, if they have one.
	town.arrive(t, "gaspard")
	w := newVisitor(t, town.url)
	w.enter("yasmine.corvin@example.org", demoPassword)
	p = w.comeAs(town, "gaspard")
	require.Equal(t, http.StatusConflict, p.Status)
	require.Contains(t, p.Body, "<h1>Votre compte est à vérifier avec nous</h1>")
}

// The record of an old account may say too little for FranceConnect to lead to it.
func TestAnOlderAccountTakesThePlaceOfTheNewOne(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	old := town.of(t, "malo.ancien@example.org")
	before := len(town.portal.accounts.byID)
	v, p := town.arrive(t, "malo")
	require.Equal(t, welcomePath, p.At.Path)
	form := v.Get(v.Link(p, "Retrouver mon ancien compte"))
	p = v.SubmitTo(form, olderPath, "adresse", old.email, "mot-de-passe", "essai")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Len(t, town.portal.accounts.byID, before+1)

	// An account in another name is not linked, and the new one is there again.
	p = v.SubmitTo(form, olderPath, "adresse", "josephine.grandcamp@example.fr", "mot-de-passe", demoPassword)
	require.Equal(t, http.StatusConflict, p.Status)
	require.Contains(t, p.Body, "n’est pas au nom de la personne")
	require.Empty(t, town.of(t, "josephine.grandcamp@example.fr").Subjects)
	require.Len(t, town.portal.accounts.byID, before+1)
	require.Equal(t, welcomePath, v.Get(welcomePath).At.Path)

	p = v.read(v.SubmitTo(form, olderPath, "adresse", old.email, "mot-de-passe", demoPassword))
	require.Equal(t, accountPath, p.At.Path)
	require.Len(t, town.portal.accounts.byID, before)
	require.Equal(t, old.ID, v.session(town).account)
	require.Equal(t, accountPath, v.Get(olderPath).At.Path, "once")
	require.Equal(t, accountPath, v.SubmitTo(form, olderPath, "adresse", "josephine.grandcamp@example.fr", "mot-de-passe", demoPassword).At.Path)
	require.Len(t, town.portal.accounts.byID, before)
	_, p = town.arrive(t, "malo")
	require.Equal(t, accountPath, p.At.Path)
}

// Two people share an address, which says nothing about either.
func TestAnAddressIsNoIdentifier(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	v, p := town.arrive(t, "aude")
	v.read(p)
	w, p := town.arrive(t, "remi")
	require.Equal(t, welcomePath, p.At.Path)
	w.read(p)
	require.NotEqual(t, v.session(town).account, w.session(town).account)

	// To sign in with it, it must be one’s own.
	v.chosePassword("aude et son secret")
	p = w.SubmitTo(w.Get(passwordPath), passwordPath, "nouveau", "rémi et son secret")
	require.Equal(t, http.StatusUnprocessableEntity, p.Status)
	require.Contains(t, p.Body, "Cette adresse ne peut pas servir à se connecter")
}

func TestAProviderKeepsItsName(t *testing.T) {
	t.Parallel()
	for platform, want := range map[mockidp.Platform]string{mockidp.V2: "franceconnect", mockidp.V1: "franceconnect", mockidp.Plus: "franceconnect+"} {
		town := newTownOn(t, platform, false)
		v := newVisitor(t, town.url)
		v.signIn()
		require.Equal(t, []link.Subject{{Provider: want, Sub: v.session(town).session.Subject}}, town.one(t).Subjects)
	}
}

// Corsica had other codes until 1976, and old files still have them.
func TestAnOldCodeOfACommuneIsTheSamePlace(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	_, err := town.portal.accounts.add(account{email: "ange.pietralba@example.fr", password: newPassword(demoPassword, town.portal.accounts.rounds), Account: link.Account{Record: match.Record{
		GivenNames: "Ange", FamilyName: "Pietralba", Gender: person.Male,
		BirthDate: person.BirthDate{Year: 1958, Month: 5, Day: 3}, BirthPlace: "20004", BirthCountry: person.France,
	}}})
	require.NoError(t, err)
	_, p := town.arrive(t, "ange")
	require.Equal(t, provePath, p.At.Path)
	require.Contains(t, town.log.String(), "whole")
}
