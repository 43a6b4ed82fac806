package franceconnect

import "github.com/franceconnect-go/franceconnect/internal/browser"

// LocalPath returns text if it is a path on the portal itself, with its query,
// and Config.HomePath if it is empty, could lead anywhere else or is longer than
// 1024 bytes. Login and Session.ReturnTo have been through it; it is here for
// what else a portal redirects to.
//
// A browser takes a backslash for a slash, drops tabs and line breaks, and
// goes to another host at "//"; a proxy in between may have decoded the path
// once more.
func (c *Client) LocalPath(text string) string {
	if browser.IsLocalPath(text) {
		return text
	}
	return c.config.HomePath
}
