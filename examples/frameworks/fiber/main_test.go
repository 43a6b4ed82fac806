package main

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/session"
	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/examples/frameworks/internal/conform"
)

func TestThePortalConforms(t *testing.T) {
	conform.Run(t, conform.Portal{Serve: serve})
}

// fiber has a clock of its own, which no test can set.
func TestASessionEndsAfter30MinutesWithoutUse(t *testing.T) {
	require.Equal(t, 30*time.Minute, session.ConfigDefault.IdleTimeout)
}

// fasthttp takes addresses that net/http does not read: then the SDK was not
// asked, and nobody is signed in.
func TestAnAddressThatNetHTTPDoesNotReadIsRefused(t *testing.T) {
	fc, err := franceconnect.New(franceconnect.Config{
		Environment: franceconnect.Sandbox, ClientID: "an-id", ClientSecret: "a-secret",
		RedirectURL: "https://portail.example.fr/franceconnect/callback", CookieKeys: []franceconnect.CookieKey{franceconnect.NewCookieKey()},
	})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	serve(t, fc, "https://portail.example.fr", l)
	browser, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer browser.Close()
	_, err = io.WriteString(browser, "GET /franceconnect/callback#%zz HTTP/1.1\r\nHost: portail.example.fr\r\n\r\n")
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(browser), nil)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
}

func serve(t *testing.T, fc *franceconnect.Client, address string, l net.Listener) {
	app := newPortal(fc, address)
	t.Cleanup(func() { app.Shutdown() })
	go app.Listener(l, fiber.ListenConfig{DisableStartupMessage: true})
}
