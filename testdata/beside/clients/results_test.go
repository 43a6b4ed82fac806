package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/internal/text"
)

func TestThePagesTellWhatWasSeen(t *testing.T) {
	t.Parallel()
	seen, err := readResults()
	require.NoError(t, err)
	var w map[string]words
	require.NoError(t, readJSON(settingsFile, &w))
	for file, tables := range pages {
		page, err := os.ReadFile(file)
		require.NoError(t, err)
		_, said, _, err := cut(string(page))
		require.NoError(t, err, file)
		require.Equal(t, tables(seen, w), said, file)
	}
}

func TestEveryClientIsSeenWithADateAndTellsItsSettingsInBothLanguages(t *testing.T) {
	t.Parallel()
	seen, err := readResults()
	require.NoError(t, err)
	var w map[string]words
	require.NoError(t, readJSON(settingsFile, &w))
	require.Len(t, seen, len(clients))
	require.Len(t, w, len(clients))
	for _, c := range seen {
		require.Contains(t, clients, c.Client)
		require.Regexp(t, `^\d{4}-\d\d-\d\d$`, c.Date, c.Client)
		require.NotEmpty(t, w[c.Client].Settings.French, c.Client)
		require.NotEmpty(t, w[c.Client].Settings.English, c.Client)
		require.Equal(t, w[c.Client].Why.English == "", w[c.Client].Why.French == "", c.Client)
		short := false
		require.Len(t, c.Seen, len(registrations), c.Client)
		for _, g := range registrations {
			said := c.Seen[g.name]
			require.True(t, slices.ContainsFunc(outcomes, func(o text.Text) bool { return strings.HasPrefix(said, o.English) }), "%s, %s: %s", c.Client, g.name, said)
			short = short || said != whole && said != "not tried"
		}
		if short {
			require.NotEmpty(t, w[c.Client].Why.English, "%s: what was seen of it does not all work, and nothing says why", c.Client)
		}
	}
}

// What is installed is what the pages say was installed.
func TestVersionsAreThoseThatAreInstalled(t *testing.T) {
	t.Parallel()
	seen, err := readResults()
	require.NoError(t, err)
	script, err := os.ReadFile("run.sh")
	require.NoError(t, err)
	for _, c := range seen {
		require.Regexp(t, `'?`+regexp.QuoteMeta(c.Client)+`'?[ =]`+regexp.QuoteMeta(c.Version)+`\b`, string(script))
	}
}

func TestClientsThatCameEquallyFarAreToldTogether(t *testing.T) {
	t.Parallel()
	c := row{Client: "openid-client 6", Seen: map[string]string{
		"v2 ES256": whole, "v2 RS256": whole, "v2 HS256": "no login: a page", "+ ECDH-ES": "login, no logout: a page",
		"+ RSA-OAEP": "login, no logout: another", "+ RSA-OAEP-256": "login, no logout", "v1": "not tried",
	}}
	require.Equal(t, "ES256, RS256: whole; HS256: no login", c.cell("v2 ", true))
	require.Equal(t, "ES256, RS256 : complet ; HS256 : pas de connexion", c.cell("v2 ", false))
	require.Equal(t, "connexion, pas de déconnexion", c.cell("+ ", false))
	require.Equal(t, "not tried", c.cell("v1", true))
	require.Equal(t, "openid-client", name(c))
}
