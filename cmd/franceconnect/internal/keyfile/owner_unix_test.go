//go:build unix

package keyfile

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAFileThatIsChangedStaysItsPortals(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "keys.json")
	for _, id := range []string{"one", "two"} {
		k, err := New("ECDH-ES", id, day)
		require.NoError(t, err)
		if id == "one" {
			require.NoError(t, Write(file, k))
			continue
		}
		require.NoError(t, os.Chmod(file, 0o640))
		owner := os.Getuid()
		if owner == 0 { // nobody else may give a file away
			owner = 65534
			require.NoError(t, os.Chown(file, owner, owner))
		}
		require.NoError(t, Add(file, k))
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o640), info.Mode())
		require.EqualValues(t, owner, info.Sys().(*syscall.Stat_t).Uid)
	}
}
