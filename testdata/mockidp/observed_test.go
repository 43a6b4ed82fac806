package mockidp_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryObservedRowIsCovered goes through what FranceConnect was seen to
// answer. Each row names the data rows and tests that hold it, which must
// exist; a row that names none is not held, and is listed.
func TestEveryObservedRowIsCovered(t *testing.T) {
	t.Parallel()
	var rows []struct {
		Row string
		By  []string
	}
	load(t, "observed.json", &rows)
	known := holders(t)
	seen := map[string]bool{}
	for _, r := range rows {
		require.False(t, seen[r.Row], "%s is there twice", r.Row)
		seen[r.Row] = true
		for _, by := range r.By {
			require.True(t, known[by], "%s, which is to hold %q, does not exist", by, r.Row)
		}
		if len(r.By) == 0 {
			t.Logf("not covered: %s", r.Row)
		}
	}
	require.Greater(t, len(rows), 150)
}

// holders returns the tests of this package and the rows of its data files, as
// file: row.
func holders(t *testing.T) map[string]bool {
	known := map[string]bool{}
	sources, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	for _, name := range sources {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(text), -1) {
			known[m[1]] = true
		}
	}
	for _, file := range []string{"authorize", "discovery", "identities", "journeys", "logout", "refusals", "revocation", "token", "userinfo"} {
		var rows []struct{ Name, Y string }
		load(t, file+".json", &rows)
		for _, r := range rows {
			name := file + ": " + strings.TrimSpace(r.Name+r.Y)
			require.False(t, known[name], "%s is there twice", name)
			known[name] = true
		}
	}
	return known
}
