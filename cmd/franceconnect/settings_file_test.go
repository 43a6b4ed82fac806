package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// settingsInFile moves the settings of a portal from its variables to a file,
// with some of them changed; "" takes one out.
func settingsInFile(t *testing.T, changes map[string]any) func(*fixture) {
	return func(f *fixture) {
		f.after = func() {
			said := map[string]any{}
			for name, value := range f.env {
				if key, ours := strings.CutPrefix(name, prefix); ours {
					said[strings.ToLower(key)] = value
					delete(f.env, name)
				}
			}
			said["scopes"] = strings.Fields(said["scopes"].(string))
			for key, value := range changes {
				said[key] = value
				if value == "" {
					delete(said, key)
				}
			}
			text, err := json.Marshal(said)
			require.NoError(t, err)
			file := filepath.Join(t.TempDir(), "franceconnect.json")
			require.NoError(t, os.WriteFile(file, text, 0o600))
			f.flags = append(f.flags, "-reglages", file)
		}
	}
}

func TestTheSettingsMayBeInAFile(t *testing.T) {
	t.Parallel()
	f := newFixture(t, mockidp.V2, settingsInFile(t, nil))
	f.env["FRANCECONNECT_CLIENT_ID"] = "of another portal" // and is not looked at
	r := f.examine()
	require.True(t, r.OK, "%v", r)
	require.Equal(t, good, r.of("client-id").Verdict)

	f = newFixture(t, mockidp.V2, settingsInFile(t, map[string]any{"client_secret": "", "client_secret_file": "bourg/secret"}))
	folder := filepath.Dir(f.flags[len(f.flags)-1]) // the one of the settings
	require.NoError(t, os.Mkdir(filepath.Join(folder, "bourg"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bourg", "secret"), []byte(secret+"\n"), 0o644))
	r = f.examine()
	require.Equal(t, good, r.of("client-secret").Verdict, "%v", r)
	if runtime.GOOS != "windows" {
		require.Contains(t, r.of("leaks").What, "lisible", "its permissions are looked at")
	}

	elsewhere := t.TempDir()
	require.NoError(t, os.Rename(filepath.Join(folder, "bourg"), filepath.Join(elsewhere, "bourg")))
	require.Contains(t, f.examine().of("client-secret").What, "client_secret_file désigne un fichier qui n’existe pas")
	f.flags = append(f.flags, "-secrets", elsewhere)
	require.Equal(t, good, f.examine().of("client-secret").Verdict)
}

// As the portal says them: what the program could read, it may not.
func TestWhatAPortalWouldNotReadIsSaid(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(outside, []byte(secret), 0o600))
	for name, what := range map[string]string{outside: "client_secret_file doit être un nom relatif", "../secret": "client_secret_file doit être un nom relatif",
		"link": "client_secret_file désigne un fichier qui ne peut pas être lu", `"secret"`: "client_secret_file est entre guillemets"} {
		f := newFixture(t, mockidp.V2, settingsInFile(t, map[string]any{"client_secret": "", "client_secret_file": name}))
		require.NoError(t, os.Symlink(outside, filepath.Join(filepath.Dir(f.flags[len(f.flags)-1]), "link")))
		r := f.examine()
		require.Contains(t, r.of("client-secret").What, what)
		require.Equal(t, bad, r.of("client-secret").Verdict)
	}
	f := newFixture(t, mockidp.Plus, settingsInFile(t, map[string]any{"decryption_keys": outside}))
	require.Contains(t, f.examine().of("decryption-keys").What, "decryption_keys doit être un nom relatif")
}

// Findings name the keys of the file.
func TestWhatIsWrongInAFileIsNamedByItsKey(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		key   string
		value any
		check string
		what  string
	}{
		{"client_id", "a b", "client-id", "client_id contient une espace"},
		{"level", "eidas9", "level", "level n’est ni eidas1"},
		{"scope", "email", "settings", "scope n’est pas un réglage connu"},
		{"scopes", 7, "scopes", "scopes n’est pas de la forme attendue"},
		{"cookie_keys", "", "cookie-keys", "cookie_keys est absent"},
		{"environment", "", "environment", "environment est absent"},
		{"client_secret_file", "nothing", "client-secret", "client_secret est donné deux fois"},
		{"next_client_secret", "'" + next + "'", "client-secret", "next_client_secret est entre guillemets"},
		{"next_client_secret_file", "nothing", "client-secret", "next_client_secret_file désigne un fichier qui n’existe pas"},
		{"client_secret_variable", "NOBODY", "client-secret", "client_secret_variable n’existe plus"},
		{"client_id", "«\u00a0" + clientID + "\u00a0»", "client-id", "client_id est entre guillemets"},
		{"scopes", "identite_pivot,email", "scopes", "scopes sépare les noms par des virgules"},
	} {
		r := newFixture(t, mockidp.V2, settingsInFile(t, map[string]any{test.key: test.value})).examine()
		require.NotEqual(t, good, r.of(test.check).Verdict, test.key)
		require.Contains(t, r.of(test.check).What, test.what, test.key)
		require.NotContains(t, r.of(test.check).What+r.of(test.check).Action, prefix, test.key)
	}
}

// A file that cannot be read as settings is one complaint, whatever else it
// might have said.
func TestAFileThatIsNoneIsOneComplaint(t *testing.T) {
	t.Parallel()
	for want, content := range map[string]string{
		"désigne un fichier qui ne peut pas être lu": "", "est mal formé vers la ligne 3": "{\n\"client_id\": \"a\"\n\"b\"}",
		"est mal formé vers la ligne 1": `{"environment": "sandbox", "client_id": "a",}`, "n’est pas un objet": "[]", "n’est pas un objet { … }": "null",
	} {
		file := filepath.Join(t.TempDir(), "franceconnect.json")
		if content != "" {
			require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		}
		var read checkReport
		for _, online := range [][]string{nil, {"-reseau"}} {
			require.NoError(t, json.Unmarshal([]byte(call(t, failed, nil, append([]string{"check", "-json", "-reglages", file}, online...)...).out), &read))
			require.Len(t, read.Checks, 1, content)
			require.Contains(t, read.Checks[0].What, "JSON "+want)
		}
		require.Contains(t, call(t, misused, nil, "sheet", "-reglages", file).errs, want)
	}
}

// What FranceConnect answers is explained by the table of codes, whose sentences
// name variables; the settings are called as they are written here.
func TestCodesNameTheSettingsAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	unknown := strings.Repeat("ab", 32)
	got := newFixture(t, mockidp.V2, settingsInFile(t, map[string]any{"client_id": unknown})).examine().of("authorize")
	require.Contains(t, got.Action, "Vérifiez environment et client_id ensemble")
	require.NotContains(t, got.Action, prefix)
}

func TestTheSheetOfAFileIsOfItsEnvironment(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "franceconnect.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"environment":"integration","scopes":["email"]}`), 0o600))
	out := call(t, succeeded, map[string]string{"PORTAL_URL": "https://portail.example.fr"}, "sheet", "-reglages", file).out
	require.Contains(t, out, "fcp-low.integ01.dev-franceconnect.fr")
	require.Contains(t, out, "Adresse électronique")
}
