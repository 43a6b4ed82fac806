package franceconnect_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every example says that it may be copied. So each is, into a module of
// another name, where nothing internal may be imported, and is compiled there
// with its tests, from the module cache alone. Those that are modules of their own
// are skipped by name, unless EXAMPLES_TEST=required, as it is in make modules,
// which gets what they need.
func TestEveryExampleCompilesWhenItIsCopied(t *testing.T) {
	t.Parallel()
	checkout, err := filepath.Abs(".")
	require.NoError(t, err)
	folders, err := os.ReadDir("examples")
	require.NoError(t, err)
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		t.Run(folder.Name(), func(t *testing.T) {
			t.Parallel()
			copied := t.TempDir()
			from := filepath.Join("examples", folder.Name())
			require.NoError(t, os.CopyFS(copied, os.DirFS(from)))
			name := module + "/examples/" + folder.Name()
			root := "."
			if _, err := os.Stat(filepath.Join(from, "go.mod")); err == nil {
				root = from
			}
			if root != "." && os.Getenv("EXAMPLES_TEST") != "required" {
				t.Skip("a module of its own, which make modules copies")
			}
			writeModule(t, root, copied, checkout)
			renameImports(t, copied, name)

			vet := exec.Command("go", "vet", "./...")
			vet.Dir, vet.Env = copied, append(offline(), "GOFLAGS=-mod=mod")
			out, err := vet.CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	}
}

// Each example is copied whole, so that some files are in several. They are one
// text: what is mended in one is mended in all.
func TestTheFilesThatExamplesShareAreOneText(t *testing.T) {
	t.Parallel()
	for file, in := range map[string][]string{
		"serve.go":         {"portal", "api", "organisations"},
		"session_store.go": {"portal", "api", "organisations"},
		"expiring.go":      {"portal", "api", "organisations"},
		"expiring_test.go": {"portal", "api", "organisations"},
	} {
		want := readText(t, filepath.Join("examples", in[0], file))
		for _, other := range in[1:] {
			got := readText(t, filepath.Join("examples", other, file))
			require.Equal(t, want, got, "%s of %s", file, other)
		}
	}
}

// offline returns an environment in which go fetches nothing.
func offline() []string { return append(os.Environ(), "GOPROXY=off", "GOSUMDB=off", "GOWORK=off") }

const copiedModule = "example.org/copied"

// writeModule writes the go.mod of a copy: the requirements of the module in
// root, and all modules of this repository taken from the checkout.
func writeModule(t *testing.T, root, copied, checkout string) {
	t.Helper()
	for _, file := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(copied, file), text, 0o600))
	}
	args := []string{"mod", "edit", "-module=" + copiedModule, "-require=" + module + "@v" + versionOfTheChangelog(t)}
	for _, m := range []string{"", "/cog", "/fcotel", "/redisstore"} {
		args = append(args, "-replace="+module+m+"="+checkout+m)
	}
	edit := exec.Command("go", args...)
	edit.Dir = copied
	out, err := edit.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// renameImports gives the copy's own packages the name of its module.
func renameImports(t *testing.T, copied, name string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(copied, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(strings.ReplaceAll(string(text), name, copiedModule)), 0o600)
	}))
}
