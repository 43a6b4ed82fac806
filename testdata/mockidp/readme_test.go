package mockidp_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// blocks returns the pieces of code of the README in a language.
func blocks(t *testing.T, language string) []string {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var all []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		all = append(all, m[1])
	}
	require.NotEmpty(t, all, language)
	return all
}

// TestFiveLines runs the code that the README shows.
func TestFiveLines(t *testing.T) {
	t.Parallel()
	portal, open := newPortal(t)
	signIn := func() string {
		v := portaltest.NewVisitor(t, portal.URL, nil)
		v.Stop = "/session/end"
		return v.Get("/login").Header.Get("Birthdate")
	}

	idp := mockidp.Start(t, mockidp.Config{Auto: true})
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(portal.URL+"/callback", portal.URL+"/"))
	require.NoError(t, err)
	open(config)
	idp.Next(mockidp.Scenario{Person: "moussa"})
	require.Equal(t, "1962-11-01", signIn())
	requests := idp.Requests()

	require.Equal(t, "/authorize", requests[0].Path)
	source, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)
	require.Contains(t, string(source), "\t"+strings.ReplaceAll(strings.TrimSpace(blocks(t, "go")[0]), "\n", "\n\t"))
}

// TestOtherLanguages runs what the README shows, where the machine can.
func TestOtherLanguages(t *testing.T) {
	t.Parallel()
	for language, program := range map[string]string{"python": "python3", "js": "node"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("%s is not on this machine: its code was not run", program)
			continue
		}
		file := filepath.Join(t.TempDir(), "login.m"+language)
		require.NoError(t, os.WriteFile(file, []byte(blocks(t, language)[0]), 0o600))
		for _, row := range []struct {
			platform mockidp.Platform
			level    string
			next     mockidp.Scenario
			want     string
			fails    bool
		}{
			{mockidp.V2, "eidas1", mockidp.Scenario{}, "Bearer 3\n", false},
			{mockidp.Plus, "eidas2", mockidp.Scenario{}, "Bearer 5\n", false},
			{mockidp.V1, "eidas1", mockidp.Scenario{}, "Bearer 3\n", false},
			{mockidp.V2, "eidas1", mockidp.Scenario{Refuse: "Y010015"}, "the login was refused: 403, and the mock says why\n", true},
			{mockidp.V2, "eidas1", mockidp.Scenario{Error: "server_error"}, "the login was refused: server_error\n", true},
			{mockidp.V2, "eidas3", mockidp.Scenario{}, "the login was refused: invalid_acr\n", true},
			{mockidp.V2, "eidas1", mockidp.Scenario{TokenFault: mockidp.Fault{Status: 503}}, "the code was refused: 503, and the mock says why\n", true},
		} {
			t.Run(fmt.Sprint(language, row.platform, row.want), func(t *testing.T) {
				t.Parallel()
				c := newClient(t, row.platform)
				idp := mockidp.Start(t, mockidp.Config{Platform: row.platform, Auto: true, Default: row.next, Clients: []mockidp.Client{c}})
				base := idp.Issuer()
				if row.platform == mockidp.V1 {
					base += "/api/v1"
				}
				out, err := exec.Command(program, file, base, c.ID, c.Secret, c.RedirectURIs[0], row.level).CombinedOutput()
				require.Equal(t, row.fails, err != nil, "%s", out)
				require.Equal(t, row.want, string(out))
			})
		}
	}
}

func TestFilesOfTheREADMEAreRead(t *testing.T) {
	t.Parallel()
	files := blocks(t, "json")
	require.Len(t, files, 2)
	people, err := mockidp.ReadPeople(strings.NewReader(files[0]))
	require.NoError(t, err)
	clients, err := mockidp.ReadClients(strings.NewReader(files[1]))
	require.NoError(t, err)
	w := start(t, mockidp.Config{Auto: true, People: people, Clients: clients})
	_, claims := w.read(w.userinfo(w.tokens("scope", "openid identite_pivot").AccessToken).body)
	text, err := json.Marshal(claims["given_name_array"])
	require.NoError(t, err)
	require.JSONEq(t, `["Zoé","Marie Lou"]`, string(text))
}
