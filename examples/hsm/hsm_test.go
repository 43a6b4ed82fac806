//go:build linux && cgo

package main

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// softHSM is where Debian has the library.
const softHSM = "/usr/lib/softhsm/libsofthsm2.so"

// settings are those of the modules that are here, by their names.
var settings = map[string]map[string]string{}

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "hsm")
	if err == nil {
		var stop func()
		stop, err = start(folder)
		if err == nil {
			status := m.Run()
			stop()
			os.RemoveAll(folder)
			os.Exit(status)
		}
		os.RemoveAll(folder)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// start makes a token of SoftHSM, and starts swtpm, of those that are installed.
func start(folder string) (stop func(), err error) {
	stop = func() {}
	if _, err := os.Stat(softHSM); err == nil {
		config := filepath.Join(folder, "softhsm2.conf")
		if err := os.WriteFile(config, []byte("directories.tokendir = "+folder+"\nobjectstore.backend = file\n"), 0o600); err != nil {
			return stop, err
		}
		os.Setenv("SOFTHSM2_CONF", config)
		if out, err := exec.Command("softhsm2-util", "--init-token", "--free", "--label", "fc", "--pin", "1234", "--so-pin", "5678").CombinedOutput(); err != nil {
			return stop, fmt.Errorf("softhsm2-util: %w: %s", err, out)
		}
		settings["SoftHSM"] = map[string]string{"HSM_PKCS11": softHSM, "HSM_TOKEN": "fc", "HSM_PIN": "1234"}
	}
	if _, err := exec.LookPath("swtpm"); err == nil {
		socket := filepath.Join(folder, "tpm.sock")
		c := exec.Command("swtpm", "socket", "--tpm2", "--tpmstate", "dir="+folder, "--server", "type=unixio,path="+socket, "--flags", "not-need-init,startup-clear")
		if err := c.Start(); err != nil {
			return stop, err
		}
		stop = func() {
			_ = c.Process.Kill()
			_ = c.Wait()
		}
		for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
			if _, err := os.Stat(socket); err == nil {
				break
			} else if time.Since(begun) > 10*time.Second {
				stop()
				return stop, errors.New("swtpm does not listen")
			}
		}
		settings["TPM"] = map[string]string{"HSM_TPM": socket}
	}
	return stop, nil
}

// need returns the settings of a module. What is not installed is skipped by name;
// with HSM_TESTS=required, it has to be there.
func need(t *testing.T, name string) func(string) string {
	of, here := settings[name]
	if !here {
		if os.Getenv("HSM_TESTS") == "required" {
			t.Fatalf("HSM_TESTS=required, and there is no %s: examples/hsm/setup.sh installs it", name)
		}
		t.Skipf("there is no %s: examples/hsm/setup.sh installs it", name)
	}
	return func(name string) string { return of[name] }
}

// The table of README.md: refused is what the module says to what it cannot do.
var table = []struct{ module, kind, algorithm, refused string }{
	{"SoftHSM", "P-256", "ECDH-ES", ""},
	{"SoftHSM", "P-384", "ECDH-ES", ""},
	{"SoftHSM", "P-521", "ECDH-ES", ""},
	{"SoftHSM", "RSA-2048", "RSA-OAEP", ""},
	{"SoftHSM", "RSA-2048", "RSA-OAEP-256", "CKR_ARGUMENTS_BAD; it does open RSA-OAEP, which has SHA-1"},
	{"SoftHSM", "RSA-3072", "RSA-OAEP", ""},
	{"TPM", "P-256", "ECDH-ES", ""},
	{"TPM", "P-384", "ECDH-ES", ""},
	{"TPM", "P-521", "ECDH-ES", ""},
	{"TPM", "RSA-2048", "RSA-OAEP", ""},
	{"TPM", "RSA-2048", "RSA-OAEP-256", ""},
	{"TPM", "RSA-3072", "RSA-OAEP", ""},
	{"TPM", "RSA-3072", "RSA-OAEP-256", ""},
	{"TPM", "RSA-4096", "RSA-OAEP-256", "TPM_RC_VALUE"},
}

func TestPeopleSignInWithEachKeyThatAModuleHas(t *testing.T) {
	for _, row := range table {
		t.Run(row.module+" "+row.kind+" "+row.algorithm, func(t *testing.T) {
			name := row.kind + "-" + row.algorithm
			key, err := made(t, opened(t, row.module), name, row.kind, row.algorithm)
			if row.refused != "" {
				if err == nil {
					err = key.Try(t.Context())
					require.ErrorIs(t, err, franceconnect.ErrMisconfigured)
				}
				require.ErrorContains(t, err, row.refused)
				return
			}
			require.NoError(t, err)
			begun := time.Now()
			const times = 20
			for range times {
				require.NoError(t, key.Try(t.Context()))
			}
			t.Logf("%v a time", (time.Since(begun) / times).Round(10*time.Microsecond))
			require.Contains(t, visit(t, row.algorithm, key).Body, "Vous êtes connecté (eidas2)")
		})
	}
}

// opened opens a module for a test.
func opened(t *testing.T, name string) module {
	m, err := open(need(t, name))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.close()) })
	return m
}

// made makes a key and gives it to the library.
func made(t *testing.T, m module, name, kind, algorithm string) (franceconnect.DecryptionKey, error) {
	if err := m.generate(name, kind); err != nil {
		return franceconnect.DecryptionKey{}, err
	}
	return decryptionKey(m, name, kind, algorithm)
}

// visit signs a person in at the simulator, with a portal that has the key.
func visit(t *testing.T, algorithm string, key franceconnect.DecryptionKey) portaltest.Page {
	t.Helper()
	s := httptest.NewServer(nil)
	t.Cleanup(s.Close)
	client := mockidp.DefaultClient(mockidp.Plus)
	client.RedirectURIs = []string{s.URL + "/callback"}
	client.EncryptionAlg, client.JWKSURI = algorithm, s.URL+"/franceconnect/jwks.json"
	idp := mockidp.Start(t, mockidp.Config{Platform: mockidp.Plus, Clients: []mockidp.Client{client}, Auto: true})
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(s.URL+"/callback", ""))
	require.NoError(t, err)
	s.Config.Handler, err = newPortal(config, key)
	require.NoError(t, err)
	return portaltest.NewVisitor(t, s.URL, nil).Get("/")
}

func TestAModuleThatIsTakenAwayIsUnavailableAndIsUsedAgainWhenItIsBack(t *testing.T) {
	m, err := open(need(t, "SoftHSM")) // whose session does not last until the end
	require.NoError(t, err)
	key, err := made(t, m, "away", "P-256", "")
	require.NoError(t, err)
	require.Equal(t, 200, visit(t, "ECDH-ES", key).Status)
	library := m.(*token).library
	require.NoError(t, library.Finalize())
	require.Equal(t, 503, visit(t, "ECDH-ES", key).Status)
	err = key.Try(t.Context())
	require.ErrorIs(t, err, franceconnect.ErrUnavailable)
	require.ErrorContains(t, err, "CKR_CRYPTOKI_NOT_INITIALIZED")
	require.NoError(t, library.Initialize())
	require.Equal(t, 200, visit(t, "ECDH-ES", key).Status)

	m.(*token).pin = "0000"
	require.ErrorContains(t, key.Try(t.Context()), "CKR_PIN_INCORRECT")
}

func TestAKeyThatIsNotThereIsMissedByName(t *testing.T) {
	_, err := opened(t, "SoftHSM").key("nobody", "P-256")
	require.ErrorContains(t, err, "the token has 0 keys of the name nobody")
	m := opened(t, "SoftHSM")
	require.NoError(t, m.generate("twice", "P-256"))
	require.ErrorContains(t, m.generate("twice", "P-256"), "has a key of the name twice already")
	_, err = m.key("twice", "RSA-2048")
	require.ErrorContains(t, err, "reading twice as a key of the kind RSA-2048: ")
	settings := map[string]string{"HSM_PKCS11": softHSM, "HSM_TOKEN": "lost"}
	_, err = open(func(name string) string { return settings[name] })
	require.ErrorContains(t, err, `no token of the module has the label "lost"`)
}

func TestAKeyIsThereAfterARestart(t *testing.T) {
	for _, name := range []string{"SoftHSM", "TPM"} {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{"P-256", "RSA-2048"} {
				m, err := open(need(t, name))
				require.NoError(t, err)
				require.NoError(t, m.generate("kept-"+kind, kind))
				first, err := m.key("kept-"+kind, kind)
				require.NoError(t, err)
				require.NoError(t, m.close())
				second, err := opened(t, name).key("kept-"+kind, kind)
				require.NoError(t, err)
				require.Equal(t, publicOf(first), publicOf(second))
			}
		})
	}
}

// The library calls a key from many goroutines at once.
func TestAModuleIsUsedByManyAtOnce(t *testing.T) {
	for _, name := range []string{"SoftHSM", "TPM"} {
		t.Run(name, func(t *testing.T) {
			m := opened(t, name)
			require.NoError(t, m.generate("many", "P-256"))
			key, err := m.key("many", "P-256")
			require.NoError(t, err)
			exchanger := key.(ecdh.KeyExchanger)
			errs := make(chan error)
			for range 32 {
				go func() {
					other, err := ecdh.P256().GenerateKey(rand.Reader)
					if err == nil {
						var ours, theirs []byte
						ours, err = exchanger.ECDH(other.PublicKey())
						theirs, bad := other.ECDH(exchanger.PublicKey())
						if err = errors.Join(err, bad); err == nil && !bytes.HasSuffix(theirs, ours) {
							err = errors.New("not the same secret")
						}
					}
					errs <- err
				}()
			}
			for range 32 {
				require.NoError(t, <-errs)
			}
		})
	}
}

func publicOf(key any) any {
	switch k := key.(type) {
	case *ecKey:
		return k.public.Bytes()
	case *tpmEC:
		return k.public.Bytes()
	case *rsaKey:
		return k.public
	}
	return key.(*tpmRSA).public
}

func TestTheProgramMakesAKeyAndTriesIt(t *testing.T) {
	for _, name := range []string{"SoftHSM", "TPM"} {
		t.Run(name, func(t *testing.T) {
			getenv := need(t, name)
			with := func(kind, algorithm string) func(string) string {
				return func(variable string) string {
					switch variable {
					case "HSM_KEY":
						return "program-" + kind
					case "HSM_KIND":
						return kind
					case "HSM_ALGORITHM":
						return algorithm
					}
					return getenv(variable)
				}
			}
			for _, kind := range []string{"", "P-256", "RSA-2048"} {
				require.NoError(t, run(t.Context(), []string{"generate"}, with(kind, "")))
				require.NoError(t, run(t.Context(), []string{"check"}, with(kind, "")))
			}
			require.ErrorContains(t, run(t.Context(), []string{"generate"}, with("RSA", "")), "kind")
			require.ErrorContains(t, run(t.Context(), []string{"check"}, with("P-256", "RSA-OAEP")), "is an EC key")
		})
	}
	require.ErrorContains(t, run(t.Context(), nil, func(string) string { return "" }), "README.md")
}

// The table of README.md has each row, with the versions that it was made with.
func TestTheREADMEHasTheTable(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	for _, row := range table {
		want := "yes"
		if row.refused != "" {
			want = "no"
		}
		found := false
		for line := range strings.SplitSeq(string(text), "\n") {
			found = found || strings.HasPrefix(line, "| "+row.module+" | "+row.kind+" | `"+row.algorithm+"` | "+want)
		}
		require.True(t, found, "%v", row)
	}
}
