package mockidp

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/go-jose/go-jose/v4"
)

// A Client is a service provider as FranceConnect or ProConnect has it registered.
// Its JSON form is an element of the array that [ReadClients] reads.
type Client struct {
	ID     string `json:"client_id"`
	Secret string `json:"client_secret"` // 32 characters or more
	// RedirectURIs are compared after normalisation when a login starts and
	// byte by byte when the code is traded.
	RedirectURIs           []string `json:"redirect_uris"`
	PostLogoutRedirectURIs []string `json:"post_logout_redirect_uris"`
	// Scopes are those that may be asked for; a known scope beyond them is
	// refused, an unknown one is dropped silently.
	Scopes []string `json:"scopes"`
	// SigningAlg is ES256 (which "" means), RS256 or HS256 on v2 and proconnect,
	// ES256 on plus, HS256 on v1.
	SigningAlg string `json:"signing_alg"`
	// UserinfoAlg is the algorithm of userinfo on proconnect, one of the same; ""
	// there is plain JSON. Elsewhere it is "": SigningAlg is used.
	UserinfoAlg string `json:"userinfo_signing_alg"`
	// EncryptionAlg is ECDH-ES, RSA-OAEP or RSA-OAEP-256: always on plus,
	// never elsewhere. The key is in JWKS, or fetched from JWKSURI during
	// each token call.
	EncryptionAlg string          `json:"encryption_alg"`
	JWKS          json.RawMessage `json:"jwks"`
	JWKSURI       string          `json:"jwks_uri"`
	AMR           bool            `json:"amr"`     // has the right to ask for amr
	Consent       bool            `json:"consent"` // private: consent is asked for with a checkbox
	// Prompts are values of prompt that, asked for without consent, make the
	// information page be left out: a privilege that few have.
	Prompts []string `json:"prompts"`
	Active  *bool    `json:"active"` // nil is active
	Name    string   `json:"name"`   // shown on the pages; "" is the client_id
	// EntityID is what the sub depends on besides the person: clients of the
	// same entity see the same sub. "" is the client_id.
	EntityID string `json:"entity_id"`
}

// DefaultClient returns the client that a Provider has if Config.Clients is
// nil; "" means V2. Its addresses, and on Plus its keys, are on localhost, port
// 8080; a portal elsewhere is registered by [Provider.Getenv].
func DefaultClient(platform Platform) Client {
	c := Client{
		ID:     strings.Repeat("0c11e47", 9) + "0",
		Secret: strings.Repeat("5ec3e7", 10) + "0000",
		RedirectURIs: []string{
			"http://localhost:8080/franceconnect/callback", "http://127.0.0.1:8080/franceconnect/callback",
			"http://localhost:8080/callback", "http://127.0.0.1:8080/callback",
		},
		PostLogoutRedirectURIs: []string{
			"http://localhost:8080/", "http://127.0.0.1:8080/",
			"http://localhost:8080/franceconnect/logout", "http://127.0.0.1:8080/franceconnect/logout",
			"http://localhost:8080/logout-callback", "http://127.0.0.1:8080/logout-callback",
		},
		SigningAlg: "ES256",
		AMR:        true,
		Name:       "Service de démonstration",
	}
	if platform, ok := platforms[cmp.Or(platform, V2)]; ok {
		c.Scopes = slices.Clone(platform.identity)
	}
	switch platform {
	case Plus:
		c.EncryptionAlg, c.JWKSURI = "ECDH-ES", "http://localhost:8080/franceconnect/jwks.json"
	case V1:
		c.SigningAlg = "HS256"
	case ProConnect:
		c.UserinfoAlg = "ES256"
		for i, address := range c.RedirectURIs {
			c.RedirectURIs[i] = strings.Replace(address, "/franceconnect/", "/proconnect/", 1)
		}
		for i, address := range c.PostLogoutRedirectURIs {
			c.PostLogoutRedirectURIs[i] = strings.Replace(address, "/franceconnect/", "/proconnect/", 1)
		}
	}
	return c
}

// ReadClients reads a JSON array of clients. It refuses members that it does
// not know; an error names the client by its index, and the field.
func ReadClients(r io.Reader) ([]Client, error) {
	return readList(r, "clients", "client_id", func(c Client) string { return c.ID })
}

// A client is a Client that registerClient has checked.
type client struct {
	Client
	secret atomic.Pointer[string] // the present one
	scopes map[string]bool
	jwks   *jose.JSONWebKeySet // nil if it is fetched from JWKSURI
	kept   keptKeys            // what was fetched
}

// registerClient checks a client against the platform and fills in defaults.
func registerClient(c Client, platform *platform) (*client, error) {
	if c.SigningAlg == "" {
		c.SigningAlg = platform.signingAlgs[0]
	}
	if c.Name == "" {
		c.Name = c.ID
	}
	if c.EntityID == "" {
		c.EntityID = c.ID
	}
	known := &client{Client: c, scopes: map[string]bool{}}
	known.secret.Store(&c.Secret)
	for _, s := range c.Scopes {
		known.scopes[s] = true
	}
	switch {
	case c.ID == "":
		return nil, errors.New("client_id is empty")
	case len(c.Secret) < 32:
		return nil, errors.New("client_secret is shorter than 32 characters")
	case len(c.RedirectURIs) == 0:
		return nil, errors.New("redirect_uris is empty")
	case !slices.Contains(platform.signingAlgs, c.SigningAlg):
		return nil, fmt.Errorf("signing_alg is %q, want one of %s", c.SigningAlg, strings.Join(platform.signingAlgs, ", "))
	case c.UserinfoAlg != "" && platform.name != ProConnect:
		return nil, fmt.Errorf("userinfo_signing_alg is %q, but on %s it is signing_alg", c.UserinfoAlg, platform.name)
	case c.UserinfoAlg != "" && !slices.Contains(platform.signingAlgs, c.UserinfoAlg):
		return nil, fmt.Errorf("userinfo_signing_alg is %q, want one of %s", c.UserinfoAlg, strings.Join(platform.signingAlgs, ", "))
	case platform.encryptionAlgs == nil && c.EncryptionAlg != "":
		return nil, fmt.Errorf("encryption_alg is %q, but %s encrypts nothing", c.EncryptionAlg, platform.name)
	case platform.encryptionAlgs != nil && !slices.Contains(platform.encryptionAlgs, c.EncryptionAlg):
		return nil, fmt.Errorf("encryption_alg is %q, want one of %s", c.EncryptionAlg, strings.Join(platform.encryptionAlgs, ", "))
	case platform.encryptionAlgs != nil && (len(c.JWKS) == 0) == (c.JWKSURI == ""):
		return nil, errors.New("want either jwks or jwks_uri")
	}
	for _, list := range [][]string{c.RedirectURIs, c.PostLogoutRedirectURIs} {
		for _, raw := range list {
			if _, ok := normalise(raw); !ok {
				return nil, fmt.Errorf("%q is not an absolute URL", raw)
			}
		}
	}
	for _, s := range c.Scopes {
		if platform.scopes[s] == nil {
			return nil, fmt.Errorf("scopes: %q is none of %s", s, platform.name)
		}
	}
	if len(c.JWKS) > 0 {
		known.jwks = new(jose.JSONWebKeySet)
		if err := json.Unmarshal(c.JWKS, known.jwks); err != nil {
			return nil, fmt.Errorf("jwks: %w", err)
		}
	}
	return known, nil
}

func (c *client) active() bool { return c.Active == nil || *c.Active }

// ChangeSecret gives a client another secret, as FranceConnect does when it is
// asked to. Codes from before stay good. It panics if there is no such client or
// the secret is shorter than 32 characters.
func (p *Provider) ChangeSecret(clientID, secret string) {
	c := p.clients[clientID]
	if c == nil || len(secret) < minSecret {
		panic("mockidp: ChangeSecret wants a registered client and a secret of 32 characters or more")
	}
	c.secret.Store(&secret)
}

// findClient returns the active client of an id, or nil.
func (p *Provider) findClient(id string) *client {
	if c := p.clients[id]; c != nil && c.active() {
		return c
	}
	return nil
}
