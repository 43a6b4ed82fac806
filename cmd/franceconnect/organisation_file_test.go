package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// examineFile checks one file of settings, offline.
func examineFile(t *testing.T, status int, env map[string]string, content string, more ...string) (r checkReport) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ville.json")
	require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
	got := call(t, status, env, append([]string{"check", "-json", "-reglages", file}, more...)...)
	require.NoError(t, json.Unmarshal([]byte(got.out), &r))
	requireNoSecret(t, got.out, secret)
	return r
}

const organisationFile = "\ufeff" + `{"name": "Ville de Saint-Aubin-des-Prés", "host": ["https://Aides.Saint-Aubin.fr/", "www.saint-aubin.fr"],
	"franceconnect": {"environment": "production", "client_id": "` + clientID + `", "client_secret": "` + secret + `", "scopes": ["identite_pivot"]}}`

func TestAFileOfOneOrganisationIsReadToo(t *testing.T) {
	t.Parallel()
	env := map[string]string{"FRANCECONNECT_COOKIE_KEYS": strings.Repeat("A", 41) + "BA=", "PORTAL_URL": "https://another.example.fr"}
	r := examineFile(t, succeeded, env, organisationFile)
	require.Equal(t, "à déclarer : https://aides.saint-aubin.fr/franceconnect/callback https://aides.saint-aubin.fr/franceconnect/logout", r.of("addresses").What)
	require.Equal(t, good, r.of("client-secret").Verdict)
	require.Equal(t, good, r.of("cookie-keys").Verdict, "they are those of the process")
	sheet := call(t, succeeded, nil, "sheet", "-reglages", "../../examples/organisations/villes/saint-aubin.json").out
	require.Contains(t, sheet, "Ville de Saint-Aubin-des-Prés")

	for _, town := range []string{"bourg-les-eaux", "hautmont-sur-mer", "saint-aubin"} {
		text, err := os.ReadFile("../../examples/organisations/villes/" + town + ".json")
		require.NoError(t, err)
		status := succeeded
		if town == "saint-aubin" {
			status = failed // it has no client yet
		}
		r := examineFile(t, status, env, string(text))
		require.Empty(t, r.of("settings").What, town)
		require.Equal(t, good, r.of("addresses").Verdict, town)
	}
}

func TestWhatIsWrongWithTheFileOfAnOrganisationIsSaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, new, check, says string }{
		{`"name"`, `"nom"`, "settings", "JSON contient un champ qui n’est aucun de ceux-ci : name, host, client_secret_expires"},
		{`"Ville de Saint-Aubin-des-Prés"`, `3`, "organisation", "name est absent ou n’est pas un texte"},
		{`"www.saint-aubin.fr"`, `"www.saint-aubin.fr/aides"`, "addresses", "host n’est ni une adresse"},
		{`"host"`, `"host": "a.fr", "host"`, "addresses", "host est écrit deux fois"},
		{`"franceconnect"`, `"france_connect"`, "settings", "JSON contient un champ"},
		{`"environment"`, `"environement"`, "settings", "environement n’est pas un réglage connu"},
		{`"scopes"`, `"level": "eidas2", "scopes"`, "level", "FranceConnect+"},
		{`]}}`, `]}`, "settings", "JSON est mal formé vers la ligne 2"},
	} {
		r := examineFile(t, failed, nil, strings.Replace(organisationFile, c.old, c.new, 1))
		require.Equal(t, bad, r.of(c.check).Verdict, "%s: %v", c.new, r)
		require.Contains(t, r.of(c.check).What+r.of(c.check).Action, c.says)
	}
	r := examineFile(t, failed, nil, `{"name": "Ville", "host": "ville.fr"}`)
	require.Contains(t, r.of("settings").What, "franceconnect est absent")
}

// A running portal of examples/organisations has its button at /, and leaves by
// /connexion.
func TestAnOrganisationLeavesByItsOwnPath(t *testing.T) {
	t.Parallel()
	p := &portal{}
	p.options(nil)
	p.readOrganisation([]byte(organisationFile))
	require.Equal(t, "/", p.paths.signIn)
	require.Equal(t, "/connexion", p.paths.login)
	p = &portal{}
	p.options(nil)
	p.paths.login = "/depart"
	p.readOrganisation([]byte(organisationFile))
	require.Equal(t, "/depart", p.paths.login, "whoever says another is believed")
}

// The last days of examples/organisations are warned of as it does, whatever the
// zone of the machine, and neither of its fields makes a file wrong.
func TestTheLastDaysOfAnOrganisationAreWarnedOf(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	paris, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)
	for _, c := range []struct {
		field, typed string
		now          time.Time
		state        townState
		says         string
	}{
		{"client_secret_expires", "2026-12-28", fleetDay, townReady, "le secret expire le 28/12/2026 (dans 30 j)"},
		{"client_secret_expires", "2026-12-29", fleetDay, townReady, ""},
		{"client_secret_expires", "", fleetDay, townReady, ""},
		{"habilitation_expires", "2026-11-28", fleetDay.In(paris), townReady, "l’habilitation expire le 28/11/2026 (dans 0 j)"},
		{"habilitation_expires", "2026-11-27", fleetDay, townToCorrect, "l’habilitation a expiré le 27/11/2026"},
		{"habilitation_expires", "2028-02-29", time.Date(2028, 2, 28, 23, 59, 59, 0, time.UTC), townReady, "(dans 1 j)"},
		{"habilitation_expires", "2027-03-28", time.Date(2027, 3, 28, 2, 30, 0, 0, paris), townReady, "(dans 0 j)"},
		{"habilitation_expires", "2027-02-29", fleetDay, townToCorrect, "habilitation_expires n’est pas une date du calendrier"},
		{"habilitation_expires", "31/03/2027", fleetDay, townToCorrect, "habilitation_expires n’est pas une date du calendrier"},
	} {
		text := strings.Replace(organisationFile, `"host"`, `"`+c.field+`": "`+c.typed+`", "host"`, 1)
		require.NoError(t, os.WriteFile(filepath.Join(folder, "ville.json"), []byte(text), 0o600))
		status := succeeded
		if c.state == townToCorrect {
			status = failed
		}
		town := runOf(t, callFleet(t, status, system{now: func() time.Time { return c.now }}, "-json", folder).out).Towns[0]
		require.Equal(t, c.state, town.State, "%v", town)
		if c.says == "" {
			require.Empty(t, town.Findings)
			continue
		}
		require.Len(t, town.Findings, 1)
		require.Contains(t, town.Findings[0].What, c.says)
	}
}
