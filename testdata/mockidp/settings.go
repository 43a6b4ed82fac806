package mockidp

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Getenv registers the addresses of a portal with the first client, and returns
// a function that stands for os.Getenv: it gives the settings of that portal at
// this provider, as the FRANCECONNECT_* variables, on ProConnect PROCONNECT_*. An
// empty address is left out.
//
//	config, err := franceconnect.ConfigFromEnv("FRANCECONNECT_", idp.Getenv(portal.URL+"/callback", portal.URL+"/"))
//
// The settings are the provider's address and platform, the client's id, secret
// and scopes, the two addresses and a cookie key. On Plus there also is a
// decryption key: its public half is registered, unless the client has a JWKSURI
// where the portal publishes its keys. For a client with JWKS there is none,
// since only the test has the private keys.
func (p *Provider) Getenv(redirectURL, postLogoutRedirectURL string) func(string) string {
	settings := map[string]string{}
	for _, variable := range p.Environ(redirectURL, postLogoutRedirectURL) {
		name, value, _ := strings.Cut(variable, "=")
		settings[name] = value
	}
	return func(name string) string { return settings[name] }
}

// Environ returns the settings of [Provider.Getenv] in the form of os.Environ,
// "name=value", for a portal that is a process of its own.
func (p *Provider) Environ(redirectURL, postLogoutRedirectURL string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.registered[0]
	prefix := strings.ToUpper(p.platform.product) + "_"
	variables := []string{
		prefix + "ENVIRONMENT=" + p.issuer,
		prefix + "PLATFORM=" + string(p.platform.name),
		prefix + "CLIENT_ID=" + c.ID,
		prefix + "CLIENT_SECRET=" + *c.secret.Load(),
		prefix + "SCOPES=" + strings.Join(c.Scopes, " "),
		prefix + "COOKIE_KEYS=" + newCookieKey(),
	}
	if p.platform.name == ProConnect { // which is one
		variables = slices.Delete(variables, 1, 2)
	}
	if redirectURL != "" {
		c.RedirectURIs = putFirst(c.RedirectURIs, redirectURL)
		variables = append(variables, prefix+"REDIRECT_URL="+redirectURL)
	}
	if postLogoutRedirectURL != "" {
		c.PostLogoutRedirectURIs = putFirst(c.PostLogoutRedirectURIs, postLogoutRedirectURL)
		variables = append(variables, prefix+"POST_LOGOUT_REDIRECT_URL="+postLogoutRedirectURL)
	}
	if p.platform.encryptionAlgs != nil && len(c.JWKS) == 0 {
		private, public := newDecryptionKey(c.EncryptionAlg)
		if c.JWKSURI == DefaultClient(Plus).JWKSURI { // nobody publishes keys there
			c.jwks = &public
		}
		variables = append(variables, prefix+"DECRYPTION_KEYS="+private)
	}
	return variables
}

// Clients returns the registered clients in their order, with the addresses
// that [Provider.Getenv] has added and the secret that they have now.
func (p *Provider) Clients() []Client {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Client, len(p.registered))
	for i, c := range p.registered {
		all[i] = c.Client
		all[i].Secret = *c.secret.Load()
		all[i].RedirectURIs = slices.Clone(c.RedirectURIs)
		all[i].PostLogoutRedirectURIs = slices.Clone(c.PostLogoutRedirectURIs)
	}
	return all
}

// putFirst returns a list that begins with an address and has it once.
func putFirst(list []string, address string) []string {
	rest := slices.DeleteFunc(slices.Clone(list), func(known string) bool { return known == address })
	return append([]string{address}, rest...)
}

// newCookieKey returns 32 random bytes in base64.
func newCookieKey() string {
	key := make([]byte, 32)
	rand.Read(key)
	return base64.StdEncoding.EncodeToString(key)
}

// newDecryptionKey makes a key for an algorithm, and returns it as a private
// key set in JSON and as the public set.
func newDecryptionKey(alg string) (private string, public jose.JSONWebKeySet) {
	var key crypto.Signer
	if strings.HasPrefix(alg, "RSA") {
		key, _ = rsa.GenerateKey(rand.Reader, 2048) // cannot fail, as of Go 1.24
	} else {
		key, _ = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: "mock-" + strings.ToLower(rand.Text()[:8]), Algorithm: alg, Use: "enc"}
	text, _ := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk}}) // a valid key has a JSON form
	return string(text), jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk.Public()}}
}
