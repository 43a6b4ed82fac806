package show_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// names stand for those of the module cog, which cannot be imported here.
type names map[string][2]string

func (n names) Place(code, _ string) (string, bool) { return n.find(code, 0) }
func (n names) In(code, _ string) (string, bool)    { return n.find(code, 1) }

func (n names) find(code string, column int) (string, bool) {
	if known, ok := n[code]; ok {
		return known[column], true
	}
	return code, false // as cog does: not to be used
}

func places(t testing.TB) names {
	t.Helper()
	file, err := os.ReadFile("testdata/places.tsv")
	require.NoError(t, err)
	all := names{}
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, f, 3, line)
		all[f[0]] = [2]string{f[1], f[2]}
	}
	return all
}
