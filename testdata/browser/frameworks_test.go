package browser

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/security"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

func TestSignOutOfEveryFrameworkOverTLS(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"chi", "echo", "fiber", "gin", "gorilla", "kiosk", "nethttp"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := serveFramework(t, name, nil)
			v := newVisitor(t)
			v.trust()
			v.open(f.url + "/")
			v.follow("^S’identifier avec FranceConnect$")
			v.agree("camille")
			v.sees("^Mon compte$")
			v.push("^Se déconnecter$")
			v.sees("^Déconnexion$")     // FranceConnect's form sends itself
			f.ended(v, name != "kiosk") // which has signed out of FranceConnect before
		})
	}
}

// A framework is one of examples/frameworks, in a process of its own, behind a
// proxy that ends TLS.
type framework struct {
	url string // https://localhost
	idp *mockidp.Provider
}

// serveFramework starts an example. change may change what the proxy answers with.
func serveFramework(t *testing.T, name string, change func(*http.Response) error) framework {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // kept until the example takes it
	require.NoError(t, err)
	defer l.Close()
	address := l.Addr().String()
	proxy := httptest.NewUnstartedServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: address})
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
		ModifyResponse: change,
	})
	proxy.StartTLS()
	t.Cleanup(proxy.Close)
	_, port, err := net.SplitHostPort(proxy.Listener.Addr().String())
	require.NoError(t, err)
	f := framework{"https://localhost:" + port, mockidp.Start(t, mockidp.Config{})}
	cmd := program(append(f.idp.Environ(f.url+"/franceconnect/callback", f.url+"/franceconnect/logout"),
		"PORTAL_URL="+f.url, "PORTAL_ADDR="+address, "GIN_MODE=release"), name)
	l.Close()
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { end(cmd) })
	waitFor(t, address)
	return f
}

// waitFor waits until somebody listens on an address.
func waitFor(t *testing.T, address string) {
	t.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return
		}
		select {
		case <-again.C:
		case <-deadline.C:
			t.Fatal(err)
		}
	}
}

// trust has a browser take the certificate of the proxies here.
func (v *visitor) trust() {
	v.t.Helper()
	call(v, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
}

// ended: nobody is signed in at the portal, nor at FranceConnect. It says so on the
// page where the visitor is, if they came from there.
func (f framework) ended(v *visitor, says bool) {
	v.t.Helper()
	if says {
		require.Contains(v.t, v.text(), "Vous êtes déconnecté de ce portail et de FranceConnect")
	}
	asked := 0
	for _, r := range f.idp.Requests() {
		if r.Path == "/session/end" {
			asked++
		}
	}
	require.Equal(v.t, 1, asked)
	v.open(f.url + "/mon-compte")
	require.NotContains(v.t, v.text(), "Vous êtes connecté")
}
