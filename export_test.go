package franceconnect

import (
	"reflect"

	"github.com/franceconnect-go/franceconnect/internal/token"
	"github.com/franceconnect-go/franceconnect/person"
)

// ConfigSize is what a Client's copy of the settings takes, in bytes.
var ConfigSize = reflect.TypeFor[Config]().Size()

// StoreKey returns the key of a login in the Store.
func (c *Client) StoreKey(state string) string { return c.cookies.StoreKey([]byte(state)) }

// RememberAtMost makes room for so many used logins, twice.
func (c *Client) RememberAtMost(logins int) { c.cookies.Used.Most = logins }

// Crossed reports whether the cookie of a login would open as that of a logout,
// or the other way round, if they had one name.
func (c *Client) Crossed() bool {
	_, in := c.cookies.Logins.Open("name", c.cookies.Logouts.Seal("name", nil))
	_, out := c.cookies.Logouts.Open("name", c.cookies.Logins.Seal("name", nil))
	return in || out
}

// NewIdentity returns who claims are about, by their names in JSON.
func NewIdentity(claims map[string]string) person.Identity {
	var all token.Claims
	for name, value := range claims {
		all = append(all, token.Claim{Name: name, Value: value})
	}
	return newIdentity(all)
}

// RememberTokensAtMost makes room for so many used tokens of the State's app, twice.
func (c *Client) RememberTokensAtMost(tokens int) { c.config.Direct.used.Most = tokens }
