package franceconnect

import "reflect"

// ConfigSize is what a Client's copy of the settings takes, in bytes.
var ConfigSize = reflect.TypeFor[Config]().Size()

// StoreKey returns the key of a login in the Store.
func (c *Client) StoreKey(state string) string { return c.storeKey(state) }

// RememberAtMost makes room for so many used logins, twice.
func (c *Client) RememberAtMost(logins int) { c.used.Most = logins }

// Crossed tells whether the cookie of a login would open as that of a logout,
// or the other way round, if they had one name.
func (c *Client) Crossed() bool {
	_, in := c.logins.Open("name", c.logouts.Seal("name", nil))
	_, out := c.logouts.Open("name", c.logins.Seal("name", nil))
	return in || out
}
