package main

import (
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the Containerfile makes is a folder with the program alone, in which it
// runs as nobody in particular. Entering one takes root, and no engine.
func TestAProgramRunsAloneAndWithoutRights(t *testing.T) {
	t.Parallel()
	if os.Getuid() != 0 {
		t.Skip("only root may enter a folder as its own root")
	}
	alone := map[string]string{}
	require.NoError(t, rehearsed.install(t.Context(), "linux/"+runtime.GOARCH, rehearsed.version, func(program, _ string) string {
		alone[program] = t.TempDir()
		return filepath.Join(alone[program], "program")
	}))
	for program, folder := range alone {
		require.NoError(t, os.Chmod(folder, 0o755))
		cmd := rehearsed.command(t.Context(), "/", "/program", "help")
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: folder, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), program)
	}
}
