package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"net/url"
	"strings"
)

// A client is somebody else's relying party, and how a browser finds its way in it.
type client struct {
	callback, login string // login may say PORTAL and LEVEL
	out             string // where the logout comes back to; "" is /out
	jwks            string // where it publishes its keys, if it draws them itself
	logout          func(portal string) string
	isIn            func(page string) bool
	command         func(s portalSettings, folder string) ([]string, error) // nil is not tried
}

// ours is a portal of this folder, written with a library.
func ours(platforms string, words ...string) client {
	return client{callback: "/callback", login: "/login",
		logout: func(string) string { return "/logout" },
		isIn:   func(page string) bool { return strings.HasPrefix(page, "in eidas") },
		command: func(s portalSettings, _ string) ([]string, error) {
			if !strings.Contains(platforms, s.Platform) {
				return nil, nil
			}
			return words, nil
		}}
}

// at returns c with other addresses.
func (c client) at(callback, login, logout string) client {
	c.callback, c.login, c.logout = callback, login, func(string) string { return logout }
	return c
}

var clients = map[string]client{
	"openid-client 6":        ours("v1 v2 plus", "node", "openid-client-6.mjs"),
	"openid-client 5":        ours("v1 v2 plus", "node", "openid-client-5.mjs"),
	"Auth.js":                ours("v1 v2 plus", "node", "authjs.mjs").at("/auth/callback/fc", "/login", "/logout"),
	"Authlib":                ours("v2 plus", "venv/bin/python", "authlib_portal.py"),
	"mozilla-django-oidc":    ours("v1 v2 plus", "venv/bin/python", "django_portal.py").at("/oidc/callback/", "/oidc/authenticate/", "/oidc/logout/"),
	"django-allauth":         ours("v2 plus", "venv/bin/python", "allauth_portal.py").at("/oidc/fc/login/callback/", "/oidc/fc/login/", "/logout"),
	"france-connect-py":      ours("v2 plus", "venv/bin/python", "france_connect_portal.py"),
	"Nimbus oauth2-oidc-sdk": ours("v1 v2 plus", "java", "-cp", "lib/*:classes", "NimbusPortal"),
	"Spring Boot":            ours("v1 v2 plus", "java", "-XX:TieredStopAtLevel=1", "-cp", "lib/*:classes", "portal.SpringPortal").at("/login/oauth2/code/fc", "/oauth2/authorization/fc", "/logout"),
	"oauth2-proxy":           oauth2Proxy,
	"mod_auth_openidc":       apache,
	"Keycloak":               keycloak,
}

var oauth2Proxy = client{callback: "/oauth2/callback", login: "/oauth2/start?rd=/",
	logout: func(string) string { return "/oauth2/sign_out?rd=%2Fout" },
	isIn:   func(page string) bool { return strings.Contains(page, "Authenticated") },
	command: func(s portalSettings, _ string) ([]string, error) {
		if s.Platform == "v1" {
			return nil, nil // it wants a discovery, or keys
		}
		return []string{"./oauth2-proxy", "--http-address", hostOf(s.Callback), "--upstream", "static://200", "--provider", "oidc",
			"--oidc-issuer-url", s.Issuer, "--client-id", s.ClientID, "--client-secret", s.ClientSecret, "--redirect-url", s.Callback,
			"--scope", "openid given_name family_name email", "--oidc-email-claim", "sub", "--email-domain", "*", "--prompt", "login", "--acr-values", s.Level,
			"--insecure-oidc-skip-nonce=false", "--cookie-secret", strings.Repeat("0123456789abcdef", 2), "--cookie-secure=false"}, nil
	},
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func newKey(alg string) (any, error) {
	if alg == "ECDH-ES" {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}
