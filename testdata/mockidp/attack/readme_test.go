package attack_test

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
)

// Without what its last line says, the README's code falls.
func TestTheREADMEsCodeWithoutCrossOriginProtectionFalls(t *testing.T) {
	t.Parallel()
	code := replaced(t, codeOfREADME(t), "http.NewCrossOriginProtection().Handler(http.DefaultServeMux)", "http.DefaultServeMux")
	r, fallen := fallenTo(t, "logout-", onTheREADME(t, builtREADME(t, code)))
	require.Equal(t, []string{"logout-by-neighbour"}, fallen, "from further away, SameSite keeps the cookies back")
	said, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	for _, sub := range r.subs {
		require.Contains(t, string(said), strings.Join(sub.wrong, ""), "the mock's README shows this failure")
	}
}

// codeOfREADME returns the code of the README's portal.
func codeOfREADME(t *testing.T) string {
	text, err := os.ReadFile("../../../README.md")
	require.NoError(t, err)
	_, code, ok := strings.Cut(string(text), "## In your portal\n\n```go\n")
	require.True(t, ok)
	code, _, ok = strings.Cut(code, "```")
	require.True(t, ok)
	return code
}

// replaced returns code with one piece of it, which must be there once, replaced.
func replaced(t *testing.T, code, old, new string) string {
	require.Equal(t, 1, strings.Count(code, old), "the code has %s once", old)
	return strings.Replace(code, old, new, 1)
}

// behind is a proxy that ends TLS: the portal's public address leads to where
// it listens.
type behind struct {
	public, listens string
	*http.Transport
}

func (b behind) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme == "https" && r.URL.Host == b.public {
		r = r.Clone(r.Context())
		r.URL.Scheme, r.URL.Host = "http", b.listens
	}
	return b.Transport.RoundTrip(r)
}

// builtREADME returns a program with its code: as it stands there, but for which
// FranceConnect it is at and where it listens. That docs/fr/developpeur.md, doc.go and
// example_test.go show the same is a test of theirs.
func builtREADME(t *testing.T, code string) (program string) {
	around, err := os.ReadFile("testdata/portal.go.txt")
	require.NoError(t, err)
	code = replaced(t, code, "franceconnect.Sandbox", "environment")
	code = replaced(t, code, `http.ListenAndServe(":8080", `, "http.Serve(listener, ")
	dir := t.TempDir()
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "portal.exe") // Windows wants a name like it
	require.NoError(t, os.WriteFile(source, []byte(replaced(t, string(around), "//README\n", code)), 0o600))
	out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

// onTheREADME runs such a program, as a process of its own.
func onTheREADME(t *testing.T, program string) attack.Portal {
	const public = "portail.example.fr"
	idp := mockidp.Start(t, mockidp.Config{})
	portal := exec.Command(program)
	portal.Env = append(os.Environ(), idp.Environ("https://"+public+"/franceconnect/callback", "https://"+public+"/")...)
	portal.Stdin, portal.Stderr = strings.NewReader(idp.Issuer()+"\n"), os.Stderr
	said, err := portal.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, portal.Start())
	t.Cleanup(func() { _ = portal.Wait() })
	t.Cleanup(func() { _ = portal.Process.Kill() })
	var listens string
	_, err = fmt.Fscan(said, &listens)
	require.NoError(t, err)

	through := behind{public, listens, &http.Transport{}}
	t.Cleanup(through.CloseIdleConnections)
	return attack.Portal{
		IDP: idp, Client: idp.Clients()[0], Transport: through,
		Login: "https://" + public + "/franceconnect/login", Next: "next", Logout: "https://" + public + "/deconnexion",
		Pages: []string{"https://" + public + "/"},
		WhoIs: func(browser *http.Client) string { return nameOn(t, browser, "https://"+public+"/") },
	}
}
