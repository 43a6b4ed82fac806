package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// environ is an environment of these variables, on a free port.
func environ(pairs ...string) func(string) string {
	all := map[string]string{"PORTAL_ADDR": "127.0.0.1:0"}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

// The whole program without a setting: it starts, people sign in and out by
// the pages of its own FranceConnect, and it stops.
func TestRun(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said, out := io.Pipe()
	log := &notebook{}
	status := make(chan int, 1)
	go func() {
		defer out.Close()
		status <- run(ctx, environ(), out, log)
	}()

	var lines []string
	var base string
	for scanner := bufio.NewScanner(said); base == "" && scanner.Scan(); {
		lines = append(lines, scanner.Text())
		if address, ok := strings.CutPrefix(scanner.Text(), "Ouvrez "); ok {
			base = strings.TrimSuffix(address, "/")
		}
	}
	require.Regexp(t, `^http://localhost:\d+$`, base)
	require.Len(t, lines, 4)
	require.Regexp(t, `^FranceConnect v2, http://127\.0\.0\.1:\d+/api/v2$`, lines[0])
	require.Contains(t, lines[1], "Ceci n’est pas FranceConnect")
	require.Contains(t, lines[2], "FRANCECONNECT_KEYS est absent")

	v := newVisitor(t, base)
	p := v.get("/franceconnect/login?next=/mon-compte")
	p = v.submit(p, "idp", "8dfc4080-c90d-4234-969b-f6c961de3e90")
	p = v.submit(p, "login", "marie-laure")
	p = v.submit(p)
	require.Equal(t, base+"/mon-compte", p.at.String())
	require.Contains(t, p.body, "Marie Laure, Solange")
	p = v.submit(v.submit(p))
	require.Contains(t, p.body, "Vous êtes déconnecté")

	v.client.CloseIdleConnections()
	stop()
	require.Equal(t, succeeded, <-status, log.String())
	_, err := http.Get(base)
	require.Error(t, err)
}

func TestSettingsThatAreWrong(t *testing.T) {
	t.Parallel()
	const missing = " est absent / "
	for name, test := range map[string]struct {
		env  []string
		want []string // in each line
	}{
		"nothing but an environment": {
			[]string{"FRANCECONNECT_ENVIRONMENT", "sandbox"},
			[]string{"FRANCECONNECT_CLIENT_ID" + missing, "FRANCECONNECT_CLIENT_SECRET" + missing},
		},
		"an environment that does not exist": {
			[]string{"FRANCECONNECT_ENVIRONMENT", "sandbx", "FRANCECONNECT_LEVEL", "high"},
			[]string{"FRANCECONNECT_ENVIRONMENT n’est pas un environnement connu", "FRANCECONNECT_LEVEL n’est ni eidas1"},
		},
		"production on this machine": {
			[]string{"FRANCECONNECT_ENVIRONMENT", "production", "FRANCECONNECT_CLIENT_ID", "id", "FRANCECONNECT_CLIENT_SECRET", "hunter2"},
			[]string{"PORTAL_URL est sur cette machine"},
		},
		"http in public": {
			[]string{"FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_CLIENT_ID", "id", "FRANCECONNECT_CLIENT_SECRET", "hunter2", "PORTAL_URL", "http://aides.example.fr"},
			[]string{"PORTAL_URL doit commencer par https"},
		},
		"an address with a path": {
			[]string{"PORTAL_URL", "http://localhost/aides"},
			[]string{"PORTAL_URL a un chemin"},
		},
		"an address that is none": {
			[]string{"PORTAL_ADDR", "nowhere"},
			[]string{"PORTAL_ADDR n’est pas une adresse libre"},
		},
		"a simulator for everybody": {
			[]string{"PORTAL_URL", "https://aides.example.fr"},
			[]string{"FRANCECONNECT_ENVIRONMENT est absent, et le simulateur"},
		},
		"a platform that does not exist": {
			[]string{"FRANCECONNECT_PLATFORM", "v3"},
			[]string{"FRANCECONNECT_PLATFORM n’est ni v2"},
		},
		"a key that is none": {
			[]string{"FRANCECONNECT_KEYS", "hunter2"},
			[]string{"FRANCECONNECT_KEYS contient autre chose"},
		},
		"a secret in a file that is not there": {
			[]string{"FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_CLIENT_ID", "id", "FRANCECONNECT_CLIENT_SECRET_FILE", "/nowhere/hunter2"},
			[]string{"FRANCECONNECT_CLIENT_SECRET_FILE désigne un fichier"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			require.Equal(t, misconfigured, run(t.Context(), environ(test.env...), &out, &errs))
			require.Empty(t, out.String())
			require.NotContains(t, errs.String(), "hunter2")
			lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
			for _, want := range test.want {
				require.Contains(t, errs.String(), want)
			}
			require.GreaterOrEqual(t, len(lines), len(test.want))
			for i, line := range lines {
				variable, _, _ := strings.Cut(line, " ")
				require.Contains(t, line, " / "+variable+" ", "in both languages")
				for _, other := range lines[i+1:] {
					require.False(t, strings.HasPrefix(other, variable+" "), "said once: %s", errs.String())
				}
			}
		})
	}
}

func TestSettingsOfARealPortal(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte("hunter2\n"), 0o600))
	s, err := readSettings(environ("FRANCECONNECT_ENVIRONMENT", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2/", "FRANCECONNECT_CLIENT_ID", "id",
		"FRANCECONNECT_CLIENT_SECRET_FILE", file, "FRANCECONNECT_SCOPES", "openid birthdate", "PORTAL_URL", "https://aides.example.fr/",
		"FRANCECONNECT_KEYS", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
	require.NoError(t, err)
	defer s.close()
	require.Nil(t, s.mock)
	require.Empty(t, s.notices)
	require.Equal(t, "https://aides.example.fr", s.url)
	require.Equal(t, []string{"openid", "birthdate"}, s.config.Scopes)
	require.EqualValues(t, "hunter2", s.config.ClientSecret)
	p, err := newPortal(s.url, s.config, nil)
	require.NoError(t, err)
	require.False(t, p.sessions.insecure)
	require.Contains(t, p.policy, " https://fcp-low.sbx.dev-franceconnect.fr;")
}
