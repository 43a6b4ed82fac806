package conform

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// A town is a portal on a real server, and its FranceConnect.
type town struct {
	Portal
	way       way
	address   string // as people reach it
	idp       *mockidp.Provider
	client    mockidp.Client
	transport http.RoundTripper
	clock     mockidp.Clock // of FranceConnect, set forward and never waited for
}

// A way is how a browser reaches a portal.
type way string

const (
	onHTTP      way = "OnHTTP"
	behindProxy way = "BehindAProxyThatEndsTLS" // and speaks http to it, under a Host of its own
	onTLS       way = "OnTLSOfItsOwn"
)

// newTown has a portal on 127.0.0.1. If one config is given, FranceConnect shows
// its pages; Disabled is taken over from it.
func newTown(t *testing.T, p Portal, by way, config ...franceconnect.Config) *town {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	town := &town{Portal: p, way: by, address: "http://" + l.Addr().String()}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	t.Cleanup(transport.CloseIdleConnections)
	town.transport = transport
	switch by {
	case behindProxy:
		proxy := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: l.Addr().String()}) // and Host with it
			for name := range lies {                                    // hands on what it is told, as many do
				r.Out.Header[name] = r.In.Header[name]
			}
			r.SetXForwarded()
		}, Transport: transport.Clone()})
		proxy.StartTLS()
		t.Cleanup(proxy.Close)
		town.address = proxy.URL
		transport.TLSClientConfig = proxy.Client().Transport.(*http.Transport).TLSClientConfig
	case onTLS:
		lent := httptest.NewTLSServer(nil) // of whom it has the certificate
		t.Cleanup(lent.Close)
		town.address = "https://" + l.Addr().String()
		l = tls.NewListener(l, &tls.Config{Certificates: lent.TLS.Certificates})
		transport.TLSClientConfig = lent.Client().Transport.(*http.Transport).TLSClientConfig
	}
	town.client = mockidp.DefaultClient(mockidp.V2)
	town.client.RedirectURIs = []string{town.address + "/franceconnect/callback"}
	town.client.PostLogoutRedirectURIs = []string{town.address + "/franceconnect/logout"}
	town.idp = mockidp.Start(t, mockidp.Config{Clients: []mockidp.Client{town.client}, Auto: len(config) == 0, Now: town.clock.Now})
	town.serve(t, l, len(config) > 0 && config[0].Disabled)
	return town
}

func (town *town) serve(t *testing.T, l net.Listener, disabled bool) {
	config := configOf(t, town.idp, town.address)
	config.Disabled, config.HTTPClient = disabled, &http.Client{Timeout: 5 * time.Second} // of a FranceConnect that hangs: half of the default
	fc, err := franceconnect.New(config)
	require.NoError(t, err)
	town.Serve(t, fc, town.address, l)
}

// configOf returns the settings of a portal at an address.
func configOf(t *testing.T, idp *mockidp.Provider, address string) franceconnect.Config {
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(address+"/franceconnect/callback", address+"/franceconnect/logout"))
	require.NoError(t, err)
	config.Scopes = []string{"identite_pivot", "email"}
	return config
}

// asked returns the requests that FranceConnect had for a path.
func (town *town) asked(path string) (all []mockidp.Request) {
	for _, r := range town.idp.Requests() {
		if r.Path == path {
			all = append(all, r)
		}
	}
	return all
}

// account returns where the account is.
func (town *town) account() string {
	if town.AtOnce {
		return "/"
	}
	return "/mon-compte"
}

var nameTag = regexp.MustCompile(`<strong id="person">([^<]*)</strong>`)

// nameOn returns who is signed in in a browser, "" for nobody.
func (town *town) nameOn(t *testing.T, browser *http.Client) string {
	return portaltest.On(t, browser, town.address+town.account(), nameTag)
}
