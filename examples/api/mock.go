package main

import (
	"net"
	"strings"
	"time"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// mocks are a FranceConnect and an API Particulier in a box, which know each
// other and this portal. Leave this file out of a portal that is not an example.
type mocks struct {
	fcListener, apiListener net.Listener
	fc                      *introspection
	api                     *particulier
	client                  mockidp.Client
}

// startMocks listens for both; main serves them.
func startMocks(portal string, dataScopes []string, day badDay) (*mocks, error) {
	m := &mocks{client: mockClient(portal, dataScopes)}
	var err error
	if m.fcListener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	if m.apiListener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		m.fcListener.Close()
		return nil, err
	}
	provider, err := mockidp.New(mockidp.Config{Clients: []mockidp.Client{m.client}, Origin: "http://" + m.fcListener.Addr().String()})
	if err != nil {
		m.close()
		return nil, err
	}
	m.fc = introspect(provider, provider.Issuer())
	m.api = newParticulier(m.fc, time.Now)
	m.api.setBadDay(day)
	return m, nil
}

// mockClient returns this portal, as it would be registered at FranceConnect, with
// the right to the data.
func mockClient(portal string, dataScopes []string) mockidp.Client {
	c := mockidp.DefaultClient(mockidp.V2)
	c.Name = "Portail des aides"
	c.RedirectURIs = []string{portal + callbackPath, portal + dataCallbackPath}
	c.PostLogoutRedirectURIs = []string{portal + loggedOutPath}
	c.Scopes = append(c.Scopes, dataScopes...)
	return c
}

// mockRecipient is the SIRET of a town in a département that does not exist.
const mockRecipient = "21999001700010"

// env says of the mocks what the variables would say of the real ones.
func (m *mocks) env(getenv func(string) string) func(string) string {
	said := map[string]string{
		"FRANCECONNECT_ENVIRONMENT":   strings.TrimSuffix(m.fc.issuer, "/api/v2"),
		"FRANCECONNECT_PLATFORM":      string(franceconnect.V2),
		"FRANCECONNECT_CLIENT_ID":     m.client.ID,
		"FRANCECONNECT_CLIENT_SECRET": m.client.Secret,
		"API_PARTICULIER_URL":         "http://" + m.apiListener.Addr().String(),
		"API_PARTICULIER_RECIPIENT":   mockRecipient,
	}
	return func(name string) string {
		if text, ok := said[name]; ok {
			return text
		}
		return getenv(name)
	}
}

// sites returns where the two answer; a portal of its own has none.
func (m *mocks) sites() []site {
	if m == nil {
		return nil
	}
	return []site{{m.fcListener, m.fc}, {m.apiListener, m.api}}
}

func (m *mocks) close() {
	m.fcListener.Close()
	m.apiListener.Close()
}
