package franceconnect_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The newest heading of CHANGELOG.md decides the version of all modules, which
// are tagged together: one that requires another requires that version. Their
// replace directives count here alone; whoever gets a module gets what it
// requires.
func TestModulesRequireOneAnotherAtTheVersionOfTheChangelog(t *testing.T) {
	t.Parallel()
	version := versionOfTheChangelog(t)
	required := regexp.MustCompile(`(?m)^(?:require)?\s+(` + module + `\S*) (v\S+)`)
	found := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "go.mod" {
			return err
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, m := range required.FindAllStringSubmatch(string(text), -1) {
			require.Equal(t, "v"+version, m[2], "%s requires %s", path, m[1])
			found++
		}
		return nil
	})
	require.NoError(t, err)
	require.NotZero(t, found)
}

// versionOfTheChangelog returns what its newest heading says.
func versionOfTheChangelog(t *testing.T) string {
	t.Helper()
	_, newest, _ := strings.Cut(readText(t, "CHANGELOG.md"), "\n## ")
	newest, _, _ = strings.Cut(newest, "\n")
	require.Regexp(t, `^\d+\.\d+\.\d+ - (Unreleased|\d{4}-\d\d-\d\d)$`, newest)
	version, _, _ := strings.Cut(newest, " ")
	return version
}
