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
	if os.Getuid() != 0 {
		t.Skip("only root may enter a folder as its own root")
	}
	for _, program := range programs {
		alone := t.TempDir()
		require.NoError(t, os.Chmod(alone, 0o755))
		require.NoError(t, rehearsed.install("linux/"+runtime.GOARCH, rehearsed.version, func(p, _ string) string {
			if p == program {
				return filepath.Join(alone, "program")
			}
			return os.DevNull
		}))
		cmd := rehearsed.command("/", "/program", "help")
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: alone, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), program)
	}
}
