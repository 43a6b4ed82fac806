package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSIRET(t *testing.T) {
	t.Parallel()
	// The City of Paris, the DINUM, the seat of La Poste and one of its offices,
	// which follows another rule.
	for _, number := range []string{"21750001600019", "13002526500013", "217 500 016 00019", "35600000000048", "35600000049837"} {
		require.True(t, isSIRET(number), number)
	}
	for _, number := range []string{"", "2175000160001", "217500016000190", "21750001600018", "12750001600019", "35600000049838", "2175000160001a", "２1750001600019"} {
		require.False(t, isSIRET(number), number)
	}
}

func TestMobileNumbers(t *testing.T) {
	t.Parallel()
	for number, shown := range map[string]string{
		"0612345678": "06 12 34 56 78", "07.12.34.56.78": "07 12 34 56 78", "+33 6 12 34 56 78": "06 12 34 56 78", "+33 (0)6 12 34 56 78": "06 12 34 56 78",
		"0033612345678": "06 12 34 56 78", "+590 690 12 34 56": "06 90 12 34 56", "+262 692 12 34 56": "06 92 12 34 56", "0639123456": "06 39 12 34 56",
		"+594 694123456": "06 94 12 34 56", "00596696123456": "06 96 12 34 56", "+689 87 12 34 56": "+689 87123456", "+687 75 12 34": "+687 751234",
	} {
		got, ok := mobileNumber(number)
		require.True(t, ok, number)
		require.Equal(t, shown, got)
	}
	for _, number := range []string{"", "01 42 75 80 00", "+33142758000", "061234567", "06123456789", "+32 475 12 34 56", "+262 262 12 34 56", "0800000000", "06123456ab"} {
		_, ok := mobileNumber(number)
		require.False(t, ok, number)
	}
}

// What was given is on the sheet, and what is wrong with it too.
func TestSheetShowsWhatWasGiven(t *testing.T) {
	t.Parallel()
	fields := func(status int, args ...string) map[string]field {
		var s sheet
		require.NoError(t, json.Unmarshal([]byte(call(t, status, map[string]string{"PORTAL_URL": "https://aides.example.fr"}, append([]string{"sheet", "-json"}, args...)...).out), &s))
		all := map[string]field{}
		for _, section := range s.Sections {
			for _, f := range section.Fields {
				all[f.Label] = f
			}
		}
		return all
	}
	all := fields(succeeded, "-env", "production", "-service", "Portail des aides", "-organisation", "Ville de Saint-Bois", "-siret", "21750001600019", "-datapass", "12345",
		"-mobile", "+33612345678", "-contact", "dsi@saint-bois.example.fr", "-editeur", "Éditions", "-ancien-client", clientID, "-autre", "/compte", "-algorithme", "RS256", "-retour", "/fc/retour")
	for label, value := range map[string]string{
		"Nom du projet": "Portail des aides", "Organisation": "Ville de Saint-Bois", "Nom de l’organisation": "Ville de Saint-Bois", "SIRET": "21750001600019",
		"Numéro de demande d’habilitation Datapass": "12345", "Téléphone portable": "06 12 34 56 78", "Éditeur": "Éditions", "Client ID à réutiliser pour générer les subs": clientID,
		"Attestation de connexion alternative à FranceConnect": "/compte", "Algorithme de signature": "RS256", "URL(s) de redirection de connexion": "https://aides.example.fr/fc/retour",
		"Content-Security-Policy": "form-action 'self' https://oidc.franceconnect.gouv.fr; base-uri 'none'; frame-ancestors 'none'",
	} {
		require.Equal(t, []string{value}, all[label].Values, label)
		require.False(t, all[label].Todo)
	}
	require.NotContains(t, all["URL(s) de redirection de connexion"].Note, "exemple")
	require.Contains(t, fields(succeeded, "-service", "Aides")["Nom de l’instance"].Values[0], "Aides – bac")

	for _, c := range []struct{ flag, value, label, note string }{
		{"-siret", "1", "SIRET", "14 chiffres"}, {"-mobile", "0142758000", "Téléphone portable", "06 ou 07"}, {"-datapass", "D-1", "Numéro de demande d’habilitation Datapass", "7 chiffres"},
		{"-contact", "personne", "Contact technique\u00a0: courriel", "personne de l’organisme"}, {"-algorithme", "HS256", "Algorithme de signature", "ES256"},
		{"-ancien-client", "abc", "Client ID à réutiliser pour générer les subs", "-ancien-client"},
	} {
		note := fields(failed, "-env", "production", c.flag, c.value)[c.label].Note
		require.True(t, strings.HasPrefix(note, "à corriger"), note)
		require.Contains(t, note, c.note)
	}
	require.Contains(t, fields(succeeded, "-organisme", "prive")["Nature du cadre juridique"].Note, "article 4")
}

// The sheet of FranceConnect+ beside another has that client’s variables and
// addresses; the port of a portal on this machine is the one it listens on.
func TestSheetOfFranceConnectPlusBesideAnother(t *testing.T) {
	t.Parallel()
	env := map[string]string{"PORTAL_ADDR": "127.0.0.1:9999", "FRANCECONNECT_ENVIRONMENT": "sandbox"}
	out := call(t, succeeded, env, "sheet", "-plus").out
	for _, text := range []string{"FRANCECONNECT_PLUS_ENVIRONMENT\u00a0: integration-plus", "http://localhost:9999/franceconnect-plus/callback\n",
		"form-action 'self' https://auth.integ01.dev-franceconnect.fr https://fcp-low.sbx.dev-franceconnect.fr;"} {
		require.Contains(t, out, text)
	}
	require.Contains(t, call(t, succeeded, env, "sheet").out, "http://localhost:9999/franceconnect/callback\n")
}

// What the forms require and nobody said is to be filled in; a client id that is
// known is not, on the screen of a product either.
func TestSheetSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	env := map[string]string{"PORTAL_URL": "https://aides.example.fr", "FRANCECONNECT_CLIENT_ID": clientID}
	out := call(t, succeeded, env, "sheet", "-deconnexion", "").out
	require.Contains(t, out, "URL(s) de redirection de déconnexion\u00a0: «\u00a0à compléter\u00a0»\n      (obligatoire)")
	require.Contains(t, call(t, succeeded, env, "sheet", "-profil", "mgdis").out, "Identifiant\u00a0: "+clientID)
	out = call(t, succeeded, env, "sheet", "-profil", "mgdis", "-retour", "/x", "-deconnexion", "/y").out
	require.Contains(t, out, "https://aides.example.fr/x")
}
