package main

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A host is one already, and whatever the file says nothing panics: a
// conflict of paths, of which http.ServeMux makes a panic, ends everybody.
func FuzzReadSettings(f *testing.F) {
	for _, text := range []string{
		`{"name":"Bourg","host":"https://Bourg.fr/","franceconnect":{"environment":"sandbox","client_id":"a","client_secret":"b"}}`,
		`{"name":"Bourg","host":["localhost:80","[::1]:8080"],"franceconnect":{"environment":"sandbox","redirect_url":"http://localhost/{a...}"}}`,
		"\ufeff{\"franceconnect\":{\"enabled\":false},\"host\":\"a\",\"name\":\"b\"}", `{"name":1,"host":{}}`, `{"a":`, `[]`, `{}{}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := readSettings(text, nil)
		for _, host := range s.hosts {
			require.Equal(t, host, cleanHost(host))
			u, err := url.Parse(scheme(host) + host)
			require.NoError(t, err)
			require.Equal(t, host, u.Host)
		}
		if err != nil {
			require.NotEmpty(t, complaintsOf(err))
			return
		}
		require.NotEmpty(t, s.hosts)
		require.NotEmpty(t, strings.TrimSpace(s.name))
		if !s.config.Disabled {
			require.True(t, strings.HasPrefix(s.config.RedirectURL, "http"))
			for path, address := range map[string]string{s.callback: s.config.RedirectURL, s.loggedOut: s.config.PostLogoutRedirectURL} {
				u, err := url.Parse(address)
				require.NoError(t, err)
				require.Equal(t, u.Path, path)
			}
			require.NotContains(t, ownPaths, s.callback)
			require.NotEqual(t, s.callback, s.loggedOut)
		}
	})
}

func TestThereIsNoSecretOfOursInTheFolder(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir("villes")
	require.NoError(t, err)
	for _, f := range files {
		text, err := os.ReadFile("villes/" + f.Name())
		require.NoError(t, err)
		s, err := readSettings(text, nil)
		require.NoError(t, err, f.Name())
		if !s.config.Disabled {
			require.Equal(t, mockidp.DefaultClient(mockidp.V2).Secret, string(s.config.ClientSecret), "the simulator’s, which is public")
		}
	}
}
