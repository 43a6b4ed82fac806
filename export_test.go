package franceconnect

import "reflect"

// ConfigSize is what a Client's copy of the settings takes, in bytes.
var ConfigSize = reflect.TypeFor[Config]().Size()

// StoreKey returns the key of a login in the Store.
func (c *Client) StoreKey(state string) string { return c.storeKey(state) }

// RememberAtMost makes room for so many used logins, twice.
func (c *Client) RememberAtMost(logins int) { c.used.Most = logins }
