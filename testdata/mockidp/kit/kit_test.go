// Package kit_test runs the tests of two portals in other languages, and attacks
// both.
package kit_test

import (
	"bufio"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// languages lists how a portal and its tests are run in each language.
var languages = []struct {
	name           string
	check          []string // succeeds where the machine can
	portal, suites []string
}{
	{"node", []string{"node", "-e", "process.exit(process.versions.node.split('.')[0] < 20 ? 1 : 0)"},
		[]string{"node", "portal.mjs"}, []string{"node", "--test", "portal.test.mjs"}},
	{"python", []string{"python3", "-c", "import sys, cryptography; sys.exit(sys.version_info < (3, 11))"},
		[]string{"python3", "portal.py"}, []string{"python3", "-m", "unittest"}},
}

// eachLanguage runs a test for each language that the machine has, and says
// which it has not.
func eachLanguage(t *testing.T, f func(t *testing.T, dir string, portal, suites []string)) {
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			if out, err := exec.Command(l.check[0], l.check[1:]...).CombinedOutput(); err != nil {
				if os.Getenv("KIT_TESTS") == "required" {
					t.Fatalf("%s: %v\n%s", l.name, err, out)
				}
				t.Skipf("%s is not on this machine, or too old, or lacks a package, and its portal is not tested: %v %s", l.name, err, out)
			}
			read(t, l.name+"/*.*")
			f(t, l.name, l.portal, l.suites)
		})
	}
}

// read reads files that another program runs, so that go test does not take a
// result from its cache when they have changed.
func read(t *testing.T, pattern string) {
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		_, err := os.ReadFile(file)
		require.NoError(t, err)
	}
}

// buildMock makes the command, and returns its file.
func buildMock(t *testing.T) string {
	read(t, "../../../cmd/mockfranceconnect/*.go")
	mock := filepath.Join(t.TempDir(), "mockfranceconnect.exe") // Windows wants a name like it
	out, err := exec.Command("go", "build", "-o", mock, "../../../cmd/mockfranceconnect").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return mock
}

func TestTheTestsOfThePortalsSucceed(t *testing.T) {
	t.Parallel()
	mock := buildMock(t)
	t.Run("in", func(t *testing.T) {
		eachLanguage(t, func(t *testing.T, dir string, _, suites []string) {
			run := exec.Command(suites[0], suites[1:]...)
			run.Dir, run.Env = dir, append(os.Environ(), "MOCKFRANCECONNECT="+mock, "PYTHONDONTWRITEBYTECODE=1")
			out, err := run.CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	})
}

// The portal, its mock and the command are three processes here: the command steers
// the mock by its control alone.
func TestThePortalsHoldTheAttacksOfTheCommand(t *testing.T) {
	t.Parallel()
	mock := buildMock(t)
	t.Run("in", func(t *testing.T) {
		eachLanguage(t, func(t *testing.T, dir string, portal, _ []string) {
			at, control := running(t, dir, portal)
			out, err := exec.Command(mock, "attack", "-control", control, "-login", at+"/connexion", "-next", "next", "-logout", at+"/deconnexion",
				"-callback", at+"/franceconnect/callback", "-after-logout", at+"/franceconnect/logout",
				"-account", at+"/mon-compte", "-pages", at+"/").CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Regexp(t, `\n3\d\d attacks, 0 rules broken\n$`, string(out))
		})
	})
}

// running runs a portal at a mock of its own until the test ends, and returns the
// addresses of the portal and of the mock's control.
func running(t *testing.T, dir string, program []string) (at, control string) {
	idp := mockidp.Start(t, mockidp.Config{})
	client := idp.Clients()[0]
	run := exec.Command(program[0], program[1:]...)
	log := new(portaltest.Log)
	run.Dir, run.Stderr = dir, log
	run.Env = append(os.Environ(), "ISSUER="+idp.Issuer(), "CLIENT_ID="+client.ID, "CLIENT_SECRET="+client.Secret, "PORT=0", "PYTHONDONTWRITEBYTECODE=1")
	out, err := run.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, run.Start())
	t.Cleanup(func() {
		_ = run.Process.Kill()
		_ = run.Wait()
		if t.Failed() {
			t.Logf("%s says:\n%s", dir, log)
		}
	})
	said, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "%s", log)
	_, at, _ = strings.Cut(strings.TrimSpace(said), "url=")
	idp.Getenv(at+"/franceconnect/callback", at+"/franceconnect/logout")
	server := httptest.NewServer(idp.Control(new(mockidp.Clock)))
	t.Cleanup(server.Close)
	return at, server.URL
}
