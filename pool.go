package franceconnect

import (
	"net/http"
	"strings"
	"sync"

	"github.com/franceconnect-go/franceconnect/internal/logincookie"
	"github.com/franceconnect-go/franceconnect/internal/provider"
	"github.com/franceconnect-go/franceconnect/internal/token"
)

// A Pool makes the Clients of many organisations in one process. Those at one
// FranceConnect share its keys, fetched once for all, their connections, and the
// memory of used logins. Its zero value is ready; it is safe for use by several
// goroutines, and is not to be copied.
type Pool struct {
	mu     sync.Mutex
	latest map[poolKey]*Client // by FranceConnect
	used   logincookie.Used
	tokens logincookie.Used // of the State's app
}

// A poolKey is what Clients have in common that share connections: all that is
// known of a FranceConnect, and the HTTP client to it.
type poolKey struct {
	platform            Platform
	issuer, urls, rules string
	httpClient          *http.Client
}

func keyOf(env *Custom, client *http.Client) poolKey {
	return poolKey{env.Platform, env.Issuer,
		strings.Join([]string{env.AuthorizationURL, env.TokenURL, env.UserInfoURL, env.JWKSURL, env.EndSessionURL}, " "),
		strings.Join(append([]string{env.UserInfoFormat, env.TokenEndpointAuthMethod}, env.Algorithms...), " "), client}
}

// New makes a Client, as the function New does. The lifetime of FranceConnect's
// keys is measured by the clock of the first Client there.
func (p *Pool) New(config Config) (*Client, error) {
	env, err := config.check()
	if err != nil {
		return nil, err
	}
	if config.Disabled {
		return &Client{config: config, environment: &Custom{}}, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.latest == nil {
		p.latest, p.used = map[poolKey]*Client{}, logincookie.Used{Life: logincookie.Life, Most: logincookie.MaxUsed}
		p.tokens = logincookie.Used{Life: token.AppTokenLife, Most: logincookie.MaxUsed}
	}
	key := keyOf(&env, config.HTTPClient)
	like := p.latest[key]
	shared, known := &env, (*provider.Provider)(nil)
	if like != nil {
		shared, known = like.environment, like.provider
	} else {
		known = provider.New(provider.Endpoints{
			Authorization: env.AuthorizationURL, Token: env.TokenURL,
			UserInfo: env.UserInfoURL, Keys: env.JWKSURL, Logout: env.EndSessionURL,
		}, env.TokenEndpointAuthMethod == "client_secret_basic", config.HTTPClient, config.Now)
	}
	if config.Direct != nil { // a copy, of check
		config.Direct.used = &p.tokens
	}
	c, err := newClient(config, shared, known, &p.used, like)
	if err == nil {
		p.latest[key] = c
	}
	return c, err
}
