package main

import (
	"encoding/json"
	"html"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// The portal on each platform: in, the account, the page that wants more, out.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	for platform, test := range map[mockidp.Platform]struct {
		fc, name, level string
		aid             string // what the page says that wants more
	}{
		mockidp.V2:   {"FranceConnect", "VAUTRIN", "niveau eIDAS\u00a01 (démarches courantes)", "n’est pas disponible en ligne"},
		mockidp.Plus: {"FranceConnect+", "Vautrin", "niveau eIDAS\u00a02 (démarches sensibles)", "Mon dossier d’aide d’urgence"},
		mockidp.V1:   {"FranceConnect", "VAUTRIN", "niveau eIDAS\u00a01 (démarches courantes)", "n’est pas disponible en ligne"},
	} {
		t.Run(string(platform), func(t *testing.T) {
			t.Parallel()
			town := newTownOn(t, platform, false)
			v := newVisitor(t, town.url)
			require.Contains(t, html.UnescapeString(v.Get("/connexion").Body), "S’identifier avec <strong>"+test.fc+"</strong></a>")
			p := v.signIn()
			for _, text := range []string{"Camille, Rose, Ariane", test.name, "Lestang", "29 février 1984", "69123", "camille.lestang@example.fr",
				"prouvée au " + test.level + ","} {
				require.Contains(t, p.Body, text)
			}
			require.Equal(t, 1, strings.Count(p.Body, "29 février 1984"), "who they are is said once")
			require.NotContains(t, p.Body, "Téléphone")
			require.Contains(t, v.Get(aidPath).Body, test.aid)
			p = v.Submit(v.Submit(p))
			require.Equal(t, loggedOutPath, p.At.Path)
			require.Contains(t, p.Body, "<h1>Vous êtes déconnecté</h1>")
		})
	}
}

func TestStepUpFromV1(t *testing.T) {
	t.Parallel()
	town := newTownOn(t, mockidp.V1, true)
	v := newVisitor(t, town.url)
	v.signIn()
	require.Contains(t, v.confirm().Body, "Mon dossier d’aide d’urgence")
}

func TestHighLevel(t *testing.T) {
	t.Parallel()
	town := newTownOn(t, mockidp.Plus, false)
	town.idp.Next(mockidp.Scenario{Person: "ottilie"})
	require.Contains(t, newVisitor(t, town.url).signIn().Body, "prouvée au niveau eIDAS\u00a03 (démarches très sensibles),")
}

func TestEuropeanCitizen(t *testing.T) {
	t.Parallel()
	town := newTownOn(t, mockidp.Plus, false)
	town.idp.Next(mockidp.Scenario{Person: "ingrid"})
	v := newVisitor(t, town.url)
	p := v.signIn()
	require.Contains(t, p.Body, "<dt>Lieu de naissance</dt><dd>Zwaluwdorp</dd>")
	require.Contains(t, p.Body, "Ingrid Van der Zwaluw</a>")
	for _, text := range []string{"Adresse électronique", "Code INSEE", "code INSEE", "étranger"} {
		require.NotContains(t, p.Body, text)
	}
	require.Contains(t, v.Get(aidPath).Body, "Mon dossier d’aide d’urgence")
}

func TestAddressAndPhoneOfV1(t *testing.T) {
	t.Parallel()
	town := newTownOn(t, mockidp.V1, false)
	town.idp.Next(mockidp.Scenario{UserInfo: mockidp.TokenChange{Claims: map[string]any{
		"address":      map[string]any{"formatted": "3 rue des Tilleuls\n69400 Villefranche"},
		"phone_number": "04 65 71 12 34",
	}}})
	p := newVisitor(t, town.url).signIn()
	require.Contains(t, p.Body, "<dt>Adresse postale</dt><dd>3 rue des Tilleuls, 69400 Villefranche</dd>")
	require.Contains(t, p.Body, "<dt>Téléphone</dt><dd>04 65 71 12 34</dd>")
}

// published returns the names of the keys that the portal publishes.
func published(t *testing.T, town *town) (kids []string) {
	t.Helper()
	p := newVisitor(t, town.url).Get(keysPath)
	require.Equal(t, http.StatusOK, p.Status)
	require.Equal(t, "application/jwk-set+json", p.Header.Get("Content-Type"))
	require.Equal(t, "private, max-age=300", p.Header.Get("Cache-Control"))
	var set struct{ Keys []map[string]string }
	require.NoError(t, json.Unmarshal([]byte(p.Body), &set))
	for _, key := range set.Keys {
		require.Len(t, key, 7, "%v", key)
		require.Equal(t, "ECDH-ES", key["alg"])
		require.Equal(t, "enc", key["use"])
		require.Equal(t, "EC", key["kty"])
		require.Equal(t, "P-256", key["crv"])
		kids = append(kids, key["kid"])
	}
	return kids
}

func TestPublishedKeys(t *testing.T) {
	t.Parallel()
	require.Len(t, published(t, newTownOn(t, mockidp.Plus, false)), 1)
	require.Len(t, published(t, newTownWithPlus(t)), 1)
	require.Empty(t, published(t, newTown(t)))

	// FranceConnect+ fetches them at the portal in the middle of a login.
	town := newTownOn(t, mockidp.Plus, false)
	newVisitor(t, town.url).signIn()
	require.Contains(t, town.log.String(), "method=GET path="+keysPath+" status=200")
}

// A key is changed as Config.DecryptionKeys says, and nobody is refused.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	town := newTownWithPlus(t)
	v := newVisitor(t, town.url)
	former, err := drawKeys()
	require.NoError(t, err)
	latter, err := drawKeys()
	require.NoError(t, err)
	for _, keys := range [][]franceconnect.DecryptionKey{
		{former[0]}, {former[0], latter[0]}, {latter[0], former[0]}, {latter[0]},
	} {
		town.clock.Advance(5 * time.Minute) // for which FranceConnect+ goes on with the set before
		town.plusConfig.DecryptionKeys = keys
		town.restart(t)
		require.Len(t, published(t, town), len(keys))
		v.signIn()
		require.Equal(t, aidPath, v.confirm().At.Path)
	}

	// A key that changes between a login and its return.
	v.signIn()
	v.Stay = true
	at := v.Get(plusLogin(aidPath)).Header.Get("Location")
	v.Stay = false
	town.plusConfig.DecryptionKeys, err = drawKeys()
	require.NoError(t, err)
	sessions := town.portal.sessions
	town.restart(t)
	town.portal.sessions = sessions // as if they were in a database
	town.clock.Advance(5 * time.Minute)
	require.Equal(t, aidPath, v.Get(at).At.Path)
}
