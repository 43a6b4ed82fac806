package main

import (
	"encoding/json"
	"html"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMyDataSayWhatWasReceivedWhenAndFromWhom(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.clock.Set(time.Date(2026, time.December, 31, 23, 5, 0, 0, time.UTC)) // the year after, in Paris
	v := newVisitor(t, town.url)
	v.signIn()
	text := html.UnescapeString(v.Get(dataPath).Body)
	for _, said := range []string{"FranceConnect nous a transmis ces données le 1er janvier 2027 à 0\u00a0h\u00a005, au niveau eIDAS\u00a01 (démarches courantes).",
		"<dt>Nom de naissance</dt><dd>VAUTRIN</dd>", "Lyon (Rhône, 69123)", "camille.lestang@example.fr",
		"Compte ouvert avec FranceConnect, le 1er janvier 2027", `href="/mes-donnees/fichier.json" download`} {
		require.Contains(t, text, said)
	}
}

func TestMyDataOfWhoDeclaredThem(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	v.enter("josephine.grandcamp@example.fr", demoPassword)
	text := html.UnescapeString(v.Get(dataPath).Body)
	require.Contains(t, text, "Nous n’avons rien reçu de FranceConnect.")
	require.Contains(t, text, "née le 27 mai 1951 à Rouen (76540)")
	var f map[string]any
	require.NoError(t, json.Unmarshal([]byte(v.Get(filePath).Body), &f))
	require.Equal(t, map[string]any{"prenoms": "Joséphine Marthe", "nom_de_naissance": "Grandcamp", "nom_d_usage": "", "sexe": "female",
		"date_de_naissance": "1951-05-27", "lieu_de_naissance": "76540", "pays_de_naissance": "99100"}, f["declare"])
	require.NotContains(t, f, "franceconnect")
}

func TestMyDataCanBeTakenAway(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.config.Scopes = append([]string{"idp_birthdate"}, defaultScopes...)
	town.restart(t)
	v := newVisitor(t, town.url)
	v.signIn()
	v.chosePassword("douze lunes rousses")
	p := v.Get(filePath)
	require.Equal(t, "application/json; charset=utf-8", p.Header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="mes-donnees.json"`, p.Header.Get("Content-Disposition"))
	require.Equal(t, "no-store", p.Header.Get("Cache-Control"))
	var f struct {
		Email         string `json:"adresse_electronique"`
		Password      bool   `json:"mot_de_passe_choisi"`
		FranceConnect struct {
			At       time.Time `json:"recu_le"`
			From     string    `json:"source"`
			Level    string    `json:"niveau"`
			Identity struct {
				FamilyName, Email, IdentityProviderBirthDate string
				GivenNames                                   []string
			} `json:"identite"`
		} `json:"franceconnect"`
		History []map[string]string `json:"historique"`
	}
	require.NoError(t, json.Unmarshal([]byte(p.Body), &f))
	require.Equal(t, "camille.lestang@example.fr", f.Email)
	require.True(t, f.Password)
	require.Equal(t, town.clock.Now().UTC(), f.FranceConnect.At.UTC())
	require.Equal(t, "FranceConnect", f.FranceConnect.From)
	require.Equal(t, "eidas1", f.FranceConnect.Level)
	require.Equal(t, "VAUTRIN", f.FranceConnect.Identity.FamilyName)
	require.Equal(t, []string{"Camille", "Rose", "Ariane"}, f.FranceConnect.Identity.GivenNames)
	require.Equal(t, "camille.lestang@example.fr", f.FranceConnect.Identity.Email)
	require.Equal(t, "1984-02-29", f.FranceConnect.Identity.IdentityProviderBirthDate, "what no page shows is in it too")
	require.Len(t, f.History, 1)

	// What lets people in is not in it.
	a := town.one(t)
	require.NotContains(t, p.Body, a.Subjects[0].Sub)
	require.NotContains(t, p.Body, a.ID)
}

func TestErasingEndsTheAccountAndBothSessions(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	other := newVisitor(t, town.url)
	other.signIn()
	v := newVisitor(t, town.url)
	v.signIn()
	first := town.one(t).ID
	p := v.Get(erasePath)
	require.Contains(t, p.Body, "Effacer définitivement")
	town.one(t)

	p = v.SubmitTo(p, erasePath)
	require.Contains(t, p.Body, "Déconnexion en cours", "FranceConnect’s page")
	require.Empty(t, town.portal.accounts.byID, "at once")
	require.Equal(t, "/connexion", v.Get(accountPath).At.Path)
	require.Equal(t, "/connexion", other.Get(accountPath).At.Path, "in all browsers")
	require.Contains(t, town.log.String(), `msg="account erased" ref=`)
	p = v.Submit(p)
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Contains(t, p.Body, "<h1>Vous êtes déconnecté</h1>")
	require.Contains(t, p.Body, "Votre compte et vos données ont été effacés")
	require.Empty(t, town.portal.sessions.byID)
	require.Empty(t, v.sessionID())
	require.NotContains(t, v.Get(loggedOutPath).Body, "effacés", "once")

	// Whoever comes back is new.
	_, p = town.arrive(t, "camille")
	require.Equal(t, welcomePath, p.At.Path)
	require.NotEqual(t, first, town.one(t).ID)
}

func TestErasingAfterSteppingUpEndsAllThree(t *testing.T) {
	t.Parallel()
	town, v := steppedUp(t)
	p := v.Submit(v.SubmitTo(v.Get(erasePath), erasePath)) // FranceConnect+
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Contains(t, p.Body, "<h1>Terminez la déconnexion</h1>")
	require.Contains(t, p.Body, "ont été effacés")
	require.Empty(t, town.portal.accounts.byID)
	p = v.Submit(v.Submit(p)) // FranceConnect
	require.Contains(t, p.Body, "<h1>Vous êtes déconnecté</h1>")
	require.Contains(t, p.Body, "ont été effacés")
	require.Empty(t, town.portal.sessions.byID)
}

func TestErasingByPassword(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v := newVisitor(t, town.url)
	v.enter("josephine.grandcamp@example.fr", demoPassword)
	p := v.SubmitTo(v.Get(erasePath), erasePath)
	require.Equal(t, loggedOutPath, p.At.Path)
	require.Contains(t, p.Body, "<h1>Votre compte est effacé</h1>")
	require.Equal(t, http.StatusForbidden, v.enter("josephine.grandcamp@example.fr", demoPassword).Status)
	require.NotContains(t, v.Get(loggedOutPath).Body, "effacé")
	_, p = town.arrive(t, "josephine")
	require.Equal(t, welcomePath, p.At.Path, "nothing is left to be compared")
}

// An account that is erased while somebody is on the way back from FranceConnect
// or has a proof to give is gone for them too.
func TestErasingWhileSomebodyComes(t *testing.T) {
	t.Parallel()
	town := newOldTown(t)
	v, p := town.arrive(t, "yasmine")
	town.portal.accounts.erase(town.of(t, "yasmine.corvin@example.org").ID)
	require.Equal(t, http.StatusForbidden, v.SubmitTo(p, provePath, "mot-de-passe", demoPassword).Status)
	require.Equal(t, welcomePath, v.SubmitTo(p, newPath).At.Path)
}

func TestMoment(t *testing.T) {
	t.Parallel()
	require.Equal(t, "14 juillet 2027 à 9\u00a0h\u00a005", moment(time.Date(2027, time.July, 14, 7, 5, 59, 0, time.UTC)))
	require.Equal(t, "1er août 2027 à 0\u00a0h\u00a000", moment(time.Date(2027, time.July, 31, 22, 0, 0, 0, time.UTC)))
}
