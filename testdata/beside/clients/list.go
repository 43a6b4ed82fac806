package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// A client is somebody else's relying party, and how a browser finds its way in it.
type client struct {
	settings        string // in words
	why             string // what does not work does not
	callback, login string
	logout          func(portal string) string
	isIn            func(page string) bool
	command         func(s portalSettings, folder string) ([]string, error)
}

// ours is a portal of this folder, written with a library.
func ours(settings, why, platforms string, words ...string) client {
	return client{settings: settings, why: why, callback: "/callback", login: "/login",
		logout: func(string) string { return "/logout" },
		isIn:   func(page string) bool { return strings.HasPrefix(page, "in eidas") },
		command: func(s portalSettings, _ string) ([]string, error) {
			if !strings.Contains(platforms, s.Platform) {
				return nil, nil
			}
			return words, nil
		}}
}

var clients = map[string]client{
	"openid-client 6": ours("`acr_values` and a nonce in each request, no PKCE; the two algorithms; on FranceConnect+ `enableDecryptingResponses`, and for the logout `getDecryptedResponses`", "", "v1 v2 plus", "node", "openid-client-6.mjs"),
	"openid-client 5": ours("`acr_values` and a nonce in each request; the algorithms; `client_secret_post`", "", "v1 v2 plus", "node", "openid-client-5.mjs"),
	"Authlib":         ours("`acr_values`; a nonce of your own (its has 20 characters); `client_secret_post`; `leeway` 0 (otherwise an access token of 60 seconds is over at once); userinfo by hand (it reads JSON alone)", "the keys of a signature are those of the key set alone; nothing opens an encrypted token", "v2 plus", "venv/bin/python", "authlib_portal.py"),
	"oauth2-proxy": {settings: "`--prompt login --acr-values eidas1 --insecure-oidc-skip-nonce=false`", why: "its sign-out sends no `id_token_hint`; no HS256, no encrypted tokens", callback: "/oauth2/callback", login: "/oauth2/start?rd=/",
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
		}},
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func init() {
	clients["mod_auth_openidc"] = apache
	django := ours("`OIDC_AUTH_REQUEST_EXTRA_PARAMS` with `acr_values`; `OIDC_RP_SIGN_ALGO`; for the logout `OIDC_STORE_ID_TOKEN`, `OIDC_OP_LOGOUT_URL_METHOD` and `LOGOUT_REDIRECT_URL`", "nothing opens an encrypted token", "v1 v2 plus", "venv/bin/python", "django_portal.py")
	django.callback, django.login = "/oidc/callback/", "/oidc/authenticate/"
	django.logout = func(string) string { return "/oidc/logout/" }
	clients["mozilla-django-oidc"] = django
	clients["france-connect-py"] = ours("`fc_base_url`; state and nonce are compared by hand", "no HS256; nothing opens an encrypted token; v1 has other addresses", "v2 plus", "venv/bin/python", "france_connect_portal.py")
}

// apache is httpd with mod_auth_openidc.
var apache = client{settings: "`OIDCAuthRequestParams acr_values=…`, the algorithm for both tokens, `client_secret_post`; on FranceConnect+ `OIDCPrivateKeyFiles`", why: "of the encryptions it has RSA-OAEP alone; for the logout it sends the encrypted token", callback: "/private/back", login: "/private/",
	logout: func(portal string) string { return "/private/back?logout=" + url.QueryEscape(portal+"/out") },
	isIn:   func(page string) bool { return strings.Contains(page, "signed in") },
	command: func(s portalSettings, folder string) ([]string, error) {
		if s.Platform == "v1" {
			return nil, nil // it wants a discovery, or keys
		}
		lines := []string{
			"ServerRoot " + folder, "Listen " + hostOf(s.Callback), "ServerName 127.0.0.1", "PidFile httpd.pid", "Mutex posixsem",
			"LoadModule mpm_event_module " + httpd + "mod_mpm_event.so", "LoadModule authz_core_module " + httpd + "mod_authz_core.so",
			"LoadModule authz_user_module " + httpd + "mod_authz_user.so", "LoadModule authn_core_module " + httpd + "mod_authn_core.so",
			"LoadModule dir_module " + httpd + "mod_dir.so", "LoadModule mime_module " + httpd + "mod_mime.so",
			"LoadModule auth_openidc_module modules/mod_auth_openidc.so", "ErrorLog " + filepath.Join(folder, "error.log"), "TypesConfig /dev/null", "DocumentRoot " + filepath.Join(folder, "site"),
			"OIDCProviderMetadataURL " + s.Issuer + "/.well-known/openid-configuration", "OIDCClientID " + s.ClientID, "OIDCClientSecret " + s.ClientSecret,
			"OIDCRedirectURI " + s.Callback, "OIDCCryptoPassphrase 0123456789abcdef0123456789abcdef", `OIDCScope "openid given_name family_name"`,
			"OIDCAuthRequestParams acr_values=" + s.Level, "OIDCIDTokenSignedResponseAlg " + s.Alg, "OIDCUserInfoSignedResponseAlg " + s.Alg,
			"OIDCProviderTokenEndpointAuth client_secret_post", "User www-data", "Group www-data",
		}
		if s.EncryptionAlg != "" {
			key := filepath.Join(folder, "key.pem")
			if err := writeKey(key, s.JWK); err != nil {
				return nil, err
			}
			lines = append(lines, "OIDCPrivateKeyFiles portail#"+key, "OIDCIDTokenEncryptedResponseAlg "+s.EncryptionAlg, "OIDCIDTokenEncryptedResponseEnc A256GCM",
				"OIDCUserInfoEncryptedResponseAlg "+s.EncryptionAlg, "OIDCUserInfoEncryptedResponseEnc A256GCM")
		}
		lines = append(lines, `<Location "/private">`, "AuthType openid-connect", "Require valid-user", "</Location>", "")
		file := filepath.Join(folder, "httpd.conf")
		return []string{"env", "LD_LIBRARY_PATH=" + filepath.Join(folder, "lib"), "/usr/sbin/apache2", "-X", "-f", file}, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600)
	}}

const httpd = "/usr/lib/apache2/modules/"

func newKey(alg string) (any, error) {
	if alg == "ECDH-ES" {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	return rsa.GenerateKey(rand.Reader, 2048)
}
