package proconnect

// RememberAtMost makes room for so many used logins, twice.
func (c *Client) RememberAtMost(logins int) { c.cookies.Used.Most = logins }
