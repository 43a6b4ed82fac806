package main

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// keycloak is a realm whose identity provider is FranceConnect, and in it one public
// client. How far that one came is told by the form that Keycloak answers it with.
var keycloak = client{
	callback: "/realms/fc/broker/fc/endpoint", out: "/realms/fc/broker/fc/endpoint/logout_response", jwks: "/realms/fc/protocol/openid-connect/certs",
	login: "/realms/fc/protocol/openid-connect/auth?client_id=portal&response_type=code&response_mode=form_post&scope=openid&redirect_uri=PORTAL%2Fout&kc_idp_hint=fc&acr_values=LEVEL",
	logout: func(portal string) string {
		return "/realms/fc/protocol/openid-connect/logout?client_id=portal&post_logout_redirect_uri=" + url.QueryEscape(portal+"/out")
	},
	isIn: func(page string) bool { return strings.Contains(strings.ToLower(page), `name="code"`) },
	command: func(s portalSettings, folder string) ([]string, error) {
		end := "/session/end"
		if s.Platform == "v1" {
			end = "/logout"
		}
		portal, _, _ := strings.Cut(s.Callback, "/realms/")
		config := map[string]string{
			"issuer": s.Issuer, "authorizationUrl": s.Base + "/authorize", "tokenUrl": s.Base + "/token", "userInfoUrl": s.Base + "/userinfo", "logoutUrl": s.Base + end,
			"clientId": s.ClientID, "clientSecret": s.ClientSecret, "clientAuthMethod": "client_secret_post", "defaultScope": "openid given_name family_name email",
			"forwardParameters": "acr_values", "validateSignature": "true", "useJwksUrl": "true", "jwksUrl": s.Issuer + "/jwks",
		}
		if s.Alg == "HS256" {
			config["validateSignature"] = "false"
		}
		realm := map[string]any{
			"realm": "fc", "enabled": true, "sslRequired": "none",
			"clients":           []any{map[string]any{"clientId": "portal", "publicClient": true, "redirectUris": []string{portal + "/out"}}},
			"identityProviders": []any{map[string]any{"alias": "fc", "providerId": "oidc", "enabled": true, "trustEmail": true, "config": config}},
		}
		if s.EncryptionAlg != "" {
			key := map[string]any{"name": "enc", "providerId": "rsa-enc-generated", "config": map[string]any{"algorithm": []string{s.EncryptionAlg}, "priority": []string{"200"}}}
			if s.EncryptionAlg == "ECDH-ES" {
				key = map[string]any{"name": "enc", "providerId": "ecdh-generated", "config": map[string]any{"ecdhAlgorithm": []string{s.EncryptionAlg}, "ecdhEllipticCurveKey": []string{"P-256"}, "priority": []string{"200"}}}
			}
			realm["components"] = map[string]any{"org.keycloak.keys.KeyProvider": []any{key}}
		}
		body, err := json.Marshal(realm)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(folder, "data", "import", "fc-realm.json")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		// Its database as it was before the first realm.
		if err := errors.Join(os.RemoveAll(filepath.Join(folder, "data", "h2")), os.CopyFS(filepath.Join(folder, "data", "h2"), os.DirFS(filepath.Join(folder, "empty")))); err != nil {
			return nil, err
		}
		u, err := url.Parse(portal)
		if err != nil {
			return nil, err
		}
		return []string{"bin/kc.sh", "start", "--optimized", "--import-realm", "--http-enabled=true", "--http-host=127.0.0.1", "--http-port=" + u.Port(), "--hostname-strict=false"}, os.WriteFile(file, body, 0o600)
	},
}
