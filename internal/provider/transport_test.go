package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"sync/atomic"
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
					_, err := p.Exchange(context.Background(), nil, Credentials{}, "c", 0)
					return err
				},
				"userinfo": func(p *Provider) error { _, err := p.UserInfo(context.Background(), nil, "a"); return err },
				"keys":     func(p *Provider) error { _, _, err := p.Keys(context.Background(), nil, "k", 0); return err },
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
		transport := newHTTPCaller(nil).own
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
	// more than what it answers here. What becomes of an address that nobody can
	// read is in TestAVariableWithASlashInThePasswordIsNotTaken.
	require.Equal(t, reflect.ValueOf(fromEnvironment).Pointer(), reflect.ValueOf(NewTransport().Proxy).Pointer())
}

func TestAHandshakeThatHangsIsNotWaitedForToTheEndOfTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		transport := NewTransport()
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, theirs) }() // and says nothing
			return ours, nil
		}
		p := New(Endpoints{UserInfo: "https://fc.test/userinfo"}, false, &http.Client{Transport: transport}, time.Now)
		start := time.Now()
		_, err := p.UserInfo(t.Context(), nil, "a")
		require.ErrorContains(t, errors.Unwrap(err), "TLS handshake timeout")
		require.Equal(t, 5*time.Second, time.Since(start))
	})
}

// A portal may set its timeout and leave the transport as it is.
func TestATimeoutOfThePortalsOwnMayBeLongerThanTheDefault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newHTTPCaller(&http.Client{Timeout: 20 * time.Second})
		l.own.DialContext = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			return ours, nil
		}
		start := time.Now()
		_, _, err := l.call(t.Context(), "userinfo", "http://fc.test/userinfo", "", http.Header{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 20*time.Second, time.Since(start))
		synctest.Wait()
	})
}

// Sixty-four people at once have a connection each, and so have the next ones.
func TestTheConnectionsOfABusyPortalAreKept(t *testing.T) {
	t.Parallel()
	const people = 64
	var opened atomic.Int32
	var all sync.WaitGroup
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		all.Done()
		all.Wait()
		_, _ = io.WriteString(w, "{}")
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	p := New(Endpoints{UserInfo: s.URL}, false, nil, time.Now)
	for range 3 {
		all.Add(people)
		var wg sync.WaitGroup
		for range people {
			wg.Go(func() {
				_, err := p.UserInfo(t.Context(), nil, "a")
				require.NoError(t, err)
			})
		}
		wg.Wait()
	}
	require.EqualValues(t, people, opened.Load())
}

func TestAnAddressThatIsNoneIsAnErrorOfTheCall(t *testing.T) {
	t.Parallel()
	_, err := New(Endpoints{UserInfo: "https://fc.test/\x00"}, false, nil, time.Now).UserInfo(t.Context(), nil, "a")
	var e *Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "userinfo", e.Call)
}
