package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
)

var day = time.Date(2026, 11, 22, 23, 30, 0, 0, time.FixedZone("", -3600))

// decryptionKeys makes a decryption key. Whatever it is asked, it says nothing
// private.
func decryptionKeys(t *testing.T, status int, file string, args ...string) output {
	t.Helper()
	s := callSystem(t, status, system{getenv: func(string) string { return "" }, now: func() time.Time { return day }, args: append(append([]string{"keys", "decryption"}, args...), file)})
	text, _ := os.ReadFile(file)
	var set struct{ Keys []map[string]string }
	_ = json.Unmarshal(text, &set) // not every file is a key set
	for _, key := range set.Keys {
		for _, private := range []string{"d", "p", "q", "dp", "dq", "qi"} {
			if key[private] != "" {
				require.NotContains(t, s.out+s.errs, key[private])
			}
		}
	}
	return s
}

// held returns the keys of a file, as the portal reads them.
func held(t *testing.T, file string) (all []struct{ Kty, Kid, Alg, Use, D string }) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	parsed, err := franceconnect.ParseDecryptionKeys(text)
	require.NoError(t, err)
	var set struct {
		Keys []struct{ Kty, Kid, Alg, Use, D string }
	}
	require.NoError(t, json.Unmarshal(text, &set))
	require.Len(t, parsed, len(set.Keys))
	return set.Keys
}

// A mode keeps nobody out on Windows, which has lists of who may read a folder.
func TestAKeyFileWithoutAModeIsToldToBeKept(t *testing.T) {
	t.Parallel()
	for modeless, times := range map[bool]int{true: 1, false: 0} {
		s := callSystem(t, succeeded, system{modeless: modeless, getenv: func(string) string { return "" }, now: func() time.Time { return day },
			args: []string{"keys", "decryption", filepath.Join(t.TempDir(), "keys.json")}})
		require.Equal(t, times, strings.Count(s.out, "Réservez le dossier au compte du portail."))
	}
}

func requireOwnerOnly(t *testing.T, file string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
}

func TestNewFile(t *testing.T) {
	t.Parallel()
	for alg, kty := range map[string]string{"": "EC", "ECDH-ES": "EC", "RSA-OAEP-256": "RSA", "RSA-OAEP": "RSA"} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "keys.json")
			var args []string
			if alg != "" {
				args = []string{"-alg", alg}
			} else {
				alg = "ECDH-ES"
			}
			s := decryptionKeys(t, succeeded, file, args...)
			require.Empty(t, s.errs)
			requireOwnerOnly(t, file)

			all := held(t, file)
			require.Len(t, all, 1)
			require.Equal(t, kty, all[0].Kty)
			require.Equal(t, alg, all[0].Alg)
			require.Equal(t, "enc", all[0].Use)
			require.Regexp(t, `^2026-11-23-[0-9a-f]{8}$`, all[0].Kid)
			require.NotEmpty(t, all[0].D)

			requireFrench(t, s.out)
			for _, text := range []string{"À déclarer à FranceConnect+", file, all[0].Kid, alg + ",", "franceconnect sheet -env integration-plus"} {
				require.Contains(t, s.out, text)
			}
		})
	}
}

func TestNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, os.WriteFile(file, []byte("precious"), 0o644))
	s := decryptionKeys(t, failed, file)
	require.Empty(t, s.out)
	require.Contains(t, s.errs, "existe déjà")
	require.NotContains(t, s.errs, "exists")
	require.Contains(t, decryptionKeys(t, failed, file, "-lang", "en").errs, "exists and is left as it is")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "precious", string(text))

	// Nor is what a link leads to, even to nowhere.
	link := filepath.Join(t.TempDir(), "link.json")
	if os.Symlink(filepath.Join(t.TempDir(), "nowhere"), link) == nil {
		decryptionKeys(t, failed, link)
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	decryptionKeys(t, succeeded, file, "-kid", "first")
	require.NoError(t, os.Chmod(file, 0o604))
	before := held(t, file)
	s := decryptionKeys(t, succeeded, file, "-kid", "second", "-alg", "RSA-OAEP-256", "-add")
	require.Contains(t, s.out, "demandez à FranceConnect+ de passer à RSA-OAEP-256")
	after := held(t, file)
	require.Len(t, after, 2)
	require.Equal(t, before[0], after[0], "the old key is still the first")
	require.Equal(t, "second", after[1].Kid)
	requireOwnerOnly(t, file)

	// Two keys drawn on one day have two names.
	decryptionKeys(t, succeeded, file, "-add")
	s = decryptionKeys(t, succeeded, file, "-add", "-lang", "en")
	require.Contains(t, s.out, "To change keys without losing a login")
	require.NotContains(t, s.out, "Changer")
	require.Len(t, held(t, file), 4)
	require.Equal(t, "ECDH-ES", held(t, file)[3].Alg)

	entries, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left beside it")
}

// A portal that is registered with RSA gets one more RSA key.
func TestAddKeepsTheAlgorithm(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	decryptionKeys(t, succeeded, file, "-alg", "RSA-OAEP")
	require.Contains(t, decryptionKeys(t, succeeded, file, "-add").out, "Changer de clé")
	require.Equal(t, "RSA-OAEP", held(t, file)[1].Alg)
}

func TestAddThroughALink(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	link := filepath.Join(t.TempDir(), "link.json")
	decryptionKeys(t, succeeded, file)
	require.NoError(t, os.Symlink(file, link))
	decryptionKeys(t, succeeded, link, "-add")
	require.Len(t, held(t, file), 2)
	target, err := os.Readlink(link)
	require.NoError(t, err)
	require.Equal(t, file, target)
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	public := `{"keys":[{"kty":"EC","crv":"P-256","kid":"k","alg":"ECDH-ES","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}`
	for name, content := range map[string]string{
		"nothing": "", "no JSON": "hunter2", "no keys": `{"keys":[]}`, "no key set": `{"hunter2":1}`, "public keys": public,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "keys.json")
			require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
			s := decryptionKeys(t, failed, file, "-add")
			require.Contains(t, s.errs, "reste tel quel")
			require.NotContains(t, s.errs, "hunter2")
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, content, string(text))
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, entries, 1)
		})
	}

	file := filepath.Join(t.TempDir(), "keys.json")
	decryptionKeys(t, failed, file, "-add")
	require.NoFileExists(t, file, "there was nothing to add to")
	decryptionKeys(t, succeeded, file, "-kid", "one")
	require.Contains(t, decryptionKeys(t, failed, file, "-add", "-kid", "one").errs, "déjà une clé de ce nom")
	require.NoError(t, os.WriteFile(file+".new", nil, 0o600))
	require.Contains(t, decryptionKeys(t, failed, file, "-add").errs, "existe\u00a0: un autre changement")
	require.Len(t, held(t, file), 1)
}

func TestNamesOfKeys(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	for _, name := range []string{"a b", "é", strings.Repeat("k", 65)} {
		require.Contains(t, decryptionKeys(t, misused, file, "-kid", name).errs, "64 au plus")
		require.NoFileExists(t, file)
	}
}

func TestDirectoryThatIsNotThere(t *testing.T) {
	t.Parallel()
	s := decryptionKeys(t, failed, filepath.Join(t.TempDir(), "nowhere", "keys.json"))
	require.Contains(t, s.errs, "nowhere")
	require.Contains(t, s.errs, "n’existe pas")
	require.Empty(t, s.out)
}
