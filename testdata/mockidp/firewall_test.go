package mockidp_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// ask makes one request and returns the connection that it had.
func ask(ctx context.Context, c *http.Client, address string) (conn net.Conn, err error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { conn = i.Conn }})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	res, err := c.Do(req)
	if err != nil {
		return conn, err
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return conn, err
}

func pooling(t *testing.T) *http.Client {
	tr := &http.Transport{ForceAttemptHTTP2: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr}
}

func TestTheConnectionsOfClientsGoSilentAndNobodyElses(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]func(*testing.T, mockidp.Config) (*mockidp.Provider, *http.Client){
		"http/1.1": func(t *testing.T, cfg mockidp.Config) (*mockidp.Provider, *http.Client) {
			return mockidp.Start(t, cfg), pooling(t)
		},
		"http/2": func(t *testing.T, cfg mockidp.Config) (*mockidp.Provider, *http.Client) {
			server := httptest.NewUnstartedServer(nil)
			cfg.Origin = "https://" + server.Listener.Addr().String()
			idp, err := mockidp.New(cfg)
			require.NoError(t, err)
			server.Listener, server.Config.Handler, server.EnableHTTP2 = idp.Behind(server.Listener), idp, true
			server.StartTLS()
			t.Cleanup(server.Close)
			c := server.Client()
			c.Transport.(*http.Transport).ForceAttemptHTTP2 = true
			return idp, c
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			idp, portal := serve(t, mockidp.Config{})
			browser := &http.Client{Transport: portal.Transport.(*http.Transport).Clone()}
			t.Cleanup(browser.CloseIdleConnections)
			require.Zero(t, idp.Forget(), "nobody has called")
			_, err := ask(t.Context(), browser, idp.Issuer()+"/.well-known/openid-configuration")
			require.NoError(t, err)
			first, err := ask(t.Context(), portal, idp.Issuer()+"/jwks")
			require.NoError(t, err)
			require.Equal(t, 1, idp.Forget())
			require.Zero(t, idp.Forget(), "once")

			before := len(idp.Requests())
			soon, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			again, err := ask(soon, portal, idp.Issuer()+"/jwks")
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Same(t, first, again, "it waited in the pool")
			require.Len(t, idp.Requests(), before, "nothing arrived")
			_, err = ask(t.Context(), browser, idp.Issuer()+"/.well-known/openid-configuration")
			require.NoError(t, err)
			portal.CloseIdleConnections()
			fresh := &http.Client{Transport: portal.Transport.(*http.Transport).Clone()}
			t.Cleanup(fresh.CloseIdleConnections)
			_, err = ask(t.Context(), fresh, idp.Issuer()+"/jwks")
			require.NoError(t, err, "later ones are as ever")
		})
	}
}

// The server gives it up, and the other side hears nothing: no end, and no reset.
func TestASilentConnectionHasNoEnd(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	idp, err := mockidp.New(mockidp.Config{Origin: "http://" + l.Addr().String()})
	require.NoError(t, err)
	idle, closed := make(chan struct{}, 1), make(chan struct{})
	server := &http.Server{Handler: idp, ConnState: func(_ net.Conn, s http.ConnState) {
		switch s {
		case http.StateIdle:
			idle <- struct{}{}
		case http.StateClosed:
			close(closed)
		}
	}}
	go func() { _ = server.Serve(idp.Behind(l)) }()
	t.Cleanup(func() { server.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	_, err = io.WriteString(conn, "GET /api/v2/jwks HTTP/1.1\r\nHost: x\r\n\r\n")
	require.NoError(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	<-idle

	require.Equal(t, 1, idp.Forget())
	server.SetKeepAlivesEnabled(false) // which closes those that are idle
	<-closed
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)

	require.NoError(t, server.Close())
	require.NoError(t, conn.SetReadDeadline(time.Time{}))
	_, err = conn.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "with the listener it is over")
}
