package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEachCallEndsByItself(t *testing.T) {
	t.Parallel()
	silent := roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	for _, c := range []struct{ custom, want, keys time.Duration }{
		{0, 10 * time.Second, 10 * time.Second},
		{3 * time.Second, 3 * time.Second, 3 * time.Second},
		{time.Minute, time.Minute, 10 * time.Second}, // many wait for the keys
	} {
		synctest.Test(t, func(t *testing.T) {
			for name, call := range map[string]func(*Provider) error{
				"token": func(p *Provider) error {
					_, err := p.Exchange(context.Background(), nil, Credentials{}, "c")
					return err
				},
				"userinfo": func(p *Provider) error { _, err := p.UserInfo(context.Background(), nil, "a"); return err },
				"keys":     func(p *Provider) error { _, err := p.Keys(context.Background(), nil, "k"); return err },
			} {
				p := New(Endpoints{Token: "https://fc.test/token", UserInfo: "https://fc.test/userinfo", Keys: "https://fc.test/jwks"},
					false, &http.Client{Transport: silent, Timeout: c.custom}, time.Now)
				start := time.Now()
				require.ErrorIs(t, call(p), context.DeadlineExceeded, name)
				require.Equal(t, map[bool]time.Duration{true: c.keys, false: c.want}[name == "keys"], time.Since(start), name)
				synctest.Wait()
			}
		})
	}
}

// Of a server with TLS 1.2 it is HTTP/2; one that has no better than 1.1 is not
// spoken to.
func TestTheDefaultTransportSpeaksTLS12AndHTTP2(t *testing.T) {
	t.Parallel()
	for version, spoken := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true} {
		s := httptest.NewUnstartedServer(http.NotFoundHandler())
		s.EnableHTTP2 = true
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version}
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		defer s.Close()
		transport := newHTTPCaller(nil).client.Transport.(limitTransport).base.(*http.Transport)
		defer transport.CloseIdleConnections()
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		transport.TLSClientConfig.RootCAs.AddCert(s.Certificate())
		res, err := (&http.Client{Transport: transport}).Get(s.URL)
		if !spoken {
			require.ErrorContains(t, err, "protocol version")
			continue
		}
		require.NoError(t, err)
		res.Body.Close()
		require.Equal(t, 2, res.ProtoMajor)
	}
}

func TestTheDefaultTransportGoesThroughTheEnvironmentsProxy(t *testing.T) {
	t.Parallel()
	// It reads the environment once in a process: which function it is shows
	// more than what it answers here.
	require.Equal(t, reflect.ValueOf(http.ProxyFromEnvironment).Pointer(), reflect.ValueOf(defaultTransport().Proxy).Pointer())
}
