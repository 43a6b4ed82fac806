package main

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// modulePortal is one whose decryption keys are in a module, which a program tries.
func modulePortal(t *testing.T, start func(ctx context.Context, name string, args ...string) ([]byte, error)) *fixture {
	return newFixture(t, mockidp.Plus, func(f *fixture) {
		f.env["FRANCECONNECT_DECRYPTION_KEYS"] = ""
		f.flags = []string{"check", "-json", "-module", "./hsm check"}
		f.system.start = start
	})
}

func TestKeysInAModuleAreTriedByThePortalsOwnProgram(t *testing.T) {
	t.Parallel()
	f := modulePortal(t, func(_ context.Context, name string, args ...string) ([]byte, error) {
		require.Equal(t, "./hsm", name)
		require.Equal(t, []string{"check"}, args)
		return nil, nil
	})
	f.flags = append(f.flags, "-reseau")
	r := f.examine()
	require.True(t, r.OK, "%v", r.Checks)
	require.Equal(t, good, r.of("decryption-keys").Verdict)
	require.NotEqual(t, bad, r.of("published-keys").Verdict)
}

func TestAProgramMayBeInAFolderWithASpace(t *testing.T) {
	t.Parallel()
	f := modulePortal(t, func(_ context.Context, name string, args ...string) ([]byte, error) {
		require.Equal(t, `C:\Program Files\Portail\hsm.exe`, name)
		require.Equal(t, []string{"check", "a key"}, args)
		return nil, nil
	})
	f.flags[len(f.flags)-1] = `"C:\Program Files\Portail\hsm.exe" check "a key"`
	require.Equal(t, good, f.examine().of("decryption-keys").Verdict)
}

func TestWhatTheModuleAnsweredIsSaid(t *testing.T) {
	t.Parallel()
	// The status and the words of a program of this system.
	ended := exec.Command("go", "no-such-command").Run()
	require.ErrorAs(t, ended, new(*exec.ExitError))
	for said, c := range map[string]struct {
		out string
		err error
	}{
		"clés\u00a0: (decryption_key.refused) CKR_ARGUMENTS_BAD": {"level=INFO\n…(decryption_key.refused) CKR_ARGUMENTS_BAD\x1b\n", ended},
		"clés\u00a0: CKR_DEVICE_REMOVED":                         {"CKR_DEVICE_REMOVED\nexit status 1\n", ended}, // by go run
		"le module n’ouvre pas":                                  {"", ended},
		"ne démarre pas":                                         {"", errors.New("not found")},
	} {
		r := modulePortal(t, func(context.Context, string, ...string) ([]byte, error) { return []byte(c.out), c.err }).examine()
		require.Equal(t, bad, r.of("decryption-keys").Verdict)
		require.Contains(t, r.of("decryption-keys").What, said)
	}
}

func TestAProgramThatDoesNotEndIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out strings.Builder
		s := system{stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now, args: []string{"check", "-module", "./hsm"},
			start: func(ctx context.Context, _ string, _ ...string) ([]byte, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			}}
		begun := time.Now()
		require.Equal(t, failed, run(t.Context(), s))
		require.Equal(t, moduleTime, time.Since(begun))
		require.Contains(t, out.String(), "n’a pas fini en 30s")
	})
}
