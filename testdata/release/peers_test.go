package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTablesThatCompareWithAnOlderReleaseAreNamed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(file, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(folder, file)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o600))
	}
	write("docs/comparison.md", "| go-oidc v3.21.0, zitadel/oidc v3.51.17, hashicorp/cap v0.16.0 | not read |")
	write("README.md", "a guide\n")
	write("testdata/bench/go.mod", "require (\n\tgithub.com/coreos/go-oidc/v3 v3.21.0\n\tgithub.com/hashicorp/cap v0.16.0\n\tgithub.com/zitadel/oidc/v3 v3.52.0\n)\n")
	write("testdata/bench/RESULTS.md", "- github.com/coreos/go-oidc/v3 v3.21.0\n- github.com/zitadel/oidc/v3 v3.52.0\n")
	newest := func(module string) (string, error) {
		return map[string]string{"github.com/coreos/go-oidc/v3": "v3.21.0", "github.com/zitadel/oidc/v3": "v3.52.0", "github.com/hashicorp/cap": "v0.16.0"}[module], nil
	}
	require.ElementsMatch(t, []string{
		"docs/comparison.md has zitadel/oidc v3.51.17, and v3.52.0 is out: compare again",
		"testdata/bench/RESULTS.md names no version of hashicorp/cap",
	}, notNewest(folder, newest))
	require.Len(t, notNewest(t.TempDir(), newest), len(peers)*len(compared), "files that are not there")

	offline := notNewest(folder, func(string) (string, error) { return "", errors.New("no network") })
	require.Len(t, offline, len(peers))
	require.Contains(t, offline[0], "no network")
}

func TestTheFilesThatCompareNameEveryPeer(t *testing.T) {
	t.Parallel()
	for _, line := range notNewest("../..", func(string) (string, error) { return "v0.0.0", nil }) {
		require.NotContains(t, line, "names no version")
	}
}
