package main

import (
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
)

// paths are those of the portal; the defaults are the example portal's.
type paths struct {
	signIn, login, callback, loggedOut, keys, sector string
	assumed                                          bool // nobody said where the callback is
	saidLoggedOut                                    bool // somebody said where the return after logout is
	outsideOrigin                                    bool // an address of the variables is not below PORTAL_URL
}

// The example portal's two ways to FranceConnect.
const (
	exampleLogin        = "/franceconnect/login"
	exampleCallback     = "/franceconnect/callback"
	exampleSignIn       = "/connexion"
	exampleLoggedOut    = "/franceconnect/logout"
	exampleLoginPlus    = "/franceconnect-plus/login"
	exampleCallbackPlus = "/franceconnect-plus/callback"
)

// asksEditor reports whether the portal is an editor's product, so that what
// nobody said is to be asked there: the example portal's is not it.
func (p *portal) asksEditor() bool { return p.product.editorName() != "" }

// choosePaths fills in the paths that nobody gave: those of the product, or else
// the example portal's. Those that the editor alone knows stay empty.
func (p *portal) choosePaths() {
	signIn, login, callback, loggedOut := exampleSignIn, exampleLogin, exampleCallback, exampleLoggedOut
	if p.plus {
		login, callback = exampleLoginPlus, exampleCallbackPlus
	}
	if p.asksEditor() {
		signIn, login, callback, loggedOut = "", "", "", ""
	}
	if d := p.product.profile; d != nil {
		callback, loggedOut = d.CallbackPath, d.LogoutPath
	}
	p.paths.assumed = p.paths.callback == "" && !p.asksEditor()
	p.paths.signIn, p.paths.login, p.paths.callback = cmp.Or(p.paths.signIn, signIn), cmp.Or(p.paths.login, login), cmp.Or(p.paths.callback, callback)
	if !p.paths.saidLoggedOut {
		p.paths.loggedOut = loggedOut
	}
}

// reconcile fills in *address from *path if it is empty and both parts are known.
// Otherwise it takes the path out of *address, if that is below the origin.
func (p *portal) reconcile(address, path *string, origin string) {
	if below, ok := strings.CutPrefix(*address, origin); *address == "" {
		if *path != "" && origin != "" {
			*address = origin + *path
		}
	} else if ok && origin != "" {
		*path, p.paths.assumed = below, false
	} else {
		p.paths.outsideOrigin = true
	}
}

// urlsOf returns the addresses of a path below every origin of the portal.
func (p *portal) urlsOf(path string) []string {
	all := make([]string, len(p.origins))
	for i, s := range p.origins {
		all[i] = s + path
	}
	return all
}

// hasSeveralHosts reports whether the portal is on several hosts, so that
// FranceConnect wants a sector identifier.
func (p *portal) hasSeveralHosts() bool {
	return slices.ContainsFunc(p.origins, func(s string) bool { return s != p.origins[0] })
}

// originOf returns the beginning of an address, up to the end of the host.
func originOf(address string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), true
}

// withScheme returns an address with https before it, where it was copied without:
// http, if it is this machine’s.
func withScheme(address string) string {
	address = strings.TrimSpace(address)
	host, _, _ := strings.Cut(strings.ToLower(address), "/")
	host, _, _ = strings.Cut(host, ":")
	switch {
	case strings.Contains(address, "://"):
		return address
	case host == "localhost" || strings.HasPrefix(host, "127."):
		return "http://" + address
	case strings.Contains(host, "."):
		return "https://" + address
	}
	return address
}

// siteOf returns the address of the site as the forms want it: the page with the
// button, the path that the portal is below, or what the product makes of it.
func (p *portal) siteOf(address string) string {
	origin, ok := originOf(address)
	if !ok {
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	if d := p.product.profile; d != nil {
		return origin + d.SitePath(u.Path)
	}
	at := path.Clean("/" + u.Path)
	if at == "/" {
		at = cmp.Or(p.paths.signIn, at)
	}
	return origin + at
}
