package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/cmd/franceconnect/internal/keyfile"
	"github.com/franceconnect-go/franceconnect/internal/codes"
)

// said is what a call wrote.
type output struct{ out, errs string }

// call runs the command with some variables. Whatever it is asked, it does not
// say the secret.
func call(t *testing.T, status int, env map[string]string, args ...string) output {
	t.Helper()
	return callSystem(t, status, system{getenv: func(name string) string { return env[name] }, args: args})
}

func callSystem(t *testing.T, status int, w system) output {
	t.Helper()
	var out, errs bytes.Buffer
	w.stdout, w.stderr = &out, &errs
	if w.now == nil {
		w.now = time.Now
	}
	require.Equal(t, status, run(t.Context(), w), "%s%s", &out, &errs)
	requireNoSecret(t, out.String()+errs.String(), w.getenv("FRANCECONNECT_CLIENT_SECRET"))
	return output{out.String(), errs.String()}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	aiden := map[string]string{"PORTAL_URL": "https://portaildesaides.mgcloud.fr/accout-management/", "FRANCECONNECT_ENVIRONMENT": "production"}
	town := map[string]string{
		"PORTAL_URL": "https://aides.example.fr", "FRANCECONNECT_ENVIRONMENT": "production-plus", "FRANCECONNECT_SCOPES": "identite_pivot email dgfip_rfr",
		"FRANCECONNECT_CLIENT_ID": "0123456789abcdef", "FRANCECONNECT_CLIENT_SECRET": "5ec3e75ec3e75ec3e7",
	}
	for name, c := range map[string]struct {
		env  map[string]string
		args string
	}{
		"fiche-sandbox.txt":    {nil, "fiche"},
		"fiche-sandbox.en.txt": {nil, "-lang en sheet"},
		"fiche-aiden.txt":      {aiden, "fiche -editeur MGDIS -contact dsi@mgdis.fr"},
		"fiche-aiden.md":       {aiden, "fiche -editeur MGDIS -format md"},
		"fiche-plus.json":      {town, "fiche -json"},
		"fiche-plus.txt":       {town, "fiche -aussi https://demarches.example.fr"},
		"fiche-v1.txt":         {town, "fiche -env production-v1"},
		"fiche-integration.md": {town, "fiche -env integration -format md"},
		"etapes.txt":           {nil, "etapes"},
		"etapes.en.txt":        {nil, "steps -lang en"},
		"etapes-plus.txt":      {nil, "etapes -plateforme plus"},
		"etapes-v1.json":       {nil, "etapes -json -plateforme v1"},
		"etapes-aiden.txt":     {nil, "etapes -aiden 9.2025.93"},
		"etapes-done.txt":      {town, "etapes -plateforme plus"},
		"etapes-editor.json":   {nil, "etapes -json -editeur MGDIS"},
		"etapes-aiden-v1.txt":  {nil, "etapes -aiden 9.2025.9"},
		"erreur-y.txt":         {nil, "erreur y030007"},
		"erreur-oauth.en.txt":  {nil, "erreur access_denied -lang en"},
		"erreur-unknown.json":  {nil, "erreur -json Y470099"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call(t, succeeded, c.env, strings.Fields(c.args)...)
			require.Empty(t, got.errs)
			requireGolden(t, name, got.out)
		})
	}
}

// requireGolden compares with a file, which UPDATE_GOLDEN=1 writes anew.
func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
	if strings.HasSuffix(name, ".json") {
		require.True(t, json.Valid(want))
	} else if !strings.Contains(name, ".en.") {
		requireFrench(t, got)
	}
}

// Whoever copies the doctor audits the library and nothing else.
func TestImportsAreTheLibraryAndNothingElse(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, ".", "./internal/keyfile").Output()
	require.NoError(t, err)
	const module = "github.com/franceconnect-go/franceconnect"
	for path := range strings.FieldsSeq(string(out)) {
		first, _, _ := strings.Cut(path, "/")
		require.True(t, !strings.Contains(first, ".") || slices.Contains([]string{module, module + "/internal/text", module + "/internal/codes", module + "/internal/settings", module + "/internal/scopes", module + "/examples/internal/keyfile"}, path), path)
	}
}

// breakable is French with a space where a line must not break, or without one.
// Addresses and Markdown are none of its business.
var (
	breakable = regexp.MustCompile(`[ \x{202f}][:»]|« |[ \x{a0}][;!?]|[\pL][;!?»]|\pL:\s|\pL'\pL`)
	addresses = regexp.MustCompile("(?s)```.*?```|" + `https?://\S*|<br>|Content-Security-Policy|[a-zA-Z-]+: (nosniff|no-store)|(?m)^ +[A-Z][a-z]+-[A-Za-z-]+: .*$`)
)

func requireFrench(t *testing.T, s string) {
	t.Helper()
	require.NotRegexp(t, breakable, addresses.ReplaceAllString(s, ""))
}

func TestSite(t *testing.T) {
	t.Parallel()
	const aides = "https://portaildesaides.mgcloud.fr/aides"
	for pasted, aiden := range map[string]bool{
		"https://portaildesaides.mgcloud.fr/accout-management/login?x=1#y": true, "https://PortailDesAides.mgcloud.fr/account-management": true,
		"https://portaildesaides.mgcloud.fr/account-management/": true, "https://portaildesaides.mgcloud.fr/x/accout-management/y": true,
		"https://portaildesaides.mgcloud.fr/aides": false, "https://portaildesaides.mgcloud.fr/aides/": false,
	} {
		var p portal
		p.readSettings(func(name string) string { return map[string]string{"PORTAL_URL": pasted}[name] }, "production")
		require.Equal(t, aides, p.siteURL, pasted)
		require.Equal(t, aiden, p.aiden, pasted)
	}
	require.False(t, aidenUsersSpace.MatchString("https://x.example/account-managements"))
	require.Equal(t, aides, siteOf("https://portaildesaides.mgcloud.fr", "/connexion", true))
	require.Equal(t, "http://localhost:8080/connexion", siteOf("http://localhost:8080/", "/connexion", false))
	require.Empty(t, siteOf("portaildesaides.mgcloud.fr", "/connexion", false))
}

func TestAidenVersionsAreNumbers(t *testing.T) {
	t.Parallel()
	for version, v2 := range map[string]bool{
		"9.2025.93": true, "9.2025.94": true, "9.2025.100": true, "9.2026.1": true, "10.0": true, "v9.2025.93.1": true,
		"9.2025.92": false, "9.2025.9": false, "9.2024.999": false, "8.2026.93": false, "9": false, "9.2025": false,
	} {
		got, ok := aidenV2(version)
		require.True(t, ok, version)
		require.Equal(t, v2, got, version)
	}
	for _, version := range []string{"", "9.2025.x", "9..93", "10.x", "-1", "9,2025,93"} {
		_, ok := aidenV2(version)
		require.False(t, ok, version)
	}
}

// A client of one platform is no step on the path of another; a test client is
// none of production’s.
func TestStepsAreThoseThatTheVariablesShow(t *testing.T) {
	t.Parallel()
	env := map[string]string{"FRANCECONNECT_ENVIRONMENT": "sandbox", "FRANCECONNECT_CLIENT_ID": clientID, "FRANCECONNECT_CLIENT_SECRET": secret}
	for args, done := range map[string]int{"etapes": 2, "etapes -plateforme plus": 0, "etapes -plateforme v1": 0} {
		out := call(t, succeeded, env, strings.Fields(args)...).out
		require.Equal(t, done, strings.Count(out, "☑ ")-strings.Count(out, "☑ :"), args)
	}
	delete(env, "FRANCECONNECT_CLIENT_SECRET")
	require.NotContains(t, call(t, succeeded, env, "etapes").out, "☑")
}

func TestMisuse(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "guérir", "-lang de fiche", "fiche x", "fiche -format pdf", "fiche -env nulle-part", "fiche -aussi nulle-part",
		"verifier x", "verifier -foo", "fiche -foo", "etapes -foo", "erreur -foo", "cles -foo", "verifier -organisme autre", "fiche -organisme autre", "etapes -aiden neuf", "etapes -plateforme v3", "erreur", "erreur a b", "erreur <script>",
		"cles x", "cles dechiffrement", "cles -alg RSA1_5 dechiffrement f"} {
		got := call(t, misused, nil, strings.Fields(args)...)
		require.Empty(t, got.out, args)
		require.NotEmpty(t, got.errs, args)
	}
	require.NotEmpty(t, call(t, succeeded, nil, "-h").errs)
}

func TestColoursAreForTerminals(t *testing.T) {
	t.Parallel()
	at := func(terminal bool, env map[string]string) string {
		return callSystem(t, succeeded, system{terminal: terminal, getenv: func(n string) string { return env[n] }, args: []string{"etapes"}}).out
	}
	require.Contains(t, at(true, nil), "\x1b[1m")
	for _, plain := range []string{at(false, nil), at(true, map[string]string{"NO_COLOR": "1"}), at(true, map[string]string{"TERM": "dumb"})} {
		require.NotContains(t, plain, "\x1b")
	}
	require.False(t, isTerminal(&bytes.Buffer{}))
}

func TestCookieKey(t *testing.T) {
	t.Parallel()
	got := call(t, succeeded, nil, "cles")
	text, ok := strings.CutPrefix(strings.TrimSpace(got.out), "FRANCECONNECT_COOKIE_KEYS=")
	require.True(t, ok)
	_, err := franceconnect.ParseCookieKey(text)
	require.NoError(t, err)
	var read map[string]string
	require.NoError(t, json.Unmarshal([]byte(call(t, succeeded, nil, "cles", "-json").out), &read))
	require.NotEqual(t, text, read["FRANCECONNECT_COOKIE_KEYS"])
	raw, err := base64.StdEncoding.DecodeString(read["FRANCECONNECT_COOKIE_KEYS"])
	require.NoError(t, err)
	require.Len(t, raw, 32)
}

func TestDecryptionKey(t *testing.T) {
	t.Parallel()
	for _, alg := range keyfile.Algorithms() {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "cles.json")
			got := call(t, succeeded, nil, "cles", "-alg", alg, "dechiffrement", file)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			keys, err := franceconnect.ParseDecryptionKeys(text)
			require.NoError(t, err)
			require.Len(t, keys, 1)
			var set struct{ Keys []map[string]string }
			require.NoError(t, json.Unmarshal(text, &set))
			require.NotContains(t, got.out+got.errs, set.Keys[0]["d"])
			require.Contains(t, got.out, set.Keys[0]["kid"])
			p := &portal{config: franceconnect.Config{DecryptionKeys: keys}}
			require.Equal(t, []string{alg}, p.algorithms())

			call(t, failed, nil, "cles", "dechiffrement", file)
			again, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, text, again)
		})
	}
}

func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	for _, c := range codes.All() {
		require.Contains(t, whereLabels, c.Where)
		require.Contains(t, sideLabels, c.Side)
		got := call(t, succeeded, nil, "erreur", c.Name)
		require.Contains(t, got.out, c.Citizen.French)
		requireFrench(t, strings.TrimPrefix(got.out, c.Name))
	}
}

// Every preset has a name, a form and an address.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for name := range environmentTitles {
		env, err := franceconnect.ParseEnvironment(name)
		require.NoError(t, err)
		e := environmentOf(env)
		require.Equal(t, name, e.name)
		require.Regexp(t, `^https://[a-z0-9.-]+(/api/v2)?$`, e.issuer)
		require.NotContains(t, e.origin(), "/api")
		require.NotEmpty(t, e.creation())
		require.NotEmpty(t, e.change())
	}
}
