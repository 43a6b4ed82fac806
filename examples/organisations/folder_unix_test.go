//go:build unix

package main

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A pipe that nobody writes to never ends, and nor would the reload.
func TestAPipeKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := w.towns(mockidp.V2, "bourg", "hautmont", "aubin")
	require.NoError(t, syscall.Mkfifo(filepath.Join(w.folder, "bourg.json"), 0o600))
	require.NoError(t, syscall.Mkfifo(w.secret(all[1], "client-secret"), 0o600))
	w.write("hautmont.json", all[1].text(map[string]any{"client_secret": nil, "client_secret_file": "client-secret"}))
	w.serve(all[2])
	require.Len(t, lines(w.log.String(), "refused"), 2)
	w.visitor(all[2].url()).signIn()
}
