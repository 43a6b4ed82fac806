package franceconnect

import (
	"net/url"
	"strings"
)

// maxReturnTo is the longest path that fits a cookie beside the rest.
const maxReturnTo = 1 << 10

// LocalPath returns text if it is a path on the portal itself, with its query,
// and Config.HomePath if it is empty, could lead anywhere else or is longer than
// 1024 bytes. Login and Session.ReturnTo have been through it; it is here for
// what else a portal redirects to.
//
// A browser takes a backslash for a slash, drops tabs and line breaks, and
// goes to another host at "//"; a proxy in between may have decoded the path
// once more.
func (c *Client) LocalPath(text string) string {
	if isLocalPath(text) {
		return text
	}
	return c.config.HomePath
}

func isLocalPath(text string) bool {
	if text == "/" {
		return true
	}
	if len(text) > maxReturnTo || !strings.HasPrefix(text, "/") {
		return false
	}
	u, err := url.Parse(text)
	if err != nil {
		return false
	}
	decoded, err := url.PathUnescape(u.Path)
	if err != nil {
		decoded = u.Path
	}
	for _, path := range []string{text, u.Path, decoded} {
		if strings.HasPrefix(path, "//") || strings.Contains(path, `\`) || strings.ContainsFunc(path, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			return false
		}
	}
	return true
}
