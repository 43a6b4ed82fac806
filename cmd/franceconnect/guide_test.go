package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The guide's path is the one that steps prints: as many, in this order, by these
// names, at these addresses.
func TestTheGuideHasTheSteps(t *testing.T) {
	t.Parallel()
	var printed struct {
		Steps []struct{ Title, Site string }
	}
	require.NoError(t, json.Unmarshal([]byte(call(t, succeeded, nil, "steps", "-json").out), &printed))
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \|(.*)\|$`).FindAllStringSubmatch(contentOf(t, "../../docs/fr/chef-de-projet.md"), -1)
	require.Len(t, rows, len(printed.Steps))
	for i, step := range printed.Steps {
		require.Equal(t, oneLine(step.Title), oneLine(rows[i][2]))
		require.Contains(t, rows[i][3], step.Site)
	}
}

// standsFor is what the guide leaves to the reader.
var standsFor = strings.NewReplacer(
	"'", "", `"openid email"`, "openid",
	"-page FICHIER", "-page PAGE", "-profil FICHIER", "-profil cmd/franceconnect/testdata/profiles/mairie-facile.json",
	"-o franceconnect.html", "-o OUT", "-add FICHIER", "KEYS", "keys.json", "KEYS", "-etat parc.json", "-etat STATE", "-depuis hier.json", "-depuis YESTERDAY",
	"-secrets secrets", "-secrets TMP", "-module PROGRAMME", "-module PAGE", "-jeton FICHIER", "-jeton PAGE",
	" DOSSIER", " TOWNS", " villes.csv", " TOWNS", " villes", " TOWNS",
)

// Each command of the pages that has a word more runs as it is written, in a world without a network.
func TestEachCommandOfThePagesRuns(t *testing.T) {
	t.Chdir("../..")
	tmp := t.TempDir()
	files := strings.NewReplacer("PAGE", filepath.Join(tmp, "page"), "OUT", filepath.Join(tmp, "out"), "KEYS", filepath.Join(tmp, "keys"), "STATE", filepath.Join(tmp, "state"), "YESTERDAY", filepath.Join(tmp, "yesterday"), "TMP", tmp, "TOWNS", "examples/organisations/villes")
	require.NoError(t, os.WriteFile(filepath.Join(tmp, "page"), []byte(goodPage), 0o600))
	runs := func(command string) (int, string) {
		var out strings.Builder
		status := run(t.Context(), system{
			args: strings.Fields(command), getenv: func(string) string { return "" }, stdout: &out, stderr: &out, now: time.Now,
			transport: transport(func(*http.Request) (*http.Response, error) { return nil, errors.New("there is no network") }),
			wait:      func(context.Context, time.Duration) error { return nil },
			start: func(context.Context, string, ...string) ([]byte, error) {
				return nil, errors.New("there is no other program")
			},
		})
		return status, out.String()
	}
	_, yesterday := runs("fleet -json examples/organisations/villes")
	require.NoError(t, os.WriteFile(filepath.Join(tmp, "yesterday"), []byte(yesterday), 0o600))

	ran := 0
	for _, pattern := range []string{"README*.md", "docs/*.md", "docs/fr/*.md"} {
		pages, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, page := range pages {
			for _, m := range regexp.MustCompile("(?m)(?:`|^\\$ )(?:go run (?:\\./|github\\.com/franceconnect-go/franceconnect/)cmd/)?franceconnect(?:@latest)? ([a-z]+ [^`\n>]+)").FindAllStringSubmatch(contentOf(t, page), -1) {
				command, _, _ := strings.Cut(m[1], " #")
				if strings.HasPrefix(command, "page ") {
					continue // it compresses for ten seconds; testdata/browser opens what it writes
				}
				status, said := runs(files.Replace(standsFor.Replace(strings.TrimSpace(command))))
				require.NotEqual(t, misused, status, "%s: %s\n%s", page, m[1], said)
				ran++
			}
		}
	}
	require.Greater(t, ran, 100)
}
