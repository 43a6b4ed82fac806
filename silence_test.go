package franceconnect_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A wire is a network of pipes in memory, so that its time can be a bubble's.
type wire struct {
	accepted chan net.Conn
	dialed   atomic.Int64
}

// A named is the end of a pipe that has an address of its own.
type named struct {
	net.Conn
	address string
}

func (n named) RemoteAddr() net.Addr { return address(n.address) }

type address string

func (address) Network() string  { return "pipe" }
func (a address) String() string { return string(a) }

func (w *wire) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case w.accepted <- named{theirs, fmt.Sprint("10.0.0.1:", w.dialed.Add(1))}:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wire) Accept() (net.Conn, error) {
	conn, ok := <-w.accepted
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}
func (w *wire) Close() error   { close(w.accepted); return nil }
func (w *wire) Addr() net.Addr { return address("10.0.0.2:443") }

// signInOnce makes the login of one person, with a browser of their own.
func signInOnce(fc *franceconnect.Client, idp http.Handler) error {
	sent := httptest.NewRecorder()
	if err := fc.Login(sent, httptest.NewRequest(http.MethodGet, "/", nil), franceconnect.LoginRequest{}); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	browser := &http.Client{Transport: inProcess{idp}, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "portail.example.fr" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := browser.Get(sent.Header().Get("Location"))
	if err != nil {
		return err
	}
	res.Body.Close()
	back, err := res.Location()
	if err != nil {
		return err
	}
	r := httptest.NewRequest(http.MethodGet, back.RequestURI(), nil)
	for _, k := range sent.Result().Cookies() {
		r.AddCookie(k)
	}
	_, err = fc.Callback(httptest.NewRecorder(), r)
	return err
}

// together answers the first so many requests for tokens when all of them are there:
// over HTTP/1.1, each has a connection then.
func together(many int64, h http.Handler) http.Handler {
	var met atomic.Int64
	there := make(chan struct{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/token") {
			if met.Add(1) == many {
				close(there)
			}
			<-there
		}
		h.ServeHTTP(w, r)
	})
}

// The mock's firewall forgets all connections of the portal as a login asks for its
// tokens. That one is lost, and those of the next seconds may be; nobody is who
// comes 15 seconds later.
func TestAfterTheFirewallForgotThePortalNobodyIsLostWhoComesLater(t *testing.T) {
	t.Parallel()
	one := httptest.NewTLSServer(nil)
	one.Close()
	roots := x509.NewCertPool()
	roots.AddCert(one.Certificate())
	var busy []time.Duration
	for at := 500 * time.Millisecond; at < 30*time.Second; at += 500 * time.Millisecond {
		busy = append(busy, at)
	}
	for _, h2 := range []bool{false, true} {
		for name, people := range map[string][]time.Duration{"busy": busy, "quiet": {15 * time.Second}, "asleep": {5 * time.Minute}} {
			t.Run(fmt.Sprint(name, ", http/2 ", h2), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					idp, err := mockidp.New(mockidp.Config{Origin: "https://example.com", Auto: true})
					require.NoError(t, err)
					w := &wire{accepted: make(chan net.Conn)}
					server := &http.Server{Handler: together(8, idp), TLSConfig: &tls.Config{Certificates: one.TLS.Certificates}, Protocols: new(http.Protocols)}
					server.Protocols.SetHTTP1(!h2)
					server.Protocols.SetHTTP2(h2)
					go func() { _ = server.ServeTLS(idp.Behind(w), "", "") }()

					transport := provider.NewTransport() // as the default client's
					transport.Proxy, transport.DialContext, transport.TLSClientConfig.RootCAs = nil, w.dial, roots
					defer func() {
						transport.CloseIdleConnections()
						require.NoError(t, server.Close())
						time.Sleep(time.Minute) // and every connection ends by itself
					}()
					config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv("https://portail.example.fr/callback", ""))
					require.NoError(t, err)
					config.HTTPClient = &http.Client{Transport: transport}
					fc, err := franceconnect.New(config)
					require.NoError(t, err)

					var all sync.WaitGroup
					for range 8 {
						all.Go(func() { require.NoError(t, signInOnce(fc, idp)) })
					}
					all.Wait()
					if !h2 {
						require.GreaterOrEqual(t, w.dialed.Load(), int64(8), "each waits in the pool")
					}
					idp.Next(mockidp.Scenario{TokenFault: mockidp.Fault{Silent: true}})
					lost := make([]error, len(people)+1)
					all.Go(func() { lost[len(people)] = signInOnce(fc, idp) })
					for i, at := range people {
						all.Go(func() {
							time.Sleep(at) // of the bubble
							lost[i] = signInOnce(fc, idp)
						})
					}
					all.Wait()
					require.ErrorIs(t, lost[len(people)], franceconnect.ErrUnavailable, "the silence was one")
					for i, at := range people {
						if at >= 15*time.Second {
							require.NoError(t, lost[i], "after %v", at)
						}
					}
					if h2 && name == "busy" {
						require.ErrorIs(t, lost[0], franceconnect.ErrUnavailable, "all went by the one connection")
					}
				})
			})
		}
	}
}
