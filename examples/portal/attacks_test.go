package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp/attack"
	"github.com/franceconnect-go/franceconnect/testdata/portaltest"
)

// The portal holds every attack that the mock knows, with FranceConnect+ beside it.
// This is what a portal team writes in a test of its own. Four of the portal are
// attacked in the time of one: each fetches FranceConnect's keys so often and no
// more.
func TestThePortalHoldsEveryAttack(t *testing.T) {
	t.Parallel()
	attack.Run(t, attacked(t), attacked(t), attacked(t), attacked(t))
}

var birthName = regexp.MustCompile(`Nom de naissance</dt>\s*<dd>([^<]*)`)

// attacked is the portal, at a FranceConnect of its own.
func attacked(t *testing.T) attack.Portal {
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	address := "http://" + server.Listener.Addr().String()
	client := mockClient(mockidp.V2, address, callbackPath)
	idp := mockidp.Start(t, mockidp.Config{Clients: []mockidp.Client{client}})
	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv("", ""))
	require.NoError(t, err)
	config.Scopes = defaultScopes
	config.HTTPClient = &http.Client{Timeout: 5 * time.Second} // half of the default: attacks wait for it
	strong := mockidp.Start(t, mockidp.Config{Platform: mockidp.Plus, Clients: []mockidp.Client{mockClient(mockidp.Plus, address, plusCallbackPath)}})
	plus, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", strong.Getenv("", ""))
	require.NoError(t, err)
	plus.Scopes, plus.CookieKeys = nil, config.CookieKeys
	p, err := newPortal(address, config, &plus, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	server.Config.Handler = p.handler()
	server.Start()
	return attack.Portal{
		IDP: idp, Client: client,
		Login: address + "/franceconnect/login", Next: "next", Logout: address + "/deconnexion", Others: []string{address + plusLoginPath},
		Pages: []string{address + "/", address + "/connexion", address + "/mon-compte"},
		WhoIs: func(browser *http.Client) string {
			return portaltest.On(t, browser, address+"/mon-compte", birthName)
		},
	}
}
