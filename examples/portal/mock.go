package main

import (
	"fmt"
	"net"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A mock is a FranceConnect in a box, inside this process, which knows this
// portal and no other. Leave this file out of a portal that is not an example.
type mock struct {
	listener net.Listener
	provider *mockidp.Provider
	client   mockidp.Client
}

// startMock makes the FranceConnect of a portal on this machine: anybody can
// sign in there as anybody, so no other portal gets one.
func startMock(platform, portal string) (*mock, error) {
	if !onThisMachine(portal) {
		return nil, &franceconnect.ConfigError{Field: "FRANCECONNECT_ENVIRONMENT",
			French:  "est absent, et le simulateur ne sert qu’un portail de cette machine (PORTAL_URL en localhost)",
			English: "is missing, and the simulator serves a portal on this machine only (PORTAL_URL on localhost)"}
	}
	switch platform {
	case "v2", "plus", "v1":
	default: // the SDK complains about anything but ""
		platform = "v2"
	}
	l, err := net.Listen("tcp", "127.0.0.1:8600")
	if err != nil { // taken, by another portal perhaps
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, fmt.Errorf("the simulator: %w", err)
	}
	m := &mock{listener: l, client: mockClient(mockidp.Platform(platform), portal)}
	m.provider, err = mockidp.New(mockidp.Config{
		Platform: mockidp.Platform(platform),
		Clients:  []mockidp.Client{m.client},
		Origin:   m.origin(),
	})
	if err != nil {
		l.Close()
		return nil, err
	}
	return m, nil
}

// mockClient is this portal, as it would be registered at FranceConnect.
func mockClient(platform mockidp.Platform, portal string) mockidp.Client {
	c := mockidp.DefaultClient(platform)
	c.Name = "Portail des aides"
	c.RedirectURIs = []string{portal + callbackPath}
	c.PostLogoutRedirectURIs = []string{portal + loggedOutPath}
	if c.JWKSURI != "" {
		c.JWKSURI = portal + keysPath
	}
	return c
}

func (m *mock) origin() string { return "http://" + m.listener.Addr().String() }

// env says of the mock what the variables would say of a FranceConnect.
func (m *mock) env(getenv func(string) string) func(string) string {
	return func(name string) string {
		switch name {
		case "FRANCECONNECT_ENVIRONMENT":
			return m.origin()
		case "FRANCECONNECT_CLIENT_ID":
			return m.client.ID
		case "FRANCECONNECT_CLIENT_SECRET":
			return m.client.Secret
		}
		return getenv(name)
	}
}
