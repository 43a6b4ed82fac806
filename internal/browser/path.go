package browser

import (
	"net/url"
	"strings"
)

// maxReturnTo is the longest path that fits a cookie beside the rest.
const maxReturnTo = 1 << 10

// IsLocalPath reports whether text is a path on the portal itself, with its query.
func IsLocalPath(text string) bool {
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
