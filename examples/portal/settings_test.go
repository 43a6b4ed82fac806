package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// environ returns an environment of these variables, on a free port.
func environ(pairs ...string) func(string) string {
	all := map[string]string{"PORTAL_ADDR": "127.0.0.1:0"}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return all[name] }
}

// A program is the whole portal, which runs until the test ends it.
type program struct {
	base  string
	lines []string // what it said before it was ready
	stop  func()   // and wait; it ended well
}

func start(t *testing.T, getenv func(string) string) program {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	var said, log portaltest.Log
	status := make(chan int, 1)
	go func() {
		defer cancel() // so that nobody awaits more
		status <- run(ctx, getenv, &said, &log)
	}()
	p := program{base: strings.TrimSuffix(said.Await(ctx, "Ouvrez / Open: "), "/")}
	p.lines = strings.Split(strings.TrimSuffix(said.String(), "\n"), "\n")
	require.Regexp(t, `^http://localhost:\d+$`, p.base, log.String())
	p.stop = func() {
		t.Helper()
		cancel()
		require.Equal(t, succeeded, <-status, log.String())
		_, err := (&http.Client{Transport: portaltest.Web}).Get(p.base)
		require.Error(t, err)
	}
	return p
}

// identities are the identity providers that the simulators show first.
const (
	lavande = "8dfc4080-c90d-4234-969b-f6c961de3e90"
	genet   = "dedc7160-8811-4d0f-9dd7-c072c15f2f18"
)

// choose goes through the pages of a simulator.
func (v *visitor) choose(p portaltest.Page, idp, login string) portaltest.Page {
	v.T.Helper()
	return v.read(v.Submit(v.Submit(v.Submit(p, "idp", idp), "login", login)))
}

// The whole program without a setting: it starts, people sign in and out by
// the pages of its own FranceConnects, and it stops.
func TestRun(t *testing.T) {
	t.Parallel()
	program := start(t, environ())
	require.Len(t, program.lines, 7)
	require.Regexp(t, `^FranceConnect v2, http://127\.0\.0\.1:\d+/api/v2$`, program.lines[0])
	require.Regexp(t, `^FranceConnect\+, http://localhost:\d+/api/v2$`, program.lines[1])
	require.Regexp(t, `^ProConnect, http://127\.0\.0\.1:\d+/api/v2$`, program.lines[2])
	require.Contains(t, program.lines[3], "FRANCECONNECT_COOKIE_KEYS est absent")
	require.Contains(t, program.lines[4], "Ceci n’est pas FranceConnect")
	require.Contains(t, program.lines[5], demoPassword)

	v := newVisitor(t, program.base)
	p := v.choose(v.Get("/franceconnect/login?next=/mon-compte"), lavande, "marie-laure")
	require.Equal(t, program.base+"/mon-compte", p.At.String())
	require.Contains(t, p.Body, "Marie Laure, Solange")
	p = v.choose(v.confirm(), genet, "marie-laure")
	require.Equal(t, program.base+aidPath, p.At.String())
	require.Contains(t, p.Body, "niveau eIDAS\u00a02 (démarches sensibles)")
	p = v.Submit(v.Submit(p))
	require.Contains(t, p.Body, "Terminer la déconnexion")
	p = v.Submit(v.Submit(p))
	require.Contains(t, p.Body, "Vous êtes déconnecté")

	v.Client.CloseIdleConnections()
	program.stop()
}

// The same on the other platforms, by one variable.
func TestRunOnPlatforms(t *testing.T) {
	t.Parallel()
	for platform, test := range map[string]struct{ line, idp, level string }{
		"plus": {`^FranceConnect\+, http://localhost:\d+/api/v2$`, genet, "niveau eIDAS\u00a02 (démarches sensibles)"},
		"v1":   {`^FranceConnect v1, http://127\.0\.0\.1:\d+$`, lavande, "niveau eIDAS\u00a01 (démarches courantes)"},
	} {
		t.Run(platform, func(t *testing.T) {
			t.Parallel()
			program := start(t, environ("FRANCECONNECT_PLATFORM", platform))
			require.Regexp(t, test.line, program.lines[0])
			v := newVisitor(t, program.base)
			p := v.choose(v.Get("/franceconnect/login?next=/mon-compte"), test.idp, "camille")
			require.Equal(t, program.base+"/mon-compte", p.At.String())
			require.Contains(t, p.Body, test.level)
			if platform == "plus" {
				require.Contains(t, v.Get(aidPath).Body, "Mon dossier d’aide d’urgence")
			}
			require.Contains(t, v.Submit(v.Submit(p)).Body, "Vous êtes déconnecté")
			v.Client.CloseIdleConnections()
			program.stop()
		})
	}
}

// The simulator is registered with the keys that the portal has.
func TestRunWithKeysOfOnesOwn(t *testing.T) {
	t.Parallel()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	set, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: private, KeyID: "own", Algorithm: "RSA-OAEP-256"}}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, os.WriteFile(file, set, 0o600))
	for _, value := range []string{file, string(set)} {
		program := start(t, environ("FRANCECONNECT_PLATFORM", "plus", "FRANCECONNECT_DECRYPTION_KEYS", value))
		v := newVisitor(t, program.base)
		require.Contains(t, v.Get(keysPath).Body, `"own"`)
		require.Equal(t, "/mon-compte", v.choose(v.Get("/franceconnect/login?next=/mon-compte"), genet, "camille").At.Path)
		v.Client.CloseIdleConnections()
		program.stop()
	}
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
			[]string{"FRANCECONNECT_ENVIRONMENT n’est ni une adresse en https, ni un environnement connu", "FRANCECONNECT_LEVEL n’est ni eidas1"},
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
		"FranceConnect+ without its keys": {
			[]string{"FRANCECONNECT_ENVIRONMENT", "https://auth.example.fr", "FRANCECONNECT_PLATFORM", "plus", "FRANCECONNECT_CLIENT_ID", "id", "FRANCECONNECT_CLIENT_SECRET", "hunter2"},
			[]string{"FRANCECONNECT_DECRYPTION_KEYS est absent"},
		},
		"FranceConnect+ without anything": {
			[]string{"FRANCECONNECT_PLUS_ENVIRONMENT", "https://auth.example.fr"},
			[]string{"FRANCECONNECT_PLUS_CLIENT_ID" + missing, "FRANCECONNECT_PLUS_CLIENT_SECRET" + missing, "FRANCECONNECT_PLUS_DECRYPTION_KEYS est absent"},
		},
		"two of the kind": {
			[]string{"FRANCECONNECT_PLATFORM", "plus", "FRANCECONNECT_PLUS_ENVIRONMENT", "integration-plus"},
			[]string{"FRANCECONNECT_PLUS_ENVIRONMENT est de trop"},
		},
		"FranceConnect for FranceConnect+": {
			[]string{"FRANCECONNECT_PLUS_ENVIRONMENT", "sandbox", "FRANCECONNECT_PLUS_CLIENT_SECRET", "hunter2"},
			[]string{"FRANCECONNECT_PLUS_PLATFORM ne va pas avec l’environnement, qui est FranceConnect v2", "FRANCECONNECT_PLUS_CLIENT_ID" + missing},
		},
		"FranceConnect+ at a level it does not have": {
			[]string{"FRANCECONNECT_PLUS_ENVIRONMENT", "https://auth.example.fr", "FRANCECONNECT_PLUS_LEVEL", "eidas1", "FRANCECONNECT_PLUS_COOKIE_KEYS", "hunter2"},
			[]string{"FRANCECONNECT_PLUS_LEVEL n’existe pas", "FRANCECONNECT_PLUS_COOKIE_KEYS contient autre chose"},
		},
		"a key that is none": {
			[]string{"FRANCECONNECT_COOKIE_KEYS", "hunter2"},
			[]string{"FRANCECONNECT_COOKIE_KEYS contient autre chose"},
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
	s, err := readSettings(environ("FRANCECONNECT_ENVIRONMENT", "https://fcp-low.sbx.dev-franceconnect.fr/api/v2/", "FRANCECONNECT_CLIENT_ID", strings.Repeat("1d", 32),
		"FRANCECONNECT_CLIENT_SECRET_FILE", file, "FRANCECONNECT_SCOPES", "openid birthdate", "PORTAL_URL", "https://aides.example.fr/",
		"FRANCECONNECT_COOKIE_KEYS", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="))
	require.NoError(t, err)
	defer s.close()
	require.Empty(t, s.mocks)
	require.Nil(t, s.plus)
	require.Empty(t, s.notices)
	require.Equal(t, "https://aides.example.fr", s.url)
	require.Equal(t, []string{"openid", "birthdate"}, s.config.Scopes)
	require.EqualValues(t, "hunter2", s.config.ClientSecret)
	p, err := newPortal(s.url, s.config, s.plus, nil)
	require.NoError(t, err)
	require.True(t, p.sessions.secure)
	require.Contains(t, p.policy, " https://fcp-low.sbx.dev-franceconnect.fr;")
}

// Those of v1 are of a form that nobody has written down, and whoever is switched off
// needs none.
func TestAClientIDOfV1OrOfNobodyIsNotRemarkedOn(t *testing.T) {
	t.Parallel()
	for _, more := range [][]string{{"FRANCECONNECT_ENVIRONMENT", "integration-v1"}, {"FRANCECONNECT_ENVIRONMENT", "sandbox", "FRANCECONNECT_ENABLED", "false"}} {
		s, err := readSettings(environ(append(more, "FRANCECONNECT_CLIENT_ID", "id", "FRANCECONNECT_CLIENT_SECRET", "hunter2", "FRANCECONNECT_COOKIE_KEYS", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")...))
		require.NoError(t, err)
		s.close()
		require.Empty(t, s.notices)
	}
}

func TestSettingsOfAPortalWithBoth(t *testing.T) {
	t.Parallel()
	s, err := readSettings(environ("FRANCECONNECT_ENVIRONMENT", "integration", "FRANCECONNECT_CLIENT_ID", "id", "FRANCECONNECT_CLIENT_SECRET", "hunter2",
		"FRANCECONNECT_PLUS_ENVIRONMENT", "integration-plus", "FRANCECONNECT_PLUS_CLIENT_ID", "plus", "FRANCECONNECT_PLUS_CLIENT_SECRET", "hunter3",
		"FRANCECONNECT_PLUS_DECRYPTION_KEYS", `{"keys":[`+decryptionKey+`]}`, "FRANCECONNECT_COOKIE_KEYS", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
		"PORTAL_URL", "https://aides.example.fr"))
	require.NoError(t, err)
	defer s.close()
	require.Empty(t, s.mocks)
	require.Len(t, s.notices, 2)
	for i, want := range []string{"FRANCECONNECT_CLIENT_ID", "FRANCECONNECT_PLUS_CLIENT_ID"} { // and nothing is refused
		require.Contains(t, s.notices[i], want+" n’a pas la forme habituelle, 64 chiffres hexadécimaux\u00a0: longueur vue, "+[]string{"2", "4"}[i]+".")
		require.Contains(t, s.notices[i], want+" does not have the usual form")
	}
	require.Equal(t, "plus", s.plus.ClientID)
	require.EqualValues(t, "hunter3", s.plus.ClientSecret)
	require.Len(t, s.plus.DecryptionKeys, 1)
	require.Equal(t, s.config.CookieKeys, s.plus.CookieKeys)
	require.Empty(t, s.config.DecryptionKeys)
	p, err := newPortal(s.url, s.config, s.plus, nil)
	require.NoError(t, err)
	require.Contains(t, p.policy, " https://fcp-low.integ01.dev-franceconnect.fr https://auth.integ01.dev-franceconnect.fr;")
}
