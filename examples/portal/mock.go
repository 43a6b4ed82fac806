package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net"
	"os"
	"strings"

	"github.com/franceconnect-go/franceconnect"
	"github.com/franceconnect-go/franceconnect/testdata/mockidp"
)

// A mock is a FranceConnect in a box, inside this process, which knows this
// portal and no other. Leave this file out of a portal that is not an example.
type mock struct {
	listener net.Listener
	provider *mockidp.Provider
	platform mockidp.Platform
	client   mockidp.Client
	origin   string
}

// startMock makes the FranceConnect of a portal on this machine: anybody can
// sign in there as anybody, so no other portal gets one.
func startMock(prefix string, getenv func(string) string, portal, callback string) (*mock, error) {
	if !onThisMachine(portal) {
		return nil, &franceconnect.ConfigError{Field: prefix + "ENVIRONMENT",
			French:  "est absent, et le simulateur ne sert qu’un portail de cette machine (PORTAL_URL en localhost)",
			English: "is missing, and the simulator serves a portal on this machine only (PORTAL_URL on localhost)"}
	}
	platform := mockidp.Platform(getenv(prefix + "PLATFORM"))
	// A browser keeps the cookies of a host for all its ports: two simulators
	// on one host would each forget who signed in at the other.
	host, port := "127.0.0.1", "8600"
	switch platform {
	case mockidp.V2, mockidp.V1:
	case mockidp.Plus:
		host, port = "localhost", "8601"
	case mockidp.ProConnect: // whose cookie has another name
		port = "8602"
	default: // the SDK complains about anything but ""
		platform = mockidp.V2
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil { // taken, by another portal perhaps
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, noSimulator(prefix, err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	m := &mock{listener: l, platform: platform, client: mockClient(platform, portal, callback), origin: "http://" + host + ":" + port}
	if platform == mockidp.Plus {
		m.client.EncryptionAlg = algorithmOf(getenv(prefix + "DECRYPTION_KEYS"))
	}
	m.provider, err = mockidp.New(mockidp.Config{
		Platform: platform,
		Clients:  []mockidp.Client{m.client},
		Origin:   m.origin,
	})
	if err != nil {
		l.Close()
		return nil, noSimulator(prefix, err)
	}
	return m, nil
}

func noSimulator(prefix string, err error) error {
	return &franceconnect.ConfigError{Field: prefix + "ENVIRONMENT",
		French:  "est absent, et le simulateur n’a pas pu démarrer",
		English: "is missing, and the simulator could not start: " + err.Error()}
}

// mockClient returns this portal, as it would be registered at FranceConnect. Each
// platform has other names (sub) for the same people.
func mockClient(platform mockidp.Platform, portal, callback string) mockidp.Client {
	c := mockidp.DefaultClient(platform)
	c.Name = "Portail des aides"
	c.EntityID = "portail-des-aides-" + string(platform)
	c.RedirectURIs = []string{portal + callback}
	c.PostLogoutRedirectURIs = []string{portal + loggedOutPath}
	if platform == mockidp.ProConnect {
		c.PostLogoutRedirectURIs = []string{portal + agentsLeftPath}
	}
	c.Prompts = []string{"login"} // FranceConnexion Direct
	if c.JWKSURI != "" {
		c.JWKSURI = portal + keysPath
	}
	return c
}

// env says of the mock what the variables would say of a FranceConnect.
func (m *mock) env(prefix string, getenv func(string) string) func(string) string {
	return func(name string) string {
		switch name {
		case prefix + "ENVIRONMENT":
			return m.origin
		case prefix + "CLIENT_ID":
			return m.client.ID
		case prefix + "CLIENT_SECRET":
			return m.client.Secret
		}
		if m.platform != mockidp.V1 { // which has no FranceConnexion Direct
			switch name {
			case prefix + "DIRECT_KEYS":
				return string(mockidp.AppKeys())
			case prefix + "DIRECT_CLAIM":
				return mockidp.AppDestinationClaim
			}
		}
		return getenv(name)
	}
}

// drawKeys draws the decryption keys of a portal that has the mock for
// FranceConnect+. A real portal keeps its own: go run ./cmd/franceconnect keys.
func drawKeys() ([]franceconnect.DecryptionKey, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	key, err := franceconnect.NewDecryptionKey("portail-"+strings.ToLower(rand.Text()[:8]), defaultAlgorithm, private)
	return []franceconnect.DecryptionKey{key}, err
}

const defaultAlgorithm = "ECDH-ES"

// algorithmOf returns what the variable for decryption keys would have been registered
// with: the algorithm of its first key. The SDK complains if it has none.
func algorithmOf(keys string) string {
	text := []byte(keys)
	if !strings.HasPrefix(strings.TrimSpace(keys), "{") {
		text, _ = os.ReadFile(keys)
	}
	var set struct{ Keys []struct{ Alg string } }
	if json.Unmarshal(text, &set) != nil || len(set.Keys) == 0 {
		return defaultAlgorithm
	}
	if alg := set.Keys[0].Alg; alg == "RSA-OAEP" || alg == "RSA-OAEP-256" {
		return alg
	}
	return defaultAlgorithm
}
