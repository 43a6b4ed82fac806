package town

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPortalThatCannotBeStartedIsAnError(t *testing.T) {
	t.Parallel()
	_, err := Start(t.Context(), filepath.Join(t.TempDir(), "portal"), "http://localhost:1", "127.0.0.1:1", http.DefaultClient)
	require.ErrorContains(t, err, "no such file")
}

func TestAPortalThatEndsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("false")
	if err != nil {
		t.Skip("no program false")
	}
	at, err := FreePort()
	require.NoError(t, err)
	_, err = Start(t.Context(), program, "http://localhost:"+at, "127.0.0.1:"+at, http.DefaultClient)
	require.ErrorContains(t, err, "has ended")
}
